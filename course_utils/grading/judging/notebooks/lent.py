"""What a test imports or binds is there for the answers too, as it is where both share a process.

`from copy import copy` in a test, and an answer that calls `copy`; `import numpy as np` in the
first test, and a set-up cell below that draws with `np`. So what a test imports where students see
it runs behind the wall as well, if an answer or a set-up cell of the instructor's needs it and no
cell before imports it.

`A = np.eye(3)` in a test, and an answer that uses `A`: data that a test has bound goes along with
what is asked of the student's side, if an answer or a set-up cell of the instructor's uses a global
of that name and none of them binds it. Without it that answer would fail; it is an argument in all
but form, and so it may come from a hidden test as arguments do.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping
from dataclasses import replace

from .hidden import without_hidden
from .links import used_names
from .names import bindable_names, defined_names, read_globals, statements
from .steps import Step, StepKind


def lend(steps: list[Step], solutions: Mapping[int, str]) -> list[Step]:
    """The steps; tests have in `student` imports that others need, in `gives` names of data.

    Parameters
    ----------
    steps
        A notebook's.
    solutions
        The instructor's own answers, by the places of their cells.
    """
    sources = [solutions.get(step.place, step.judge) for step in steps if _is_theirs(step)]
    needed = frozenset[str]().union(*(used_names(source or "") or () for source in sources))
    wanted = _read_only(sources)
    found = []
    for step in steps:
        if step.kind is StepKind.TEST:
            lent = _imports(step.judge or "", needed)
            gives = sorted(wanted & defined_names(step.judge))
            step = replace(step, student=lent or None, gives=gives)
            needed -= bindable_names(lent)
        elif _is_theirs(step):
            needed -= bindable_names(solutions.get(step.place, step.judge))
        found.append(step)
    return found


def not_judged(step: Step) -> Step | None:
    """What is left of a test that is not judged this time: what it lends, if it does.

    Parameters
    ----------
    step
        The test.
    """
    return replace(step, kind=StepKind.LENT, judge=None) if step.student else None


def _is_theirs(step: Step) -> bool:
    """Whether a step is an answer or a set-up cell of the instructor's."""
    return step.kind in (StepKind.SOLUTION, StepKind.SHARED)


def _read_only(sources: list[str | None]) -> frozenset[str]:
    """The globals that cells read and none of them binds, as far as that can be told."""
    bound = frozenset(dir(builtins)).union(*map(bindable_names, sources))
    read = frozenset[str]().union(*map(read_globals, sources))
    return frozenset() if "*" in bound else frozenset(n for n in read - bound if n[0] != "_")


def _imports(test: str, needed: frozenset[str]) -> str:
    """The statements at the top level of a test, as students see it, that import such a name."""
    found: list[ast.stmt] = []
    for node in statements(without_hidden(test)) or []:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [each for each in node.names if _bound(each) in needed]
            if isinstance(node, ast.Import):
                found += [ast.Import([each]) for each in names]
            elif names:
                found.append(ast.ImportFrom(node.module, names, node.level))
    return "\n".join(map(ast.unparse, found))


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]
