"""Put the calling process behind a wall: Linux namespaces, entered by a child after a fork.

`bubblewrap` does the same for programs that it starts, but cannot wall in the fork of a process
that has its libraries loaded already. A process calls `leave`, then forks; the child calls
`enter` and sees a root of its own: packages read-only, scratch folders of limited size, no network,
no other process, no privilege. What is written there is gone with the child.

Whoever grades, the child is not root: where root grades it becomes a user of its own, whom nothing
on this machine belongs to. Of `/proc` it sees itself and what `VISIBLE` names.

Sources: namespaces(7), user_namespaces(7), pivot_root(2), mount_setattr(2).
"""

from __future__ import annotations

import ctypes
import os
import struct
from pathlib import Path

from . import calls

USER = 1000  # who an answer is, behind the wall
NOBODYS = 2_130_706_432  # where root grades it is outside a user from here on, who is nobody, or
NOBODY = 65_534  # this one, where a container has no others
HOSTNAME = "student"
NEW = {  # unshare(2)
    "files": 0x00020000,
    "control groups": 0x02000000,
    "host name": 0x04000000,
    "shared memory": 0x08000000,
    "processes": 0x20000000,
    "network": 0x40000000,
}
NEW_USERS = 0x10000000
NOSUID, NODEV, NOEXEC, BIND, REC, PRIVATE = 2, 4, 8, 1 << 12, 1 << 14, 1 << 18  # mount(2)
READ_ONLY, DETACH, RECURSIVE = 1, 2, 0x8000
DEVICES = ("null", "full", "random", "urandom", "tty")  # zero would be memory to share
VISIBLE = ("cpuinfo", "filesystems", "loadavg", "meminfo", "stat", "uptime", "version")  # of /proc
ROOM_OF_A_FILE = 16_384  # bytes of a scratch folder for each file that it may hold

_libc = ctypes.CDLL(None, use_errno=True)


class Unavailable(OSError):
    """The kernel refuses a step; the message says which."""


def leave() -> int | None:
    """Leave the machine's namespaces: the next child is the first process of new ones.

    Returns
    -------
    int or None
        The user whom the child has to become by `enter`, where it is root still: nothing on this
        machine belongs to that user, and no other answer that runs now is the same.

    Raises
    ------
    Unavailable
        If the kernel does not allow it to this user.
    """
    if os.geteuid() == 0:
        nobody = NOBODYS + os.getpid()
        try:
            _do("unshare", sum(NEW.values()))
            return nobody
        except Unavailable:  # root of a container, who may do no more than others
            _become(nobody)
    user, group = os.geteuid(), os.getegid()
    _do("unshare", sum(NEW.values()) | NEW_USERS)
    _map(os.open("/proc/self", os.O_DIRECTORY), user, group)
    return None


def enter(
    readable: list[tuple[str, str]],
    emptied: list[str],
    scratch: list[str],
    room: int,
    work: str,
    owner: int | None = None,
) -> None:
    """Give the first process of new namespaces a root of its own.

    Parameters
    ----------
    readable
        Files and folders outside and where they are seen.
    emptied
        Files and folders of `readable` that are seen empty.
    scratch
        Folders to write into, each with `room` bytes, besides /tmp and /dev/shm.
    work
        The folder to stand in, made where needed.
    owner
        Whom to become, as `leave` gave it.

    Raises
    ------
    Unavailable
        If the kernel refuses a step: the process must not go on then.
    """
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text())
    _do("sethostname", HOSTNAME.encode(), len(HOSTNAME))
    _mount(None, "/", None, REC | PRIVATE)
    _mount("tmpfs", "/tmp", "tmpfs", NOSUID | NODEV, "mode=0755,size=4m,nr_inodes=4096")
    os.chdir("/tmp")
    os.mkdir("old")
    os.mkdir("new")
    _pivot(".", "old")
    os.chdir("/")
    _mount("/new", "/new", None, BIND | REC)

    own = _proc()
    _folder("/new/dev")
    for name in DEVICES:
        if os.path.exists(f"/old/dev/{name}"):
            _bind(f"/old/dev/{name}", f"/new/dev/{name}")
    for name, number in (("stdin", 0), ("stdout", 1), ("stderr", 2)):
        os.symlink(f"/proc/self/fd/{number}", f"/new/dev/{name}")
    os.symlink("/proc/self/fd", "/new/dev/fd")
    for folder in ("/dev/shm", "/tmp", *scratch):
        _tmpfs(f"/new{folder}", room, owner)
    for source, target in readable:
        _bind(f"/old{source}", f"/new{target}", owner)
        _restrict(f"/new{target}", READ_ONLY | NOSUID | NODEV)
    for place in emptied:
        if os.path.isdir(f"/new{place}"):
            _tmpfs(f"/new{place}", 4096)
            _restrict(f"/new{place}", READ_ONLY | NOSUID | NODEV)
        else:
            _mount("/new/dev/null", f"/new{place}", None, BIND)
    _folder(f"/new{work}", owner)

    os.chdir("/new")
    _pivot(".", ".")
    _do("umount2", b".", DETACH)
    os.chdir("/")
    _restrict("/", READ_ONLY | NOSUID | NODEV, deep=False)
    if owner is not None:
        _drop_bounds(last)
        _become(owner)
        user, group = os.geteuid(), os.getegid()
        try:
            _do("unshare", NEW_USERS)
        except Unavailable:  # it stays one of `NOBODYS` then, inside as well
            os.close(own)
        else:
            _map(own, user, group)
    else:
        os.close(own)
    os.chdir(work)
    _drop_privileges(last)
    if owner is not None:
        _can_read([target for _, target in readable])


def _become(user: int) -> None:
    """Become another user for good; nobody in particular where there is no such user here."""
    try:
        os.setgroups([])
        try:
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
        except OSError:
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
    except OSError as error:
        words = f"root cannot become another user ({error.strerror}): grade as an ordinary user"
        raise Unavailable(error.errno, words) from None
    _do("prctl", 4, 1, 0, 0, 0, name="PR_SET_DUMPABLE")  # its own files of /proc are its own


def _map(own: int, user: int, group: int) -> None:
    """Say who this process is behind the wall, in the folder `own` of /proc, which is closed."""
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{USER} {user} 1"),
        ("gid_map", f"{USER} {group} 1"),
    ):
        try:
            file = os.open(name, os.O_WRONLY, dir_fd=own)
            os.write(file, text.encode())
            os.close(file)
        except OSError as error:
            raise Unavailable(error.errno, f"{name}: {error.strerror}") from None
    os.close(own)


def _proc() -> int:
    """Make /proc of this process and of what is `VISIBLE`, to be read only.

    Returns the folder of this process where it can still be written to: it is in the old root.
    """
    os.mkdir("/whole")
    _mount("proc", "/whole", "proc", NOSUID | NODEV | NOEXEC)
    _folder("/new/proc")
    _mount("tmpfs", "/new/proc", "tmpfs", NOSUID | NODEV, "mode=0755,size=64k,nr_inodes=64")
    own = os.getpid()
    for name in (str(own), *VISIBLE):
        if os.path.exists(f"/whole/{name}"):
            _bind(f"/whole/{name}", f"/new/proc/{name}")
    for name, target in (("self", str(own)), ("mounts", "self/mounts"), ("net", "self/net")):
        os.symlink(target, f"/new/proc/{name}")
    _restrict("/new/proc", READ_ONLY | NOSUID | NODEV | NOEXEC)
    return os.open(f"/whole/{own}", os.O_DIRECTORY)


def _can_read(places: list[str]) -> None:
    """Whether who an answer is now can read what it should: root's own folders often say no."""
    for place in places:
        if not os.access(place, os.R_OK | (os.X_OK if os.path.isdir(place) else 0)):
            raise Unavailable(
                13,
                f"root grades, and answers, which are nobody in particular, cannot read {place}: "
                f"chmod -R go+rX {place}, or grade as an ordinary user",
            )


def _tmpfs(place: str, room: int, owner: int | None = None) -> None:
    """A folder for so many bytes, and so many files: the kernel holds a page for each of these."""
    _folder(place)
    options = f"mode=0755,size={room},nr_inodes={max(room // ROOM_OF_A_FILE, 64)}"
    options += f",uid={owner},gid={owner}" if owner is not None else ""
    _mount("tmpfs", place, "tmpfs", NOSUID | NODEV, options)


def _bind(source: str, target: str, owner: int | None = None) -> None:
    if os.path.isdir(source):
        _folder(target, owner)
    elif not os.path.exists(target):
        _folder(os.path.dirname(target), owner)
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o444))
    _mount(source, target, None, BIND | REC)


def _folder(place: str, owner: int | None = None) -> None:
    """A folder with all above it, which belong to `owner` where they had to be made."""
    if not os.path.isdir(place):
        _folder(os.path.dirname(place), owner)
        os.mkdir(place, 0o755)
        if owner is not None:
            os.chown(place, owner, owner)


def _mount(
    source: str | None, target: str, kind: str | None, flags: int, options: str | None = None
) -> None:
    words = [None if word is None else os.fsencode(word) for word in (source, target, kind)]
    _do("mount", *words, ctypes.c_ulong(flags), options.encode() if options else None)


def _pivot(new: str, old: str) -> None:
    number = calls.numbers()["pivot_root"]
    _do("syscall", number, new.encode(), old.encode(), name="pivot_root")


def _restrict(place: str, attributes: int, deep: bool = True) -> None:
    """Take rights from a mount, and from all mounts below it."""
    number = calls.numbers()["mount_setattr"]
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


def _drop_bounds(last: int) -> None:
    for capability in range(last + 1):
        _do("prctl", 24, capability, 0, 0, 0, name="PR_CAPBSET_DROP")


def _drop_privileges(last: int) -> None:
    """No capability, now or later: nothing here has a set-user-id bit, and nothing is executed."""
    status = Path("/proc/self/status").read_text()
    if "CapBnd:\t0000000000000000" not in status:
        _drop_bounds(last)
    _do("capset", struct.pack("Ii", 0x20080522, 0), bytes(24))


def _do(function: str, *arguments, name: str | None = None) -> None:
    if getattr(_libc, function)(*arguments) != 0:
        number = ctypes.get_errno()
        raise Unavailable(number, f"{name or function}: {os.strerror(number)}")
