"""Every assignment: its release follows its source, and its mistakes get exactly their points."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from expected_points import expected_points
from leaks_in_feedback import in_feedback
from nbformat import read, write
from nbformat.v4 import new_output
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import CheckCellMetadata
from nbgrader.utils import is_grade
from nbgrader.validator import Validator

from course_utils.grading import Course, nbgrader_process
from course_utils.grading.authoring import (
    demo,
    hint_checks,
    hint_survey,
    leaks,
    mistakes,
    mutants,
    release,
    self_check,
)
from course_utils.grading.folders import FOLDER
from course_utils.grading.judging import ladders
from course_utils.grading.judging.sandbox.walls import missing
from course_utils.grading.judging.verdicts import Finding, Way
from course_utils.grading.results import export, grades
from course_utils.grading.running import grade_class
from course_utils.tools.notebooks.execution import execute

STOCK = """
c = get_config()
c.CourseDirectory.course_id = "stock"
c.ExecutePreprocessor.timeout = 20
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError()"}
"""
COURSE = Course(Path(__file__).parents[1] / "assignments")
everyone = pytest.mark.parametrize("assignment", COURSE.assignments(), ids=str)


@pytest.fixture(scope="module")
def secrets():
    return leaks.secrets(COURSE)


def graded_cells(assignment):
    return [cell for exercise in grades.exercises(assignment) for cell in exercise.cells]


@everyone
def test_its_release_is_up_to_date(assignment):
    assert release.differences(assignment) == []


@everyone
def test_it_is_a_whole_problem_set(assignment):
    """Eight graded cells or more, a hundred points, and a class that is worth grading."""
    exercises = grades.exercises(assignment)

    assert len(graded_cells(assignment)) >= 8
    assert sum(exercise.points for exercise in exercises) == 100
    assert len(mistakes.read_class(assignment.mistakes)) >= 12


def by_hand(assignment):
    """Graded cells that a person grades."""
    cells = [cell for file in assignment.notebooks() for cell in read(file, 4).cells]
    return {
        cell.metadata.nbgrader.grade_id
        for cell in cells
        if cell.cell_type == "markdown" and cell.metadata.get("nbgrader", {}).get("grade")
    }


@everyone
def test_every_graded_cell_has_four_wrong_answers_and_two_unusual_right_ones(assignment):
    answers = mistakes.read_answers(assignment.mistakes).values()
    right = Counter(answer.grade_id for answer in answers if not answer.points)

    for cell in set(graded_cells(assignment)) - by_hand(assignment):
        assert sum(cell in answer.points for answer in answers) >= 4, cell
    for grade_id in {answer.grade_id for answer in answers}:
        assert right[grade_id] >= 2, grade_id


@everyone
def test_every_hint_leads_to_a_section_of_a_lecture(assignment):
    """Its third rung is "Lecture 03: What happens at the border?": a heading without its number."""
    for hint in hint_checks.of(assignment):
        number, title = re.fullmatch(r"Lecture (\d\d): (.+)", hint.rungs[2]).groups()
        (file,) = (COURSE.root.parent / "lectures").glob(f"{number}_*.ipynb")
        texts = [cell.source for cell in read(file, 4).cells if cell.cell_type == "markdown"]
        found = re.findall(r"^##+ +(?:\d+\. +)?(.+?) *$", "\n".join(texts), re.MULTILINE)

        assert title in found, (hint.cell, hint.rungs)


@everyone
def test_every_graded_cell_has_hints_and_none_gives_anything_away(assignment, secrets):
    known = hint_checks.of(assignment)

    assert set(graded_cells(assignment)) - by_hand(assignment) <= {hint.cell for hint in known}
    assert hint_checks.findings(assignment, assignment.release, secrets) == []


@pytest.mark.proof
@everyone
def test_hardly_any_change_of_a_solution_passes_its_tests(assignment):
    """Who survives is known, with the reason why no test should tell it from the solution."""
    found = mutants.survey(assignment)
    known = mutants.known_survivors(assignment)

    assert found.total >= 60
    assert {(m.grade_id, m.change) for m in found.survivors} == set(known)
    assert found.share <= mutants.LARGEST_SHARE
    assert all(len(reason) > 20 for reason in known.values())


@pytest.mark.proof
@everyone
def test_each_of_its_cells_is_judged_apart(assignment, tmp_path):
    """No point of this course's is given in a process that an answer has entered."""
    known = shutil.ignore_patterns(FOLDER)
    root = shutil.copytree(assignment.course.root, tmp_path / "course", ignore=known)
    theirs = Course(root).assignment(assignment.name)
    found = self_check.check(theirs, unsafe=missing() is not None)
    cells = set(graded_cells(assignment)) - by_hand(assignment)

    assert found.not_tried == {}
    assert {cell.grade_id: cell for cell in found.cells()} == {
        cell: Finding(cell, Way.APART) for cell in cells
    }


@pytest.mark.proof
@everyone
def test_with_nothing_solved_it_runs_to_its_end_and_says_so(assignment, tmp_path):
    release_folder = assignment.release
    for file in sorted(release_folder.glob("*.ipynb")):
        notebook = read(file, 4)
        execute(notebook, tmp_path / file.name, seconds=60)

        says = {
            cell.metadata.nbgrader.grade_id: [o.get("text", o) for o in cell.outputs]
            for cell in notebook.cells
            if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")
        }
        for cell, outputs in says.items():
            assert len(outputs) == 1, (cell, outputs)
            assert re.fullmatch(r"Exercise \d+(, [\w ,-]+)?: not solved yet\.\n", outputs[0]), cell


@pytest.mark.proof
def test_it_takes_little_time_and_memory(demo_class):
    _, _, result = demo_class
    (solved,) = [student for student in result.students if student.student == "ada"]

    for cell, mark in solved.marks.items():
        assert mark.seconds < 10, (cell, mark.seconds)
        assert mark.peak < 2**30, (cell, mark.peak)


@everyone
def test_its_demo_class_gives_every_answer(assignment):
    folder = assignment.mistakes
    students = mistakes.read_class(folder)
    given = {(a.grade_id, a.name) for student in students for a in student.answers.values()}

    assert given == set(mistakes.read_answers(folder))


@pytest.fixture(scope="module", params=COURSE.assignments(), ids=str)
def demo_class(request, tmp_path_factory):
    """The demo class of an assignment, graded by nbgrader: its copy, students and grades."""
    assignment = request.param
    # Cells get more time than in a real demo, as other tests run beside this one.
    theirs = demo.lay_out(assignment, tmp_path_factory.mktemp(assignment.name), seconds=25)
    # The same draws on every day: `course draws` tries many.
    secret = theirs.course.root / FOLDER / "secret"
    secret.parent.mkdir(exist_ok=True)
    secret.write_bytes(bytes(32))
    release.ensure_released(theirs)
    students = demo.hand_in_all(assignment, theirs)
    outcome = grade_class.grade(theirs, unsafe=missing() is not None, pages=True)
    assert outcome.misnamed == outcome.without_page == []
    return theirs, students, grades.read(theirs, outcome.records)


@pytest.mark.proof
def test_a_demo_class_gets_exactly_the_points_in_the_mistakes_folder(demo_class):
    _, students, result = demo_class
    maximum = {
        cell: mark.maximum for student in result.students for cell, mark in student.marks.items()
    }
    hand = by_hand(result.assignment)
    wanted = {s.name: expected_points(s, maximum, hand) for s in students}

    got = {
        student.student: {cell: mark.points for cell, mark in student.marks.items()}
        or dict.fromkeys(maximum, 0.0)
        for student in result.students
    }

    assert sum(maximum.values()) == result.maximum
    assert got == wanted


@pytest.mark.proof
def test_stock_nbgrader_gives_an_honest_class_the_same_points(demo_class, tmp_path):
    """Who does not cheat loses and gains nothing by the judge."""
    theirs, students, result = demo_class
    assignment = theirs.name
    # A notebook takes stock nbgrader seconds: of later assignments it gets a part of the class.
    names = [student.name for student in students]
    some = names if assignment == "ps1_convolution" else ["ada", "bela", "dina", "omar"]
    shutil.copytree(theirs.course.root / "source", tmp_path / "source")
    for name in some:
        shutil.copytree(theirs.course.root / "submitted" / name, tmp_path / "submitted" / name)
    (tmp_path / "nbgrader_config.py").write_text(STOCK)
    stock = Course(tmp_path)
    release.ensure_released(stock.assignment(assignment))

    nbgrader_process.run(
        "autograde", assignment, root=tmp_path, seconds=1500
    )  # fails for some of them

    got, ours, hand = {}, {}, by_hand(theirs)
    with Gradebook(stock.database) as gradebook:
        for student in (found for found in result.students if found.student in some):
            try:
                (found,) = gradebook.find_submission(assignment, student.student).notebooks
            except MissingEntry:  # damaged, or no notebook: nbgrader has no grades for those
                assert student.total == 0
                continue
            if student.problem:  # the same in other words
                assert sum(grade.score for grade in found.grades) == student.total == 0
                continue
            got[student.student] = {g.name: g.score for g in found.grades if g.name not in hand}
            marks = student.marks.items()
            ours[student.student] = {cell: m.points for cell, m in marks if cell not in hand}
    assert set(some) - set(got) <= {"ines", "lena", "mateo"}
    assert got == ours


@pytest.mark.proof
def test_a_demo_class_is_told_why_for_every_point_it_lost(demo_class):
    _, _, result = demo_class
    for student in result.students:
        assert student.marks or student.problem
        for cell, mark in student.losses():
            assert len(mark.reason) > 10 or mark.reason == "not answered", (student.student, cell)
            assert mark.reason != "no reason was given", (student.student, cell)


@pytest.mark.proof
def test_of_its_wrong_answers_four_in_five_get_a_ladder_of_hints(demo_class):
    theirs, students, _ = demo_class
    known = hint_checks.of(theirs)
    wrong, helped = set(), set()
    for student in students:
        notebooks = theirs.autograded(student.name).glob("*.ipynb")
        found = {name for file in notebooks for name in ladders.found(read(file, 4), known)}
        answers = [answer for answer in student.answers.values() if answer.points]
        for answer in answers if student.hands_in == "notebook" else ():
            name = answer.grade_id, answer.name
            wrong.add(name)
            helped |= {name} if found & answer.points.keys() else set()

    assert len(helped) >= hint_survey.AIM * len(wrong), wrong - helped


@pytest.mark.proof
def test_a_demo_class_gets_feedback_and_a_gradebook_that_agree(demo_class):
    theirs, students, result = demo_class

    pages = theirs.course.class_folder("feedback")
    gradebook = export.write_gradebook(theirs.course, theirs.course.root / "gradebook.csv")

    assert {page.parts[-3] for page in pages.rglob("*.html")} == {
        student.name for student in students
    }
    header, *rows = (line.split(",") for line in gradebook.read_text().splitlines())
    exported = {row[header.index("student_id")]: float(row[header.index("score")]) for row in rows}
    assert exported == {student.student: student.total for student in result.students}


@pytest.mark.proof
def test_feedback_for_a_demo_class_holds_no_solution_and_no_hidden_test(demo_class, secrets):
    """But for what hidden tests say, which this course's settings reveal."""
    theirs, _, _ = demo_class

    assert in_feedback(theirs, secrets) == []


def validator():
    """nbgrader's, looking at stored outputs: nbval compares them with what a run gives."""
    validator = Validator()
    validator.preprocessors = [CheckCellMetadata]  # neither ClearOutput nor Execute
    return validator


@everyone
def test_nbgrader_validates_its_source(assignment):
    """With the worked solution every visible and hidden test gives all of its points."""
    for file in assignment.notebooks():
        assert validator().validate(str(file)) == {}


def test_stored_outputs_without_all_points_are_not_validated(tmp_path):
    """Else the test above would say nothing: a failed test, and one with a part of the points."""
    (file,) = COURSE.assignment("ps1_convolution").notebooks()
    failed = new_output("error", ename="AssertionError", evalue="no", traceback=["no"])
    part = new_output("execute_result", data={"text/plain": "0.5"}, execution_count=1)
    for outputs in ([failed], [part]):
        notebook = read(file, 4)
        next(c for c in notebook.cells if is_grade(c) and c.cell_type == "code").outputs = outputs
        write(notebook, tmp_path / file.name)
        assert len(validator().validate(str(tmp_path / file.name))["failed"]) == 1


@pytest.mark.proof
def test_the_command_that_validates_runs_a_source_to_its_end():
    (notebook,) = COURSE.assignment("ps1_convolution").notebooks()
    result = subprocess.run(
        [sys.executable, "-m", "nbgrader", "validate", notebook.name],
        cwd=notebook.parent,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
    )
    assert "Success! Your notebook passes all the tests." in result.stdout, result.stdout
