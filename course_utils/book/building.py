"""The book: its pages laid out for Sphinx, built, and checked."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import nbformat

from ..stamp import publication
from . import glossary, notebooks
from .checking import problems
from .contents import BookError, pages
from .links import Links

SOURCE = "build/book-source"
SITE = "build/site"


def build(root: Path, processes: int = 2) -> Path:
    """Build the site from what is in the repository, and check it.

    Nothing is run: notebooks show their stored outputs. The pages need no network; `build/`
    is where they are made.

    Parameters
    ----------
    root
        The folder that is the repository.
    processes
        How many of Sphinx read and write pages side by side.

    Returns
    -------
    Path
        The folder of the site; it begins with `index.html`.

    Raises
    ------
    BookError
        If a page cannot be made without a warning, a link is dead or a picture without words.
    """
    if not find_spec("sphinx_book_theme"):
        raise BookError("Sphinx and its theme are missing: pip install -c constraints.txt -e '.[book]'")
    source, site = root / SOURCE, root / SITE
    lay_out(root, source)
    shutil.rmtree(site, ignore_errors=True)
    _sphinx(root / "book", source, site, processes)
    found = problems(site)
    if found:
        raise BookError(f"the book has {len(found)} faults:\n" + "\n".join(found))
    return site


def lay_out(root: Path, source: Path) -> dict[str, str]:
    """Write the pages' sources as Sphinx wants to have them; returns `contents.pages`."""
    made_from = pages(root)
    links = Links(root, made_from, publication(root))
    shutil.rmtree(source, ignore_errors=True)
    for file, page in made_from.items():
        path = root / file
        target = source / f"{page}{path.suffix}"
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".ipynb":
            notebook = nbformat.read(path, as_version=4)
            nbformat.write(notebooks.as_page(notebook, file, links), target)
            if file == glossary.FILE:
                cells = [c.source for c in notebook.cells if c.cell_type == "markdown"]
                lectures = [page for page in made_from.values() if page.startswith("lectures/")]
                (source / "glossary.md").write_text(glossary.as_page(cells, lectures), "utf-8")
        else:
            target.write_text(links.rewrite(path.read_text("utf-8"), file), "utf-8")
    for picture in links.pictures:
        (source / "pictures").mkdir(exist_ok=True)
        shutil.copy(root / picture, source / "pictures")
    return made_from


def _sphinx(settings: Path, source: Path, site: Path, processes: int) -> None:
    """Run Sphinx; a warning is an error."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "sphinx", "--builder", "html", "--conf-dir", settings),
            *("--fail-on-warning", "--keep-going", "--fresh-env", "--quiet", "--no-color"),
            *("--jobs", str(processes), "--doctree-dir", source.with_name("book-doctrees")),
            *(source, site),
        ],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise BookError(f"Sphinx is not content:\n{done.stderr.strip()}")
