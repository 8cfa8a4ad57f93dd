"""Words and numbers made fit to be shown."""

from __future__ import annotations

import re

LONGEST = 400  # characters; an error message may be a novel
TERMINAL_CODE = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")


def one_line(text: str) -> str:
    """The text in one line, without control characters, cut where it gets too long."""
    text = TERMINAL_CODE.sub("", text)
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def number(points: float | None) -> str:
    """How people write `points`: 8, 2.5, or ? while nobody has graded them."""
    return "?" if points is None else f"{points:g}"
