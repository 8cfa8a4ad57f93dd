"""A notebook run from top to bottom in its own folder: what every command that runs one shares.

It runs as under nbval, so that whatever is stored, shown or compared came about in the same way.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from ...errors import UserError

OnCell = Callable[[int, int], None]  # how many code cells are done, and how many there are


class NotebookFailed(UserError):
    """A cell of a notebook ended in an error; the message names both.

    Parameters
    ----------
    name
        The notebook's.
    cell
        The number of the code cell, from 1: the number in brackets that Jupyter shows.
    reason
        What went wrong, in a line.

    Attributes
    ----------
    cell
        That number.
    """

    def __init__(self, name: str, cell: int, reason: str):
        super().__init__(f"{name} fails in code cell {cell}: {reason}")
        self.cell = cell


class KernelDied(NotebookFailed):
    """A cell ended the process in which all of them run."""


@dataclass(frozen=True)
class Run:
    """What a run took: seconds from start to end, and its process's largest memory in bytes."""

    seconds: float
    memory: int


def execute(
    content,
    file: Path,
    *,
    seconds: int,
    on_cell: OnCell = lambda done, total: None,
    go_on: bool = False,
    kernel: str = "",
    environment: Mapping[str, str] | None = None,
) -> Run:
    """Run a notebook's cells and put what they say into them.

    Parameters
    ----------
    content
        The notebook as nbformat reads it; its outputs are replaced, each stream in one piece.
        Nothing is written.
    file
        Where it comes from: its folder is the working directory.
    seconds
        The longest that one cell may take.
    on_cell
        Called after each code cell with how many are done and how many there are.
    go_on
        Whether to go on behind a cell that fails or takes too long, which then is interrupted.
    kernel
        The kernel's name; the one that the notebook names unless it is given.
    environment
        Variables of the kernel's process, beside those of this one.

    Raises
    ------
    NotebookFailed
        If a cell fails or takes too long, unless `go_on`.
    KernelDied
        If a cell ends the process in which it runs.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    total = sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in content.cells)
    started = memory = 0

    def count(**_):
        nonlocal started
        started += 1

    def done(**_):
        nonlocal memory
        memory = max(memory, _memory(client.km.provisioner.pid))
        on_cell(started, total)

    chosen: dict[str, Any] = {"kernel_name": kernel} if kernel else {}
    client = NotebookClient(
        content,
        timeout=seconds,
        interrupt_on_timeout=go_on,
        allow_errors=go_on,
        resources={"metadata": {"path": str(file.parent)}},
        on_cell_execute=count,
        on_cell_executed=done,
        record_timing=False,
        store_widget_state=False,  # GitHub refuses half of one
        **chosen,
    )
    # With this variable ipykernel leaves alone what C code writes to standard error, such as
    # TensorFlow's log: it goes where the kernel's own log goes, not into a cell.
    # Another course may have left Keras another library, and outputs are stored with TensorFlow's.
    ours = {"PYTEST_CURRENT_TEST": file.name, "KERAS_BACKEND": "tensorflow"}
    variables = {**os.environ, **ours, **(environment or {})}
    begin = time.perf_counter()
    try:
        client.execute(stderr=subprocess.DEVNULL, env=variables)
    except CellExecutionError as error:
        raise NotebookFailed(file.name, started, f"{error.ename}: {error.evalue}") from error
    except CellTimeoutError as error:
        raise NotebookFailed(file.name, started, f"it took more than {seconds} s") from error
    except DeadKernelError as error:
        reason = "its kernel died (out of memory, or killed)"
        raise KernelDied(file.name, started, reason) from error
    join_streams(content)
    return Run(time.perf_counter() - begin, memory)


def join_streams(content) -> None:
    """Make one output of all that a cell prints to one stream.

    In how many messages a kernel sends it is chance.

    Parameters
    ----------
    content
        The notebook as nbformat reads it; its outputs are replaced.
    """
    from nbconvert.preprocessors import CoalesceStreamsPreprocessor

    CoalesceStreamsPreprocessor().preprocess(content, {})


def _memory(process: int) -> int:
    """The largest memory that a process has had, in bytes; where nobody counts, what it has now."""
    with suppress(OSError):  # not Linux, or the process has just ended
        status = Path(f"/proc/{process}/status").read_text("utf-8")
        largest = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
        if largest:
            return int(largest[1]) * 1024
    try:
        return psutil.Process(process).memory_info().rss
    except psutil.Error:
        return 0
