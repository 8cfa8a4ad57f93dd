"""ILIAS: `Lovelace_Ada_alovelace_4711/20261012235900_ps1.ipynb`, perhaps in a team's folder.

Pages come back in folders of the same names, all of them in one whose name begins with
`multi_feedback`: see `class.ilExAssignment.php` in ILIAS, which reads points from no file. Its
plug-in ExerciseStatusFile does, from `status.csv` beside the folders, which ILIAS itself ignores.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from ...errors import some
from ...files import replace_text
from .. import tables
from ..results import export
from ..results.grades import number as points
from .downloads import Entry
from .hand_ins import NAMED, HandIn, Place, gather
from .parcels import Parcel, Work, origins, pages, write_zip

FOLDER = re.compile(r"(?P<name>.+)_(?P<login>[^_]+)_(?P<user>\d+)")
FILE = re.compile(r"(?P<time>\d{14})_(?P<path>.+)", re.DOTALL)
COLUMNS = ["update", "usr_id", "login", "lastname", "firstname", "status", "mark"]
COLUMNS += ["notice", "comment", "plagiarism", "plag_comment"]


def read(entries: list[Entry], sheets: list[tables.Table]) -> tuple[list[HandIn], list[str]]:
    """The hand-ins of a download, and a line about files that are nobody's.

    Parameters
    ----------
    entries
        Its files.
    sheets
        Not needed: the names say it all.
    """

    def place(entry: Entry) -> Place | None:
        for depth, part in enumerate(entry.parts[:-1]):
            match = FOLDER.fullmatch(part)
            if match is None:
                continue
            *folders, name = entry.parts[depth + 1 :]
            stamped = FILE.fullmatch(name)
            received = _time(stamped["time"]) if stamped else None
            name = stamped["path"] if stamped and received else name
            who = {"login": match["login"], "lms": match["user"], "name": match["name"]}
            who["number"] = match["user"]
            rank = int(received.timestamp()) if received else 0
            path = "/".join([*folders, name])
            return Place(match["user"], part, who, path, rank=rank, received=received)
        return None

    ours = {"status.csv", "status.xlsx", "status.xls", "README.md", "checksums.json"}
    return gather([entry for entry in entries if entry.name not in ours], place)


def _time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").astimezone()
    except ValueError:
        return None


def write(parcel: Parcel) -> list[Path]:
    """Write a table of points and a zip for *Multi-Feedback*, which holds it too; returns both.

    Parameters
    ----------
    parcel
        What goes back.
    """
    top = f"multi_feedback_{parcel.grades.assignment}"
    table = parcel.folder / "ilias_status.csv"
    replace_text(table, tables.write(COLUMNS, _rows(parcel)))
    members = pages(parcel, origins(parcel, "ilias"), "/")
    named = [("status.csv", table), *members]
    feedback = parcel.folder / "ilias_feedback.zip"
    return [table, write_zip(feedback, ((f"{top}/{name}", file) for name, file in named))]


def _rows(parcel: Parcel) -> list[list[str]]:
    """Points and reasons; whether somebody has passed is not ours to say."""
    rows, unknown = [], []
    for student, work in parcel.works.items():
        number = _user(parcel, work)
        if not number:
            unknown.append(student)
            continue
        person, said = work.person, export.harmless(export.feedback(work.grades))
        names = [person.login or student, person.last, person.first]
        mark = points(work.grades.total)
        rows.append(
            ["1", number, *map(export.harmless, names), "notgraded", mark, "", said, "", ""]
        )
    if unknown:
        parcel.lines.append(
            "ILIAS' numbers of these are not known, a column lms in roster.csv has them: "
            + some(unknown, NAMED)
        )
    return rows


def _user(parcel: Parcel, work: Work) -> str:
    """ILIAS' number of the person whose `work` this is, from the download or the roster, or ""."""
    if work.collected is not None and work.collected.system == "ilias":
        return work.collected.number
    return "" if parcel.roster.columns else work.person.lms  # Canvas' numbers are others
