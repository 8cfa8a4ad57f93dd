"""What goes back to a class: points, reasons and pages, for the platforms to wrap."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ...errors import some
from .. import tables
from ..results.export import Person
from ..results.grades import ClassGrades, StudentGrades
from ..roster import Roster
from .collected import Collected
from .hand_ins import NAMED

DAY = (1980, 1, 1, 0, 0, 0)  # of every page: the same parcel is the same file


@dataclass(frozen=True)
class Work:
    """What goes back to one student.

    Attributes
    ----------
    grades
        Their points.
    person
        Who they are.
    pages
        Their feedback pages.
    collected
        Where their hand-in came from, if it was collected from the platform.
    """

    grades: StudentGrades
    person: Person
    pages: tuple[Path, ...] = ()
    collected: Collected | None = None


@dataclass(frozen=True)
class Parcel:
    """What goes back to a class.

    Attributes
    ----------
    grades
        Of everyone.
    works
        One for each student, by their id.
    folder
        Where the files go.
    title
        What the assignment's column is called.
    roster
        The class.
    worksheet
        Moodle's, where there is one.
    lines
        What somebody has to look at: platforms add to it.
    """

    grades: ClassGrades
    works: dict[str, Work]
    folder: Path
    title: str
    roster: Roster
    worksheet: tables.Table | None = None
    lines: list[str] = field(default_factory=list)

    @property
    def persons(self) -> dict[str, Person]:
        """Who the students are, by their id."""
        return {student: work.person for student, work in self.works.items()}


def write_zip(target: Path, members: Iterable[tuple[str, Path]]) -> Path:
    """Write a zip in one step; returns it.

    Parameters
    ----------
    target
        The zip, which is replaced.
    members
        The name and the file of each member.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with zipfile.ZipFile(draft, "w") as archive:
            for name, file in members:
                member = zipfile.ZipInfo(name, DAY)
                member.external_attr = 0o644 << 16
                archive.writestr(member, file.read_bytes(), zipfile.ZIP_DEFLATED)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target


def origins(parcel: Parcel, system: str) -> dict[str, str]:
    """What a platform calls the hand-in of each student of whom it has one.

    Parameters
    ----------
    parcel
        What goes back.
    system
        The platform.
    """
    return {
        student: work.collected.origin
        for student, work in parcel.works.items()
        if work.collected is not None and work.collected.system == system
    }


def pages(parcel: Parcel, known: dict[str, str], between: str) -> list[tuple[str, Path]]:
    """The name in a zip and the file of each page; a line is added for those without a name.

    Parameters
    ----------
    parcel
        What goes back.
    known
        What the platform calls the hand-in of each student.
    between
        What stands between that and the page's own name.
    """
    unknown = [s for s, work in parcel.works.items() if work.pages and s not in known]
    if unknown:
        parcel.lines.append(
            f"no page goes to whom `course collect` did not find: {some(unknown, NAMED)}"
        )
    return [
        (f"{known[student]}{between}{page.name}", page)
        for student, work in parcel.works.items()
        if student in known
        for page in work.pages
    ]
