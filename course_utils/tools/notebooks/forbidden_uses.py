"""What a student's cells use of the libraries that an assignment forbids, read off their text.

The grader has these libraries emptied, so that such an answer fails there; on the student's own
machine it runs, and only its text can tell.
"""

from __future__ import annotations

import ast
import re

from ...rule_lines import forbidden, is_forbidden

MAGIC = re.compile(r"^\s*[%!].*$", re.MULTILINE)  # IPython's lines, which are no Python


def of_cells(cells) -> list[tuple[str, ...]]:
    """The forbidden libraries that each cell uses; an empty tuple for a cell of the instructor's.

    Parameters
    ----------
    cells
        The notebook's, in their order.

    Raises
    ------
    RuleError
        If a line of the instructor's rules cannot be followed.
    """
    given = [_is_given(cell) for cell in cells]
    rules = [
        cell.source if locked and cell.cell_type == "code" else ""
        for cell, locked in zip(cells, given, strict=True)
    ]
    bound: dict[str, str] = {}
    found = []
    for cell, locked, names in zip(cells, given, forbidden(rules), strict=True):
        used = _used(cell.source, bound) if cell.cell_type == "code" else set()
        said = [name for name in names if any(is_forbidden(module, (name,)) for module in used)]
        found.append(() if locked else tuple(said))
    return found


def _is_given(cell) -> bool:
    """Whether the instructor wrote it, and the student is not to."""
    settings = cell.metadata.get("nbgrader", {})
    return bool(settings) and not settings.get("solution")


def _used(source: str, bound: dict[str, str]) -> set[str]:
    """The full names of modules, and of what is in them, that a cell uses.

    An import that a `try` guards is left out: where the library is missing, the answer goes on. So
    is a name that the cell binds itself, as a parameter or a variable.

    Parameters
    ----------
    source
        The cell's.
    bound
        What each name stands for; the cell's own imports are added.
    """
    try:
        tree = ast.parse(MAGIC.sub("", source))
    except (SyntaxError, ValueError, RecursionError):
        return set()  # running it says so
    tries = (node for node in ast.walk(tree) if isinstance(node, ast.Try) and node.handlers)
    guarded = {part for each in tries for line in each.body for part in ast.walk(line)}
    used: set[str] = set()
    for node in ast.walk(tree):
        if node in guarded:
            continue
        if isinstance(node, ast.Import):
            used |= {alias.name for alias in node.names}
            bound |= {
                a.asname or _first(a.name): a.name if a.asname else _first(a.name)
                for a in node.names
            }
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
            used |= {node.module, *names.values()}
            bound |= names
    own = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    own |= {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    for node in ast.walk(tree):
        first, dot, rest = _dotted(node).partition(".")
        if first in bound and first not in own:
            used.add(f"{bound[first]}{dot}{rest}")
    return used


def _first(name: str) -> str:
    return name.partition(".")[0]


def _dotted(node: ast.AST) -> str:
    """`a`, or `a.b.c`, as it is written; "" for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed([*parts, node.id])) if isinstance(node, ast.Name) else ""
