"""What was graded already, from which files, and what came of it: a table in the gradebook.

What is judged only to see what a change would do has rows of its own, under another name.

A row is written in the transaction that writes the grades, so that one is there if and only if the
other is. It holds a hash of everything that the grade depends on and, compressed, what was judged:
a notebook for which nothing has changed is not judged again. With the gradebook on a server, all
machines that grade share it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgpack
from sqlalchemy import Column, Float, LargeBinary, MetaData, String, Table, Text, select

from . import by_student

TABLE = Table(
    "course_journal",
    MetaData(),
    Column("assignment", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("key", String(64), nullable=False),
    Column("problem", Text),
    Column("seconds", Float, nullable=False),
    Column("judged", LargeBinary, nullable=False),
)


def tried(assignment: str) -> str:
    """The name under which lies what was judged to see what a change would do.

    Parameters
    ----------
    assignment
        Its name.
    """
    return f"{assignment} what if"


@dataclass(frozen=True)
class Record:
    """The end of one student's grading. `problem` says why there are no grades, if so.

    An empty `key` says that it has to be tried again; `judged` is what was judged, by notebook.
    """

    student: str
    key: str
    problem: str | None
    seconds: float
    judged: dict[str, bytes] = field(default_factory=dict, repr=False, compare=False)


def read(session, assignment: str, student: str) -> Record | None:
    """The record of a student with what was judged, or None.

    Parameters
    ----------
    session
        SQLAlchemy's, of the gradebook.
    assignment, student
        Their names.
    """
    table = TABLE.c
    row = session.execute(
        select(TABLE).where(table.assignment == assignment, table.student == student)
    ).first()
    if row is None:
        return None
    return Record(row.student, row.key, row.problem, row.seconds, _unpacked(row.judged))


def read_all(session, assignment: str) -> dict[str, Record]:
    """The records of an assignment by student, without what was judged.

    Parameters
    ----------
    session
        SQLAlchemy's, of a gradebook; it need not have the table yet.
    assignment
        Its name.
    """
    columns = ("student", "key", "problem", "seconds")
    found = by_student.read(session, TABLE, assignment, columns)
    return {row.student: Record(*row) for row in found}


def write(session, assignment: str, records: list[Record]) -> None:
    """Put records in the place of the students' last ones; the session's owner commits.

    Parameters
    ----------
    session
        SQLAlchemy's, of the gradebook.
    assignment
        Its name.
    records
        What came of submissions, each of another student.
    """
    rows = [
        {
            "student": record.student,
            "key": record.key,
            "problem": record.problem,
            "seconds": record.seconds,
            "judged": msgpack.packb(record.judged),
        }
        for record in records
    ]
    by_student.replace(session, TABLE, assignment, rows)


def forget(session, assignment: str, students: list[str]) -> None:
    """Take out the records of students; the session's owner commits.

    Parameters
    ----------
    session
        SQLAlchemy's, of the gradebook.
    assignment, students
        Their names.
    """
    by_student.forget(session, TABLE, assignment, students)


def _unpacked(data: bytes) -> dict[str, bytes]:
    """What was judged; nothing where the row is damaged: then it is judged again."""
    try:
        found = msgpack.unpackb(data)
    except (ValueError, TypeError, msgpack.UnpackException):
        return {}
    return found if isinstance(found, dict) else {}
