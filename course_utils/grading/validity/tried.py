"""What known answers and mutants of the solutions get, under many seeds of the hidden tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..authoring import fairness, mistakes, mutants, substitutes
from ..authoring.fairness import SOLUTION
from ..course import Assignment
from .rates import Rate


@dataclass(frozen=True)
class Tried:
    """An answer to one exercise, and what share of the exercise's points each seed gave it.

    Attributes
    ----------
    grade_id
        The exercise's solution cell.
    name
        The answer's.
    is_right
        Whether it has to get all points.
    shares
        From 0 to 1, a number for each seed; 0 where the run did not end.
    """

    grade_id: str
    name: str
    is_right: bool
    shares: tuple[float, ...]


@dataclass(frozen=True)
class Exercise:
    """What was tried of one exercise.

    Attributes
    ----------
    grade_id
        Its solution cell's.
    points
        That its tests give together.
    answers
        Known ones, the worked solution among them.
    mutants
        How many mutants of its solution got all points, of how many. One of which the course says
        that no test should tell it from the solution is not counted.
    """

    grade_id: str
    points: float
    answers: tuple[Tried, ...]
    mutants: Rate

    @property
    def false_fail(self) -> Rate:
        """Right answers that lost points."""
        lost = [share < 1 for each in self.answers if each.is_right for share in each.shares]
        return Rate(sum(lost), len(lost))

    @property
    def false_pass(self) -> Rate:
        """Wrong answers that got all points."""
        won = [share >= 1 for each in self.answers if not each.is_right for share in each.shares]
        return Rate(sum(won), len(won))

    @property
    def unsteady(self) -> tuple[Tried, ...]:
        """Answers whose points depend on the seed."""
        return tuple(each for each in self.answers if len(set(each.shares)) > 1)


def try_all(
    assignment: Assignment,
    seeds: int,
    *,
    workers: int = 1,
    on_done: Callable[[int, int], None] = lambda done, total: None,
) -> list[Exercise]:
    """Judge the known answers of an assignment under many seeds, and its mutants under one.

    An answer that is wrong in another exercise's tests only is left out, as is an exercise that a
    person grades.

    Parameters
    ----------
    assignment
        Whose answers.
    seeds
        How many seeds each known answer is judged under.
    workers
        Answers judged side by side.
    on_done
        Called after each trial with how many are done and how many there are in its notebook.

    Raises
    ------
    CourseError
        If a worked solution does not get all points.
    """
    known = mistakes.read_answers(assignment.mistakes).values()
    spared = mutants.known_survivors(assignment)
    found = []
    for file in assignment.notebooks():
        solutions = substitutes.solutions(file)
        answers = [mistakes.Answer(name, SOLUTION, text, {}) for name, text in solutions.items()]
        answers += [answer for answer in known if answer.grade_id in solutions]
        changed = [
            mutant
            for name, text in solutions.items()
            for mutant in mutants.mutants(text, name)
            if (name, mutant.change) not in spared
        ]
        trials = [substitutes.Trial(a.grade_id, a.source, s) for a in answers for s in range(seeds)]
        trials += [substitutes.Trial(each.grade_id, each.source) for each in changed]
        results = substitutes.run(
            file,
            trials,
            workers=workers,
            to_the_end=True,
            seconds=fairness.SECONDS,
            on_done=on_done,
        )
        known_results = [results[n * seeds : (n + 1) * seeds] for n in range(len(answers))]
        mutant_results = results[len(answers) * seeds :]
        by_answer = list(zip(answers, known_results, strict=True))
        by_mutant = list(zip(changed, mutant_results, strict=True))
        for name in solutions:
            exercise = _exercise(
                name,
                [(answer, its) for answer, its in by_answer if answer.grade_id == name],
                [result for mutant, result in by_mutant if mutant.grade_id == name],
            )
            found += [exercise] if exercise else []
    return found


def _exercise(name: str, answers: list, changed: list) -> Exercise | None:
    """What came of the answers to one exercise; None if it has no tests that give points."""
    full = answers[0][1][0].points  # the worked solution's, which come first
    total = sum(full.values())
    if not total:
        return None
    tried = []
    for answer, its in answers:
        wrong = bool(answer.points.keys() & full.keys())
        if answer.points and not wrong:
            continue
        shares = tuple(sum(result.points.values()) / total for result in its)
        tried.append(Tried(name, answer.name, not answer.points, shares))
    survived = Rate(sum(result.all_points for result in changed), len(changed))
    return Exercise(name, total, tuple(tried), survived)
