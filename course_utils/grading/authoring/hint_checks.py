"""Which hints of an assignment students get with it, and whether any hint gives something away.

A rung may hold no token of a solution, a name or an expression that stands nowhere in what
students get, and nothing of a hidden test. Released are hints for what visible tests say; the
others are kept for feedback pages.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from ... import hints
from ...hints import ANY, FILE, RUNGS, Hint
from ..course import Assignment
from ..judging.notebooks.hidden import without_hidden
from ..judging.notebooks.rebuild import is_test, settings
from .leaks import Secrets
from .secrets import WORD, split, tokens

OPERATORS = set("+-*/%@<>=[(")


def of(assignment: Assignment) -> list[Hint]:
    """The hints of an assignment: its own, then those of its course for all assignments.

    Parameters
    ----------
    assignment
        Whose `mistakes` folder, and the one above it, may have a `hints.toml`.

    Raises
    ------
    HintsError
        If such a file cannot be read.
    """
    return hints.of(assignment.mistakes)


def released(assignment: Assignment) -> str:
    """The text of the file of hints that students get; empty where there is none for them.

    Parameters
    ----------
    assignment
        Whose hints for visible tests are meant.
    """
    known = of(assignment)
    if not known:
        return ""
    tests = {name: cell.source for name, cell in _tests(assignment).items()}
    shown = [hint for hint in known if _is_for_all(hint, tests)]
    return hints.written(shown) if shown else ""


def _is_for_all(hint: Hint, tests: dict[str, str]) -> bool:
    """Whether it is about what a visible test says: no phrase of it is of hidden lines alone."""
    sources = list(tests.values()) if hint.cell == ANY else [tests.get(hint.cell, "")]
    visible = [_code(without_hidden(source)) for source in sources]
    if not any(visible):
        return False
    everything, open_to_all = "\n".join(map(_plain, sources)), "\n".join(map(_plain, visible))
    return all(phrase in open_to_all or phrase not in everything for phrase in hint.says)


def _code(source: str) -> str:
    """The lines of a cell that are code: one that is all hidden has none left."""
    lines = (line for line in source.splitlines() if not line.strip().startswith("#"))
    return "\n".join(line for line in lines if line.strip())


def _plain(text: str) -> str:
    return " ".join(text.split())


def findings(assignment: Assignment, made: Path, secrets: Secrets) -> list[str]:
    """A line for everything that is wrong with the hints of an assignment, with its remedy.

    Parameters
    ----------
    assignment
        Whose hints.
    made
        The folder with the students' version, wherever it was made.
    secrets
        What students must not see.
    """
    known = of(assignment)
    if not known:
        return []
    found = [*_nowhere(assignment)]
    text = _Text(_solutions(assignment), _sources(made.glob("*.ipynb")))
    for hint in known:
        for rung, words in zip(RUNGS, hint.rungs, strict=True):
            where = f"{FILE}, {hint.cell}: {rung!r}"
            for token in text.given_away(words):
                found.append(f"{where} says {token!r}, as the solution does: use other words")
            for secret in secrets.inside(words):
                found.append(f"{where} holds {secret.kind} of {secret.cell}: use other words")
    return list(dict.fromkeys(found))


def _nowhere(assignment: Assignment) -> Iterator[str]:
    """Entries that no test can ever ask for."""
    tests = _tests(assignment)
    for hint in hints.read(assignment.mistakes / FILE):
        if hint.cell != ANY and hint.cell not in tests:
            yield f"{assignment}/{FILE}: no graded test is called {hint.cell!r}: rename the entry"
    for hint in hints.read(assignment.mistakes.parent / FILE):
        if hint.cell != ANY:
            place = f"{assignment.mistakes.parent.name}/{FILE}"
            yield f'{place} is for all assignments: use [["{ANY}"]] in place of {hint.cell!r}'


def _tests(assignment: Assignment) -> dict[str, NotebookNode]:
    cells = (c for file in assignment.notebooks() for c in nbformat.read(file, as_version=4).cells)
    return {settings(cell)["grade_id"]: cell for cell in cells if is_test(cell)}


def _sources(files: Iterable[Path]) -> list[str]:
    return [c.source for file in sorted(files) for c in nbformat.read(file, as_version=4).cells]


def _solutions(assignment: Assignment) -> list[str]:
    """What stands in the answers of the instructor's version."""
    found = []
    for file in assignment.notebooks():
        for cell in nbformat.read(file, as_version=4).cells:
            if settings(cell).get("solution") and cell.cell_type == "code":
                parts, outside = split(cell.source)
                found += parts["SOLUTION"] or [outside]
    return found


@dataclass
class _Text:
    """What solutions say and students' versions do not."""

    solutions: list[str]
    students: list[str]
    names: set[str] = field(init=False)
    expressions: set[tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        theirs, ours = map(self._split, (self.students, self.solutions))
        self.names = {name for name in ours[0] - theirs[0] if _is_name(name)}
        self.expressions = ours[1] - theirs[1]

    @staticmethod
    def _split(texts: list[str]) -> tuple[set[str], set[tuple[str, ...]]]:
        found = [tokens(text) for text in texts]
        parts = {part for each in found for part in _parts(each)}
        return {token for each in found for token in each}, parts

    def given_away(self, words: str) -> list[str]:
        """What of a rung stands in a solution and nowhere in what students get."""
        found = tokens(words)
        names = [token for token in found if token in self.names]
        return names + [" ".join(part) for part in _parts(found) if part in self.expressions]


def _parts(found: list[str]) -> Iterator[tuple[str, ...]]:
    """The expressions of a few tokens: those with a sign of arithmetic, an index or a call."""
    for part in zip(found, found[1:], found[2:], strict=False):
        if OPERATORS & set(part[1:]) and any(map(WORD.match, part)):
            yield part


def _is_name(token: str) -> bool:
    return len(token) > 1 and token.isidentifier() and not keyword.iskeyword(token)
