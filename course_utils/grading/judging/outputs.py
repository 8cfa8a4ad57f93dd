"""What a judged notebook shows: outputs made of verdicts, and nothing that a browser would run."""

from __future__ import annotations

import html
import re
from enum import StrEnum

from nbformat import NotebookNode
from nbformat.v4 import new_output

from ...errors import one_line
from .notebooks.hidden import BEGIN, without_hidden
from .verdicts import NOT_THE_STUDENTS, Judged, VerdictKind

LOST = re.compile(
    r"(?P<line>lost (?P<lost>\d+\.?\d*) of (?P<points>\d+\.?\d*) points)(?P<name>:[^:]+)"
)
INSIDE = "judged inside: the test ran beside the answer"
SMALLEST = "The smallest input found that shows it; run this below your answer:\n\n"
KEY = "course_verdict"  # in a cell's metadata
NAMES = {VerdictKind.TIMEOUT: "CellTimeoutError", VerdictKind.OUT_OF_MEMORY: "MemoryError"}
LONGEST, LONGEST_ALL = 50_000, 500_000  # characters shown of a cell, of all of a student's


class Reveal(StrEnum):
    """What students are told of hidden tests."""

    NOTHING = "nothing"  # only that one failed
    NAMES = "names"  # what the parts of a test with partial credit are called
    MESSAGES = "messages"  # what tests say


def fill(notebook: NotebookNode, judged: Judged) -> None:
    """Write outputs and verdicts into a rebuilt notebook.

    Parameters
    ----------
    notebook
        The rebuilt one; it is changed.
    judged
        What came of it.
    """
    for place, report in judged.cells.items():
        cell = notebook.cells[place]
        cell.outputs = [*_printed(report), *_pictures(report)]
        error = report.get("error")
        if error and "verdict" not in report:
            cell.outputs.append(_error(str(error[0]), str(error[1])))
    refused = {_name(notebook, place): calls for place, calls in judged.refused().items()}
    if refused:  # for the instructor: it is on no page
        notebook.metadata.setdefault("course", {})["refused"] = refused
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        verdict = judged.verdicts.get(grade_id)
        if verdict is None or cell.cell_type != "code":
            continue
        cell.metadata[KEY] = verdict.as_dict()
        if verdict.inside:
            text = f"{INSIDE}: {verdict.inside}\n"
            cell.outputs.insert(0, new_output("stream", name="stdout", text=_plain(text)))
        if verdict.kind is not VerdictKind.OK:
            name = NAMES.get(verdict.kind, str(verdict.kind).title().replace(" ", ""))
            detail = f"\n{verdict.detail}" if verdict.kind in NOT_THE_STUDENTS else ""
            cell.outputs.append(_error(name, verdict.message + detail))
        if verdict.smallest:
            text = _smallest(verdict.as_dict())
            cell.outputs.append(new_output("stream", name="stdout", text=text))


def _smallest(verdict: dict) -> str:
    """What is shown of the smallest input; empty where there is none."""
    found = verdict.get("smallest", "")
    return _plain(f"{SMALLEST}{found}\n") if found else ""


def _name(notebook: NotebookNode, place: int) -> str:
    """What instructors call a cell."""
    own = notebook.cells[place].metadata.get("nbgrader", {})
    return own.get("grade_id") or f"cell {place + 1}"


def hide(notebook: NotebookNode, reveal: Reveal = Reveal.NOTHING) -> None:
    """Take hidden tests, and what they say, out of what a student gets back.

    Parameters
    ----------
    notebook
        A graded one; it is changed.
    reveal
        What is left of it.
    """
    for cell in notebook.cells:
        verdict = cell.metadata.get(KEY, {})
        if verdict.get("inside"):  # why is said to the instructor
            cell.outputs = [new_output("stream", name="stdout", text=f"{INSIDE}\n"), *_rest(cell)]
            cell.metadata[KEY] = verdict | {"inside": INSIDE}
        if verdict.get("kind") in NOT_THE_STUDENTS:  # what is wrong is said to the instructor
            cell.outputs = [_error("Grader", verdict["message"])]
        if cell.cell_type != "code" or BEGIN not in cell.source:
            continue
        cell.source = without_hidden(cell.source)
        hidden = verdict.get("hidden", True)
        kept = []
        for output in cell.outputs:
            if output.get("text") in (f"{INSIDE}\n", _smallest(verdict)):
                kept.append(output)
            elif output.output_type == "stream" and reveal != Reveal.MESSAGES:
                lines = _lost(output.text, verdict.get("maximum", 0), reveal == Reveal.NAMES)
                if lines:
                    kept.append(new_output("stream", name="stdout", text="\n".join(lines) + "\n"))
            elif output.output_type == "error" and hidden and reveal != Reveal.MESSAGES:
                wrong = verdict.get("kind") == VerdictKind.WRONG
                said = "a hidden test fails" if wrong else output.evalue
                kept.append(_error(output.ename, said))
            else:
                kept.append(output)
        cell.outputs = kept


def _rest(cell: NotebookNode) -> list:
    """The outputs of a cell but for the line that says why it was judged inside."""
    return [each for each in cell.outputs if not each.get("text", "").startswith(f"{INSIDE}: ")]


def _lost(printed: str, maximum: float, names: bool) -> list[str]:
    """The lines that say which points of `maximum` were lost, without the reason.

    A test may print what an answer gave, so that nothing else in it is taken for such a line.
    """
    found = []
    for match in map(LOST.match, printed.splitlines()):
        if match and float(match["lost"]) <= float(match["points"]) == maximum:
            found.append(match["line"] + (match["name"] if names else ""))
    return found


def shorten(notebook: NotebookNode, places: set[int]) -> None:
    """Cut what a student wrote to what a page can hold: a megabyte of code takes minutes.

    Parameters
    ----------
    notebook
        It is changed.
    places
        Which of its cells a student wrote.
    """
    left = LONGEST_ALL
    for place in sorted(places):
        cell = notebook.cells[place]
        room = min(LONGEST, left)
        if len(cell.source) > room:
            rest = f"... {len(cell.source) - room} characters more were handed in"
            comment = "# " if cell.cell_type == "code" else ""
            cell.source = f"{cell.source[:room]}\n{comment}{rest}"
        left -= min(len(cell.source), room)


# In Markdown: what begins a tag, a character by its number or name, an address that runs something
# however it is written, a picture from elsewhere, which tells who looks.
TAG = re.compile(r"<(?=[a-zA-Z/!?])(?!/?(?:b|i|em|strong|code|pre|br|sub|sup)\s{0,9}/?>)")
ENTITY = re.compile(r"&#?\w{1,40};?(?=([#\w]?))")
SCHEME = re.compile(
    r"(?i)\b(?:(?:java|vb|live)script[\s\\]{0,99}:"
    r"|data[\s\\]{0,99}:(?=[\w.+-]{0,40}/|[,;])(?!image/(?:png|jpeg|gif|webp);))"
)
PICTURE = re.compile(r"!(?=\[)(?!\[[^\]\n]{0,200}\]\(data:image/(?:png|jpeg|gif|webp);base64,)")


def harmless(markdown: str) -> str:
    """A student's text with nothing in it that any program that shows it would run.

    Pages are sanitised when they are made (see `markup`); this is for everybody else who opens a
    graded notebook.

    Parameters
    ----------
    markdown
        What a student wrote, in Markdown and HTML.
    """
    text = ENTITY.sub(_plain_entity, markdown)
    text = TAG.sub("&lt;", text)
    return SCHEME.sub("unsafe:", PICTURE.sub("", text))


def _plain_entity(entity: re.Match) -> str:
    """A letter for its name or number; what stands for any sign that means something is broken."""
    written = entity[0]
    meant = html.unescape(written)
    if meant == written or written in ("&lt;", "&gt;", "&quot;"):
        return written
    if written == "&amp;" and not entity[1]:  # else it may be half of another one
        return written
    return meant if not meant[:1].isascii() else f"& {written[1:]}"


def _printed(report: dict) -> list:
    text = _plain(report.get("printed", ""))
    return [new_output("stream", name="stdout", text=text)] if text else []


def _pictures(report: dict) -> list:
    found = []
    for picture in report.get("pictures", []):
        data = {"image/png": picture["png"], "text/plain": "picture"}
        words = {"alt": _plain(picture["alt"])} if "alt" in picture else {}
        words |= {"width": picture["width"]} if "width" in picture else {}
        metadata = {"image/png": words} if words else {}
        found.append(new_output("display_data", data=data, metadata=metadata))
    return found


def _error(name: str, message: str):
    message = _plain(message)
    return new_output(
        "error", ename=one_line(name), evalue=message, traceback=[f"{one_line(name)}: {message}"]
    )


def _plain(text) -> str:
    """Text without control characters, so that no terminal and no page does anything with it."""
    return re.sub(
        r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", str(text)
    )
