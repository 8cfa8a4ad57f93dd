"""Folders that are there completely or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import one_line

try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]  # Windows, where nobody grades

FOLDER = ".grading"  # of a course: what grading keeps for itself
LEDGER = "received.csv"  # student, time: who handed in when, for those who keep such a list
QUESTIONS = "questions"  # of a course: what students are asked about their own code
MISTAKES = "mistakes"  # of a course: known answers and hints, a folder for each assignment


def replace_folder(target: Path, files: dict[str, bytes], mode: int) -> None:
    """Put a folder of files in the place of another: a reader sees the old ones or the new ones.

    What a killed process left of an earlier attempt is removed. Several may try at once: two
    graders of a class, say.

    Parameters
    ----------
    target
        The folder, made with its parents where there is none.
    files
        What the files hold, by their path in it.
    mode
        The files' permissions, such as 0o644.
    """
    draft, old = (target.with_name(f".{target.name}.{word}") for word in ("draft", "old"))
    target.parent.mkdir(parents=True, exist_ok=True)
    with _alone_in(target.parent):
        for folder in (draft, old):
            _remove(folder)
        try:
            for name, data in files.items():
                file = draft / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
                file.chmod(mode)
        except OSError:  # a name that is too long, or that a file and a folder have
            _remove(draft)
            raise
        if target.exists():
            target.rename(old)
        draft.rename(target)
        _remove(old)


def remove_tree(folder: Path) -> None:
    """Remove a folder, also one whose files are read-only."""
    if folder.exists():
        with _alone_in(folder.parent):
            _remove(folder)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Nobody else replaces or removes what is in a folder; a process that dies lets go of it."""
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _remove(folder: Path) -> None:
    if folder.exists():
        for path in [folder, *folder.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o700)
        shutil.rmtree(folder)


def files_below(folder: Path, pattern: str = "*") -> list[tuple[str, Path]]:
    """The ordinary files below a folder, named from there, in a fixed order.

    Parameters
    ----------
    folder
        Where to look; links are not followed and not given.
    pattern
        What a file's own name has to match.
    """
    found = sorted(
        path for path in folder.rglob(pattern) if path.is_file() and not path.is_symlink()
    )
    return [(str(path.relative_to(folder)), path) for path in found]


def is_notebook(name: str) -> bool:
    """Whether a file is a notebook by its name, in capitals too, as some systems write it.

    Parameters
    ----------
    name
        The file's, or its path.
    """
    return name.casefold().endswith(".ipynb")


def printable(name: Path | str) -> str:
    """A file's name that can be printed, whatever bytes it is made of.

    Parameters
    ----------
    name
        The name, or the path.
    """
    return one_line(os.fsencode(name).decode("utf-8", "replace"))
