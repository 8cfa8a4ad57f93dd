"""`course validity`: how far can the points of an assignment be trusted?"""

from __future__ import annotations

import os

from .command import Commands, open_course, positive, progress_bar, takes_assignment, write_json


def add(commands: Commands) -> None:
    """Declare `course validity` among the `commands`."""
    validity = commands.command(
        "validity",
        _validity,
        "ask how far points can be trusted: wrong verdicts, reliability, copies found",
        examples="""
            course validity ps1              # known answers under 20 seeds, mutants, copies
            course validity ps1 -n 100 --store  # and keep it for the book
        """,
        needs_course=True,
        as_json=True,
    )
    takes_assignment(validity)
    validity.add_argument(
        "-n", type=positive, default=20, metavar="SEEDS", help="how many of them (20)"
    )
    validity.add_argument("--store", action="store_true", help="keep it in validity.json")


def _validity(options) -> int:
    from rich.console import Console

    from ...grading.validity import report, table

    course = open_course(options.course)
    assignment = course.assignment(options.assignment)
    with progress_bar(f"validity of {assignment}") as on_done:
        found = report.measure(assignment, options.n, workers=os.cpu_count() or 1, on_done=on_done)
    if options.store:
        report.write(course, found)
    if options.json:
        write_json(options.json, report.as_record(found))
    if options.json != "-":
        Console().print(table.for_terminal(found))
        for line in table.sentences(found):
            print(line)
        for answer in found.unsteady_answers:
            print(f"depends on the seed: {answer}")
        for line in found.missed():
            print(f"not reached: {line}")
    return 1 if found.missed() else 0
