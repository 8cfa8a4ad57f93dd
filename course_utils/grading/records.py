"""What was graded already, and from which files: a second run does only what changed.

One small file a student, written in one step when the student's grades are in the gradebook.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from .course import CONFIG, Course, Submission
from .judging import staging

FOLDER = ".grading"
# Whose versions can change a grade.
PACKAGES = ("course-utils", "nbgrader", "nbclient", "ipykernel", "numpy")


@dataclass(frozen=True)
class Record:
    """The end of one student's grading. `problem` says why there are no grades, if so."""

    student: str
    key: str
    problem: str | None
    seconds: float


def folder(course: Course, assignment: str) -> Path:
    """Where the records of an assignment are kept."""
    return course.root / FOLDER / assignment


def path(course: Course, assignment: str, student: str, suffix: str = "json") -> Path:
    """Where a student's record (or with "log" what nbgrader printed) is kept."""
    return folder(course, assignment) / "students" / f"{student}.{suffix}"


def read(course: Course, assignment: str, student: str) -> Record | None:
    """The record of a student, or None if there is none that can be understood."""
    try:
        return Record(**json.loads(path(course, assignment, student).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def read_all(course: Course, assignment: str) -> list[Record]:
    """The records of an assignment that can be understood, by student."""
    students = sorted(
        path.stem for path in (folder(course, assignment) / "students").glob("*.json")
    )
    found = (read(course, assignment, student) for student in students)
    return [record for record in found if record]


def write(course: Course, assignment: str, record: Record) -> None:
    """Keep a record; a reader sees the old one or the new one, never half of it."""
    target = path(course, assignment, record.student)
    replace_text(target, json.dumps(asdict(record), indent=1))


def replace_text(target: Path, text: str) -> None:
    """Write a file in one step, making its folder where needed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, target)


def digest(files: list[tuple[str, Path]], *facts: str) -> str:
    """A hash of named files and of facts: equal if and only if all of them are."""
    total = hashlib.sha256()
    for name, file in files:
        content = file.read_bytes()
        total.update(os.fsencode(name) + f"\0{len(content)}\0".encode())
        total.update(content)
    total.update(os.fsencode("\0".join(facts)))
    return total.hexdigest()


def files_below(folder: Path, pattern: str = "*") -> list[tuple[str, Path]]:
    """The ordinary files below a folder, named from there, in a fixed order."""
    found = sorted(
        path for path in folder.rglob(pattern) if path.is_file() and not path.is_symlink()
    )
    return [(str(path.relative_to(folder)), path) for path in found]


def run_key(*files: Path) -> str:
    """What the outcome of running some files depends on: them, our own code, the versions."""
    ours = files_below(Path(__file__).parents[1], "*.py")
    versions = (f"{name}=={version(name)}" for name in PACKAGES)
    return digest([*((file.name, file) for file in files), *ours], *versions)


def exercise_key(course: Course, assignment: str) -> str:
    """What a grade depends on besides the submission: tests, settings, code, versions."""
    source = [file for _, file in files_below(course.folder("source", assignment))]
    return run_key(*source, course.root / CONFIG)


def submission_key(submission: Submission, exercise: str) -> str:
    """The hash of all that decides a student's grade, and when it was received.

    Of files too large to be graded only the size is looked at.
    """
    files, facts = [], [exercise]
    for name, path in files_below(submission.folder):
        size = path.stat().st_size
        if size > staging.LARGEST:
            facts.append(f"{name} {size}")
        else:
            files.append((name, path))
    received = staging.ledger(submission.folder.parents[1]).get(submission.student, "")
    return digest(files, *facts, received)
