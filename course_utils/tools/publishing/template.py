"""A template repository: released assignments, and a workflow that runs their visible tests.

GitHub makes a repository of it for each student, by hand or through Classroom 50, whose assignments
are template repositories as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import nbformat

from ...grading import Assignment
from ..notebooks import stamp
from . import edition
from .edition import PASSING, Edition, EditionError

WORKFLOW = ".github/workflows/visible_tests.yml"
NEEDED = ("lectures", "lab")  # extras with what `course check` needs
FRAMEWORKS = {"torch": ("torch",), "tensorflow": ("keras", "tensorflow")}  # by their extra


def make(root: Path, assignments: list[Assignment]) -> Edition:
    """The template of some assignments: the same files for the same repository.

    Parameters
    ----------
    root
        The instructors' repository, which says where the students' edition is published: the
        workflow installs the package from there.
    assignments
        What students get; all of them are released.

    Raises
    ------
    EditionError
        If an assignment has no notebook, or one of its files is a link.
    """
    files: dict[str, bytes] = {"LICENSE": (root / "LICENSE").read_bytes()}
    notebooks: list[Path] = []
    for assignment in assignments:
        folder = assignment.release
        paths = [path for path in sorted(folder.rglob("*")) if not PASSING & set(path.parts)]
        for path in paths:
            if path.is_symlink():
                raise EditionError(f"{path.relative_to(root)} is a link: put the file itself there")
        files |= {
            f"{assignment}/{path.relative_to(folder).as_posix()}": path.read_bytes()
            for path in paths
            if path.is_file()
        }
        found = [path for path in paths if path.suffix == ".ipynb" and path.parent == folder]
        if not found:
            raise EditionError(f"{assignment} is not released: course release {assignment}")
        notebooks += found
    values = {
        "title": _title(notebooks),
        "assignments": "\n".join(f"- {_link(path)}" for path in notebooks),
        "requirement": requirement(root, notebooks),
    }
    files |= {
        "README.md": edition.fill("template_README.md.in", values),
        WORKFLOW: edition.fill("visible_tests.yml.in", values),
        ".gitignore": edition.fill("gitignore.in", {}),
    }
    return Edition(dict(sorted(files.items())), ())


def requirement(root: Path, notebooks: list[Path]) -> str:
    """What pip installs, so that `course check` can run notebooks.

    Parameters
    ----------
    root
        The instructors' repository.
    notebooks
        Which ones: a framework is only installed if one of them imports it, or lets answers choose
        it by `### RULES preload`.
    """
    cells = [cell for path in notebooks for cell in nbformat.read(path, as_version=4).cells]
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    wanted = [name for name, modules in FRAMEWORKS.items() if any(map(_wants(code), modules))]
    published = stamp.publication(root)
    address = f"git+https://github.com/{published.repository}@{published.branch}"
    return f"course-utils[{','.join([*NEEDED, *wanted])}] @ {address}"


def _wants(code: str) -> Callable[[str], bool]:
    def wants(module: str) -> bool:
        imports = rf"^\s*(?:import|from) {module}\b"
        preloads = rf"^#+ RULES .*\bpreload=\S*\b{module}\b"
        return bool(re.search(f"{imports}|{preloads}", code, re.MULTILINE))

    return wants


def _title(notebooks: list[Path]) -> str:
    return _name(notebooks[0]) if len(notebooks) == 1 else "Problem sets"


def _name(notebook: Path) -> str:
    return edition.title_cell(notebook).split("\n")[0].removeprefix("# ")


def _link(notebook: Path) -> str:
    return f"[{_name(notebook)}]({notebook.parent.name}/{notebook.name})"
