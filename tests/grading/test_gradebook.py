"""A gradebook of an older nbgrader is refused in a sentence, before anything is written into it."""

import sqlite3

import pytest

from course_utils.grading import CourseError
from course_utils.grading.results import grades
from course_utils.grading.running import grade_class

PS0 = "ps0_numbers"


@pytest.mark.usefixtures("released")
def test_an_old_gradebook_is_named_with_the_remedy(course, hand_in):
    hand_in("ada")
    file = course.database.removeprefix("sqlite:///")
    with sqlite3.connect(file) as database:
        database.execute("alter table student drop column lms_user_id")

    for use in (grade_class.grade, grades.read_all):
        with pytest.raises(CourseError, match="no student.lms_user_id.*nbgrader db upgrade"):
            use(course.assignment(PS0))
