"""How far points can be trusted: the end of the problem sets' page, from what was stored."""

from __future__ import annotations

from collections.abc import Mapping

from ...grading.validity import table
from ...grading.validity.report import Validity

FILE = "book/problem_sets.md"  # the page's beginning

_INTRODUCTION = """\
## How far the points can be trusted

Each known answer was judged under several seeds of the hidden tests, each change of a worked
solution under one. *Right, lost*: verdicts on right answers that cost points. *Wrong, passed*:
verdicts on known wrong answers that gave all points. *Mutants left*: changes of the solution that
got all points, those left out which no test should find. *r* (the correlation of an exercise's
points with all the others') and *information* (Fisher's, about ability) are of a simulated class.
Intervals are Wilson's, of 95 %. `course validity ps1` measures all of it again.
"""


def sections(found: Mapping[str, Validity]) -> str:
    """A section for each assignment, in MyST's Markdown; nothing where nothing was stored.

    Parameters
    ----------
    found
        What was stored, by the assignment's name.
    """
    parts = [_INTRODUCTION] if found else []
    for name, each in found.items():
        parts.append(f"### {_title(name)}\n\nMeasured {each.date.isoformat()}.\n")
        parts.append(table.for_book(each))
    return "\n".join(parts)


def _title(name: str) -> str:
    number, _, words = name.partition("_")
    return f"{number.removeprefix('ps').upper()}: {words.replace('_', ' ')}"
