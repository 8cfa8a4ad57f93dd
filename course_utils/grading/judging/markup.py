"""What people wrote, as HTML in which nothing runs: for feedback pages and for Formgrader's.

Markdown and code become HTML, and the HTML is sanitised, once and last, by an allow-list of tags,
attributes and addresses. All texts of a page are rendered together, in a process with limits; what
takes too long is shown as it was written.

The sanitiser is nh3 (ammonia), which parses HTML as browsers do.
"""

from __future__ import annotations

import json
import re
import signal
import sys
import time
from collections.abc import Callable
from html import escape

import nh3
from jinja2 import pass_context
from nbformat import NotebookNode

from . import bounded
from .sandbox.forkserver import ForkServerError, ServerSpec

SECONDS, MEMORY = 20, 1_500_000_000  # for all texts of a page
TEXT, TEXTS = 0.3, 1.0  # seconds of processor time for a text, for all of them
LINE = 2_000  # characters of a line: no longer one is highlighted
DEEPEST, LARGEST = 100, 3_000_000  # tags in each other, characters of HTML
UNDESCRIBED = "No description has been provided for this image"  # nbconvert's words
KIND = ServerSpec(__name__)
KEY = "course_rendered"  # in what nbconvert calls resources

TAGS = frozenset(nh3.ALLOWED_TAGS - {"area", "map", "nav"})
EVERYWHERE = {"class", "id", "title", "lang", "dir"}
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "details": {"open"},
    **{cell: {"style", "colspan", "rowspan", "align"} for cell in ("td", "th")},
}
# What an attribute may say, if it may not say everything.
VALUES = {
    "href": r"(?:https?://|mailto:|#).*",
    "src": r"data:image/(?:png|jpeg|gif|webp);base64,[\w+/=\s]*"
    r"|(?!.*\.\.)[\w-][\w ./%-]*\.(?i:png|jpe?g|gif|webp|svg)",
    "style": r"text-align: ?(?:left|right|center);?",
}
# Classes of highlighted code and of notes: others would pass for controls of the page.
CLASS = re.compile(r"highlight|hl-[\w-]{1,30}|\w{1,3}|alert(?:-\w{1,10})?|anchor-link")
OWN = "text-"  # before names of places in a text: those of the page's own places begin otherwise
Html = dict[tuple[str, str], str]  # by kind and text
TEX = re.compile(r"\\(?=(?:href|class|style|cssId|require|unicode)\b)")


def sanitised(html: str) -> str:
    """HTML without anything that a browser would run, fetch from elsewhere or take for the page's.

    Parameters
    ----------
    html
        A piece of a page.

    Examples
    --------
    >>> sanitised('<b onclick="alert(1)">bold</b><script>alert(1)</script>')
    '<b>bold</b>'
    """
    return _cleaned(html, _value)


def _cleaned(html: str, values: Callable[[str, str, str], str | None] | None = None) -> str:
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes={"*": EVERYWHERE, **ATTRIBUTES},
        attribute_filter=values,
        url_schemes={"http", "https", "mailto", "data"},
    )


def _value(tag: str, name: str, value: str) -> str | None:
    """What is left of an attribute; None if it goes."""
    if name == "id":
        return OWN + value
    if name == "class":
        return " ".join(word for word in value.split() if CLASS.fullmatch(word)) or None
    if name in VALUES and not re.fullmatch(VALUES[name], value.strip(), re.DOTALL):
        return None
    return f"#{OWN}{value[1:]}" if name == "href" and value[:1] == "#" else value


def plain(text: str) -> str:
    """A text as it was written.

    Parameters
    ----------
    text
        Whatever it is.
    """
    return f'<div class="highlight"><pre>{escape(text, quote=False)}</pre></div>'


# --- all texts of a page ---


def rendered(notebook: NotebookNode, known: Html) -> tuple[Html, bool]:
    """The HTML of all texts of a notebook, by kind and text; in a process that has limits.

    Parameters
    ----------
    notebook
        A graded one, as its page shows it.
    known
        What was made of other notebooks' texts; what is made of this one's joins it.

    Returns
    -------
    tuple
        The HTML, and whether all of it was made in time: what was stopped may be half done, so
        that the process should make nobody else's.
    """
    found = _rendered(_texts(notebook), known)
    return {(kind, text): html for kind, text, html, _ in found}, all(good for *_, good in found)


def _texts(notebook: NotebookNode) -> list[tuple[str, str, dict]]:
    """Kind, text, and what else is shown by it."""
    found: list[tuple[str, str, dict]] = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            found.append(("code", cell.source, {}))
        elif cell.cell_type == "markdown":
            found.append(("markdown", cell.source, {"attachments": cell.get("attachments", {})}))
        else:
            found.append(("html", cell.source, {}))
        comment = cell.metadata.get("nbgrader", {}).get("comment")
        if comment:
            found.append(("markdown", comment, {}))
        for output in cell.get("outputs", []):
            for kind, mime in (("html", "text/html"), ("markdown", "text/markdown")):
                if mime in output.get("data", {}):
                    found.append((kind, output.data[mime], {}))
    return found


def _rendered(texts: list[tuple[str, str, dict]], known: Html) -> list[tuple[str, str, str, bool]]:
    room, left = LARGEST, TEXTS
    found = []
    for kind, text, more in texts:
        began = time.process_time()
        html = known.get((kind, text))
        if html is None and left > 0:
            html = _one(kind, text, more, min(TEXT, left))
        left -= time.process_time() - began
        good = html is not None
        if html is not None and not more.get("attachments"):
            known[kind, text] = html
        if html is None or len(html) > room or _depth(html) > DEEPEST:
            html = plain(text)
        else:
            room -= len(html)
        found.append((kind, text, html, good))
    return found


class _Slow(BaseException):
    """A text takes too long."""


def _late(number: int, frame: object) -> None:
    raise _Slow


def _one(kind: str, text: str, more: dict, seconds: float) -> str | None:
    """A text's HTML; None if it takes too long or cannot be had."""
    if kind == "code" and max(map(len, text.split("\n"))) > LINE:
        return None
    signal.signal(signal.SIGVTALRM, _late)
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
        try:
            html = _html(kind, text, more)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    except (_Slow, Exception):
        return None
    html = sanitised(_described(html))
    return TEX.sub("\\\\\u2060", html) if kind == "markdown" else html


def _html(kind: str, text: str, more: dict) -> str:
    """What nbconvert makes of a text."""
    from nbconvert.filters import Highlight2HTML
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    if kind == "code":
        return Highlight2HTML()(text)
    if kind == "markdown":
        renderer = IPythonRenderer(escape=False, attachments=more.get("attachments", {}))
        return MarkdownWithMath(renderer=renderer).render(text)
    return text


def _described(html: str) -> str:
    """HTML whose pictures have an alternative text, as nbconvert gives it to a whole page."""
    if "<im" not in html.lower():  # <image> becomes one, too
        return html
    from bs4 import BeautifulSoup

    found = BeautifulSoup(_cleaned(html), features="html.parser")  # nbconvert's own choice
    for picture in found.find_all("img", alt=False):
        picture["alt"] = UNDESCRIBED
    return str(found)


def _depth(html: str) -> int:
    """How deep tags stand in each other, in sanitised HTML."""
    depth = deepest = 0
    for closes, name in re.findall(r"<(/?)(\w+)", html):
        if name not in ("br", "hr", "img", "wbr", "col"):
            depth += -1 if closes else 1
            deepest = max(deepest, depth)
    return deepest


# --- the process ---


def prepare():
    """What a fork server does before it forks; returns what its processes do."""
    sys.modules.setdefault("rfc3987_syntax", None)  # as in `cli`
    for kind, text in (("code", "f(1)"), ("markdown", "**a** $b$\n\n```python\n1\n```")):
        _html(kind, text, {})  # lexers are loaded by this
    return bounded.serve(lambda request: json.dumps(_rendered(json.loads(request), {})).encode())


def _of_page(context) -> Html:
    """The HTML of all texts of the page that is being made."""
    resources = context["resources"]
    if KEY not in resources:
        request = json.dumps(_texts(context["nb"])).encode()
        try:
            reply = json.loads(bounded.call(KIND, request, SECONDS, MEMORY))
        except (bounded.TooMuch, ForkServerError):
            reply = []
        resources[KEY] = {(kind, text): html for kind, text, html, _ in reply}
    return resources[KEY]


# --- in the place of nbconvert's filters ---


@pass_context
def markdown2html(context, text: str) -> str:
    """A text in Markdown as HTML.

    Parameters
    ----------
    context
        Of the template.
    text
        A cell's source, or a comment.
    """
    return _of_page(context).get(("markdown", text)) or plain(text)


@pass_context
def highlight_code(context, text: str, language: str | None = None, metadata=None) -> str:
    """A code cell's source as HTML.

    Parameters
    ----------
    context
        Of the template.
    text
        The source.
    language, metadata
        As nbconvert's own filter has them.
    """
    return _of_page(context).get(("code", text)) or plain(text)


@pass_context
def clean_html(context, text: str) -> str:
    """HTML of an output, or what another filter gave.

    Parameters
    ----------
    context
        Of the template.
    text
        HTML.
    """
    found = _of_page(context)
    return text if text in found.values() else found.get(("html", text)) or plain(text)


def ansi2html(text: str) -> str:
    """What was printed as HTML, without colours.

    Parameters
    ----------
    text
        Of an output.
    """
    return escape(re.sub(r"\x1b\[[0-9;?]{0,99}[ -/]{0,9}[@-~]|[\x00-\x08\x0b-\x1f]", "", text))


def strip_files_prefix(text: str) -> str:
    """The text as it is: addresses of IPython 1 are searched for in quadratic time otherwise.

    Parameters
    ----------
    text
        What another filter gave.
    """
    return text


FILTERS = {
    function.__name__: f"{__name__}.{function.__name__}"
    for function in (markdown2html, highlight_code, clean_html, ansi2html, strip_files_prefix)
}
