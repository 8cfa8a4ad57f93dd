"""`course grade` looks at files before nbgrader does: what they are stops nobody there either."""

import pytest

import target
from course_utils.grading import Course
from course_utils.grading.judging.sandbox.walls import missing
from course_utils.grading.results import grades
from course_utils.grading.running import grade_class


@pytest.mark.proof
def test_strange_files_cost_their_owner_points_and_nobody_else(tmp_path):
    target.lay_out(tmp_path, unsafe=missing() is not None)
    chosen = {attack.name: attack for attack in target.attacks() if attack.write is not None}
    target.hand_in(tmp_path, "honest", None, {})
    for name, attack in chosen.items():
        target.hand_in(tmp_path, name, attack, {})
    course = Course(tmp_path)
    done = grade_class.grade(course.assignment("ps")).records
    result = {
        student.student: student for student in grades.read(course.assignment("ps"), done).students
    }

    assert len(chosen) > 20
    assert result["honest"].total == sum(target.POINTS.values())
    for name, attack in chosen.items():
        assert result[name].total == sum(attack.points.values()), name
    again = grade_class.grade(course.assignment("ps"))
    assert again.records == done and set(again.states.values()) == {"done"}
