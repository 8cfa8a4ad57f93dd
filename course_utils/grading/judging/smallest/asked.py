"""Which smallest inputs are looked for: what rules and generators ask for, after judging.

An instructor writes `### RULES smallest=3` (for how many functions a student may see one) and,
in a hidden part or in a locked cell, a generator for each function that it is about:

    def inputs_of_convolve(draw):
        h, w = draw.whole(1, 2), draw.whole(1, 2)
        image = draw.array(h + draw.whole(0, 1), w + draw.whole(0, 1))
        return image, draw.array(h, w)

It returns the arguments in the order of the solution's parameters. What counts of a result, where
that is not its numbers alone, or not all of them, says `result_of_convolve(result)`: a dict with a
word for each part. The part "" is shown as what the call gives.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from .. import rules as rules_
from ..notebooks.examples import examples
from ..notebooks.hidden import hidden_lines
from ..notebooks.names import defined_names, statements
from ..notebooks.steps import Step, StepKind
from ..verdicts import Judged, Verdict, VerdictKind

if TYPE_CHECKING:  # it brings nbformat along, which no judge needs
    from ..notebooks.rebuild import Rebuilt

INPUTS, RESULT = "inputs_of_", "result_of_"
LOST = (VerdictKind.OK, VerdictKind.WRONG)  # with partial credit, or without any


@dataclass(frozen=True)
class Sought:
    """A search.

    Attributes
    ----------
    grade_id
        The test that failed, with which the input is shown.
    function
        The name of the function that is called.
    tests
        The sources of the exercise's tests: none of their own inputs is shown.
    seen
        Whether an argument that is changed in place is a difference, too.
    """

    grade_id: str
    function: str
    tests: tuple[str, ...]
    seen: bool = False

    def as_dict(self) -> dict:
        """Plain data, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: dict) -> Sought:
        """The search of which this is the plain data.

        Parameters
        ----------
        content
            What `as_dict` gave.
        """
        return cls(**content | {"tests": tuple(content["tests"])})


def generators(sources: Iterable[str]) -> dict[str, str]:
    """The functions in an instructor's cells that say what inputs and results are, by name.

    Parameters
    ----------
    sources
        The sources of the instructor's cells.
    """
    found = {}
    for source in sources:
        if INPUTS in source or RESULT in source:
            for node in statements(source) or []:
                if isinstance(node, ast.FunctionDef) and node.name.startswith((INPUTS, RESULT)):
                    found[node.name] = ast.unparse(node)
    return found


def allowed(steps: list[Step]) -> int:
    """For how many functions of a notebook a student may see the smallest input.

    Parameters
    ----------
    steps
        The notebook's.
    """
    return rules_.read([step.judge for step in steps if step.judge]).smallest


def searches(steps: list[Step], judged: Judged) -> list[Sought]:
    """What is looked for after a notebook was judged: one for a function, at its first failed test.

    Parameters
    ----------
    steps
        The notebook's, all of them.
    judged
        What came of it, or of some of its tests.
    """
    most = allowed(steps)
    known = generators(step.judge for step in steps if step.judge) if most else {}
    found: dict[str, Sought] = {}
    binds: list[str] = []
    for number, step in enumerate(steps):
        if step.kind is StepKind.SOLUTION:
            binds = [name for name in step.binds if INPUTS + name in known]
        elif step.kind is StepKind.TEST and binds and _failed(step, judged):
            source = step.judge or ""
            named = {node.id for node in ast.walk(_tree(source)) if isinstance(node, ast.Name)}
            for name in binds:
                if name in named and name not in found:
                    tests = _tests_around(steps, number)
                    held = rules_.read([step.judge for step in steps if step.judge], tests=tests)
                    seen = any(rules_.of_test(t, held).inputs == rules_.Inputs.SEEN for t in tests)
                    found[name] = Sought(step.grade_id, name, tests, seen)
    return list(found.values())[:most]


def _failed(step: Step, judged: Judged) -> bool:
    """Whether an answer lost points in a test with a hidden part, and not for want of an answer."""
    verdict = judged.verdicts.get(step.grade_id)
    if verdict is None or verdict.kind not in LOST or verdict.points is None or verdict.inside:
        return False
    if verdict.points >= verdict.maximum or verdict.detail == NotImplementedError.__name__:
        return False
    return bool(hidden_lines(step.judge or ""))


def _tree(source: str) -> ast.Module:
    return ast.Module(statements(source) or [], [])


def _tests_around(steps: list[Step], number: int) -> tuple[str, ...]:
    """The sources of the tests between the same two answers as a test."""
    last = max(n for n in range(number) if steps[n].kind is StepKind.SOLUTION)
    after = (n for n in range(number, len(steps)) if steps[n].kind is StepKind.SOLUTION)
    end = next(after, len(steps))
    tests = (step for step in steps[last:end] if step.kind is StepKind.TEST)
    return tuple(step.judge or "" for step in tests)


def before(rebuilt: Rebuilt, judged: Judged, sought: list[Sought]) -> tuple[list[Step], list[str]]:
    """What runs before a search: the student's cells, and the instructor's with solutions.

    No test is among them, no cell that ended its process, and none that only shows something.

    Parameters
    ----------
    rebuilt
        The notebook.
    judged
        What came of it.
    sought
        What is looked for.
    """
    tests = {each.grade_id for each in sought}
    last = max(n for n, step in enumerate(rebuilt.steps) if step.grade_id in tests)
    cells = [step for step in rebuilt.steps[:last] if step.kind is not StepKind.TEST]
    shows = examples(rebuilt.steps)
    theirs = {StepKind.SOLUTION, StepKind.EXTRA}
    texts = "\n".join(step.student or "" for step in cells if step.kind in theirs)
    words = set(re.findall(r"[^\W\d]\w*", texts))
    ran = [
        step
        for step in cells
        if "kind" not in judged.cells.get(step.place, {})
        and (id(step) not in shows or defined_names(step.student) & words)
    ]
    built = [step for step in cells if id(step) not in shows]
    own = [rebuilt.solutions.get(step.place, step.judge) for step in built]
    return ran, [source for source in own if source]


def at_most(verdicts: Mapping[str, Verdict], most: int) -> dict[str, Verdict]:
    """Verdicts of which no more than so many show an input, the first ones.

    Parameters
    ----------
    verdicts
        By grade_id, in their order.
    most
        How many.
    """
    left, found = most, {}
    for name, verdict in verdicts.items():
        left -= bool(verdict.smallest)
        found[name] = verdict if left >= 0 else replace(verdict, smallest="")
    return found
