"""The process of a fork server: loads libraries, then forks for everyone who asks.

`python -m course_utils.grading.judging.sandbox.forkserver_process SPEC`, with its socket as
standard input; or what a loader, for whom this module is what its processes do, has forked.
"""

from __future__ import annotations

import fcntl
import gc
import importlib
import itertools
import json
import os
import signal
import socket
import sys
import threading

from . import connections, first_use, forbidden, pages
from .forkserver import ServerSpec, ended

MANY = 10  # forks after which some tenths of a second are well spent on cheaper ones


def main() -> None:
    """Be the fork server that the command line asks for."""
    spec = ServerSpec(*json.loads(sys.argv[1]))
    control = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)
    serve(spec, control)


def prepare():
    """What a loader does before it loads; returns what its processes do: be fork servers.

    TensorFlow would load Keras, which looks into the home of whoever loads it, and judges and
    answers have each their own.
    """
    sys.modules["keras"] = None  # Python's word for: not installed
    return _become


def _become(connection: socket.socket) -> None:
    """Be a fork server, or a further loader, as long as somebody holds the other end."""
    sys.modules.pop("keras")
    os.setsid()
    connections.say(connection, {"pid": os.getpid()})
    words, (control,) = connections.receive(connection)
    _end_with(connection)
    os.environ.clear()
    os.environ.update(words["variables"])
    serve(ServerSpec(*words["spec"]), socket.socket(fileno=control), connection)


def _end_with(connection: socket.socket) -> None:
    """Let the kernel end this process, whatever it does, when the other end is closed."""
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(connection, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(connection, fcntl.F_GETFL)
    fcntl.fcntl(connection, fcntl.F_SETFL, flags | os.O_ASYNC)  # the kernel sends that signal
    if ended(connection):  # before that
        os._exit(0)


def serve(spec: ServerSpec, control: socket.socket, *others: socket.socket) -> None:
    """Load libraries, then fork for everyone who asks, until nobody can.

    Parameters
    ----------
    spec
        What is loaded, and what the processes do.
    control
        Where it is asked.
    *others
        What is open besides, and no matter of the processes.
    """
    born = importlib.import_module(spec.module).prepare()
    if {"tensorflow", "keras"} & set(spec.preload):
        from ....seeds import triton_first

        triton_first()
    for name in spec.preload:
        try:
            _load(name)
        except Exception:  # the cell that imports it will say why
            pass
    forbidden.forbid(spec.forbid)
    first_use.prepare()
    os.environ.pop("MPLCONFIGDIR", None)

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel forgets who ended
    gc.collect()
    gc.freeze()  # pages that no collection touches stay shared
    for number in itertools.count():
        if number == MANY:
            pages.collapse()
        message, descriptors, *_ = socket.recv_fds(control, 1, 4)
        if not message:
            return
        if not descriptors:
            continue
        if _threads() == 1 and os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for end in (control, *others):
                end.close()
            try:
                born(socket.socket(fileno=descriptors[0]))
            finally:
                os._exit(1)
        for descriptor in descriptors:  # with several threads none is born, and who asked knows
            os.close(descriptor)


def _load(name: str) -> None:
    """What `import a.b` or `from a import b` does: `b` may be an attribute that loads a module."""
    package, _, attribute = name.rpartition(".")
    if package and hasattr(importlib.import_module(package), attribute):
        return
    importlib.import_module(name)


def _threads() -> int:
    """A fork has only the thread that forks, so there must be no other."""
    if sys.platform == "linux":
        return len(os.listdir("/proc/self/task"))
    return threading.active_count()


if __name__ == "__main__":
    main()
