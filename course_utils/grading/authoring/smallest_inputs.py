"""Does each known wrong answer have a small input that shows it? Are the right ones left alone?

Every answer of `assignments/mistakes/ASSIGNMENT/` is judged behind the walls as a student's would
be, with the other exercises solved, by the tests of its own exercise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ..course import Assignment
from ..judging import judge_process, plugin
from ..judging.notebooks import staging
from ..judging.notebooks.examples import examples
from ..judging.notebooks.names import solved
from ..judging.notebooks.rebuild import settings
from ..judging.notebooks.steps import Step, StepKind
from ..judging.sandbox.walls import Limits
from ..judging.smallest import asked
from ..judging.submitted_notebook import NotebookSource, prepare
from . import mistakes
from .mistakes import Answer

QUICK = "### RULES seconds=20 smallest=1"
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
    found = []
    known = list(mistakes.read_answers(assignment.mistakes).values())
    files = plugin.read_beside(assignment.source)
    limits = Limits(cell_seconds=plugin.cell_seconds(assignment.course.config))
    for file in assignment.notebooks():
        source = NotebookSource(file.stem, _quick(file.read_text("utf-8")))
        exercises = _exercises(source)
        answers = [answer for answer in known if answer.grade_id in exercises]
        with TemporaryDirectory(prefix="searching-") as folder:
            staging.write(files, Path(folder))
            for number, answer in enumerate(answers, start=1):
                rebuilt = prepare(source, handed_in(source, answer), []).rebuilt
                tests = exercises[answer.grade_id]
                rebuilt.steps = _to_search(rebuilt.steps, tests, right=not answer.points)
                judged = judge_process.judge(
                    rebuilt,
                    limits=limits,
                    files=Path(folder),
                    unsafe=unsafe,
                    prepare=assignment.course.prepare,
                    only=tests,
                )
                found.append(_searched(answer, judged))
                on_done(number, len(answers))
    return found


def _to_search(steps: list[Step], tests: set[str], right: bool) -> list[Step]:
    """What runs for an exercise: nothing behind its tests, and no pictures, which take long.

    The tests give no points where the answer is right, so that it is compared all the same.
    """
    shows = examples(steps)
    last = max(number for number, step in enumerate(steps) if step.grade_id in tests)
    found = [step for step in steps[: last + 1] if id(step) not in shows]
    for step in found if right else []:
        if step.grade_id in tests:
            step.judge = f"{step.judge}\n0.0"
    return [*found, *(step for step in steps if step.judge == QUICK)]


def _quick(text: str) -> str:
    """An instructor's notebook in which an endless loop ends soon, and each mistake is shown."""
    import nbformat

    notebook = nbformat.reads(text, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(QUICK))
    return nbformat.writes(notebook)


def _searched(answer: Answer, judged) -> Searched:
    failed = any(verdict.points != verdict.maximum for verdict in judged.verdicts.values())
    report = next(iter(judged.smallest.values()), {"why": "no test failed that asks for it"})
    return Searched(answer.grade_id, answer.name, not answer.points, failed, **report)


def _exercises(source: NotebookSource) -> dict[str, set[str]]:
    """The tests of each answer that has a generator, by its grade_id."""
    steps = prepare(source, source.text.encode(), []).rebuilt.steps
    known = asked.generators(step.judge for step in steps if step.judge)
    found: dict[str, set[str]] = {}
    answer: Step | None = None
    for step in steps:
        if step.kind is StepKind.SOLUTION:
            answer = step
        elif step.kind is StepKind.TEST and answer:
            if any(asked.INPUTS + name in known for name in answer.binds):
                found.setdefault(answer.grade_id, set()).add(step.grade_id)
    return found


def handed_in(source: NotebookSource, *answers: Answer) -> bytes:
    """The instructor's notebook as a file, solved but for some answers.

    Parameters
    ----------
    source
        The instructor's side.
    *answers
        To one exercise each.
    """
    import nbformat

    notebook = nbformat.reads(source.text, as_version=4)
    for cell in notebook.cells:
        own = settings(cell)
        if own.get("solution") and cell.cell_type == "code":
            cell.source = solved(cell.source)
            for answer in answers:
                if own["grade_id"] == answer.grade_id:
                    cell.source = answer.source
    return nbformat.writes(notebook).encode()
