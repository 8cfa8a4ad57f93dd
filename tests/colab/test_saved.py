"""A notebook that Colab or VS Code has saved is worth the same points as before."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest

import saved_notebooks
from course_utils.grading import Course
from course_utils.grading.authoring import mistakes
from course_utils.grading.judging import submitted_notebook
from course_utils.grading.judging.notebooks.rebuild import is_answer, settings
from course_utils.grading.judging.sandbox.walls import missing
from course_utils.grading.results import grades
from course_utils.grading.running import grade_class

COURSE = Course(Path(__file__).parents[2] / "assignments")
PS1 = "ps1_convolution"
OTHERS = [
    saved_notebooks.by_colab,
    saved_notebooks.by_colab_with_the_cells_ids,
    saved_notebooks.by_colab_without_settings,
    saved_notebooks.by_vs_code,
]
every_program = pytest.mark.parametrize("save", OTHERS, ids=lambda save: save.__name__)


@pytest.fixture(scope="module")
def source():
    """The instructor's side of problem set 1, with what students were given."""
    file = COURSE.assignment(PS1).source / f"{PS1}.ipynb"
    stubs = nbformat.read(COURSE.assignment(PS1).release / file.name, as_version=4)
    stubs = {settings(cell)["grade_id"]: cell.source for cell in stubs.cells if settings(cell)}
    released = [
        (settings(cell)["grade_id"], stubs[settings(cell)["grade_id"]], "")
        for cell in nbformat.read(file, as_version=4).cells
        if is_answer(cell)
    ]
    return submitted_notebook.NotebookSource(PS1, file.read_text("utf-8"), tuple(released))


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    """The notebook of a student of the demo class."""
    root = tmp_path_factory.mktemp("class")
    shutil.copy(COURSE.root / "nbgrader_config.py", root)
    course = Course(root)
    for kind in ("source", "release"):
        shutil.copytree(COURSE.root / kind / PS1, course.root / kind / PS1)
    students = {s.name: s for s in mistakes.read_class(COURSE.root / "mistakes" / PS1)}

    def handed_in(name):
        folder = mistakes.hand_in(course.assignment(PS1), students[name])
        return nbformat.read(folder / f"{PS1}.ipynb", as_version=4)

    return handed_in


def points(source, text):
    prepared = submitted_notebook.prepare(source, text.encode(), [])
    graded = submitted_notebook.grade(
        prepared, source.name, files={}, handed_in={}, unsafe=missing() is not None
    )
    return graded.points


@pytest.mark.proof
@pytest.mark.parametrize(("student", "least", "most"), [("ada", 100, 100), ("bela", 1, 99)])
def test_problem_set_1_gets_the_same_points_whatever_saved_it(
    source, handed_in, student, least, most
):
    content = handed_in(student)
    expected = points(source, saved_notebooks.by_jupyter(content))

    assert least <= sum(expected.values()) <= most
    for save in OTHERS:
        assert points(source, save(content)) == expected, save.__name__


@pytest.mark.usefixtures("released")
def test_course_grade_gives_a_class_the_same_points_whatever_saved_their_notebooks(course, hand_in):
    answers = {"double": "def double(x):\n    return x + x", "halve": "def halve(x): return x // 2"}
    content = nbformat.read(hand_in("ada", answers), as_version=4)
    for save in OTHERS:
        hand_in(save.__name__, save(content))

    outcome = grade_class.grade(course.assignment("ps0_numbers"), unsafe=missing() is not None)

    students = grades.read(course.assignment("ps0_numbers"), outcome.records).students
    assert {student.student for student in students} == {"ada", *(s.__name__ for s in OTHERS)}
    for student in students:
        got = {cell: mark.points for cell, mark in student.marks.items()}
        assert got == {"test_double": 2.0, "test_halve": 2.0}, student.student


@every_program
def test_it_is_still_a_notebook(handed_in, save):
    nbformat.validate(nbformat.reads(save(handed_in("ada")), as_version=4))


def test_colab_leaves_nothing_of_a_cells_id_where_jupyter_keeps_it(handed_in):
    cells = json.loads(saved_notebooks.by_colab(handed_in("ada")))["cells"]

    assert not any("id" in cell for cell in cells)
    assert all("id" in cell["metadata"] for cell in cells)
