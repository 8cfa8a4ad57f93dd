"""Canvas: `lovelaceada_LATE_4711_998877_ps1-2.ipynb`, and its gradebook.

The numbers are the user's and the file's; Canvas takes comments back in files whose names begin
with the same two. See `lib/content_zipper.rb` and `lib/gradebook_importer.rb` in Canvas.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from .. import tables
from ..results import export
from .downloads import Entry
from .hand_ins import HandIn, Place, gather
from .parcels import Parcel, Work, origins, pages, write_zip

NAMED = re.compile(
    r"(?P<origin>(?P<name>\w+?)(?P<late>_LATE)?_(?P<user>\d+)_(?P<file>\d{1,18}))_(?P<path>.+)",
    re.DOTALL,  # a name may have a line break
)
NAMELESS = re.compile(
    r"(?P<origin>(?P<late>LATE_)?anon_(?P<user>[^\W_]+)_(?P<file>\d{1,18}))_(?P<path>.+)", re.DOTALL
)


def read(entries: list[Entry], sheets: list[tables.Table]) -> tuple[list[HandIn], list[str]]:
    """The hand-ins of a download, and a line about files that are nobody's.

    Parameters
    ----------
    entries
        Its files.
    sheets
        Not needed: Canvas' table is a roster, and lies in the course's folder.
    """

    def place(entry: Entry) -> Place | None:
        for depth, part in enumerate(entry.parts):
            nameless = NAMELESS.fullmatch(part)
            match = nameless or NAMED.fullmatch(part)
            if match is None:
                continue
            path = "/".join([match["path"], *entry.parts[depth + 1 :]])
            if nameless:
                who = {"name": f"anon_{match['user']}", "number": match["user"]}
            else:
                who = {"lms": match["user"], "name": match["name"], "number": match["user"]}
            late, rank = bool(match["late"]), int(match["file"])
            return Place(match["user"], match["origin"], who, path, late, rank)
        return None

    return gather(entries, place)


def write(parcel: Parcel) -> list[Path]:
    """Write a table for Canvas' gradebook and a zip of comments' files; returns both.

    Parameters
    ----------
    parcel
        What goes back.
    """
    known = {s: replace(work.person, lms=user(work)) for s, work in parcel.works.items()}
    table = parcel.folder / "canvas_grades.csv"
    export.write(parcel.grades, "canvas", table, parcel.title, known)
    members = pages(parcel, origins(parcel, "canvas"), "_")
    return [table, write_zip(parcel.folder / "canvas_feedback.zip", members)]


def user(work: Work) -> str:
    """Canvas' number of the person whose `work` this is, from the roster or the download, or ""."""
    ours = work.collected
    return work.person.lms or (ours.number if ours and ours.system == "canvas" else "")
