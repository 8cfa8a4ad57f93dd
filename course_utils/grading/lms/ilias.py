"""ILIAS: `Lovelace_Ada_alovelace_4711/20261012235900_ps1.ipynb`, perhaps in a team's folder."""

from __future__ import annotations

import re
from datetime import datetime

from .. import tables
from .downloads import Entry
from .hand_ins import HandIn, Place, gather

FOLDER = re.compile(r"(?P<name>.+)_(?P<login>[^_]+)_(?P<user>\d+)")
FILE = re.compile(r"(?P<time>\d{14})_(?P<path>.+)")


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
