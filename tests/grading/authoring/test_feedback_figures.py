"""How many known wrong answers feedback helps with: kept beside the course, shown in the book."""

from pathlib import Path

import pytest

from course_utils.errors import UserError
from course_utils.grading import Course
from course_utils.grading.authoring import feedback_figures
from course_utils.grading.authoring.feedback_figures import HINTS, SMALLEST
from course_utils.tools.book import how_valid

ASSIGNMENTS = Path(__file__).parents[3] / "assignments"


@pytest.fixture
def course(tmp_path):
    """A course with the names of this one's assignments."""
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    for folder in (ASSIGNMENTS / "source").iterdir():
        (tmp_path / "source" / folder.name).mkdir(parents=True)
    return Course(tmp_path)


def test_what_was_stored_is_read_and_a_new_figure_takes_the_place_of_the_old(course):
    one, two = course.assignment("ps1"), course.assignment("ps2")
    assert feedback_figures.read(course) == {}

    feedback_figures.write(two, HINTS, 9, 10)
    feedback_figures.write(one, SMALLEST, 1, 50)
    feedback_figures.write(one, SMALLEST, 47, 50)

    found = feedback_figures.read(course)
    assert {(n, w): (f.good, f.tried) for n, own in found.items() for w, f in own.items()} == {
        (one.name, SMALLEST): (47, 50),
        (two.name, HINTS): (9, 10),
    }


def test_a_damaged_file_says_what_to_do(course):
    (course.root / feedback_figures.FILE).write_text('{"ps1": {"smallest": 3}}')

    with pytest.raises(UserError, match="restore it from git"):
        feedback_figures.read(course)


def test_the_book_shows_each_share_and_that_of_the_whole_course(course):
    assert how_valid.feedback({}) == ""
    feedback_figures.write(course.assignment("ps1"), SMALLEST, 47, 50)
    feedback_figures.write(course.assignment("ps2"), SMALLEST, 31, 50)
    feedback_figures.write(course.assignment("ps2"), HINTS, 10, 10)

    text = how_valid.feedback(feedback_figures.read(course))

    assert "| 1: convolution | 47 of 50 (94 %) | – |" in text
    assert "| 2: backprop | 31 of 50 (62 %) | 10 of 10 (100 %) |" in text
    assert "| All | 78 of 100 (78 %) | 10 of 10 (100 %) |" in text


def test_a_hundred_percent_are_all(course):
    feedback_figures.write(course.assignment("ps1"), HINTS, 457, 459)

    assert "457 of 459 (99 %)" in how_valid.feedback(feedback_figures.read(course))
