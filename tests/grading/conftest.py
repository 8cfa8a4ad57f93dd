"""A look into the journal; a database server of our own, where the machine has PostgreSQL."""

import os
import pwd
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from pathlib import Path

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
    if not shutil.which("initdb") or not shutil.which("pg_ctl"):
        pytest.skip("no PostgreSQL here: initdb and pg_ctl are not on the PATH")
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))  # where every user can go
    as_user = []
    if os.geteuid() == 0:  # it refuses to run as root
        try:
            user = pwd.getpwnam("postgres")
        except KeyError:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
        as_user = ["setpriv", "--reuid=postgres", f"--regid={user.pw_gid}", "--clear-groups"]
        os.chown(folder, user.pw_uid, user.pw_gid)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    def run(*arguments: str) -> None:
        done = subprocess.run(
            [*as_user, *arguments], cwd=folder, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr

    data = str(folder / "data")
    run("initdb", "--auth=trust", "--username=course", "--no-sync", "-D", data)
    options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off"
    run("pg_ctl", "-D", data, "-o", options, "-l", str(folder / "log"), "-w", "start")
    yield f"postgresql+psycopg://course@127.0.0.1:{port}/postgres"
    run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    shutil.rmtree(folder)
