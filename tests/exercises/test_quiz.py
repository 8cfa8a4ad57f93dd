"""Check-yourself cells tell right from wrong, and never what would be right."""

import numpy as np
import pytest

from course_utils.exercises import quiz


@pytest.mark.parametrize("answer", [12, 12.0, np.int64(12), np.array(12), 11.9999999999])
@pytest.mark.parametrize("truth", [12, lambda: 12, lambda: np.float32(12)])
def test_a_right_number_is_right_in_any_type(answer, truth, capsys):
    quiz.check(answer, truth)

    assert capsys.readouterr().out == "Right.\n"


@pytest.mark.parametrize("answer", [(1, 2, 3), [1, 2, 3], np.array([1, 2, 3])])
def test_a_right_shape_is_right_in_any_form(answer, capsys):
    quiz.check(answer, lambda: (1, 2, 3))

    assert capsys.readouterr().out == "Right.\n"


@pytest.mark.parametrize("answer", ["right", "Right", " right\n"])
def test_a_right_word_is_right_in_capitals_too(answer, capsys):
    quiz.check(answer, "right")

    assert capsys.readouterr().out == "Right.\n"


@pytest.mark.parametrize("answer", [True, np.True_])
def test_yes_and_no_are_answers(answer, capsys):
    quiz.check(answer, lambda: np.allclose(1, 1))
    quiz.check(answer, lambda: np.allclose(1, 2))

    assert capsys.readouterr().out == "Right.\nNot yet.\n"


@pytest.mark.parametrize(
    "answer", [13, (12, 12), [12], "twelve", "12", float("nan"), [[1], [2, 3]], object(), {}]
)
def test_a_wrong_answer_gets_the_hint_and_not_the_number(answer, capsys):
    quiz.check(answer, lambda: 12, hint="Count again.")

    assert capsys.readouterr().out == "Not yet. Count again.\n"


@pytest.mark.parametrize("answer", ["left", 3, ["right"]])
def test_a_wrong_word_gets_the_hint(answer, capsys):
    quiz.check(answer, "right", hint="Look again.")

    assert capsys.readouterr().out == "Not yet. Look again.\n"


def test_no_answer_is_no_wrong_answer_and_the_right_one_is_not_computed(capsys):
    quiz.check(None, lambda: 1 / 0)

    assert capsys.readouterr().out == quiz.UNANSWERED + "\n"


def test_a_mistake_in_the_notebook_itself_is_not_the_readers_fault():
    with pytest.raises(ZeroDivisionError):
        quiz.check(12, lambda: 1 / 0)
