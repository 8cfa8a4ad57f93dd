"""The process of a fork server: loads libraries, then forks for everyone who asks.

`python -m course_utils.grading.judging.sandbox.forkserver_process SPEC`, with its socket as
standard input.
"""

from __future__ import annotations

import gc
import importlib
import itertools
import json
import os
import signal
import socket
import sys
import threading

from . import first_use, forbidden, pages
from .forkserver import ServerSpec

MANY = 10  # forks after which some tenths of a second are well spent on cheaper ones


def main() -> None:
    """Load libraries, then fork for everyone who asks, until nobody can."""
    spec = ServerSpec(*json.loads(sys.argv[1]))
    control = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)
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
            control.close()
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
