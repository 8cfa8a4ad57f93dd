"""Read a notebook that nobody vouches for in a process of its own, within limits."""

from __future__ import annotations

import json
from collections.abc import Sequence

from . import bounded
from .notebooks import reading
from .notebooks.reading import Cell, Notebook, Unreadable
from .sandbox.forkserver import ServerSpec

SECONDS = 10  # of processor time; 50 MB of an honest notebook take one
MEMORY = 1_500_000_000  # bytes
TOGETHER = 2_000_000  # bytes of files that are read by one process
KIND = ServerSpec(__name__)
EXAMPLE = b'{"cells": [{"cell_type": "code", "source": "%time 1\\ndef f(a):\\n    return a"}]}'


def read(data: bytes, known: frozenset[str] = frozenset()) -> Notebook:
    """The cells of a notebook file of any version: see `reading.read`.

    Parameters
    ----------
    data
        The file, as it was handed in.
    known
        The grade_ids of the assignment.

    Raises
    ------
    Unreadable
        If there are none to be had, or that takes too much time or memory.
    """
    (found,) = read_all([(data, known)])
    if isinstance(found, Unreadable):
        raise found
    return found


def read_all(files: Sequence[tuple[bytes, frozenset[str]]]) -> list[Notebook | Unreadable]:
    """What each of a student's notebook files holds, or why nothing: see `read`.

    Small ones share a process, and its limits. If these are reached, each is read by itself: one
    takes nothing from another.

    Parameters
    ----------
    files
        What `read` is given of each.
    """
    alone = len(files) == 1
    if not alone and sum(len(data) for data, _ in files) > TOGETHER:
        return _each_by_itself(files)
    header = [[len(data), sorted(known)] for data, known in files]
    request = json.dumps(header).encode() + b"\n" + b"".join(data for data, _ in files)
    try:
        replies = json.loads(bounded.call(KIND, request, SECONDS, MEMORY))
    except bounded.TooMuch as limit:
        if not alone:
            return _each_by_itself(files)
        return [Unreadable(f"the notebook could not be read: that takes {limit}")]
    return list(map(_found, replies))


def _each_by_itself(files: Sequence[tuple[bytes, frozenset[str]]]) -> list[Notebook | Unreadable]:
    return [found for file in files for found in read_all([file])]


def _found(reply: dict) -> Notebook | Unreadable:
    if "unreadable" in reply:
        return Unreadable(reply["unreadable"])
    cells = [
        Cell(kind, source, grade_id, own, frozenset(defines))
        for kind, source, grade_id, own, defines in reply["cells"]
    ]
    return Notebook(cells, reply["repairs"])


def prepare():
    """What a fork server does before it forks; returns what its processes do."""
    reading.read(EXAMPLE)  # Python's parser and regular expressions are made ready
    return bounded.serve(_work)


def _work(request: bytes) -> bytes:
    header, _, rest = request.partition(b"\n")
    replies, begin = [], 0
    for length, known in json.loads(header):
        replies.append(_reply(rest[begin : begin + length], frozenset(known)))
        begin += length
    return json.dumps(replies).encode()


def _reply(data: bytes, known: frozenset[str]) -> dict:
    try:
        found = reading.read(data, known)
    except Unreadable as reason:
        return {"unreadable": str(reason)}
    cells = [[c.kind, c.source, c.grade_id, c.own, sorted(c.defines)] for c in found.cells]
    return {"cells": cells, "repairs": found.repairs}
