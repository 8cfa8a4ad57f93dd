"""Hints on a feedback page: under a test that failed, three rungs, folded in each other.

Which ladder belongs to a test is told by what the judge said of it, before hidden tests and what
they say are taken out; the rungs hold nothing of either (`authoring.hint_checks`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from html import escape

from nbformat import NotebookNode
from nbformat.v4 import new_output

from ... import hints
from ...hints import RUNGS, Hint
from .outputs import KEY
from .verdicts import losses


def as_data(known: Iterable[Hint]) -> list[dict]:
    """Plain data, for JSON.

    Parameters
    ----------
    known
        The hints of an assignment.
    """
    return [asdict(hint) for hint in known]


def from_data(content: Iterable[dict]) -> list[Hint]:
    """The hints of which this is the plain data.

    Parameters
    ----------
    content
        What `as_data` gave.
    """
    return [Hint(each["cell"], tuple(each["says"]), tuple(each["rungs"])) for each in content]


def found(notebook: NotebookNode, known: list[Hint]) -> dict[str, Hint]:
    """The hints for the tests of a graded notebook that lost points, by grade_id.

    Parameters
    ----------
    notebook
        As it was graded, before anything is taken out.
    known
        The hints of its assignment.
    """
    fitting = {}
    for cell in notebook.cells if known else []:
        verdict = cell.metadata.get(KEY)
        if verdict and cell.cell_type == "code":
            hint = of_verdict(known, verdict, said(verdict, cell.get("outputs", [])))
            if hint is not None:
                fitting[verdict["grade_id"]] = hint
    return fitting


def of_verdict(known: list[Hint], verdict: dict, lines: list[str]) -> Hint | None:
    """The hint for a test, if it lost points by an answer.

    Parameters
    ----------
    known
        The hints of its assignment.
    verdict
        What `Verdict.as_dict` gave.
    lines
        What the test said: see `said`.
    """
    points = verdict["points"]
    if points is None or points >= verdict["maximum"]:
        return None
    if verdict["detail"] == NotImplementedError.__name__:  # nothing was answered
        return None
    return hints.fitting(known, verdict["grade_id"], lines)


def said(verdict: dict, outputs: Iterable[dict] = ()) -> list[str]:
    """What a test said of an answer, a line for each part that failed.

    Parameters
    ----------
    verdict
        What `Verdict.as_dict` gave.
    outputs
        The cell's: what was lost of partial credit is printed.
    """
    printed = "\n".join(each["text"] for each in outputs if each.get("name") == "stdout")
    lines = [line for line in printed.splitlines() if losses(line)]
    detail = verdict["detail"] if verdict["kind"] == "wrong" else ""
    return lines + [f"{detail}: {verdict['message']}"] * bool(verdict["message"])


def put_in(notebook: NotebookNode, ladders: dict[str, Hint]) -> None:
    """Show hints below what a student is shown of each test.

    Parameters
    ----------
    notebook
        A graded one, without hidden tests; it is changed.
    ladders
        What `found` gave.
    """
    for cell in notebook.cells:
        hint = ladders.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        if hint is not None and cell.cell_type == "code":
            data = {"text/html": folded(hint), "text/plain": "hints"}
            cell.outputs.append(new_output("display_data", data=data))


def folded(hint: Hint) -> str:
    """A ladder as HTML: each rung is folded into the one before it.

    Parameters
    ----------
    hint
        The ladder.

    Examples
    --------
    >>> page = folded(Hint("test_f", (), ("Is it?", "Print `x`.", "Lecture 03")))
    >>> page.count("<details>"), "<code>x</code>" in page
    (3, True)
    """
    page = ""
    for number, text in reversed(list(enumerate(hint.rungs, start=1))):
        what = list(RUNGS.values())[number - 1]
        summary = f"<summary>Hint {number} of {len(hint.rungs)}: {what}</summary>"
        page = f"<details>{summary}<p>{_marked(text)}</p>{page}</details>"
    return page


def _marked(text: str) -> str:
    """Text as HTML, `code` in its own type."""
    parts = escape(text, quote=False).split("`")
    if len(parts) % 2 == 0:  # one too many: all as it is
        return "`".join(parts)
    return "".join(f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts))
