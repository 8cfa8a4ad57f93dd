"""Whose files are whose: what the downloads of all platforms have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from ...errors import some
from ..folders import printable
from .downloads import Entry

NAMED = 20  # files or students in a line


@dataclass(frozen=True)
class Place:
    """What a file's path in a download says.

    Attributes
    ----------
    key
        The same for all files of one hand-in.
    origin
        What the platform calls it, by which it takes something back.
    who
        Attributes of a `roster.Person`, the surest first; `name` may be first or last name first.
    path
        The file's path as the student had it.
    late
        Whether the platform says that it came late.
    rank
        Of several files of a hand-in the newest has the greatest.
    received
        When it came.
    """

    key: str
    origin: str
    who: dict[str, str]
    path: str
    late: bool = False
    rank: int = 0
    received: datetime | None = None


@dataclass(frozen=True)
class HandIn:
    """What one student, or one group, has handed in by a platform.

    Attributes
    ----------
    origin
        What the platform calls it.
    who
        Each person whose it is: attributes of a `roster.Person`.
    files
        Path and entry of each file, the oldest first.
    received
        When it came, where the platform says so.
    late
        Whether the platform says that it came late.
    ranked
        Whether the order of the files is the platform's, and not that of their own times.
    """

    origin: str
    who: tuple[dict[str, str], ...]
    files: tuple[tuple[str, Entry], ...] = field(repr=False)
    received: datetime | None = None
    late: bool = False
    ranked: bool = False


def gather(
    entries: Iterable[Entry], place: Callable[[Entry], Place | None]
) -> tuple[list[HandIn], list[str]]:
    """The hand-ins of a download, and a line about files that are nobody's.

    Parameters
    ----------
    entries
        The files.
    place
        What a file's path says; None where it says nothing.
    """
    groups: dict[str, list[tuple[Place, Entry]]] = {}
    nobodys = []
    for entry in entries:
        found = place(entry)
        if found is None:
            nobodys.append(printable("/".join(entry.parts)))
        else:
            groups.setdefault(found.key, []).append((found, entry))
    hand_ins = []
    for placed in groups.values():
        placed.sort(key=lambda each: (each[0].rank, each[1].parts))
        last = placed[-1][0]
        times = [each.received for each, _ in placed if each.received is not None]
        hand_ins.append(
            HandIn(
                last.origin,
                (last.who,),
                tuple(_distinct((each.path, entry) for each, entry in placed)),
                max(times, default=None),
                any(each.late for each, _ in placed),
                any(each.rank for each, _ in placed),
            )
        )
    return hand_ins, ([f"nobody's, by their names: {some(nobodys, NAMED)}"] if nobodys else [])


def _distinct(files: Iterable[tuple[str, Entry]]) -> Iterable[tuple[str, Entry]]:
    """Of several files with one name the later ones are numbered, as a browser would do it."""
    taken: set[str] = set()
    for path, entry in files:
        stem, dot, suffix = path.rpartition(".")
        name, number = path, 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem} ({number}){dot}{suffix}" if dot else f"{path} ({number})"
        taken.add(name.casefold())
        yield name, entry
