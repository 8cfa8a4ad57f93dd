"""Which known wrong answers get a hint? By what the judge really says of them.

Every wrong answer of `assignments/mistakes/ASSIGNMENT/` is judged by the tests of its own exercise,
with the other exercises solved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...hints import Hint
from ..course import Assignment
from ..judging import ladders
from . import hint_checks, judged_answers

AIM = 0.8  # of the known wrong answers


@dataclass(frozen=True)
class Helped:
    """A wrong answer, and what a test that it failed leads to.

    Attributes
    ----------
    grade_id, answer
        The exercise, and the answer's name.
    cell
        The graded test that it failed.
    said
        What the test says.
    hint
        What its owner is shown; None if there is nothing that fits.
    """

    grade_id: str
    answer: str
    cell: str
    said: tuple[str, ...]
    hint: Hint | None


def survey(
    assignment: Assignment,
    on_done: Callable[[int, int], None] = lambda done, total: None,
    unsafe: bool = False,
) -> list[Helped]:
    """Judge the known wrong answers of an assignment: an entry for each test that one failed.

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
    CourseError, HintsError
        If an answer, or a file of hints, cannot be read.
    """
    known = hint_checks.of(assignment)
    found = []
    for each in judged_answers.one_by_one(
        assignment, only_wrong=True, on_done=on_done, unsafe=unsafe
    ):
        places = {step.grade_id: step.place for step in each.steps}
        for name, verdict in each.judged.verdicts.items():
            if verdict.points is None or verdict.points >= verdict.maximum:
                continue
            printed = each.judged.cells.get(places[name], {}).get("printed", "")
            said = ladders.said(verdict.as_dict(), [{"name": "stdout", "text": printed}])
            hint = ladders.of_verdict(known, verdict.as_dict(), said)
            found.append(Helped(each.answer.grade_id, each.answer.name, name, tuple(said), hint))
    return found
