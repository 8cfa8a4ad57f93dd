"""A test is changed: who gains and who loses is said first, and counts when it is accepted."""

import json

import nbformat
import pytest
from nbgrader.api import Gradebook

from course_utils.grading import CourseError
from course_utils.grading.judging import judge_process
from course_utils.grading.running import grade_class
from course_utils.grading.running.grade_class import State
from course_utils.tools import cli

pytestmark = [pytest.mark.proof, pytest.mark.usefixtures("released")]

PS0 = "ps0_numbers"
REHEARSED = 2  # notebooks: the instructor's own answers, and none
ANSWERS = {
    "ada": {},
    "bela": {"double": "def double(x):\n    return abs(2 * x)"},
    "cora": {"halve": "def halve(x):\n    return x // 2"},
    "dina": {"double": "def double(x):\n    return 2 * x if x < 100 else 0"},
    "emil": {"double": "def double(x):\n    return None", "halve": "def halve(x): return None"},
    "finn": "this is no notebook",
}
OLD = 'assert double(-3) == -6, "negative numbers are doubled too"'
NEW = 'assert double(200) == 400, "large numbers are doubled too"'


@pytest.fixture
def graded(course, hand_in):
    """The course with six students who are graded."""
    for student, answers in ANSWERS.items():
        hand_in(student, answers)
    grade_class.grade(course.assignment(PS0), pages=True)
    return course


def change(course, old=OLD, new=NEW):
    """Write something else into the instructor's notebook."""
    (file,) = course.assignment(PS0).notebooks()
    notebook = nbformat.read(file, as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace(old, new)
    nbformat.write(notebook, file)


def points(course):
    with Gradebook(course.database) as gradebook:
        return {
            submission.student_id: {grade.name: grade.score for grade in notebook.grades}
            for submission in gradebook.assignment_submissions(PS0)
            for notebook in submission.notebooks
        }


def files(course):
    folders = ("release", "autograded", "feedback", "submitted")
    return {
        path: path.read_bytes()
        for folder in folders
        for path in (course.root / folder).rglob("*")
        if path.is_file()
    }


def looks(course):
    """What graded notebooks show, but for how long a test took."""
    found = {}
    for file in course.root.glob("autograded/*/*/*.ipynb"):
        notebook = nbformat.read(file, as_version=4)
        for cell in notebook.cells:
            for time in ("seconds", "peak"):
                cell.metadata.get("course_verdict", {}).pop(time, None)
        found[file.parts[-3]] = notebook
    return found


@pytest.fixture
def ran(monkeypatch):
    """The tests that every judge ran; None: all of a notebook's."""
    found, judge = [], judge_process.judge

    def watched(*arguments, only=None, **options):
        found.append(only)
        return judge(*arguments, only=only, **options)

    monkeypatch.setattr(judge_process, "judge", watched)
    return found


def test_who_gains_and_who_loses_is_said_and_nothing_is_changed(graded, ran):
    before, there = points(graded), files(graded)
    change(graded)
    trial = grade_class.try_out(graded.assignment(PS0))
    found = {each.student: each for each in trial.changes}

    assert (points(graded), files(graded)) == (before, there)
    assert sorted(found) == ["bela", "dina"]
    bela, dina = found["bela"], found["dina"]
    assert (bela.cell, bela.before, bela.after, bela.maximum) == ("test_double", 0.0, 2.0, 2.0)
    assert (bela.reason_before, bela.reason_after) == ("negative numbers are doubled too", "")
    assert (dina.before, dina.after) == (2.0, 0.0)
    assert (dina.reason_before, dina.reason_after) == ("", "large numbers are doubled too")
    # The rehearsal; then students, but for the one who has no notebook.
    assert ran == [None] * REHEARSED + [{"test_double"}] * 5


def test_to_accept_is_to_grade_and_nothing_is_judged_twice(graded, ran):
    change(graded)
    trial = grade_class.try_out(graded.assignment(PS0))
    expected = points(graded)
    for each in trial.changes:
        expected[each.student][each.cell] = each.after
    ran.clear()
    class_run = grade_class.grade(graded.assignment(PS0))
    accepted, shown = points(graded), looks(graded)
    grade_class.grade(graded.assignment(PS0), again=True)

    assert set(class_run.states.values()) <= {State.CHANGED, State.AGAIN}
    assert ran[: -len(ANSWERS) + 1] == []
    assert accepted == expected
    assert (points(graded), looks(graded)) == (accepted, shown)  # judged from the beginning


def test_a_test_that_is_put_back_has_changed_nothing(graded, ran):
    before = points(graded)
    change(graded)
    grade_class.try_out(graded.assignment(PS0))
    change(graded, NEW, OLD)
    ran.clear()
    trial = grade_class.try_out(graded.assignment(PS0))
    class_run = grade_class.grade(graded.assignment(PS0))

    assert trial.changes == [] and ran == [None] * REHEARSED
    assert class_run.states["ada"] is State.DONE
    assert points(graded) == before


def test_only_those_are_compared_whose_hand_in_is_as_it_was(graded, hand_in):
    hand_in("bela", {})
    hand_in("gina", {})
    change(graded)
    trial = grade_class.try_out(graded.assignment(PS0))

    assert trial.not_compared == ["bela", "gina"]
    assert [each.student for each in trial.changes] == ["dina"]


def test_points_that_a_person_gave_stay(graded):
    with Gradebook(graded.database) as gradebook:
        (notebook,) = gradebook.find_submission(PS0, "dina").notebooks
        for grade in notebook.grades:
            grade.manual_score, grade.needs_manual_grade = 1.0, False
        gradebook.db.commit()
    change(graded)

    assert [each.student for each in grade_class.try_out(graded.assignment(PS0)).changes] == [
        "bela"
    ]


def test_without_grades_there_is_nothing_to_compare(course, hand_in):
    hand_in("ada")
    trial = grade_class.try_out(course.assignment(PS0))

    assert trial.not_compared == ["ada"]
    (course.root / "gradebook.db").unlink()
    with pytest.raises(CourseError, match="nobody is graded in ps0_numbers yet"):
        grade_class.try_out(course.assignment(PS0))


def test_a_test_that_the_instructors_own_answer_does_not_pass_is_said(graded, capsys):
    change(graded, new="assert double(200) == 401")

    assert cli.main(["grade", "ps0", "--course", str(graded.root), "--what-if"]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "1 Doubling 0 0 +0" in said  # a person decides: nobody has lost or gained yet
    assert "look at test_double: waits for a person in all notebooks: the instructor's own" in said


def test_as_typed(graded, capsys, tmp_path):
    words = ["grade", "ps0", "--course", str(graded.root), "--what-if"]
    change(graded)
    assert cli.main([*words, "--csv", str(tmp_path / "list.csv")]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert cli.main([*words, "--json", "-"]) == 0
    known = json.loads(capsys.readouterr().out)

    assert "1 Doubling 1 1 +0" in said
    assert "Other points would get 2 of 6 students" in said
    assert "To accept: course release ps0_numbers, then course grade ps0_numbers." in said
    assert len((tmp_path / "list.csv").read_text().splitlines()) == 3
    assert [each["student"] for each in known["students"]] == ["bela", "dina"]
    assert cli.main([*words, "--feedback"]) == 2
    assert "--what-if goes with none of" in capsys.readouterr().err
