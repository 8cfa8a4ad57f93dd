"""`course grade`: a class."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .command import Commands, open_course, positive, takes_assignment, write_json

if TYPE_CHECKING:
    from ...grading import Assignment

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


def run_over_class(assignment: Assignment, **options):
    """What `grade_class.grade` returns, under a progress bar.

    Parameters
    ----------
    assignment
        Which one.
    **options
        Those of `grade_class.grade`.
    """
    from rich.console import Console

    from ...grading.results import terminal
    from ...grading.running import grade_class

    console = Console(stderr=not sys.stdout.isatty())
    with terminal.progress(console) as bar:
        task = bar.add_task(f"grading {assignment}", total=None)
        return grade_class.grade(
            assignment,
            on_done=lambda done, total: bar.update(task, completed=done, total=total),
            **options,
        )


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
