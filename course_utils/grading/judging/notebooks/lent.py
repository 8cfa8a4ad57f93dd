"""What a test imports is there for the answers too, as it is where both share a process.

`from copy import copy` in a test, and an answer that calls `copy`; `import numpy as np` in the
first test, and a set-up cell below that draws with `np`. So what a test imports where students see
it runs behind the wall as well, if an answer or a set-up cell of the instructor's needs it and no
cell before imports it.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace

from .hidden import without_hidden
from .links import used_names
from .names import bindable_names, statements
from .steps import Step, StepKind


def lend(steps: list[Step], solutions: Mapping[int, str]) -> list[Step]:
    """The steps; tests whose imports others need have them in `student`.

    Parameters
    ----------
    steps
        A notebook's.
    solutions
        The instructor's own answers, by the places of their cells.
    """
    sources = [solutions.get(step.place, step.judge) for step in steps if _is_theirs(step)]
    needed = frozenset[str]().union(*(used_names(source or "") or () for source in sources))
    found = []
    for step in steps:
        if step.kind is StepKind.TEST:
            lent = _imports(step.judge or "", needed)
            step = replace(step, student=lent or None)
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
