"""Warm processes: libraries are imported once, and every judge and every answer begins with them.

A nursery is a process that forks when it is asked to, and does nothing else: it reads no job, so
that nothing of a test or of another submission can be found in the memory of what it forks. Judges
and answers come from different nurseries. It ends when the last process that can ask it has ended.

`python -m course_utils.grading.judging.nursery SETTINGS`, with its socket as standard input.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).parents[2]
MOST = 24  # nurseries of one process; the one not used for longest makes room, with its judges
DYING = 15.0  # seconds for a process that was killed to be gone

# What is worth having loaded, and starts no thread by being imported. NumPy always is.
WARM = ("matplotlib", "scipy", "pandas", "PIL", "sklearn", "skimage", "course_utils")
LARGE = ("torch", "tensorflow", "keras")
ALSO = {
    "torch": ("torch._dynamo",),  # a second, for the first optimizer
    # matplotlib, half a second, for the first picture
    "course_utils.figures": ("course_utils.figures.charts", "course_utils.figures.images"),
}


class NurseryError(RuntimeError):
    """A nursery ended, or cannot fork; not the student's doing."""


class Kind(NamedTuple):
    """What processes of a nursery are (a module of this package), and what they have loaded."""

    role: str
    preload: tuple[str, ...] = ()
    unsafe: bool = False


class Nursery:
    """A handle on a nursery: all it can be asked for is a process.

    Parameters
    ----------
    control
        The socket on which it listens.
    """

    def __init__(self, control: socket.socket, process: subprocess.Popen | None = None):
        self.control, self._process = control, process

    @classmethod
    def start(cls, kind: Kind) -> Nursery:
        """Start one. It can be asked at once, and answers when its libraries are loaded."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", __name__, json.dumps(kind)],
                stdin=theirs,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment(kind),
                cwd="/",
                start_new_session=True,
            )
        return cls(ours, process)

    def fork(self, request: dict, *descriptors: int) -> socket.socket:
        """A new process; it gets the request and the descriptors, which are closed here.

        Returns
        -------
        socket
            Ends at both sides: the process may say something of itself, and knows when it is
            no longer wanted.
        """
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self.control, [b"1"], [theirs.fileno()])
            socket.send_fds(ours, [b"1"], list(descriptors))
            say(ours, request)
        except OSError as error:
            ours.close()
            raise NurseryError(f"a nursery is gone: {error}") from None
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        return ours

    def close(self) -> None:
        """End it, and with it the judges that it forked."""
        self.control.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()


_nurseries: dict[Kind, Nursery] = {}
_lock = threading.Lock()
_stopping = threading.Event()


def get(kind: Kind) -> Nursery:
    """The nursery of a kind that this process uses; started where there is none.

    Raises
    ------
    NurseryError
        While everything is being stopped.
    """
    with _lock:
        if _stopping.is_set():
            raise NurseryError("stopped")
        nursery = _nurseries.pop(kind, None)
        if nursery is not None and _ended(nursery.control):
            nursery.close()
            nursery = None
        if nursery is None:
            nursery = Nursery.start(kind)
        _nurseries[kind] = nursery
        while len(_nurseries) > MOST:
            _nurseries.pop(next(iter(_nurseries))).close()
        return nursery


@atexit.register
def close_all() -> None:
    """Let all nurseries of this process end, and with them what they forked for it."""
    with _lock:
        while _nurseries:
            _nurseries.popitem()[1].close()


@contextmanager
def stopping() -> Iterator[None]:
    """End everything that runs; nothing is forked in the meantime."""
    _stopping.set()
    close_all()
    try:
        yield
    finally:
        _stopping.clear()


def _ended(control: socket.socket) -> bool:
    try:
        return control.recv(1, socket.MSG_DONTWAIT | socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def warm(modules: set[str], forbidden: tuple[str, ...] = (), also: bool = True) -> tuple[str, ...]:
    """Which of some modules are loaded before a fork; `also`: and what they load at first use."""
    found = set()
    for name in modules if sys.platform == "linux" else ():  # elsewhere a fork may not keep them
        top = name.partition(".")[0]
        if top in (*WARM, *LARGE):
            found |= {name, *(ALSO.get(name, ALSO.get(top, ())) if also else ())}
    return tuple(
        sorted(n for n in found if not any(f"{n}.".startswith(f"{f}.") for f in forbidden))
    )


def environment(kind: Kind) -> dict[str, str]:
    """Quiet, one thread each, and for answers nothing of the grader's own."""
    from .walls import HOME, data_folder

    walled = kind.role == "student" and not kind.unsafe
    one = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_INTEROP_THREADS")
    places = [str(PACKAGE.parent)]
    own = {}
    if kind.role == "student":
        own = {"USER": "student", "LOGNAME": "student", "COURSE_OFFLINE": "1"}
    else:
        places += filter(None, [os.environ.get("PYTHONPATH")])
    return {
        "HOME": HOME if walled else os.environ.get("HOME", "/"),
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join(places),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONWARNINGS": "ignore",
        "PYTHONHASHSEED": "0",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "CUDA_VISIBLE_DEVICES": "",
        "MALLOC_ARENA_MAX": "2",
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",  # fewer pages to write down in each fork
        "MPLBACKEND": "agg",
        "COURSE_DATA": data_folder(walled),
        **own,
        **({"MPLCONFIGDIR": str(fonts_folder())} if walled else {}),
        **dict.fromkeys(one, "1"),
        **{key: os.environ[key] for key in ("OPENBLAS_CORETYPE",) if key in os.environ},
    }


@cache
def fonts_folder() -> Path:
    """Where matplotlib keeps its list of fonts, which takes a second to make."""
    home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return Path(os.environ.get("MPLCONFIGDIR", home / "matplotlib"))


def held(text: str) -> int:
    """A descriptor to read a text from, which has no name."""
    with tempfile.TemporaryFile() as file:
        file.write(text.encode())
        file.seek(0)
        return os.dup(file.fileno())


def read(source: int, seconds: float) -> bytes:
    """All that a process writes until it closes its end; nothing if that takes too long."""
    last, parts = time.monotonic() + seconds, bytearray()
    while select.select([source], [], [], max(last - time.monotonic(), 0))[0]:
        part = os.read(source, 1 << 20)
        if not part:
            return bytes(parts)
        parts += part
    return b""


def end(connection: socket.socket) -> None:
    """Kill a process that said its number, with all that it started, and wait until it is gone."""
    with connection:
        words = said(connection)
        if "pid" not in words:
            return  # it was never born
        try:
            os.killpg(words["pid"], signal.SIGKILL)
        except (ProcessLookupError, PermissionError):  # gone, or going
            pass
        select.select([connection], [], [], DYING)


def say(connection: socket.socket, words: dict) -> None:
    """Write a line to the other end."""
    connection.sendall(json.dumps(words).encode() + b"\n")


def said(connection: socket.socket) -> dict:
    """What the other end has written up to now, all lines together."""
    lines = bytearray()
    while select.select([connection], [], [], 0)[0]:
        try:
            part = connection.recv(1 << 16)
        except ConnectionError:  # it ended without reading all that it was told
            break
        if not part:
            break
        lines += part
    words = {}
    for line in lines.splitlines():
        words |= json.loads(line)
    return words


# --- the nursery's own process -------------------------------------------------------------


def main() -> None:
    """Load libraries, then fork for everyone who asks, until nobody can."""
    import importlib

    kind = Kind(*json.loads(sys.argv[1]))
    control = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)
    born = importlib.import_module(f"course_utils.grading.judging.{kind.role}").prepare()
    if {"tensorflow", "keras"} & set(kind.preload):
        importlib.import_module("course_utils.seeds").triton_first()
    for name in kind.preload:
        try:
            importlib.import_module(name)
        except Exception:  # the cell that imports it will say why
            pass
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)
    os.environ.pop("MPLCONFIGDIR", None)

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel forgets who ended
    gc.collect()
    gc.freeze()  # pages that no collection touches stay shared
    while True:
        message, descriptors, *_ = socket.recv_fds(control, 1, 4)
        if not message:
            return
        if not descriptors:
            continue
        if _threads() == 1 and os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            control.close()
            try:
                born(socket.socket(fileno=descriptors[0]))
            finally:
                os._exit(1)
        for descriptor in descriptors:  # with several threads none is born, and who asked knows
            os.close(descriptor)


def receive(connection: socket.socket) -> tuple[dict, list[int]]:
    """What a new process was asked for."""
    message, descriptors, *_ = socket.recv_fds(connection, 1, 8)
    if not message:
        os._exit(0)
    line = bytearray()
    while not line.endswith(b"\n"):
        part = connection.recv(1 << 16)
        if not part:
            os._exit(0)
        line += part
    return json.loads(line), descriptors


def _threads() -> int:
    """A fork has only the thread that forks, so there must be no other."""
    if sys.platform == "linux":
        return len(os.listdir("/proc/self/task"))
    return threading.active_count()


if __name__ == "__main__":
    main()
