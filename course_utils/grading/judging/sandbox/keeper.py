"""The parent of an answer's process, outside its walls: ends it, and hears what it was refused."""

from __future__ import annotations

import errno
import os
import select
import signal
import socket
from contextlib import suppress

from . import calls, seccomp
from .cgroups import Group
from .connections import say
from .places import HOME

MOST = 1_000  # refused calls that are counted; further ones cost nobody's time
LOCKS = 4_096  # on parts of files: the kernel holds each, and counts none


class Refused:
    """What an answer was refused, and how often; the judge is told through `connection`."""

    def __init__(self, connection: socket.socket):
        self._connection = connection
        self._counts: dict[str, int] = {}
        self._locks = 0
        self.news = False

    def hear(self, listener: int) -> bool:
        """Take one call from a `listener` and answer it; whether others will be heard."""
        notice = seccomp.next_notice(listener)
        if notice is None:
            return True
        number, call, arguments = notice
        what = calls.described(call, arguments)
        if self._locks < LOCKS and what in calls.LOCKING and _is_its_own(arguments[0]):
            self._locks += what != "flock"  # of which there is one a descriptor
            seccomp.answer(listener, number, allow=True)
            return True
        self._counts[what] = self._counts.get(what, 0) + 1
        self.news = True
        self.tell()  # before the answer: a cell may end with it
        absent = what == "flock"  # libraries that read then go on without
        seccomp.answer(listener, number, error=errno.ENOSYS if absent else errno.EPERM)
        return sum(self._counts.values()) < MOST

    def tell(self) -> None:
        """Tell the judge, unless it has much to read already."""
        if self.news and select.select([], [self._connection], [], 0)[1]:
            with suppress(OSError):  # it is no longer there
                say(self._connection, {"refused": self._counts})
            self.news = False


def _is_its_own(descriptor: int) -> bool:
    """Whether an answer may lock a file: one in its scratch folders, and none of the machine's.

    Its keeper sees what it sees, and it is the first process there.
    """
    try:
        device = os.stat(f"/proc/1/fd/{descriptor}").st_dev
        return device in {os.stat(place).st_dev for place in ("/tmp", "/dev/shm", HOME)}
    except OSError:
        return False


def keep(
    connection: socket.socket, pid: int, listening: socket.socket | None, group: Group | None
) -> None:
    """Stay until the judge lets go or the process ends; then nothing of it is left.

    Parameters
    ----------
    connection
        To the judge.
    pid
        The process: the first one of its namespace, or the leader of a group without walls.
    listening
        Over which the process sends the listener of its filter.
    group
        The control group that it is in.
    """
    starved = group.starved() if group is not None else 0
    refused = Refused(connection)
    if hasattr(os, "pidfd_open"):
        _wait(connection, os.pidfd_open(pid), listening, refused)
    else:
        while not select.select([connection], [], [], 0.1)[0]:
            if os.waitpid(pid, os.WNOHANG) != (0, 0):
                break
    with suppress(OSError):  # it is gone already
        (os.kill if listening is not None else os.killpg)(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    refused.tell()
    if group is not None and group.starved() > starved:
        with suppress(OSError):
            say(connection, {"starved": True})


def _wait(
    connection: socket.socket, process: int, listening: socket.socket | None, refused: Refused
) -> None:
    """Until the judge lets go, or the process ends."""
    listener = None
    while True:
        sources: list = [connection, process]
        sources += [each for each in (listening, listener) if each is not None]
        ready, _, _ = select.select(sources, [connection] if refused.news else [], [])
        if connection in ready or process in ready:
            return
        if listener is not None and listener in ready:
            if not refused.hear(listener):
                seccomp.end(listener)
                listener = None
        elif listening is not None and listening in ready:
            _, descriptors, *_ = socket.recv_fds(listening, 1, 1)
            listener = descriptors[0] if descriptors else None
            listening = None
        refused.tell()
