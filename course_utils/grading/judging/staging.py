"""What was handed in, copied to where nbgrader may read it: ordinary files of a bearable size.

nbgrader opens, copies and believes what lies in a submission: a pipe makes it wait for ever, a link
leads it elsewhere, a date that is none stops the class. It is given these copies instead; the
submission itself is not touched.
"""

from __future__ import annotations

import csv
import os
import shutil
import stat
from datetime import UTC, datetime
from pathlib import Path

LARGEST = 50_000_000  # bytes of all files of one submission
LEDGER = "received.csv"  # student, time: who handed in when, for those who keep such a list


def stage(submitted: Path, staged: Path, notebooks: list[str], received: str | None) -> list[str]:
    """Make `staged` a clean copy of a submission; what was done about it, in sentences.

    Parameters
    ----------
    submitted, staged
        Folders.
    notebooks
        Names of the assignment's notebooks, with .ipynb.
    received
        When it was handed in, in nbgrader's words, or None.
    """
    if staged.exists():
        shutil.rmtree(staged)
    staged.mkdir(parents=True)
    notes: list[str] = []
    left = LARGEST
    for folder, folders, files in os.walk(submitted, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(folder) / name
            place = path.relative_to(submitted)
            data = None if str(place) == "timestamp.txt" else _content(path, left)
            if data is None:
                if str(place) != "timestamp.txt":
                    notes.append(f"{place} was left out: no ordinary file, or too large")
                continue
            left -= len(data)
            target = staged / place
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    _rename(staged, notebooks, notes)
    if received:
        (staged / "timestamp.txt").write_text(received)
    return notes


def ledger(folder: Path) -> dict[str, str]:
    """When each student handed in, from a table with the columns student and time."""
    times = {}
    file = folder / LEDGER
    if file.is_file():
        for row in csv.DictReader(file.read_text("utf-8").splitlines()):
            moment = datetime.fromisoformat(row["time"].strip())
            if moment.tzinfo is None:
                moment = moment.astimezone()
            moment = moment.astimezone(UTC)
            times[row["student"].strip()] = moment.strftime("%Y-%m-%d %H:%M:%S.%f UTC")
    return times


def _content(path: Path, left: int) -> bytes | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > left:
            return None
        data = file.read(left + 1)
        return data if len(data) <= left else None


def _rename(staged: Path, notebooks: list[str], notes: list[str]) -> None:
    """A notebook under another name is given its own: "ps1 (2).ipynb"."""
    found = sorted(path for path in staged.rglob("*.ipynb") if "checkpoint" not in str(path))
    missing = [name for name in notebooks if not (staged / name).is_file()]
    strangers = [path for path in found if path.name not in notebooks or path.parent != staged]
    for name in missing:
        stem = Path(name).stem
        likely = [path for path in strangers if path.name == name or stem in path.stem]
        if not likely and len(missing) == 1 and len(strangers) == 1:
            likely = strangers
        if likely:
            taken = max(likely, key=lambda path: path.stat().st_size)
            shutil.copyfile(taken, staged / name)
            strangers.remove(taken)
            notes.append(f"{taken.relative_to(staged)} was taken for {name}")
    for path in strangers:  # else nbgrader reads them too
        path.unlink(missing_ok=True)
