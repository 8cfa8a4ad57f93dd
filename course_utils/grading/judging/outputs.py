"""What a judged notebook shows: outputs made of verdicts, and nothing that a browser would run."""

from __future__ import annotations

import html
import re
from enum import StrEnum

from nbformat import NotebookNode
from nbformat.v4 import new_output

from ...errors import one_line
from .judge_process import Judged
from .notebooks.hidden import BEGIN, without_hidden
from .verdicts import NOT_THE_STUDENTS, VerdictKind

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
        if verdict.kind is not VerdictKind.OK:
            name = NAMES.get(verdict.kind, str(verdict.kind).title().replace(" ", ""))
            detail = f"\n{verdict.detail}" if verdict.kind in NOT_THE_STUDENTS else ""
            cell.outputs.append(_error(name, verdict.message + detail))


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
        if verdict.get("kind") in NOT_THE_STUDENTS:  # what is wrong is said to the instructor
            cell.outputs = [_error("Grader", verdict["message"])]
        if cell.cell_type != "code" or BEGIN not in cell.source:
            continue
        cell.source = without_hidden(cell.source)
        hidden = verdict.get("hidden", True)
        kept = []
        for output in cell.outputs:
            if output.output_type == "stream" and reveal != Reveal.MESSAGES:
                lines = [line for line in output.text.splitlines() if line.startswith("lost ")]
                if reveal == Reveal.NAMES:
                    lines = [":".join(line.split(":")[:2]) for line in lines]
                else:
                    lines = [line.split(":")[0] for line in lines]
                if lines:
                    kept.append(new_output("stream", name="stdout", text="\n".join(lines) + "\n"))
            elif output.output_type == "error" and hidden and reveal != Reveal.MESSAGES:
                wrong = verdict.get("kind") == VerdictKind.WRONG
                said = "a hidden test fails" if wrong else output.evalue
                kept.append(_error(output.ename, said))
            else:
                kept.append(output)
        cell.outputs = kept


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


def harmless(markdown: str) -> str:
    """A student's text without anything that a browser would run.

    Parameters
    ----------
    markdown
        What a student wrote, in Markdown and HTML.
    """
    import bleach

    text, before = markdown, None
    while text != before:  # "java&#115;cript:" is one too
        text, before = html.unescape(text), text
    text = bleach.clean(text, tags=["b", "i", "em", "strong", "code", "pre", "br", "sub", "sup"])
    text = text.replace("&amp;", "&").replace("&gt;", ">")
    text = re.sub(r"&lt;(?![a-zA-Z/!?])", "<", text)  # a < b
    text = re.sub(r"!(?=\[)", "", text)  # a picture from elsewhere tells who looks at it
    return re.sub(r"(?i)(java|vb)script\s*:|data\s*:\s*text", "unsafe:", text)


def _printed(report: dict) -> list:
    text = _plain(report.get("printed", ""))
    return [new_output("stream", name="stdout", text=text)] if text else []


def _pictures(report: dict) -> list:
    return [
        new_output("display_data", data={"image/png": picture, "text/plain": "picture"})
        for picture in report.get("pictures", [])
    ]


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
