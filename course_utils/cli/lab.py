"""`course lab`: JupyterLab with the lectures and the formgrader."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from .command import REPOSITORY, Commands, open_course
from .demo import DEMO


def add(commands: Commands) -> None:
    lab = commands.command(
        "lab",
        _lab,
        "open JupyterLab with the lectures and the formgrader",
        examples="""
            course lab                       # the class in ./assignments, else the demo's
            course lab --course ~/my-course
            course lab -- --no-browser --port 9000
        """,
        needs_course=True,
    )
    lab.add_argument("options", nargs="*", metavar="-- OPTION", help="handed on to `jupyter lab`")


def _lab(options) -> int:
    """Replace this process by JupyterLab, its formgrader on the class that is there."""
    from ..grading.course import Course

    demo = REPOSITORY / DEMO
    course = open_course(options.course)
    if options.course is None and not (course.root / "gradebook.db").exists() and demo.is_dir():
        course = Course(demo)
    print(
        f"Formgrader shows {os.path.relpath(course.root)} (another: course lab --course DIR)",
        flush=True,
    )
    os.environ["JUPYTER_CONFIG_PATH"] = str(course.root)
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    root = REPOSITORY if course.root.is_relative_to(REPOSITORY) else course.root
    os.chdir(root)
    arguments = ["-m", "jupyterlab", f"--ServerApp.root_dir={root}", *options.options]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--allow-root")  # in a container there often is nobody else
    os.execv(sys.executable, [sys.executable, *arguments])
