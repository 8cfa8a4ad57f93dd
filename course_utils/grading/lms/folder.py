"""A folder for each student, or a notebook named after them: from mail, a shared disk, a script."""

from __future__ import annotations

import re

from .. import tables
from .downloads import Entry
from .hand_ins import HandIn, Place, gather


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
