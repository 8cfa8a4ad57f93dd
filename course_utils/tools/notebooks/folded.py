"""Folded cells: code that only those see who ask for it, in JupyterLab, in Colab and in the book.

Each of the three knows its own sign: `jupyter.source_hidden`, `cellView: form`, the tag
`hide-input`. Colab and the book show the title, the first line `# @title What the cell does`.
A cell with the tag `solution` solves an exercise, and in the book its outputs are folded, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nbformat import NotebookNode

SOLUTION = "solution"
_HIDDEN = "hide-input"
_TITLE = re.compile(r"# ?@title (\S.*)")


def title(cell: NotebookNode) -> str | None:
    """What a folded cell says it does, or None for one that has no title."""
    found = _TITLE.match(cell.source)
    return re.sub(r"\s*\{.*\}$", "", found[1]).strip() if found else None


def is_folded(cell: NotebookNode) -> bool:
    """Whether a reader of the page does not see the code of a cell."""
    return cell.cell_type == "code" and all(_signs(cell).values())


def faults(cell: NotebookNode) -> Iterator[str]:
    """What keeps a cell that is meant to be folded from being so everywhere."""
    signs = _signs(cell)
    meant = any(signs.values()) or SOLUTION in tags(cell) or title(cell) is not None
    if not meant or "setup" in tags(cell):
        return
    if cell.cell_type != "code":
        yield "is folded and no code: only code cells can be"
        return
    missing = [sign for sign, there in signs.items() if not there]
    if missing:
        yield f"is folded in one place and not in another: its metadata lacks {', '.join(missing)}"
    if title(cell) is None:
        yield 'is folded and has no title: let its first line be "# @title What the cell does"'


def tags(cell: NotebookNode) -> list[str]:
    """The tags of a cell."""
    return cell.metadata.get("tags", [])


def _signs(cell: NotebookNode) -> dict[str, bool]:
    jupyter = cell.metadata.get("jupyter", {})
    return {
        "jupyter.source_hidden": bool(jupyter.get("source_hidden")),
        'cellView: "form"': cell.metadata.get("cellView") == "form",
        f'the tag "{_HIDDEN}"': _HIDDEN in tags(cell),
    }
