"""A class is graded the same way however many work on it, and whatever stops them half-way."""

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time

import nbformat
import psutil
import pytest
from nbgrader.api import Gradebook

from course_utils.grading import Course, CourseError, nbgrader_process
from course_utils.grading.authoring import release
from course_utils.grading.judging import feedback_page, judge_process
from course_utils.grading.results import grades
from course_utils.grading.running import grade_class, work

pytestmark = [pytest.mark.proof, pytest.mark.usefixtures("released")]

PS0 = "ps0_numbers"
REHEARSED = 2  # notebooks: the instructor's own answers, and none
ANSWERS = {
    "ada": {},
    "bela": {"double": "def double(x):\n    return abs(2 * x)"},
    "cora": {"halve": "def halve(x):\n    return x // 2"},
    "dina": {"double": "import os\n\ndef double(x):\n    os._exit(1)"},
    "emil": {"double": "def double(x) return 2 * x"},
    "finn": "this is no notebook",
    "gina": {"double": "def double(x):\n    return 2 * x\nprint('hello', [1, 2])"},
    "hugo": {"halve": "raise NotImplementedError()"},
}
TIMES = ("seconds", "peak")


@pytest.fixture
def handed_in(course, hand_in):
    """The course with eight very different submissions."""
    for student, answers in ANSWERS.items():
        hand_in(student, answers)
    return course


def rows(course) -> dict:
    """What the gradebook says of everybody, as nbgrader tells it."""
    found = {}
    with Gradebook(course.database) as gradebook:
        for submission in gradebook.assignment_submissions(PS0):
            (notebook,) = submission.notebooks
            found[submission.student_id] = {
                "time": str(submission.timestamp),
                "penalty": notebook.late_submission_penalty,
                "score": (submission.score, submission.max_score),
                "grades": {
                    g.name: (g.auto_score, g.manual_score, g.needs_manual_grade, g.max_score)
                    for g in notebook.grades
                },
                "comments": {c.name: (c.auto_comment, c.manual_comment) for c in notebook.comments},
            }
    return found


def notebooks(course) -> dict:
    """The graded notebooks without what differs from run to run: how long something took."""
    found = {}
    for file in sorted(course.root.glob("autograded/*/*/*.ipynb")):
        notebook = nbformat.read(file, as_version=4)
        nbformat.validate(notebook)
        for cell in notebook.cells:
            for key in TIMES:
                cell.metadata.get("course_verdict", {}).pop(key, None)
        found[file.parts[-3]] = notebook
    return found


def forget(course) -> None:
    """As if nobody had graded."""
    with Gradebook(course.database) as gradebook:
        for submission in gradebook.assignment_submissions(PS0):
            gradebook.remove_submission(PS0, submission.student_id)


def start(course, *options) -> subprocess.Popen:
    """`course grade` in a process of its own."""
    arguments = ["grade", "ps0", "--course", str(course.root), *options]
    return subprocess.Popen(
        [sys.executable, "-m", "course_utils.tools.cli", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=nbgrader_process.variables(),
    )


# --- the same grades everywhere --------------------------------------------------------------


def test_any_number_of_workers_gives_the_same_grades(handed_in):
    seen = []
    for workers in (1, 2, 8):
        grade_class.grade(handed_in.assignment(PS0), workers=workers, again=True)
        seen.append((rows(handed_in), notebooks(handed_in)))

    assert len(seen[0][0]) == len(ANSWERS)
    assert seen[0] == seen[1] == seen[2]


def test_nbgraders_own_command_writes_the_same_rows_and_files(handed_in, hand_in, tmp_path):
    """The judge is the same; what is written by us is compared with what nbgrader writes."""
    hand_in("ada").with_name("notes.txt").write_text("read me")
    source = handed_in.assignment(PS0).source
    (source / "data.csv").write_text("1,2")
    config = handed_in.root / "nbgrader_config.py"
    late = 'c.AssignLatePenalties.plugin_class = "course_utils.grading.late.LatePolicy"\n'
    config.write_text(config.read_text() + late)
    course = Course(handed_in.root)
    release.release(course.assignment(PS0))
    with Gradebook(course.database) as gradebook:
        gradebook.update_or_create_assignment(PS0, duedate="2026-01-01 12:00:00 UTC")
    ledger = "student,time\nada,2026-01-02 13:30:00+00:00\ngina,2026-01-01 11:00:00+00:00\n"
    (course.root / "submitted" / "received.csv").write_text(ledger)

    grade_class.grade(course.assignment(PS0))
    ours, our_notebooks, our_files = rows(course), notebooks(course), files(course)
    forget(course)
    outcome = nbgrader_process.run("autograde", PS0, "--force", root=course.root)

    assert outcome.ok, outcome.log[-2000:]
    assert ours["ada"]["penalty"] > 0 and ours["gina"]["penalty"] is None
    assert ours == rows(course)
    assert our_notebooks == notebooks(course)
    assert our_files == files(course)


def files(course) -> dict:
    """The other files beside the graded notebooks, and what may be done with them."""
    return {
        str(path.relative_to(course.root)): (path.read_bytes(), path.stat().st_mode)
        for path in sorted(course.root.glob("autograded/*/*/*"))
        if path.suffix != ".ipynb"
    }


def test_what_a_person_graded_stands(handed_in):
    grade_class.grade(handed_in.assignment(PS0))
    with Gradebook(handed_in.database) as gradebook:
        grade = gradebook.find_grade("test_double", "numbers", PS0, "bela")
        grade.manual_score = 1.5
        gradebook.db.commit()
    grade_class.grade(handed_in.assignment(PS0), again=True)

    assert rows(handed_in)["bela"]["grades"]["test_double"] == (0.0, 1.5, True, 2.0)


# --- the journal -----------------------------------------------------------------------------


def test_killed_at_any_moment_a_second_run_finishes_with_the_same_grades(handed_in):
    grade_class.grade(handed_in.assignment(PS0))
    wanted, wanted_notebooks = rows(handed_in), notebooks(handed_in)
    forget(handed_in)
    draw = random.Random(0)
    recorded: dict = {}
    for _ in range(6):
        process = start(handed_in, "--workers=2")
        time.sleep(draw.uniform(1.5, 4.0))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        with sqlite3.connect(handed_in.root / "gradebook.db") as database:
            assert database.execute("pragma integrity_check").fetchone() == ("ok",)
        now = rows(handed_in)
        assert all(now[student] == wanted[student] for student in now)  # whole, or not there
        assert recorded.items() <= now.items()  # and none is lost
        assert all(notebooks(handed_in)[student] == wanted_notebooks[student] for student in now)
        recorded = now
    out, _ = start(handed_in, "--json=-").communicate()
    states = {one["student"]: one["state"] for one in json.loads(out)["students"]}

    assert {name for name, state in states.items() if state == "done"} == set(recorded)
    assert rows(handed_in) == wanted and notebooks(handed_in) == wanted_notebooks
    assert not list(handed_in.root.glob("autograded/*/.*"))


def test_nothing_is_judged_twice_for_a_text_that_changed(handed_in, monkeypatch):
    """The journal holds what was judged: only what a verdict depends on makes it out of date."""
    judged = []
    monkeypatch.setattr(judge_process, "judge", count(judged, judge_process.judge))
    grade_class.grade(handed_in.assignment(PS0))
    first = len(judged)
    source = handed_in.assignment(PS0).notebooks()[0]

    source.write_text(source.read_text().replace("Write `double`", "Please write `double`"))
    class_run = grade_class.grade(handed_in.assignment(PS0))

    assert set(class_run.states.values()) == {"changed"}
    assert first == len(ANSWERS) - 1 + REHEARSED  # one is no notebook
    assert len(judged) == first + REHEARSED  # the instructor's notebook is another
    source.write_text(source.read_text().replace("double(-3) == -6", "double(-4) == -8"))
    grade_class.grade(handed_in.assignment(PS0))
    assert len(judged) == 2 * first + REHEARSED


def count(calls, function):
    def counted(*arguments, **options):
        calls.append(1)
        return function(*arguments, **options)

    return counted


def test_another_due_date_is_written_down_and_nothing_judged(handed_in, monkeypatch):
    ledger = "student,time\nada,2026-01-02 12:00:00+00:00\n"
    (handed_in.root / "submitted" / "received.csv").write_text(ledger)
    config = handed_in.root / "nbgrader_config.py"
    late = 'c.AssignLatePenalties.plugin_class = "course_utils.grading.late.LatePolicy"\n'
    config.write_text(config.read_text() + late)
    course = Course(handed_in.root)
    grade_class.grade(course.assignment(PS0))
    assert rows(course)["ada"]["penalty"] is None
    with Gradebook(course.database) as gradebook:
        gradebook.update_or_create_assignment(PS0, duedate="2026-01-01 12:00:00 UTC")
    judged = []
    monkeypatch.setattr(judge_process, "judge", count(judged, judge_process.judge))
    grade_class.grade(course.assignment(PS0))

    assert rows(course)["ada"]["penalty"] == 0.5 and not judged


def test_a_graded_notebook_that_was_deleted_comes_back_without_judging(handed_in, monkeypatch):
    grade_class.grade(handed_in.assignment(PS0))
    wanted = notebooks(handed_in)
    folder = handed_in.assignment(PS0).autograded("ada")
    folder.rename(folder.with_name("elsewhere"))
    judged = []
    monkeypatch.setattr(judge_process, "judge", count(judged, judge_process.judge))
    class_run = grade_class.grade(handed_in.assignment(PS0))

    assert class_run.states["ada"] == "changed" and not judged
    assert {k: v for k, v in notebooks(handed_in).items()} == wanted


def test_a_journal_that_says_nonsense_is_judged_again(handed_in):
    grade_class.grade(handed_in.assignment(PS0))
    with sqlite3.connect(handed_in.root / "gradebook.db") as database:
        size = database.execute("select max(length(judged)) from course_journal").fetchone()[0]
        database.execute("update course_journal set key = 'x', judged = x'c1'")
    class_run = grade_class.grade(handed_in.assignment(PS0))

    assert size < 3_000  # compact
    assert set(class_run.states.values()) == {"changed"}
    assert rows(handed_in)["ada"]["score"] == (5.0, 5.0)


# --- what is asked for ------------------------------------------------------------------------


def test_a_dry_run_says_what_would_be_graded_and_writes_nothing(handed_in, hand_in):
    grade_class.grade(handed_in.assignment(PS0))
    hand_in("bela")
    hand_in("zoe")
    before = rows(handed_in)
    class_run = grade_class.grade(handed_in.assignment(PS0), dry_run=True)

    assert class_run.states == dict.fromkeys(ANSWERS, "done") | {"bela": "changed", "zoe": "new"}
    assert class_run.records == [] and rows(handed_in) == before


def test_a_class_in_json_says_what_the_table_says(handed_in):
    process = start(handed_in, "--json=-")
    out, err = process.communicate()
    told = json.loads(out)

    assert process.returncode == 1, err  # somebody has to look at finn's
    assert {one["student"]: one["total"] for one in told["students"]} == {
        **{"ada": 5.0, "bela": 3.0, "cora": 4.0, "dina": 3.0, "emil": 3.0},
        **{"finn": 0.0, "gina": 5.0, "hugo": 2.0},
    }
    summary = told["summary"]
    assert summary["states"] == {"new": 8} and summary["unread"] == 1
    ((who, why),) = summary["attention"]
    assert sum(summary["histogram"]) == 8 and who == "finn" and "the file is no JSON" in why
    assert summary["verdicts"] == {"ok": 10, "wrong": 3, "crash": 1}


def test_a_test_that_cannot_be_judged_is_for_the_instructor_and_the_exit_status_says_so(
    course, hand_in
):
    source = course.assignment(PS0).notebooks()[0]
    text = source.read_text().replace("double(-3) == -6", "double(object()) == -6")
    source.write_text(text)
    hand_in("ada")
    process = start(course)
    out, _ = process.communicate()

    assert process.returncode == 1
    said = " ".join(out.split())
    assert "look at test_double" in said and "put right the answer or the test" in said


def test_settings_that_would_be_ignored_are_refused(course, hand_in):
    hand_in("ada")
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text() + "c.Autograde.autograde_preprocessors = ['mine']\n")

    with pytest.raises(CourseError, match="use `nbgrader autograde`"):
        grade_class.grade(Course(course.root).assignment(PS0))


def test_feedback_pages_are_nbgraders(handed_in):
    """Written in the same pass; nbgrader's own command writes the same ones, but for our style.

    It reads each of its pages again and writes it in another form, so that both are read here.
    """
    from bs4 import BeautifulSoup

    def read(page):
        return str(BeautifulSoup(page, features="html.parser"))

    grade_class.grade(handed_in.assignment(PS0), pages=True)
    pages = {path: path.read_text() for path in handed_in.root.glob("feedback/*/*/*.html")}
    for path in pages:
        path.unlink()
    outcome = nbgrader_process.run("generate_feedback", PS0, "--force", root=handed_in.root)

    assert outcome.ok
    assert len(pages) == len(ANSWERS)
    for path, page in pages.items():
        own, mark = page.rsplit("<!--", 1)
        assert re.fullmatch(r" made from \w{24} -->\n", mark)
        own = own.replace(feedback_page.STYLE, "", 1)
        assert read(own).strip() == read(path.read_text()).strip()


def test_a_page_that_cannot_be_made_is_said(handed_in, monkeypatch):
    monkeypatch.setattr(feedback_page, "SECONDS", 0.0)
    class_run = grade_class.grade(handed_in.assignment(PS0), pages=True)

    assert sorted(class_run.without_page) == sorted(ANSWERS)
    assert not list(handed_in.root.glob("feedback/*/*/*.html"))


# --- many machines ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster():
    """A Dask cluster of two processes, as `dask scheduler` and `dask worker` make one."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, protocol="tcp://"
    ) as cluster:
        yield cluster


def test_a_cluster_gives_the_same_grades(handed_in, cluster):
    grade_class.grade(handed_in.assignment(PS0), workers=1)
    wanted = rows(handed_in), notebooks(handed_in)
    grade_class.grade(handed_in.assignment(PS0), dask=cluster.scheduler_address, again=True)

    assert (rows(handed_in), notebooks(handed_in)) == wanted


def test_a_worker_that_is_lost_half_way_costs_nothing(course, hand_in, cluster, recorded):
    for number in range(12):
        hand_in(f"s{number:02}", {"halve": "import time\ntime.sleep(0.5)\nhalve = lambda x: x / 2"})
    workers = [worker.pid for worker in cluster.workers.values()]
    process = start(course, "--dask", cluster.scheduler_address, "--json=-")
    while process.poll() is None and len(recorded(course)) < 3:
        time.sleep(0.1)
    os.kill(workers[0], signal.SIGKILL)
    out, err = process.communicate()
    assert process.returncode == 0, err
    told = json.loads(out)

    assert [one["total"] for one in told["students"]] == [5.0] * 12
    assert not psutil.pid_exists(workers[0]) or told["summary"]["attention"] == []


def test_no_cluster_is_one_line(course, hand_in, monkeypatch):
    from course_utils.grading.running import executors

    hand_in("ada")
    monkeypatch.setattr(executors.Cluster, "PATIENCE", 2)
    with pytest.raises(CourseError, match="no cluster of Dask answers at tcp://127.0.0.1:9"):
        grade_class.grade(course.assignment(PS0), dask="tcp://127.0.0.1:9")


def test_a_submission_and_its_tests_travel_by_value(handed_in):
    """What is judged depends on what was sent, not on files of this machine."""
    import pickle

    grade_class.grade(handed_in.assignment(PS0))
    shared = work.read(handed_in.assignment(PS0), unsafe=handed_in.unsafe)
    submission = handed_in.assignment(PS0).submissions()[0][0]
    hand_in = work.read_hand_in(shared, submission, None, b"secret")
    sent = pickle.loads(pickle.dumps((shared, hand_in)))
    handed_in.root.rename(handed_in.root.with_name("gone"))
    (notebook,) = work.judge(*sent)

    assert notebook.points == {"test_double": 2.0, "test_halve": 3.0}
    assert str(handed_in.root) not in notebook.text


# --- a gradebook on a server ------------------------------------------------------------------


def test_two_graders_at_once_share_a_class_on_postgresql(handed_in, postgresql):
    for number in range(20):
        folder = handed_in.assignment(PS0).submitted("ada")
        target = handed_in.assignment(PS0).submitted(f"s{number:02}")
        target.mkdir(parents=True)
        (target / "numbers.ipynb").write_text((folder / "numbers.ipynb").read_text())
    grade_class.grade(handed_in.assignment(PS0))
    wanted = rows(handed_in)
    config = handed_in.root / "nbgrader_config.py"
    config.write_text(config.read_text() + f"c.CourseDirectory.db_url = {postgresql!r}\n")
    with pytest.raises(CourseError, match="needs a name for the course"):
        grade_class.grade(Course(handed_in.root).assignment(PS0))
    config.write_text(config.read_text() + "c.CourseDirectory.course_id = 'numbers'\n")
    course = Course(handed_in.root)
    release.ensure_released(course.assignment(PS0))

    both = [start(course, "--workers=1", "--json=-") for _ in range(2)]
    told = [json.loads(process.communicate()[0]) for process in both]

    assert [process.returncode for process in both] == [1, 1]  # finn's is no notebook
    assert rows(course) == wanted
    judged = [one["state"] for each in told for one in each["students"]].count("new")
    assert judged < 1.5 * len(wanted)  # they divided the class between them
    assert grades.read_all(course.assignment(PS0)).maximum == 5.0
