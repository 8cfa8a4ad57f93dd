"""`course grade`: a class."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import counted, some
from .command import Commands, open_course, positive, takes_assignment, write_json

if TYPE_CHECKING:
    from ...grading import Assignment
    from ...grading.running.grade_class import ClassRun

READABLE = 60  # students in a table that people read


def add(commands: Commands) -> None:
    """Declare `course grade` among the `commands`."""
    grade = commands.command(
        "grade",
        _grade,
        "grade what a class handed in for an assignment",
        examples="""
            course grade ps1                 # whatever is new or has changed
            course grade ps1 --feedback      # and a page for each student
            course grade ps1 --student ada --student bela --regrade all
            course grade ps1 --dry-run       # only say who would be graded, and why
            course grade ps1 --what-if       # a test has changed: whose points would change?
            course grade ps1 --json -        # all that is known, for scripts
            course grade ps1 --dask tcp://scheduler:8786
        """,
        needs_course=True,
        as_json=True,
    )
    takes_assignment(grade)
    grade.add_argument(
        "--student", action="append", metavar="NAME", help="only this one (may be repeated)"
    )
    grade.add_argument(
        "--workers", type=positive, metavar="N", help="side by side (one a processor)"
    )
    grade.add_argument(
        "--regrade",
        choices=["changed", "all"],
        default="changed",
        help="what has changed since it was graded, or all (changed)",
    )
    grade.add_argument("--dry-run", action="store_true", help="only say what would be graded")
    grade.add_argument(
        "--what-if",
        action="store_true",
        help="only say whose points would change: graded are those who were before",
    )
    grade.add_argument("--feedback", action="store_true", help="write feedback pages as well")
    grade.add_argument(
        "--dask", metavar="ADDRESS", help="judge on a cluster: tcp://HOST:8786 of its scheduler"
    )
    grade.add_argument(
        "--unsafe-no-sandbox",
        action="store_true",
        help="run answers without walls, as you, where this machine has none",
    )
    grade.add_argument("--csv", type=Path, metavar="FILE", help="write points by exercise there")


def _grade(options) -> int:
    from ...grading.running import warm_up

    course = open_course(options.course)
    if not options.dask and not options.dry_run:
        warm_up.guess(course.root, options.assignment, options.unsafe_no_sandbox)
    assignment = course.assignment(options.assignment)
    if options.what_if:
        return _what_if(assignment, options)
    class_run = run_over_class(
        assignment,
        students=options.student,
        workers=options.workers,
        again=options.regrade == "all",
        dry_run=options.dry_run,
        unsafe=options.unsafe_no_sandbox,
        dask=options.dask,
        pages=options.feedback,
    )
    for line in class_run.misnamed:
        print(f"course: {line}", file=sys.stderr)
    if class_run.pages_removed:
        print(f"course: {_removed(class_run.pages_removed, assignment)}", file=sys.stderr)
    if options.dry_run:
        if options.json:
            write_json(options.json, {s: str(state) for s, state in class_run.states.items()})
        else:
            for student, state in class_run.states.items():
                print(f"{student:30} {state}")
        return 0
    from ...grading.results import export, grades, summary

    result = grades.read(assignment, class_run.records)
    if options.json:
        write_json(options.json, summary.as_json(class_run, result))
    if options.json != "-":
        show_class(class_run, result)
    if options.csv:
        whole = result if options.student else export.with_everyone(result)
        place = export.write(whole, "csv", options.csv)
        print(f"Points by exercise: {place}", file=sys.stderr if options.json else sys.stdout)
    return 1 if summary.summarize(class_run, result).attention else 0


def _removed(students: list[str], assignment: Assignment) -> str:
    return (
        f"the feedback pages of {some(sorted(students), 5)} no longer held and were removed: "
        f"`course grade {assignment} --feedback` writes them anew"
    )


def run_over_class(assignment: Assignment, **options):
    """What `grade_class.grade` returns, under a progress bar.

    Parameters
    ----------
    assignment
        Which one.
    **options
        Those of `grade_class.grade`.
    """
    from ...grading.running import grade_class

    with _progress(f"grading {assignment}") as on_done:
        return grade_class.grade(assignment, on_done=on_done, **options)


@contextmanager
def _progress(words: str) -> Iterator[Callable[[int, int], None]]:
    from rich.console import Console

    from ...grading.results import terminal

    with terminal.progress(Console(stderr=not sys.stdout.isatty())) as bar:
        task = bar.add_task(words, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _what_if(assignment: Assignment, options) -> int:
    """Say who would gain and who would lose."""
    from rich.console import Console

    from ...grading import CourseError
    from ...grading.results import grades, terminal, what_if
    from ...grading.running import grade_class

    if options.dry_run or options.feedback or options.regrade == "all":
        raise CourseError("--what-if goes with none of --dry-run, --feedback and --regrade all")
    with _progress(f"trying {assignment}") as on_done:
        trial = grade_class.try_out(
            assignment,
            students=options.student,
            workers=options.workers,
            unsafe=options.unsafe_no_sandbox,
            dask=options.dask,
            on_done=on_done,
        )
    exercises = grades.exercises(assignment)
    effects = what_if.effects(trial.changes, exercises)
    unfit = what_if.unfit(trial.ways)
    if options.csv:
        what_if.write(trial.changes, exercises, options.csv)
    if options.json:
        content = {"exercises": list(map(asdict, effects)), "not_compared": trial.not_compared}
        content |= {"students": list(map(asdict, trial.changes)), "unfit": unfit}
        write_json(options.json, content)
    if options.json == "-":
        return 1 if unfit else 0
    console = Console()
    if trial.changes:
        console.print(terminal.effects_table(effects))
    if len(trial.changes) <= READABLE:
        console.print(terminal.changes_table(trial.changes))
    print("\n".join([*_would_change(trial, options.csv), *(f"look at {line}" for line in unfit)]))
    return 1 if unfit else 0


def _would_change(trial: ClassRun, table: Path | None) -> list[str]:
    """What a trial came to, and what to do next, in lines."""
    name, concerned = trial.assignment, len({change.student for change in trial.changes})
    compared = len(trial.states) - len(trial.not_compared)
    students = counted(compared, "student")
    lines = [f"Other points would get {concerned} of {students} ({trial.seconds:.1f} s)."]
    if trial.not_compared:
        lines.append(
            f"Not compared: {len(trial.not_compared)}, not graded yet, handed in anew, or "
            "graded by an earlier version of the grader."
        )
    if concerned:
        lines.append(f"The list: {table}" if table else "For the list, add --csv FILE.")
        lines.append(
            f"Nothing is changed yet. To accept: course release {name}, then course grade {name}. "
            "Else put the tests back."
        )
    return lines


def show_class(class_run, result) -> None:
    """Print the class at a glance and, as far as anybody reads them, grades and reasons.

    Parameters
    ----------
    class_run
        What `run_over_class` returned.
    result
        The grades, as `results.grades.read` has them.
    """
    from rich.console import Console

    from ...grading.results import summary, terminal

    console = Console()
    if not class_run.records:
        return
    if len(class_run.records) <= READABLE:
        console.print(terminal.grades_table(result))
        for heading, table in (
            ("Where points were lost", terminal.losses_table(result)),
            ("Put right before grading, at no cost", terminal.repairs_table(result)),
        ):
            if table.row_count:
                console.print(f"\n{heading}\n")
                console.print(table)
        console.print()
    console.print(terminal.summary_panel(summary.summarize(class_run, result)))
