"""How many questions does each known right answer give? Worked solutions are among them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest

from ...authoring import judged_answers, mistakes
from ...authoring.mistakes import Answer
from ...course import Assignment
from ...judging import plugin
from ...judging.notebooks.names import solved
from ...judging.sandbox.walls import Limits
from ...judging.submitted_notebook import NotebookSource, prepare
from ...judging.watching import asked as watching
from . import own_code
from .asking import Question
from .choosing import ASKED

SOLUTION = "solution"


@dataclass(frozen=True)
class Right:
    """A right answer, the notebook in which it stands, and the questions that it gives."""

    grade_id: str
    answer: str
    source: str
    notebook: bytes = field(repr=False)
    found: tuple[Question, ...] = field(default=(), repr=False)

    @property
    def is_enough(self) -> bool:
        """Whether there are as many questions as a student is asked."""
        return len(self.found) >= ASKED


def survey(
    assignment: Assignment,
    on_done: Callable[[int, int], None] = lambda done, total: None,
    unsafe: bool = False,
    only: Callable[[str, str], bool] = lambda grade_id, answer: True,
) -> Iterator[Right]:
    """Ask about each right answer of `assignments/mistakes` and about the worked solutions.

    Parameters
    ----------
    assignment
        Whose answers.
    on_done
        Called after each answer with how many are done and how many there are.
    unsafe
        Without walls.
    only
        Whether an answer is wanted, by the solution's grade_id and its own name.
    """
    known = mistakes.read_answers(assignment.mistakes).values()
    sandbox = own_code.Sandbox(
        Limits(cell_seconds=plugin.cell_seconds(assignment.course.config)),
        plugin.read_beside(assignment.source),
        unsafe,
        assignment.course.prepare,
    )
    for file in assignment.notebooks():
        source = NotebookSource(file.stem, file.read_text("utf-8"))
        own = prepare(source, source.text.encode(), []).rebuilt
        exercises = {each.grade_id: each for each in watching.exercises(own)}
        answers: dict[str, list[Answer]] = {name: [] for name in exercises}
        worked = [Answer(n, SOLUTION, solved(e.source), {}) for n, e in exercises.items()]
        for answer in [*worked, *(each for each in known if not each.points)]:
            if answer.grade_id in exercises and only(answer.grade_id, answer.name):
                answers[answer.grade_id].append(answer)
        total, done = sum(map(len, answers.values())), 0
        for together in zip_longest(*answers.values()):  # an answer of each exercise
            now = {each.grade_id: each for each in together if each is not None}
            data = judged_answers.handed_in(source, *now.values())
            found, _ = own_code.questions(
                prepare(source, data, []), "survey", sandbox, only=now, enough=len(now)
            )
            for name, each in now.items():
                own_questions = tuple(q for q in found if q.exercise == name)
                yield Right(name, each.name, each.source, data, own_questions)
            done += len(now)
            on_done(done, total)
