"""Every assignment: its release follows its source, and its mistakes get exactly their points."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook, MissingEntry

from course_utils.grading import (
    Course,
    autograde,
    command,
    demo,
    feedback,
    grades,
    mistakes,
    release,
)
from course_utils.grading.judging.walls import missing

pytestmark = pytest.mark.slow

STOCK = """
c = get_config()
c.CourseDirectory.course_id = "stock"
c.ExecutePreprocessor.timeout = 20
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError()"}
"""
COURSE = Course(Path(__file__).parents[1] / "assignments")
everyone = pytest.mark.parametrize("assignment", COURSE.assignments())


def graded_cells(assignment):
    return [cell for exercise in grades.exercises(COURSE, assignment) for cell in exercise.cells]


@everyone
def test_its_release_is_up_to_date(assignment):
    assert release.differences(COURSE, assignment) == []


@everyone
def test_it_has_at_least_eight_graded_cells_and_a_hundred_points(assignment):
    exercises = grades.exercises(COURSE, assignment)

    assert len(graded_cells(assignment)) >= 8
    assert sum(exercise.points for exercise in exercises) == 100


@everyone
def test_every_graded_cell_has_three_wrong_answers(assignment):
    answers = mistakes.read_answers(COURSE.root / "mistakes" / assignment).values()

    for cell in graded_cells(assignment):
        assert sum(cell in answer.points for answer in answers) >= 3, cell


@everyone
def test_its_demo_class_gives_every_answer(assignment):
    folder = COURSE.root / "mistakes" / assignment
    students = mistakes.read_class(folder)
    given = {(a.exercise, a.name) for student in students for a in student.answers.values()}

    assert given == set(mistakes.read_answers(folder))


@pytest.fixture(scope="module", params=COURSE.assignments())
def demo_class(request, tmp_path_factory):
    """The demo class of an assignment, graded by nbgrader: its course, students and grades."""
    assignment = request.param
    # Cells get more time than in a real demo, as other tests run beside this one.
    course = demo.lay_out(COURSE, assignment, tmp_path_factory.mktemp(assignment), seconds=25)
    release.ensure_released(course, assignment)
    students = demo.hand_in_all(COURSE, course, assignment)
    outcome = autograde.grade(course, assignment, unsafe=missing() is not None, pages=True)
    assert outcome.misnamed == outcome.without_page == []
    return course, students, grades.read(course, assignment, outcome.records)


def test_a_demo_class_gets_exactly_the_points_in_the_mistakes_folder(demo_class):
    _, students, result = demo_class
    maximum = {
        cell: mark.maximum for student in result.students for cell, mark in student.marks.items()
    }
    wanted = {student.name: mistakes.expected_points(student, maximum) for student in students}

    got = {
        student.student: {cell: mark.points for cell, mark in student.marks.items()}
        or dict.fromkeys(maximum, 0.0)
        for student in result.students
    }

    assert len(students) >= 12
    assert sum(maximum.values()) == result.maximum
    assert got == wanted


def test_stock_nbgrader_gives_an_honest_class_the_same_points(demo_class, tmp_path):
    """Who does not cheat loses and gains nothing by the judge."""
    course, students, result = demo_class
    (assignment,) = course.assignments()
    for folder in ("source", "submitted"):
        shutil.copytree(course.root / folder, tmp_path / folder)
    (tmp_path / "nbgrader_config.py").write_text(STOCK)
    stock = Course(tmp_path)
    release.release(stock, assignment)

    command.run("autograde", assignment, root=tmp_path, seconds=1500)  # fails for some of them

    got, ours = {}, {}
    with Gradebook(stock.database) as gradebook:
        for student in result.students:
            try:
                (found,) = gradebook.find_submission(assignment, student.student).notebooks
            except MissingEntry:  # damaged, or no notebook: nbgrader has no grades for those
                assert student.total == 0
                continue
            if student.problem:  # the same in other words
                assert sum(grade.score for grade in found.grades) == student.total == 0
                continue
            got[student.student] = {grade.name: grade.score for grade in found.grades}
            ours[student.student] = {cell: mark.points for cell, mark in student.marks.items()}
    assert len(got) >= len(students) - 3
    assert got == ours


def test_a_demo_class_is_told_why_for_every_point_it_lost(demo_class):
    _, _, result = demo_class
    for student in result.students:
        assert student.marks or student.problem
        for cell, mark in student.losses():
            assert len(mark.reason) > 10 or mark.reason == "not answered", (student.student, cell)
            assert mark.reason != "no reason was given", (student.student, cell)


def test_a_demo_class_gets_feedback_and_a_gradebook_that_agree(demo_class):
    course, students, result = demo_class

    pages = course.folder("feedback", result.assignment, "x").parent.parent
    gradebook = feedback.write_gradebook(course, course.root / "gradebook.csv")

    assert {page.parts[-3] for page in pages.rglob("*.html")} == {
        student.name for student in students
    }
    header, *rows = (line.split(",") for line in gradebook.read_text().splitlines())
    exported = {row[header.index("student_id")]: float(row[header.index("score")]) for row in rows}
    assert exported == {student.student: student.total for student in result.students}


@everyone
def test_nbgrader_validates_its_source(assignment):
    """`nbgrader validate` runs the visible and hidden tests against the worked solution."""
    for notebook in COURSE.notebooks(assignment):
        result = subprocess.run(
            [sys.executable, "-m", "nbgrader", "validate", notebook.name],
            cwd=notebook.parent,
            env=os.environ | {"PYTHONWARNINGS": "ignore"},
            capture_output=True,
            text=True,
        )
        assert "Success! Your notebook passes all the tests." in result.stdout, result.stdout
