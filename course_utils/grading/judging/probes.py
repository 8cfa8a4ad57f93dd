"""Whether answers can be walled in on this machine, found out by walking against every wall."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from .across.session import Session, StudentGone
from .sandbox import calls, cgroups, landlock
from .sandbox.namespaces import ROOM_OF_A_FILE
from .sandbox.walls import PACKAGE, Limits, Wall, missing

NEIGHBOUR = PACKAGE.parent / "pyproject.toml"  # beside what can be read

# What an answer might do, as a cell that binds `held`: whether it was kept from it.
PROBES = {
    "no network": """
import socket
try:
    socket.create_connection(("1.1.1.1", 53), timeout=1)
    held = False
except OSError:
    held = True
""",
    "no network of this machine either": """
import socket
try:
    socket.create_connection(("127.0.0.1", {port}), timeout=1)
    held = False
except OSError:
    held = True
""",
    "no file but packages": """
import os
held = not any(os.path.exists(path) for path in {paths})
""",
    "nothing to write but a scratch folder": """
import os
held = True
for folder in {folders}:
    try:
        open(os.path.join(folder, "probe"), "w").close()
        held = False
    except OSError:
        pass
with open("scratch", "w") as file:
    file.write("this one can be written")
""",
    "no other process in sight": """
import os
held = len([name for name in os.listdir("/proc") if name.isdigit()]) <= 3
""",
    "no new process": """
import os
try:
    if os.fork() == 0:
        os._exit(0)
    held = False
except OSError:
    held = True
""",
    "no variable of the grader's": """
import os
held = "COURSE_DOCTOR" not in os.environ
""",
    "memory has an end": """
try:
    block = bytearray({memory})
    held = False
except MemoryError:
    held = True
""",
    "no socket to the machine outside": """
import socket
held = True
for family in (40, 16, 17, 31, 38):
    try:
        socket.socket(family, socket.SOCK_STREAM)
        held = False
    except OSError:
        pass
""",
    "not root, whoever grades": """
import os
held = os.getuid() != 0 and open("/proc/self/uid_map").read().split()[1] != "0"
""",
    "nothing of the machine's in /proc": """
import os
held = not any(
    os.path.exists(f"/proc/{name}")
    for name in ("kpageflags", "slabinfo", "vmallocinfo", "keys", "timer_list", "kallsyms", "sys")
)
""",
    "files have an end": """
held = False
try:
    for number in range({files}):
        open(f"/tmp/{number}", "w").close()
except OSError:
    held = True
""",
    "threads have an end": """
import threading
stop, held = threading.Event(), False
threading.stack_size(65536)
try:
    for _ in range(600):
        threading.Thread(target=stop.wait, daemon=True).start()
except RuntimeError:
    held = True
stop.set()
""",
    "no memory that nobody counts": """
import mmap, os
held = not os.path.exists("/dev/zero")
for ask in (lambda: mmap.mmap(-1, 1_000_000), lambda: os.memfd_create("x")):
    try:
        ask()
        held = False
    except OSError:
        pass
""",
    "disk has an end": """
held = False
try:
    with open("/tmp/large", "wb") as file:
        for _ in range({blocks}):
            file.write(bytes(1_000_000))
except OSError:
    held = True
""",
}


@dataclass(frozen=True)
class Finding:
    """One thing that was tried; `words` say what it is, or what to do about it."""

    name: str
    good: bool
    words: str = ""


def examine() -> Iterator[Finding]:
    """Whether there are walls, then each way out that an answer might try."""
    reason = missing()
    yield Finding("walls", reason is None, reason or "the kernel puts them up")
    if reason is None:
        yield from _walls()


def standing() -> Iterator[Finding]:
    """Which walls stand behind the first, and what stands in for one that cannot be had here.

    Those that are needed are held by `examine`; the others make them thicker.
    """
    version = landlock.version()
    yield Finding(
        "Landlock",
        version > 0,
        f"version {version}" if version else "this kernel has none; namespaces hide files alone",
    )
    groups = cgroups.places()
    kinds = ", ".join(f"{name} (version {number})" for name, (_, number) in sorted(groups.items()))
    yield Finding(
        "control group",
        bool(groups),
        kinds
        or "none can be had: a process's own limits stand alone (root has one; others by "
        "systemd-run --user --scope -p Delegate=yes course grade ...)",
    )
    seen = _tried(STANDING)
    yield Finding(
        "system calls",
        seen.get("filter") == 2,
        f"{calls.count()} of the kernel's are allowed; what is refused is "
        + ("counted" if seen.get("told") else "not counted: something else listens already"),
    )
    who = "another user than root" if os.geteuid() == 0 else "a user without privileges"
    yield Finding("user", seen.get("root") is False, f"answers are {who}")


STANDING = """
import os
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
filter = int(status["Seccomp"])
root = open("/proc/self/uid_map").read().split()[1] == "0" or os.getuid() == 0
try:
    os.memfd_create("x")
except OSError as error:
    pass
"""


def _tried(source: str) -> dict:
    """What a cell binds behind a wall, and in `told` whether its refused calls were heard of."""
    session = Session(Wall())
    try:
        session.ensure(30)
        session.begin(30)
        found = session.run(source)["names"]
        return found | {"told": bool(session.refusals())}
    except StudentGone:
        return {}
    finally:
        session.stop()


def _walls() -> Iterator[Finding]:
    """Walk against each wall, as an answer would."""
    import socket

    limits = Limits(memory=500_000_000, disk=8_000_000)
    with socket.create_server(("127.0.0.1", 0)) as server:
        words = {
            "port": server.getsockname()[1],
            "paths": ["/etc/passwd", "/var", str(Path.home() / ".bashrc"), str(NEIGHBOUR)],
            "folders": ["/", "/usr", sys.prefix, str(Path(__file__).parent)],
            "memory": 4 * limits.memory,
            "blocks": 2 * limits.disk // 1_000_000,
            "files": 2 * limits.disk // ROOM_OF_A_FILE,
        }
        os.environ["COURSE_DOCTOR"] = "a secret"
        for name, probe in PROBES.items():
            session = Session(Wall(replace(limits)))
            source = probe
            for key, value in words.items():
                source = source.replace("{" + key + "}", repr(value))
            try:
                session.ensure(30)
                session.begin(30)
                reply = session.run(source)
                error = reply.get("error") or {}
                held = reply["names"].get("held") is True
                yield Finding(name, held, "held" if held else str(error.get("message", "open")))
            except StudentGone as gone:
                yield Finding(name, False, f"the probe ended: {gone.kind} {gone.detail}")
            finally:
                session.stop()
        del os.environ["COURSE_DOCTOR"]
