"""The smallest input on which an answer and the solution differ, and what it does not give away."""

import io
import re
import time
from decimal import Decimal
from fractions import Fraction

import nbformat
import numpy as np
import pytest
from rich.console import Console

from course_utils.grading.judging import outputs, submitted_notebook
from course_utils.grading.judging.notebooks.rebuild import rebuild
from course_utils.grading.judging.smallest import asked, cells, differences, drawing, search
from course_utils.grading.judging.submitted_notebook import NotebookSource
from course_utils.grading.judging.verdicts import Verdict, VerdictKind
from course_utils.grading.results.grades import ClassGrades, Exercise, Mark, StudentGrades
from course_utils.grading.results.terminal import losses_table
from small_notebooks import answer, exam, handed_in, needs_walls, notebook, shared

SETUP = "import numpy as np"
CORRELATE = """def correlate(image, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.sum(windows * kernel, axis=(2, 3))"""
FLIPS = CORRELATE.replace("* kernel,", "* kernel[::-1, ::-1],")
GENERATOR = """def inputs_of_correlate(draw):
    h, w = draw.whole(1, 3), draw.whole(1, 3)
    return draw.array(h + draw.whole(0, 2), w + draw.whole(0, 2)), draw.array(h, w)"""
HIDDEN = """x, k = np.arange(9.0).reshape(3, 3) + 8431.25, np.array([[1.0, 16862.5]])
windows = np.lib.stride_tricks.sliding_window_view(x, (1, 2))
assert np.allclose(correlate(x, k), np.sum(windows * k, axis=(2, 3)))"""


def course(rule="### RULES smallest=1", solution=CORRELATE, hidden=HIDDEN, generator=GENERATOR):
    """A notebook with one exercise, whose hidden part has a rule, a generator and a test."""
    test = f"{rule}\n{generator}\n\n\n{hidden}"
    cell = f"### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS"
    return notebook(shared(SETUP), answer(solution), exam(cell))


def found(judged, student, **options):
    """The cell that is shown for an answer."""
    done = judged.judge(course(**options), {"answer": student})
    return done.verdicts["test"].smallest


@needs_walls
def test_a_failed_hidden_test_comes_with_the_smallest_input_and_the_cell_can_be_run(judged):
    done = judged.judge(course(), {"answer": FLIPS})

    verdict = done.verdicts["test"]
    assert (verdict.kind, verdict.points) == (VerdictKind.WRONG, 0)
    assert done.smallest["test"]["numbers"] == 4
    *code, yours, right = verdict.smallest.splitlines()
    for source, says in ((FLIPS, yours), (CORRELATE, right)):
        space = {"np": np}
        exec(source + "\n" + "\n".join(code[:-1]), space)
        assert says.endswith(differences.shown(eval(code[-1], space)))


@needs_walls
@pytest.mark.parametrize(
    "rule, student",
    [
        ("", FLIPS),  # nobody asks for it
        ("### RULES smallest=0", FLIPS),
        ("### RULES smallest=1", CORRELATE),  # nothing is wrong
        ("### RULES smallest=1", "def correlate(image, kernel):\n    raise NotImplementedError()"),
        ("### RULES smallest=1", "def correlate(image, kernel:\n    pass"),
        ("### RULES smallest=1", "def correlate(image, kernel):\n    import os\n    os._exit(0)"),
    ],
)
def test_without_a_rule_or_without_a_wrong_answer_nothing_is_shown(judged, rule, student):
    assert found(judged, student, rule=rule) == ""


@needs_walls
def test_points_are_what_they_are_without_a_search(judged):
    for student in (CORRELATE, FLIPS):
        points = [
            judged.judge(course(rule), {"answer": student}).verdicts["test"].points
            for rule in ("### RULES smallest=1", "")
        ]
        assert points[0] == points[1]


@needs_walls
def test_an_input_of_a_hidden_test_is_never_shown(judged):
    solution = "def size(n):\n    return n + 1"
    generator = "def inputs_of_size(draw):\n    return [draw.whole(1, 4)]"
    hidden = "assert [size(n) for n in (1, 2, 4)] == [2, 3, 5]"
    options = {"solution": solution, "generator": generator, "hidden": hidden}

    assert "size(3)" in found(judged, "def size(n):\n    return n", **options)


@needs_walls
def test_what_answers_change_in_place_is_a_difference_where_tests_see_it(judged):
    student = CORRELATE.replace("    windows", "    kernel *= 2\n    windows", 1)
    student = student.replace("* kernel,", "* kernel / 2,")
    hidden = f"before = np.ones((1, 1))\ncorrelate(before, before)\n{HIDDEN}"
    hidden += "\nk = np.array([[1.0, 16862.5]])\ncorrelate(x, k)\nassert k[0, 1] == 16862.5"

    seen = found(judged, student, hidden=f"### RULES inputs=seen\n{hidden}")

    assert "# kernel afterwards: yours is" in seen


SHUFFLED = """def shuffled(x, seed):
    return x[np.random.default_rng(seed).permutation(len(x))]"""


@needs_walls
@pytest.mark.parametrize(
    "line, says",
    [
        ("return x[np.random.default_rng(seed + 1).permutation(len(x))]", ""),
        (
            "return 2 * x[np.random.default_rng(seed).permutation(len(x))]",
            "# in order: yours is 2\n",
        ),
        ("return x[:0]", "# in order: yours is [], shape (0,)"),
        ("return list", "# yours is an object"),
        ("return None", "# yours is None"),
        ("return 'text'", "# in order: yours is an object"),
        ("x.sort(); return x", "# x[0] afterwards: yours is 0\n# x[0] afterwards: right is 11"),
    ],
)
def test_what_is_left_to_chance_is_no_difference_where_the_instructor_says_what_counts(
    judged, line, says
):
    generator = """def inputs_of_shuffled(draw):
    return draw.function("np.arange(12.0)[::-1]"), draw.number(0, 3)
def result_of_shuffled(y):
    return {"in order": np.array(sorted(y))}"""
    hidden = """### RULES inputs=seen
x = np.arange(9.0)[::-1].copy()
right = x[np.random.default_rng(1).permutation(9)]
assert np.array_equal(shuffled(x, 1), right) and x[0] == 8"""

    shown = found(
        judged,
        f"def shuffled(x, seed):\n    {line}",
        solution=SHUFFLED,
        generator=generator,
        hidden=hidden,
    )

    assert says in shown and bool(says) == bool(shown)


# --- hostile answers -------------------------------------------------------------------------

REMEMBERS = (
    "seen = []\n" + CORRELATE + "\n"
    "honest = correlate\n"
    "def correlate(image, kernel):\n"
    "    {}\n"
    "    seen.append((image.copy(), kernel.copy()))\n"
    "    return honest(image, kernel) * 2 + 1"
)


@needs_walls
@pytest.mark.parametrize(
    "student",
    [
        # Gives back what it was called with, by value, as a message and as a class of its own.
        REMEMBERS.format("if seen: return seen[0][0]"),
        REMEMBERS.format("if seen: raise ValueError(str(seen))"),
        REMEMBERS.format("if seen: raise type(str(seen[0])[:80], (Exception,), {})"),
        REMEMBERS.format("if seen: return str(seen)"),
        REMEMBERS.format("if seen: return {str(seen): 1}"),
        # Looks for the solution where a search could have left it.
        "import gc\n" + CORRELATE.replace(" return", " return str(gc.get_objects())[:9999]#"),
        "import inspect\ndef correlate(image, kernel):\n"
        "    return ''.join(str(frame.frame.f_locals) for frame in inspect.stack())",
    ],
)
def test_what_an_answer_remembers_or_says_brings_out_no_hidden_number_and_no_text(judged, student):
    done = judged.judge(course(), {"answer": student})

    assert done.verdicts["test"].points == 0
    shown = done.verdicts["test"].smallest
    assert not re.search("8431|16862|sliding|seen|frame|array\\(\\[\\[8", shown)
    longest = max(map(len, shown.splitlines()), default=0)
    assert longest < 200


@needs_walls
@pytest.mark.parametrize(
    "body",
    [
        "calls.append(1)\n    return honest(image, kernel) * 2 + len(calls)",  # ever another
        "return np.zeros((40_000, 1_000))",
        "import time\n    time.sleep(3)\n    return 0",
        "import os\n    os.kill(os.getpid(), 9)",
        "return correlate(image, kernel)",
        "class Sly:\n        __eq__ = __len__ = __array__ = lambda *a: calls\n    return Sly()",
    ],
)
def test_an_answer_that_plays_games_ends_its_search_and_gets_no_point(judged, body):
    student = (
        f"calls = []\n{CORRELATE}\nhonest = correlate\ndef correlate(image, kernel):\n    {body}"
    )
    began = time.monotonic()

    done = judged.judge(course(), {"answer": student})

    assert not done.verdicts["test"].points
    assert "8431" not in done.verdicts["test"].smallest
    assert time.monotonic() - began < 85


@needs_walls
def test_whoever_hands_it_in_the_input_is_the_same(judged):
    shown = [
        judged.judge(course(), {"answer": FLIPS}, seed=seed).verdicts["test"].smallest
        for seed in (1, 2)
    ]

    assert shown[0] == shown[1]


# --- what the search is made of --------------------------------------------------------------


def test_sizes_stay_as_small_as_they_can(monkeypatch):
    monkeypatch.setattr(search, "SHRINK", 60)  # whatever else the machine does

    def generate(draw):
        n, h, w = draw.whole(1, 4), draw.whole(1, 4), draw.whole(1, 4)
        return [draw.array(n, h, w)]

    inputs = search.smallest(generate, lambda x: x[0].shape[2] > 1 and x[0].any(), "f")

    assert inputs[0].shape == (1, 1, 2)
    assert np.abs(inputs[0]).sum() == 1


def test_a_search_that_finds_nothing_says_so():
    assert search.smallest(lambda draw: [draw.number()], lambda inputs: False, "f") is None
    refused = lambda draw: [draw.insist(False)]  # noqa: E731
    assert search.smallest(refused, lambda inputs: True, "f") is None


def test_numbers_in_the_files_of_loaded_modules_are_no_examples():
    from hypothesis.internal.conjecture import providers

    assert not len(providers._get_local_constants())


@pytest.mark.parametrize(
    "got, right, place",
    [
        (3, 3.0, None),
        ([[1, 2]], np.array([[1.0, 2.0]]), None),
        (np.float32(1) / 3, 1 / 3, None),
        ((1, 2), (1, 3), "[1]"),
        ([1, 2], (1, 3), "[1]"),
        (np.array([1, 2]), (1, 2), None),
        (np.array([1, 2]), (1, 3), "[1]"),
        (np.zeros((0, 2)), [], None),
        (Fraction(1, 2), 0.5, None),
        (Decimal("0.5"), 0.25, ""),
        (np.zeros((1, 2)), [], ""),
        ({"w": 1}, {"w": 2}, "['w']"),
        (np.zeros(12), np.arange(12.0), "[1]"),
        (np.zeros(2), np.zeros((2, 1)), ""),
        (np.nan, 1.0, ""),
        (None, 1.0, ""),
        (ValueError("no"), ValueError("does not fit"), None),
        (1.0, ValueError("does not fit"), ""),
        ("float64", "uint8", ""),
    ],
)
def test_results_differ_where_their_numbers_do(got, right, place):
    difference = differences.between(got, right)

    assert (difference and difference.place) == place


@pytest.mark.parametrize("kind", ["torch", "tensorflow"])
def test_tensors_are_compared_by_their_numbers(kind):
    """A right answer in Keras was called an object that is not [[0]]."""
    library = pytest.importorskip(kind)
    make = library.tensor if kind == "torch" else library.constant

    assert differences.between(make([[0.5, 1]]), np.array([[0.5, 1]])) is None
    assert differences.between(np.array([[0.5, 1]]), make([[0.5, 1]])) is None
    difference = differences.between(make([[0.5, 1]]), np.array([[0.5, 2]]))
    assert (difference.yours, difference.right) == ("[[0.5, 1]]", "[[0.5, 2]]")


@pytest.mark.parametrize(
    "value, words",
    [
        (np.array([[1.0, 0.5]]), "[[1, 0.5]]"),
        (np.zeros((1000, 1000)), "an array of shape (1000, 1000)"),
        (KeyError("hidden"), "a KeyError"),
        (type("hidden tests", (Exception,), {})(), "an error"),
        ("text of an answer", "a str"),
        (b"bytes", "a bytes"),
        ({"hidden": 1}, "a dict"),
        (object(), "an object"),
        ((1, "text of an answer"), "(1, a str)"),
    ],
)
def test_a_result_is_shown_by_its_numbers_and_no_text_of_an_answer_is_repeated(value, words):
    assert differences.shown(value) == words


def test_a_cell_gives_what_must_be_given_and_names_the_rest():
    def layer(x, weight, stride=1, padding=0):
        return x

    x = np.array([[1, 2]], np.uint8)
    difference = differences.Difference("[0]", "3", "-1")

    assert cells.text("layer", layer, [x, 2, 1, 2], difference) == (
        "x = np.array([[1, 2]], np.uint8)\nlayer(x, 2, padding=2)[0]\n# yours is 3\n# right is -1"
    )


@needs_walls
def test_an_array_may_be_given_as_an_expression_whose_numbers_are_not_counted(judged):
    generator = """def inputs_of_correlate(draw):
    kernel = draw.function("np.ones((2, 2))", "np.arange(4.0).reshape(2, 2)")
    return draw.array(2, 2), kernel"""

    done = judged.judge(course(generator=generator), {"answer": FLIPS})

    assert done.smallest["test"]["numbers"] == 4
    shown = done.verdicts["test"].smallest
    assert "\nkernel = np.arange(4.0).reshape(2, 2)\ncorrelate(image, kernel)\n" in shown


@needs_walls
def test_an_expression_may_stand_inside_another_argument(judged):
    solution = "def total(named):\n    return float(sum(named.values()).sum())"
    generator = """def inputs_of_total(draw):
    return [{"w": draw.function("np.zeros(2)", "np.ones(2)"), "b": draw.array(1)}]"""
    hidden = "assert total({'w': np.full(2, 8.5), 'b': np.zeros(1)}) == 17"
    student = "def total(named):\n    return float(named['b'].sum())"

    done = judged.judge(
        course(solution=solution, generator=generator, hidden=hidden), {"answer": student}
    )

    assert "named = {'w': np.ones(2), 'b': np.array([0.0])}" in done.verdicts["test"].smallest
    assert done.smallest["test"]["numbers"] == 1


def test_texts_tell_inputs_apart():
    assert drawing.written([("conv", 1)]) != drawing.written([("dense", 1)])


def test_numbers_are_counted_in_whatever_holds_them():
    assert drawing.count([np.zeros((2, 3)), {"w": np.zeros(2)}, 1, (1, 2), "text"]) == 11


def test_one_search_for_a_function_and_no_more_than_the_rule_says():
    verdict = Verdict("a", VerdictKind.WRONG, 0.0, 1.0, smallest="f(1)")
    three = {name: verdict for name in "abc"}

    assert [v.smallest for v in asked.at_most(three, 2).values()] == ["f(1)", "f(1)", ""]


@needs_walls
def test_feedback_shows_the_cell_and_nothing_of_the_hidden_test(judged):
    instructor = course()
    rebuilt = rebuild(instructor, handed_in(instructor, {"answer": FLIPS}))
    done = judged.judge(instructor, {"answer": FLIPS})
    outputs.fill(rebuilt.notebook, done)
    outputs.hide(rebuilt.notebook)

    texts = [output.get("text", "") for output in rebuilt.notebook.cells[-1].outputs]
    assert any(done.verdicts["test"].smallest in text for text in texts)
    assert "8431" not in str(rebuilt.notebook) and "inputs_of" not in str(rebuilt.notebook)


@needs_walls
def test_a_graded_notebook_keeps_the_cell_and_what_is_judged_before_is_not_looked_for_again():
    instructor, student = course(), course(solution=FLIPS)
    source = NotebookSource("ps", nbformat.writes(instructor))
    options = {"files": {}, "handed_in": {}, "ways": {}}

    def grade(before=b""):
        prepared = submitted_notebook.prepare(source, nbformat.writes(student).encode(), [])
        return submitted_notebook.grade(prepared, "ps", before=before, **options)

    first = grade()
    second = grade(first.judged)

    assert first.verdicts["test"].smallest and second.verdicts == first.verdicts
    assert second.seconds == first.seconds or not second.seconds


def test_losses_are_listed_with_the_cell_on_a_line_of_its_own():
    console = Console(width=120, file=io.StringIO())
    mark = Mark(0.0, 1.0, "a hidden test fails", smallest="f(1)\n# yours is 2\n# right is 3")
    exercises = [Exercise(1, "f", ("t",), 1.0)]
    grades = ClassGrades("ps", exercises, [StudentGrades("ada", {"t": mark})])

    console.print(losses_table(grades))

    assert "f(1)  # yours is 2; right is 3" in console.file.getvalue()
