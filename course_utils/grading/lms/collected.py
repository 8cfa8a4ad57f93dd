"""What was collected, and from where: remembered beside the journal, for giving back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ...files import replace_text
from .. import tables
from ..course import Assignment
from ..folders import FOLDER


@dataclass(frozen=True)
class Collected:
    """A student's hand-in as a platform gave it.

    Attributes
    ----------
    system
        The platform.
    origin
        What the platform calls the hand-in.
    number
        The platform's number of the person, in this assignment.
    digest
        Of what was handed in.
    received
        When it came, in ISO's form, or "".
    who
        What the platform says of the person: attributes of a `roster.Person`.
    """

    system: str
    origin: str
    number: str
    digest: str
    received: str = ""
    who: dict[str, str] = field(default_factory=dict)


def _folder(assignment: Assignment) -> Path:
    return assignment.course.root / FOLDER / assignment.name


def earlier(assignment: Assignment, student: str, digest: str) -> Path:
    """Where an earlier hand-in is kept.

    Parameters
    ----------
    assignment, student
        What was handed in, and by whom.
    digest
        Of what was handed in.
    """
    return _folder(assignment) / "earlier" / student / digest[:12]


def read(assignment: Assignment) -> dict[str, Collected]:
    """What was collected of an assignment, by student."""
    try:
        said = json.loads((_folder(assignment) / "collected.json").read_text("utf-8"))
        return {student: Collected(**each) for student, each in said.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write(assignment: Assignment, known: dict[str, Collected]) -> None:
    """Remember what was collected of an assignment.

    Parameters
    ----------
    assignment
        Which one.
    known
        All of it, by student.
    """
    said = {student: asdict(each) for student, each in sorted(known.items())}
    replace_text(_folder(assignment) / "collected.json", json.dumps(said, indent=1) + "\n")


def keep_worksheet(assignment: Assignment, data: bytes) -> None:
    """Remember Moodle's worksheet, into which points are written.

    Parameters
    ----------
    assignment
        Whose worksheet it is.
    data
        What the file holds.
    """
    replace_text(_folder(assignment) / "worksheet.csv", tables.decode(data))


def worksheet(assignment: Assignment) -> tables.Table | None:
    """Moodle's worksheet for an assignment, if it was collected with the hand-ins."""
    file = _folder(assignment) / "worksheet.csv"
    return tables.read(file.read_bytes(), str(file)) if file.is_file() else None
