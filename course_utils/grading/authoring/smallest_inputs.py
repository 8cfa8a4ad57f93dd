"""Does each known wrong answer have a small input that shows it? Are the right ones left alone?

Every answer of `assignments/mistakes/ASSIGNMENT/` is judged behind the walls as a student's would
be, with the other exercises solved, by the tests of its own exercise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..course import Assignment
from ..judging.notebooks.steps import Step, StepKind
from ..judging.smallest import asked
from . import judged_answers
from .mistakes import Answer

LARGEST, SLOWEST = 9, 1.0  # numbers of an input, seconds of processor time: what is aimed at


@dataclass(frozen=True)
class Searched:
    """What came of an answer.

    Attributes
    ----------
    grade_id, answer
        The exercise, and the answer's name.
    is_right
        Whether it is a right one, for which nothing may be found.
    failed
        Whether it lost points in the tests of its own exercise.
    cell
        The cell that shows the input; empty where none was found.
    numbers
        How many numbers are in it.
    seconds
        Processor time of the search, judge and answer together.
    why
        Why none was found.
    """

    grade_id: str
    answer: str
    is_right: bool
    failed: bool
    cell: str = ""
    numbers: int = 0
    seconds: float = 0.0
    why: str = ""

    @property
    def is_good(self) -> bool:
        """Whether an input of the size and in the time aimed at was found."""
        return bool(self.cell) and self.numbers <= LARGEST and self.seconds < SLOWEST


def survey(
    assignment: Assignment,
    on_done: Callable[[int, int], None] = lambda done, total: None,
    unsafe: bool = False,
) -> list[Searched]:
    """Judge the known answers to those exercises that have a generator of inputs.

    Parameters
    ----------
    assignment
        Whose answers.
    on_done
        Called after each answer with how many are done and how many there are in its notebook.
    unsafe
        Without walls.

    Raises
    ------
    CourseError
        If an answer cannot be read.
    """
    judged = judged_answers.one_by_one(
        assignment,
        exercises=_exercises,
        rules="smallest=1",  # each mistake is shown
        no_points=True,  # right answers are compared, too
        on_done=on_done,
        unsafe=unsafe,
    )
    return [_searched(each.answer, each.judged) for each in judged]


def _searched(answer: Answer, judged) -> Searched:
    failed = any(verdict.points != verdict.maximum for verdict in judged.verdicts.values())
    report = next(iter(judged.smallest.values()), {"why": "no test failed that asks for it"})
    return Searched(answer.grade_id, answer.name, not answer.points, failed, **report)


def _exercises(steps: list[Step]) -> dict[str, set[str]]:
    """The tests of each answer that has a generator, by its grade_id."""
    known = asked.generators(step.judge for step in steps if step.judge)
    asks = {
        step.grade_id: any(asked.INPUTS + name in known for name in step.binds)
        for step in steps
        if step.kind is StepKind.SOLUTION
    }
    tests = judged_answers.tests_by_answer(steps)
    return {name: cells for name, cells in tests.items() if asks[name]}
