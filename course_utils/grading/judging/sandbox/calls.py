"""The system calls that an answer may make: an allow-list, and conditions on some arguments.

What is not named here is refused, whatever later kernels add. The list is what CPython, NumPy,
PyTorch, TensorFlow, Matplotlib and pandas use in one process that reads files, computes, and
writes into a scratch folder. Their numbers are those of `system-calls`, which follows the kernel's.
"""

from __future__ import annotations

import platform
import socket
from functools import cache
from typing import NamedTuple

ALLOWED = {
    "files": (
        "access chdir chmod chown close close_range copy_file_range creat dup dup2 dup3 faccessat "
        "faccessat2 fadvise64 fallocate fchdir fchmod fchmodat fchmodat2 fchown fchownat fdatasync "
        "fgetxattr flistxattr fstat fstatfs fsync ftruncate futimesat getcwd getdents getdents64 "
        "getxattr lchown lgetxattr link linkat listxattr llistxattr lseek lstat mkdir mkdirat "
        "newfstatat open openat openat2 pipe pipe2 pread64 preadv preadv2 pwrite64 pwritev "
        "pwritev2 read readahead readlink readlinkat readv rename renameat renameat2 rmdir "
        "sendfile stat statfs statx symlink symlinkat sync_file_range truncate umask unlink "
        "unlinkat utime utimensat utimes write writev"
    ),
    "waiting": (
        "epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2 "
        "poll ppoll pselect6 select signalfd signalfd4 timerfd_create timerfd_gettime "
        "timerfd_settime"
    ),
    "memory": "brk madvise membarrier mincore mprotect mremap msync munmap",
    "threads": (
        "exit exit_group futex futex_wait futex_waitv futex_wake get_robust_list getcpu gettid "
        "restart_syscall rseq sched_get_priority_max sched_get_priority_min sched_getaffinity "
        "sched_getattr sched_getparam sched_getscheduler sched_setaffinity sched_yield "
        "set_robust_list set_tid_address wait4 waitid"
    ),
    "signals": (
        "alarm kill pause rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn "
        "rt_sigsuspend rt_sigtimedwait sigaltstack tgkill tkill"
    ),
    "time": (
        "clock_getres clock_gettime clock_nanosleep getitimer gettimeofday nanosleep setitimer "
        "time timer_create timer_delete timer_getoverrun timer_gettime timer_settime times"
    ),
    "about itself": (
        "arch_prctl capget getegid geteuid getgid getgroups getpgid getpgrp getpid getppid "
        "getpriority getrandom getresgid getresuid getrlimit getrusage getsid getuid prlimit64 "
        "setrlimit sysinfo uname"
    ),
    "sockets": (
        "accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmmsg "
        "recvmsg sendmmsg sendmsg sendto setsockopt shutdown"
    ),
}

# These answer as on a kernel that has not got them, and libraries then go another way.
ABSENT = ("clone3", "get_mempolicy", "mbind", "set_mempolicy")


class Condition(NamedTuple):
    """What an argument must be: `argument & mask` is one of `values`, or is none of them."""

    argument: int
    mask: int
    values: tuple[int, ...]
    among: bool = True


WORD = 0xFFFFFFFF
FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6)
_STREAMS = Condition(1, 0xF, (1, 2, 5))  # streams, datagrams, packets in sequence
CLONE_THREAD = 0x00010000
MAP_SHARED, MAP_ANONYMOUS, MAP_GROWSDOWN, MAP_HUGETLB = 0x01, 0x20, 0x100, 0x40000
LOCKS = (6, 7, 37, 38)  # F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW
LOCKING = (*(f"fcntl {command:#x}" for command in LOCKS), "flock")  # as `described`

CONDITIONS = {
    "clone": (Condition(0, CLONE_THREAD, (CLONE_THREAD,)),),  # threads, no processes
    "socket": (
        Condition(0, WORD, FAMILIES),
        _STREAMS,
        Condition(2, WORD, (0, 6, 17)),  # the family's own protocol, TCP, UDP
    ),
    "socketpair": (Condition(0, WORD, (socket.AF_UNIX,)), _STREAMS),
    # Memory that no limit of a process counts: shared and anonymous, a stack's, huge pages.
    "mmap": (
        Condition(3, MAP_SHARED | MAP_ANONYMOUS, (MAP_SHARED | MAP_ANONYMOUS,), among=False),
        Condition(3, MAP_GROWSDOWN | MAP_HUGETLB, (0,)),
    ),
    # Duplicates and flags; not leases, signals, larger pipes. Locks are for
    # `keeper` to decide, whose files are to be locked; where it hears of none they are allowed.
    "fcntl": (Condition(1, WORD, (0, 1, 2, 3, 4, 5, 36, 1030, 1032, 1034)),),
    # Whether a terminal, how large, how much there is to read; a descriptor's flags.
    "ioctl": (Condition(1, WORD, (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)),),
    # Names of threads and of mappings, signals at the parent's end, what it is itself.
    "prctl": (Condition(0, WORD, (1, 2, 3, 15, 16, 23, 29, 30, 39, 41, 42, 0x53564D41)),),
}

WORDS = {"clone": "a new process", "mmap": "shared memory (mmap)"}
WITH_LOCKS = (Condition(1, WORD, (*CONDITIONS["fcntl"][0].values, *LOCKS)),)

MACHINES = {  # the names that `system-calls` has for them, and AUDIT_ARCH
    "x86_64": ("x86_64", 0xC000003E),
    "aarch64": ("arm64", 0xC00000B7),
}


class UnknownMachine(OSError):
    """There are no numbers of system calls for this processor."""


@cache
def numbers(machine: str = platform.machine()) -> dict[str, int]:
    """The numbers of all system calls of a `machine`, by name.

    Parameters
    ----------
    machine
        As `platform.machine` calls it.

    Raises
    ------
    UnknownMachine
        If this package was not made for it.
    """
    if machine not in MACHINES:
        raise UnknownMachine(0, f"no numbers of system calls are known for {machine}")
    from system_calls import syscalls

    return dict(syscalls().load_arch_table(MACHINES[machine][0]))


def count() -> int:
    """How many of this machine's calls are allowed, on some condition or on none."""
    allowed = {name for group in ALLOWED.values() for name in group.split()} | set(CONDITIONS)
    return len(allowed & numbers().keys())


@cache
def _names() -> dict[int, str]:
    return {number: name for name, number in numbers().items()}


def described(number: int, arguments: tuple[int, ...]) -> str:
    """What a call was, in a few words: `execve`, `socket 40` for one of the family 40.

    Parameters
    ----------
    number
        The call's.
    arguments
        All six.
    """
    name = _names().get(number, f"call {number}")
    if name not in CONDITIONS:
        return name
    if name in WORDS:
        return WORDS[name]
    told = CONDITIONS[name][0].argument
    return f"{name} {arguments[told] & WORD:#x}" if told != 0 else _family(name, arguments[0])


def _family(name: str, value: int) -> str:
    families = {int(f): f.name for f in socket.AddressFamily} if name.startswith("socket") else {}
    return f"{name} {families.get(value & WORD, value & WORD)}"
