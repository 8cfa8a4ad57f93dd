"""What can be read off a cell without running it: the names it binds, what it imports."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

LONGEST = 200_000  # characters of a cell that are parsed: in longer ones definitions are looked for
# What IPython understands and Python does not, as statements that bind the same names.
MAGICS = (
    (re.compile(r"^([ \t]*)[%!?].*", re.MULTILINE), r"\1pass"),
    (re.compile(r"^([^=\n]*=)[ \t]*[%!].*", re.MULTILINE), r"\1 None"),
    (re.compile(r"^([ \t]*)[\w.*%]+\?{1,2}[ \t]*$", re.MULTILINE), r"\1pass"),
)


@lru_cache(512)
def defined_names(source: str | None) -> frozenset[str]:
    """The names that a cell binds at its top level, as far as it can be read.

    It takes time in proportion to the cell's length, which IPython's own transformer does not.

    Parameters
    ----------
    source
        A code cell's, magics included.
    """
    source = source or ""
    if len(source) <= LONGEST:
        for text in _readings(source):
            try:
                return frozenset(bound_in(ast.parse(text).body))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                pass
    return frozenset(re.findall(r"^(?:def|class)[ \t]+(\w+)", source, re.MULTILINE))


def _readings(source: str) -> Iterator[str]:
    """A cell as Python, and as Python with magics in it."""
    yield source
    if source.lstrip().startswith("%%"):  # the whole cell is the magic's
        source = ""
    for pattern, statement in MAGICS:
        source = pattern.sub(statement, source)
    yield source


def bound_in(body: list[ast.stmt]) -> set[str]:
    """Names bound by statements, not those inside of functions and classes.

    Parameters
    ----------
    body
        Statements of one scope.
    """
    found: set[str] = set()
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(statement.name)
            continue
        pending: list[ast.AST] = [statement]
        while pending:
            node = pending.pop()
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found.add(node.name)
                continue
            if isinstance(node, ast.Lambda | ast.comprehension):
                continue
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
            pending.extend(ast.iter_child_nodes(node))
    return found


def imports_of(source: str) -> str | None:
    """The import statements at the top level of an instructor's answer.

    Parameters
    ----------
    source
        A code cell's.
    """
    try:
        body = ast.parse(solved(source)).body
    except SyntaxError:
        return None
    lines = [ast.unparse(node) for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
    return "\n".join(lines) or None


def solved(source: str) -> str:
    """The instructor's answer without nbgrader's marks.

    Parameters
    ----------
    source
        The source of an instructor's solution cell.
    """
    return re.sub(r"^\s*### (BEGIN|END) SOLUTION\s*$", "", source, flags=re.MULTILINE)
