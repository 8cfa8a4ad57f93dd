"""A student's process behind a wall: nothing in sight but packages, and no way out.

No network; no file but Python, the system's libraries and a scratch folder of limited size that is
gone with the process; an environment of its own; no other process in sight, and none left behind.
"""

from __future__ import annotations

import math
import os
import select
import socket
import sys
import sysconfig
import time
from dataclasses import dataclass, field
from functools import cache
from glob import escape, glob
from pathlib import Path

from . import forbidden, forkserver
from .connections import said
from .forkserver import ForkServer, ForkServerError, ServerSpec
from .places import DATA, HOME, PACKAGE, WORK, fonts_folder

STUDENT = "course_utils.grading.judging.across.student"  # what runs behind the wall
MORE = 0.1  # seconds in which a keeper who had much to say goes on
TRIAL = 60.0  # seconds to find out whether there are walls


class NoWalls(Exception):
    """This machine cannot wall a process in; the message says what is missing and what to do."""


@dataclass(frozen=True)
class Limits:
    """What one notebook may use: bytes and seconds."""

    memory: int = 2_000_000_000
    disk: int = 64_000_000
    cell_seconds: float = 30.0
    notebook_seconds: float = 600.0
    output: int = 256_000_000  # bytes over the wire


class Student:
    """A student's process, seen from the judge: a wire, and a way to end it.

    Parameters
    ----------
    connection
        To its keeper, who says how it went and ends the process when this end is closed.
    source, target
        Descriptors to read replies from and to write requests to; attributes too.
    """

    def __init__(self, connection: socket.socket, source: int, target: int):
        self.source, self.target = source, target
        self._connection = connection
        self._words: dict = {}

    @property
    def pid(self) -> int | None:
        """Its number, outside the wall; None before it is there, or if it never was."""
        return self._said().get("pid")

    @property
    def trouble(self) -> str | None:
        """Why it could not be walled in, if so."""
        return self._said().get("error")

    @property
    def refused(self) -> dict[str, int]:
        """The system calls that it was refused so far, and how often each."""
        before = self._words.get("refused")
        while self._said().get("refused") != before:
            before = self._words.get("refused")
            select.select([self._connection], [], [], MORE)
        return dict(before or {})

    def starved(self, seconds: float = 2.0) -> bool:
        """Whether it ended because its control group had no memory left.

        Parameters
        ----------
        seconds
            How long its keeper has to say so.
        """
        last = time.monotonic() + seconds
        while select.select([self._connection], [], [], max(last - time.monotonic(), 0))[0]:
            try:
                if not self._connection.recv(1, socket.MSG_PEEK):
                    break
            except ConnectionError:
                break
            self._said()
        return bool(self._words.get("starved"))

    def lives(self, seconds: float) -> bool:
        """Whether it was walled in; waits for that word, which may come after its own first one.

        Parameters
        ----------
        seconds
            How long it waits at most.
        """
        last = time.monotonic() + seconds
        while not self._said():
            left = max(last - time.monotonic(), 0)
            if not select.select([self._connection], [], [], left)[0]:
                return False
            try:
                ended = not self._connection.recv(1, socket.MSG_PEEK)
            except ConnectionError:
                ended = True
            if ended:  # without a word
                return False
        return self.pid is not None and self.trouble is None

    def _said(self) -> dict:
        self._words |= said(self._connection)
        return self._words

    def end(self) -> None:
        """Let its keeper end it with everything behind its wall."""
        for descriptor in (self.source, self.target):
            os.close(descriptor)
        self._connection.close()


@dataclass(frozen=True)
class Wall:
    """How student processes are started.

    Attributes
    ----------
    limits
        What they may use.
    files
        A folder whose files are put into the working folder.
    data
        Folders that can be read among the data, by their place there.
    forbid
        Libraries that are not there.
    preload
        Modules that are loaded before.
    unsafe
        Whether the wall is left out.
    server
        Whom to ask for processes; by default a fork server of this process.
    """

    limits: Limits = field(default_factory=Limits)
    files: Path | None = None
    data: dict[str, Path] = field(default_factory=dict)
    forbid: tuple[str, ...] = ()
    preload: tuple[str, ...] = ()
    unsafe: bool = False
    server: ForkServer | None = None

    def start(self) -> Student:
        """A student's process; `trouble` says later if it cannot be walled in here.

        Raises
        ------
        ForkServerError
            If there is nothing to fork it from.
        """
        source, theirs = os.pipe()
        inside, target = os.pipe()
        home = self.server or forkserver.get(self.spec())
        try:
            connection = home.fork(self._request(), inside, theirs)
        except ForkServerError:
            os.close(source)
            os.close(target)
            raise
        return Student(connection, source, target)

    def spec(self) -> ServerSpec:
        """The fork server that its processes come from."""
        return ServerSpec(
            STUDENT,
            self.preload,
            hostile=True,
            unsafe=self.unsafe,
            forbid=self.forbid,
            shared=(),
        )

    def _request(self) -> dict:
        cores = os.cpu_count() or 1  # the clock ends it first, whatever its threads use
        return {
            "memory": self.limits.memory,
            "disk": self.limits.disk,
            "cpu": (math.ceil(self.limits.notebook_seconds) + 60) * cores,
            "unsafe": self.unsafe,
            "work": str(self.files or "/") if self.unsafe else WORK,
            "files": str(self.files) if self.files else None,
            "readable": [] if self.unsafe else _readable(self.data),
            "writable": ["/tmp", "/dev", HOME],
            "emptied": [] if self.unsafe else list(forbidden.places(self.forbid)),
        }


def _readable(data: dict[str, Path]) -> list[tuple[str, str]]:
    """Files outside, and where they are seen."""
    found = list(_everywhere())
    found += [(os.path.realpath(path), f"{DATA}/{name}") for name, path in data.items()]
    for path in sorted(glob(f"{escape(str(fonts_folder()))}/fontlist-*.json")):
        name = os.path.basename(path)  # the first picture makes it
        found.append((os.path.realpath(path), f"{HOME}/.cache/matplotlib/{name}"))
    return found


def warm_up() -> None:
    """Find out what all walls share, in a process whose children build some."""
    _everywhere()


@cache
def _everywhere() -> tuple[tuple[str, str], ...]:
    return tuple((os.path.realpath(path), path) for path in visible())


@cache
def visible() -> tuple[str, ...]:
    """What a student's process can read: the system's libraries, Python, the packages."""
    paths = [path for path in ("/usr", "/bin", "/lib", "/lib64", "/lib32") if os.path.exists(path)]
    paths += ["/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/etc/alternatives"]
    places = sysconfig.get_paths()
    paths += [sys.prefix, sys.base_prefix, places["stdlib"], places["purelib"], places["platlib"]]
    paths += [str(Path(sys.executable).resolve().parent.parent), str(PACKAGE)]
    found: list[str] = []
    for path in paths:  # a folder inside of one that is seen already is seen
        inside = any(Path(path).is_relative_to(seen) for seen in found)
        if os.path.exists(path) and not inside and path != "/":
            found.append(path)
    return tuple(found)


@cache
def missing() -> str | None:
    """Why no process can be walled in here, or None: tried once, by doing it."""
    if sys.platform != "linux":
        return f"walls need Linux, and this is {sys.platform}: grade on a server or in WSL"
    student = Wall().start()
    try:
        began = select.select([student.source], [], [], TRIAL)[0]
        if began and student.lives(TRIAL):
            return None
        trouble = student.trouble
    finally:
        student.end()
    return (
        f"the kernel refuses ({trouble or 'no process was started'}): it must be Linux 5.12 or "
        "later with user namespaces open; ask the administrator for `sysctl kernel.unprivileged_"
        "userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0`, or give a container the "
        "options --security-opt seccomp=unconfined --security-opt systempaths=unconfined"
    )
