"""The known right answers of ps1 and ps2: enough questions about each, and no key that is wrong."""

import random
from collections import Counter
from pathlib import Path

import pytest

from course_utils.grading import Course
from course_utils.grading.judging.sandbox.walls import missing
from course_utils.grading.judging.submitted_notebook import NotebookSource
from course_utils.grading.results.questions import survey
from course_utils.grading.results.questions.sealing import normal
from executed_again import Notebook, Unsure

ASSIGNMENTS = Path(__file__).parents[3] / "assignments"
LEAST = 0.95  # of the right answers give at least five questions
KEYS = 12  # of an answer that are computed again: some 600 in all


def test_a_known_answer_gives_five_questions_and_their_keys_are_right():
    check("ps1", 25, lambda grade_id, answer: (grade_id, answer) == ("max_pool", "solution"))


@pytest.mark.proof
@pytest.mark.parametrize("name", ["ps1", "ps2"])
def test_right_answers_give_five_questions_and_their_keys_are_right(name):
    pytest.importorskip("torch"), pytest.importorskip("keras")
    check(name, KEYS)


def check(name, keys, only=lambda grade_id, answer: True):
    """Ask about right answers, and compute so many keys of each again."""
    assignment = Course(ASSIGNMENTS).assignment(name)
    (file,) = assignment.notebooks()
    source = NotebookSource(file.stem, file.read_text("utf-8"))
    found = list(survey.survey(assignment, unsafe=missing() is not None, only=only))
    assert sum(each.is_enough for each in found) >= LEAST * len(found) > 0
    again, wrong = Counter(), []
    for right in found:
        book = Notebook(source, right.notebook)
        chosen = random.Random(0).sample(right.found, len(right.found))
        for question in chosen:
            if again[right.grade_id, right.answer] == keys:
                break
            try:
                key = book.key(question, right.source)
            except Unsure:
                continue
            again[right.grade_id, right.answer] += 1
            if key != normal(question.key):
                wrong.append((right.grade_id, right.answer, question, key))
    assert not wrong
    assert again.total() >= 0.6 * min(keys, 10) * len(found)
