"""The students' edition: a folder that can be a public repository, made from this private one.

edition   which files it has, and those that are written for it
modules   the part of the package that students use
guides    pages of the book that go with it
template  in its place only assignments, as a repository of which GitHub makes one for each student
folder    how it takes the place of an earlier edition, completely or not at all
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ...errors import UserError
from ...grading import Course
from ...grading.authoring import leaks, release
from ..notebooks import stamp
from . import edition, template
from .folder import KEPT, Changes, Folder

__all__ = ["Published", "Unpublishable", "publish", "publish_template"]

PLACEHOLDER = "your_organisation"


class Unpublishable(UserError):
    """The edition cannot be made or written; `lines` say why, each with its remedy."""

    def __init__(self, lines: list[str]):
        self.lines = lines
        listed = "".join(f"\n  {line}" for line in lines)
        super().__init__(f"nothing was published:{listed}")


@dataclass(frozen=True)
class Published:
    """What came of it.

    Attributes
    ----------
    files, size
        How many files the edition has, and their bytes together.
    left_out
        Files in the published folders that are no part of an edition.
    """

    folder: Path
    repository: str
    files: int
    size: int
    changes: Changes
    left_out: tuple[str, ...]

    @property
    def leads_nowhere(self) -> bool:
        """Whether badges and set-up cells name a repository that cannot exist."""
        return self.repository.startswith(f"{PLACEHOLDER}/")


def publish(
    root: Path,
    target: Path,
    *,
    overwrite: bool = False,
    check: bool = False,
    on_step: Callable[[str], None] = lambda step: None,
) -> Published:
    """Write the students' edition of the repository `root` into the folder `target`.

    Parameters
    ----------
    root
        The instructors' repository.
    target
        The folder: not there yet, empty, or an earlier edition. Its `.git` stays.
    overwrite
        Whether files that somebody has changed or added there may go.
    check
        Only compare: nothing is written.
    on_step
        Told what is being done.

    Raises
    ------
    Unpublishable
        If badges or releases are out of date, if something would leak, if the folder holds what no
        edition wrote, or if it cannot be written. It is as it was then.
    """
    with _readable(target):
        return _publish(root, Folder(target, root), edition.make, overwrite, check, on_step)


def publish_template(
    root: Path,
    target: Path,
    names: Sequence[str] = (),
    *,
    overwrite: bool = False,
    check: bool = False,
    on_step: Callable[[str], None] = lambda step: None,
) -> Published:
    """Write a template repository of released assignments into the folder `target`.

    Parameters
    ----------
    root
        The instructors' repository.
    target
        The folder: not there yet, empty, or an earlier template. Its `.git` stays.
    names
        The assignments, or the beginnings of their names; all by default.
    overwrite, check, on_step
        As for `publish`.

    Raises
    ------
    Unpublishable
        As `publish`.
    CourseError
        If there is no assignment of a name.
    """

    def make(root: Path, course: Course) -> edition.Edition:
        chosen = [course.assignment(name) for name in names] or course.assignments()
        return template.make(root, chosen)

    kept = tuple(name for name in KEPT if name != ".github")
    with _readable(target):
        return _publish(root, Folder(target, root, kept), make, overwrite, check, on_step)


@contextmanager
def _readable(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        place = error.filename or target
        raise Unpublishable(
            [f"{place}: {error.strerror}: see that it can be read and written"]
        ) from None


def _publish(
    root: Path,
    place: Folder,
    make: Callable[[Path, Course], edition.Edition],
    overwrite: bool,
    check: bool,
    on_step: Callable[[str], None],
) -> Published:
    wrong = place.objections(overwrite or check)
    if wrong:
        raise Unpublishable(wrong)
    try:
        course = Course(root / "assignments")
        on_step("comparing notebooks with their sources")
        wrong = stamp.check_all(root)
        for assignment in course.assignments():
            wrong += release.differences(assignment)
        if wrong:  # among it may be a notebook that cannot be read
            raise Unpublishable(wrong)
        on_step("gathering the files")
        made = make(root, course)
        on_step("looking for leaks")
        found = leaks.secrets(course).find(made.files.items())
    except edition.EditionError as error:
        raise Unpublishable([str(error)]) from None
    if found:
        hint = "If a lecture shows such a line on purpose, say so in"
        raise Unpublishable([*map(str, found), f"{hint} {course.root.name}/{leaks.SHOWN}"])
    on_step("writing")
    changes = place.compare(made.files) if check else place.replace(made.files)
    return Published(
        place.path,
        stamp.publication(root).repository,
        len(made.files),
        sum(map(len, made.files.values())),
        changes,
        made.left_out,
    )
