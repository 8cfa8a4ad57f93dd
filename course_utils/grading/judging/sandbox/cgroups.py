"""A control group for answers, where one can be had: all memory and tasks, as the kernel counts.

Limits of a process do not count what the kernel itself holds for it: inodes, buffers, locks. A
group does. Root can make one, and so can a user to whom systemd has delegated a group, as by
`systemd-run --user --scope -p Delegate=yes`. Nothing depends on it: the other limits stand alone.

A fork server joins a group of its own, and what it forks is born there: to move a process takes the
kernel up to a hundredth of a second, to be born none.

Sources: cgroups(7); the kernel's cgroup-v1 and cgroup-v2 documentation.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
NAME = "course-answers-"  # and the number of a fork server
REST = "course-rest"  # where the processes go that a delegated group has of its own
THREADS = 512  # and processes, of an answer
CONTROLLERS = ("memory", "pids")
ROOM = 256_000_000  # bytes for what the kernel holds, and for files that are being read
AT_ONCE = 2  # answers of one fork server: one that ends, and one that begins
USED = ("memory.current", "memory.usage_in_bytes")  # version 2, 1
LIMIT = ("memory.max", "memory.limit_in_bytes")
EVENTS = ("memory.events", "memory.oom_control")


@dataclass(frozen=True)
class Group:
    """A control group that this process and its children are in.

    It is held by descriptors, as who looks after an answer sees no files of the machine any more.

    Attributes
    ----------
    folders
        By controller.
    used
        Bytes that it held before there were answers.
    """

    folders: dict[str, int]
    used: int = 0

    def allow(self, memory: int) -> None:
        """Let each answer hold so many bytes of `memory`, besides `ROOM`."""
        if "memory" in self.folders:
            limit = self.used + AT_ONCE * (memory + ROOM)
            for file in LIMIT:
                with suppress(OSError):  # the other version's
                    _write(self.folders["memory"], file, limit)

    def starved(self) -> int:
        """How many of its processes the kernel has ended because there was no memory left."""
        if "memory" not in self.folders:
            return 0
        lines = _read(self.folders["memory"], EVENTS).splitlines()
        return sum(int(line[9:]) for line in lines if line.startswith("oom_kill "))


def join(root: Path = ROOT) -> Group | None:
    """Put this process into a group of its own; None where none can be had.

    Parameters
    ----------
    root
        Where control groups are.
    """
    settle(root)
    folders = {}
    for controller, (parent, _) in places(root).items():
        place = parent / f"{NAME}{os.getpid()}"
        try:
            place.mkdir(exist_ok=True)
            folder = os.open(place, os.O_DIRECTORY | os.O_CLOEXEC)
            _write(folder, "cgroup.procs", 0)
            if controller == "pids":
                _write(folder, "pids.max", AT_ONCE * THREADS)
        except OSError:
            continue
        folders[controller] = folder
    if not folders:
        return None
    used = _read(folders["memory"], USED) if "memory" in folders else ""
    return Group(folders, int(used or 0))


def leave_behind(process: int, root: Path = ROOT) -> None:
    """Remove the group of a `process` that has ended, and of others that are no more.

    Parameters
    ----------
    process
        Its number.
    root
        Where control groups are.
    """
    for parent, _ in places(root).values():
        for folder in parent.glob(f"{NAME}*"):
            number = folder.name.removeprefix(NAME)
            if number == str(process) or not os.path.exists(f"/proc/{number}"):
                with suppress(OSError):  # an answer is about to end
                    folder.rmdir()


def _write(folder: int, file: str, value: int) -> None:
    target = os.open(file, os.O_WRONLY, dir_fd=folder)
    try:
        os.write(target, str(value).encode())
    finally:
        os.close(target)


def _read(folder: int, files: tuple[str, ...]) -> str:
    """The first of these `files` that is there."""
    for file in files:
        with suppress(OSError), open(os.open(file, os.O_RDONLY, dir_fd=folder)) as source:
            return source.read()
    return ""


def places(root: Path = ROOT, own: str | None = None) -> dict[str, tuple[Path, int]]:
    """Where groups can be made: a folder that may be written to, and the version, by controller.

    Parameters
    ----------
    root
        Where control groups are.
    own
        The groups of this process, as `/proc/self/cgroup` says; read there unless given.
    """
    try:
        own = Path("/proc/self/cgroup").read_text() if own is None else own
    except OSError:
        return {}
    found: dict[str, tuple[Path, int]] = {}
    for line in own.splitlines():
        number, controllers, path = line.split(":", 2)
        if number == "0":
            parent = _second_version(root, path)
            if parent is not None:
                found |= {name: (parent, 2) for name in CONTROLLERS if _has(parent, name)}
            continue
        for name in set(controllers.split(",")) & set(CONTROLLERS):
            parent = root / controllers / path.lstrip("/")
            if os.access(parent, os.W_OK | os.X_OK) and (parent / "cgroup.procs").exists():
                found[name] = (parent, 1)
    return found


def _second_version(root: Path, path: str) -> Path | None:
    """A folder for groups beside this process's own, as one with processes has none below it."""
    own = root / path.lstrip("/")
    if not (own / "cgroup.controllers").exists():
        return None
    parent = own if own == root else own.parent
    return parent if os.access(parent / "cgroup.procs", os.W_OK) else None


def _has(folder: Path, controller: str) -> bool:
    with suppress(OSError):
        return controller in (folder / "cgroup.subtree_control").read_text().split()
    return False


def settle(root: Path = ROOT, own: str | None = None) -> None:
    """In a group that was delegated, make room for groups below it: its processes move aside.

    Parameters
    ----------
    root, own
        As for `places`.
    """
    with suppress(OSError, ValueError):
        own = Path("/proc/self/cgroup").read_text() if own is None else own
        (path,) = (line[3:] for line in own.splitlines() if line.startswith("0::"))
        group = root / path.lstrip("/")
        wanted = [name for name in CONTROLLERS if name in _words(group / "cgroup.controllers")]
        delegated = os.access(group / "cgroup.subtree_control", os.W_OK) and group != root
        if not wanted or not delegated or os.geteuid() == 0 or group.name == REST:
            return
        rest = group / REST
        rest.mkdir(exist_ok=True)
        for process in _words(group / "cgroup.procs"):
            with suppress(OSError):
                (rest / "cgroup.procs").write_text(process)
        (group / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in wanted))


def _words(file: Path) -> list[str]:
    return file.read_text().split()
