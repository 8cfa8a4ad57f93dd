"""The platforms: one line each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .. import tables
from . import canvas, folder, gradescope, ilias, moodle
from .downloads import Entry
from .hand_ins import HandIn

Read = Callable[[list[Entry], list[tables.Table]], tuple[list[HandIn], list[str]]]


@dataclass(frozen=True)
class System:
    """How a platform's download is read."""

    read: Read


SYSTEMS = {
    "moodle": System(moodle.read),
    "canvas": System(canvas.read),
    "gradescope": System(gradescope.read),
    "ilias": System(ilias.read),
    "folder": System(folder.read),
}
