"""Put the calling process behind a wall: Linux namespaces, entered by a child after a fork.

`bubblewrap` does the same for programs that it starts, but cannot wall in the fork of a process
that has its libraries loaded already. A process calls `leave`, then forks; the child calls
`enter` and sees a root of its own: packages read-only, scratch folders of limited size, no network,
no other process, no privilege. What is written there is gone with the child.

Sources: namespaces(7), user_namespaces(7), pivot_root(2), mount_setattr(2).
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from pathlib import Path

USER = 1000  # who an answer is, behind the wall
HOSTNAME = "student"
NEW = {  # unshare(2)
    "files": 0x00020000,
    "control groups": 0x02000000,
    "host name": 0x04000000,
    "shared memory": 0x08000000,
    "users": 0x10000000,
    "processes": 0x20000000,
    "network": 0x40000000,
}
NOSUID, NODEV, NOEXEC, BIND, REC, PRIVATE = 2, 4, 8, 1 << 12, 1 << 14, 1 << 18  # mount(2)
READ_ONLY, DETACH, RECURSIVE = 1, 2, 0x8000
CALLS = {  # numbers of mount_setattr, pivot_root
    "x86_64": (442, 155),
    "aarch64": (442, 41),
}
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
COVERED = ("sys", "sysrq-trigger", "irq", "bus")  # of /proc, where the owner's rights would do

_libc = ctypes.CDLL(None, use_errno=True)


class Unavailable(OSError):
    """The kernel refuses a step; the message says which."""


def leave() -> None:
    """Leave the machine's namespaces: the next child is the first process of new ones.

    Raises
    ------
    Unavailable
        If the kernel does not allow it to this user.
    """
    user, group = os.geteuid(), os.getegid()
    if user == 0:
        os.setgroups([])
    _do("unshare", sum(NEW.values()))
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{USER} {user} 1")
    _write("/proc/self/gid_map", f"{USER} {group} 1")


def enter(
    readable: list[tuple[str, str]], emptied: list[str], scratch: list[str], room: int, work: str
) -> None:
    """Give the first process of new namespaces a root of its own.

    Parameters
    ----------
    readable
        Files and folders outside and where they are seen.
    emptied
        Folders of `readable` that are seen empty.
    scratch
        Folders to write into, each with `room` bytes, besides /tmp and /dev/shm.
    work
        The folder to stand in, made where needed.

    Raises
    ------
    Unavailable
        If the kernel refuses a step: the process must not go on then.
    """
    _do("sethostname", HOSTNAME.encode(), len(HOSTNAME))
    _mount(None, "/", None, REC | PRIVATE)
    _mount("tmpfs", "/tmp", "tmpfs", NOSUID | NODEV, "mode=0755,size=4m")
    os.chdir("/tmp")
    os.mkdir("old")
    os.mkdir("new")
    _pivot(".", "old")
    os.chdir("/")
    _mount("/new", "/new", None, BIND | REC)

    _folder("/new/proc")
    _folder("/new/dev")
    _mount("proc", "/new/proc", "proc", NOSUID | NODEV | NOEXEC)
    for name in COVERED:
        place = f"/new/proc/{name}"
        if os.path.exists(place):
            _mount(place, place, None, BIND | REC)
            _restrict(place, READ_ONLY | NOSUID | NODEV | NOEXEC)
    for name in DEVICES:
        if os.path.exists(f"/old/dev/{name}"):
            _bind(f"/old/dev/{name}", f"/new/dev/{name}")
    for name, number in (("stdin", 0), ("stdout", 1), ("stderr", 2)):
        os.symlink(f"/proc/self/fd/{number}", f"/new/dev/{name}")
    os.symlink("/proc/self/fd", "/new/dev/fd")
    for folder in ("/dev/shm", "/tmp", *scratch):
        _tmpfs(f"/new{folder}", room)
    for source, target in readable:
        _bind(f"/old{source}", f"/new{target}")
        _restrict(f"/new{target}", READ_ONLY | NOSUID | NODEV)
    for folder in emptied:
        _tmpfs(f"/new{folder}", 4096)
        _restrict(f"/new{folder}", READ_ONLY | NOSUID | NODEV)
    _folder(f"/new{work}")

    os.chdir("/new")
    _pivot(".", ".")
    _do("umount2", b".", DETACH)
    os.chdir("/")
    _restrict("/", READ_ONLY | NOSUID | NODEV, deep=False)
    os.chdir(work)
    _drop_privileges()


def _tmpfs(place: str, room: int) -> None:
    _folder(place)
    _mount("tmpfs", place, "tmpfs", NOSUID | NODEV, f"mode=0755,size={room}")


def _bind(source: str, target: str) -> None:
    if os.path.isdir(source):
        _folder(target)
    elif not os.path.exists(target):
        _folder(str(Path(target).parent))
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o444))
    _mount(source, target, None, BIND | REC)


def _folder(place: str) -> None:
    os.makedirs(place, 0o755, exist_ok=True)


def _mount(
    source: str | None, target: str, kind: str | None, flags: int, options: str | None = None
) -> None:
    words = [None if word is None else os.fsencode(word) for word in (source, target, kind)]
    _do("mount", *words, ctypes.c_ulong(flags), options.encode() if options else None)


def _pivot(new: str, old: str) -> None:
    _, number = _numbers()
    _do("syscall", number, new.encode(), old.encode(), name="pivot_root")


def _restrict(place: str, attributes: int, deep: bool = True) -> None:
    """Take rights from a mount, and from all mounts below it."""
    number, _ = _numbers()
    wanted = struct.pack("QQQQ", attributes, 0, 0, 0)
    flags = RECURSIVE if deep else 0
    _do(
        "syscall",
        number,
        ctypes.c_int(-100),  # AT_FDCWD
        os.fsencode(place),
        ctypes.c_uint(flags),
        wanted,
        ctypes.c_size_t(len(wanted)),
        name="mount_setattr (Linux 5.12 has it)",
    )


def _drop_privileges() -> None:
    """No capability, now or later: nothing here has a set-user-id bit, and nothing is executed."""
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text())
    for capability in range(last + 1):
        _do("prctl", 24, capability, 0, 0, 0, name="PR_CAPBSET_DROP")
    _do("capset", struct.pack("Ii", 0x20080522, 0), bytes(24))


def _numbers() -> tuple[int, int]:
    machine = platform.machine()
    if machine not in CALLS:
        raise Unavailable(0, f"no numbers of system calls are known for {machine}")
    return CALLS[machine]


def _do(function: str, *arguments, name: str | None = None) -> None:
    if getattr(_libc, function)(*arguments) != 0:
        number = ctypes.get_errno()
        raise Unavailable(number, f"{name or function}: {os.strerror(number)}")


def _write(path: str, text: str) -> None:
    try:
        with open(path, "w") as file:
            file.write(text)
    except OSError as error:
        raise Unavailable(error.errno, f"{path}: {error.strerror}") from None
