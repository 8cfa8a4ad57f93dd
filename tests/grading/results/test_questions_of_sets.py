"""Known right answers of ps1 to ps3: enough questions about each, and no key that is wrong.

`python tests/executed_again.py` asks about ps4 too, and computes more keys again.
"""

import pytest

from course_utils.grading import Course
from executed_again import ASSIGNMENTS, tally

LEAST = 0.95  # of the right answers give at least five questions
KEYS = {"ps1": 12, "ps2": 12, "ps3": 5}  # of an answer that are computed again


def test_a_known_answer_gives_five_questions_and_their_keys_are_right():
    check("ps1", 25, lambda grade_id, answer: (grade_id, answer) == ("max_pool", "solution"))


@pytest.mark.proof
@pytest.mark.parametrize("name", KEYS)
def test_right_answers_give_five_questions_and_their_keys_are_right(name):
    pytest.importorskip("torch"), pytest.importorskip("keras")
    check(name, KEYS[name])


def check(name, keys, only=lambda grade_id, answer: True):
    """Ask about right answers, and compute so many keys of each again."""
    found = tally(Course(ASSIGNMENTS).assignment(name), keys, only)
    assert found.enough >= LEAST * found.answers > 0
    assert not found.wrong
    assert found.again >= 0.6 * min(keys, 10) * found.answers
