"""`course archive`: a term's work is put away, and the next one begins."""

from __future__ import annotations

import os

from ...errors import UserError, counted
from .command import Commands, open_course


def add(commands: Commands) -> None:
    """Declare `course archive` among the `commands`."""
    archive = commands.command(
        "archive",
        _archive,
        "put a term's class and work away, so that the next one can begin",
        examples="""
            course archive 2026-autumn --dry-run  # only say what would be put away
            course archive 2026-autumn
            course export ps1 ps1.csv --course assignments/terms/2026-autumn
        """,
        needs_course=True,
    )
    archive.add_argument("name", help="of the term that has ended: 2026-autumn")
    archive.add_argument("--dry-run", action="store_true", help="only say what would be done")


def _archive(options) -> int:
    from ...grading import terms

    course = open_course(options.course)
    made = terms.plan(course, options.name)
    where = os.path.relpath(made.folder)
    if not options.dry_run:
        try:
            terms.carry_out(made)
        except OSError as error:
            raise UserError(
                f"{error.filename or where} cannot be put away: {error.strerror}; then try again"
            ) from None
    print(f"{'To be put' if options.dry_run else 'Put'} into {where}:")
    for move in made.moves:
        whose = f"of {counted(move.students, 'student')}" if move.students else ""
        print(f"  {move.name:16}{whose}".rstrip())
    if options.dry_run:
        return 0
    print("Problem sets and settings are where they were. Next: the new roster and due dates.")
    if made.whole:
        print(f"To look back: course export ps1 ps1.csv --course {where}")
    return 0
