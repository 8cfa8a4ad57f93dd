"""Warm processes: libraries are imported once, and every judge and every answer begins with them.

A fork server is a process that forks when it is asked to, and does nothing else: it reads no job,
so that nothing of a test or of another submission can be found in the memory of what it forks.
Judges and answers come from different fork servers. It ends when the last process that can ask it
has ended.

Fork servers are forked themselves, by a loader: a fork server that has what judge and answer of a
notebook both load, and is asked for fork servers. Loaders are a tree, with one large library more
at each branch, so that each is imported once. They read no job either, and begin with an answer's
environment: nothing of the grader's is in the memory or in /proc of what answers are forked from.
Judge and answer thus share what is drawn when a process begins, its addresses and the canary of its
stack, as the answers of one fork server do anyway. No secret of a judge depends on these.

`forkserver_process` is what runs in both.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import site
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from ....rule_lines import is_forbidden
from . import cgroups
from .connections import DYING, said, say
from .places import DATA, HOME, PACKAGE, fonts_folder

PROCESS = f"{__package__}.forkserver_process"
MOST = 24  # fork servers of one process; the one not used for longest makes room, with its judges

# How the C library keeps memory: see mallopt(3).
MEMORY = (
    "hugetlb=1",  # fewer pages to write down in each fork
    "mmap_threshold=33554432",  # arrays come and go in a loop, and the kernel need not know
    "trim_threshold=268435456",
)

# What is worth having loaded, and starts no thread by being imported. NumPy always is.
WARM = ("matplotlib", "scipy", "pandas", "PIL", "sklearn", "skimage", "course_utils")
LARGE = ("torch", "tensorflow", "keras")
# What loaders load for judges and answers, in this order. Others look, as they are imported, for
# what is not the same for both: matplotlib, keras, torch._dynamo and our data sets.
SHARED = ("torch", "tensorflow", "pandas")
ALSO = {
    # a second, for the first optimizer; a millisecond each time, for its first step
    "torch": ("torch._dynamo", "torch.profiler._cupti_monitor"),
    # matplotlib, half a second, for the first picture
    "course_utils.figures": ("course_utils.figures.charts", "course_utils.figures.images"),
}


class ForkServerError(RuntimeError):
    """A fork server ended, or cannot fork; not the student's doing."""


class ServerSpec(NamedTuple):
    """What the processes of a fork server do, and what they have loaded.

    Attributes
    ----------
    module
        The full name of a module whose `prepare()` gives what each of its processes runs.
    preload
        Modules that are imported before the first fork.
    hostile
        Whether they run what students wrote: then they see nothing of this process's environment.
    unsafe
        Whether they go without walls all the same.
    forbid
        Libraries that they do not find: see `forbidden`.
    shared
        Which of `SHARED` a loader has loaded for it; None if it is a Python of its own.
    """

    module: str
    preload: tuple[str, ...] = ()
    hostile: bool = False
    unsafe: bool = False
    forbid: tuple[str, ...] = ()
    shared: tuple[str, ...] | None = None


# The first loader has what every judge and every answer needs.
LOADER = ServerSpec(
    PROCESS,
    (
        "IPython.core.completer",
        "IPython.core.magics",
        "course_utils.grading.judging.across.shells",
        "course_utils.grading.judging.across.student",
        "course_utils.grading.judging.across.wire",
        "course_utils.grading.judging.sandbox.cgroups",
        "course_utils.grading.judging.sandbox.keeper",
        "course_utils.grading.judging.sandbox.limits",
        "course_utils.grading.judging.sandbox.namespaces",
        "course_utils.grading.judging.sandbox.seccomp",
        "course_utils.seeds",
        "numpy.random",
    ),
    hostile=True,
)


class ForkServer:
    """A handle on a fork server: all it can be asked for is a process.

    Parameters
    ----------
    control
        The socket on which it listens.
    process
        The fork server itself, where it is a child of this process: `close` ends it.
    connection
        To the fork server, where a loader forked it: it ends when this is closed.
    """

    def __init__(
        self,
        control: socket.socket,
        process: subprocess.Popen | None = None,
        connection: socket.socket | None = None,
    ):
        self.control, self._process, self._connection = control, process, connection
        self._words: dict = {}

    @property
    def pid(self) -> int | None:
        """Its number; None before a loader has forked it, or if others started it."""
        if self._process is not None:
            return self._process.pid
        if self._connection is not None:
            self._words |= said(self._connection)
        return self._words.get("pid")

    @classmethod
    def start(cls, spec: ServerSpec) -> ForkServer:
        """Start one of the kind `spec`; it can be asked at once, and forks when all is loaded."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", PROCESS, json.dumps(spec)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=variables(spec),
                cwd="/",
                start_new_session=True,
            )
        return cls(ours, process)

    def become(self, spec: ServerSpec) -> ForkServer:
        """One of the kind `spec`, which this one, a loader, forks: it can be asked at once, too."""
        ours, theirs = socket.socketpair()
        request = {"spec": spec, "variables": variables(spec)}
        return ForkServer(ours, connection=self.fork(request, theirs.detach()))

    def fork(self, request: dict, *descriptors: int) -> socket.socket:
        """A new process; it gets the request and the descriptors, which are closed here.

        Parameters
        ----------
        request
            What it is to do, as far as JSON can say it.
        *descriptors
            At most eight, as its `connections.receive` takes no more.

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
            raise ForkServerError(f"a fork server is gone: {error}") from None
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        return ours

    def close(self) -> None:
        """End it, and with it the judges that it forked."""
        self.control.close()
        pid = self.pid
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        if self._connection is not None:
            with self._connection as connection:
                connection.shutdown(socket.SHUT_WR)
                if pid is not None:  # else it is not there yet, and ends when it is
                    select.select([connection], [], [], DYING)
            self._connection = None
        if pid is not None:
            cgroups.leave_behind(pid)


_servers: dict[ServerSpec, ForkServer] = {}
_loaders: dict[ServerSpec, ForkServer] = {}
_lock = threading.Lock()
_stopping = threading.Event()


def get(spec: ServerSpec) -> ForkServer:
    """This process's fork server of the kind `spec`; started where there is none.

    Raises
    ------
    ForkServerError
        While everything is being stopped.
    """
    with _lock:
        if _stopping.is_set():
            raise ForkServerError("stopped")
        forkserver = _living(spec, _servers)
        while len(_servers) > MOST:
            _servers.pop(next(iter(_servers))).close()
        return forkserver


def _living(spec: ServerSpec, servers: dict[ServerSpec, ForkServer]) -> ForkServer:
    """The one of the kind `spec` among these, now the last; started where there is none."""
    forkserver = servers.pop(spec, None)
    if forkserver is not None and ended(forkserver.control):
        forkserver.close()
        forkserver = None
    if forkserver is None:
        loader = loader_of(spec)
        if loader is None:
            forkserver = ForkServer.start(spec)
        else:
            try:
                forkserver = _living(loader, _loaders).become(spec)
            except ForkServerError:  # it was about to end; the next one may live
                forkserver = _living(loader, _loaders).become(spec)
    servers[spec] = forkserver
    return forkserver


@atexit.register
def close_all() -> None:
    """Let all fork servers of this process end, and with them what they forked for it."""
    with _lock:
        for servers in (_servers, _loaders):
            while servers:
                servers.popitem()[1].close()


@contextmanager
def stopping() -> Iterator[None]:
    """End everything that runs; nothing is forked in the meantime."""
    _stopping.set()
    close_all()
    try:
        yield
    finally:
        _stopping.clear()


def ended(connection: socket.socket) -> bool:
    """Whether nobody holds the other end of a `connection` any more, and all it said is read."""
    try:
        return connection.recv(1, socket.MSG_DONTWAIT | socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def warm(modules: set[str], forbidden: tuple[str, ...] = (), also: bool = True) -> tuple[str, ...]:
    """Which modules are loaded before a fork.

    Parameters
    ----------
    modules
        What will be imported, by full name: of these, what is worth it and does no harm.
    forbidden
        Libraries that are not loaded, with all that is in them.
    also
        Whether to load as well what the modules load when first used.
    """
    found = set()
    for name in modules if sys.platform == "linux" else ():  # elsewhere a fork may not keep them
        top = name.partition(".")[0]
        if top in (*WARM, *LARGE):
            found |= {name, *(ALSO.get(name, ALSO.get(top, ())) if also else ())}
    return tuple(sorted(n for n in found if not is_forbidden(n, forbidden)))


def sharing(specs: list[ServerSpec]) -> list[ServerSpec]:
    """The same kinds, forked from a loader that has of `SHARED` what all of them load.

    Parameters
    ----------
    specs
        Of one notebook: its judge's, and those of its answers.
    """
    common = set(SHARED).intersection(*map(_libraries, specs))
    shared = tuple(name for name in SHARED if name in common)
    return [spec._replace(shared=shared) for spec in specs]


def _libraries(spec: ServerSpec) -> set[str]:
    """The libraries that fork servers of a kind load, and may."""
    found = {name.partition(".")[0] for name in spec.preload}
    found |= {"tensorflow"} if "keras" in found else set()  # which computes for it
    return {name for name in found if not is_forbidden(name, spec.forbid)}


def loader_of(spec: ServerSpec) -> ServerSpec | None:
    """The loader that forks fork servers of the kind `spec`; None where a new Python is started."""
    if spec.shared is None or sys.platform != "linux" or _finds_more(spec):
        return None
    if not spec.shared:
        return LOADER
    return ServerSpec(PROCESS, spec.shared[-1:], hostile=True, shared=spec.shared[:-1])


def _finds_more(spec: ServerSpec) -> bool:
    """Whether a new Python would look for modules where a loader does not."""
    places = variables(spec)["PYTHONPATH"].split(os.pathsep)
    at_home = site.ENABLE_USER_SITE and os.path.isdir(site.getusersitepackages())
    walled = spec.hostile and not spec.unsafe
    return {os.path.abspath(place) for place in places} != {str(PACKAGE.parent)} or (
        bool(at_home) and not walled
    )


def variables(spec: ServerSpec) -> dict[str, str]:
    """The environment of a fork server of the kind `spec`.

    Quiet, one thread each, and for answers nothing of the grader's own.
    """
    walled = spec.hostile and not spec.unsafe
    one = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_INTEROP_THREADS")
    places = [str(PACKAGE.parent)]
    own = {}
    if spec.hostile:
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
        "GLIBC_TUNABLES": ":".join(f"glibc.malloc.{how}" for how in MEMORY),
        "MPLBACKEND": "agg",
        "NBGRADER_EXECUTION": "autograde",  # as nbgrader tells the cells that it grades
        **own,
        **({"COURSE_DATA": DATA} if walled else _kept("COURSE_DATA")),
        **({"MPLCONFIGDIR": str(fonts_folder())} if walled and spec.module != PROCESS else {}),
        **dict.fromkeys(one, "1"),
        **_kept("OPENBLAS_CORETYPE"),
    }


def _kept(name: str) -> dict[str, str]:
    """A variable of this process's environment, where it is set."""
    return {name: os.environ[name]} if name in os.environ else {}
