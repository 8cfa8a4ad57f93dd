"""Who hands in together: what one of a group hands in is graded for all of them."""

from __future__ import annotations

from ..course import Submission
from ..folders import printable
from ..roster import Roster


def share(
    found: list[Submission], assignment: str, roster: Roster, times: dict[str, str]
) -> tuple[list[Submission], list[str]]:
    """A submission for each member of each group, and a line for each group that has several.

    Parameters
    ----------
    found
        What was handed in.
    assignment
        Its name.
    roster
        The class, which names the groups.
    times
        When each student handed in: of several submissions of a group the last counts.
    """
    if not roster.groups:
        return found, []
    by_student = {submission.student: submission for submission in found}
    shared, lines = dict(by_student), []
    for student in by_student:
        members = roster.members(student, assignment)
        own = [member for member in members if member in by_student]
        last = max(own, key=lambda member: times.get(member, ""))
        for member in members:
            shared[member] = Submission(member, by_student[last].folder, last)
        if len(own) > 1 and student == own[0]:
            names = " and ".join(printable(name) for name in own)
            lines.append(
                f"{names} are one group and have all handed in: {printable(last)}'s counts"
            )
    return [shared[student] for student in sorted(shared)], lines
