"""What was handed in, copied to where nbgrader may read it: ordinary files of a bearable size.

nbgrader opens, copies and believes what lies in a submission: a pipe makes it wait for ever, a link
leads it elsewhere, a date that is none stops the class. It is given these copies instead; the
submission itself is not touched.
"""

from __future__ import annotations

import glob
import mimetypes
import os
import re
import shutil
import stat
from collections.abc import Generator, Iterator
from itertools import islice
from pathlib import Path

from ...folders import is_notebook, printable

LARGEST = 50_000_000  # bytes of all files of one submission
MOST_FILES, DEEPEST = 1_000, 10
PAGES = ".pages"
MOST_ENTRIES = 20_000  # folders and what is no file included: nobody looks at more


class LeftOut(str):
    """A sentence about something of a hand-in of which nothing counts: somebody has to look."""


def collect(submitted: Path, notebooks: list[str]) -> tuple[dict[str, bytes], list[str]]:
    """The files of a submission by their path in it, and what was done about them, in sentences.

    A sentence about something of which nothing counts is a `LeftOut`.

    Parameters
    ----------
    submitted
        The folder.
    notebooks
        Names of the assignment's notebooks, with .ipynb: they are all in the result, empty where
        nothing was handed in, and no other notebook is.
    """
    notes: list[str] = []
    times: dict[str, float] = {}
    files = _ordinary(submitted, notes, times)
    _choose(files, times, notebooks, notes)
    for name in notebooks:
        if name not in files:
            files[name] = b""  # an empty file gets its verdict too
            if not any(note.startswith(f"{name} ") for note in notes):
                notes.append(f"{name} was not handed in")
    return files, notes


def stage(submitted: Path, staged: Path, notebooks: list[str], received: str | None) -> list[str]:
    """Make a clean copy of a submission; what was done about it, in sentences.

    Files that a browser would run lie in a folder `PAGES` of it, which nbgrader does not copy.

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
    notes += write({f"{PAGES}/{n}" if opens_as_page(n) else n: files[n] for n in files}, staged)
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
            notes.append(f"a file could not be copied: {printable(str(error))}"[:500])
    return notes


def _ordinary(submitted: Path, notes: list[str], times: dict[str, float]) -> dict[str, bytes]:
    """Ordinary files, as many and as deep as an assignment can have, and when each was changed.

    Folders are opened one in the other and never by a link, so that nothing which changes meanwhile
    leads elsewhere.
    """
    left, seen = LARGEST, 0
    files: dict[str, bytes] = {}
    for place, folder in _entries(submitted, notes):
        seen += 1
        if seen > MOST_FILES:
            notes.append(LeftOut(f"only {MOST_FILES} files were taken"))
            return files
        data, status = _content(place.name, folder, left)
        if status is not None and data is None:
            notes.append(LeftOut(f"{printable(place)} {_too_large(status.st_size, place.name)}"))
        elif data is None or status is None:
            notes.append(LeftOut(f"{printable(place)} was left out: it is no ordinary file"))
        elif status.st_nlink > 1 and (other := _owner_before(status, submitted)):
            sentence = f"{printable(place)} was left out: it is the same file as {other}'s"
            notes.append(LeftOut(sentence))
        else:
            left -= len(data)
            files[str(place)] = data
            times[str(place)] = status.st_mtime
    return files


def _too_large(size: int, name: str) -> str:
    remedy = "; clear its outputs, save it and hand it in again" if is_notebook(name) else ""
    return (
        f"has {size / 1e6:,.0f} MB, and of all files of a hand-in {LARGEST // 1_000_000} MB are "
        f"read: it was left out{remedy}"
    )


def _entries(submitted: Path, notes: list[str]) -> Iterator[tuple[Path, int]]:
    """What lies in a submission but folders, and the folder that holds it, open."""
    try:
        student = _open_folder(submitted.parent)
        try:
            top = _open_folder(submitted.name, student)
        finally:
            os.close(student)
    except OSError:
        notes.append(LeftOut("the folder is a link, or cannot be read: it is nobody's answer"))
        return
    yield from _below(top, Path(), MOST_ENTRIES, notes)


def _below(
    folder: int, inside: Path, room: int, notes: list[str]
) -> Generator[tuple[Path, int], None, int]:
    """The entries of an open folder, which is closed then; returns for how many more is room."""
    folders = []
    try:
        with os.scandir(folder) as found:
            names = sorted(entry.name for entry in islice(found, room))
        room -= len(names)
        for name in names:
            if _is_folder(name, folder):
                folders.append(name)
            elif str(inside / name) != "timestamp.txt":
                yield inside / name, folder
        for name in folders if len(inside.parts) < DEEPEST else []:
            if is_notebook(name):  # its files would lie where the notebook belongs
                notes.append(
                    LeftOut(f"{printable(inside / name)} was left out: it is a folder: rename it")
                )
            elif name[0] != ".":
                room = yield from _below(_open_folder(name, folder), inside / name, room, notes)
    except OSError:  # a folder that may not be read, or is gone
        notes.append(LeftOut(f"{printable(inside)} was left out: not all of it can be read"))
    finally:
        os.close(folder)
    return room


def _open_folder(name: Path | str, inside: int | None = None) -> int:
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.open(name, flags, dir_fd=inside)


def _is_folder(name: str, inside: int) -> bool:
    return stat.S_ISDIR(os.stat(name, dir_fd=inside, follow_symlinks=False).st_mode)


def _owner_before(file: os.stat_result, submitted: Path) -> str | None:
    """Another student whose file this is too, unless it is known to be this one's own.

    Two folders that hold the same file do not say whose it is; but who made the link changed a
    folder after the other was there. Both times of the folders have to say so: the one can be set
    by its owner, the other is new where a class was copied.
    """
    here = submitted.stat()
    for other in sorted(submitted.parents[1].glob(f"*/{glob.escape(submitted.name)}")):
        if other.parent == submitted.parent or other.is_symlink() or other.parent.is_symlink():
            continue
        for path in islice(other.rglob("*"), MOST_ENTRIES):
            if os.path.samestat(os.lstat(path), file):
                there = other.stat()
                if not (here.st_mtime < there.st_mtime and here.st_ctime < there.st_ctime):
                    return printable(other.parent.name)
    return None


def timestamp(submitted: Path) -> str | None:
    """What timestamp.txt says, if it is a time.

    Parameters
    ----------
    submitted
        A student's folder for one assignment.
    """
    from nbgrader.utils import parse_utc

    try:
        folder = _open_folder(submitted)
        try:
            data, _ = _content("timestamp.txt", folder, 1_000)
        finally:
            os.close(folder)
        moment = parse_utc((data or b"").decode("utf-8").strip())
        return moment.strftime("%Y-%m-%d %H:%M:%S.%f UTC")
    except Exception:  # whatever stands there
        return None


def _content(name: str, folder: int, left: int) -> tuple[bytes | None, os.stat_result | None]:
    """What an ordinary file in an open folder holds, and its status; nothing else is opened.

    Of a file that is too large there is only the status, and of what is no file nothing.
    """
    nothing = None, None
    try:
        before = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if not stat.S_ISREG(before.st_mode):
            return nothing
        if before.st_size > left:
            return None, before
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(name, flags, dir_fd=folder)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return nothing
            data = file.read(left + 1)
    except OSError:
        return nothing
    return (data if len(data) <= left else None), status


def opens_as_page(name: str) -> bool:
    """Whether a browser that is given a file runs what is in it.

    Parameters
    ----------
    name
        The file's.
    """
    kind = mimetypes.guess_type(name)[0] or ""
    return any(word in kind for word in ("html", "xml", "xsl", "svg"))


def _choose(
    files: dict[str, bytes], times: dict[str, float], notebooks: list[str], notes: list[str]
) -> None:
    """Which notebook is which: "ps1 (2).ipynb" is ps1's; of several the newest; others are named.

    Files that were copied or unpacked may all have one time: then the highest number in a name is
    the newest, as browsers and Canvas count, and at last the largest file.
    """
    all_of_them = list(filter(is_notebook, files))
    found = {name for name in all_of_them if not _is_rubbish(name)}
    of = {
        name: {n for n in found if n == name or _stem_in(n, notebooks) == name}
        for name in notebooks
    }
    lost = [name for name in notebooks if not of[name]]
    strangers = found.difference(*of.values()) if notebooks else found
    if len(lost) == 1 and len(strangers) == 1:
        of[lost[0]] = strangers
        strangers = set()
    chosen = {}
    for name, candidates in of.items():
        ranked = sorted(candidates, key=lambda n: (round(times[n]), _number(n), len(files[n]), n))
        if ranked:
            chosen[name] = files[ranked[-1]]
        if ranked and ranked[-1] != name:
            notes.append(f"{printable(ranked[-1])} was taken for {name}")
        if len(ranked) > 1:
            rest = ", ".join(printable(other) for other in ranked[:-1])
            sentence = f"of {len(ranked)} notebooks the newest counts; left out: {rest}"
            notes.append(LeftOut(sentence))
    for name in sorted(strangers):
        sentence = f"{printable(name)} was left out: the assignment has no notebook of this name"
        notes.append(LeftOut(sentence))
    for name in all_of_them:
        del files[name]
    files |= chosen


def _is_rubbish(name: str) -> bool:
    """What Jupyter and macOS leave beside notebooks."""
    parts = Path(name).parts
    return any(part[0] == "." or part == "__MACOSX" for part in parts) or "checkpoint" in name


def _stem_in(name: str, notebooks: list[str]) -> str | None:
    """The notebook whose name stands in this name, best as words of its own; of two the longer."""
    stem = Path(name).stem.casefold()
    wanted = sorted(notebooks, key=len, reverse=True)
    words = [w for w in wanted if re.search(rf"(?<![^\W_]){_escaped(w)}(?![^\W_])", stem)]
    within = [w for w in wanted if Path(w).stem.casefold() in stem]
    return next(iter(words + within), None)


def _escaped(notebook: str) -> str:
    return re.escape(Path(notebook).stem.casefold())


def _number(name: str) -> int:
    """The number that a browser or an LMS put behind a name: "ps1 (2)", "ps1-2"; else 0."""
    found = re.search(r"(?:\((\d{1,6})\)|-(\d{1,6}))$", Path(name).stem.strip())
    return int(found[1] or found[2]) if found else 0
