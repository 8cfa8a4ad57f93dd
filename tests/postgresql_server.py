"""A PostgreSQL server of one's own, where the machine has its programs."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def missing() -> str | None:
    """Why no server can be started here, or None."""
    if not shutil.which("initdb") or not shutil.which("pg_ctl"):
        return "no PostgreSQL here: initdb and pg_ctl are not on the PATH"
    if os.geteuid() == 0 and _user() is None:
        return "PostgreSQL does not run as root, and there is no user postgres"
    return None


@contextmanager
def running(*settings: str) -> Iterator[str]:
    """The URL of an empty database on a server that runs as long as the context.

    Parameters
    ----------
    *settings
        Of the server, such as "fsync=off".
    """
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))  # where every user can go
    as_user = []
    if os.geteuid() == 0:  # it refuses to run as root
        user = _user()
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
    options = f"-p {port} -h 127.0.0.1 -k {folder}" + "".join(f" -c {one}" for one in settings)
    run("pg_ctl", "-D", data, "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        yield f"postgresql+psycopg://course@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)


def _user() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return None
