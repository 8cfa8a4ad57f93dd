"""What a graded class came to: `course export`, `course totals`, `course items`, `course alike`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

from ...errors import counted, some
from .command import (
    Commands,
    open_course,
    percent,
    positive,
    takes_assignment,
    write_json,
)

NAMED = 20  # students in a line


def add(commands: Commands) -> None:
    """Declare `course export`, `totals`, `items` and `alike` among the `commands`."""
    export = commands.command(
        "export",
        _export,
        "write an assignment's grades for another system",
        examples="""
            course export ps1 ps1.csv        # a spreadsheet
            course export ps1 ps1.csv --format canvas
        """,
        needs_course=True,
    )
    takes_assignment(export)
    export.add_argument("file", type=Path, help="what to write: ps1.csv")
    export.add_argument(
        "--format",
        choices=["csv", "canvas", "moodle", "gradescope"],
        default="csv",
        help="for whom (csv: a spreadsheet)",
    )

    totals = commands.command(
        "totals",
        _totals,
        "add up everyone's points over all assignments",
        examples="""
            course totals term.csv
            course totals term.csv --drop 1  # each student's lowest assignment does not count
        """,
        needs_course=True,
    )
    totals.add_argument("file", type=Path, help="what to write: term.csv")
    totals.add_argument(
        "--drop", type=positive, default=0, metavar="N", help="so many of the lowest (none)"
    )

    items = commands.command(
        "items",
        _items,
        "show which exercises were hard, and what commonly fails",
        examples="course items ps1",
        needs_course=True,
        as_json=True,
    )
    takes_assignment(items)

    alike = commands.command(
        "alike",
        _alike,
        "show who answered alike: where to look",
        examples="""
            course alike ps1                 # 80 % or more
            course alike ps1 --least 95
        """,
        needs_course=True,
        as_json=True,
    )
    takes_assignment(alike)
    alike.add_argument(
        "--least", type=percent, default=80, metavar="PERCENT", help="from which likeness on (80)"
    )


def _export(options) -> int:
    from ...grading.results import export, grades

    course = open_course(options.course)
    assignment = course.assignment(options.assignment)
    result = export.with_everyone(grades.read_all(assignment, penalize=True))
    export.write(result, options.format, options.file, export.title(assignment))
    print(f"{counted(len(result.students), 'student')}: {options.file}")
    return _say_waiting(export.waiting(result))


def _say_waiting(waiting: list[str]) -> int:
    """The exit status where these wait for a person."""
    if waiting:
        print(f"course: not all is graded by hand yet, of {some(waiting, NAMED)}", file=sys.stderr)
    return 1 if waiting else 0


def _totals(options) -> int:
    from ...grading.results import export, totals

    classes = totals.graded(open_course(options.course))
    added = totals.add_up(classes, options.drop)
    totals.write(classes, added, options.file)
    print(f"students: {len(added)}, assignments: {len(classes)}, in {options.file}")
    return _say_waiting(sorted({name for each in classes for name in export.waiting(each)}))


def _items(options) -> int:
    from rich.console import Console

    from ...grading.results import grades, items, terminal

    course = open_course(options.course)
    assignment = course.assignment(options.assignment)
    result = grades.read_all(assignment)
    analysed = items.analyse(result)
    if options.json:
        write_json(options.json, [asdict(item) for item in analysed])
        return 0
    console = Console()
    console.print(terminal.items_table(analysed))
    console.print(
        f"{counted(len(result.students), 'student')}. got: mean share of the points; tells apart: "
        "correlation with the points of all other exercises; s: median seconds of its tests",
        style="dim",
    )
    return 0


def _alike(options) -> int:
    from rich.console import Console

    from ...grading.results import similarity, terminal

    course = open_course(options.course)
    assignment = course.assignment(options.assignment)
    console = Console()
    works, given = similarity.works(assignment)
    with terminal.progress(console) as bar:
        task = bar.add_task("comparing pairs", total=None)
        found = similarity.compare(
            works,
            given,
            options.least / 100,
            lambda done, total: bar.update(task, completed=done, total=total),
        )
    if options.json:
        write_json(options.json, [asdict(pair) for pair in found.pairs])
    elif found.pairs:
        console.print(terminal.likeness_table(found.pairs))
    pairs = f"pairs {options.least} % alike or more: {len(found.pairs)}"
    lines = [f"students: {len(works)}, {pairs}"]
    if found.too_short:
        who = f"{counted(len(found.too_short), 'student')} ({some(found.too_short, NAMED)})"
        lines.append(f"not compared, as there is too little of their own: {who}")
    print("\n".join(lines), file=sys.stderr if options.json else sys.stdout)
    return 0
