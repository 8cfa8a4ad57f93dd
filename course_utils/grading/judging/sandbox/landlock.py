"""A second wall: the kernel's Landlock forbids what the namespaces have hidden already.

A process says once which folders it may read and which it may write into; no program can be
started, no TCP port bound or connected to, no socket by name or signal leaves its domain. Should a
mount be not what it seems, this stands behind it.

Source: landlock(7).
"""

from __future__ import annotations

import ctypes
import os
import struct

from . import calls

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REFER, TRUNCATE, IOCTL_DEVICE = (
    1 << n for n in (0, 1, 2, 3, 13, 14, 15)
)
MAKE = sum(1 << n for n in (4, 5, 7, 8, 9, 10, 12))  # remove, make: all but devices
FIRST = (1 << 13) - 1  # all rights of the first version
SINCE = ((2, REFER), (3, TRUNCATE), (5, IOCTL_DEVICE))  # version, right
READ = READ_FILE | READ_DIR
WRITE = READ | WRITE_FILE | MAKE | REFER | TRUNCATE
OF_FILES = READ_FILE | WRITE_FILE | TRUNCATE  # what can be allowed for a single file

_libc = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """Which version of Landlock the kernel has; 0 if it has none."""
    try:
        number = calls.numbers()["landlock_create_ruleset"]
    except (calls.UnknownMachine, KeyError):
        return 0
    return max(_libc.syscall(number, None, ctypes.c_size_t(0), 1), 0)


def restrict(readable: list[str], writable: list[str]) -> int:
    """Forbid all else, for the rest of this process's life, which must have no new privileges.

    Parameters
    ----------
    readable, writable
        Files and folders, with all that is in them. Folders can be listed everywhere; /proc can be
        read.

    Returns
    -------
    int
        The version that does it; 0 where the kernel has no Landlock, and nothing is forbidden.

    Raises
    ------
    OSError
        If the kernel has it and refuses.
    """
    known = version()
    if known < 1:
        return 0
    numbers = calls.numbers()
    files = FIRST | sum(right for since, right in SINCE if known >= since)
    ports = 3 if known >= 4 else 0  # TCP: bind, connect
    scopes = 3 if known >= 6 else 0  # sockets by abstract names, signals
    rights = struct.pack("QQQ", files, ports, scopes)[: 8 if known < 4 else 16 if known < 6 else 24]
    ruleset = _libc.syscall(
        numbers["landlock_create_ruleset"], rights, ctypes.c_size_t(len(rights)), 0
    )
    _check(ruleset >= 0)
    for places, allowed in ((["/"], READ_DIR), ([*readable, "/proc"], READ), (writable, WRITE)):
        for place in places:
            try:
                folder = os.open(place, os.O_PATH | os.O_CLOEXEC)
            except FileNotFoundError:
                continue
            only = files if os.path.isdir(place) else OF_FILES
            rule = struct.pack("=Qi", allowed & files & only, folder)
            try:
                added = _libc.syscall(numbers["landlock_add_rule"], ruleset, 1, rule, 0)
                _check(added == 0)
            finally:
                os.close(folder)
    _check(_libc.syscall(numbers["landlock_restrict_self"], ruleset, 0) == 0)
    os.close(ruleset)
    return known


def _check(good: bool) -> None:
    if not good:
        number = ctypes.get_errno()
        raise OSError(number, f"Landlock was refused: {os.strerror(number)}")
