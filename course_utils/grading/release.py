"""The students' version of an assignment, made from the instructor's by nbgrader."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from . import command
from .course import Course, CourseError
from .files import FOLDER, digest, replace_text


def release(course: Course, assignment: str) -> Path:
    """Write the students' version and enter the assignment's cells into the gradebook.

    The new version takes the old one's place only when it is complete.

    Returns
    -------
    Path
        The folder of the students' version.

    Raises
    ------
    CourseError
        If nbgrader refuses; nothing is changed then.
    """
    target = course.folder("release", assignment)
    with tempfile.TemporaryDirectory(prefix=".release-", dir=course.root) as draft:
        made = _generate(course, assignment, Path(draft), course.database)
        target.parent.mkdir(exist_ok=True)
        if target.exists():
            shutil.rmtree(target)
        shutil.move(made, target)
    replace_text(_key_file(course, assignment), _source_key(course, assignment))
    return target


def ensure_released(course: Course, assignment: str) -> None:
    """Release the assignment unless the gradebook already holds its present cells."""
    try:
        known = _key_file(course, assignment).read_text() == _source_key(course, assignment)
    except OSError:
        known = False
    if not known or not course.folder("release", assignment).is_dir():
        release(course, assignment)


def differences(course: Course, assignment: str) -> list[str]:
    """A line for every file of the release that is not what its source would give now."""
    target = course.folder("release", assignment)
    with tempfile.TemporaryDirectory(prefix=".release-", dir=course.root) as draft:
        made = _generate(course, assignment, Path(draft), f"sqlite:///{draft}/gradebook.db")
        names = {file.relative_to(made) for file in made.rglob("*") if file.is_file()}
        names |= {file.relative_to(target) for file in target.rglob("*") if file.is_file()}
        return [
            f"release/{assignment}/{name} is out of date: run `course release {assignment}`"
            for name in sorted(names)
            if _content(made / name) != _content(target / name)
        ]


def _generate(course: Course, assignment: str, into: Path, database: str) -> Path:
    outcome = command.run(
        "generate_assignment",
        assignment,
        "--force",
        f"--CourseDirectory.release_directory={into}",
        f"--CourseDirectory.db_url={database}",
        root=course.root,
    )
    if not outcome.ok:
        raise CourseError(f"{assignment} cannot be released: {outcome.last_error()}")
    return Path(str(into / "." / assignment))


def _content(file: Path):
    """What matters of a file: of a notebook its meaning, not its layout."""
    if not file.is_file():
        return None
    return json.loads(file.read_text("utf-8")) if file.suffix == ".ipynb" else file.read_bytes()


def _key_file(course: Course, assignment: str) -> Path:
    return course.root / FOLDER / assignment / "released"


def _source_key(course: Course, assignment: str) -> str:
    texts = {file.name: file.read_bytes() for file in course.notebooks(assignment)}
    return digest(texts, course.database)
