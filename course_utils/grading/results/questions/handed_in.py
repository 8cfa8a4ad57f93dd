"""What the students of a class are asked about what they handed in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from ....files import replace_text
from ...course import Assignment, CourseError
from ...judging import judge_process, plugin
from ...judging.notebooks import staging
from ...judging.notebooks.rebuild import Rebuilt
from ...judging.sandbox.walls import Limits
from ...judging.submitted_notebook import NotebookSource, prepare
from . import own_code, quiz, sheet
from .asking import Question
from .choosing import ASKED, choose
from .sheet import Asked


def ask(
    assignment: Assignment,
    students: Iterable[str] | None = None,
    attempt: int = 1,
    unsafe: bool = False,
    on_done: Callable[[int, int], None] = lambda done, total: None,
) -> list[Asked]:
    """Five questions for each student who has handed in.

    Parameters
    ----------
    assignment
        What was handed in.
    students
        Only these; all by default.
    attempt
        The same number leads to the same questions, another one to others.
    unsafe
        Run answers without walls.
    on_done
        Called after each student with how many are done and how many there are.

    Raises
    ------
    CourseError
        If nobody has handed in, or a named student has not.
    """
    submissions, _ = assignment.submissions()
    if students is not None:
        wanted = set(students)
        missing = wanted - {each.student for each in submissions}
        if missing:
            raise CourseError(f"{min(missing)} has not handed in {assignment}")
        submissions = [each for each in submissions if each.student in wanted]
    sources = [NotebookSource(f.stem, f.read_text("utf-8")) for f in assignment.notebooks()]
    course = assignment.course
    sandbox = own_code.Sandbox(
        Limits(cell_seconds=plugin.cell_seconds(course.config)),
        plugin.read_beside(assignment.source),
        unsafe or course.unsafe,
        course.prepare,
    )
    found = []
    for number, submission in enumerate(submissions, start=1):
        seed = seed_of(assignment, submission.student, attempt)
        wanted_files = [f"{source.name}.ipynb" for source in sources]
        files, notes = staging.collect(submission.folder, wanted_files)
        found.append(_asked(submission.student, sources, files, notes, seed, sandbox))
        on_done(number, len(submissions))
    return found


def seed_of(assignment: Assignment, student: str, attempt: int) -> str:
    """The seed of a student's questions, which nobody outside the course can foretell.

    Parameters
    ----------
    assignment
        What was handed in.
    student
        Who.
    attempt
        The number of the attempt.
    """
    secret = plugin.secret(assignment.course.root)
    words = "questions", student, assignment.name, str(attempt)
    return f"{judge_process.seed_of(secret, *words, bits=128):x}"


def _asked(
    student: str,
    sources: list[NotebookSource],
    files: dict[str, bytes],
    notes: list[str],
    seed: str,
    sandbox: own_code.Sandbox,
) -> Asked:
    questions: list[Question] = []
    cells: dict[str, str] = {}
    damage = ""
    for source in sources:
        prepared = prepare(source, files[f"{source.name}.ipynb"], list(notes))
        if prepared.damage:
            damage = prepared.damage
            continue
        only = _answered(prepared.rebuilt, source)
        found, own = own_code.questions(prepared, seed, sandbox, files, only)
        questions += found
        cells |= own
    chosen = choose(questions, seed)
    few = ""
    if len(chosen) < ASKED:
        why = damage or "no more can be asked about it"
        few = f"Not all {ASKED} questions, but {len(chosen)}: {why}."
    return Asked(student, tuple(chosen), cells, few)


def _answered(rebuilt: Rebuilt, source: NotebookSource) -> set[str]:
    """The grade_ids of answers in which something is solved."""
    return {
        step.grade_id
        for step in rebuilt.steps
        if step.grade_id and step.student and "raise NotImplementedError()" not in step.student
    }


def write(asked: list[Asked], assignment: Assignment, attempt: int, target: Path) -> list[Path]:
    """Write sheets, keys and quizzes; returns the files.

    Parameters
    ----------
    asked
        What `ask` gave.
    assignment, attempt
        As for `ask`.
    target
        The folder.
    """
    import nbformat

    title = assignment.name if attempt == 1 else f"{assignment.name}, attempt {attempt}"
    target.mkdir(parents=True, exist_ok=True)
    pages = {"sheets.html": sheet.questions(asked, title), "keys.html": sheet.keys(asked, title)}
    for name, text in pages.items():
        replace_text(target / name, text)
    quizzes = target / "quizzes"
    quizzes.mkdir(exist_ok=True)
    for each in asked:
        if each.questions:
            seed = seed_of(assignment, each.student, attempt)
            book = quiz.notebook(each, title, seed)
            replace_text(quizzes / f"{each.student}.ipynb", nbformat.writes(book) + "\n")
    return [target / "sheets.html", target / "keys.html", quizzes]
