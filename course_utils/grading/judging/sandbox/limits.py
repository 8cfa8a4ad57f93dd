"""How much a process may use of everything, and what it may ask the kernel for.

Applied by the student's process to itself, before any answer runs: `setrlimit`, then `landlock`
and `seccomp`, which nothing takes off again. The walls of `walls` stand without these; these keep
the machine behind them quiet.

What a process can hold is bounded twice: its own memory by RLIMIT_DATA, and each way to hold memory
that this does not count is closed (shared and anonymous mappings, memory files, System V) or has
a limit of its own (files and their number, threads, descriptors, pipes, locks, timers). A control
group, where one can be had, counts all of it together: see `cgroups`.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys

from . import landlock, seccomp
from .cgroups import THREADS

FILES = 256  # descriptors
TIMERS = 1_024  # and signals that wait
STACK = 64_000_000  # bytes where the system has no limit: what a stack holds is not counted as data


def apply(settings: dict) -> int | None:
    """Limits for the rest of this process's life.

    Parameters
    ----------
    settings
        `memory` and `disk` in bytes, `cpu` in seconds; `readable`, pairs of places outside and
        inside, and `writable` folders; `unsafe` leaves out all but the first three.

    Returns
    -------
    int or None
        Where refused calls are told, if they are: see `seccomp.install`.
    """
    memory = int(settings["memory"])
    if sys.platform == "linux":
        with open("/proc/self/statm") as file:
            mapped = int(file.read().split()[0]) * resource.getpagesize()
        _limit(resource.RLIMIT_DATA, memory)
        _limit(resource.RLIMIT_AS, mapped + 2 * memory)
    _limit(resource.RLIMIT_CPU, int(settings["cpu"]))
    _limit(resource.RLIMIT_FSIZE, int(settings["disk"]))
    _limit(resource.RLIMIT_NOFILE, FILES)
    _limit(resource.RLIMIT_CORE, 0)
    if settings.get("unsafe"):
        return None
    stack, _ = resource.getrlimit(resource.RLIMIT_STACK)
    _limit(resource.RLIMIT_STACK, STACK if stack == resource.RLIM_INFINITY else stack)
    _limit(resource.RLIMIT_NPROC, THREADS)
    _limit(resource.RLIMIT_SIGPENDING, TIMERS)
    _limit(resource.RLIMIT_MSGQUEUE, 0)
    no_new_privileges()
    landlock.restrict([seen for _, seen in settings["readable"]], settings["writable"])
    return seccomp.install()


def no_new_privileges() -> None:
    """Whatever this process starts has no more rights than it; filters ask for that.

    Raises
    ------
    OSError
        If the kernel refuses.
    """
    if ctypes.CDLL(None, use_errno=True).prctl(38, 1, 0, 0, 0):  # PR_SET_NO_NEW_PRIVS
        number = ctypes.get_errno()
        raise OSError(number, f"no_new_privs was refused: {os.strerror(number)}")


def end_with_parent() -> None:
    """Let the kernel end this process when the one that started it ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))
