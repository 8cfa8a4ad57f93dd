"""`course release`: the students' version of an assignment."""

from __future__ import annotations

import os

from .command import Commands, open_course, takes_assignment


def add(commands: Commands) -> None:
    release = commands.command(
        "release",
        _release,
        "make the students' version of an assignment",
        examples="""
            course release ps1
            course release ps1 --check       # is it up to date?
        """,
        needs_course=True,
    )
    takes_assignment(release)
    release.add_argument("--check", action="store_true", help="only say whether it is up to date")


def _release(options) -> int:
    from ..grading import release

    course = open_course(options.course)
    assignment = course.find_assignment(options.assignment)
    if options.check:
        differences = release.differences(course, assignment)
        print("\n".join(differences) or f"release/{assignment} is up to date")
        return 1 if differences else 0
    print(f"Released: {os.path.relpath(release.release(course, assignment))}")
    return 0
