"""`course collect` and `course return`: between a learning platform and the class."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

from ...errors import UserError, counted
from .command import Commands, completes, open_course, progress_bar, takes_assignment

SYSTEMS = ["moodle", "canvas", "gradescope", "ilias", "folder"]


def add(commands: Commands) -> None:
    """Declare `course collect` and `course return` among the `commands`."""
    collect = commands.command(
        "collect",
        _collect,
        "put what a learning platform gives you into submitted/",
        examples="""
            course collect ps1.zip --from canvas --dry-run      # only say what would be done
            course collect ps1.zip --from canvas
            course collect ps1.zip worksheet.csv --from moodle  # which knows when it came
            course collect ps1.zip --from canvas --api https://canvas.example.org/courses/12/assignments/34
            course collect ~/mail --from folder --assignment ps1
        """,
        needs_course=True,
    )
    collect.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="a zip or a folder, as it came"
    )
    collect.add_argument(
        "--from", dest="system", choices=SYSTEMS, required=True, help="which platform wrote it"
    )
    assignment = collect.add_argument(
        "--assignment", metavar="NAME", help="where the notebooks' names do not say it"
    )
    completes(assignment, lambda **_: [each.name for each in open_course(None).assignments()])
    collect.add_argument("--dry-run", action="store_true", help="only say what would be done")
    collect.add_argument(
        "--api",
        metavar="ADDRESS",
        help="of the assignment in Canvas: ask there when it came, with the token in CANVAS_TOKEN",
    )

    give_back = commands.command(
        "return",
        _return,
        "write points and feedback pages as a learning platform takes them back",
        examples="""
            course return ps1 --to moodle    # a grading worksheet and a zip of pages
            course return ps1 --to folder --into ~/outbox
            course return ps1 --to canvas --api https://canvas.example.org/courses/12/assignments/34
        """,
        needs_course=True,
    )
    takes_assignment(give_back)
    give_back.add_argument(
        "--to", dest="system", choices=SYSTEMS, required=True, help="which platform takes it"
    )
    give_back.add_argument(
        "--into", type=Path, metavar="DIR", help="where to write (returned/ASSIGNMENT)"
    )
    give_back.add_argument(
        "--api",
        metavar="ADDRESS",
        help="of the assignment in Canvas: write there, with the token that CANVAS_TOKEN holds",
    )


def _collect(options) -> int:
    from ...grading.folders import printable
    from ...grading.lms import collecting

    course = open_course(options.course)
    times = None
    if options.api:
        from ...grading.lms import canvas_api

        times = canvas_api.times(options.api, _token(options))
    made = collecting.plan(course, options.files, options.system, options.assignment, times)
    if not options.dry_run:
        collecting.carry_out(made)
    else:
        for step in made.steps:
            when = step.hand_in.received
            moment = when.isoformat(sep=" ", timespec="minutes") if when else "-"
            files = ", ".join(printable(name) for name in step.files)
            print(f"{printable(step.student):24} {step.state:14} {moment:22} {files}")
    for line in made.lines:
        print(f"course: {line}", file=sys.stderr)
    counts = Counter(str(step.state) for step in made.steps)
    said = ", ".join(f"{count} {state}" for state, count in counts.items()) or "nothing"
    what = "would be collected" if options.dry_run else "collected"
    print(f"{made.assignment} from {options.system}, {what}: {said}")
    return 1 if made.lines else 0


def _return(options) -> int:
    from ...grading.lms import returning

    assignment = open_course(options.course).assignment(options.assignment)
    if options.api:
        return _send(assignment, options)
    returned = returning.give_back(assignment, options.system, options.into)
    shown = [str(file) for file in returned.files if file.is_file()]
    if len(shown) < len(returned.files):
        shown.append(f"{returned.files[0].parent}/STUDENT/")
    print(f"{counted(returned.students, 'student')}: {', '.join(shown)}")
    for line in returned.lines:
        print(f"course: {line}", file=sys.stderr)
    return 1 if returned.lines else 0


def _send(assignment, options) -> int:
    from ...grading.lms import canvas_api, returning

    token = _token(options)
    parcel = returning.pack(assignment)
    with progress_bar("Canvas") as on_done:
        changed = canvas_api.send(parcel, options.api, token, on_done)
    print(f"{counted(len(parcel.works), 'student')}, something new for {changed}: {options.api}")
    for line in parcel.lines:
        print(f"course: {line}", file=sys.stderr)
    return 1 if parcel.lines else 0


def _token(options) -> str:
    """The token for Canvas' API."""
    token = os.environ.get("CANVAS_TOKEN", "")
    if options.system != "canvas":
        raise UserError(f"--api is for canvas; {options.system} takes files: leave --api out")
    if not token:
        raise UserError(
            "--api needs an access token in CANVAS_TOKEN: make one in Canvas, under Account > "
            "Settings > New Access Token"
        )
    return token
