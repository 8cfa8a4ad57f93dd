"""Work on what students wrote, in a process that may use only so much time and memory.

Parsers of text that nobody vouches for can be slow without end, and hold their whole process up
meanwhile. So they run in a process of their own, and what exceeds its limits concerns one student.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable

from .sandbox import connections, forkserver, limits
from .sandbox.forkserver import ServerSpec

CLOCK = 12  # times the processor's seconds: how long a busy machine may take at most
SCRATCH = 1_000_000  # bytes of a file; none is written
DONE, MEMORY, FAULT = b"done:", b"memory:", b"fault:"


class TooMuch(RuntimeError):
    """The work needs more than it is given; the message says of what."""


def call(spec: ServerSpec, request: bytes, seconds: int, memory: int) -> bytes:
    """What the processes of a kind make of a request.

    Parameters
    ----------
    spec
        The kind: the `prepare()` of its module returns `serve(...)`.
    request
        What they are given.
    seconds
        Of processor time.
    memory
        In bytes.

    Raises
    ------
    TooMuch
        If it needs more time or memory.
    RuntimeError
        If the work fails otherwise, which is the grader's fault.
    """
    source, target = os.pipe()
    words = {"seconds": seconds, "memory": memory}
    try:
        connection = forkserver.get(spec).fork(words, connections.held(request), target)
    except BaseException:
        os.close(source)
        raise
    try:
        reply = connections.read(source, CLOCK * seconds)
    finally:
        os.close(source)
        connections.end(connection)
    if reply.startswith(DONE):
        return reply[len(DONE) :]
    if reply.startswith(FAULT):
        raise RuntimeError(reply[len(FAULT) :].decode("utf-8", "replace"))
    if reply == MEMORY:
        raise TooMuch(f"more than {memory / 1e9:g} GB of memory")
    raise TooMuch(f"more than {seconds} seconds")


def serve(work: Callable[[bytes], bytes]) -> Callable[[socket.socket], None]:
    """What a process of a fork server does: one piece of work, within its limits.

    Parameters
    ----------
    work
        From a request to the reply.
    """

    def born(connection: socket.socket) -> None:
        limits.end_with_parent()
        os.setsid()
        connections.say(connection, {"pid": os.getpid()})
        words, (source, target) = connections.receive(connection)
        with open(source, "rb") as file:
            request = file.read()
        bounds = {"memory": words["memory"], "disk": SCRATCH, "cpu": words["seconds"]}
        limits.apply(bounds | {"unsafe": True})  # nothing that a student wrote is run here
        try:
            reply = DONE + work(request)
        except MemoryError:
            reply = MEMORY
        except Exception as error:
            reply = FAULT + f"{type(error).__name__}: {error}".encode("utf-8", "replace")
        with open(target, "wb") as file:
            file.write(reply)

    return born
