"""The machine: does a kernel start, is there room, is there a GPU?"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil

from ... import runtime
from .findings import NO, NOTE, YES, Finding
from .packages import pip

LEAST_MEMORY = 5 * 2**29  # bytes; the hungriest lecture takes less
LEAST_DISK = 2**30
SECONDS = 60  # for a kernel to start
FRAMEWORKS = ("torch", "tensorflow")
PROBE = "import sys, course_utils; print(sys.prefix)"


def kernel(*, thorough: bool = False, name: str = "python3", prefix: str = sys.prefix) -> Finding:
    """Whether a notebook runs: its kernel starts, is this Python, and finds the course's package.

    Parameters
    ----------
    thorough
        Whether to import PyTorch and Keras in it as well.
    name
        The kernel that every notebook of the course asks for.
    prefix
        Where this Python is installed: its `sys.prefix`.
    """
    try:
        from nbclient import NotebookClient
        from nbformat.v4 import new_code_cell, new_notebook
    except ModuleNotFoundError as error:
        remedy = f"{pip()} install jupyterlab"
        return Finding("a kernel", NO, f"nothing here runs notebooks: no {error.name}", remedy)
    sources = [PROBE, *(["import torch, keras"] if thorough else [])]
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    began = time.perf_counter()
    remedy = f"{sys.executable} -m ipykernel install --sys-prefix"
    try:
        client = NotebookClient(notebook, timeout=SECONDS, kernel_name=name, record_timing=False)
        client.execute(stderr=subprocess.DEVNULL, cwd=os.getcwd())
    except Exception as error:  # one for each way in which a kernel fails
        words = str(error).strip().splitlines() or [type(error).__name__]
        return Finding("a kernel", NO, f"does not run a cell: {words[-1]}", remedy)
    found = "".join(output.get("text", "") for output in notebook.cells[0].outputs).strip()
    if os.path.realpath(found) != os.path.realpath(prefix):
        return Finding("a kernel", NO, f"{name} is another Python: {found}", remedy)
    also = ", imports PyTorch and Keras" if thorough else ""
    return Finding("a kernel", YES, f"starts and runs a cell{also}: {_seconds(began)}")


def memory(free: int | None = None, total: int | None = None) -> Finding:
    """Whether the memory that is `free` of the `total` will do, both in bytes."""
    if free is None or total is None:
        now = psutil.virtual_memory()
        free, total = now.available, now.total
    words = f"{_gigabytes(free)} free of {_gigabytes(total)}"
    if free >= LEAST_MEMORY:
        return Finding("memory", YES, words)
    remedy = "close programs, and in JupyterLab choose Kernel > Shut Down All Kernels"
    return Finding("memory", NO, f"{words}; lectures need up to {_gigabytes(LEAST_MEMORY)}", remedy)


def disk(folder: Path | None = None, free: int | None = None) -> Finding:
    """Whether there is room.

    Parameters
    ----------
    folder
        Where; the folder that we stand in unless it is given.
    free
        How much, in bytes; what the system says unless it is given.
    """
    folder = folder or Path.cwd()
    free = shutil.disk_usage(folder).free if free is None else free
    if free >= LEAST_DISK:
        return Finding("disk", YES, f"{_gigabytes(free)} free in {folder}")
    remedy = (
        "make room: course data list says what the collections take, course data clear frees it"
    )
    return Finding("disk", NO, f"only {_gigabytes(free)} free in {folder}", remedy)


def gpu(*, thorough: bool = False, report: runtime.Report | None = None) -> Finding:
    """Which GPU there is; none is needed.

    Parameters
    ----------
    thorough
        Whether to find out if PyTorch and TensorFlow can use it.
    report
        What is there; found out unless it is given.
    """
    report = report or runtime.report(*(FRAMEWORKS if thorough else ()))
    if not report.gpus:
        return Finding("GPU", NOTE, "none, and none is needed: notebooks then do less work")
    names = ", ".join(dict.fromkeys(str(gpu) for gpu in report.gpus))
    if report.advice:
        return Finding("GPU", NOTE, f"{names}. {report.advice}")
    return Finding("GPU", YES, names)


def _gigabytes(size: int) -> str:
    return f"{size / 2**30:.1f} GiB"


def _seconds(began: float) -> str:
    return f"{time.perf_counter() - began:.1f} s"
