"""An answer's own text, with a note beside every line that runs and every value on the way.

Only lines with one simple statement get notes: how often the head of a loop "runs" is a matter of
opinion. What is returned, and each call, sum and index within a statement, is noted by its text.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

NAME = "noted_here_by_the_course"  # of the notes, in the answer's process
SET_UP = f"from {__package__}.notes import Notes\n{NAME} = Notes()\ntake_{NAME} = {NAME}.take"
TAKE = f"take_{NAME}"
SIMPLE = (
    *(ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return, ast.Raise, ast.Pass),
    *(ast.Break, ast.Continue, ast.Delete),
)
NOTED = (ast.Call, ast.BinOp, ast.Compare, ast.Subscript, ast.UnaryOp)
LONGEST = 60  # characters of an expression that is asked about
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Kind(StrEnum):
    """What a note is about."""

    LINE = "line"  # that it runs
    NAME = "name"  # what a name is after the line
    RETURNED = "returned"
    EXPRESSION = "expression"


@dataclass(frozen=True)
class Place:
    """Where a note is taken.

    Attributes
    ----------
    line
        The line of the cell, from 1.
    kind
        What it is about.
    text
        The name, or the expression as it is written there.
    within
        The line of the innermost `if`, `for`, `while` around it, 0 where there is none.
    """

    line: int
    kind: Kind
    text: str = ""
    within: int = 0


def noted(source: str) -> tuple[str, list[Place]]:
    """The text of a cell with notes in it, and what each of them is about, by number.

    Parameters
    ----------
    source
        The cell's.

    Raises
    ------
    SyntaxError, ValueError, RecursionError
        If it is not Python.
    """
    tree = ast.parse(source)
    taker = _Taker(source, _alone(tree))
    for node in tree.body:
        taker.visit_top(node)
    return ast.unparse(ast.fix_missing_locations(tree)), taker.places


def _alone(tree: ast.Module) -> set[int]:
    """Lines on which only one statement begins or goes on."""
    lines: Counter[int] = Counter()
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            simple = isinstance(node, SIMPLE)
            last = (node.end_lineno or node.lineno) if simple else node.lineno
            lines.update(range(node.lineno, last + 1))
    return {line for line, count in lines.items() if count == 1}


class _Taker:
    """Writes notes into a tree."""

    def __init__(self, source: str, alone: set[int]):
        self.source, self.alone = source, alone
        self.lines = source.split("\n")
        self.places: list[Place] = []

    def visit_top(self, node: ast.stmt) -> None:
        """Functions at any depth are noted, what stands outside of them is not."""
        for each in ast.walk(node):
            if isinstance(each, FUNCTIONS):
                each.body = list(self._body(each.body, 0, first=True))

    def _body(self, body: list[ast.stmt], within: int, first: bool = False) -> Iterator[ast.stmt]:
        for number, node in enumerate(body):
            docstring = first and number == 0 and _is_text(node)
            if isinstance(node, FUNCTIONS):
                yield node  # `visit_top` comes to it
                continue
            if isinstance(node, SIMPLE) and not docstring and node.lineno in self.alone:
                yield self._note("ran", self._place(node.lineno, Kind.LINE, "", within))
                self._values(node, within)
                yield node
                if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                    place = self._place(node.lineno, Kind.NAME, node.target.id, within)
                    yield self._note("value", place, ast.Name(node.target.id, ast.Load()))
                continue
            inner = node.lineno if isinstance(node, ast.If | ast.For | ast.While) else within
            for field in ("body", "orelse", "finalbody"):
                if getattr(node, field, None) and not isinstance(node, ast.ClassDef):
                    setattr(node, field, list(self._body(getattr(node, field), inner)))
            for branch in [*getattr(node, "handlers", []), *getattr(node, "cases", [])]:
                branch.body = list(self._body(branch.body, node.lineno))
            yield node

    def _values(self, node: ast.stmt, within: int) -> None:
        """Notes of a simple statement's values; its targets stay as they are."""
        value = getattr(node, "value", None)
        if not isinstance(value, ast.expr):
            return
        inner = _Expressions(self, within, Counter(self._texts(value))).visit(value)
        if isinstance(node, ast.Return):
            inner = self._value(inner, self._place(node.lineno, Kind.RETURNED, "", within))
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(target, ast.Name):
                inner = self._value(inner, self._place(node.lineno, Kind.NAME, target.id, within))
        node.value = inner  # type: ignore[attr-defined]

    def _texts(self, value: ast.expr) -> Iterator[str]:
        return (ast.unparse(node) for node in ast.walk(value) if isinstance(node, NOTED))

    def text_of(self, node: ast.expr) -> str:
        """An expression as it is written, if it stands on one line and is short."""
        if node.lineno != node.end_lineno:
            return ""
        line = self.lines[node.lineno - 1].encode()
        text = line[node.col_offset : node.end_col_offset].decode("utf-8", "replace")
        return text if len(text) <= LONGEST and "`" not in text else ""

    def expression(self, node: ast.expr, inner: ast.expr, within: int) -> ast.expr:
        """An expression whose value is noted."""
        text = self.text_of(node)
        return self._value(inner, self._place(node.lineno, Kind.EXPRESSION, text, within))

    def _place(self, line: int, kind: Kind, text: str, within: int) -> int:
        self.places.append(Place(line, kind, text, within))
        return len(self.places) - 1

    def _value(self, value: ast.expr, place: int) -> ast.expr:
        return self._call("value", place, value)

    def _note(self, method: str, place: int, *values: ast.expr) -> ast.stmt:
        return ast.Expr(self._call(method, place, *values))

    def _call(self, method: str, place: int, *values: ast.expr) -> ast.expr:
        noting = ast.Attribute(ast.Name(NAME, ast.Load()), method, ast.Load())
        return ast.Call(noting, [ast.Constant(place), *values], [])


class _Expressions(ast.NodeTransformer):
    """Notes the values within an expression; not in functions and comprehensions, which have
    times of their own, and nothing that stands there twice."""

    def __init__(self, taker: _Taker, within: int, texts: Counter[str]):
        self.taker, self.within, self.texts = taker, within, texts

    def visit(self, node: ast.AST) -> Any:
        if isinstance(node, ast.Lambda | ast.JoinedStr | ast.GeneratorExp | ast.ListComp):
            return node
        if isinstance(node, ast.SetComp | ast.DictComp | ast.IfExp | ast.BoolOp | ast.NamedExpr):
            return node
        wanted = isinstance(node, NOTED) and self.taker.text_of(node)
        once = wanted and self.texts[ast.unparse(node)] == 1
        inner: Any = self.generic_visit(node)
        if not once or not isinstance(node, ast.expr) or _is_small(node):
            return inner
        return self.taker.expression(node, inner, self.within)


def _is_small(node: ast.expr) -> bool:
    """Whether there is nothing to ask about: `-1`."""
    return isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
