"""The students' version of an assignment, made from the instructor's by nbgrader, and checked."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from filelock import FileLock

from ...files import replace_text
from ...hints import FILE as HINTS
from .. import nbgrader_process
from ..course import Assignment, Course, CourseError
from ..fingerprint import digest
from ..folders import FOLDER, files_below, replace_folder
from . import hint_checks, leaks, source_checks, trust

CACHES = {".ipynb_checkpoints", "__pycache__"}  # left by whoever looked at a release


class NotFit(CourseError):
    """An assignment must not be released as it is; `lines` say why, each with its remedy."""

    def __init__(self, assignment: Assignment, lines: list[str]):
        self.assignment, self.lines = assignment, lines
        listed = "".join(f"\n  {line}" for line in lines)
        super().__init__(f"{assignment} is not released, nothing was changed:{listed}")


def release(assignment: Assignment, secrets: leaks.Secrets | None = None) -> Path:
    """Write the students' version and enter the assignment's cells into the gradebook.

    The new version takes the old one's place only when it is complete and nothing is wrong with it.

    Parameters
    ----------
    assignment
        What is released.
    secrets
        What students must not see, if somebody has gathered it already.

    Returns
    -------
    Path
        The folder of the students' version.

    Raises
    ------
    NotFit
        If a check fails: see `findings`.
    CourseError
        If nbgrader refuses; nothing is changed then either.
    """
    wrong = findings(assignment, secrets)
    if wrong:
        raise NotFit(assignment, wrong)
    return _make(assignment)


def _generate(assignment: Assignment, into: str, database: str) -> None:
    """Let nbgrader write the students' version into a folder, and the cells into a gradebook."""
    outcome = nbgrader_process.run(
        "generate_assignment",
        assignment.name,
        "--force",
        f"--CourseDirectory.release_directory={into}",
        f"--CourseDirectory.db_url={database}",
        root=assignment.course.root,
    )
    if not outcome.ok:
        raise _refused(assignment, outcome.last_error())


def _make(assignment: Assignment) -> Path:
    with _room(assignment.course) as draft:
        _generate(assignment, draft, assignment.course.database)
        _add_hints(assignment, Path(draft))
        made = {
            name: file.read_bytes() for name, file in files_below(Path(draft) / assignment.name)
        }
    target = assignment.release
    try:
        replace_folder(target, made, 0o644)
        replace_text(_key_file(assignment), _source_key(assignment))
    except OSError as error:
        raise _unwritable(error.filename or target, error) from None
    return target


def _add_hints(assignment: Assignment, draft: Path) -> None:
    """Put the hints for visible tests beside the notebooks of a students' version."""
    text = hint_checks.released(assignment)
    if text:
        (draft / assignment.name / HINTS).write_text(text, "utf-8", newline="\n")


def findings(assignment: Assignment, secrets: leaks.Secrets | None = None) -> list[str]:
    """A line for everything that keeps an assignment from being released; nothing is changed.

    Marks, points, tests, ids and settings of its cells (`source_checks`), whether anything that
    students must not see would be in what they get (`leaks`), and in its hints (`hint_checks`).

    Parameters
    ----------
    assignment
        What would be released.
    secrets
        What students must not see, if somebody has gathered it already.
    """
    wrong = source_checks.of_source(assignment)
    if wrong:
        return wrong
    with _room(assignment.course) as draft:
        made = _draft(assignment, Path(draft))
        secrets = secrets or leaks.secrets(assignment.course)
        return [
            *source_checks.of_release(assignment, made, secrets),
            *hint_checks.findings(assignment, made, secrets),
        ]


def warnings(assignment: Assignment) -> list[str]:
    """A line for every place at which a test believes an answer, with its remedy (`trust`).

    They keep nothing from being released: whether a test means it, its author knows.

    Parameters
    ----------
    assignment
        Whose tests are read; nothing is changed.
    """
    return [
        f"source/{assignment}/{file.name}: {line}"
        for file in assignment.notebooks()
        for line in trust.of_notebook(nbformat.read(file, as_version=4))
    ]


def ensure_released(assignment: Assignment) -> None:
    """Enter the assignment into the gradebook unless that holds its present cells already.

    Whoever grades has released before, so nothing is checked. Of several who begin at once, one
    does it, and the others wait.
    """
    if _stands(assignment):
        return
    lock = _key_file(assignment).with_name("release.lock")
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock):
            if not _stands(assignment):
                _make(assignment)
    except OSError as error:
        raise _unwritable(lock, error) from None


def _stands(assignment: Assignment) -> bool:
    return _is_entered(assignment) and assignment.release.is_dir()


def _is_entered(assignment: Assignment) -> bool:
    try:
        return _key_file(assignment).read_text() == _source_key(assignment)
    except OSError:
        return False


@contextmanager
def entered(assignment: Assignment) -> Iterator[str]:
    """The URL of a gradebook that holds the assignment's present cells, released or not.

    It is the course's own if that holds them; else one that lasts as long as the context, and
    nothing of the course is changed.

    Parameters
    ----------
    assignment
        Whose cells.
    """
    if _is_entered(assignment):
        yield assignment.course.database
        return
    with _room(assignment.course) as draft:
        database = f"sqlite:///{draft}/gradebook.db"
        _generate(assignment, draft, database)
        yield database


def differences(assignment: Assignment) -> list[str]:
    """A line for every file of the release that is not what its source would give now.

    Parameters
    ----------
    assignment
        Whose release is compared; nothing is changed.
    """
    target = assignment.release
    with _room(assignment.course) as draft:
        made = _draft(assignment, Path(draft))
        names = {file.relative_to(made) for file in made.rglob("*") if file.is_file()}
        names |= {file.relative_to(target) for file in target.rglob("*") if file.is_file()}
        return [
            f"release/{assignment}/{name} is out of date: run `course release {assignment}`"
            for name in sorted(names)
            if not CACHES & set(name.parts) and _content(made / name) != _content(target / name)
        ]


def stubs(assignment: Assignment) -> dict[str, dict[str, str]]:
    """What students find in the place of answers, by notebook and grade_id; nothing is released.

    Parameters
    ----------
    assignment
        Of which the students' version is made, and thrown away.

    Raises
    ------
    CourseError
        If nbgrader refuses.
    """
    with _room(assignment.course) as draft:
        made = _draft(assignment, Path(draft))
        return {
            file.stem: {
                cell.metadata["nbgrader"]["grade_id"]: cell.source
                for cell in nbformat.read(file, as_version=4).cells
                if cell.metadata.get("nbgrader", {}).get("solution")
            }
            for file in sorted(made.glob("*.ipynb"))
        }


def _room(course: Course) -> tempfile.TemporaryDirectory:
    """A folder for nbgrader to work in, which goes when it is done."""
    try:
        return tempfile.TemporaryDirectory(prefix=".release-", dir=course.root)
    except OSError as error:
        raise _unwritable(course.root, error) from None


def _draft(assignment: Assignment, into: Path) -> Path:
    """What nbgrader makes of the source, in this process and without a gradebook."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory

    course = assignment.course
    config = course.config.copy()
    config.CourseDirectory.setdefault("root", str(course.root))
    config.CourseDirectory.release_directory = str(into)
    config.CourseDirectory.assignment_id = assignment.name
    converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
    converter.force = converter.no_database = True
    converter.preprocessors = [
        step
        for step in converter.preprocessors
        if not str(step).rstrip("'>").endswith(".SaveCells")
    ]
    with _listening(converter) as said:
        try:
            converter.start()
        except Exception as error:  # nbgrader has said before what it is about
            reason = nbgrader_process.Finished(1, "\n".join(said) or str(error)).last_error()
            raise _refused(assignment, reason) from None
    _add_hints(assignment, into)
    return into / assignment.name


class _Kept(logging.Handler):
    """Keeps what is said of errors."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@contextmanager
def _listening(converter) -> Iterator[list[str]]:
    """Collects what a converter of nbgrader says of errors, and shows it to nobody."""
    handler = _Kept()
    log = logging.getLogger(f"{__name__}.{id(converter)}")
    log.propagate = False
    log.addHandler(handler)
    converter.log = log
    yield handler.said


def _unwritable(place: Path | str, error: OSError) -> CourseError:
    return CourseError(f"{place} cannot be written: {error.strerror}")


def _refused(assignment: Assignment, reason: str) -> CourseError:
    return CourseError(f"{assignment} cannot be released: {reason}")


def _content(file: Path):
    """What matters of a file: of a notebook its meaning, not its layout."""
    if not file.is_file():
        return None
    data = file.read_bytes()
    try:
        return json.loads(data) if file.suffix == ".ipynb" else data
    except ValueError:  # a merge has left its marks in it
        return data


def _key_file(assignment: Assignment) -> Path:
    return assignment.course.root / FOLDER / assignment.name / "released"


def _source_key(assignment: Assignment) -> str:
    texts = {file.name: file.read_bytes() for file in assignment.notebooks()}
    # A course that was moved has its gradebook with it.
    course = assignment.course
    return digest(texts, course.database.replace(str(course.root), "", 1))
