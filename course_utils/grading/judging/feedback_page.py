"""Feedback pages from graded notebooks, in processes of their own: what students wrote is parsed by
nobody who has anything else to do.

A page is nbgrader's, with its template, without hidden tests.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from . import bounded, markup
from .sandbox.forkserver import ServerSpec

SECONDS, MEMORY = 30, 2_000_000_000  # of processor time, and bytes, for a process
KIND = ServerSpec(__name__)
# The template takes away the triangle by which one sees that something can be opened, and lets the
# end of a long line, such as the reason for a lost point, be out of sight.
STYLE = (
    "<style>summary { display: list-item; cursor: pointer } "
    "div.output_text pre { white-space: pre-wrap; word-break: normal; overflow-wrap: anywhere }"
    "</style>"
)
PICTURE = "image/png"  # the only kind that a graded notebook shows: see `outputs`


class PageError(RuntimeError):
    """A page could not be made."""


@dataclass(frozen=True)
class Wanted:
    """What a page is made from.

    Attributes
    ----------
    text
        The graded notebook.
    values
        What the gradebook says of it: "own" for the page's head; "scores" (points and maximum) and
        "comments" by grade_id; "hints", if there are any, as `ladders.as_data` gives them.
    reveal
        What is said of hidden tests: see `show.hide`.
    """

    text: str
    values: dict
    reveal: str


def render(wanted: Wanted) -> str:
    """The page of a notebook.

    Parameters
    ----------
    wanted
        What it is made from.

    Raises
    ------
    PageError
        If it takes too long, or fails.
    """
    try:
        (page,) = _rendered([wanted])
    except bounded.TooMuch as limit:
        raise PageError(f"a feedback page could not be made: that takes {limit}") from None
    return page


def render_all(wanted: Sequence[Wanted]) -> list[str | None]:
    """Pages made by as few processes as do it: what one makes of the first helps with the next.

    A process ends with the first page on which something took too long, as that may have been left
    half done; where a process fails, each page that it had still to make gets one of its own.

    Parameters
    ----------
    wanted
        What each is made from.

    Returns
    -------
    list
        The pages in the same order; None for one that takes too long, or fails.
    """
    pages: list[str | None] = []
    while len(pages) < len(wanted):
        try:
            pages += _rendered(wanted[len(pages) :])
        except RuntimeError:
            pages += map(_alone, wanted[len(pages) :])
    return pages


def _alone(wanted: Wanted) -> str | None:
    try:
        return render(wanted)
    except RuntimeError:
        return None


def _rendered(wanted: Sequence[Wanted]) -> list[str]:
    """The first pages, at least one, as a process makes them."""
    request = json.dumps([asdict(each) for each in wanted]).encode()
    return json.loads(bounded.call(KIND, request, SECONDS, MEMORY))


def prepare():
    """What a fork server does before it forks; returns what its children do."""
    sys.modules.setdefault("rfc3987_syntax", None)  # as in `cli`
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, writes
    from nbgrader.converters import GenerateFeedback
    from nbgrader.coursedir import CourseDirectory

    converter = GenerateFeedback(coursedir=CourseDirectory())
    exporter = _exporter(converter.config)
    example = new_notebook(cells=[new_code_cell("f(1)"), new_markdown_cell("**a** $b$")])
    own = {"notebook": "", "score": 0, "max_score": 0, "late_penalty": 0}
    values = {"own": own, "scores": {}, "comments": {}}
    _page(exporter, Wanted(writes(example), values, "nothing"), {})
    markup.prepare()
    return bounded.serve(lambda request: _pages(exporter, json.loads(request)))


def _pages(exporter, requests: list[dict]) -> bytes:
    found, known = [], markup.Html()
    for request in requests:
        page, good = _page(exporter, Wanted(**request), known)
        found.append(page.encode("utf-8", "replace").decode())
        if not good:
            break
    return json.dumps(found).encode()


def _exporter(config):
    """nbconvert's exporter, without what takes three quarters of its time.

    When a page is made, it reads all of it again to describe pictures that nobody has described.
    Here they are described before: see `_describe`.
    """
    from nbconvert.exporters import HTMLExporter
    from nbconvert.exporters.templateexporter import TemplateExporter
    from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter

    class Exporter(HTMLExporter):
        def from_notebook_node(self, nb, resources=None, **options):
            resources = self._init_resources(resources)
            known = {"notebook_metadata": self._nb_metadata, "parent": self, "resources": resources}
            self.register_filter("filter_data_type", WidgetsDataTypeFilter(**known))
            return TemplateExporter.from_notebook_node(self, nb, resources, **options)

    return Exporter(config=config, filters=markup.FILTERS, sanitize_html=True)


def _describe(notebook) -> None:
    """Say of pictures among the outputs that nobody has described them, where that is so."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if PICTURE in output.get("data", {}):
                output.metadata.setdefault(PICTURE, {}).setdefault("alt", markup.UNDESCRIBED)


def _page(exporter, wanted: Wanted, known: markup.Html) -> tuple[str, bool]:
    """A page, and whether all of it was made in time; `known` is HTML of other pages' texts."""
    import nbformat

    from . import ladders, outputs

    notebook, values = nbformat.reads(wanted.text, as_version=4), wanted.values
    for cell in notebook.cells:
        own = cell.metadata.get("nbgrader", {})
        name = own.get("grade_id")
        if name in values["scores"]:
            own["score"], own["points"] = values["scores"][name]
        if name in values["comments"]:
            own["comment"] = values["comments"][name]
    found = ladders.found(notebook, ladders.from_data(values.get("hints", [])))
    outputs.hide(notebook, outputs.Reveal(wanted.reveal))
    _describe(notebook)
    ladders.put_in(notebook, found)
    texts, good = markup.rendered(notebook, known)
    page, _ = exporter.from_notebook_node(notebook, {"nbgrader": values["own"], markup.KEY: texts})
    return page.replace("</head>", f"{STYLE}</head>", 1), good
