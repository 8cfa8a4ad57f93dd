"""From one term to the next: what a class has left is put away, and none of it counts again.

It goes into `terms/NAME/` in the course's folder, with a copy of the problem sets as they were: a
course of its own, of which every command can be asked with `--course`.
"""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import counted
from ..files import replace_text
from . import roster, tables
from .course import CONFIG, Course, CourseError
from .folders import FOLDER, QUESTIONS

TERMS = "terms"
CLASS_FOLDERS = ("submitted", "autograded", "feedback")
BESIDE = ("returned", "exchange", "fetched", QUESTIONS, FOLDER)
JOURNALS = ("", "-wal", "-shm", "-journal")  # what SQLite keeps beside a gradebook
MARK = ".unfinished"
SETTINGS = """\
# The term {name}, put away by `course archive`: the course's own settings, for what lies here.
from pathlib import Path

from course_utils.grading import exchange

HERE = Path(__file__).parent.resolve()
load_subconfig(str(HERE.parents[1] / "{config}"))  # noqa: F821
c = get_config()  # noqa: F821
c.CourseDirectory.root = str(HERE)
c.CourseDirectory.db_url = f"sqlite:///{{HERE}}/{gradebook}"
exchange.keep_in(c, HERE)
"""


@dataclass(frozen=True)
class Move:
    """Something that is put away: what, how many students it is about, and its path in there."""

    source: Path
    name: str
    students: int = 0


@dataclass(frozen=True)
class Plan:
    """What `carry_out` would do.

    Attributes
    ----------
    course
        Whose term has ended.
    folder
        Where everything goes.
    moves
        What is there.
    gradebook
        The path of the gradebook in there, if it is a file.
    """

    course: Course
    folder: Path
    moves: tuple[Move, ...]
    gradebook: str = ""

    @property
    def whole(self) -> bool:
        """Whether what is put away can be asked as a course of its own."""
        return bool(self.gradebook) and all(
            move.source.is_relative_to(self.course.root) for move in self.moves
        )


def plan(course: Course, name: str) -> Plan:
    """What putting a term away would do: nothing is changed.

    Parameters
    ----------
    course
        Whose term has ended.
    name
        What it is called from now on.

    Raises
    ------
    CourseError
        If there is such a term already, nothing to put away, or a gradebook on a server that has
        something of the term.
    """
    folder = course.root / TERMS / name
    if not name or roster.folder_name(name) != name:
        raise CourseError(f"{name!r} cannot be the name of a folder")
    going_on = (folder / MARK).exists()
    if folder.exists() and not going_on:
        raise CourseError(f"there is a term {name} already: {folder}")
    gradebook = _gradebook(course)
    moves = tuple(_moves(course, gradebook, folder))
    if not moves and not going_on:
        raise CourseError(f"{course.root} has nothing of a term: no hand-ins, no gradebook")
    for move in moves:
        if (folder / move.name).exists():
            raise CourseError(f"{move.name} is there and in {folder}: move one of them away")
    return Plan(course, folder, moves, _below(gradebook, course) if gradebook else "")


def carry_out(made: Plan) -> None:
    """Put a term away. Who is stopped half-way types the same again.

    Parameters
    ----------
    made
        The plan.
    """
    course, folder = made.course, made.folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    replace_text(folder.parent / ".gitignore", "*\n")  # a class's work never enters a repository
    if made.whole:
        for there in (course.sources, course.releases):
            if there.is_dir() and there.is_relative_to(course.root):
                target = folder / there.relative_to(course.root)
                shutil.copytree(there, target, dirs_exist_ok=True)
        settings = SETTINGS.format(name=folder.name, config=CONFIG, gradebook=made.gradebook)
        replace_text(folder / CONFIG, settings)
    for move in made.moves:
        (folder / move.name).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(move.source, folder / move.name)
    if (folder / roster.CLASS).is_file():
        replace_text(course.root / roster.CLASS, _next_class(folder / roster.CLASS, course.root))
    (folder / MARK).unlink()


def _gradebook(course: Course) -> Path | None:
    """The gradebook's file, or None where it is on a server."""
    kind, _, path = course.database.partition(":///")
    if kind == "sqlite":
        return _named(Path(path))
    from nbgrader.api import SubmittedAssignment
    from sqlalchemy import create_engine, func, inspect, select

    table = SubmittedAssignment.__table__
    engine = create_engine(course.database)
    try:
        with engine.connect() as connection:
            there = inspect(connection).has_table(table.name)
            rows = select(func.count()).select_from(table)
            count = connection.scalar(rows) if there else 0
    finally:
        engine.dispose()
    if count:
        raise CourseError(
            f"the gradebook on the server has {counted(count, 'hand-in')} of this term: let "
            f"c.CourseDirectory.db_url in {CONFIG} name an empty database, and keep the old one"
        )
    return None


def _moves(course: Course, gradebook: Path | None, folder: Path) -> Iterator[Move]:
    for step in CLASS_FOLDERS:
        there = _named(course.class_folder(step))
        if there.is_dir():
            students = sum(each.is_dir() for each in there.glob("[!.]*"))
            yield Move(there, _below(there, course), students)
    paths = [course.root / name for name in BESIDE]
    if gradebook is not None:
        paths += [gradebook.with_name(f"{gradebook.name}{more}") for more in JOURNALS]
    for path in paths:
        if path.exists():
            yield Move(path, _below(path, course))
    for path in roster.files(course):
        if path.is_relative_to(course.root) and not (
            path.name == roster.CLASS and (folder / MARK).exists() and (folder / path.name).exists()
        ):  # the next term's has been written already
            yield Move(path, _below(path, course))


def _named(path: Path) -> Path:
    """The path without links in it, though it may be one itself."""
    return path.parent.resolve() / path.name


def _below(path: Path, course: Course) -> str:
    """Its path in the term's folder: as in the course's, if it is there."""
    inside = path.is_relative_to(course.root)
    return path.relative_to(course.root).as_posix() if inside else path.name


def _next_class(old: Path, root: Path) -> str:
    """A `class.toml` for the next term: what lateness costs stays, dates and people do not."""
    said = tomllib.loads(tables.decode(old.read_bytes()))
    lines = [f"# Last term's is {old.relative_to(root).as_posix()}."]
    if "due" in said:
        lines += ["", "[due]"]
        lines += [f"# {name} = {_shown(value)}" for name, value in said["due"].items()]
    if "late" in said:
        lines += ["", "[late]", *(f"{key} = {_shown(v)}" for key, v in said["late"].items())]
    return "\n".join(lines) + "\n"


def _shown(value) -> str:
    """A date, a number or a text as TOML has it."""
    return value.isoformat() if hasattr(value, "isoformat") else json.dumps(value)
