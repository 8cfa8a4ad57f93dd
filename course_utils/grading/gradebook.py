"""Whether a course's gradebook is one that this version of nbgrader can read."""

from __future__ import annotations

from .course import Course, CourseError


def check(course: Course) -> None:
    """Refuse a gradebook that was made by an older nbgrader.

    Parameters
    ----------
    course
        Whose gradebook it is; one that is not there yet is made by the present nbgrader.

    Raises
    ------
    CourseError
        If a table lacks a column; the message says which, and how to upgrade.
    """
    if not course.has_gradebook:
        return
    from nbgrader.api import Base
    from sqlalchemy import create_engine, inspect

    engine = create_engine(course.database)
    try:
        found = inspect(engine)
        for table in Base.metadata.sorted_tables:
            if not found.has_table(table.name):
                continue
            columns = {column["name"] for column in found.get_columns(table.name)}
            for column in table.columns:
                if column.name not in columns:
                    raise CourseError(
                        f"the gradebook was made by an older nbgrader (no {table.name}."
                        f"{column.name}): run `nbgrader db upgrade` in {course.root}, which keeps "
                        "a copy of it"
                    )
    finally:
        engine.dispose()
