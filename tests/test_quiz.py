"""Check-yourself cells tell right from wrong, and never what would be right."""

import numpy as np
import pytest

from course_utils import quiz


@pytest.mark.parametrize("answer", [12, 12.0, np.int64(12), 11.9999999999])
def test_a_right_number_is_right_in_any_type(answer, capsys):
    quiz.check(answer, lambda: 12)

    assert capsys.readouterr().out == "Right.\n"


@pytest.mark.parametrize("answer", [(1, 2, 3), [1, 2, 3], np.array([1, 2, 3])])
def test_a_right_shape_is_right_in_any_form(answer, capsys):
    quiz.check(answer, lambda: (1, 2, 3))

    assert capsys.readouterr().out == "Right.\n"


@pytest.mark.parametrize("answer", [13, (12, 12), "twelve", float("nan"), [[1], [2, 3]], object()])
def test_a_wrong_answer_gets_the_hint_and_not_the_number(answer, capsys):
    quiz.check(answer, lambda: 12, hint="Count again.")

    assert capsys.readouterr().out == "Not yet. Count again.\n"


def test_no_answer_is_no_wrong_answer(capsys):
    quiz.check(None, lambda: 1 / 0)

    assert capsys.readouterr().out.startswith("Not answered yet")
