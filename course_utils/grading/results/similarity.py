"""Who answered alike: winnowed fingerprints of the solution cells, compared in pairs.

The fingerprints are copydetect's (Schleimer, Wilkerson and Aiken, "Winnowing", 2003, the method of
MOSS): names and spaces do not count, what everybody was given does not either. A likeness is a
reason to look, never a verdict: short exercises have few right answers.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from ..course import Assignment, CourseError, NobodyGraded
from ..judging import bounded
from ..judging.sandbox.forkserver import ServerSpec

NOISE, GUARANTEE = 15, 20  # characters: shorter matches are none, longer ones are always found
SECONDS, MEMORY = 10, 1_500_000_000  # to read what one student wrote
KIND = ServerSpec(__name__)

FEWEST = 10  # fingerprints of a work that says anything


@dataclass(frozen=True, order=True)
class Likeness:
    """Two students, and what share of the shorter of their works stands in the other's too."""

    share: float
    one: str
    other: str


@dataclass(frozen=True)
class Comparison:
    """The pairs of works that are alike, and whose works say too little to be compared.

    Too short is what has fewer than `FEWEST` fingerprints of its own, beside what was given.
    """

    pairs: list[Likeness]
    too_short: list[str]


def compare(
    works: dict[str, str],
    given: str = "",
    least: float = 0.8,
    on_pair: Callable[[int, int], None] = lambda done, total: None,
) -> Comparison:
    """Pairs of texts that are alike, the most alike first, and texts that are too short.

    Parameters
    ----------
    works
        Python code by student.
    given
        Code that everybody was given.
    least
        The share, from 0 to 1, from which a pair is named.
    on_pair
        Called now and then with how many pairs are done and how many there are.
    """
    try:
        from copydetect import compare_files
    except ModuleNotFoundError:
        raise CourseError("comparing answers requires copydetect: pip install copydetect") from None

    boilerplate = np.array(sorted(_fingerprint("given", given).hashes)) if given.strip() else None
    prints = {name: _fingerprint(name, text, boilerplate) for name, text in works.items()}
    too_short = sorted(name for name, found in prints.items() if len(found.hashes) < FEWEST)
    prints = {name: prints[name] for name in sorted(prints.keys() - too_short)}
    total = len(prints) * (len(prints) - 1) // 2
    alike = []
    for done, (one, other) in enumerate(combinations(prints, 2), start=1):
        _, shares, _ = compare_files(prints[one], prints[other])
        share = min(float(max(shares)), 1.0)
        if share >= least:
            alike.append(Likeness(share, one, other))
        if done % 1000 == 0 or done == total:
            on_pair(done, total)
    alike.sort(key=lambda pair: (-pair.share, pair.one, pair.other))
    return Comparison(alike, too_short)


def _fingerprint(name: str, text: str, boilerplate=None):
    from copydetect import CodeFingerprint, utils

    utils.hash = _checksum  # instead of Python's, which is another one in every process
    try:
        text = bounded.call(KIND, text.encode("utf-8", "replace"), SECONDS, MEMORY).decode()
    except bounded.TooMuch:
        pass  # then names and spaces count: a copy is one all the same
    winnowed = GUARANTEE - NOISE + 1
    file = io.StringIO(text)
    return CodeFingerprint(name, NOISE, winnowed, boilerplate=boilerplate, filter=False, fp=file)


def _checksum(characters: str) -> int:
    return zlib.crc32(characters.encode("utf-8", "replace"))


def prepare():
    """What a fork server does before it forks: its processes take names and spaces out of code."""
    from copydetect.utils import filter_code

    return bounded.serve(lambda code: filter_code(code.decode(), "", "python")[0].encode())


def works(assignment: Assignment) -> tuple[dict[str, str], str]:
    """The solution cells of everyone who was graded, joined; and what they were given there.

    Parameters
    ----------
    assignment
        Whose graded notebooks and release are read.

    Raises
    ------
    CourseError
        If nobody was graded yet.
    """
    found: dict[str, str] = {}
    for folder in sorted(assignment.course.class_folder("autograded").glob("[!.]*")):
        files = sorted((folder / assignment.name).glob("*.ipynb"))
        if files:
            found[folder.name] = "\n\n".join(map(_joined, files))
    if not found:
        raise NobodyGraded(assignment)
    return found, given(assignment)


def given(assignment: Assignment) -> str:
    """The solution cells of an assignment's release, joined: what everybody was given.

    Parameters
    ----------
    assignment
        What was released of it is read; nothing was, if it is not there.
    """
    return "\n\n".join(map(_joined, sorted(assignment.release.glob("*.ipynb"))))


def _joined(file: Path) -> str:
    import nbformat

    cells = nbformat.read(file, as_version=4).cells
    own = [c for c in cells if c.metadata.get("nbgrader", {}).get("solution")]
    return "\n\n".join(cell.source for cell in own if cell.cell_type == "code")
