"""Grades are written for a group of submissions at a time, as nbgrader would have written each."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import nbformat
import pytest
from nbgrader.api import Grade, Gradebook, SubmittedAssignment
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine

from course_utils.grading import Course
from course_utils.grading.authoring import release
from course_utils.grading.judging import plugin
from course_utils.grading.judging.submitted_notebook import Graded
from course_utils.grading.results import grades
from course_utils.grading.running import journal, recorder, rows, work
from course_utils.grading.running.journal import Record
from course_utils.grading.running.recorder import Finished, Recorder

pytestmark = pytest.mark.usefixtures("released")

PS0 = "ps0_numbers"
RECEIVED = "2026-01-02 12:00:00.000000 UTC"


def finished(student: str, points: float = 2.0) -> Finished:
    """A submission as if it had been judged: half right, one answer not given."""
    given = {"test_double": points, "test_halve": 0.0}
    text = nbformat.writes(nbformat.v4.new_notebook())
    graded = Graded("numbers", text, {}, given, {"halve"}, [], None)
    hand_in = work.HandIn(student, {}, (), RECEIVED, {})
    return Finished(hand_in, [graded], Record(student, "key", None, 0.0, {"numbers": b"judged"}))


def write(course, students, **options) -> None:
    """Write finished submissions down, all in one group."""
    assignment = course.assignment(PS0)
    with Recorder(assignment) as writer:
        writer.enter(students)
        writer.grades(work.read(assignment), [finished(name, **options) for name in students])


def told(course, student: str) -> dict:
    """All that the gradebook says of a student's submission, but for random identities."""
    with Gradebook(course.database, course.directory.course_id) as gradebook:
        submission = gradebook.find_submission(PS0, student)
        (notebook,) = submission.notebooks
        return {
            "submission": (submission.timestamp, submission.extension, submission.score),
            "notebook": (notebook.name, notebook.flagged, notebook.late_submission_penalty),
            "grades": {
                grade.name: (
                    grade.auto_score,
                    grade.manual_score,
                    grade.extra_credit,
                    grade.needs_manual_grade,
                )
                for grade in notebook.grades
            },
            "comments": {c.name: (c.auto_comment, c.manual_comment) for c in notebook.comments},
        }


def on_server(course, url: str) -> Course:
    """The course, released into a gradebook elsewhere."""
    config = course.root / "nbgrader_config.py"
    more = f"c.CourseDirectory.db_url = {url!r}\nc.CourseDirectory.course_id = 'numbers'\n"
    config.write_text(config.read_text() + more)
    course = Course(course.root)
    release.release(course.assignment(PS0))
    return course


@pytest.fixture
def statements():
    """Statements that databases were given; the same one for many rows counts once."""
    seen: list[str] = []

    def note(connection, cursor, statement, *more) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


def test_the_rows_are_those_that_nbgraders_own_functions_make(course):
    write(course, ["ada", "bela"])
    with Gradebook(course.database) as gradebook:
        gradebook.add_student("nina")
        submission = gradebook.add_submission(PS0, "nina", timestamp=RECEIVED)
        (notebook,) = submission.notebooks
        plugin.save(notebook, finished("nina").graded[0])
        gradebook.db.commit()

    assert told(course, "ada") == told(course, "bela") == told(course, "nina")
    assert told(course, "ada")["comments"]["halve"] == ("No response.", None)


def test_a_large_group_takes_no_more_statements_than_a_small_one(course, statements):
    names = [f"s{number:02}" for number in range(20)]
    counts = []
    new = (names[:2], 2.0), (names[2:], 2.0)
    changed = (names[:2], 1.0), (names, 0.5)
    for group, points in (*new, *changed):
        with Recorder(course.assignment(PS0)) as writer:
            writer.enter(group)
            source = work.read(course.assignment(PS0))
            statements.clear()
            writer.grades(source, [finished(name, points) for name in group])
            counts.append(len(statements))
            statements.clear()
            assert writer.values(group)[group[-1]]["numbers"]["own"]["score"] == points
            counts.append(len(statements))

    few_new, many_new, few_changed, many_changed = counts[::2]
    assert few_new == many_new < few_changed == many_changed  # who is new has no rows to look for
    assert len(set(counts[1::2])) == 1


def test_the_grades_of_many_are_read_by_no_more_statements_than_those_of_few(course, statements):
    names, counts = [f"s{number:02}" for number in range(12)], []
    write(course, names)
    for group in (names[:2], names):
        statements.clear()
        found = grades.read(course.assignment(PS0), [Record(who, "", None, 0.0) for who in group])
        counts.append(len(statements))

    assert found.students[-1].marks["test_double"].maximum == 2.0
    assert counts[0] == counts[1]


def test_no_statement_for_a_group_looks_through_what_the_whole_class_has(course):
    """Else a submission of a large class would take longer than one of a small class."""
    config = course.root / "nbgrader_config.py"
    late = 'c.AssignLatePenalties.plugin_class = "course_utils.grading.late.LatePolicy"\n'
    config.write_text(config.read_text() + late)
    course = Course(course.root)
    with Gradebook(course.database) as gradebook:
        gradebook.update_or_create_assignment(PS0, duedate="2026-01-01 12:00:00 UTC")
    write(course, ["ada", "bela"])
    with Gradebook(course.database) as gradebook:
        gradebook.find_grade("test_double", "numbers", PS0, "ada").manual_score = 1.0
        gradebook.db.commit()
    plans: list[str] = []

    def explain(connection, cursor, statement, parameters, context, many) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            some = parameters[0] if many else parameters
            rows = cursor.connection.cursor().execute(f"explain query plan {statement}", some)
            plans.extend(row[3] for row in rows.fetchall())

    event.listen(Engine, "before_cursor_execute", explain)
    try:
        source = work.read(course.assignment(PS0))
        with Recorder(course.assignment(PS0)) as writer:
            plans.clear()
            writer.grades(source, [finished(name, 1.5) for name in ("ada", "bela", "cora")])
    finally:
        event.remove(Engine, "before_cursor_execute", explain)

    large = {"grade", "comment", "submitted_assignment", "submitted_notebook", "course_journal"}
    looked = [plan for plan in plans if plan.split()[1] in large]
    assert told(course, "ada")["notebook"][2] > 0  # late: what it costs was asked for as well
    assert {plan.split()[1] for plan in looked} == large
    by_row = re.compile(r"SEARCH \w+ USING (COVERING )?INDEX \w+ \((id=\?|\w+=\? AND \w+=\?)\)")
    assert [plan for plan in looked if not by_row.fullmatch(plan)] == []


def test_a_writer_that_dies_before_it_commits_has_written_no_row_of_the_group(course, monkeypatch):
    write(course, ["ada"])
    before = told(course, "ada")

    def die(*arguments) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(journal, "write", die)
    with pytest.raises(KeyboardInterrupt):
        write(course, ["ada", "bela"], points=0.5)
    monkeypatch.undo()

    with Recorder(course.assignment(PS0)) as writer:
        assert set(writer.records()) == {"ada"}
    assert told(course, "ada") == before
    write(course, ["ada", "bela"], points=0.5)
    assert told(course, "ada") == told(course, "bela")
    assert told(course, "ada")["grades"]["test_double"] == (0.5, None, None, False)


def test_a_grader_does_not_wait_for_another_who_writes_other_submissions(
    course, postgresql, monkeypatch
):
    course = on_server(course, f"{postgresql}?options=-c%20lock_timeout%3D2s")
    monkeypatch.setattr(recorder, "TRIES", 1)
    write(course, ["ada", "bela"])
    first = finished("ada", 1.0)
    submitted = [rows.Submitted("ada", RECEIVED, first.graded, set())]

    with Recorder(course.assignment(PS0)) as one:
        one.enter(["cora"])
        rows.write(one.session, one.assignment_id, one.cells, submitted, one._extension)
        write(course, ["bela", "cora"], points=0.5)  # waits for a lock two seconds at most
        with pytest.raises(recorder.OperationalError, match="lock timeout"):
            write(course, ["ada"], points=0.5)
        one.session.commit()

    points = [told(course, name)["grades"]["test_double"][0] for name in ("ada", "bela", "cora")]
    assert points == [1.0, 0.5, 0.5]


def test_two_writers_of_the_same_students_at_once_leave_the_gradebook_of_one(course, postgresql):
    """Each in an order of its own, with groups that overlap; neither gets in the other's way."""
    names = [f"pupil{number:02}" for number in range(12)]
    write(course, names)
    alone = [told(course, name) for name in names]
    course = on_server(course, postgresql)
    source, together = work.read(course.assignment(PS0)), Barrier(2)
    errors: list[str] = []

    def note(context) -> None:
        errors.append(type(context.original_exception).__name__)

    def write_all(order: list[str], size: int) -> list[str]:
        with Recorder(course.assignment(PS0)) as writer:
            writer.enter(names)
            together.wait(timeout=60)
            for _ in range(3):
                for begin in range(0, len(order), size):
                    group = [finished(name) for name in order[begin : begin + size]]
                    writer.grades(source, group)
            return sorted(writer.records())

    event.listen(Engine, "handle_error", note)
    try:
        with ThreadPoolExecutor(2) as pool:
            orders = (names, 5), (names[::-1], 4)
            known = [done.result() for done in [pool.submit(write_all, *each) for each in orders]]
    finally:
        event.remove(Engine, "handle_error", note)

    assert set(errors) <= {"UniqueViolation"}  # both came first: who is second does it again
    assert [told(course, name) for name in names] == alone
    assert set(names) <= set(known[0]) and set(names) <= set(known[1])
    with Gradebook(course.database, course.directory.course_id) as gradebook:
        submitted = gradebook.db.scalars(select(SubmittedAssignment.student_id)).all()
        of_each = gradebook.db.scalars(select(func.count()).select_from(Grade)).one()
    assert len(submitted) == len(set(submitted)) and of_each == 2 * len(submitted)
