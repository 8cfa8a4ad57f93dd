"""Which tests of a notebook may depend on one another, read off their cells.

When an instructor mends a test, the verdicts of the others are to stay as they are, and those tests
need not run again; but a test that uses what another one leaves behind has to follow it. Whatever
cannot be told from the source counts as a link.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .names import bindable_names, bound_in, defined_names, statements
from .steps import Step, StepKind

SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
LOOPS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
# What reaches names that do not stand in the cell.
OPAQUE = {"exec", "eval", "globals", "locals", "vars", "get_ipython", "setattr", "delattr", "patch"}
# What a cell leaves behind in a library: its seed, which a test may set for itself; its settings.
SEEDS = re.compile(r"\b\w*seed\w*\(")
SETTINGS = re.compile(r"\b(?:set_\w+|seterr|use_\w+|simplefilter|filterwarnings)\(")
SEED, SETTING, ANYTHING = "the seed", "settings", "*"


@dataclass(frozen=True)
class _Cell:
    """What a cell uses of others, and what it leaves for them; `ANYTHING` where nobody can tell."""

    uses: frozenset[str]
    leaves: frozenset[str]


def rerun(steps: Sequence[Step], changed: Iterable[str]) -> tuple[set[str], set[str]]:
    """The tests that have to be judged again when some have changed, and those that have to run.

    The second are the first, and the tests before them that leave behind what they use.

    Parameters
    ----------
    steps
        The notebook's, as it is now.
    changed
        The grade_ids of the tests that are new or have changed.
    """
    rest = [step for step in steps if step.kind is not StepKind.TEST]
    tests = [step for step in steps if step.kind is StepKind.TEST]
    cells = [_of_test(step, rest) for step in tests]
    again = [step.grade_id in set(changed) for step in tests]
    for late, cell in enumerate(cells):
        again[late] |= any(again[early] and _links(cells[early], cell) for early in range(late))
    run = list(again)
    for early in reversed(range(len(tests))):
        run[early] |= any(
            run[late] and _links(cells[early], cells[late]) for late in range(early + 1, len(tests))
        )
    names = [step.grade_id for step in tests]
    return (
        {name for name, wanted in zip(names, again, strict=True) if wanted},
        {name for name, wanted in zip(names, run, strict=True) if wanted},
    )


def _links(early: _Cell, late: _Cell) -> bool:
    anything = ANYTHING in early.leaves | late.uses
    return anything or bool(early.leaves & late.uses)


def _of_test(test: Step, rest: list[Step]) -> _Cell:
    """A test with all that it reaches: the functions that it calls, and what those use."""
    source = test.judge or ""
    own = used_names(source)
    if own is None:
        return _Cell(frozenset({ANYTHING}), frozenset({ANYTHING}))
    reached, state = set(own), set()
    waiting = [text for step in rest for text in {step.judge, step.student} if text]
    found = True
    while found:
        found = False
        for text in list(waiting):
            if bindable_names(text) & reached:
                waiting.remove(text)
                reached |= used_names(text) or set()
                state |= _state(text)
                found = True
    leaves = state & reached | bindable_names(source) | _roots_of_stores(source)
    uses = state & reached | own | {SETTING}
    if SEEDS.search(source):
        leaves |= {SEED}
    else:
        uses |= {SEED}
    if SETTINGS.search(source):
        leaves |= {SETTING}
    return _Cell(frozenset(uses), frozenset(leaves))


def _state(source: str) -> set[str]:
    """What a cell makes that may change later: no function, no class, no CONSTANT."""
    body = statements(source)
    if body is None:
        return set(defined_names(source))
    made = [each for each in body if not isinstance(each, (*SCOPES, ast.ClassDef))]
    return {name for name in bound_in(made) if not name.isupper()}


def _roots_of_stores(source: str) -> set[str]:
    """The names whose parts are set or deleted: `net` of `net.bias[0] = 1`."""
    found = set()
    for node in ast.walk(ast.Module(statements(source) or [], [])):
        if isinstance(node, ast.Attribute | ast.Subscript | ast.Name):
            if isinstance(node.ctx, ast.Store | ast.Del):
                place: ast.expr = node
                while isinstance(place, ast.Attribute | ast.Subscript):
                    place = place.value
                if isinstance(place, ast.Name):
                    found.add(place.id)
    return found


@lru_cache(512)
def used_names(source: str) -> frozenset[str] | None:
    """The names that a cell uses without having bound them itself, or None if nobody can tell.

    Parameters
    ----------
    source
        A code cell's.

    Examples
    --------
    >>> sorted(used_names("x = [1, 2]; y = double(x); assert y == z"))
    ['double', 'z']
    """
    body = statements(source)
    if body is None or source.lstrip().startswith("%%"):
        return None
    found: set[str] = set()
    _follow(body, set(), found)
    return None if found & OPAQUE else frozenset(found)


def _follow(body: list[ast.stmt], bound: set[str], found: set[str]) -> None:
    """Add to `found` what statements use; `bound` is what is bound, for certain, when they run."""
    for statement in body:
        if isinstance(statement, ast.For | ast.AsyncFor):
            found |= _loads(statement.iter) - bound
            _follow(statement.body, bound | bound_in([ast.Expr(statement.target)]), found)
            _follow(statement.orelse, set(bound), found)
        elif isinstance(statement, ast.If | ast.While):
            found |= _loads(statement.test) - bound
            branches = [set(bound), set(bound)]
            for branch, names in zip((statement.body, statement.orelse), branches, strict=True):
                _follow(branch, names, found)
            bound |= branches[0] & branches[1] if isinstance(statement, ast.If) else set()
        elif isinstance(statement, ast.With | ast.AsyncWith):
            for item in statement.items:
                found |= _loads(item.context_expr) - bound
                if item.optional_vars is not None:
                    bound |= bound_in([ast.Expr(item.optional_vars)])
            _follow(statement.body, bound, found)
        elif isinstance(statement, ast.Try):
            handlers = [handler.body for handler in statement.handlers]
            for branch in (statement.body, *handlers, statement.orelse, statement.finalbody):
                _follow(branch, set(bound), found)
            kinds = [handler.type for handler in statement.handlers if handler.type]
            found |= set().union(*map(_loads, kinds)) - bound
        else:
            found |= _loads(statement) - bound
            bound |= bound_in([statement])
            if isinstance(statement, ast.Import | ast.ImportFrom):
                bound |= {a.asname or a.name.partition(".")[0] for a in statement.names}


def _loads(node: ast.AST) -> set[str]:
    """The names that a piece of code uses, but those that a function in it binds for itself."""
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Load | ast.Del) else set()
    found: set[str] = set()
    if isinstance(node, ast.AugAssign):
        found |= {name.id for name in ast.walk(node.target) if isinstance(name, ast.Name)}
    for child in ast.iter_child_nodes(node):
        found |= _loads(child)
    if isinstance(node, SCOPES):
        given = {each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)}
        inside = node.body if isinstance(node.body, list) else []
        shared = {
            name
            for each in ast.walk(node)
            for name in getattr(each, "names", ())
            if isinstance(each, ast.Global | ast.Nonlocal)
        }
        defaults = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
        outside = set().union(*map(_loads, defaults))
        found = (found - given - (bound_in(inside) - shared)) | outside | shared
    elif isinstance(node, LOOPS):
        targets = [ast.Expr(generator.target) for generator in node.generators]
        found -= bound_in(list(targets))
    return found
