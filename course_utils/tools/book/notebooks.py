"""A notebook as a page: buttons in place of its badge, its last run, its animations as files."""

from __future__ import annotations

import copy
import html
import posixpath
import re

from nbformat import NotebookNode

from ..notebooks import folded, last_run
from ..notebooks.stamp import BADGE
from .links import Links
from .playground.pages import of_lecture

_ANIMATION = re.compile(r'<img src="data:image/gif;base64,([^"]+)"[^>]* alt="([^"]+)">')
_PROPER = {
    "python": "Python",
    "course-utils": "course_utils",
    "numpy": "NumPy",
    "scipy": "SciPy",
    "torch": "PyTorch",
    "tensorflow": "TensorFlow",
    "keras": "Keras",
    "pillow": "Pillow",
    "ipython": "IPython",
}


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
    number = re.match(r"\d\d(?=_)", posixpath.basename(file))
    if badge:
        played = of_lecture(links.root, number[0]) if number else {}
        to_play = {links.pages[path]: words for path, words in played.items()}
        bar = _bar(badge[0], links.pages[file], to_play, last_run.read(notebook.metadata))
        title.source = title.source.replace(badge[0], bar)
    if number:  # a lecture: others refer to it by its number
        title.source = title.source.replace("# ", f"# {number[0]} ", 1)
    for cell in page.cells:
        if cell.cell_type == "markdown":
            cell.source = links.rewrite(cell.source, file)
        elif "setup" in cell.metadata.get("tags", []):
            cell.metadata.tags.append("hide-input")  # the same in every notebook
        elif folded.is_folded(cell):
            _fold(cell)
        for output in cell.get("outputs", []):
            _animation_as_file(output)
    return page


def _fold(cell: NotebookNode) -> None:
    """A cell is shown closed under its title; a solution with all that it prints."""
    words = folded.title(cell) or "Code"
    cell.source = cell.source.partition("\n")[2].lstrip("\n") if folded.title(cell) else cell.source
    cell.metadata["mystnb"] = {"code_prompt_show": words, "code_prompt_hide": words}
    if folded.SOLUTION in folded.tags(cell):
        cell.metadata.tags.append("hide-cell")


def _bar(badge: str, page: str, to_play: dict[str, str], run: last_run.LastRun | None) -> str:
    """Where to open it, where to get it, where to play with it, its last run: a piece of HTML."""
    colab = badge.partition(")](")[2].partition(")")[0]
    up = posixpath.relpath(".", posixpath.dirname(page))
    played = [
        f'<a class="button quiet" href="{up}/{other}.html">{html.escape(words)}</a>\n'
        for other, words in to_play.items()
    ]
    return (
        '\n<div class="notebook-bar">\n'
        f'<a class="button" href="{html.escape(colab)}">Open in Colab</a>\n'
        f'<a class="button quiet" href="{up}/_sources/{page}.ipynb" download>Download</a>\n'
        f"{''.join(played)}"
        f"{_last_run(run) if run else ''}"
        "</div>\n"
    )


def _last_run(run: last_run.LastRun) -> str:
    """The day, the time and the memory; a click shows the versions."""
    day = f"{run.date.day} {run.date:%B %Y}"
    known = [name for name in ("python", *last_run.PACKAGES) if name in run.versions]
    versions = [f"{_PROPER.get(name, name)} {run.versions[name]}" for name in known]
    return (
        f'<details class="last-run"><summary>Last run {day}, in {run.seconds} s '
        f"and {run.megabytes / 1000:.1f} GB of memory</summary>\n"
        f"With {html.escape(', '.join(versions))}.</details>\n"
    )


def _animation_as_file(output: NotebookNode) -> None:
    """Let Sphinx write a GIF into a file, of which `book/conf.py` makes a film for its player."""
    stored = _ANIMATION.fullmatch("".join(output.get("data", {}).get("text/html", "")).strip())
    if stored:
        output.data = {"image/gif": stored[1], "text/plain": output.data.get("text/plain", "")}
        output.metadata = {"image/gif": {"alt": html.unescape(stored[2])}}
