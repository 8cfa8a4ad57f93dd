"""`course lab`: JupyterLab with the lectures and the formgrader."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from ...errors import UserError
from .command import REPOSITORY, Commands, open_course


def add(commands: Commands) -> None:
    """Declare `course lab` among the `commands`."""
    lab = commands.command(
        "lab",
        _lab,
        "open JupyterLab on the first lecture, or on the formgrader",
        examples="""
            course lab                       # begin to learn
            course lab --formgrader          # grade: the class in ./assignments, else the demo's
            course lab --course ~/my-course  # a class that lies elsewhere
            course lab -- --no-browser --port 9000 --ip 0.0.0.0
        """,
        needs_course=True,
    )
    lab.add_argument("--formgrader", action="store_true", help="open on nbgrader's Formgrader")
    lab.add_argument("options", nargs="*", metavar="-- OPTION", help="handed on to `jupyter lab`")


def _lab(options) -> int:
    from .. import lab

    if find_spec("jupyterlab") is None:
        raise UserError("JupyterLab is not installed: pip install jupyterlab (or make lab)")
    course, demo = _choose(options.course, options.formgrader)
    opened = lab.plan(REPOSITORY, course, formgrader=options.formgrader)
    print("\n".join(lab.lines(opened, demo)), flush=True)
    opened.start(options.options)


def _choose(folder: Path | None, formgrader: bool = False):
    """The course whose class is shown, and where the demo class lies.

    As long as the course has no class, the demo's is shown if there is one. The students' edition
    has none, and who only learns needs none.
    """
    lacking = [name for name in ("course_utils.grading", "nbgrader") if find_spec(name) is None]
    if lacking:
        if folder or formgrader:
            raise UserError(f"no class is graded here: {lacking[0]} is missing; try course lab")
        return None, REPOSITORY
    from ...grading import Course, CourseError
    from ..lab import is_begun
    from .demo import DEMO

    demo = REPOSITORY / DEMO
    try:
        course = open_course(folder)
    except CourseError:
        if folder:
            raise
        return None, demo
    if folder is None and not is_begun(course) and demo.is_dir():
        course = Course(demo)
    return course, demo
