"""The book: its pages laid out for Sphinx, built, and checked."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import nbformat

from ...grading import Course
from ...grading.authoring import feedback_figures
from ...grading.validity import report
from ..evidence import stored
from ..notebooks.stamp import publication
from . import commands, glossary, how_sure, how_valid, notebooks
from .checking import problems
from .contents import COMMANDS, GLOSSARY, BookError, pages
from .links import Links
from .playground import digits, photograph

FAULTS = "book-faults.txt"


def build(root: Path, parser: argparse.ArgumentParser, folder: Path | None = None) -> Path:
    """Build the site from what is in the repository, and check it.

    Nothing is run: notebooks show their stored outputs. The pages need no network.

    Parameters
    ----------
    root
        The folder that is the repository.
    parser
        The command line, of which the book has a page.
    folder
        Where to work, `root/build` unless it is given; what an earlier build left there goes.

    Returns
    -------
    Path
        The site, `folder/site`; it begins with `index.html`.

    Raises
    ------
    BookError
        If a page cannot be made without a warning, a link is dead or a picture without words.
    packaged.NotInstalled
        If the digits or the photograph that the playground offers are not here.
    """
    if not find_spec("sphinx_book_theme"):
        raise BookError(
            "Sphinx and its theme are missing: pip install -c constraints.txt -e '.[book]'"
        )
    folder = folder or root / "build"
    source, site = folder / "book-source", folder / "site"
    for old in (source, site, folder / "jupyter_execute"):
        shutil.rmtree(old, ignore_errors=True)
    (folder / FAULTS).unlink(missing_ok=True)
    lay_out(root, source, parser)
    _refuse(_sphinx(root / "book", source, site), folder)
    for written in (digits, photograph):
        written.write(site / "_static/playground")
    _refuse(problems(site), folder)
    return site


def lay_out(root: Path, source: Path, parser: argparse.ArgumentParser) -> list[str]:
    """The pages, whose sources are written as Sphinx wants them.

    Parameters
    ----------
    root
        The folder that is the repository.
    source
        The folder to write into; it is empty, or not there yet.
    parser
        The command line.
    """
    links = Links(root, pages(root), publication(root))
    for file, page in links.pages.items():
        suffix = Path(file).suffix
        target = source / f"{page}{suffix}"
        target.parent.mkdir(parents=True, exist_ok=True)
        if file == COMMANDS:
            text = commands.as_page(parser)
        elif suffix == ".md":
            text = _markdown(file, links, source)
        else:
            text = _notebook(file, links)
        target.write_text(text, "utf-8")
    for picture in links.pictures:
        (source / "pictures").mkdir(exist_ok=True)
        shutil.copy(root / picture, source / "pictures")
    return list(links.pages.values())


def _markdown(file: str, links: Links, source: Path) -> str:
    if file == GLOSSARY:
        notebook = nbformat.read(links.root / glossary.FILE, as_version=4)
        return glossary.as_page(notebook, links.pages)
    text = (links.root / file).read_text("utf-8")
    text = links.rewrite(text.replace("OWNER/NAME", links.published.repository), file)
    if file == how_sure.FILE:
        text += "\n" + _claims(links, source)
    if file == how_valid.FILE:
        course = Course(links.root / "assignments")
        text += "\n" + how_valid.feedback(feedback_figures.read(course))
        text += "\n" + how_valid.sections(report.read(course))
    return text


def _claims(links: Links, source: Path) -> str:
    lectures = {
        links.root / file: page
        for file, page in links.pages.items()
        if re.match(r"lectures/\d", file)
    }
    return how_sure.sections(stored.read(links.root), lectures, source)


def _notebook(file: str, links: Links) -> str:
    notebook = nbformat.read(links.root / file, as_version=4)
    return nbformat.writes(notebooks.as_page(notebook, file, links))


def _sphinx(settings: Path, source: Path, site: Path) -> list[str]:
    """Run Sphinx; returns what it warns of, and why it stopped."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "sphinx", "--builder", "html", "--conf-dir", settings),
            *("--fail-on-warning", "--keep-going", "--fresh-env", "--quiet", "--no-color"),
            *("--doctree-dir", source.with_name("book-doctrees"), source, site),
        ],
        capture_output=True,
        text=True,
    )
    lines = done.stderr.strip().replace(f"{source}{os.sep}", "").splitlines()
    warnings = [line for line in lines if "WARNING: " in line or "ERROR: " in line]
    silent = [f"Sphinx has ended with status {done.returncode} and said nothing"]
    return (warnings or lines[::-1] or silent) if done.returncode else []


def _refuse(faults: list[str], folder: Path) -> None:
    """An error for faults that were found, which a file lists in full."""
    if faults:
        (folder / FAULTS).write_text("\n".join(faults) + "\n", "utf-8")
        raise BookError(
            f"the book is not as it should be: {faults[0]} (all of it: {folder / FAULTS})"
        )
