"""Do points depend on the draw? Known answers of an assignment, graded under many seeds.

Hidden tests draw their numbers anew for every submission. A right answer has to get all points
whatever they draw, and a wrong one had better lose the same points each time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from ..course import Assignment
from . import mistakes, substitutes
from .mistakes import Answer

SECONDS = 60  # for an answer and its tests, beside others
SOLUTION = "the worked solution"


@dataclass(frozen=True)
class Unsteady:
    """An answer whose points in a test cell differ from draw to draw: how many draws gave which."""

    grade_id: str
    answer: str
    is_right: bool
    cell: str
    draws: dict[float, int]


def survey(
    assignment: Assignment,
    draws: int,
    *,
    workers: int = 1,
    only_right: bool = False,
    on_done: Callable[[int, int], None] = lambda done, total: None,
) -> list[Unsteady]:
    """Grade the worked solutions and the answers of `assignments/mistakes/` by their own tests.

    What an answer does to later exercises is not looked at, nor how one fares that does not end.

    Parameters
    ----------
    assignment
        Whose answers; its hidden tests draw numbers.
    draws
        How many seeds each answer is graded under.
    workers
        Answers graded side by side.
    only_right
        Leave the wrong answers out: more draws in the same time.
    on_done
        Called after each draw with how many are done and how many there are in its notebook.

    Returns
    -------
    list of Unsteady
        One for each answer and test cell whose points differ; empty if the tests are fair.

    Raises
    ------
    CourseError
        If a worked solution does not get all points even with seed 0.
    """
    known = mistakes.read_answers(assignment.mistakes).values()
    unsteady = []
    for file in assignment.notebooks():
        solutions = substitutes.solutions(file)
        answers = [Answer(name, SOLUTION, source, {}) for name, source in solutions.items()]
        answers += [
            answer
            for answer in known
            if answer.grade_id in solutions and not (only_right and answer.points)
        ]
        tried = [
            substitutes.Trial(a.grade_id, a.source, seed) for a in answers for seed in range(draws)
        ]
        results = substitutes.run(
            file, tried, workers=workers, to_the_end=True, seconds=SECONDS, on_done=on_done
        )
        for number, answer in enumerate(answers):
            its = results[number * draws : (number + 1) * draws]
            ended = [result.points for result in its if result.points]
            for cell in ended[0] if ended else []:
                counts = Counter(points[cell] for points in ended)
                if len(counts) > 1:
                    by_points = dict(sorted(counts.items()))
                    right = not answer.points
                    unsteady.append(Unsteady(answer.grade_id, answer.name, right, cell, by_points))
    return unsteady
