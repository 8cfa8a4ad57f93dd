"""From grades and pages to the files that a platform takes back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...errors import some
from .. import roster
from ..course import Assignment
from ..results import export, grades
from ..running import pages
from . import collected
from .collected import Collected
from .hand_ins import NAMED
from .parcels import Parcel, Work
from .systems import SYSTEMS


@dataclass(frozen=True)
class Returned:
    """What was written, for how many, and what somebody has to look at."""

    files: list[Path]
    students: int
    lines: list[str]


def give_back(assignment: Assignment, system: str, into: Path | None = None) -> Returned:
    """Write the files that a platform takes back: everyone's points, and their feedback pages.

    Parameters
    ----------
    assignment
        What was graded.
    system
        A key of `systems.SYSTEMS`.
    into
        The folder for the files; `returned/ASSIGNMENT` in the course's folder unless it is given.

    Raises
    ------
    CourseError
        If nobody is graded yet.
    """
    packed = pack(assignment, into)
    return Returned(SYSTEMS[system].write(packed), len(packed.works), packed.lines)


def pack(assignment: Assignment, into: Path | None = None) -> Parcel:
    """What goes back to a class, as everything stands now.

    Parameters
    ----------
    assignment
        What was graded.
    into
        The folder for files, as for `give_back`.

    Raises
    ------
    CourseError
        If nobody is graded yet.
    """
    graded = grades.read_all(assignment, penalize=True)
    everyone = export.with_everyone(graded)
    known, origins = export.people(assignment), collected.read(assignment)
    works = {
        student.student: Work(
            student,
            _person(student.student, known, origins),
            tuple(sorted(assignment.feedback(student.student).glob("*.html"))),
            origins.get(student.student),
        )
        for student in everyone.students
    }
    parcel = Parcel(
        everyone,
        works,
        into or assignment.course.root / "returned" / assignment.name,
        export.title(assignment),
        roster.read(assignment.course),
        collected.worksheet(assignment),
    )
    parcel.lines.extend(parcel.roster.remarks)
    waiting = export.waiting(graded)
    if waiting:
        parcel.lines.append(f"not all is graded by hand yet, of {some(waiting, NAMED)}")
    stale = _stale(assignment, parcel, [student.student for student in graded.students])
    if stale:
        parcel.lines.append(
            f"no page, or one that says other points: {some(stale, NAMED)}: course grade "
            f"{assignment} --feedback"
        )
    return parcel


def _person(
    student: str, known: dict[str, export.Person], origins: dict[str, Collected]
) -> export.Person:
    """A student as class and gradebook have them; what neither says, as the platform had it."""
    person = known.get(student, export.Person(student))
    said = origins[student].who if student in origins else {}
    missing: dict[str, Any] = {key: said[key] for key in said if not getattr(person, key)}
    return replace(person, **missing)


def _stale(assignment: Assignment, parcel: Parcel, students: list[str]) -> list[str]:
    """Those graded who have no page, or one that was made before the points were."""
    from ..running.recorder import Recorder

    paged = [name for name in students if parcel.works[name].pages]
    asked = [name for name in paged if not parcel.works[name].grades.problem]
    stale = set(students) - set(paged)
    with Recorder(assignment) as recorder:
        for start in range(0, len(asked), grades.AT_ONCE):
            values = recorder.values(asked[start : start + grades.AT_ONCE])
            stale |= {name for name in values if pages.outdated(assignment, name, values[name])}
    return [name for name in students if name in stale]
