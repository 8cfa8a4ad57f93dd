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

from ....errors import one_line
from ...folders import LEDGER

LARGEST = 50_000_000  # bytes of all files of one submission
MOST_FILES, DEEPEST = 1_000, 10


def collect(submitted: Path, notebooks: list[str]) -> tuple[dict[str, bytes], list[str]]:
    """The files of a submission by their path in it, and what was done about them, in sentences.

    Parameters
    ----------
    submitted
        The folder.
    notebooks
        Names of the assignment's notebooks, with .ipynb: they are all in the result, empty where
        nothing was handed in, and no other notebook is.
    """
    notes: list[str] = []
    files = _ordinary(submitted, notes)
    _rename(files, notebooks, notes)
    for name in notebooks:
        if name not in files:
            files[name] = b""  # an empty file gets its verdict too
            notes.append(f"{name} was not handed in, or was no ordinary file")
    return files, notes


def stage(submitted: Path, staged: Path, notebooks: list[str], received: str | None) -> list[str]:
    """Make a clean copy of a submission; what was done about it, in sentences.

    Parameters
    ----------
    submitted, staged
        The folder that was handed in, and the copy's.
    notebooks
        The names of the files that an assignment is made of.
    received
        When it was handed in, in nbgrader's words, or None.
    """
    if staged.exists():
        shutil.rmtree(staged)
    files, notes = collect(submitted, notebooks)
    notes += write(files, staged)
    if received:
        (staged / "timestamp.txt").write_text(received)
    return notes


def write(files: dict[str, bytes], folder: Path) -> list[str]:
    """Write collected files into a folder; a sentence for each one that no system takes."""
    folder.mkdir(parents=True, exist_ok=True)
    notes = []
    for name, data in files.items():
        try:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        except (OSError, ValueError) as error:
            notes.append(f"a file could not be copied: {_shown(str(error))}"[:500])
    return notes


def _ordinary(submitted: Path, notes: list[str]) -> dict[str, bytes]:
    """Ordinary files, as many and as deep as an assignment can have."""
    left, seen = LARGEST, 0
    files: dict[str, bytes] = {}
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
            seen += 1
            if seen > MOST_FILES:
                notes.append(f"only {MOST_FILES} files were taken")
                return files
            data = _content(submitted / place, left)
            if data is None:
                notes.append(f"{_shown(place)} was left out: no ordinary file, or too large")
                continue
            left -= len(data)
            files[str(place)] = data
    return files


def ledger(folder: Path) -> dict[str, str]:
    """When each student handed in, from a table with the columns student and time.

    Parameters
    ----------
    folder
        Of all submissions: `submitted/`.

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
    """What timestamp.txt says, if it is a time.

    Parameters
    ----------
    submitted
        A student's folder for one assignment.
    """
    from nbgrader.utils import parse_utc

    try:
        data = _content(submitted / "timestamp.txt", 1_000) or b""
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


def _rename(files: dict[str, bytes], notebooks: list[str], notes: list[str]) -> None:
    """A notebook under another name is given its own: "ps1 (2).ipynb"; other ones are left out."""
    strangers = sorted(name for name in files if name.endswith(".ipynb") and name not in notebooks)
    missing = [name for name in notebooks if name not in files]
    for name in missing:
        candidates = [path for path in strangers if "checkpoint" not in path]
        stem = Path(name).stem
        likely = [path for path in candidates if stem in Path(path).stem]
        if not likely and len(missing) == 1 and len(candidates) == 1:
            likely = candidates
        if likely:
            taken = max(likely, key=lambda path: len(files[path]))
            files[name] = files.pop(taken)
            strangers.remove(taken)
            notes.append(f"{_shown(taken)} was taken for {name}")
    for name in strangers:
        del files[name]
