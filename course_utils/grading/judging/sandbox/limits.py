"""What a process may still do: applied by the student's process to itself, before any answer runs.

Memory, processor time, size of files by `setrlimit`; new processes, new programs and everything
that could look at or change other processes by a seccomp filter, which nothing takes off again.
The walls of `walls` stand without these; these keep the machine behind them quiet.
"""

from __future__ import annotations

import ctypes
import platform
import resource
import signal
import struct
import sys

ALLOW, DENY, NO_SUCH = 0x7FFF0000, 0x00050001, 0x00050026  # SECCOMP_RET_*: EPERM, ENOSYS
CLONE_THREAD = 0x00010000

# Numbers of system calls: x86-64, arm64 (None where it has none).
REFUSED = {
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    "memfd_create": (319, 279),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    "io_uring_setup": (425, 425),
    "shmget": (29, 194),
    "msgget": (68, 186),
}
MACHINES = {  # index into REFUSED, AUDIT_ARCH, numbers of clone, clone3, seccomp
    "x86_64": (0, 0xC000003E, 56, 435, 317),
    "aarch64": (1, 0xC00000B7, 220, 435, 277),
}


def apply(settings: dict) -> None:
    """Limits for the rest of this process's life.

    Parameters
    ----------
    settings
        `memory` and `disk` in bytes, `cpu` in seconds; `unsafe` leaves out the seccomp filter.
    """
    memory = int(settings["memory"])
    if sys.platform == "linux":
        with open("/proc/self/statm") as file:
            mapped = int(file.read().split()[0]) * resource.getpagesize()
        _limit(resource.RLIMIT_DATA, memory)
        _limit(resource.RLIMIT_AS, mapped + 2 * memory)
    _limit(resource.RLIMIT_CPU, int(settings["cpu"]))
    _limit(resource.RLIMIT_FSIZE, int(settings["disk"]))
    _limit(resource.RLIMIT_NOFILE, 256)
    _limit(resource.RLIMIT_CORE, 0)
    if not settings.get("unsafe"):
        _limit(resource.RLIMIT_NPROC, 512)
        refuse_processes()


def end_with_parent() -> None:
    """Let the kernel end this process when the one that started it ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))


def refuse_processes() -> None:
    """Install the filter for all threads of this process.

    Raises
    ------
    OSError
        If the kernel does not take it.
    """
    machine = MACHINES.get(platform.machine())
    if machine is None:
        raise OSError(f"no filter is known for {platform.machine()}")
    column, architecture, clone, clone3, seccomp = machine
    program = _program(column, architecture, clone, clone3)
    libc = ctypes.CDLL(None, use_errno=True)
    body = ctypes.create_string_buffer(program)
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(body))
    held = ctypes.create_string_buffer(header)
    if libc.prctl(38, 1, 0, 0, 0):  # PR_SET_NO_NEW_PRIVS
        raise OSError(ctypes.get_errno(), "no_new_privs was refused")
    # SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC
    if libc.syscall(seccomp, 1, 1, ctypes.byref(held)):
        raise OSError(ctypes.get_errno(), "the seccomp filter was refused")


def _program(column: int, architecture: int, clone: int, clone3: int) -> bytes:
    """Instructions of the classic Berkeley packet filter, eight bytes each."""
    load, equal, larger, bits, give = 0x20, 0x15, 0x35, 0x45, 0x06

    def line(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("HBBI", code, yes, no, value)

    numbers = [number for call in REFUSED.values() if (number := call[column]) is not None]
    lines = [
        line(load, 4),  # the architecture
        line(equal, architecture, yes=1),
        line(give, DENY),
        line(load, 0),  # the number of the call
        line(larger, 0x40000000, no=1),  # the x32 way round the filter
        line(give, DENY),
        line(equal, clone3, no=1),
        line(give, NO_SUCH),  # then libc asks for clone
        line(equal, clone, no=4),
        line(load, 16),  # its flags
        line(bits, CLONE_THREAD, yes=1),
        line(give, DENY),
        line(give, ALLOW),
    ]
    for number in numbers:
        lines += [line(equal, number, no=1), line(give, DENY)]
    return b"".join([*lines, line(give, ALLOW)])
