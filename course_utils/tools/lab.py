"""JupyterLab on the course: what it shows first, and whose class its formgrader grades."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import quote

if TYPE_CHECKING:
    from ..grading import Course

FIRST = Path("lectures/00_start_here.ipynb")
SETTINGS = {
    "--Application.log_level": "ERROR",  # errors, and the address; nobody begins with the rest
    "--KernelManager.transport_encryption": "auto",  # or each kernel warns that it has none
}
# What JupyterLab does unless somebody sets it otherwise: it does not ask about its news.
OVERRIDES = Path(__file__).with_name("jupyter")


@dataclass(frozen=True)
class Lab:
    """A JupyterLab that is about to be started.

    Attributes
    ----------
    root
        The folder whose files it shows.
    course
        The nbgrader course that its formgrader grades; None where there is none.
    page
        What it shows first, as the path of its address.
    """

    root: Path
    course: Course | None
    page: str

    def environment(self) -> dict[str, str]:
        """The variables of its process: commands of this installation, settings of the course."""
        variables = dict(os.environ)
        programs = [str(Path(sys.executable).parent), variables.get("PATH", os.defpath)]
        variables["PATH"] = os.pathsep.join(programs)  # nbgrader calls alembic by its name
        folders = [str(OVERRIDES), variables.get("JUPYTER_CONFIG_PATH", "")]
        if self.course:
            folders.insert(0, str(self.course.root))
        variables["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, folders))
        return variables

    def command(self, options: list[str]) -> list[str]:
        """What is run; of two values for a setting, the one in `options` counts."""
        settings = {"--ServerApp.root_dir": str(self.root), "--LabApp.default_url": self.page}
        given = {option.partition("=")[0] for option in options}
        ours = [f"{k}={v}" for k, v in (settings | SETTINGS).items() if k not in given]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            ours.append("--allow-root")  # in a container there often is nobody else
        return [sys.executable, "-m", "jupyterlab", *ours, *options]

    def start(self, options: list[str]) -> NoReturn:
        """Let JupyterLab take the place of this process; `options` are handed on to it."""
        os.chdir(self.root)
        command = self.command(options)
        os.execve(command[0], command, self.environment())


def plan(repository: Path, course: Course | None, *, formgrader: bool = False) -> Lab:
    """A JupyterLab that shows the repository, or the course's folder where that lies elsewhere.

    It opens on the formgrader if that is asked for, else on the first lecture, and without
    lectures on JupyterLab's launcher.

    Parameters
    ----------
    repository
        Its folder.
    course
        The nbgrader course that the formgrader grades; None where there is none.
    formgrader
        Whether to open on it.
    """
    root = repository
    if course and not course.root.is_relative_to(repository):
        root = course.root
    page = "/lab"
    if formgrader:
        page = "/formgrader"
    elif (root / FIRST).is_file():
        page = f"/lab/tree/{FIRST.as_posix()}"
    return Lab(root, course, page)


def is_begun(course: Course) -> bool:
    """Whether the course has a class: somebody handed in, or is entered in the gradebook."""
    submitted = course.class_folder("submitted")
    if any(path.is_dir() for path in submitted.glob("[!.]*")):
        return True
    kind, _, path = course.database.partition(":///")
    if kind != "sqlite" or not Path(path).is_file():
        return kind != "sqlite"
    try:
        with closing(sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True)) as database:
            return database.execute("SELECT count(*) FROM student").fetchone()[0] > 0
    except sqlite3.OperationalError:  # it has no tables yet
        return False
    except sqlite3.DatabaseError:  # damaged: there was a class, and Formgrader says what is wrong
        return True


def exchange(course: Course) -> tuple[Path, bool]:
    """The folder through which assignments change hands, and whether it can be used.

    nbgrader wants it to be there; one inside the course's folder is made, with that for the
    assignments that are fetched from it.
    """
    settings = course.config.Exchange
    root = Path(settings.get("root", "/usr/local/share/nbgrader/exchange"))
    fetched = Path(settings.get("assignment_dir", "."))
    for folder in (root, fetched):
        if folder.is_relative_to(course.root):
            with suppress(OSError):  # the course may be somebody else's, only to be read
                folder.mkdir(parents=True, exist_ok=True)
    return root, os.access(root, os.R_OK | os.W_OK | os.X_OK)


def lines(lab: Lab, demo: Path) -> list[str]:
    """What a terminal says before JupyterLab tells its address.

    Parameters
    ----------
    lab
        The JupyterLab that is about to be started.
    demo
        The folder of the demo class, which need not be there.
    """
    opens = {"/formgrader": "Formgrader", "/lab": "its launcher"}.get(lab.page, str(FIRST))
    said = [f"JupyterLab opens on {opens}.", f"  Files            {lab.root}"]
    if lab.course is None:
        return [*said, "Ctrl-C ends it.\n"]
    here = _short(lab.course.root)
    whose = f"{here}, the demo class" if lab.course.root == demo.resolve() else here
    root, usable = exchange(lab.course)
    if usable:
        passes = f"assignments that Formgrader releases, through {_short(root)}"
    else:
        passes = (
            f"not here: {root} cannot be written to "
            f"(c.Exchange.root in {here}/nbgrader_config.py may name another folder)"
        )
    return [
        *said,
        f"  Formgrader       {whose} (another: course lab --course DIR)",
        f"  Assignment List  {passes}",
        "Both are in its menu Nbgrader. Ctrl-C, twice, ends it.\n",
    ]


def _short(path: Path) -> str:
    """A path as one would type it: from here if it lies below, else from the top."""
    below = path != Path.cwd() and path.is_relative_to(Path.cwd())
    return str(path.relative_to(Path.cwd()) if below else path)
