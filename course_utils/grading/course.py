"""The folder of an nbgrader course: its assignments, and what the students handed in."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from ..errors import UserError
from .folders import LEDGER, MISTAKES, is_notebook, printable

CONFIG = "nbgrader_config.py"
PACKED = (".zip", ".tar", ".gz", ".tgz", ".7z", ".rar")


class CourseError(UserError):
    """Something the instructor has to put right; the message says what, in one line."""


class NobodyGraded(CourseError):
    """Nobody is graded in an assignment yet."""

    def __init__(self, assignment: Assignment):
        super().__init__(f"nobody is graded in {assignment} yet: course grade {assignment}")


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one assignment: a folder that nobody has looked into yet.

    It may lie in the folder of another one, the `author`, who has handed in for a group.
    """

    student: str
    folder: Path
    author: str = ""

    def files(self) -> list[Path]:
        """Every entry below the folder, links and devices included, in a fixed order."""
        return sorted(
            path for path in self.folder.rglob("*") if path.is_symlink() or not path.is_dir()
        )

    def defect(self) -> str | None:
        """Why this cannot be graded at all, or None: only names are looked at, nothing is read."""
        names = [printable(path.relative_to(self.folder)) for path in self.files()]
        if any(map(is_notebook, names)):
            return None
        held = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "") or "nothing"
        packed = [name for name in names if name.endswith(PACKED)]
        remedy = f": unpack {packed[0]} there" if packed else ""
        return f"no notebook in the folder, which holds {held}{remedy}"


class Course:
    """An nbgrader course root: the folder with `nbgrader_config.py`.

    Where things lie is asked of nbgrader, so that a course that moved its folders or keeps
    its gradebook elsewhere is found as nbgrader would find it.

    Parameters
    ----------
    root
        The course folder.

    Raises
    ------
    CourseError
        If the folder has no `nbgrader_config.py`.
    """

    def __init__(self, root: Path | str):
        self.root = Path(root).resolve()
        if not (self.root / CONFIG).is_file():
            raise CourseError(f"{root} is no nbgrader course: it has no {CONFIG}")

    def __repr__(self):
        return f"Course({str(self.root)!r})"

    @cached_property
    def config(self):
        """The settings, as nbgrader reads them."""
        from traitlets.config import PyFileConfigLoader

        return PyFileConfigLoader(CONFIG, path=str(self.root)).load_config()

    @property
    def judged(self) -> bool:
        """Whether the settings switch the judge on, as `configure(c)` does."""
        return "course_utils" in str(self.config.Autograde.get("exporter_class", ""))

    @property
    def has_gradebook(self) -> bool:
        """Whether there is a gradebook: one that is only to be read must not be made by that."""
        kind, _, path = self.database.partition(":///")
        return kind != "sqlite" or Path(path).is_file()

    @property
    def unsafe(self) -> bool:
        """Whether the settings leave out the walls."""
        return bool(self.config.Judge.get("unsafe_no_sandbox", False))

    @property
    def prepare(self) -> str | None:
        """The hook that makes ready what cells read: see `judging.plugin.configure`."""
        return self.config.Judge.get("prepare")

    @property
    def reveal(self) -> str:
        """What feedback says of hidden tests."""
        return str(self.config.HideTests.get("reveal", "nothing"))

    @property
    def trusts_timestamps(self) -> bool:
        """Whether timestamp.txt in a submission was written by an instructor's tool."""
        return bool(self.config.SubmissionExporter.get("trust_timestamps", False))

    @cached_property
    def directory(self):
        """nbgrader's own view of where things lie."""
        from nbgrader.coursedir import CourseDirectory

        config = self.config.copy()
        config.CourseDirectory.setdefault("root", str(self.root))
        return CourseDirectory(config=config)

    @property
    def database(self) -> str:
        """URL of the gradebook."""
        return self.directory.db_url

    def class_folder(self, step: str) -> Path:
        """The folder that holds a folder for each student.

        Parameters
        ----------
        step
            "submitted", "autograded" or "feedback".
        """
        name = getattr(self.directory, f"{step}_directory")
        return Path(self.directory.format_path(name, "x", "x")).parents[1]

    @property
    def sources(self) -> Path:
        """The folder of the instructor's versions, an assignment each."""
        return Assignment(self, "x").source.parent

    @property
    def releases(self) -> Path:
        """The folder of the students' versions, an assignment each."""
        return Assignment(self, "x").release.parent

    def assignments(self) -> list[Assignment]:
        """Those that have an instructor's version, by name."""
        names = sorted(path.name for path in self.sources.glob("[!.]*") if path.is_dir())
        return [Assignment(self, name) for name in names]

    def assignment(self, name: str) -> Assignment:
        """The assignment of a name or of its beginning: "ps1".

        Parameters
        ----------
        name
            The whole name, or what stands before its first underscore that tells it from others.

        Raises
        ------
        CourseError
            If there is none, or more than one.
        """
        known = self.assignments()
        matches = [each for each in known if each.name == name] or [
            each for each in known if each.name.startswith(f"{name}_")
        ]
        if len(matches) == 1:
            return matches[0]
        listed = ", ".join(each.name for each in known) or "none"
        raise CourseError(f"unknown assignment {name!r}: {self.root.name}/source has {listed}")


@dataclass(frozen=True)
class Assignment:
    """A problem set of a course: where its versions lie, and what was handed in.

    Attributes
    ----------
    course
        The course that it belongs to.
    name
        Its full name, which is nbgrader's `assignment_id`.
    """

    course: Course
    name: str

    def __str__(self) -> str:
        return self.name

    def _folder(self, step: str, student: str = ".") -> Path:
        name = getattr(self.course.directory, f"{step}_directory")
        return Path(self.course.directory.format_path(name, student, self.name))

    @property
    def source(self) -> Path:
        """The folder of the instructor's version."""
        return self._folder("source")

    @property
    def release(self) -> Path:
        """The folder of the students' version."""
        return self._folder("release")

    @property
    def mistakes(self) -> Path:
        """The folder of known answers: see `authoring.mistakes`."""
        return self.course.root / MISTAKES / self.name

    def submitted(self, student: str) -> Path:
        """The folder of what a student handed in.

        Parameters
        ----------
        student
            Who.
        """
        return self._folder("submitted", student)

    def autograded(self, student: str) -> Path:
        """The folder of a student's graded notebooks.

        Parameters
        ----------
        student
            Who.
        """
        return self._folder("autograded", student)

    def feedback(self, student: str) -> Path:
        """The folder of a student's feedback pages.

        Parameters
        ----------
        student
            Who.
        """
        return self._folder("feedback", student)

    def notebooks(self) -> list[Path]:
        """The instructor's notebooks.

        Raises
        ------
        CourseError
            If there is none.
        """
        found = sorted(self.source.glob("*.ipynb"))
        if not found:
            raise CourseError(f"{self.source} has no notebook")
        return found

    def submissions(self) -> tuple[list[Submission], list[str]]:
        """What was handed in, and a line for each folder that is named wrongly.

        A student who has handed in only other assignments appears in neither.

        Raises
        ------
        CourseError
            If nobody has handed in anything.
        """
        everybody = self.course.class_folder("submitted")
        known = {each.name for each in self.course.assignments()}
        found, misnamed = [], []
        for student in sorted(everybody.glob("[!.]*")):
            here = f"{everybody.name}/{printable(student.name)}"
            if student.name == LEDGER:
                continue
            if not _is_text(student.name):
                misnamed.append(f"{here} has a name that is no UTF-8: rename it")
                continue
            if student.is_symlink() or not student.is_dir():
                misnamed.append(f"{here} is not a student's folder: expected {here}/{self.name}/")
                continue
            if set(student.name) & set("*?[]"):  # nbgrader takes names for patterns
                misnamed.append(
                    f"{here} cannot be graded under this name: rename it without * ? [ ]"
                )
                continue
            folders = sorted(path.name for path in student.glob("[!.]*") if path.is_dir())
            if self.name in folders:
                found.append(Submission(student.name, student / self.name))
                continue
            unknown = [name for name in folders if name not in known]
            notebooks = sorted(path.name for path in student.glob("*.ipynb"))
            if notebooks:
                there = f"{here}/{self.name}/"
                misnamed.append(f"{here} holds {printable(notebooks[0])}: put it into {there}")
            elif unknown:
                likely = get_close_matches(self.name, unknown, 1, 0)[0]
                misnamed.append(f"{here} holds {printable(likely)}: rename it to {self.name}")
            elif not folders:
                misnamed.append(f"{here} holds no folder: expected {here}/{self.name}/")
        if not found and not misnamed:
            raise CourseError(
                f"nobody has handed in {self.name}: put the notebooks into "
                f"{everybody}/STUDENT/{self.name}/"
            )
        return found, misnamed


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
