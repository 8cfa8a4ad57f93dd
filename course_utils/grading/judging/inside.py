"""The second way to judge a cell: its test runs in the student's process, behind the same walls.

For tests that ask for what cannot cross: a function that they replace, the text of an answer, what
it prints, the notebook's globals. The process is one in which nothing else is judged, and which
runs every cell in its order, as a notebook does. What it says of a test is an answer's word: one
that was written to deceive can say what it likes, as with every grader that runs tests beside
answers. So a test is judged this way only where it cannot be judged apart, and results say so.

What can be held fast is: no points without a whole reply to this very test, none where the process
ended, more points than the test has for nobody, and nothing that it says is shown to students once
it has met a hidden test.
"""

from __future__ import annotations

import math
import secrets
from typing import Any

from .across.session import Session, first_class
from .notebooks.hidden import hidden_lines
from .notebooks.steps import Step
from .verdicts import Verdict, VerdictKind, without

SHOWN = 4_000  # characters of a message
FAILS = "the test fails"  # and what it says may be more than a student should know


def examine(session: Session, step: Step, told: bool) -> dict:
    """Run a test in the student's process.

    Parameters
    ----------
    session
        With the process, in which the cells before the test have run.
    step
        The test's.
    told
        Whether that process has met a hidden test before.

    Returns
    -------
    dict
        The `verdict` as plain data, and what was `printed`.

    Raises
    ------
    StudentGone
        If the process ended, or took too long.
    """
    told = told or bool(hidden_lines(step.judge or ""))
    token = secrets.token_hex(16)
    reply = session.examine(step.judge or "", token)
    verdict = _verdict(step, reply, token)
    content = verdict.as_dict() | {"peak": session.peak(), "hidden": told}
    if verdict.kind is VerdictKind.WRONG and told:
        content |= {"message": FAILS, "detail": verdict.message}
    printed = reply.get("printed") if type(reply) is dict else ""
    return {"verdict": content, "printed": printed if type(printed) is str and not told else ""}


def _verdict(step: Step, reply: Any, token: str) -> Verdict:
    """Points only for a whole reply to this test that says it ran to its end."""
    if type(reply) is not dict or reply.get("token") != token or reply.get("asked") is not True:
        detail = "something else than a reply to the test"
        return without(step.grade_id, step.points, VerdictKind.TAMPERED, detail=detail)
    error = reply.get("error")
    if error is None and reply.get("ended") is True:
        points = _points(reply.get("points"), step.points)
        return Verdict(step.grade_id, VerdictKind.OK, points, step.points)
    error = error if type(error) is dict else {}
    name, message = first_class(error), error.get("message")
    message = message[:SHOWN] if type(message) is str else ""
    if name == "NotImplementedError":
        message = "not answered"
    elif name != "AssertionError":
        message = f"{name}: {message}" if message else name
    return without(step.grade_id, step.points, VerdictKind.WRONG, message or name, detail=name)


def _points(value: Any, maximum: float) -> float:
    """Points of a test that ran to its end: all, or as many as its last expression says."""
    if type(value) not in (int, float):
        return maximum
    points = float(value)
    return 0.0 if math.isnan(points) or points < 0 else min(points, maximum)
