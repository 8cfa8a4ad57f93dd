"""`course demo`: a demo class, from release to feedback."""

from __future__ import annotations

import os
from pathlib import Path

from ...errors import counted
from ...files import replace_text
from .command import REPOSITORY, Commands, open_course
from .grade import run_over_class, show_class

DEMO = Path("build/demo")  # in the repository
LECTURE = Path("lectures/03_convolution.ipynb")


def add(commands: Commands) -> None:
    """Declare `course demo` among the `commands`."""
    demo = commands.command(
        "demo",
        _demo,
        "grade a demo class from release to feedback, and run a lecture",
        examples="""
            course demo                      # ps1, in build/demo
            course demo ps3
        """,
    )
    demo.add_argument("assignment", nargs="?", default="ps1", help="which (ps1)")


def _demo(options) -> int:
    from rich.console import Console

    from ...grading import fingerprint
    from ...grading.authoring import demo, release
    from ...grading.judging.sandbox import walls
    from ...grading.results import export, grades, terminal
    from ..notebooks.render import to_html

    console = Console()
    course = open_course(REPOSITORY / "assignments")
    assignment = course.assignment(options.assignment)
    target = REPOSITORY / DEMO
    with console.status(f"releasing {assignment}, handing in for a demo class"):
        theirs = demo.lay_out(assignment, target)
        release.ensure_released(theirs)
        students = demo.hand_in_all(assignment, theirs)
    print(f"Handed in {assignment}: {counted(len(students), 'student')}.")

    reason = walls.missing()
    if reason:
        print(f"No walls here, so the demo's own answers run without: {reason}")
    outcome = run_over_class(theirs, unsafe=reason is not None, pages=True)
    result = grades.read(theirs, outcome.records)
    show_class(outcome, result)

    with console.status("writing tables"):
        table = export.write(result, "csv", target / "grades.csv")
        gradebook = export.write_gradebook(theirs.course, target / "gradebook.csv")

    page, key = target / LECTURE.with_suffix(".html").name, target / ".lecture"
    text = (REPOSITORY / LECTURE).read_text("utf-8")
    wanted = fingerprint.digest({LECTURE.name: text.encode()}, fingerprint.environment(text))
    if not (page.is_file() and key.is_file() and key.read_text() == wanted):
        with terminal.progress(console) as bar:
            task = bar.add_task(f"running {LECTURE.name}", total=None)
            to_html(
                REPOSITORY / LECTURE,
                page,
                on_cell=lambda done, total: bar.update(task, completed=done, total=total),
            )
        replace_text(key, wanted)

    console.print("\nEverything is there to look at:\n")
    places = {
        "the lecture, run just now": page,
        "what students get": theirs.release,
        "what they handed in": theirs.course.class_folder("submitted"),
        "feedback pages": theirs.course.class_folder("feedback"),
        "points by exercise": table,
        "nbgrader's gradebook": gradebook,
    }
    for what, path in places.items():
        console.print(f"  {what:26} {os.path.relpath(path)}", soft_wrap=True, highlight=False)
    console.print(
        "\nType next:  make lab   (JupyterLab: the lectures, and Formgrader on this class)"
    )
    return 0
