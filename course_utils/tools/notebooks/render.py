"""A notebook run from top to bottom and turned into a page."""

from __future__ import annotations

import os
from pathlib import Path

from .execution import NotebookFailed, OnCell, execute

__all__ = ["NotebookFailed", "to_html"]


def to_html(
    notebook: Path,
    target: Path,
    on_cell: OnCell = lambda done, total: None,
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
    from nbconvert import HTMLExporter

    content = nbformat.read(notebook, as_version=4)
    execute(content, notebook, seconds=seconds, on_cell=on_cell)
    page, _ = HTMLExporter().from_notebook_node(content, {"metadata": {"name": notebook.stem}})
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.write_text(page, encoding="utf-8")
    draft.replace(target)
    return target
