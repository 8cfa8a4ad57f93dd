"""Known answers of this course: most mistakes have a small input, no right answer has one.

Of two sets, as all seven take minutes; `course smallest --store` measures the others for the book.
"""

from pathlib import Path

import pytest

from course_utils.grading import Course
from course_utils.grading.authoring import smallest_inputs
from course_utils.grading.judging.sandbox.walls import missing

COURSE = Course(Path(__file__).parents[3] / "assignments")
AIM = 0.9  # of the wrong answers to functions of numbers and arrays


@pytest.mark.proof
@pytest.mark.parametrize("name", ["ps1", "ps3"])
def test_mistakes_have_a_small_input_and_right_answers_have_none(name):
    pytest.importorskip("torch"), pytest.importorskip("keras")

    found = smallest_inputs.survey(COURSE.assignment(name), unsafe=missing() is not None)

    wrong = [each for each in found if each.failed and not each.is_right]
    assert sum(each.is_good for each in wrong) >= AIM * len(wrong) > 0
    assert [each for each in found if each.is_right and each.cell] == []
