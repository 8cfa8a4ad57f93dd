"""Read a notebook that nobody vouches for in a process of its own, within limits."""

from __future__ import annotations

import json

from . import bounded
from .notebooks import reading
from .notebooks.reading import Cell, Notebook, Unreadable
from .sandbox.forkserver import ServerSpec

SECONDS = 10  # of processor time; 50 MB of an honest notebook take one
MEMORY = 1_500_000_000  # bytes
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
    request = json.dumps(sorted(known)).encode() + b"\n" + data
    try:
        reply = json.loads(bounded.call(KIND, request, SECONDS, MEMORY))
    except bounded.TooMuch as limit:
        raise Unreadable(f"the notebook could not be read: that takes {limit}") from None
    if "unreadable" in reply:
        raise Unreadable(reply["unreadable"])
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
    known, _, data = request.partition(b"\n")
    try:
        found = reading.read(data, frozenset(json.loads(known)))
    except Unreadable as reason:
        return json.dumps({"unreadable": str(reason)}).encode()
    cells = [[c.kind, c.source, c.grade_id, c.own, sorted(c.defines)] for c in found.cells]
    return json.dumps({"cells": cells, "repairs": found.repairs}).encode()
