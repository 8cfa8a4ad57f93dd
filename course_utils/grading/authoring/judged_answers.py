"""Known answers judged one by one, as a student's would be, by the tests of their own exercise.

All other exercises are solved. What comes behind the tests of an exercise does not run, and neither
do pictures, which take long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
from ..judging.submitted_notebook import NotebookSource, prepare
from ..judging.verdicts import Judged
from . import mistakes
from .mistakes import Answer

QUICK = "### RULES seconds=20"  # an endless loop ends soon


@dataclass(frozen=True)
class JudgedAnswer:
    """An answer, what came of it, and the steps of the notebook that ran."""

    answer: Answer
    judged: Judged
    steps: list[Step]


def one_by_one(
    assignment: Assignment,
    *,
    exercises: Callable[[list[Step]], dict[str, set[str]]] | None = None,
    rules: str = "",
    only_wrong: bool = False,
    no_points: bool = False,
    on_done: Callable[[int, int], None] = lambda done, total: None,
    unsafe: bool = False,
) -> Iterator[JudgedAnswer]:
    """Judge the known answers of an assignment, each in a notebook of its own.

    Parameters
    ----------
    assignment
        Whose answers.
    exercises
        Says which tests belong to which answer, of those that are to be judged; by default all.
    rules
        What else the exercises hold answers to: words of a line of rules.
    only_wrong
        Leave right answers out.
    no_points
        Let the tests of right answers give no points, so that they are looked at as wrong ones are.
    on_done
        Called after each answer with how many are done and how many there are in its notebook.
    unsafe
        Without walls.

    Raises
    ------
    CourseError
        If an answer cannot be read.
    """
    known = list(mistakes.read_answers(assignment.mistakes).values())
    files = plugin.read_beside(assignment.source)
    limits = Limits(cell_seconds=plugin.cell_seconds(assignment.course.config))
    line = f"{QUICK} {rules}".strip()
    for file in assignment.notebooks():
        source = NotebookSource(file.stem, _with_rules(file.read_text("utf-8"), line))
        tests_of = (exercises or tests_by_answer)(_steps(source))
        answers = [
            answer
            for answer in known
            if answer.grade_id in tests_of and (answer.points or not only_wrong)
        ]
        with TemporaryDirectory(prefix="judging-known-") as folder:
            staging.write(files, Path(folder))
            for number, answer in enumerate(answers, start=1):
                rebuilt = prepare(source, handed_in(source, answer), []).rebuilt
                tests = tests_of[answer.grade_id]
                rebuilt.steps = _short(rebuilt.steps, tests, line, no_points and not answer.points)
                judged = judge_process.judge(
                    rebuilt,
                    limits=limits,
                    files=Path(folder),
                    unsafe=unsafe,
                    prepare=assignment.course.prepare,
                    only=tests,
                )
                yield JudgedAnswer(answer, judged, rebuilt.steps)
                on_done(number, len(answers))


def tests_by_answer(steps: list[Step]) -> dict[str, set[str]]:
    """The tests of each answer, those behind it and before the next, by its grade_id.

    Parameters
    ----------
    steps
        A notebook's.
    """
    found: dict[str, set[str]] = {}
    answer: Step | None = None
    for step in steps:
        if step.kind is StepKind.SOLUTION:
            answer = step
        elif step.kind is StepKind.TEST and answer:
            found.setdefault(answer.grade_id, set()).add(step.grade_id)
    return found


def _steps(source: NotebookSource) -> list[Step]:
    return prepare(source, source.text.encode(), []).rebuilt.steps


def _short(steps: list[Step], tests: set[str], line: str, no_points: bool) -> list[Step]:
    """What runs for an exercise."""
    shows = examples(steps)
    last = max(number for number, step in enumerate(steps) if step.grade_id in tests)
    found = [step for step in steps[: last + 1] if id(step) not in shows]
    for step in found if no_points else []:
        if step.grade_id in tests:
            step.judge = f"{step.judge}\n0.0"
    return [*found, *(step for step in steps if step.judge == line)]


def _with_rules(text: str, line: str) -> str:
    """An instructor's notebook with a line of rules behind it."""
    import nbformat

    notebook = nbformat.reads(text, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(line))
    return nbformat.writes(notebook)


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
