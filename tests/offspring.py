"""What a command leaves running, and only that: what else runs on the machine is not counted."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

SUBREAPER = 36  # prctl(2), PR_SET_CHILD_SUBREAPER


class Offspring:
    """The processes that this one has started since this was made, and those that they started."""

    def __init__(self):
        self._before = _below()

    def left(self, seconds: float = 60) -> list[str]:
        """Those that run, as `number command`.

        Parameters
        ----------
        seconds
            How long those may take to be gone that have been killed or told to end.
        """
        psutil.wait_procs(self._new(), timeout=seconds)
        return [words for words in map(_running, self._new()) if words]

    def kill(self) -> None:
        """End them, and forget those that have ended."""
        for _ in range(3):  # one that is killed may just have started another
            for process in self._new():
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            psutil.wait_procs(self._new(), timeout=20)

    def _new(self) -> set[psutil.Process]:
        return _below() - self._before


@contextmanager
def watched() -> Iterator[Offspring]:
    """Everything that is started in this context, by whomever; in the end it is killed.

    Nothing gets away by ending its parent, by a session of its own or by another environment:
    on Linux an orphan becomes a child of this process, and not of the machine's first one.
    """
    _adopt(True)
    offspring = Offspring()
    try:
        yield offspring
    finally:
        offspring.kill()
        _adopt(False)


def _adopt(orphans: bool) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SUBREAPER, int(orphans), 0, 0, 0)


def _below() -> set[psutil.Process]:
    return set(psutil.Process().children(recursive=True))


def _running(process: psutil.Process) -> str | None:
    """Its number and command; None if it has ended."""
    try:
        if process.status() != psutil.STATUS_ZOMBIE:
            return f"{process.pid} {' '.join(process.cmdline())}"
    except psutil.NoSuchProcess:
        pass
    return None
