"""`course release` and `course publish`: what students get."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import counted
from .command import REPOSITORY, Commands, open_course, takes_assignment, write_json

if TYPE_CHECKING:
    from ...grading import Assignment


def add(commands: Commands) -> None:
    """Declare `course release` and `course publish` among the `commands`."""
    release = commands.command(
        "release",
        _release,
        "check an assignment, and make the students' version of it",
        examples="""
            course release ps1
            course release --all
            course release --all --check     # are they up to date?
        """,
        needs_course=True,
        as_json=True,
    )
    takes_assignment(release, optional=True)
    release.add_argument("--all", action="store_true", help="every assignment")
    release.add_argument("--check", action="store_true", help="only say whether it is up to date")

    publish = commands.command(
        "publish",
        _publish,
        "write the students' edition of the course into a folder, and nothing secret",
        examples="""
            course publish ../cnn-course     # then commit and push there
            course publish ../cnn-course --check
            course publish --github ../ps1-template --only ps1   # one that GitHub copies
        """,
        as_json=True,
    )
    publish.add_argument(
        "folder", type=Path, nargs="?", help="empty, or an earlier edition; its .git stays"
    )
    publish.add_argument(
        "--github",
        type=Path,
        metavar="DIR",
        help="write there a template repository of problem sets in place of an edition",
    )
    publish.add_argument(
        "--only",
        action="append",
        metavar="ASSIGNMENT",
        default=[],
        help="with --github: only this one (may be repeated)",
    )
    publish.add_argument(
        "--check", action="store_true", help="only say what would change; write nothing"
    )
    publish.add_argument(
        "--overwrite", action="store_true", help="also what somebody changed there by hand"
    )


# --- one assignment --------------------------------------------------------------------------


def _release(options) -> int:
    from ...grading import CourseError
    from ...grading.authoring import leaks

    course = open_course(options.course)
    if bool(options.assignment) == options.all:
        raise CourseError("name an assignment, or say --all: course release ps1")
    chosen = course.assignments() if options.all else [course.assignment(options.assignment)]
    if not chosen:
        raise CourseError(f"{course.sources} has no assignment")
    secrets = None if options.check else leaks.secrets(course)
    rows = [_release_one(assignment, options.check, secrets) for assignment in chosen]
    if options.json:
        write_json(options.json, rows)
    if options.json != "-":
        for row in rows:
            print("\n".join(row["wrong"]) or f"{row['folder']} {row['state']}")
            for line in row["warnings"]:
                print(f"course: warning: {line}", file=sys.stderr)
    return max(_STATUS[row["state"]] for row in rows)


_STATUS = {"is up to date": 0, "released": 0, "is out of date": 1, "is not released": 2}


def _release_one(assignment: Assignment, check: bool, secrets) -> dict:
    from ...grading.authoring import release

    row = {
        "assignment": assignment.name,
        "folder": os.path.relpath(assignment.release),
        "wrong": [],
        "warnings": [],
    }
    if check:
        row["wrong"], row["warnings"] = (
            release.differences(assignment),
            release.warnings(assignment),
        )
        return row | {"state": "is out of date" if row["wrong"] else "is up to date"}
    row["wrong"] = _stale(assignment)
    if not row["wrong"]:
        try:
            release.release(assignment, secrets)
            row["warnings"] = release.warnings(assignment)
        except release.NotFit as error:
            row["wrong"] = error.lines
    return row | {"state": "is not released" if row["wrong"] else "released"}


def _stale(assignment: Assignment) -> list[str]:
    """Badges and set-up cells that lead elsewhere, where the course is the repository's own."""
    from ..notebooks import stamp

    course = assignment.course
    root = course.root.parent
    if not (root / "pyproject.toml").is_file():
        return []
    here = f"{course.root.name}/source/{assignment}/"
    return [line for line in stamp.check_all(root) if line.startswith(here)]


# --- the students' edition ---------------------------------------------------------------------


def _publish(options) -> int:
    from rich.console import Console

    from ...grading import CourseError
    from .. import publishing

    place, template = options.github or options.folder, options.github is not None
    if place is None or template and options.folder is not None:
        raise CourseError("name one folder: course publish DIR, or course publish --github DIR")
    if options.only and not template:
        raise CourseError("--only goes with --github: an edition holds the whole course")
    with Console(stderr=True).status("") as status:

        def on_step(step: str) -> None:
            status.update(f"{step} ...")

        how = {"overwrite": options.overwrite, "check": options.check, "on_step": on_step}
        if template:
            done = publishing.publish_template(REPOSITORY, place, options.only, **how)
        else:
            done = publishing.publish(REPOSITORY, place, **how)
    stale = options.check and bool(done.changes)
    if options.json:
        write_json(options.json, asdict(done) | {"folder": str(done.folder)})
    if options.json != "-":
        print(_summary(done, place, options.check))
    for line in _warnings(done):
        print(f"course: {line}", file=sys.stderr)
    return 1 if stale else 0


def _summary(done, place: Path, check: bool) -> str:
    counts = [f"{len(names)} {word}" for word, names in asdict(done.changes).items() if names]
    changes = ", ".join(counts) or "nothing changed"
    if check:
        return f"{place} is up to date" if not counts else f"{place} is out of date: {changes}"
    lines = [
        f"{place}: {counted(done.files, 'file')}, {done.size / 1e6:.1f} MB; {changes}.",
        "No solution, hidden test or note for instructors was found in it.",
    ]
    if (done.folder / ".git").exists() and counts:
        lines += ["Next:", f"    cd {place}", "    git add --all && git commit && git push"]
    return "\n".join(lines)


def _warnings(done) -> list[str]:
    found = []
    if done.left_out:
        found.append(f"left out, as no part of the course: {', '.join(done.left_out)}")
    if done.leads_nowhere:
        found.append(
            f"badges lead to {done.repository}, a placeholder: put the public repository into "
            "[tool.course] of pyproject.toml, then `course stamp` and `course release --all`"
        )
    return found
