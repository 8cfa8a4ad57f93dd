"""`course mutants`: are the tests sharp?"""

from __future__ import annotations

import os

from .command import Commands, open_course, progress_bar, takes_assignment


def add(commands: Commands) -> None:
    """Declare `course mutants` among the `commands`."""
    mutants = commands.command(
        "mutants",
        _mutants,
        "ask whether tests are sharp: change the solution, grade it",
        examples="course mutants ps1",
        needs_course=True,
    )
    takes_assignment(mutants)


def _mutants(options) -> int:
    from ...grading.authoring import mutants

    course = open_course(options.course)
    assignment = course.assignment(options.assignment)
    with progress_bar(f"mutants of {assignment}") as on_done:
        found = mutants.survey(assignment, os.cpu_count() or 1, on_done)
    known = mutants.known_survivors(assignment)
    for mutant in found.survivors:
        reason = known.get((mutant.grade_id, mutant.change), "unknown: is a test missing?")
        print(f"{mutant.grade_id}, {mutant.change}\n    {reason}")
    print(f"mutants that survive: {len(found.survivors)} of {found.total} ({found.share:.1%})")
    unknown = [m for m in found.survivors if (m.grade_id, m.change) not in known]
    return 1 if unknown or found.share > mutants.LARGEST_SHARE else 0
