"""`course doctor`: first aid."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap

from ...errors import UserError
from .command import REPOSITORY, Commands, completes, course_folder, write_json


def add(commands: Commands) -> None:
    """Declare `course doctor` among the `commands`."""
    doctor = commands.command(
        "doctor",
        _doctor,
        "say what this machine is ready for, what is missing, and the remedy",
        examples="""
            course doctor                     # lectures, data, grading, the book, contributing
            course doctor grading             # only what grading a class needs, the walls above all
            course doctor --thorough          # import PyTorch and TensorFlow as well
        """,
        needs_course=True,
        as_json=True,
    )
    purpose = doctor.add_argument(
        "purpose", nargs="*", help="lectures, data, grading, book, contributing (all of them)"
    )
    completes(purpose, lambda **_: ["lectures", "data", "grading", "book", "contributing"])
    doctor.add_argument(
        "--thorough", action="store_true", help="import PyTorch and TensorFlow as well (seconds)"
    )


def _doctor(options) -> int:
    from .. import doctor

    course = course_folder(options.course)
    if options.course and not (course / "nbgrader_config.py").is_file():
        raise UserError(f"{course} is no nbgrader course: it has no nbgrader_config.py")
    coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    width = shutil.get_terminal_size().columns
    found = []
    for finished in doctor.examine(
        REPOSITORY, options.purpose, course=course, thorough=options.thorough
    ):
        found.append(finished)
        if options.json != "-":
            print("\n".join(doctor.lines(finished, width, coloured)), end="\n\n", flush=True)
    if options.json:
        write_json(options.json, doctor.as_json(found))
    if options.json != "-":
        print(textwrap.fill(doctor.closing(found), max(width, 60)))
    return 0 if all(finished.ready for finished in found) else 1
