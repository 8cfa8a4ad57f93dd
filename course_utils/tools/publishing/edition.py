"""What is in a students' edition: files that are taken as they are, and those written for it."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import nbformat

from ...errors import UserError
from ...grading import Course
from ..notebooks import stamp
from . import guides, modules

PAGES = Path(__file__).parent / "pages"
PACKAGE = modules.PACKAGE
TAKEN = (  # as they are; everything else has to be found by something that students use
    "LICENSE",
    "constraints.txt",
    "datasets/*.md",
    "lectures/*.ipynb",
    "lectures/README.md",
    "lectures/topics.toml",
)
EXTRAS = ("lectures", "torch", "tensorflow", "medmnist", "lab")  # of pyproject.toml
FOR_THE_BOOK = "lectures/claims.json"  # nobody expects it in an edition
PASSING = {".ipynb_checkpoints", "__pycache__"}  # nobody misses what is in these


class EditionError(UserError):
    """The edition cannot be made; the message says why, and what to do."""


@dataclass(frozen=True)
class Edition:
    """Files by their path, and the paths in published folders that were left out."""

    files: dict[str, bytes]
    left_out: tuple[str, ...]


def make(root: Path, course: Course) -> Edition:
    """The edition of the repository `root`: the same files for the same repository.

    Parameters
    ----------
    root
        The instructors' repository.
    course
        The nbgrader course in it, all of whose assignments are released.

    Raises
    ------
    EditionError
        If something is missing, is a link, or needs what students do not get.
    """
    paths = [path for pattern in TAKEN for path in sorted(root.glob(pattern))]
    for assignment in course.assignments():
        folder = assignment.release
        paths += [path for path in sorted(folder.rglob("*")) if not PASSING & set(path.parts)]
    paths = [path for path in paths if path.is_symlink() or not path.is_dir()]
    notebooks = [path for path in paths if path.suffix == ".ipynb"]
    try:
        paths += modules.of_students(root / PACKAGE, notebooks)
    except modules.Unwanted as error:
        raise EditionError(str(error)) from None
    for path in paths:
        _refuse_links(path, root)
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}
    if "LICENSE" not in files or not notebooks:
        raise EditionError(
            f"{root} is not the course's repository: it has no LICENSE or no lectures"
        )
    files |= _written(root, notebooks)
    try:
        files |= guides.guides(root, stamp.publication(root).repository, set(files))
    except guides.LeadsNowhere as error:
        raise EditionError(str(error)) from None
    return Edition(dict(sorted(files.items())), _left_out(root, set(files)))


def _refuse_links(path: Path, root: Path) -> None:
    for part in [path, *path.parents]:
        if part == root:
            return
        if part.is_symlink():
            raise EditionError(f"{part.relative_to(root)} is a link: put the file itself there")


def _left_out(root: Path, names: set[str]) -> tuple[str, ...]:
    """What lies beside lectures and data pages and is no part of them: a backup, a draft."""
    found = [
        path.relative_to(root).as_posix()
        for folder in ("lectures", "assignments/release")
        for path in (root / folder).rglob("*")
        if path.is_file() and not PASSING & set(path.parts)
    ]
    return tuple(sorted(set(found) - names - {FOR_THE_BOOK}))


# --- what is written for students -------------------------------------------------------------


def _written(root: Path, notebooks: list[Path]) -> dict[str, bytes]:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    published = stamp.publication(root)
    extras = {name: project["optional-dependencies"][name] for name in EXTRAS}
    names = ",".join(extras)
    lectures = [path for path in notebooks if path.parent.name == "lectures"]
    assignments = [path for path in notebooks if path not in lectures]
    readme = {
        "repository": published.repository,
        "name": published.repository.split("/")[1],
        "lectures": "\n".join(f"- {_link(path, root)}" for path in lectures),
        "assignments": "\n".join(
            ["| problem set | you need | time |", "|---|---|---|"]
            + [_row(path, root) for path in assignments]
        ),
    }
    settings = {
        "name": _toml(project["name"]),
        "version": _toml(project["version"]),
        "description": _toml(project["description"]),
        "python": _toml(project["requires-python"]),
        "dependencies": _toml(project["dependencies"]),
        "extras": "\n".join(f"{name} = {_toml(lines)}" for name, lines in extras.items()),
        "repository": _toml(published.repository),
        "branch": _toml(published.branch),
    }
    return {
        "README.md": fill("README.md.in", readme),
        "Makefile": fill("Makefile.in", {"extras": names}),
        "environment.yml": fill("environment.yml.in", {"extras": names}),
        "pyproject.toml": fill("pyproject.toml.in", settings),
        ".gitignore": fill("gitignore.in", {}),
    }


def fill(name: str, values: dict[str, str]) -> bytes:
    """A file that is written for students.

    Parameters
    ----------
    name
        Of its pattern in `pages/`.
    values
        What stands in the places of `{{ names }}`.
    """
    text = (PAGES / name).read_text("utf-8")
    return re.sub(r"(?<!\$)\{\{ (\w+) \}\}", lambda found: values[found[1]], text).encode()


def _toml(value: str | list[str]) -> str:
    if isinstance(value, list):
        return "[\n" + "".join(f"    {_toml(line)},\n" for line in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def title_cell(path: Path) -> str:
    """What the first cell of the notebook at a `path` says."""
    return nbformat.read(path, as_version=4).cells[0].source


def _link(path: Path, root: Path) -> str:
    title = title_cell(path).split("\n")[0].removeprefix("# ")
    number = re.match(r"\d+", path.stem)
    words = f"{number[0]} {title}" if number else title
    return f"[{words}]({path.relative_to(root).as_posix()})"


def _row(path: Path, root: Path) -> str:
    """A problem set, with what its own first cell says."""
    says = dict(re.findall(r"^\| ([^|]+?) \| (.+) \|$", title_cell(path), re.MULTILINE))
    return f"| {_link(path, root)} | {says.get('You need', '')} | {says.get('Time', '')} |"
