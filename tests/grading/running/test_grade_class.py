"""A class is graded completely, whatever single students hand in."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from course_utils.grading import Course, CourseError
from course_utils.grading.judging.sandbox import forkserver
from course_utils.grading.judging.sandbox.walls import missing
from course_utils.grading.judging.verdicts import VerdictKind
from course_utils.grading.results import grades
from course_utils.grading.running import grade_class, work
from course_utils.tools.cli import main
from offspring import watched

pytestmark = pytest.mark.usefixtures("released")

PS0 = "ps0_numbers"
ENDLESS = "def double(x):\n    while True:\n        pass"
KILLS_ITS_KERNEL = "import os\n\ndef double(x):\n    os._exit(1)"


def graded(course, **options):
    """Grade and read: a mapping from student to grades."""
    records = grade_class.grade(course.assignment(PS0), **options).records
    return {
        student.student: student
        for student in grades.read(course.assignment(PS0), records).students
    }


def test_right_wrong_and_broken_hand_ins_get_their_points_and_reasons(course, hand_in):
    hand_in("ada")
    hand_in("bela", {"double": "def double(x):\n    return abs(2 * x)"})
    hand_in("cora", {"halve": "def halve(x):\n    return x // 2"})
    hand_in("dina", {"double": ENDLESS})
    hand_in("emil", {"double": "def double(x) return 2 * x"})
    hand_in("finn", "this is no notebook")
    hand_in("gina", {"double": KILLS_ITS_KERNEL})

    result = graded(course)

    assert {name: student.total for name, student in result.items()} == {
        "ada": 5.0,
        "bela": 3.0,
        "cora": 4.0,
        "dina": 3.0,
        "emil": 3.0,
        "finn": 0.0,
        "gina": 3.0,
    }
    reasons = {
        name: [mark.reason for _, mark in student.losses()] or [student.problem]
        for name, student in result.items()
    }
    assert reasons["ada"] == [None]
    assert reasons["bela"] == ["negative numbers are doubled too"]
    assert reasons["cora"] == ["lost 1 of 3 points: odd numbers"]
    assert reasons["dina"] == ["stopped: it ran too long (a loop that never ends?)"]
    assert reasons["emil"][0].startswith("the answer's cell fails: SyntaxError: ")
    damage = "the notebook is damaged: the file is no JSON, so no Jupyter can open it"
    assert reasons["finn"] == [damage]
    assert reasons["gina"] == ["your answer ended the process that ran it (exit, a crash)"]


def test_a_second_run_grades_only_what_changed(course, hand_in):
    hand_in("ada")
    hand_in("bela", {"double": "def double(x):\n    return x"})
    first = grade_class.grade(course.assignment(PS0)).records
    stamps = {name: _written(course, name) for name in ("ada", "bela")}

    hand_in("bela")
    second = grade_class.grade(course.assignment(PS0))

    assert _written(course, "ada") == stamps["ada"]
    assert _written(course, "bela") != stamps["bela"]
    assert [record.key for record in first] != [record.key for record in second.records]
    assert second.states == {"ada": "done", "bela": "changed"}
    assert graded(course)["bela"].total == 5.0


@pytest.mark.proof
def test_a_changed_test_grades_everyone_again(course, hand_in):
    hand_in("ada", {"double": "def double(x):\n    return 2 * x if x != 7 else 0"})
    assert graded(course)["ada"].total == 5.0

    source = course.assignment(PS0).notebooks()[0]
    source.write_text(source.read_text().replace("double(-3) == -6", "double(7) == 14"))

    assert graded(course)["ada"].total == 3.0


def test_no_old_grade_stands_for_a_broken_second_hand_in(course, hand_in):
    hand_in("ada")
    assert graded(course)["ada"].total == 5.0

    hand_in("ada", "{ half a noteb")

    assert graded(course)["ada"].total == 0.0


def test_a_student_id_of_digits_is_a_name_like_any_other(course, hand_in):
    hand_in("12345", {"double": "def double(x):\n    return None"})

    assert graded(course)["12345"].total == 3.0


@pytest.mark.parametrize("command", [["grade", "ps0", "--course"], ["check", "ps0", "--course"]])
def test_a_rule_that_nobody_can_follow_is_said_with_its_place(course, hand_in, command, capsys):
    hand_in("ada")
    (source,) = course.assignment(PS0).notebooks()
    rule = "### RULES seconds=soon"
    source.write_text(source.read_text().replace('"assert halve', f'"{rule}\\n",\n"assert halve'))

    assert main([*command, str(course.root)]) == 2
    assert capsys.readouterr().err == (
        "course: source/ps0_numbers/numbers.ipynb: test_halve, line 1: RULES seconds=soon: "
        "expected a number above 0\n"
    )


def test_only_the_named_student_is_graded(course, hand_in):
    hand_in("ada")
    hand_in("bela")

    assert list(graded(course, students=["bela"])) == ["bela"]
    with pytest.raises(CourseError, match="'cora' has not handed in ps0_numbers"):
        grade_class.grade(course.assignment(PS0), students=["cora"])


@pytest.mark.proof
def test_a_stopped_run_leaves_nothing_behind_and_the_next_one_finishes(course, hand_in, recorded):
    """Ctrl-C, which a terminal sends to every process in the foreground."""
    for student in ("ada", "bela", "cora", "dina"):
        hand_in(student, {"double": ENDLESS} if student == "dina" else {})
    with watched() as offspring:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "course_utils.tools.cli",
                "grade",
                "ps0",
                "--course",
                course.root,
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # Tests that were started in the background have Ctrl-C ignored, and pass that on.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        while not recorded(course):
            assert process.poll() is None
            time.sleep(0.1)

        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=30)

        assert process.returncode == 130
        assert said == "course: stopped; run the same command again to go on\n"
        assert offspring.left() == []
    assert len(recorded(course)) < 4
    totals = {name: student.total for name, student in graded(course).items()}
    assert totals == {"ada": 5.0, "bela": 5.0, "cora": 5.0, "dina": 3.0}


@pytest.mark.proof
def test_an_interrupt_ends_a_run_whatever_is_being_read(course, hand_in):
    """Forty megabytes of lists in each notebook: reading them takes seconds."""
    for number in range(6):
        file = hand_in(f"student-{number}")
        file.write_bytes(b'{"cells": [' + b"[]," * 13_000_000 + b"[]]}")
    command = [sys.executable, "-m", "course_utils.tools.cli", "grade", "ps0"]
    for seconds in (3, 5, 6):
        process = subprocess.Popen(
            [*command, "--course", course.root, "--regrade", "all"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGINT)
        began = time.monotonic()
        process.communicate(timeout=60)

        assert time.monotonic() - began < 4  # two, and two more where others want the processor
        assert process.returncode != 0


def test_a_judge_that_dies_is_no_students_fault_and_is_tried_again(course, hand_in, monkeypatch):
    hand_in("ada")
    real, tries = work.judge, []

    def judge(*arguments):
        tries.append(1)
        graded = real(*arguments)
        if len(tries) <= grade_class.TRIES:
            verdict = graded[0].verdicts["test_double"]
            graded[0].verdicts["test_double"] = replace(verdict, kind=VerdictKind.INFRA)
        return graded

    monkeypatch.setattr(work, "judge", judge)
    first = grade_class.grade(course.assignment(PS0)).records[0]
    second = grade_class.grade(course.assignment(PS0))

    assert (first.key, len(tries)) == ("", grade_class.TRIES + 1)
    assert second.states == {"ada": "again"} and second.records[0].key


def test_a_fault_of_the_graders_own_stops_nobody_else(course, hand_in, monkeypatch):
    """The fault of one submission is said, and the next run tries it again."""
    hand_in("ada")
    hand_in("bela")
    real = work.judge

    def judge(shared, hand_in):
        if hand_in.student == "ada":
            raise OSError("a disk that fails")
        return real(shared, hand_in)

    monkeypatch.setattr(work, "judge", judge)
    first = graded(course)
    monkeypatch.undo()
    second = graded(course)

    assert "the grader failed: OSError: a disk that fails" in first["ada"].problem
    assert first["bela"].total == second["ada"].total == 5.0


def test_a_time_of_receipt_that_changes_is_recorded_and_nothing_judged(course, hand_in):
    hand_in("ada")
    ledger = course.root / "submitted" / "received.csv"
    states = []
    for moment in ("2026-01-01 12:00", "2026-01-02 12:00", "2026-01-02 12:00"):
        ledger.write_text(f"student,time\nada,{moment}+00:00\n")
        states.append(grade_class.grade(course.assignment(PS0)).states["ada"])

    assert states == ["new", "changed", "done"]


def test_a_hint_that_is_taken_out_leaves_the_pages(course, hand_in):
    hand_in("ada", {"double": "def double(x):\n    return abs(2 * x)"})
    assignment = course.assignment(PS0)
    hints = assignment.mistakes / "hints.toml"
    hints.parent.mkdir(parents=True)
    pages = []
    for text in ('[["*"]]\nask = "Why so?"\ntry = "Draw it."\nread = "Lecture 2: Lines"\n', ""):
        hints.write_text(text)
        states = grade_class.grade(assignment, pages=True).states
        pages.append((assignment.feedback("ada") / "numbers.html").read_text("utf-8"))

    assert "Why so?" in pages[0] and "Why so?" not in pages[1]
    assert states == {"ada": "done"}


def _written(course, student):
    return next(course.assignment(PS0).autograded(student).glob("*.ipynb")).stat().st_mtime_ns


# --- the course's own hook ----------------------------------------------------------------------

HOOK = """
from pathlib import Path

def ready(sources):
    folder = Path(__file__).parent / "made"
    folder.mkdir(exist_ok=True)
    (folder / "number.txt").write_text(str(sum("double(1)" in source for source in sources)))
    return {"numbers": folder}
"""
READS = """def double(x):
    import os
    from pathlib import Path
    return x * (1 + int(Path(os.environ["COURSE_DATA"], "numbers", "number.txt").read_text()))
"""


@pytest.fixture
def hooked(course, monkeypatch):
    """`course` with a module of its own that makes a file ready for judges and answers."""
    (course.root / "hook_of_this_course.py").write_text(HOOK)
    monkeypatch.syspath_prepend(course.root)
    monkeypatch.setenv("PYTHONPATH", str(course.root), prepend=os.pathsep)
    forkserver.close_all()  # those of other tests know nothing of that path
    say_in_settings(course, prepare="hook_of_this_course:ready")
    return course


def say_in_settings(course, prepare):
    config = course.root / "nbgrader_config.py"
    text = config.read_text()
    config.write_text(text.replace("configure(c,", f"configure(c, prepare={prepare!r},"))


@pytest.mark.skipif(missing() is not None, reason="needs walls")
def test_a_hook_makes_ready_what_answers_read(hooked, hand_in):
    """It gets the sources of the instructor's cells: what an answer finds it made from them."""
    hand_in("ada", {"double": READS})
    hand_in("bela", {"double": READS.replace("number.txt", "../../../secret.txt")})

    result = graded(hooked)

    assert result["ada"].total == 5.0
    assert "No such file" in result["bela"].marks["test_double"].reason


@pytest.mark.parametrize(
    "prepare, says",
    [
        ("no_such_module:ready", "there is no module no_such_module"),
        ("a path/of.py", "expected 'module:function'"),
    ],
)
def test_a_hook_that_is_not_there_is_said_before_anybody_is_graded(
    course, hand_in, recorded, prepare, says
):
    hand_in("ada")
    say_in_settings(course, prepare)

    with pytest.raises((CourseError, ValueError), match=says):
        grade_class.grade(Course(course.root).assignment(PS0))
    assert recorded(course) == []
