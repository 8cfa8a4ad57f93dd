"""What can be read off a cell without running it: the names it binds, what it imports."""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Iterator
from functools import lru_cache

LONGEST = 200_000  # characters of a cell that are parsed: in longer ones definitions are looked for
# What IPython understands and Python does not, as statements that bind the same names.
MAGICS = (
    (re.compile(r"^([ \t]*)[%!?].*", re.MULTILINE), r"\1pass"),
    (re.compile(r"^([^=\n]*=)[ \t]*[%!].*", re.MULTILINE), r"\1 None"),
    (re.compile(r"^([ \t]*)[\w.*%]+\?{1,2}[ \t]*$", re.MULTILINE), r"\1pass"),
)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
TIMED = re.compile(r"^[ \t]*%%?(?:time|capture|prun)\b(?:[ \t]+-\S+)*[ \t]*", re.MULTILINE)


@lru_cache(512)
def defined_names(source: str | None) -> frozenset[str]:
    """The names that a cell binds at its top level, as far as it can be read.

    It takes time in proportion to the cell's length, which IPython's own transformer does not.

    Parameters
    ----------
    source
        A code cell's, magics included.
    """
    body = statements(source)
    return _heads(source) if body is None else frozenset(bound_in(body))


@lru_cache(512)
def bindable_names(source: str | None) -> frozenset[str]:
    """The names that running a cell may bind: those of `defined_names`, and what it imports, what a
    `global` in a function names, what patterns and `except` bind; "*" if it imports whatever a
    module has.

    Parameters
    ----------
    source
        A code cell's, magics included.
    """
    body = statements(TIMED.sub("", source or ""))
    if body is None:
        return _heads(source)
    found = bound_in(body)
    pending: list[tuple[ast.AST, bool]] = [(node, True) for node in body]
    while pending:
        node, outermost = pending.pop()
        if isinstance(node, ast.Global):
            found.update(node.names)
        elif outermost:
            found.update(_names_of(node))
        outermost = outermost and not isinstance(node, SCOPES)
        pending.extend((child, outermost) for child in ast.iter_child_nodes(node))
    return frozenset(found)


@lru_cache(512)
def read_globals(source: str | None) -> frozenset[str]:
    """The globals whose values a cell or one of its functions reads, bound there or not.

    Parameters
    ----------
    source
        A code cell's, magics included; nothing is said of what Python cannot read.

    Examples
    --------
    >>> sorted(read_globals("y = x\\ndef f(a, b=c):\\n    d = a\\n    return d + e"))
    ['c', 'e', 'x']
    """
    body = statements(source) or []
    try:
        pending = [symtable.symtable(ast.unparse(ast.Module(body, [])), "<cell>", "exec")]
    except (SyntaxError, RecursionError):  # `nonlocal` outside of a function, say
        return frozenset()
    found = set()
    while pending:
        table = pending.pop()
        outermost = table.get_type() == "module"
        found |= {
            symbol.get_name()
            for symbol in table.get_symbols()
            if symbol.is_referenced() and (outermost or symbol.is_global())
        }
        pending += table.get_children()
    return frozenset(found)


@lru_cache(512)
def defined_classes(source: str | None) -> frozenset[str]:
    """The classes that a cell defines at its top level.

    Parameters
    ----------
    source
        A code cell's, magics included.
    """
    body = statements(source) or []
    return frozenset(node.name for node in body if isinstance(node, ast.ClassDef))


def _names_of(node: ast.AST) -> list[str]:
    """Names that a node binds without an `ast.Name`."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [each.asname or each.name.partition(".")[0] for each in node.names]
    if isinstance(node, ast.MatchAs | ast.MatchStar | ast.ExceptHandler):
        return [node.name] if node.name else []
    if isinstance(node, ast.MatchMapping):
        return [node.rest] if node.rest else []
    if isinstance(node, ast.NamedExpr):  # also in the conditions of a comprehension
        return [node.target.id]
    return []


@lru_cache(16)
def statements(source: str | None) -> list[ast.stmt] | None:
    """The statements of a cell, or None where Python cannot read them; nobody changes them.

    Parameters
    ----------
    source
        A code cell's, magics included.
    """
    source = source or ""
    if len(source) <= LONGEST:
        for text in _readings(source):
            try:
                return ast.parse(text).body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                pass
    return None


def _readings(source: str) -> Iterator[str]:
    """A cell as Python, and as Python with magics in it."""
    yield source
    if source.lstrip().startswith("%%"):  # the whole cell is the magic's
        source = ""
    for pattern, statement in MAGICS:
        source = pattern.sub(statement, source)
    yield source


def _heads(source: str | None) -> frozenset[str]:
    return frozenset(re.findall(r"^(?:def|class)[ \t]+(\w+)", source or "", re.MULTILINE))


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


@lru_cache(512)
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
