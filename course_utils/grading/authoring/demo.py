"""A whole course in a folder of its own: released, handed in, graded, given back.

It shows an instructor what a term looks like, and the tests that every wrong answer in
`assignments/mistakes/` gets exactly the points it should.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from ...files import replace_text
from ..course import CONFIG, Course
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


def lay_out(course: Course, assignment: str, target: Path, seconds: int = 10) -> Course:
    """Make a course folder at `target` with the assignment's source and the demo class's work.

    What is there and right is left alone, so that a second run has little to do.

    Parameters
    ----------
    course, assignment
        The real course and the assignment's full name.
    target
        The folder of the demo course.
    seconds
        How long a cell may run there.
    """
    target = target.resolve()
    source = target / "source" / assignment
    source.mkdir(parents=True, exist_ok=True)
    settings = SETTINGS.format(config=str(course.root / CONFIG), root=str(target), seconds=seconds)
    if not (target / CONFIG).is_file() or (target / CONFIG).read_text("utf-8") != settings:
        replace_text(target / CONFIG, settings)
    for file in course.notebooks(assignment):
        copy = source / file.name
        if not copy.is_file() or copy.read_bytes() != file.read_bytes():
            shutil.copyfile(file, copy)
    return Course(target)


def hand_in_all(course: Course, demo: Course, assignment: str) -> list[mistakes.DemoStudent]:
    """Let every student of the demo class hand in; `demo` must have been released."""
    students = mistakes.read_class(course.root / "mistakes" / assignment)
    for student in students:
        mistakes.hand_in(demo, assignment, student)
    return students
