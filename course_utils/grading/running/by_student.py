"""Tables of our own in the gradebook: a row for each assignment and student."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Table, bindparam, delete, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateTable


def create(engine, table: Table) -> None:
    """Make a table where there is none; another grader may do so at the same moment.

    Parameters
    ----------
    engine
        SQLAlchemy's, of the gradebook.
    table
        Which one; its keys are `assignment` and `student`.
    """
    try:
        with engine.begin() as connection:
            connection.execute(CreateTable(table, if_not_exists=True))
    except DBAPIError:
        if not inspect(engine).has_table(table.name):
            raise


def read(session, table: Table, assignment: str, columns: tuple[str, ...]) -> list:
    """Some columns of the rows of an assignment, by student; none where the table is not there yet.

    Parameters
    ----------
    session
        SQLAlchemy's, of a gradebook.
    table
        Which one.
    assignment
        Its name.
    columns
        Names of columns.
    """
    if not inspect(session.get_bind()).has_table(table.name):
        return []
    wanted = select(*(table.c[name] for name in columns))
    return session.execute(
        wanted.where(table.c.assignment == assignment).order_by(table.c.student)
    ).all()


def replace(session, table: Table, assignment: str, rows: list[dict]) -> None:
    """Put rows in the place of the students' last ones; the session's owner commits.

    Parameters
    ----------
    session
        SQLAlchemy's, of the gradebook.
    table
        Which one.
    assignment
        Its name.
    rows
        Each of another student, without the assignment.
    """
    forget(session, table, assignment, [row["student"] for row in rows])
    ordered = sorted(rows, key=lambda row: row["student"])
    if ordered:
        session.execute(table.insert(), [{"assignment": assignment, **row} for row in ordered])


def forget(session, table: Table, assignment: str, students: Iterable[str]) -> None:
    """Take out the rows of students; the session's owner commits.

    Parameters
    ----------
    session
        SQLAlchemy's, of the gradebook.
    table
        Which one.
    assignment, students
        Their names.
    """
    rows = [{"whose": student} for student in students]
    if rows:  # each by itself: databases limit how many names one statement may have
        taken_out = delete(table).where(
            table.c.assignment == assignment, table.c.student == bindparam("whose")
        )
        session.connection().execute(taken_out, rows)
