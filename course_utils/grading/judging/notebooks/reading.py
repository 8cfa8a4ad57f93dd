"""Read a notebook that nobody vouches for: a list of cells, or a sentence that says why not.

Nothing here trusts the file: neither that it is one, nor its form.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

from ....errors import counted
from .names import defined_names

MOST_CELLS = 5_000
LONGEST = 10_000_000  # characters of all cells: outputs, which nobody reads, do not count
MOST_BRACKETS = 4_000_000  # each may open a list or an object, which takes a hundred bytes and more


class Unreadable(Exception):
    """The file is no notebook; the message says why, for the student."""


@dataclass
class Cell:
    """A cell as it was handed in: its kind ("code" or another), source, grade_id and own id.

    `defines` are the names that its code binds, if they were read off the source.
    """

    kind: str
    source: str
    grade_id: str | None = None
    own: str | None = None
    defines: frozenset[str] = frozenset()


@dataclass
class Notebook:
    """The cells of a file, and what had to be repaired to read it."""

    cells: list[Cell] = field(default_factory=list)
    repairs: list[str] = field(default_factory=list)


def read(data: bytes, known: frozenset[str] = frozenset()) -> Notebook:
    """The cells of a notebook file of any version.

    Parameters
    ----------
    data
        The file, as it was handed in.
    known
        The grade_ids of the assignment: a cell that alone has one need not be known by what it
        defines.

    Raises
    ------
    Unreadable
        If there are none to be had.
    """
    repairs: list[str] = []
    text = _text(data, repairs)
    content = _parse(text, repairs)
    if not isinstance(content, dict):
        raise Unreadable("the notebook is damaged: it does not have a notebook's form")
    sheets = content.get("worksheets")
    if isinstance(sheets, list) and sheets and isinstance(sheets[0], dict):
        repairs.append("the notebook is in an old format (nbformat 3)")
        content = sheets[0]
    cells = content.get("cells")
    if not isinstance(cells, list):
        raise Unreadable("the notebook is damaged: it does not have a notebook's form")
    if len(cells) > MOST_CELLS:
        raise Unreadable(f"the notebook has {len(cells)} cells; at most {MOST_CELLS} are graded")
    found = [facts for facts in map(_facts, cells) if facts is not None]
    length = sum(len(source) for _, source, *_ in found)
    if length > LONGEST:
        raise Unreadable(
            f"the notebook has {length:,} characters of code and text; at most {LONGEST:,} are "
            "graded"
        )
    broken = len(cells) - len(found)
    if broken:
        repairs.append(f"left out: {counted(broken, 'damaged cell')}")
    times = Counter(grade_id for *_, grade_id, _ in found)
    once = frozenset(grade_id for grade_id in known if times[grade_id] < 2)
    return Notebook([_cell(*facts, once) for facts in found], repairs)


def _text(data: bytes, repairs: list[str]) -> str:
    for encoding in ("utf-8-sig", "utf-16"):
        if encoding == "utf-16" and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            continue
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            pass
    repairs.append("characters that are no UTF-8 were replaced")
    return data.decode("utf-8", "replace")


def _parse(text: str, repairs: list[str]):
    if not text.strip():
        raise Unreadable("the notebook is empty")
    brackets = text.count("[") + text.count("{")
    if brackets > MOST_BRACKETS:
        raise Unreadable(
            f"the notebook has {brackets:,} opening brackets; at most {MOST_BRACKETS:,} are read: "
            "clear its outputs (Edit > Clear Outputs of All Cells), and hand it in again"
        )
    for attempt, note in _versions(text):
        try:
            content = json.loads(attempt)
        except (ValueError, RecursionError, MemoryError):
            continue
        if note:
            repairs.append(note)
        return content
    raise Unreadable("the notebook is damaged: the file is no JSON, so no Jupyter can open it")


def _versions(text: str):
    """The text, and what it may have been before a merge or a stray byte."""
    yield text, None
    if "\x00" in text:
        yield text.replace("\x00", ""), "zero bytes were left out"
    sides = _sides(text)
    if sides is not None:
        note = "a merge conflict was left in the file: one of its sides was taken"
        for side in sides:
            yield side, note


def _sides(text: str) -> tuple[str, str] | None:
    """The two versions that a merge left in a text between its marks, if it did."""
    versions: dict[str, list[str]] = {"ours": [], "base": [], "theirs": []}
    part, whole = None, False  # which version the lines belong to; None: to all
    for line in text.split("\n"):
        move = part, line[:7]
        if move == (None, "<" * 7):
            part = "ours"
        elif move == ("ours", "|" * 7):
            part = "base"
        elif move in (("ours", "=" * 7), ("base", "=" * 7)):
            part = "theirs"
        elif move == ("theirs", ">" * 7):
            part, whole = None, True
        else:
            for version in versions if part is None else (part,):
                versions[version].append(line)
    return ("\n".join(versions["ours"]), "\n".join(versions["theirs"])) if whole else None


def _cell(kind: str, source: str, grade_id: str | None, own: str | None, known) -> Cell:
    read = kind == "code" and grade_id not in known
    return Cell(kind, source, grade_id, own, defined_names(source) if read else frozenset())


def _facts(content) -> tuple[str, str, str | None, str | None] | None:
    """Kind, source, grade_id and own id of a cell; None if it is damaged."""
    if not isinstance(content, dict):
        return None
    source = content.get("source", content.get("input", ""))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        return None
    source = source.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
    metadata = content.get("metadata")
    settings = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = settings.get("grade_id") if isinstance(settings, dict) else None
    own = content.get("id")
    if own is None and isinstance(metadata, dict):
        own = metadata.get("id")  # where Colab keeps it
    return (
        "code" if content.get("cell_type") == "code" else "markdown",
        source,
        grade_id if isinstance(grade_id, str) else None,
        own if isinstance(own, str) else None,
    )
