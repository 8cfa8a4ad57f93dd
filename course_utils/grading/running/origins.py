"""From whom and when each hand-in came, as the class's files said it: a table in the gradebook.

What they say no more is found by it: a row that was taken out of `received.csv`, a member of a
group. What an instructor entered into the gradebook by other means is not in it, and stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Column, MetaData, String, Table

from ...errors import some
from ..folders import LEDGER
from ..roster import Roster
from . import by_student

TABLE = Table(
    "course_origins",
    MetaData(),
    Column("assignment", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("author", String(128), nullable=False),
    Column("received", String(64), nullable=False),
)


@dataclass(frozen=True)
class Origin:
    """Who handed in what a student is graded for, and when by `received.csv`; "": it says no time.

    Of a group all but one are graded for what another `author` has handed in.
    """

    author: str
    received: str


@dataclass(frozen=True)
class Withdrawn:
    """What the class's files say no more.

    Attributes
    ----------
    timeless
        Who was said to have handed in at a time.
    left
        Who was graded for what somebody else handed in, and is in no group with them any more and
        has handed in nothing: with the name of that other.
    missing
        Whose hand-in is not there any more: it may have been put away, so its points stay.
    """

    timeless: tuple[str, ...] = ()
    left: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()

    def lines(self, told_otherwise: bool) -> list[str]:
        """What an instructor is told of it.

        Parameters
        ----------
        told_otherwise
            Whether something else may say when they handed in.
        """
        found = []
        if self.timeless:
            line = f"{LEDGER} no longer says when {some(list(self.timeless))} handed in"
            found.append(line if told_otherwise else f"{line}: nothing of it is late now")
        for student, author in self.left:
            found.append(
                f"{student} is in no group with {author} any more and has handed in nothing: "
                f"the points for {author}'s work are gone"
            )
        if self.missing:
            names = some(list(self.missing))
            found.append(f"the points stay of those whose hand-in is not there any more: {names}")
        return found


def withdrawn(
    before: dict[str, Origin], now: dict[str, Origin], assignment: str, roster: Roster, whole: bool
) -> Withdrawn:
    """What the class's files said at an earlier time, and say no more.

    Parameters
    ----------
    before, now
        By student.
    assignment
        Its name.
    roster
        The class as it is now.
    whole
        Whether `now` has everybody: then who is not in it has handed in nothing.
    """
    timeless = [
        student
        for student, origin in before.items()
        if origin.received and student in now and not now[student].received
    ]
    left, missing = [], []
    for student, origin in before.items() if whole else ():
        if student not in now and origin.author in roster.members(student, assignment):
            missing.append(student)
        elif student not in now:
            left.append((student, origin.author))
    return Withdrawn(tuple(timeless), tuple(left), tuple(missing))


def read_all(session, assignment: str) -> dict[str, Origin]:
    """What was said at the last run, by student.

    Parameters
    ----------
    session
        SQLAlchemy's, of a gradebook; it need not have the table yet.
    assignment
        Its name.
    """
    found = by_student.read(session, TABLE, assignment, ("student", "author", "received"))
    return {student: Origin(author, received) for student, author, received in found}


def write(session, assignment: str, origins: dict[str, Origin]) -> None:
    """Put these in the place of the last ones; the session's owner commits.

    Parameters
    ----------
    session
        SQLAlchemy's, of the gradebook.
    assignment
        Its name.
    origins
        By student; of others what was said stays.
    """
    rows = [
        {"student": student, "author": origin.author, "received": origin.received}
        for student, origin in origins.items()
    ]
    by_student.replace(session, TABLE, assignment, rows)


def forget(session, assignment: str, students: Iterable[str]) -> None:
    """Take out what was said of students; the session's owner commits.

    Parameters
    ----------
    session
        SQLAlchemy's, of the gradebook.
    assignment, students
        Their names.
    """
    by_student.forget(session, TABLE, assignment, students)
