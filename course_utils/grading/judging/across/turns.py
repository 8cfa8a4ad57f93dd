"""How much of its time a cell has used: what a busy machine gave to others is not its own.

A limit of 30 seconds says how long an answer may work, and a machine that judges two dozen at once
lets each of them wait. The kernel knows how long a process stood in line for a processor.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable

MOST = 4  # times its seconds: what a cell may take by the clock, however busy the machine is
LEAST = 0.05  # seconds that are worth waiting for, or asking about


class Turn:
    """A cell's time, from now on.

    Parameters
    ----------
    seconds
        That it has.
    pids
        The processes that work for it, one at a time: the judge's, and the answer's if it is there.
    """

    def __init__(self, seconds: float, pids: Iterable[int] = ()):
        self.seconds = seconds
        self._began = time.monotonic()
        self._bell = self._began + seconds
        self._before = {pid: (_waited(pid), worked(pid)) for pid in pids}

    def until_bell(self) -> float:
        """Seconds by the clock before it can be used up; when none are left, `left` knows."""
        return self._bell - time.monotonic()

    def left(self, pids: Iterable[int] = ()) -> float:
        """Seconds of it that are left, and the bell is set for when they will have passed.

        Parameters
        ----------
        pids
            The processes that work for it now.
        """
        left = self.seconds - self.used(pids)
        self._bell = time.monotonic() + left
        return left if left > LEAST else 0.0

    def used(self, pids: Iterable[int] = ()) -> float:
        """Seconds of it that are used up.

        What the processes waited for a processor does not count, as far as their own threads did
        not keep all processors busy, and at most so much that the clock shows `MOST` times as many.

        Parameters
        ----------
        pids
            The processes that work for it now.
        """
        passed, waited, ran = time.monotonic() - self._began, 0.0, 0.0
        if passed < LEAST:  # to ask the kernel costs more than there is to know
            return passed
        for pid in pids:
            before = self._before.get(pid, (0.0, 0.0))
            waited += _waited(pid) - before[0]
            ran += worked(pid) - before[1]
        return max(passed - waited, ran / (os.cpu_count() or 1), passed / MOST)


def _waited(pid: int) -> float:
    """Seconds that a process's first thread was ready and had no processor, by proc(5).

    A kernel that does not tell has let nobody wait.
    """
    try:
        descriptor = os.open(f"/proc/{pid}/schedstat", os.O_RDONLY)
        try:
            return int(os.read(descriptor, 100).split()[1]) / 1e9
        finally:
            os.close(descriptor)
    except (OSError, ValueError, IndexError):
        return 0.0


def worked(pid: int) -> float:
    """Seconds of processors that all threads of a process have used; 0 if it is gone.

    Parameters
    ----------
    pid
        Its number.
    """
    try:
        return time.clock_gettime(_clock_of(pid))
    except OSError:
        return 0.0


def _clock_of(pid: int) -> int:
    """The clock of a process, as clock_getcpuclockid(3) makes it of its number."""
    return ~pid << 3 | 2
