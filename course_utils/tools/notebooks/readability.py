"""What a lecture promises its readers: prose enough, code that fits, a solution an exercise.

Lectures that keep it are listed in pyproject.toml, below [tool.lectures].
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from . import folded

UNREAD = ("Sources", "Glossary")  # sections that are looked up, not read
_FENCE = re.compile(r"```.*?```", re.DOTALL)
_EXERCISE = re.compile(r"^(\d+)\. ", re.MULTILINE)
_SOLUTION = re.compile(r"Solution to exercise (\d+)")
_FOLDED_TEXT = re.compile(r"(<details>.*?</details>)", re.DOTALL)


@dataclass(frozen=True)
class Promise:
    """What is promised.

    Attributes
    ----------
    lectures : their numbers, such as "03"
    words : of prose, for each line of code that is seen, at least
    columns : of a line of code that is seen, at most
    """

    lectures: tuple[str, ...]
    words: float
    columns: int

    def is_given_by(self, path: Path) -> bool:
        """Whether the notebook of a `path` is a lecture that promises it."""
        return path.parent.name == "lectures" and path.name[:2] in self.lectures


def promise(path: Path) -> Promise | None:
    """What is promised by the lectures of the repository that a notebook at `path` lies in."""
    for folder in path.resolve().parents:
        file = folder / "pyproject.toml"
        if file.is_file():
            kept = tomllib.loads(file.read_text("utf-8")).get("tool", {}).get("lectures")
            return kept and Promise(tuple(kept["readable"]), kept["words"], kept["columns"])
    return None


def faults(notebook: NotebookNode, promised: Promise) -> Iterator[str]:
    """Where a lecture breaks its promise.

    Parameters
    ----------
    notebook
        The lecture.
    promised
        What is promised.
    """
    for number, cell in enumerate(notebook.cells, start=1):
        if not _is_seen(cell):
            continue
        for line in cell.source.splitlines():
            if len(line) > promised.columns:
                yield (
                    f"cell {number} has a line of {len(line)} characters, which pages cut: "
                    f"break it at {promised.columns}: {line.strip()[:40]}..."
                )
        if re.search(r"# fmt: (skip|off)", cell.source):
            yield f"cell {number} switches ruff's layout off: write it so that it need not"
    yield from _unsolved(notebook)
    ratio = words_a_line(notebook)
    if ratio < promised.words:
        yield (
            f"{ratio:.1f} words of prose a line of code that is seen, where {promised.words:g} are "
            "promised: explain more, or fold plumbing away"
        )


def words_a_line(notebook: NotebookNode) -> float:
    """Words of prose in a `notebook` for each line of code that a reader sees, sources left out."""
    words = sum(len(_FENCE.sub(" ", text).split()) for text in _prose(notebook))
    code = [cell.source.splitlines() for cell in notebook.cells if _is_seen(cell)]
    return words / max(1, sum(bool(line.strip()) for lines in code for line in lines))


def _is_seen(cell: NotebookNode) -> bool:
    is_code = cell.cell_type == "code" and "setup" not in folded.tags(cell)
    return is_code and not folded.is_folded(cell)


def _prose(notebook: NotebookNode) -> Iterator[str]:
    unread = False
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            heading = re.match(r"#+ (.*)", cell.source)
            unread = heading[1].strip() in UNREAD if heading else unread
            if not unread:
                yield _FOLDED_TEXT.sub(" ", cell.source)


def _unsolved(notebook: NotebookNode) -> Iterator[str]:
    """Exercises at the end whose solution is nowhere."""
    asked: list[str] = []
    solved: set[str] = set()
    inside = False
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            heading = re.match(r"## (.*)", cell.source)
            inside = heading[1].startswith("Exercises") if heading else inside
            if inside:
                for text in _FOLDED_TEXT.split(cell.source):
                    if text.startswith("<details>"):  # it names its exercise, or follows it
                        solved.update(_SOLUTION.findall(text) or asked[-1:])
                    else:
                        asked += _EXERCISE.findall(text)
        elif folded.SOLUTION in folded.tags(cell):
            solved.update(_SOLUTION.findall(folded.title(cell) or ""))
    for number in asked:
        if number not in solved:
            yield (
                f"exercise {number} at the end has no solution: add a folded cell that begins "
                f'"# @title Solution to exercise {number}", with the tag "solution"'
            )
    if not asked:
        yield 'it has no exercises at the end: number them below "## Exercises"'
