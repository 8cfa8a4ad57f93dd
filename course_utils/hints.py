"""Ladders of hints, keyed to what a test says of an answer: what `hints.toml` holds.

An instructor writes it beside the known answers, `mistakes/ASSIGNMENT/hints.toml`, an entry for
each mistake of a graded cell:

    [[test_output_size]]
    says = "count that too"
    ask = "Which position has your formula not counted yet?"
    try = "Draw a row of 5 pixels and write down every pixel at which a window of 3 can begin."
    read = "Lecture 03: Padding and stride"

`says` is a phrase of the test's message, or a list of phrases; an entry without it is for all else
that the cell may say. Below `[["*"]]` stands what helps in any cell, such as a loop without end.
Feedback pages read the file, and a student's own check a part of it: what is about visible tests is
released with the notebook.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import UserError

FILE = "hints.toml"
ANY = "*"  # in the place of a cell's grade_id
RUNGS = {"ask": "a question", "try": "something to try", "read": "where to read"}
HEAD = "# Hints for tests that you see. `course check --hint` shows them, one rung at a time.\n"


@dataclass(frozen=True)
class Hint:
    """A ladder for one mistake.

    Attributes
    ----------
    cell
        The grade_id of the test that fails, or "*" for any.
    says
        The phrases that tell the mistake by what the test says; none: by nothing else than the
        test.
    rungs
        A question, something to try, and where the idea is explained.
    """

    cell: str
    says: tuple[str, ...]
    rungs: tuple[str, str, str]

    def rank(self, cell: str, said: str) -> int | None:
        """How well it fits what a test says, 0 for best; None if it does not fit.

        Parameters
        ----------
        cell
            The test's grade_id.
        said
            One of the things that it says.
        """
        told = any(phrase in said for phrase in self.says)
        if self.cell not in (cell, ANY) or not (told or not self.says):
            return None
        return (self.cell == ANY) + 2 * (not told)


class HintsError(UserError):
    """A file of hints that cannot be read; the message says where, and what is missing."""


def read(file: Path) -> list[Hint]:
    """The hints in a file; none where there is no file.

    Parameters
    ----------
    file
        Its path.

    Raises
    ------
    HintsError
        If it is no TOML, or an entry is not complete.
    """
    if not file.is_file():
        return []
    name = f"{file.parent.name}/{file.name}"
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except ValueError as error:  # no UTF-8, or no TOML
        raise HintsError(f"{name} cannot be read as TOML: {error}") from None
    found = []
    for cell, entries in content.items():
        if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
            raise HintsError(f"{name}, {cell}: begin each of its hints with [[{cell}]]")
        found += [_hint(f"{name}, {cell}", cell, entry) for entry in entries]
    return found


def of(folder: Path) -> list[Hint]:
    """An assignment's own hints, and behind them those of all assignments of its course.

    Parameters
    ----------
    folder
        The assignment's folder of known answers; the course's file lies beside it.

    Raises
    ------
    HintsError
        As `read`.
    """
    return [*read(folder / FILE), *read(folder.parent / FILE)]


def _hint(where: str, cell: str, entry: dict) -> Hint:
    unknown = entry.keys() - {"says", *RUNGS}
    if unknown:
        raise HintsError(f"{where}: {sorted(unknown)[0]!r} is not one of says, {', '.join(RUNGS)}")
    rungs = [" ".join(str(entry.get(rung, "")).split()) for rung in RUNGS]
    for rung, text in zip(RUNGS, rungs, strict=True):
        if not text:
            raise HintsError(f"{where}: a hint has no {rung!r}, {RUNGS[rung]}")
    says = entry.get("says", [])
    says = [says] if isinstance(says, str) else says
    if not all(isinstance(phrase, str) and phrase.strip() for phrase in says):
        raise HintsError(f"{where}: `says` is a phrase of what the test says, or a list of them")
    ask, attempt, where_to_read = rungs
    return Hint(cell, tuple(map(_plain, says)), (ask, attempt, where_to_read))


def written(hints: Iterable[Hint]) -> str:
    """The text of a file that holds these hints.

    Parameters
    ----------
    hints
        Which ones.
    """
    lines = [HEAD]
    for hint in hints:
        lines.append(f"[[{json.dumps(hint.cell)}]]")
        if hint.says:
            lines.append(f"says = {json.dumps(hint.says, ensure_ascii=False)}")
        for rung, text in zip(RUNGS, hint.rungs, strict=True):
            lines.append(f"{rung} = {json.dumps(text, ensure_ascii=False)}")
        lines.append("")
    return "\n".join(lines)


def fitting(hints: Sequence[Hint], cell: str, said: Iterable[str]) -> Hint | None:
    """The hint for what a test says; None if there is none.

    The first thing said that an entry's phrase is found in decides, and there the cell's own
    entries come before those for any cell. Entries without a phrase are for what none is found in.

    Parameters
    ----------
    hints
        All of them, in the order of their file.
    cell
        The test's grade_id.
    said
        What it says, a line for each part that failed.

    Examples
    --------
    >>> rungs = ("Is it?", "Draw it.", "Lecture 03: Stride")
    >>> one, all_else = Hint("test_f", ("too",), rungs), Hint("test_f", (), rungs)
    >>> fitting([all_else, one], "test_f", ["count that too"]) is one
    True
    >>> fitting([all_else, one], "test_f", ["f(1) should be 2"]) is all_else
    True
    """
    best, least = None, 4
    for line in map(_plain, said):
        for hint in hints:
            rank = hint.rank(cell, line)
            if rank is not None and rank < least:
                best, least = hint, rank
        if least < 2:  # by a phrase
            break
    return best


def _plain(text: str) -> str:
    return " ".join(text.split())
