"""A folder for each student, or a notebook named after them: from mail, a shared disk, a script."""

from __future__ import annotations

import re
from pathlib import Path

from .. import tables
from ..folders import replace_folder
from ..results import export
from ..results.grades import ClassGrades, StudentGrades, number
from .downloads import Entry
from .hand_ins import HandIn, Place, gather
from .parcels import Parcel


def read(entries: list[Entry], sheets: list[tables.Table]) -> tuple[list[HandIn], list[str]]:
    """The hand-ins below a folder; there is nothing that could be nobody's.

    Parameters
    ----------
    entries
        Its files: `ada/ps1.ipynb`, `ada/ps1_convolution/ps1.ipynb`, or `ada.ipynb`.
    sheets
        Not needed: the names say it all.
    """
    while _all_in_one(entries):
        entries = [
            Entry(entry.parts[1:], entry.read, entry.changed, entry.problem) for entry in entries
        ]

    def place(entry: Entry) -> Place:
        student, *path = entry.parts
        if not path:
            path, student = [student], re.sub(r"\.ipynb(\.\w+)?$", "", student)
        return Place(student, student, {"id": student, "name": student}, "/".join(path))

    return gather(entries, place)


def _all_in_one(entries: list[Entry]) -> bool:
    """Whether all lies in one folder that is not a student's: below it there are several others."""
    tops = {entry.parts[0] for entry in entries}
    below = {entry.parts[1] for entry in entries if len(entry.parts) > 2}
    return len(tops) == 1 and len(below) > 1 and all(len(entry.parts) > 2 for entry in entries)


def write(parcel: Parcel) -> list[Path]:
    """Write everyone's points, and for each student a folder of their own; returns what is new.

    Parameters
    ----------
    parcel
        What goes back.
    """
    table = export.write(parcel.grades, "csv", parcel.folder / "marks.csv", known=parcel.persons)
    for student, work in parcel.works.items():
        files = {page.name: page.read_bytes() for page in work.pages}
        files["marks.csv"] = _marks(parcel.grades, work.grades).encode()
        replace_folder(parcel.folder / student, files, 0o644)
    return [table, *(parcel.folder / student for student in parcel.works)]


def _marks(grades: ClassGrades, student: StudentGrades) -> str:
    """A student's points by exercise, with the reasons."""
    rows = []
    for exercise in grades.exercises:
        lost = [
            student.marks[cell].reason or "" for cell in exercise.cells if cell in student.marks
        ]
        points = student.points(exercise) if student.marks else 0.0
        reasons = export.harmless("; ".join(filter(None, lost)))
        rows.append([exercise.title, number(points), number(exercise.points), reasons])
    if student.penalty:
        rows.append(["late", number(-student.penalty), "", ""])
    problem = export.harmless(student.problem or "")
    rows.append(["total", number(student.total), number(grades.maximum), problem])
    return tables.write(["exercise", "points", "of", "reason"], rows)
