"""What feedback shows, and how far points can be trusted: the end of the problem sets' page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...errors import out_of
from ...grading.authoring.feedback_figures import HINTS, SMALLEST, Figure
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


_FEEDBACK = """\
## What comes back with a lost point

Known wrong answers, and for how many of them a student is shown more than the reason: **the
smallest input** on which answer and solution differ, of at most nine numbers and found in under a
second of processor time, where the exercise is a function of numbers and arrays; and **a ladder of
hints**. `course smallest ps1` and `course hints ps1` measure it again.

| | Smallest input | Hints |
| :-- | --: | --: |
"""


def feedback(found: Mapping[str, Mapping[str, Figure]]) -> str:
    """A table of what comes back with a lost point, in Markdown; nothing where nothing was stored.

    Parameters
    ----------
    found
        What was stored, by the assignment's name and by what was measured.
    """
    if not found:
        return ""
    own = list(found.values())
    all_of = {what: [each[what] for each in own if what in each] for what in (SMALLEST, HINTS)}
    rows = [
        (_title(name), [[each[what]] if what in each else [] for what in all_of])
        for name, each in found.items()
    ]
    rows.append(("All", list(all_of.values())))
    return _FEEDBACK + "".join(
        f"| {title} | {' | '.join(map(_share, cells))} |\n" for title, cells in rows
    )


def _share(figures: Sequence[Figure]) -> str:
    good, tried = sum(each.good for each in figures), sum(each.tried for each in figures)
    return out_of(good, tried) if tried else "–"


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
