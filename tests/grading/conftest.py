"""A look into the journal; a database server of our own, where the machine has PostgreSQL."""

import sqlite3

import postgresql_server
import pytest


@pytest.fixture
def recorded():
    """Who is in a course's journal, asked without touching a gradebook that is being made."""

    def students(course) -> list:
        try:
            with sqlite3.connect(f"file:{course.root}/gradebook.db?mode=ro", uri=True) as database:
                return database.execute("select student from course_journal").fetchall()
        except sqlite3.OperationalError:
            return []

    return students


@pytest.fixture(scope="session")
def postgresql():
    """The URL of an empty database on a server that runs for these tests."""
    if why := postgresql_server.missing():
        pytest.skip(why)
    with postgresql_server.running("fsync=off") as url:
        yield url
