"""A student's process behind a wall: bubblewrap's namespaces, and nothing in sight but packages.

No network; no file but Python, the system's libraries and a scratch folder of limited size that is
gone with the process; an environment of its own; every process in it ends with it.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ...datasets import cache as data

PACKAGE = Path(__file__).parents[2]
HOME = "/home/student"
DATA = f"{HOME}/data"
REMEDY = (
    "install bubblewrap (Debian, Ubuntu: apt install bubblewrap; Fedora: dnf install bubblewrap)"
)


class NoWalls(Exception):
    """This machine cannot wall a process in; the message says what is missing and what to do."""


@dataclass(frozen=True)
class Limits:
    """What one notebook may use: bytes and seconds."""

    memory: int = 2_000_000_000
    disk: int = 64_000_000
    cell_seconds: float = 30.0
    notebook_seconds: float = 600.0
    output: int = 256_000_000  # bytes over the wire


@dataclass(frozen=True)
class Wall:
    """How student processes are started.

    `files` are put into the working folder, `forbid` are libraries that are not there, `unsafe`
    leaves the wall out.
    """

    limits: Limits = field(default_factory=Limits)
    files: Path | None = None
    forbid: tuple[str, ...] = ()
    preload: tuple[str, ...] = ()
    unsafe: bool = False

    def start(self) -> subprocess.Popen:
        """A student's process, which speaks on its standard in and out.

        Raises
        ------
        NoWalls
            If it cannot be walled in here.
        """
        if not self.unsafe:
            reason = missing()
            if reason:
                raise NoWalls(reason)
        settings = {
            "memory": self.limits.memory,
            "disk": self.limits.disk,
            "cpu": math.ceil(self.limits.notebook_seconds) + 60,
            "forbid": self.forbid,
            "preload": self.preload,
            "unsafe": self.unsafe,
        }
        inner = [sys.executable, "-P", "-m", "course_utils.grading.judging.student"]
        command = [*([] if self.unsafe else self._bubblewrap()), *inner, json.dumps(settings)]
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self._environment(),
            cwd=self.files if self.unsafe else "/",
            bufsize=0,
            close_fds=True,
            start_new_session=True,
        )

    def _environment(self) -> dict[str, str]:
        """Nothing of the grader's own."""
        home = os.environ.get("HOME", "/") if self.unsafe else HOME
        return {
            "PATH": "/usr/bin:/bin",
            "HOME": home,
            "USER": "student",
            "LOGNAME": "student",
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(PACKAGE.parent),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONWARNINGS": "ignore",
            "PYTHONHASHSEED": "0",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "TF_ENABLE_ONEDNN_OPTS": "0",
            "CUDA_VISIBLE_DEVICES": "",
            "MALLOC_ARENA_MAX": "2",
            "MPLBACKEND": "agg",
            "COURSE_OFFLINE": "1",
            **({} if self.unsafe else {"COURSE_DATA": DATA}),
            **dict.fromkeys(
                (
                    "OMP_NUM_THREADS",
                    "OPENBLAS_NUM_THREADS",
                    "MKL_NUM_THREADS",
                    "TF_NUM_INTEROP_THREADS",
                ),
                "1",
            ),
            **{key: os.environ[key] for key in ("OPENBLAS_CORETYPE",) if key in os.environ},
        }

    def _bubblewrap(self) -> list[str]:
        options = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session"]
        options += ["--unshare-user", "--disable-userns", "--cap-drop", "ALL"]
        options += ["--uid", "1000", "--gid", "1000", "--hostname", "student"]
        options += ["--proc", "/proc", "--dev", "/dev"]
        room = str(self.limits.disk)
        options += ["--size", room, "--tmpfs", "/dev/shm", "--size", room, "--tmpfs", "/tmp"]
        options += ["--size", room, "--tmpfs", HOME, "--dir", f"{HOME}/work"]
        for path in visible():
            options += ["--ro-bind", path, path]
        samples = data.base() / data.SAMPLES
        if samples.is_dir():
            options += ["--ro-bind", str(samples), f"{DATA}/{data.SAMPLES}"]
        for path in _fonts():
            options += ["--ro-bind", path, f"{HOME}/.cache/matplotlib/{Path(path).name}"]
        for folder in _hidden(self.forbid):
            options += ["--size", "4096", "--tmpfs", folder, "--remount-ro", folder]
        if self.files is not None:
            for path in sorted(self.files.iterdir()):
                options += ["--ro-bind", str(path), f"{HOME}/work/{path.name}"]
        return [
            *options,
            "--remount-ro",
            "/dev",
            "--remount-ro",
            "/",
            "--chdir",
            f"{HOME}/work",
            "--",
        ]


@cache
def visible() -> tuple[str, ...]:
    """What a student's process can read: the system's libraries, Python, the packages."""
    paths = [path for path in ("/usr", "/bin", "/lib", "/lib64", "/lib32") if os.path.exists(path)]
    paths += ["/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/etc/alternatives"]
    places = sysconfig.get_paths()
    paths += [sys.prefix, sys.base_prefix, places["stdlib"], places["purelib"], places["platlib"]]
    paths += [str(Path(sys.executable).resolve().parent.parent), str(PACKAGE)]
    found = []
    for path in paths:  # a folder inside of one that is seen already is seen
        inside = any(Path(path).is_relative_to(seen) for seen in found)
        if os.path.exists(path) and not inside and path != "/":
            found.append(path)
    return tuple(found)


def _hidden(libraries: tuple[str, ...]) -> list[str]:
    """Folders of libraries, which are emptied; a library in a single file is only not imported."""
    from importlib.machinery import PathFinder

    folders = []
    for name in libraries:
        path, spec = None, None
        for end in (n for n, letter in enumerate(f"{name}.") if letter == "."):
            spec = PathFinder.find_spec(name[:end], path)
            if spec is None:
                break
            path = spec.submodule_search_locations
        folders += list(path or []) if spec else []
    return folders


@cache
def _fonts() -> tuple[str, ...]:
    """matplotlib's list of fonts, which takes a second to make."""
    home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = Path(os.environ.get("MPLCONFIGDIR", home / "matplotlib"))
    return tuple(str(path) for path in sorted(folder.glob("fontlist-*.json")))


@cache
def missing() -> str | None:
    """Why no process can be walled in here, or None: tried once, by doing it."""
    if sys.platform != "linux":
        return f"walls need Linux, and this is {sys.platform}: grade on a server or in WSL"
    if shutil.which("bwrap") is None:
        return f"bwrap is not there: {REMEDY}"
    outcome = subprocess.run(
        ["bwrap", "--unshare-all", "--unshare-user", "--disable-userns", "--ro-bind", "/", "/"]
        + ["--proc", "/proc", "--size", "4096", "--tmpfs", "/tmp", "--", "/bin/true"],
        capture_output=True,
        text=True,
    )
    if outcome.returncode:
        words = (outcome.stderr.strip().splitlines() or ["no reason given"])[-1]
        return (
            f"bwrap fails ({words}): user namespaces are closed here; ask the administrator for "
            "`sysctl kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_"
            "userns=0`, or give a container the option --security-opt seccomp=unconfined"
        )
    return None
