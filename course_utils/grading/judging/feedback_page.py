"""A feedback page from a graded notebook, in a process of its own: what a student wrote is parsed
by nobody who has anything else to do.

The page is nbgrader's, with its template, without hidden tests.
"""

from __future__ import annotations

import json
import sys

from . import bounded, markup
from .sandbox.forkserver import ServerSpec

SECONDS, MEMORY = 30, 2_000_000_000  # of processor time, and bytes, for a page
KIND = ServerSpec(__name__)


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
        "comments" by grade_id; "hints", if there are any, as `ladders.as_data` gives them.
    reveal
        What is said of hidden tests: see `show.hide`.

    Raises
    ------
    PageError
        If it takes too long, or fails.
    """
    request = json.dumps({"text": text, "values": values, "reveal": reveal}).encode()
    try:
        return bounded.call(KIND, request, SECONDS, MEMORY).decode()
    except bounded.TooMuch as limit:
        raise PageError(f"a feedback page could not be made: that takes {limit}") from None


def prepare():
    """What a fork server does before it forks; returns what its children do."""
    sys.modules.setdefault("rfc3987_syntax", None)  # as in `cli`
    from nbconvert.exporters import HTMLExporter
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, writes
    from nbgrader.converters import GenerateFeedback
    from nbgrader.coursedir import CourseDirectory

    converter = GenerateFeedback(coursedir=CourseDirectory())
    exporter = HTMLExporter(config=converter.config, filters=markup.FILTERS, sanitize_html=True)
    example = new_notebook(cells=[new_code_cell("f(1)"), new_markdown_cell("**a** $b$")])
    own = {"notebook": "", "score": 0, "max_score": 0, "late_penalty": 0}
    _page(exporter, writes(example), {"own": own, "scores": {}, "comments": {}}, "nothing")
    markup.prepare()
    return bounded.serve(
        lambda request: _page(exporter, **json.loads(request)).encode("utf-8", "replace")
    )


def _page(exporter, text: str, values: dict, reveal: str) -> str:
    import nbformat

    from . import ladders, outputs

    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        own = cell.metadata.get("nbgrader", {})
        name = own.get("grade_id")
        if name in values["scores"]:
            own["score"], own["points"] = values["scores"][name]
        if name in values["comments"]:
            own["comment"] = values["comments"][name]
    found = ladders.found(notebook, ladders.from_data(values.get("hints", [])))
    outputs.hide(notebook, outputs.Reveal(reveal))
    ladders.put_in(notebook, found)
    resources = {"nbgrader": values["own"], markup.KEY: markup.rendered(notebook)}
    page, _ = exporter.from_notebook_node(notebook, resources)
    return page.replace("</head>", f"{ladders.STYLE}</head>", 1) if found else page
