"""What is to be watched of an answer, and what came of it: plain data, both ways."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from ..notebooks.examples import examples
from ..notebooks.names import defined_names
from ..notebooks.steps import Step, StepKind
from ..smallest.asked import INPUTS, generators

if TYPE_CHECKING:
    from ..notebooks.rebuild import Rebuilt


@dataclass(frozen=True)
class Change:
    """A small change of one line: which line, in words, and the cell's text with it."""

    line: int
    words: str
    source: str


@dataclass(frozen=True)
class Watch:
    """An answer that is to be watched.

    Attributes
    ----------
    grade_id
        The solution cell's.
    function
        The function that is called.
    source, noted
        The cell as it was handed in; the same with a note beside every line: see `noting`.
    tests
        The sources of the exercise's tests. Their visible parts run; what the hidden ones call the
        function with is never asked about.
    changes
        What is tried in the place of the answer.
    draws
        Whether the exercise has a generator of inputs: see `smallest.asked`. Without one, calls are
        those of the visible tests.
    seed
        Of the inputs that are drawn.
    """

    grade_id: str
    function: str
    source: str
    noted: str
    tests: tuple[str, ...]
    changes: tuple[Change, ...] = ()
    draws: bool = False
    seed: str = ""

    def as_dict(self) -> dict:
        """Plain data, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: dict) -> Watch:
        """What is to be watched, of which this is the plain data.

        Parameters
        ----------
        content
            What `as_dict` gave.
        """
        changes = tuple(Change(**each) for each in content["changes"])
        return cls(**content | {"changes": changes, "tests": tuple(content["tests"])})


@dataclass(frozen=True)
class Exercise:
    """What can be asked about: an answer's cell, the function, the tests that follow it."""

    grade_id: str
    function: str
    source: str
    tests: tuple[str, ...]
    draws: bool


def exercises(rebuilt: Rebuilt) -> list[Exercise]:
    """The exercises of a notebook whose answers are functions, in their order.

    Parameters
    ----------
    rebuilt
        The notebook, with the answers that were handed in.
    """
    known = generators(step.judge for step in rebuilt.steps if step.judge)
    found: list[Exercise] = []
    for number, step in enumerate(rebuilt.steps):
        if step.kind is not StepKind.SOLUTION or not step.student:
            continue
        tests = tuple(_tests_after(rebuilt.steps, number))
        names = [n for n in step.binds if any(n in test for test in tests)]
        for name in names[:1]:
            draws = INPUTS + name in known
            found.append(Exercise(step.grade_id, name, step.student, tests, draws))
    return found


def _tests_after(steps: list[Step], number: int):
    for step in steps[number + 1 :]:
        if step.kind is StepKind.SOLUTION:
            return
        if step.kind is StepKind.TEST:
            yield step.judge or ""


def before(rebuilt: Rebuilt, wanted: Collection[str]) -> tuple[list[Step], list[str]]:
    """What runs before answers are watched: the student's cells, and the instructor's own.

    No test is among them, and none that only shows something; nothing behind the last answer that
    is wanted.

    Parameters
    ----------
    rebuilt
        The notebook.
    wanted
        The grade_ids of the answers.
    """
    steps, shows = rebuilt.steps, examples(rebuilt.steps)
    last = max(n for n, step in enumerate(steps) if step.grade_id in wanted)
    end = next(
        (n for n in range(last + 1, len(steps)) if steps[n].kind is StepKind.SOLUTION), len(steps)
    )
    cells = [step for step in steps[:end] if step.kind is not StepKind.TEST]
    texts = "\n".join(step.student or "" for step in cells if step.kind is not StepKind.SHARED)
    words = set(texts.replace("(", " ").replace(".", " ").split())
    ran = [s for s in cells if id(s) not in shows or defined_names(s.student) & words]
    built = [step for step in cells if id(step) not in shows]
    own = [rebuilt.solutions.get(step.place, step.judge) for step in built]
    return ran, [source for source in own if source]
