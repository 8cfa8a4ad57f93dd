"""What the class's files say, entered into the gradebook: persons, due dates, extensions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from ..files import replace_text
from .course import Course
from .folders import FOLDER
from .roster import Roster

# In the folder of what grading keeps for itself: what the gradebook has from `class.toml`.
ENTERED, EXTENDED = "due.json", "extended.json"


def enter(course: Course, roster: Roster, session, assignment: str) -> None:
    """Let the gradebook say what the class's files say: persons, due date, extensions.

    Parameters
    ----------
    course
        Whose gradebook it is.
    roster
        The class.
    session
        SQLAlchemy's, of the gradebook; its owner commits.
    assignment
        The name of the one that is graded.
    """
    from nbgrader.api import Assignment, Student, SubmittedAssignment
    from sqlalchemy import select

    known = {student.id: student for student in session.scalars(select(Student))}
    for person in roster.persons.values():
        student = known.get(person.id)
        if student is None:
            student = known[person.id] = Student(id=person.id)
            session.add(student)
        student.first_name = person.first or student.first_name
        student.last_name = person.last or student.last_name
        student.email = person.email or student.email
        student.lms_user_id = person.lms or student.lms_user_id
    row = session.scalar(select(Assignment).where(Assignment.name == assignment))
    if row is None:
        return
    due = due_of(course, roster, assignment, row.duedate)
    _remember(course, roster, assignment, row.duedate)
    gone = due is None and row.duedate is not None
    if row.duedate != due:
        row.duedate = due
    rows = select(SubmittedAssignment).where(SubmittedAssignment.assignment_id == row.id)
    if gone:
        for submission in session.scalars(rows):
            submission.extension = None  # nbgrader adds it to the date that is gone
    elif roster.decides and due is not None:
        longer = {student: extension(roster, student, assignment, due, None) for student in known}
        _remember_extensions(course, assignment, longer)
        for submission in session.scalars(rows):
            wanted = longer[submission.student_id]
            if submission.extension or wanted:
                submission.extension = wanted
    elif not roster.decides:
        _take_back(course, assignment, session.scalars(rows))


def due_of(
    course: Course, roster: Roster, assignment: str, otherwise: datetime | None
) -> datetime | None:
    """When an assignment is due, in nbgrader's words: in UTC, and without saying so.

    Parameters
    ----------
    course
        Whose gradebook it is.
    roster
        The class.
    assignment
        Its name.
    otherwise
        What the gradebook says, which holds where the class's files say nothing, unless it is what
        they said before.
    """
    stated = _stated(roster, assignment)
    if stated is not None:
        return stated
    return None if otherwise == _entered(course).get(assignment) else otherwise


def _stated(roster: Roster, assignment: str) -> datetime | None:
    """The due date in `class.toml`, in nbgrader's words; None if it says none."""
    due = roster.due.get(assignment)
    return None if due is None else due.astimezone(UTC).replace(tzinfo=None)


def _remember(course: Course, roster: Roster, assignment: str, before: datetime | None) -> None:
    """Remember the due date that the gradebook has from `class.toml`.

    One that is taken out there is forgotten when it has left the gradebook, and not before: who is
    stopped half-way does it again.
    """
    entered, due = _entered(course), _stated(roster, assignment)
    known = dict(entered)
    if due is not None:
        known[assignment] = due
    elif before != entered.get(assignment):
        known.pop(assignment, None)
    if known != entered:
        said = {name: moment.isoformat() for name, moment in sorted(known.items())}
        replace_text(course.root / FOLDER / ENTERED, json.dumps(said, indent=1) + "\n")


def _entered(course: Course) -> dict[str, datetime]:
    """The due dates that the gradebook has from `class.toml`, in nbgrader's words."""
    try:
        said = json.loads((course.root / FOLDER / ENTERED).read_text("utf-8"))
        return {name: datetime.fromisoformat(moment) for name, moment in said.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _remember_extensions(
    course: Course, assignment: str, longer: dict[str, timedelta | None]
) -> None:
    """Remember the extensions that the gradebook has from `class.toml`, by student."""
    known = _extended(course)
    now = {student: each.total_seconds() for student, each in longer.items() if each}
    if now != known.get(assignment, {}):
        said = json.dumps({**known, assignment: now}, indent=1, sort_keys=True)
        replace_text(course.root / FOLDER / EXTENDED, f"{said}\n")


def _take_back(course: Course, assignment: str, submissions: Iterable) -> None:
    """Take out the extensions that a `class.toml` gave which is gone.

    They are forgotten when they have left the gradebook, as due dates are.
    """
    known = _extended(course).get(assignment)
    if not known:
        return
    found = [
        submission
        for submission in submissions
        if submission.extension
        and submission.extension.total_seconds() == known.get(submission.student_id)
    ]
    for submission in found:
        submission.extension = None
    if not found:
        _remember_extensions(course, assignment, {})


def _extended(course: Course) -> dict[str, dict[str, float]]:
    """The extensions in seconds that the gradebook has from `class.toml`."""
    try:
        said = json.loads((course.root / FOLDER / EXTENDED).read_text("utf-8"))
        return {name: dict(longer) for name, longer in said.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def extension(
    roster: Roster,
    student: str,
    assignment: str,
    due: datetime | None,
    before: timedelta | None,
) -> timedelta | None:
    """How much longer than others a student has, as the gradebook is to say it.

    Parameters
    ----------
    roster
        The class.
    student, assignment
        Their names.
    due
        When it is due, in nbgrader's words.
    before
        What the gradebook says now, which holds unless `class.toml` decides.
    """
    if not roster.decides or due is None:
        return before
    longer = roster.extension(student, assignment, due.replace(tzinfo=UTC))
    return before if (before or timedelta()) == longer else longer or None
