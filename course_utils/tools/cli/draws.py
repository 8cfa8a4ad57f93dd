"""`course draws`: do points depend on what hidden tests draw?"""

from __future__ import annotations

import os

from ...errors import counted
from .command import Commands, open_course, positive, progress_bar, takes_assignment


def add(commands: Commands) -> None:
    """Declare `course draws` among the `commands`."""
    draws = commands.command(
        "draws",
        _draws,
        "ask whether grades are fair: grade known answers under many seeds",
        examples="""
            course draws ps1                 # its solutions and mistakes, 20 seeds each
            course draws ps1 --right -n 200  # only what must get all points, 200 seeds each
        """,
        needs_course=True,
    )
    takes_assignment(draws)
    draws.add_argument(
        "-n", type=positive, default=20, metavar="SEEDS", help="how many of them (20)"
    )
    draws.add_argument("--right", action="store_true", help="leave the wrong answers out")


def _draws(options) -> int:
    from ...grading.authoring import fairness

    course = open_course(options.course)
    assignment = course.assignment(options.assignment)
    with progress_bar(f"draws of {assignment}") as on_done:
        unsteady = fairness.survey(
            assignment,
            options.n,
            workers=os.cpu_count() or 1,
            only_right=options.right,
            on_done=on_done,
        )
    for found in unsteady:
        times = ", ".join(f"{points:g} ({count}x)" for points, count in found.draws.items())
        kind = "right" if found.is_right else "wrong"
        print(f"{found.grade_id}, {found.answer} ({kind}), in {found.cell}, points: {times}")
    draws = counted(options.n, "draw")
    print(f"{draws} of {assignment}: answers whose points depend on them: {len(unsteady)}")
    return 1 if unsteady else 0
