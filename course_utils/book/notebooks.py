"""A notebook as a page: buttons in place of its badge, and how it was last run."""

from __future__ import annotations

import copy
import html
import posixpath

from nbformat import NotebookNode

from ..stamp import BADGE
from .links import Links


def as_page(notebook: NotebookNode, file: str, links: Links) -> NotebookNode:
    """A copy of a notebook as the book shows it.

    Parameters
    ----------
    notebook
        As it is stored; its outputs are shown as they are.
    file
        Its path in the repository.
    links
        What its links lead to.
    """
    page = copy.deepcopy(notebook)
    title = page.cells[0]
    badge = BADGE.search(title.source)
    if badge:
        bar = _bar(badge[0], links.pages[file], notebook.metadata.get("course", {}))
        title.source = title.source.replace(badge[0], bar)
    for cell in page.cells:
        if cell.cell_type == "markdown":
            cell.source = links.rewrite(cell.source, file)
    return page


def _bar(badge: str, page: str, course: dict) -> str:
    """Where to open it, where to get it, and its last run: a piece of HTML."""
    colab = badge.rpartition("(")[2].rstrip(")")
    up = posixpath.relpath(".", posixpath.dirname(page))
    return (
        '\n<div class="notebook-bar">\n'
        f'<a class="button" href="{html.escape(colab)}">Open in Colab</a>\n'
        f'<a class="button quiet" href="{up}/_sources/{page}.ipynb" download>Download</a>\n'
        f"{_last_run(course.get('last_run', {}))}"
        "</div>\n"
    )


def _last_run(run: dict) -> str:
    """The day, the time and the memory, and behind them the versions."""
    if not run:
        return ""
    versions = ", ".join(f"{name} {version}" for name, version in run["versions"].items())
    return (
        f'<details class="last-run"><summary>Last run {run["date"]}: {run["seconds"]:.0f} s, '
        f"{run['memory'] / 1000:.1f} GB</summary>{html.escape(versions)}</details>\n"
    )
