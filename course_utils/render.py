"""A notebook run from top to bottom and turned into a page."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from .errors import UserError


class NotebookFailed(UserError):
    """A cell of a notebook ended in an error; the message names both."""


def to_html(
    notebook: Path,
    target: Path,
    on_cell: Callable[[int, int], None] = lambda done, total: None,
    seconds: int = 300,
) -> Path:
    """Execute a notebook in its own folder and write it as a page with its outputs.

    The notebook itself is not touched; the page appears when it is complete.

    Parameters
    ----------
    notebook
        The .ipynb file.
    target
        The .html file to write.
    on_cell
        Called after each code cell with how many are done and how many there are.
    seconds
        The longest that one cell may take.

    Raises
    ------
    NotebookFailed
        If a cell ends in an error or takes too long.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from nbconvert import HTMLExporter

    content = nbformat.read(notebook, as_version=4)
    total = sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in content.cells)
    started = 0

    def count(cell, cell_index):
        nonlocal started
        started += 1

    client = NotebookClient(
        content,
        timeout=seconds,
        resources={"metadata": {"path": str(notebook.parent)}},
        on_cell_execute=count,
        on_cell_executed=lambda **_: on_cell(started, total),
        record_timing=False,
    )
    try:
        client.execute(stderr=subprocess.DEVNULL)  # the kernel's own log; a cell's stderr is kept
    except CellExecutionError as error:
        reason = f"{error.ename}: {error.evalue}"
        raise NotebookFailed(f"{notebook.name} fails in code cell {started}: {reason}") from error
    except CellTimeoutError as error:
        reason = f"it took more than {seconds} s"
        raise NotebookFailed(f"{notebook.name} fails in code cell {started}: {reason}") from error
    except DeadKernelError as error:
        reason = "its kernel died (out of memory, or killed)"
        raise NotebookFailed(f"{notebook.name} fails in code cell {started}: {reason}") from error
    page, _ = HTMLExporter().from_notebook_node(content, {"metadata": {"name": notebook.stem}})
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.write_text(page, encoding="utf-8")
    draft.replace(target)
    return target
