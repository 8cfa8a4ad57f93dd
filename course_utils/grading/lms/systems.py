"""The platforms: one line each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .. import tables
from . import canvas, folder, gradescope, ilias, moodle
from .downloads import Entry
from .hand_ins import HandIn
from .parcels import Parcel

Read = Callable[[list[Entry], list[tables.Table]], tuple[list[HandIn], list[str]]]
Write = Callable[[Parcel], list[Path]]


@dataclass(frozen=True)
class System:
    """How a platform's download is read, and how what it takes back is written."""

    read: Read
    write: Write


SYSTEMS = {
    "moodle": System(moodle.read, moodle.write),
    "canvas": System(canvas.read, canvas.write),
    "gradescope": System(gradescope.read, gradescope.write),
    "ilias": System(ilias.read, ilias.write),
    "folder": System(folder.read, folder.write),
}
