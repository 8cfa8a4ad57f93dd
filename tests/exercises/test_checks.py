"""The messages that students read when an answer is not right, and the points they keep."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_utils.exercises import checks

floats = hnp.arrays("f8", hnp.array_shapes(max_dims=3, max_side=4), elements=st.floats(-9, 9))


@given(floats)
def test_an_array_is_close_to_itself_as_a_list_too(array):
    checks.close(array, array, "f(x)")
    checks.close(array.tolist(), array, "f(x)")


@given(floats, st.data())
def test_one_changed_value_is_found_and_named(array, data):
    index = data.draw(st.tuples(*(st.integers(0, size - 1) for size in array.shape)))
    answer = array.copy()
    answer[index] += 1

    with pytest.raises(AssertionError) as caught:
        checks.close(answer, array, "f(x)")

    assert f"1 of {array.size} values differ; the first is at {index}: " in str(caught.value)


@pytest.mark.parametrize(
    "answer", [Fraction(3, 4), Decimal("0.75"), [[Fraction(3, 4), 0.75], [Decimal("0.75"), 0.75]]]
)
def test_exact_numbers_of_python_are_numbers(answer):
    expected = 0.75 if np.ndim(answer) == 0 else np.full((2, 2), 0.75)

    checks.close(answer, expected, "f(x)")
    checks.shape(answer, np.shape(expected), "f(x)")
    with pytest.raises(AssertionError, match="yours is 0.75"):
        checks.close(answer, np.add(expected, 1), "f(x)")


def test_whole_numbers_beyond_64_bits_are_numbers():
    checks.close(10**30, 1e30, "f(x)")


class AlwaysEqual:
    """An object that claims to be equal to everything."""

    def __eq__(self, other):
        return True

    def __array__(self, *arguments, **options):
        raise RuntimeError("no")


class AlwaysEqualArray(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, bool)

    def __array_ufunc__(self, *arguments, **options):
        return np.zeros(self.shape)

    def __array_function__(self, *arguments, **options):
        return True


@pytest.mark.parametrize(
    ("got", "expected", "message"),
    [
        (None, 1, "f(x) returned None: is a `return` missing?"),
        ("3", 3, "f(x) should give numbers, yours is a str"),
        ([AlwaysEqual()], [3], "f(x) should give numbers, yours is a list"),
        (AlwaysEqual(), 3, "f(x) should give numbers, yours is a AlwaysEqual"),
        ([[1], [1, 2]], [1, 2], "f(x) should give numbers, yours is a list"),
        (
            np.zeros(2).view(AlwaysEqualArray),
            [1, 1],
            "f(x): 2 of 2 values differ; the first is at ",
        ),
        (2, 3, "f(x) should be 3, yours is 2"),
        (np.zeros(3), np.zeros((1, 3)), "f(x): the shape should be (1, 3), yours is (3,)"),
        ([np.nan, 1], [0, 1], "f(x): there is a nan in your answer; is something divided by 0?"),
        ([5, 1], [0, 1], "f(x): 1 of 2 values differ; the first is at (0,): it should be 0, yours"),
    ],
)
def test_a_wrong_answer_is_told_what_is_wrong(got, expected, message):
    with pytest.raises(AssertionError) as caught:
        checks.close(got, expected, "f(x)")

    assert str(caught.value).startswith(message)


def test_an_answer_in_float32_is_right_too():
    rng = np.random.default_rng(0)
    windows, kernel = rng.normal(size=(99, 25)), rng.normal(size=25)

    checks.close(windows.astype("f4") @ kernel.astype("f4"), windows @ kernel, "f(x)")


def test_a_misconception_is_recognised_by_its_value_and_shape():
    mistakes = {"the kernel was flipped": [3, 2, 1], "the border was lost": [2]}

    with pytest.raises(AssertionError, match=r"f\(x\): the kernel was flipped"):
        checks.close([3, 2, 1], [1, 2, 3], "f(x)", mistakes=mistakes)
    with pytest.raises(AssertionError, match=r"f\(x\): the border was lost"):
        checks.close([2], [1, 2, 3], "f(x)", mistakes=mistakes)


def test_a_mistake_that_gives_the_right_value_is_no_mistake():
    checks.close(1, 1, "f(x)", mistakes={"something": 1})


def test_parts_earn_their_points_and_say_what_was_lost(capsys):
    score = checks.Score(8)
    with score.part(3, "stride 1"):
        pass
    with score.part(2.5, "stride 2"):
        raise AssertionError("rows are\n skipped")
    with score.part(2.5, "wide images"):
        np.zeros(3)[7]

    assert float(score) == 3.0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert printed.out.splitlines() == [
        "lost 2.5 of 8 points: stride 2: rows are skipped",
        "lost 2.5 of 8 points: wide images: IndexError: index 7 is out of bounds for axis 0 "
        "with size 3",
    ]


def test_points_add_up_exactly():
    score = checks.Score(1)
    for _ in range(10):
        with score.part(0.1, "a tenth"):
            pass

    assert float(score) == 1.0


def test_parts_that_do_not_add_up_are_the_authors_mistake():
    score = checks.Score(2)
    with pytest.raises(ValueError, match="the parts add up to 3 of 2"):
        with score.part(3, "too much"):
            pass
    with pytest.raises(ValueError, match="the parts add up to 0 of 4"):
        float(checks.Score(4))


class Kernel:
    """What IPython hands out where a notebook's kernel runs."""

    kernel = None


@pytest.fixture
def in_a_notebook(monkeypatch):
    import IPython

    monkeypatch.setattr(IPython, "get_ipython", Kernel)
    monkeypatch.setattr(checks, "_state", {})


def unsolved():
    raise NotImplementedError


def test_in_a_notebook_a_failed_exercise_is_a_line_and_the_rest_runs(in_a_notebook, capsys):
    with checks.exercise(1):
        unsolved()
    with checks.exercise(2, "padding"):
        checks.close(2, 3, "f(1)")
    with checks.exercise(3):
        checks.close(3, 3, "f(2)")

    printed = capsys.readouterr()
    assert printed.err == (
        "Exercise 1: not solved yet.\nExercise 2, padding: f(1) should be 3, yours is 2\n"
    )
    assert printed.out == "Exercise 3: the tests you see pass.\n"


def test_in_a_notebook_an_error_of_another_kind_is_still_raised(in_a_notebook):
    with pytest.raises(ZeroDivisionError):
        with checks.exercise(1):
            _ = 1 / 0


def test_an_overview_says_how_each_exercise_stands(in_a_notebook, capsys):
    with checks.exercise(2, "padding"):
        checks.close(2, 3, "f(1)")
    with checks.exercise(1):
        unsolved()
    with checks.exercise(1):  # solved now, and run once more
        pass
    with pytest.raises(ZeroDivisionError), checks.exercise(4):
        _ = 1 / 0
    capsys.readouterr()

    checks.overview(exercises=4)

    assert capsys.readouterr().out.splitlines() == [
        "Exercise 1           the tests you see pass",
        "Exercise 2, padding  f(1) should be 3, yours is 2",
        "Exercise 3           run its tests",
        "Exercise 4           ends in an error",
    ]


@pytest.mark.parametrize("failure", [NotImplementedError, AssertionError, ZeroDivisionError])
def test_where_a_judge_runs_every_failure_is_raised_and_nothing_printed(failure, capsys):
    with pytest.raises(failure), checks.exercise(1):
        raise failure
    checks.overview(exercises=1)

    assert capsys.readouterr() == ("", "")
