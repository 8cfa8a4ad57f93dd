"""Grade a class: each submission in an nbgrader process of its own, so that none stops another."""

from __future__ import annotations

import os
import shutil
import time
import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from threading import Event

from . import command, records
from .course import CONFIG, Course, CourseError, Submission
from .judging import walls
from .records import Record
from .release import ensure_released
from .text import one_line

SECONDS_PER_SUBMISSION = 3600  # the judge ends long before; this is for nbgrader itself
TRIES = 3  # for what is not the student's doing: a locked gradebook, a killed nbgrader


def grade(
    course: Course,
    assignment: str,
    *,
    students: Iterable[str] | None = None,
    workers: int | None = None,
    again: bool = False,
    unsafe: bool = False,
    on_done: Callable[[Record, int, int], None] = lambda record, done, total: None,
) -> tuple[list[Record], list[str]]:
    """Grade everything handed in for an assignment that is not graded yet, or was changed.

    Parameters
    ----------
    course, assignment
        The course, and the assignment's full name.
    students
        Only these; all by default.
    workers
        Submissions graded side by side; by default one a processor.
    again
        Grade everything anew, changed or not.
    unsafe
        Run answers without walls: only what you would run yourself.
    on_done
        Called after each submission with its record, how many are done and how many there are.

    Returns
    -------
    records, misnamed
        One record a submission, and a line for each folder that is named wrongly.

    Raises
    ------
    CourseError
        If nobody handed in anything, a named student did not, or the course's settings do not
        switch the judge on.
    """
    if not course.judged:
        raise CourseError(
            f"{CONFIG} does not switch the judge on: add `from course_utils.grading import "
            "configure` and `configure(c)`"
        )
    reason = None if unsafe or course.unsafe else walls.missing()
    if reason:
        raise CourseError(
            f"answers cannot be walled in here: {reason}; `course doctor` says more; "
            "--unsafe-no-sandbox runs them as you all the same"
        )
    found, misnamed = course.submissions(assignment)
    if students is not None:
        found = _only(found, students, assignment)
    if not found:
        return [], misnamed
    ensure_released(course, assignment)
    _enter_students(course, found)

    exercise = records.exercise_key(course, assignment)
    done: list[Record] = []
    cancel = Event()
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        jobs = [
            pool.submit(_grade_one, course, assignment, submission, exercise, again, unsafe, cancel)
            for submission in found
        ]
        try:
            for job in as_completed(jobs):
                done.append(job.result())
                on_done(done[-1], len(done), len(found))
        except BaseException:  # Ctrl-C, say: what runs is stopped and not recorded
            cancel.set()
            pool.shutdown(cancel_futures=True)
            raise
    return sorted(done, key=lambda record: record.student), misnamed


def _only(found: list[Submission], students: Iterable[str], assignment: str) -> list[Submission]:
    by_name = {submission.student: submission for submission in found}
    for student in students:
        if student not in by_name:
            raise CourseError(f"{student!r} has not handed in {assignment}")
    return [by_name[student] for student in students]


def _enter_students(course: Course, found: list[Submission]) -> None:
    """Put everyone into the gradebook first: who cannot be graded is listed all the same."""
    from nbgrader.api import Gradebook

    with Gradebook(course.database) as gradebook:
        for submission in found:
            gradebook.update_or_create_student(submission.student)


def _grade_one(course: Course, assignment: str, submission: Submission, *settings) -> Record:
    """Grade one student; whatever goes wrong there is theirs alone, and tried again next time."""
    try:
        return _grade(course, assignment, submission, *settings)
    except command.Cancelled:
        raise
    except Exception as error:
        student, log = (
            submission.student,
            records.path(course, assignment, submission.student, "log"),
        )
        records.replace_text(log, traceback.format_exc())
        words = one_line(f"{type(error).__name__}: {error}")
        record = Record(student, "", f"the grader failed: {words}; see {log.name}", 0.0)
        records.write(course, assignment, record)
        return record


def _grade(
    course: Course,
    assignment: str,
    submission: Submission,
    exercise: str,
    again: bool,
    unsafe: bool,
    cancel: Event,
) -> Record:
    student = submission.student
    problem = submission.defect()
    key = "" if problem else records.submission_key(submission, exercise)
    old = records.read(course, assignment, student)
    if not again and old and (old.key, old.problem) == (key, old.problem if key else problem):
        return old

    began = time.monotonic()
    feedback = course.folder("feedback", assignment, student)
    shutil.rmtree(feedback, ignore_errors=True)
    if problem is None:
        outcome = _autograde(course, assignment, student, unsafe, cancel)
        problem = None if outcome.ok else explain(outcome)
        key = "" if outcome.killed else key  # not the student's doing: try again next time
    if problem is not None:
        _forget_grades(course, assignment, student)
    record = Record(student, key, problem, round(time.monotonic() - began, 1))
    records.write(course, assignment, record)
    return record


def _autograde(
    course: Course, assignment: str, student: str, unsafe: bool, cancel: Event
) -> command.Outcome:
    """Let nbgrader grade one student, again where that failed for no fault of the student's."""
    for _ in range(TRIES):
        outcome = command.run(
            "autograde",
            assignment,
            "--student",
            student,
            "--force",
            *(["--Judge.unsafe_no_sandbox=True"] if unsafe else []),
            root=course.root,
            seconds=SECONDS_PER_SUBMISSION,
            cancel=cancel,
        )
        if not (outcome.killed or "database is locked" in outcome.log) or outcome.ok:
            break
    records.replace_text(records.path(course, assignment, student, "log"), outcome.log)
    return outcome


def explain(outcome: command.Outcome) -> str:
    """One line that says why nbgrader gave up on a submission."""
    if outcome.status is None:
        return f"{outcome.log}: the notebook as a whole takes too long"
    if outcome.killed:
        return f"nbgrader was killed on this machine (signal {-outcome.status}): grade again"
    return f"nbgrader gave up: {outcome.last_error()}"


def _forget_grades(course: Course, assignment: str, student: str) -> None:
    """Take away what an earlier hand-in got, so that no old grade stands for a broken new one."""
    from nbgrader.api import Gradebook, MissingEntry

    with Gradebook(course.database) as gradebook:
        try:
            gradebook.remove_submission(assignment, student)
        except MissingEntry:
            pass
    _remove_tree(course.folder("autograded", assignment, student))


def _remove_tree(folder: Path) -> None:
    """Remove a folder, also one whose files nbgrader made read-only."""
    if folder.exists():
        for path in [folder, *folder.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o700)
        shutil.rmtree(folder)
