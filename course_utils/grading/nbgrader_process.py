"""Run one nbgrader command in a process of its own, and end it with everything it started."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Finished:
    """How a command ended: its exit status (None if it was stopped) and what it printed."""

    status: int | None
    log: str

    @property
    def ok(self) -> bool:
        return self.status == 0

    def last_error(self) -> str:
        """The last line that says what went wrong, in a form fit for a table."""
        lines = [line.strip() for line in self.log.splitlines() if line.strip()]
        errors = [line for line in lines if "Error" in line and "| ERROR]" not in line]
        return (errors or lines or ["nothing was printed"])[-1]


def run(*arguments: str, root: Path, seconds: float = 600) -> Finished:
    """Run `nbgrader` with `arguments` in the course folder `root`.

    After `seconds` the command is stopped with every process below it, the notebook kernels
    included, which live in process groups of their own. It does not hear a Ctrl-C.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=root,
        env=variables(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        log, _ = process.communicate(timeout=seconds)
        return Finished(process.returncode, log)
    except subprocess.TimeoutExpired:
        return Finished(None, f"stopped after {seconds:.0f} s")
    finally:
        if process.poll() is None:
            stop(process)


def stop(process: subprocess.Popen) -> None:
    """Kill a process and all its descendants, and wait until they are gone."""
    try:
        family = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        family = []
    for member in [*family, process]:
        try:
            member.kill()
        except (psutil.NoSuchProcess, ProcessLookupError):
            pass
    psutil.wait_procs(family, timeout=5)
    process.communicate()


def variables() -> dict[str, str]:
    """This process's environment, with its programs first (nbgrader calls `alembic` by name).

    One thread each, as several submissions run side by side; no warnings, as nbgrader
    takes every point from a test cell that writes to stderr.
    """
    programs = os.path.dirname(sys.executable)
    return {
        **os.environ,
        "PATH": programs + os.pathsep + os.environ.get("PATH", ""),
        "PYTHONWARNINGS": "ignore",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }
