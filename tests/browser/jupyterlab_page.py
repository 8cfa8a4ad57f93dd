"""JupyterLab as `course lab` starts it, and what somebody does in it with mouse and keyboard."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import nbformat
from playwright.sync_api import TimeoutError

REPOSITORY = Path(__file__).parents[2]
PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"  # the notebook in front
MINUTE = 60_000  # the machine is shared with the other half of the tests


class Server:
    """A `course lab` that runs; what it says on the terminal is in `terminal`.

    Attributes
    ----------
    address
        What somebody copies from the terminal into a browser.
    """

    def __init__(self, course: Path, home: Path, *options: str):
        self.terminal = home / "terminal.txt"
        places = {"CONFIG_DIR": "config", "DATA_DIR": "data", "RUNTIME_DIR": "runtime"}
        own = {f"JUPYTER_{name}": str(home / folder) for name, folder in places.items()}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "course_utils.tools.cli",
            "lab",
            f"--course={course}",
            *options,
        ]
        with self.terminal.open("w") as output:
            self.process = subprocess.Popen(
                [*command, "--", "--no-browser", f"--port={port}"],
                env=os.environ | own,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=course,
            )
        self.address = self._wait_for_address()
        self.root, _, self.token = re.fullmatch(
            r"(http://[^/]+)(/.*)\?token=(\w+)", self.address
        ).groups()

    def _wait_for_address(self) -> str:
        for _ in range(1800):  # three minutes: on a quiet machine it takes four seconds
            said = self.terminal.read_text()
            found = re.search(r"http://(localhost|127\.0\.0\.1):\S+", said)
            if found:
                return found.group()
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"course lab told no address:\n{said}")

    def at(self, path: str) -> str:
        """The address of another of its pages; a page of JupyterLab begins without old tabs.

        A page deep in Formgrader can only be shown to somebody who has logged in: nbgrader's cookie
        is valid below the page that it came with.
        """
        reset = "&reset" if path.startswith("/lab") else ""
        return f"{self.root}{path}?token={self.token}{reset}"

    def stop(self) -> None:
        """End it, and the kernels that it started."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def choose(page, menu: str, entry: str) -> None:
    """Click an entry of the menu bar."""
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.locator(".lm-Menu").get_by_role("menuitem", name=re.compile(rf"^{entry}")).first.click()


def wait_for_notebook(page, name: str) -> None:
    """Wait until the notebook is in front and its kernel has nothing to do.

    The status bar says so; the circle beside the kernel's name says it of no kernel, too.
    """
    page.locator(".lm-DockPanel-tabBar .lm-mod-current", has_text=name).wait_for(timeout=MINUTE)
    page.get_by_text(re.compile(r"^Python 3.* \| Idle$")).wait_for(timeout=MINUTE)


def run_all(page, file: Path) -> list:
    """Run all cells of the notebook in front, save it, and read the code cells of its `file`.

    JupyterLab has been seen to do nothing at all on "Run All Cells"; then it is asked once more.
    """
    for attempt in (1, 2):
        choose(page, "Run", "Run All Cells")
        try:
            page.locator(PANEL).get_by_text(re.compile(r"^\[(\d+|\*)\]:$")).first.wait_for()
            break
        except TimeoutError:
            if attempt == 2:
                raise
    wanted = sum(bool(cell.source.strip()) for cell in _code_cells(file))
    last = page.locator(PANEL).get_by_text(f"[{wanted}]:", exact=True)
    idle = page.locator(f"{PANEL} .jp-Notebook-ExecutionIndicator[data-status=idle]")
    quiet = 0
    while quiet < 3 and not last.count():  # an error ends the run before the last cell
        page.wait_for_timeout(1000)
        quiet = quiet + 1 if idle.count() else 0
    save(page)
    return _code_cells(file)


def save(page) -> None:
    """Save the notebook in front, and wait until it is written."""
    page.keyboard.press("Escape")
    page.locator(PANEL).get_by_role("button", name="Save").first.click()
    page.locator(".lm-DockPanel-tabBar .lm-mod-current:not(.jp-mod-dirty)").wait_for()


def clear(file: Path, target: Path) -> Path:
    """Write a notebook without outputs and counts, so that what it holds later was run there."""
    notebook = nbformat.read(file, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, target)
    return target


def _code_cells(file: Path) -> list:
    notebook = nbformat.read(file, as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]
