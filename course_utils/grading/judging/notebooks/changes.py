"""What a cell changes in place, as far as it can be read: names whose object becomes another one.

`xs.sort()` binds no name, and yet `xs` is another list afterwards. The instructor's own answer says
which objects the exercise changes; what a student's answer makes of these is what tests see.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import lru_cache

from .names import bound_in, solved, statements

METHODS = frozenset(  # of lists, dicts, sets, deques, arrays, tables
    "add append appendleft clear difference_update discard extend extendleft fill insert "
    "intersection_update partition pop popitem popleft put remove resize reverse rotate setdefault "
    "setfield setflags sort subtract symmetric_difference_update update write".split()
)
FUNCTIONS = frozenset(  # that change their first argument
    "shuffle heappush heappop heapify heapreplace heappushpop insort insort_left insort_right "
    "setattr delattr setitem delitem copyto put place fill_diagonal put_along_axis next".split()
)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass(frozen=True)
class Changes:
    """Names whose objects a cell changes.

    `at_once` are those changed when the cell runs, `when_called` those that its functions change.
    """

    at_once: frozenset[str] = field(default_factory=frozenset)
    when_called: frozenset[str] = field(default_factory=frozenset)


@lru_cache(512)
def changes(source: str | None) -> Changes:
    """What a cell changes of what it did not make itself, or made and changes later.

    Parameters
    ----------
    source
        A code cell's, magics included; marks of solutions are left out.
    """
    body = statements(solved(source or "")) or []
    at_once: set[str] = set()
    when_called: set[str] = set()
    for node in body:
        _look(node, frozenset(), False, at_once, when_called)
    return Changes(frozenset(at_once), frozenset(when_called))


def _look(node: ast.AST, own: frozenset[str], called: bool, now: set[str], later: set[str]) -> None:
    """Gather names; `own` are those of the functions around, `called` says there are some."""
    (later if called else now).update(_changed(node) - own)
    if isinstance(node, ast.Global):
        later.update(node.names)
    if isinstance(node, SCOPES):
        own, called = own | _local(node), True
    for child in ast.iter_child_nodes(node):
        _look(child, own, called, now, later)


def _local(scope: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> frozenset[str]:
    """The names that belong to a function: its parameters, and what it binds but globals."""
    given = scope.args
    listed = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    found = {each.arg for each in listed if each is not None}
    if isinstance(scope, ast.Lambda):
        return frozenset(found)
    elsewhere = {
        name for node in ast.walk(scope) if isinstance(node, ast.Global) for name in node.names
    }
    loops = {
        name.id
        for node in ast.walk(scope)
        if isinstance(node, ast.comprehension)
        for name in ast.walk(node.target)
        if isinstance(name, ast.Name)
    }
    return frozenset((found | bound_in(scope.body) | loops) - elsewhere)


def _changed(node: ast.AST) -> set[str]:
    """Names whose object one piece of syntax changes by itself."""
    if isinstance(node, ast.Assign | ast.Delete):
        found = {_root(target) for place in node.targets for target in _parts(place)}
        if isinstance(node, ast.Delete):
            found |= {each.id for each in node.targets if isinstance(each, ast.Name)}
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        found = {_root(node.target)}
    elif isinstance(node, ast.For | ast.AsyncFor):
        found = {_root(target) for target in _parts(node.target)}
    elif isinstance(node, ast.Call):
        found = {_root_of_call(node)}
    else:
        found = set()
    return {name for name in found if name}


def _parts(target: ast.AST) -> list[ast.AST]:
    """The single targets of an assignment."""
    if isinstance(target, ast.Tuple | ast.List):
        return [part for each in target.elts for part in _parts(each)]
    return [target.value] if isinstance(target, ast.Starred) else [target]


def _root(target: ast.AST) -> str:
    """`d` of `d["a"].b[0]`; nothing of a plain name, which is bound and not changed."""
    if not isinstance(target, ast.Attribute | ast.Subscript):
        return ""
    value: ast.AST = target
    while isinstance(value, ast.Attribute | ast.Subscript | ast.Call):
        value = value.func if isinstance(value, ast.Call) else value.value
    return value.id if isinstance(value, ast.Name) else ""


def _root_of_call(call: ast.Call) -> str:
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name in FUNCTIONS and call.args:
        first = call.args[0]
        return first.id if isinstance(first, ast.Name) else _root(first)
    in_place = any(
        each.arg == "inplace" and isinstance(each.value, ast.Constant) and each.value.value is True
        for each in call.keywords
    )
    own = name in METHODS or in_place or (name.endswith("_") and not name.endswith("__"))
    return _root(function) if own and isinstance(function, ast.Attribute) else ""
