"""Any nbgrader course, two lines in its settings: its commands work as ever, and trust nobody."""

import csv
import html
import os
import re
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from traitlets.config import Config

from course_utils.grading import Course, nbgrader_process
from course_utils.grading.authoring import self_check
from course_utils.grading.judging import plugin
from course_utils.grading.judging.plugin import in_words
from course_utils.grading.judging.sandbox.walls import missing
from course_utils.grading.results import grades, summary
from course_utils.grading.running import grade_class
from small_notebooks import answer, exam, notebook, shared, written

pytestmark = pytest.mark.proof  # nbgrader's own commands, which take seconds each

SETTINGS = f"""
from nbgrader.plugins import BasePlugin
from course_utils.grading import configure
c = get_config()
c.CourseDirectory.course_id = "other"
c.Execute.timeout = 5

class HalfAPointAnHour(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 0.5 * round(total_seconds_late / 3600)

c.AssignLatePenalties.plugin_class = HalfAPointAnHour
configure(c, unsafe_no_sandbox={missing() is not None})
"""
SECRET = "a1b2-only-the-grader-knows"
TEST = f"""assert double(1) == 2, "double(1) is 2"
### BEGIN HIDDEN TESTS
assert open("hidden/answers.txt").read() == "{SECRET}" and open("numbers.txt").read() == "1 2 3"
assert double(21) == 42, "{SECRET}: double(21) is 42"
### END HIDDEN TESTS"""
PARTS = f"""from course_utils import checks
### BEGIN HIDDEN TESTS
score = checks.Score(3)
with score.part(2, "even"):
    assert half(4) == 2, "{SECRET} half(4)"
with score.part(1, "odd"):
    assert half(3) == 1.5, "{SECRET} half(3)"
float(score)
### END HIDDEN TESTS"""
SOLVED = "def {0}(x):\n    ### BEGIN SOLUTION\n    return {1}\n    ### END SOLUTION"
RIGHT = {"double": "def double(x): return 2 * x", "half": "def half(x): return x / 2"}
READER = """
import os
read = open("numbers.txt").read() if not os.path.exists("hidden") else ""
def double(x):
    return 2 * x if read == "1 2 3" else 0
"""
ATTACK = """
import os, sqlite3, subprocess
def double(x):
    os.system("touch /tmp/escaped")
    class Yes:
        __eq__ = lambda self, other: True
    return Yes()
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """A course after `nbgrader autograde ps`: an honest student, a wrong one, and others."""
    root = tmp_path_factory.mktemp("other") / "course"
    (root / "source" / "ps").mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(SETTINGS)
    cells = [
        shared("import numpy as np"),
        answer(SOLVED.format("double", "2 * x"), "double"),
        exam(TEST, "test_double", 2),
        answer(SOLVED.format("half", "x / 2"), "half"),
        exam(PARTS, "test_half", 3),
        written("why", 5),
    ]
    nbformat.write(notebook(*cells), root / "source" / "ps" / "ps.ipynb")
    (root / "source" / "ps" / "numbers.txt").write_text("1 2 3")
    (root / "source" / "ps" / "hidden").mkdir()
    (root / "source" / "ps" / "hidden" / "answers.txt").write_text(SECRET)
    nbgrader(root, "generate_assignment", "ps")
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        gradebook.update_or_create_assignment("ps", duedate="2026-01-01 12:00:00 UTC")
    hand_in(root, "ada", RIGHT | {"why": "Because <script>alert(1)</script> it is."})
    hand_in(root, "bela", RIGHT | {"double": "def double(x): return x + 1"})
    hand_in(root, "cora", RIGHT | {"half": "def half(x): return x // 2"})
    hand_in(root, "dina", RIGHT | {"double": ATTACK})
    hand_in(root, "emil", RIGHT).write_text("{")
    hand_in(root, "finn", RIGHT).rename(root / "submitted" / "finn" / "ps" / "ps (1).ipynb")
    gina = hand_in(root, "gina", RIGHT)
    gina.unlink()
    os.mkfifo(gina)
    hand_in(root, "hugo", RIGHT)
    hand_in(root, "ivan", RIGHT | {"double": READER})
    for student, time in [("ada", "2025-12-31 10:00"), ("bela", "2030-01-01 10:00")]:
        (root / "submitted" / student / "ps" / "timestamp.txt").write_text(f"{time}:00 UTC")
    (root / "submitted" / "hugo" / "ps" / "timestamp.txt").write_bytes(b"\xff no date")
    (root / "submitted" / "received.csv").write_text(
        "student,time\nada,2026-01-01 14:00:00+00:00\nhugo,2026-01-01T11:59:59+00:00\n"
    )
    nbgrader(root, "autograde", "ps")
    return root


def nbgrader(root, *arguments, ok=True):
    outcome = nbgrader_process.run(*arguments, root=root)
    assert outcome.ok or not ok, outcome.log
    return outcome


def hand_in(root, student, answers) -> Path:
    folder = root / "submitted" / student / "ps"
    folder.mkdir(parents=True, exist_ok=True)
    nb = nbformat.read(root / "release" / "ps" / "ps.ipynb", as_version=4)
    for cell in nb.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(grade_id, cell.source)
    nbformat.write(nb, folder / "ps.ipynb")
    return folder / "ps.ipynb"


def scores(root, student) -> dict:
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        submission = gradebook.find_submission("ps", student)
        return {
            grade.name: (grade.auto_score, grade.needs_manual_grade)
            for grade in submission.notebooks[0].grades
        }


def test_files_in_the_folder_hidden_are_for_tests_only(root):
    """Ivan answers only where he can read what was given out, and only that."""
    released = root / "release" / "ps"
    assert (released / "numbers.txt").exists() and not (released / "hidden").exists()
    assert scores(root, "ivan")["test_double"] == (2.0, False)


def test_one_command_grades_everybody(root):
    full = {"test_double": (2.0, False), "test_half": (3.0, False), "why": (None, True)}
    nothing_written = {"why": (0.0, False)}

    assert scores(root, "ada") == full
    assert scores(root, "bela") == full | nothing_written | {"test_double": (0.0, False)}
    assert scores(root, "cora") == full | nothing_written | {"test_half": (2.0, False)}
    assert scores(root, "dina") == full | nothing_written | {"test_double": (0.0, False)}
    assert scores(root, "emil") == scores(root, "gina") == dict.fromkeys(full, (0.0, False))
    assert scores(root, "finn") == scores(root, "hugo") == full | nothing_written


def test_what_was_handed_in_is_not_touched(root):
    submitted = root / "submitted"

    assert (submitted / "emil" / "ps" / "ps.ipynb").read_text() == "{"
    assert not (submitted / "finn" / "ps" / "ps.ipynb").exists()
    assert (submitted / "gina" / "ps" / "ps.ipynb").is_fifo()


def test_lateness_is_when_it_was_received_not_what_the_student_wrote(root):
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        late = {
            student: gradebook.find_submission("ps", student).notebooks[0].late_submission_penalty
            for student in ("ada", "bela", "hugo")
        }

    assert late == {"ada": 1.0, "bela": None, "hugo": None}


def test_export_has_everyone_with_penalties(root):
    nbgrader(root, "export", "--to", "grades.csv")
    with open(root / "grades.csv") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}

    assert len(rows) == 9
    assert float(rows["ada"]["score"]) == 4.0
    assert float(rows["cora"]["score"]) == 4.0


def page_of(root, student) -> str:
    return next((root / "feedback" / student / "ps").glob("*.html")).read_text()


def feedback(root, student) -> str:
    """What one reads on a student's page; of code, colours are tags between its words."""
    return html.unescape(re.sub(r"<[^>]*>", "", page_of(root, student)))


HINTS = """[["*"]]
says = "double(1) is 2"
ask = "What becomes of 1?"
try = "Print it."
read = "Lecture 01"
"""


def test_feedback_keeps_hidden_tests_hidden_and_shows_hints(root):
    (root / "mistakes").mkdir()
    (root / "mistakes/hints.toml").write_text(HINTS)
    nbgrader(root, "generate_feedback", "ps", "--force")

    for student in ("ada", "bela", "cora", "dina", "emil", "finn", "gina"):
        page = feedback(root, student)
        assert SECRET not in page
        assert "double(21)" not in page and "HIDDEN" not in page
    assert "double(1) is 2" in feedback(root, "dina")
    assert "Hint 1 of 3: a questionWhat becomes of 1?Hint 2 of 3" in feedback(root, "dina")
    assert "Hint 1 of 3" not in feedback(root, "bela")
    assert "a hidden test fails" in feedback(root, "bela")
    assert "lost 1 of 3 points" in feedback(root, "cora")
    assert "assert double(1) == 2" in feedback(root, "ada")
    assert "<script>alert(1)" in feedback(root, "ada")
    assert "<script>alert(1)" not in page_of(root, "ada")


@pytest.mark.parametrize("reveal, says", [("names", "odd"), ("messages", f"odd: {SECRET}")])
def test_an_option_says_more_of_hidden_tests(root, reveal, says):
    nbgrader(
        root, "generate_feedback", "ps", "--student=cora", "--force", f"--HideTests.reveal={reveal}"
    )
    page = feedback(root, "cora")

    assert f"lost 1 of 3 points: {says}" in page
    assert "half(3) ==" not in page


def test_a_new_submission_leaves_no_old_grade_and_keeps_what_a_person_gave(root):
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        grade = gradebook.find_grade("why", "ps", "ps", "ada")
        grade.manual_score, grade.needs_manual_grade = 4.0, False
        gradebook.db.commit()
    before = scores(root, "ada")
    hand_in(root, "ada", {"why": "Because it is."})  # forgot all the rest
    nbgrader(root, "autograde", "ps", "--student=ada", "--force")
    after = scores(root, "ada")

    assert before["test_double"] == (2.0, False)
    assert after["test_double"] == after["test_half"] == (0.0, False)
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        assert gradebook.find_grade("why", "ps", "ps", "ada").score == 4.0


def test_a_damaged_resubmission_takes_the_old_points_away(root):
    hand_in(root, "finn", {}).write_text("no notebook any more")
    (root / "submitted" / "finn" / "ps" / "ps (1).ipynb").unlink()
    nbgrader(root, "autograde", "ps", "--student=finn", "--force")

    assert set(scores(root, "finn").values()) == {(0.0, False)}


def test_the_formgraders_button_works(root, monkeypatch):
    from nbgrader.apps import NbGrader, NbGraderAPI

    monkeypatch.chdir(root)
    app = NbGrader()
    app.initialize([])
    api = NbGraderAPI(config=app.config)
    hand_in(root, "hugo", RIGHT | {"half": "def half(x): return 0"})
    result = api.autograde("ps", "hugo")

    assert result["success"], result
    assert scores(root, "hugo")["test_half"] == (0.0, False)
    assert api.get_student_notebook_submissions("hugo", "ps")[0]["score"] == 2.0
    assert api.generate_feedback("ps", "hugo")["success"]
    assert SECRET not in feedback(root, "hugo")


def test_a_missing_instructors_notebook_is_said_and_gives_no_grade(root):
    source = root / "source" / "ps" / "ps.ipynb"
    source.rename(root / "kept")
    try:
        outcome = nbgrader(root, "autograde", "ps", "--student=cora", "--force", ok=False)
    finally:
        (root / "kept").rename(source)

    assert not outcome.ok
    assert "the instructor's version is needed" in outcome.log


def test_a_course_in_any_folder_with_tasks_and_its_own_timeout(tmp_path):
    """Signs that patterns are made of are in its path; a person grades a task in it."""
    root = tmp_path / "C++ (2024)" / "it's 50%"
    (root / "source" / "ps").mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(
        "from course_utils.grading import configure\n"
        "c = get_config()\n"
        f"configure(c, unsafe_no_sandbox={missing() is not None})\n"
        "c.ExecutePreprocessor.timeout = 2\n"
    )
    task = nbformat.v4.new_markdown_cell("Draw what it does.")
    task.metadata["nbgrader"] = {
        **{"grade_id": "task", "schema_version": 3, "grade": False, "solution": False},
        **{"locked": True, "task": True, "points": 4},
    }
    endless = "def double(x):\n    while True: pass"
    double = answer(SOLVED.format("double", "2 * x"), "double")
    cells = [double, exam("assert double(1) == 2", "test", 2), task]
    nbformat.write(notebook(*cells), root / "source" / "ps" / "ps.ipynb")
    nbgrader(root, "generate_assignment", "ps")
    hand_in(root, "ada", RIGHT)
    hand_in(root, "bela", {"double": endless})

    nbgrader(root, "autograde", "ps")

    assert scores(root, "ada") == {"test": (2.0, False), "task": (None, True)}
    assert scores(root, "bela") == {"test": (0.0, False), "task": (None, True)}
    course = Course(root)
    assert [each.points for each in grades.exercises(course.assignment("ps"))] == [6.0]
    (ada, bela) = grades.read_all(course.assignment("ps")).students
    assert ada.marks["task"].points is None and "person" in ada.marks["task"].reason
    assert bela.marks["test"].kind == "timeout" and bela.marks["test"].seconds < 15


@pytest.mark.parametrize(
    ("lines", "seconds"),
    [
        ("", 30),
        ("c.Execute.timeout = 7", 7),
        ("c.ExecutePreprocessor.timeout = 8", 8),
        ("c.NotebookClient.timeout = 9", 9),
        ("c.ExecutePreprocessor.timeout = 8\nc.Execute.timeout = 7", 7),
        ("c.Execute.timeout = -1", 600),
        ("c.ExecutePreprocessor.timeout = None", 600),
        ("c.Judge.seconds = 3.5", 3.5),
    ],
)
def test_time_for_a_cell_is_what_the_course_says_before_or_after(lines, seconds):
    before, after = Config(), Config()
    exec(lines, {"c": before})
    plugin.configure(before)
    plugin.configure(after)
    exec(lines, {"c": after})

    assert plugin.cell_seconds(before) == plugin.cell_seconds(after) == seconds


@pytest.fixture(scope="module")
def tried(tmp_path_factory) -> Path:
    """A course in which one cell has to be judged inside, and one can be judged by nobody."""
    root = tmp_path_factory.mktemp("tried")
    (root / "source" / "ps").mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(
        "from course_utils.grading import configure\nc = get_config()\n"
        f"configure(c, seconds=5, unsafe_no_sandbox={missing() is not None})\n"
    )
    cells = [
        answer(SOLVED.format("double", "2 * x"), "double"),
        exam("assert double(1) == 2", "plain", 2),
        exam("import inspect\nassert '2' in inspect.getsource(double)", "reads", 3),
        exam("assert double(1) == 3", "mistaken", 4),
    ]
    nbformat.write(notebook(*cells), root / "source" / "ps" / "ps.ipynb")
    return root


def test_a_course_tries_itself_before_anybody_is_graded(tried):
    checked = self_check.check(Course(tried).assignment("ps"))

    ways = checked.ways["ps"]
    assert [str(each.way) for each in ways.values()] == ["apart", "inside", "a person"]
    text = "\n".join(self_check.lines(checked))
    assert "reads how an answer is written" in text and "does not get all points" in text
    assert "3 graded cells: 1 judged apart, 1 judged inside, 1 by a person" in text
    assert not (tried / "release").exists() and not (tried / "gradebook.db").exists()
    assert (tried / ".grading" / "ps" / "ways.json").is_file()


def test_nobody_is_graded_by_a_cell_that_its_own_answer_fails(tried):
    """Grades are written, the cell waits for a person, and the run is no success."""
    nbgrader(tried, "generate_assignment", "ps")
    hand_in(tried, "ada", RIGHT)
    hand_in(tried, "bela", {"double": "def double(x): return x + x"})
    outcome = nbgrader(tried, "autograde", "ps", ok=False)

    assert outcome.status == 1
    assert "mistaken waits for a person (2 notebooks)" in outcome.log
    assert "reads: judged inside" in outcome.log and "3 graded" not in outcome.log
    for student, reads in (("ada", 3.0), ("bela", 0.0)):
        assert scores(tried, student) == {
            "plain": (2.0, False),
            "reads": (reads, False),
            "mistaken": (None, True),
        }

    run = grade_class.grade(Course(tried).assignment("ps"), again=True)
    result = grades.read(run.assignment, run.records)
    found = summary.summarize(run, result)
    assert [line for _, line in found.attention] == [in_words(run.ways["ps"]["mistaken"])]
    assert [cell for cell, _ in found.inside] == ["reads"]
    assert "own answer" in result.students[0].marks["mistaken"].reason
    assert result.students[0].marks["reads"].inside
