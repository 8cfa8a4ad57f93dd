"""The folder of an edition: replaced completely or not at all, and never against anybody's will."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from ...errors import some
from ...grading.folders import remove_tree

MARKER = ".edition.json"
KEPT = (".git", ".github", ".venv")  # no part of an edition, and carried over to the next
DATA = "datasets"  # the same goes for what was downloaded there, beside the pages of an edition
PASSING = {"__pycache__", ".ipynb_checkpoints", ".pytest_cache", ".ruff_cache", ".DS_Store"}


@dataclass(frozen=True)
class Changes:
    """What an edition has that the one before had not, or otherwise, or has no more."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


class Folder:
    """Where an edition is, or will be.

    Parameters
    ----------
    target
        The folder, which need not be there.
    root
        The repository that the edition is made of: it must not be overwritten.
    kept
        What of the folder is no part of an edition, and carried over to the next.
    """

    def __init__(self, target: Path, root: Path, kept: tuple[str, ...] = KEPT):
        self.kept = kept
        self.path, self.root = target.resolve(), root.resolve()
        self._draft = self.path.parent / f".{self.path.name}.draft"
        self._old = self.path.parent / f".{self.path.name}.old"

    def objections(self, overwrite: bool = False) -> list[str]:
        """Why nothing may be written there; what a killed attempt left is put right first.

        Parameters
        ----------
        overwrite
            Whether files that somebody has changed or added there may go.
        """
        path = self.path
        if self.root.is_relative_to(path) or path.is_relative_to(self.root):
            return [f"{path} and the course itself overlap: choose a folder beside the course"]
        self._recover()
        if path.exists() and not path.is_dir():
            return [f"{path} is a file: name a folder"]
        if not path.parent.is_dir():
            return [f"{path.parent} does not exist: make it first"]
        if not path.exists() or not self._here():
            return []
        if not (path / MARKER).is_file():
            held = some(sorted(self._here()))
            return [f"{path} holds what no edition wrote ({held}): name an empty folder"]
        theirs = self._theirs()
        if overwrite or not theirs:
            return []
        return [
            f"{path} was changed since it was published ({some(theirs)}): take over what you "
            "want into the course itself, then say --overwrite"
        ]

    def compare(self, files: dict[str, bytes]) -> Changes:
        """How an edition of these `files` would differ from what is there."""
        here = {n: _read(file) for n, file in self._here().items() if n != MARKER}
        both = sorted(set(here) & set(files))
        return Changes(
            tuple(sorted(set(files) - set(here))),
            tuple(name for name in both if _plain(here[name]) != _plain(files[name])),
            tuple(sorted(set(here) - set(files))),
        )

    def replace(self, files: dict[str, bytes]) -> Changes:
        """Put an edition of these `files` there, in one step; `KEPT` and downloaded data stay."""
        changes = self.compare(files)
        try:
            for name, data in (files | {MARKER: _marker(files)}).items():
                file = self._draft / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
                file.chmod(0o644)
            if self.path.exists():
                os.rename(self.path, self._old)
                self._carry(self._old, self._draft)
            os.rename(self._draft, self.path)
        finally:
            self._recover()
        return changes

    def _recover(self) -> None:
        """The state before an attempt that was stopped half-way, or after one that was not."""
        if self._old.is_dir():
            if not self.path.exists():
                self._carry(self._draft, self._old)
                os.rename(self._old, self.path)
            else:
                self._carry(self._old, self.path)
        for folder in (self._draft, self._old):
            remove_tree(folder)

    def _here(self) -> dict[str, Path]:
        """The files and links there, without what is carried over or made anew by itself."""
        if not self.path.is_dir():
            return {}
        stays = {self.path / name for name in self._kept(self.path)}
        tops = [path for path in self.path.iterdir() if path not in stays]
        below = [path for top in tops if not top.is_symlink() for path in top.rglob("*")]
        return {
            path.relative_to(self.path).as_posix(): path
            for path in sorted([*tops, *below])
            if (path.is_symlink() or path.is_file())
            and not stays & {path, *path.parents}
            and not _passes(path.relative_to(self.path))
        }

    def _theirs(self) -> list[str]:
        """The files that somebody changed or added since the last edition was written."""
        try:
            known = json.loads((self.path / MARKER).read_text("utf-8"))["files"]
        except (ValueError, KeyError, TypeError):
            return [MARKER]
        found = {name: _digest(_read(file)) for name, file in self._here().items()}
        return [n for n, digest in sorted(found.items()) if n != MARKER and known.get(n) != digest]

    def _carry(self, source: Path, target: Path) -> None:
        for name in self._kept(source):
            if not (target / name).exists():
                (target / name).parent.mkdir(exist_ok=True)
                os.rename(source / name, target / name)

    def _kept(self, folder: Path) -> list[str]:
        """What is carried over, as far as it is there."""
        kept = [name for name in self.kept if (folder / name).exists()]
        if not (folder / DATA).is_symlink():
            data = (path for path in folder.glob(f"{DATA}/*") if path.suffix != ".md")
            kept += [f"{DATA}/{path.name}" for path in data]
        return kept


def _passes(name: Path) -> bool:
    return bool(PASSING & set(name.parts)) or any(p.endswith(".egg-info") for p in name.parts)


def _read(file: Path) -> bytes:
    """What a file holds; of a link where it leads, so that it is never taken for a file."""
    return b"-> " + os.fsencode(os.readlink(file)) if file.is_symlink() else file.read_bytes()


def _marker(files: dict[str, bytes]) -> bytes:
    about = "Written by `course publish`, which will replace all of these files."
    digests = {name: _digest(data) for name, data in sorted(files.items())}
    return (json.dumps({"about": about, "files": digests}, indent=1) + "\n").encode()


def _plain(data: bytes) -> bytes:
    """As it was before git on Windows changed the ends of lines."""
    return data.replace(b"\r\n", b"\n")


def _digest(data: bytes) -> str:
    return hashlib.sha256(_plain(data)).hexdigest()
