"""A whole course in a folder of its own: released, handed in, graded, given back.

It shows an instructor what a term looks like, and the tests that every wrong answer in
`assignments/mistakes/` gets exactly the points it should.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from ...files import replace_text
from ...hints import FILE as HINTS
from ..course import CONFIG, Assignment, Course
from . import mistakes

SETTINGS = """\
# A demo class, written by `course demo`: the course's own settings, in a folder of its own.
from course_utils.grading import exchange

load_subconfig({config!r})
c = get_config()  # noqa: F821
c.CourseDirectory.root = {root!r}
exchange.keep_in(c, c.CourseDirectory.root)
c.Judge.seconds = {seconds}  # the demo's endless loop should not keep you waiting
"""


def lay_out(assignment: Assignment, target: Path, seconds: int = 10) -> Assignment:
    """Make a course folder at `target` with an assignment's source, and hints; returns the copy.

    What is there and right is left alone, so that a second run has little to do.

    Parameters
    ----------
    assignment
        The real one.
    target
        The folder of the demo course.
    seconds
        How long a cell may run there.
    """
    target = target.resolve()
    source = target / "source" / assignment.name
    source.mkdir(parents=True, exist_ok=True)
    settings = SETTINGS.format(
        config=str(assignment.course.root / CONFIG), root=str(target), seconds=seconds
    )
    if not (target / CONFIG).is_file() or (target / CONFIG).read_text("utf-8") != settings:
        replace_text(target / CONFIG, settings)
    for file in assignment.notebooks():
        copy = source / file.name
        if not copy.is_file() or copy.read_bytes() != file.read_bytes():
            shutil.copyfile(file, copy)
    theirs = target / assignment.mistakes.relative_to(assignment.course.root)
    for folder, copy in (
        (assignment.mistakes, theirs),
        (assignment.mistakes.parent, theirs.parent),
    ):
        if (folder / HINTS).is_file():
            copy.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / HINTS, copy / HINTS)
    return Course(target).assignment(assignment.name)


def hand_in_all(assignment: Assignment, demo: Assignment) -> list[mistakes.DemoStudent]:
    """Let every student of the demo class hand in.

    Parameters
    ----------
    assignment
        The real one, whose known answers the class gives.
    demo
        Its copy, which must have been released.
    """
    students = mistakes.read_class(assignment.mistakes)
    for student in students:
        mistakes.hand_in(demo, student)
    return students
