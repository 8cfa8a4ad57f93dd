"""A feedback page from a graded notebook, in a process of its own: what a student wrote is parsed
by nobody who has anything else to do.

The page is nbgrader's, with its template, without hidden tests.
"""

from __future__ import annotations

import json
import os
import socket
import sys

from .sandbox import connections, forkserver, limits

SECONDS = 60.0  # for a page
KIND = forkserver.ServerSpec(__name__)


class PageError(RuntimeError):
    """A page could not be made."""


def render(text: str, values: dict, reveal: str) -> str:
    """The page of a notebook.

    Parameters
    ----------
    text
        The graded notebook.
    values
        What the gradebook says of it: "own" for the page's head; "scores" (points and maximum) and
        "comments" by grade_id.
    reveal
        What is said of hidden tests: see `show.hide`.

    Raises
    ------
    PageError
        If it takes too long, or fails.
    """
    source, target = os.pipe()
    request = json.dumps({"text": text, "values": values, "reveal": reveal})
    connection = forkserver.get(KIND).fork({}, connections.held(request), target)
    try:
        page = connections.read(source, SECONDS)
    finally:
        os.close(source)
        connections.end(connection)
    if not page:
        raise PageError("a feedback page could not be made: too large, or too slow to read")
    return page.decode()


def prepare():
    """What a fork server does before it forks; returns what its children do."""
    sys.modules.setdefault("rfc3987_syntax", None)  # as in `cli`
    from nbconvert.exporters import HTMLExporter
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
    from nbgrader.converters import GenerateFeedback
    from nbgrader.coursedir import CourseDirectory

    converter = GenerateFeedback(coursedir=CourseDirectory())
    exporter = HTMLExporter(config=converter.config)
    example = new_notebook(cells=[new_code_cell("f(1)"), new_markdown_cell("**a** $b$")])
    own = {"notebook": "", "score": 0, "max_score": 0, "late_penalty": 0}
    exporter.from_notebook_node(example, {"nbgrader": own})  # templates are compiled by this
    return lambda connection: _born(connection, exporter)


def _born(connection: socket.socket, exporter) -> None:
    limits.end_with_parent()
    os.setsid()
    connections.say(connection, {"pid": os.getpid()})
    _, (source, target) = connections.receive(connection)
    with open(source) as file:
        request = json.load(file)
    page = _page(exporter, **request)
    with open(target, "w", encoding="utf-8", errors="replace") as file:
        file.write(page)


def _page(exporter, text: str, values: dict, reveal: str) -> str:
    import nbformat

    from . import outputs

    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        own = cell.metadata.get("nbgrader", {})
        name = own.get("grade_id")
        if name in values["scores"]:
            own["score"], own["points"] = values["scores"][name]
        if name in values["comments"]:
            own["comment"] = values["comments"][name]
    outputs.hide(notebook, outputs.Reveal(reveal))
    page, _ = exporter.from_notebook_node(notebook, {"nbgrader": values["own"]})
    return page
