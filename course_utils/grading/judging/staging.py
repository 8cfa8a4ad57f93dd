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

from ..text import one_line

LARGEST = 50_000_000  # bytes of all files of one submission
MOST_FILES, DEEPEST = 1_000, 10
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
    try:
        _copy(submitted, staged, notes)
        _rename(staged, notebooks, notes)
    except (OSError, ValueError) as error:  # names that no system takes, a full disk
        notes.append(f"some files could not be copied: {_shown(str(error))}"[:500])
    for name in notebooks:
        if not (staged / name).is_file():
            (staged / name).write_text("")  # an empty file gets its verdict too
            notes.append(f"{name} was not handed in, or was no ordinary file")
    if received:
        (staged / "timestamp.txt").write_text(received)
    return notes


def _copy(submitted: Path, staged: Path, notes: list[str]) -> None:
    """Ordinary files, as many and as deep as an assignment can have."""
    left, files = LARGEST, 0
    for folder, folders, names in os.walk(submitted, followlinks=False):
        inside = Path(folder).relative_to(submitted)
        deep = len(inside.parts) >= DEEPEST
        folders[:] = (
            [] if deep else sorted(n for n in folders if n[0] != "." and n[-6:] != ".ipynb")
        )
        for name in sorted(names):
            place = inside / name
            if str(place) == "timestamp.txt":
                continue
            files += 1
            if files > MOST_FILES:
                notes.append(f"only {MOST_FILES} files were taken")
                return
            data = _content(submitted / place, left)
            if data is None:
                notes.append(f"{_shown(place)} was left out: no ordinary file, or too large")
                continue
            left -= len(data)
            (staged / inside).mkdir(parents=True, exist_ok=True)
            (staged / place).write_bytes(data)


def ledger(folder: Path) -> dict[str, str]:
    """When each student handed in, from a table with the columns student and time.

    Raises
    ------
    ValueError
        If a line says no time.
    """
    times = {}
    file = folder / LEDGER
    if file.is_file():
        for number, row in enumerate(csv.DictReader(file.read_text("utf-8-sig").splitlines()), 2):
            try:
                moment = datetime.fromisoformat(row["time"].strip())
                student = row["student"].strip()
            except (KeyError, ValueError, AttributeError):
                raise ValueError(
                    f"{file}, line {number}: expected the columns student and time, as in "
                    "ada,2026-01-31 23:59:00+01:00"
                ) from None
            if moment.tzinfo is None:  # then this machine's
                moment = moment.astimezone()
            times[student] = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
    return times


def timestamp(submitted: Path) -> str | None:
    """What timestamp.txt says, if it is a time."""
    from nbgrader.utils import parse_utc

    try:
        data = _content(submitted / "timestamp.txt", 1_000)
        moment = parse_utc(data.decode("utf-8").strip())
        return moment.strftime("%Y-%m-%d %H:%M:%S.%f UTC")
    except Exception:  # whatever stands there
        return None


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


def _shown(name: Path | str) -> str:
    """A name that can be printed, whatever bytes it is made of."""
    return one_line(os.fsencode(name).decode("utf-8", "replace"))


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
            taken.replace(staged / name)
            strangers.remove(taken)
            notes.append(f"{_shown(taken.relative_to(staged))} was taken for {name}")
    for path in strangers:  # else nbgrader reads them too
        path.unlink(missing_ok=True)
