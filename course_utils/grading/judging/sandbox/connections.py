"""Words, texts and descriptors between processes that a fork server made and who asked for them."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import tempfile
import time
from typing import IO

DYING = 15.0  # seconds for a process that was killed to be gone


def held(text: str | bytes) -> int:
    """A descriptor to read a text from, which has no name."""
    with _without_a_name() as file:
        file.write(text.encode() if isinstance(text, str) else text)
        file.seek(0)
        return os.dup(file.fileno())


def _without_a_name() -> IO[bytes]:
    """A file in memory, which no disk has to know, where the system has such."""
    if hasattr(os, "memfd_create"):
        return open(os.memfd_create("held"), "w+b")
    return tempfile.TemporaryFile()


def read(source: int, seconds: float) -> bytes:
    """All that a process writes until it closes its end; nothing if that takes too long.

    Parameters
    ----------
    source
        The descriptor to read from.
    seconds
        How long that may take, all together.
    """
    last, parts = time.monotonic() + seconds, bytearray()
    while select.select([source], [], [], max(last - time.monotonic(), 0))[0]:
        part = os.read(source, 1 << 20)
        if not part:
            return bytes(parts)
        parts += part
    return b""


def end(connection: socket.socket) -> None:
    """Kill the process at the other end, with all that it started, and wait until it is gone.

    Parameters
    ----------
    connection
        To a process that leads a group and said its number when it was born; it is closed here.
    """
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
    """Write `words`, plain data by name, to the other end of a `connection`, in a line."""
    connection.sendall(json.dumps(words).encode() + b"\n")


def said(connection: socket.socket) -> dict:
    """What the other end of a `connection` has written up to now, all lines together."""
    lines = bytearray()
    while select.select([connection], [], [], 0)[0]:
        try:
            part = connection.recv(1 << 16)
        except ConnectionError:  # it ended without reading all that it was told
            break
        if not part:
            break
        lines += part
    words: dict = {}
    for line in lines.splitlines():
        words |= json.loads(line)
    return words


def receive(connection: socket.socket) -> tuple[dict, list[int]]:
    """What a new process was asked for over its `connection`, and the descriptors that came along.

    The process ends if there is nobody who asks.
    """
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
