"""A filter in the kernel that knows which system calls an answer may make, and tells of others.

`program` writes the list of `calls` as instructions of the classic Berkeley packet filter: a tree
of comparisons, so that a call costs about eight of them, and none where the kernel remembers that
its number is always allowed. What is refused goes to a listener, who counts it and says no; where
the kernel has none to give, it is refused without being counted.

Sources: seccomp(2), seccomp_unotify(2).
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import struct
from functools import cache

from . import calls
from .calls import Condition

ALLOW, TELL, ERRNO = 0x7FFF0000, 0x7FC00000, 0x00050000  # SECCOMP_RET_*
X32 = 0x40000000  # numbers from here on are another way to make the same calls
LOAD, AND, EQUAL, AT_LEAST, JUMP, GIVE = 0x20, 0x54, 0x15, 0x35, 0x05, 0x06
FAR = 255  # instructions that a comparison can jump over

_NOTICE = struct.Struct("QIIiIQ6Q")  # id, pid, flags; number, architecture, where, arguments
_ANSWER = struct.Struct("QqiI")  # id, value, error, flags
_RECEIVE = 3 << 30 | _NOTICE.size << 16 | 0x21 << 8  # ioctl numbers, as _IOWR('!', 0, ...)
_SEND = 3 << 30 | _ANSWER.size << 16 | 0x21 << 8 | 1
CONTINUE = 1  # let the call go on

_libc = ctypes.CDLL(None, use_errno=True)


def install(told: bool = True) -> int | None:
    """Put the filter up for the rest of this process's life.

    It must have one thread, and no new privileges.

    Parameters
    ----------
    told
        Whether somebody will listen to what is refused.

    Returns
    -------
    int or None
        The listener's descriptor, where there is one.

    Raises
    ------
    OSError
        If the kernel takes no filter.
    """
    if told:
        listener = _set(program(), 8)  # SECCOMP_FILTER_FLAG_NEW_LISTENER
        if listener >= 0:
            return listener
    if _set(program(told=False), 0) < 0:
        raise OSError(ctypes.get_errno(), "the seccomp filter was refused")
    return None


def _set(lines: bytes, flags: int) -> int:
    body = ctypes.create_string_buffer(lines, len(lines))
    header = struct.pack("HxxxxxxP", len(lines) // 8, ctypes.addressof(body))
    held = ctypes.create_string_buffer(header, len(header))
    number = calls.numbers()["seccomp"]
    return _libc.syscall(number, 1, flags, ctypes.byref(held))  # SECCOMP_SET_MODE_FILTER


@cache
def program(machine: str = platform.machine(), *, told: bool = True) -> bytes:
    """The filter for a `machine`, eight bytes an instruction.

    Parameters
    ----------
    machine
        As `platform.machine` calls it.
    told
        Whether what is refused goes to a listener.

    Raises
    ------
    UnknownMachine
        If there are no numbers for it.
    """
    known = calls.numbers(machine)
    refuse = [_line(GIVE, TELL if told else ERRNO | errno.EPERM)]
    allow = [_line(GIVE, ALLOW)]
    absent = [_line(GIVE, ERRNO | errno.ENOSYS)]
    actions = {name: allow for group in calls.ALLOWED.values() for name in group.split()}
    actions |= dict.fromkeys(calls.ABSENT, absent)
    actions |= {
        name: _conditions(conditions, allow, refuse)
        for name, conditions in calls.CONDITIONS.items()
    }
    if not told:  # nobody decides whose file is locked
        actions |= {"flock": allow, "fcntl": _conditions(calls.WITH_LOCKS, allow, refuse)}
    starts = {0: refuse}  # which action begins at a number
    for number, name in sorted((known[name], name) for name in actions if name in known):
        starts[number] = actions[name]
        starts.setdefault(number + 1, refuse)
    starts[X32] = refuse
    spans: list[tuple[int, list[bytes]]] = []
    for number in sorted(starts):
        if not spans or spans[-1][1] is not starts[number]:
            spans.append((number, starts[number]))
    _, architecture = calls.MACHINES[machine]
    head = [
        _line(LOAD, 4),
        _line(EQUAL, architecture, yes=1),
        _line(GIVE, ERRNO | errno.EPERM),
        _line(LOAD, 0),
    ]
    return b"".join([*head, *_tree(spans)])


def _tree(spans: list) -> list[bytes]:
    """Instructions that find the span of a number by halving."""
    if len(spans) == 1:
        return spans[0][1]
    middle = len(spans) // 2
    below, above = _tree(spans[:middle]), _tree(spans[middle:])
    if len(below) <= FAR:
        return [_line(AT_LEAST, spans[middle][0], yes=len(below)), *below, *above]
    return [_line(AT_LEAST, spans[middle][0], no=1), _line(JUMP, len(below)), *below, *above]


def _conditions(conditions: tuple[Condition, ...], allow: list, refuse: list) -> list[bytes]:
    """Instructions that allow a call if all conditions hold."""
    lines = allow
    for condition in reversed(conditions):
        count = len(condition.values)
        tests = [
            _line(EQUAL, value, yes=count - place if condition.among else count - place - 1)
            for place, value in enumerate(condition.values)
        ]
        if not condition.among:  # what is none of them goes on behind the refusal
            tests[-1] = _line(EQUAL, condition.values[-1], no=1)
        # the low word of the argument: the kernel takes these as 32 bits
        argument = [_line(LOAD, 16 + 8 * condition.argument), _line(AND, condition.mask)]
        lines = [*argument, *tests, *refuse, *lines]
    return lines


def _line(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, value)


def next_notice(listener: int) -> tuple[int, int, tuple[int, ...]] | None:
    """The next refused call: a number for the answer, the call's number, its arguments.

    None if it is gone by now.

    Parameters
    ----------
    listener
        A descriptor from `install` that can be read from.
    """
    held = bytearray(_NOTICE.size)
    try:
        fcntl.ioctl(listener, _RECEIVE, held)
    except OSError:
        return None
    number, _, _, call, _, _, *arguments = _NOTICE.unpack(held)
    return number, call, tuple(arguments)


def answer(listener: int, number: int, *, allow: bool = False, error: int = errno.EPERM) -> None:
    """Say no to a call, or let it go on.

    Parameters
    ----------
    listener
        As for `next_notice`.
    number
        What `next_notice` gave for the answer.
    allow
        Only where it does not matter what the arguments are: they may have changed by now.
    error
        What it fails with.
    """
    said, flags = (0, CONTINUE) if allow else (-error, 0)
    try:
        fcntl.ioctl(listener, _SEND, bytearray(_ANSWER.pack(number, 0, said, flags)))
    except OSError:  # who asked has ended
        pass


def end(listener: int) -> None:
    """Listen no longer: what is refused from now on answers as if the kernel had not got it.

    Parameters
    ----------
    listener
        As for `next_notice`; it is closed.
    """
    os.close(listener)
