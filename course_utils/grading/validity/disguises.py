"""Code rewritten so that it does the same: how copies are disguised.

renamed      names of functions' own variables are others
reordered    neighbouring statements that do not depend on each other change places
rewritten    `x += 1` is written out, branches are turned round, a result gets a name
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable


def renamed(source: str) -> str:
    """Other names for what functions assign; parameters, which callers may name, keep theirs.

    Parameters
    ----------
    source
        Python code.

    Examples
    --------
    >>> print(renamed("def f(x):\\n    twice = 2 * x\\n    return twice"))
    def f(x):
        value_1 = 2 * x
        return value_1
    """
    tree = ast.parse(source)
    for node in tree.body:
        for function in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(function, ast.FunctionDef):
                _Renamer(function).visit(function)
    return ast.unparse(tree)


def reordered(source: str) -> str:
    """Neighbours that do not depend on each other change places, everywhere.

    Parameters
    ----------
    source
        Python code.

    Examples
    --------
    >>> print(reordered("def f(x):\\n    a = x + 1\\n    b = x + 2\\n    return a * b"))
    def f(x):
        b = x + 2
        a = x + 1
        return a * b
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        for field in ("body", "orelse"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                _swap_neighbours(block)
    return ast.unparse(tree)


def rewritten(source: str) -> str:
    """Other statements that do the same.

    Parameters
    ----------
    source
        Python code.

    Examples
    --------
    >>> print(rewritten("def f(x):\\n    if x > 0:\\n        x += 1\\n    return 2 * x"))
    def f(x):
        if not x > 0:
            pass
        else:
            x = x + 1
        result = 2 * x
        return result
    """
    return ast.unparse(ast.fix_missing_locations(_Rewriter().visit(ast.parse(source))))


def all_at_once(source: str) -> str:
    """Renamed, reordered and rewritten.

    Parameters
    ----------
    source
        Python code.
    """
    return renamed(reordered(rewritten(source)))


DISGUISES: dict[str, Callable[[str], str]] = {
    "renamed": renamed,
    "reordered": reordered,
    "rewritten": rewritten,
    "all three": all_at_once,
}


class _Renamer(ast.NodeTransformer):
    """Renames what one function, with those inside it, assigns and does not share."""

    def __init__(self, function: ast.FunctionDef) -> None:
        nodes = list(ast.walk(function))
        kept = {arg.arg for node in nodes if isinstance(node, ast.arguments) for arg in _all(node)}
        for node in nodes:
            if isinstance(node, ast.Global | ast.Nonlocal):
                kept |= set(node.names)
            if isinstance(node, ast.ClassDef):  # what a class assigns are attributes
                kept |= {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
        assigned = [
            node.id
            for node in nodes
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        ]
        own = [name for name in dict.fromkeys(assigned) if name not in kept and name not in _TAKEN]
        self.names = {name: f"value_{number}" for number, name in enumerate(own, start=1)}

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.copy_location(ast.Name(self.names.get(node.id, node.id), node.ctx), node)


_TAKEN = set(dir(builtins))


def _all(arguments: ast.arguments) -> list[ast.arg]:
    starred = [arg for arg in (arguments.vararg, arguments.kwarg) if arg]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *starred]


def _swap_neighbours(block: list[ast.stmt]) -> None:
    place = 0
    while place + 1 < len(block):
        one, other = block[place : place + 2]
        if _independent(one, other):
            block[place : place + 2] = other, one
            place += 1
        place += 1


def _independent(one: ast.stmt, other: ast.stmt) -> bool:
    """Whether two assignments to plain names neither read nor write what the other writes.

    Calls may do anything, so that two of them keep their order.
    """
    for statement in (one, other):
        if not isinstance(statement, ast.Assign):
            return False
        if not all(isinstance(target, ast.Name) for target in statement.targets):
            return False
    if all(any(isinstance(n, ast.Call) for n in ast.walk(each)) for each in (one, other)):
        return False
    (reads, writes), (others_reads, others_writes) = _names(one), _names(other)
    return not (writes & (others_reads | others_writes) or others_writes & reads)


def _names(statement: ast.stmt) -> tuple[set[str], set[str]]:
    names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
    written = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return {node.id for node in names if isinstance(node.ctx, ast.Load)}, written


class _Rewriter(ast.NodeTransformer):
    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        """Only of constants: `x += y` changes an array for whoever holds it, `x = x + y` a name."""
        self.generic_visit(node)
        if not (isinstance(node.target, ast.Name) and isinstance(node.value, ast.Constant)):
            return node
        read = ast.Name(node.target.id, ast.Load())
        return ast.Assign([node.target], ast.BinOp(read, node.op, node.value))

    def visit_If(self, node: ast.If) -> ast.If:
        self.generic_visit(node)
        negated = ast.UnaryOp(ast.Not(), node.test)
        return ast.If(negated, node.orelse or [ast.Pass()], node.body)

    def visit_Return(self, node: ast.Return) -> ast.stmt | list[ast.stmt]:
        if node.value is None or isinstance(node.value, ast.Name | ast.Constant):
            return node
        named = ast.Assign([ast.Name("result", ast.Store())], node.value)
        return [named, ast.Return(ast.Name("result", ast.Load()))]
