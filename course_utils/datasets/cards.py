"""What is known about each collection: size, source, licence, checksums."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "cards"


@dataclass(frozen=True)
class File:
    """A file of the original distribution: its size in bytes and its checksums."""

    name: str
    size: int
    sha256: str
    md5: str


@dataclass(frozen=True)
class Card:
    """The facts of a collection, and of the small sample that stands in for it offline.

    `shape` is an image's `(H, W)` or `(H, W, C)`; `counts` are images by split.
    """

    name: str
    title: str
    description: str
    task: str
    shape: tuple[int, ...]
    classes: tuple[str, ...]
    counts: dict[str, int]
    licence: str
    citation: str
    homepage: str
    sample: str
    mirrors: tuple[str, ...]
    files: tuple[File, ...]

    @property
    def size(self) -> int:
        """Bytes to download."""
        return sum(file.size for file in self.files)

    def rows(self) -> list[tuple[str, str]]:
        """Label and value of each fact."""
        counts = ", ".join(f"{count:,} {split}" for split, count in self.counts.items())
        return [
            ("What", self.description),
            ("Task", f"{self.task}, {len(self.classes)} classes: {', '.join(self.classes)}"),
            ("Images", f"{counts}; {'x'.join(map(str, self.shape))}"),
            ("Download", f"{self.size / 1e6:.1f} MB in {len(self.files)} files"),
            ("Licence", self.licence),
            ("Citation", self.citation),
            ("Homepage", self.homepage),
            ("Sample", self.sample),
        ]

    def __str__(self) -> str:
        lines = [f"{label + ':':10}{value}" for label, value in self.rows()]
        return "\n".join([self.title, *lines])

    def markdown(self) -> str:
        """The card as a page, kept in the repository's `datasets/` folder."""
        facts = [f"| {label} | {value} |" for label, value in self.rows()]
        files = [f"| {f.name} | {f.size:,} | `{f.sha256}` | `{f.md5}` |" for f in self.files]
        mirrors = [f"{number}. <{url}>" for number, url in enumerate(self.mirrors, start=1)]
        parts = [
            [f"# {self.title}"],
            [f'`course_utils.datasets.load("{self.name}")`'],
            ["| | |", "|---|---|", *facts],
            ["## Files"],
            ["| file | bytes | SHA-256 | MD5 (published) |", "|---|---|---|---|", *files],
            ["## Fetched from, in this order"],
            mirrors,
        ]
        return "\n\n".join("\n".join(part) for part in parts) + "\n"


def names() -> list[str]:
    """The names of all collections."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@cache
def card(name: str) -> Card:
    """The card of a collection.

    Raises
    ------
    ValueError
        If there is no such collection; the message lists those there are.
    """
    if name not in names():
        close = get_close_matches(str(name), names(), 1)
        hint = f"did you mean {close[0]!r}? " if close else ""
        raise ValueError(f"unknown data set {name!r}: {hint}There are: {', '.join(names())}")
    facts = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
    for key in ("shape", "classes", "mirrors"):
        facts[key] = tuple(facts[key])
    facts["files"] = tuple(File(**file) for file in facts["files"])
    return Card(name=name, **facts)
