"""Notebooks read as what they should be, and written in one step."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode

from ...files import replace_text


class NotANotebook(Exception):
    """What a file holds instead, on one line."""


def read(path: Path) -> NotebookNode:
    """The notebook of version 4 that a file holds.

    Parameters
    ----------
    path
        The .ipynb file; older versions are brought up to 4.

    Raises
    ------
    NotANotebook
        If the file holds something else.
    OSError
        If it cannot be read.
    """
    try:
        notebook = nbformat.reads(path.read_text("utf-8"), as_version=4)
        nbformat.validate(notebook)
    except (ValueError, TypeError, AttributeError, nbformat.ValidationError) as error:
        raise NotANotebook(str(error).partition("\n")[0]) from None
    return notebook


def write(notebook: NotebookNode, path: Path) -> None:
    """Write a `notebook` to `path` in Jupyter's own layout, complete or not at all."""
    replace_text(path, nbformat.writes(notebook).rstrip("\n") + "\n")
