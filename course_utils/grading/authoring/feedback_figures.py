"""For how many known wrong answers the feedback helps; kept beside the course, for the book."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from ..course import Assignment, Course
from . import measured

FILE = "feedback.json"  # in the course's folder
SMALLEST, HINTS = "smallest", "hints"  # what is measured, as the commands are called


@dataclass(frozen=True)
class Figure:
    """A share of an assignment's known wrong answers.

    Attributes
    ----------
    date
        The day on which it was measured, in UTC.
    good, tried
        How many are helped with, of how many.
    """

    date: date
    good: int
    tried: int


def read(course: Course) -> dict[str, dict[str, Figure]]:
    """What was stored, by the assignment's name and by what was measured; empty where nothing was.

    Parameters
    ----------
    course
        In whose folder the file lies.

    Raises
    ------
    UserError
        If the file is damaged.
    """
    remedy = "`course smallest --store` and `course hints --store`"
    return measured.read(course, FILE, remedy, _figures)


def _figures(_: str, record: dict) -> dict[str, Figure]:
    return {
        what: Figure(date.fromisoformat(each["date"]), each["good"], each["tried"])
        for what, each in record.items()
    }


def write(assignment: Assignment, what: str, good: int, tried: int) -> Path:
    """Store a figure of today in the place of an earlier one; returns the file.

    Parameters
    ----------
    assignment
        Whose answers were tried.
    what
        `SMALLEST` or `HINTS`.
    good, tried
        How many are helped with, of how many.

    Raises
    ------
    UserError
        If the file is damaged, or cannot be written.
    """
    found = read(assignment.course)
    found.setdefault(assignment.name, {})[what] = Figure(datetime.now(UTC).date(), good, tried)
    records = {
        name: {what: asdict(each) | {"date": each.date.isoformat()} for what, each in own.items()}
        for name, own in found.items()
    }
    return measured.write(assignment.course, FILE, records)
