"""Which way is each graded cell judged? A course tries itself before it grades anybody.

The instructor's own answers are graded, and the release as it is. What comes of it is kept with the
assignment (`judging.kept_ways`), so that grading begins with it.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from dataclasses import dataclass, field
from functools import partial

from ...errors import counted
from ..course import Assignment, CourseError
from ..judging import kept_ways, plugin, submitted_notebook
from ..judging.rehearsal import Ways
from ..judging.sandbox.walls import Limits, NoWalls
from ..judging.submitted_notebook import NotebookSource
from ..judging.verdicts import Finding, Way
from . import release, source_checks

HOW = {Way.APART: "judged apart", Way.INSIDE: "judged inside", Way.PERSON: "by a person"}


@dataclass(frozen=True)
class Checked:
    """What was found of an assignment.

    Attributes
    ----------
    assignment
        Its name.
    ways
        A finding for each test cell, by notebook and grade_id.
    not_tried
        Why a notebook could not be tried, by its name.
    """

    assignment: str
    ways: dict[str, Ways]
    not_tried: dict[str, str] = field(default_factory=dict)

    def cells(self) -> list[Finding]:
        """The findings of all notebooks."""
        return [finding for ways in self.ways.values() for finding in ways.values()]

    def as_dict(self) -> dict:
        """Plain data, for JSON."""
        notebooks = {
            name: [finding.as_dict() for finding in ways.values()]
            for name, ways in self.ways.items()
        }
        return {
            "assignment": self.assignment,
            "notebooks": notebooks,
            "not_tried": self.not_tried,
        }


def check(assignment: Assignment, unsafe: bool = False) -> Checked:
    """Grade the instructor's own answers to an assignment, and its release as it is.

    Parameters
    ----------
    assignment
        Which one; it need not have been released.
    unsafe
        Run answers without walls, whatever the course's settings say.

    Raises
    ------
    CourseError
        If answers cannot be walled in here, a line of rules cannot be followed, or nbgrader
        refuses to make the release.
    """
    course = assignment.course
    wrong = source_checks.rules_of(assignment)
    if wrong:
        raise CourseError("\n".join(wrong))
    limits = Limits(cell_seconds=plugin.cell_seconds(course.config))
    files = plugin.read_beside(assignment.source)
    unsafe = unsafe or course.unsafe
    given = release.stubs(assignment)
    sources, not_tried = {}, {}
    for file in assignment.notebooks():
        stubs = given.get(file.stem, {})
        released = tuple((name, text, "") for name, text in sorted(stubs.items()))
        source = NotebookSource(file.stem, file.read_text("utf-8"), released)
        why_not = submitted_notebook.unjudged(source)
        if why_not:
            not_tried[file.stem] = why_not
        else:
            sources[file.stem] = source

    def find(names: list[str]) -> list[Ways]:
        rehearse = partial(submitted_notebook.rehearse, files=files, prepare_hook=course.prepare)
        return [rehearse(sources[name], limits=limits, unsafe=unsafe) for name in names]

    keys = {
        name: kept_ways.key_of(source, files, limits, unsafe, course.prepare)
        for name, source in sources.items()
    }
    try:
        ways = kept_ways.of_assignment(course.root, assignment.name, keys, find)
    except NoWalls as error:
        raise CourseError(f"{assignment} cannot be tried: {error}") from None
    return Checked(assignment.name, ways, not_tried)


def lines(checked: Checked, width: int = 100) -> list[str]:
    """What was found, for people.

    Parameters
    ----------
    checked
        What `check` gave.
    width
        Columns of a line.
    """
    found = []
    for name, ways in checked.ways.items():
        found.append(f"{checked.assignment}/{name}")
        longest = max(map(len, ways), default=0)
        for cell, finding in ways.items():
            found.append(f"  {cell:{longest}}  {finding.way}")
            for label, words in (("why", finding.why), ("to judge it apart", finding.change)):
                if words:
                    found += textwrap.wrap(
                        f"{label}: {words}",
                        max(width, 40),
                        initial_indent=" " * 6,
                        subsequent_indent=" " * 8,
                    )
    found += [f"{checked.assignment}/{name}: {why}" for name, why in checked.not_tried.items()]
    cells = checked.cells()
    counts = Counter(finding.way for finding in cells)
    said = ", ".join(f"{counts[way]} {HOW[way]}" for way in Way if counts[way])
    count = counted(len(cells), "graded cell")
    found.append(f"{checked.assignment}: {count}{': ' if said else ''}{said}")
    return found
