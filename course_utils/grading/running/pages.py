"""What goes back: a feedback page for every student."""

from __future__ import annotations

import hashlib
import html
import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from ...files import replace_text
from ..course import Assignment

PAGES, BYTES = 16, 4_000_000  # that are made together; larger notebooks get a process each
PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{assignment}</title>
<style>
body {{ font: 1.1rem/1.5 sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem }}
</style>
</head>
<body>
<h1>{assignment} could not be graded</h1>
<p><strong>Why:</strong> {problem}.</p>
<p>Open your notebook in Jupyter or Colab, run it from top to bottom, save it and hand it in
again. If it opens and runs, tell your instructor.</p>
</body>
</html>
"""


def remove(assignment: Assignment, student: str) -> bool:
    """Whether a student had pages in an assignment, which are gone: they say what no longer holds.

    Parameters
    ----------
    assignment, student
        What is graded anew, and whose.
    """
    folder = assignment.feedback(student)
    had = folder.is_dir()
    shutil.rmtree(folder, ignore_errors=True)
    return had


def outdated(assignment: Assignment, student: str, values: dict[str, dict]) -> list[Path]:
    """The graded notebooks of a student that have no page, or one that says something else.

    Parameters
    ----------
    assignment, student
        What was graded, and whose.
    values
        What the gradebook says of each notebook.
    """
    pages = assignment.feedback(student)
    return [
        file
        for file in sorted(assignment.autograded(student).glob("*.ipynb"))
        if not _says(pages / f"{file.stem}.html", mark(assignment, file, values[file.stem]))
    ]


def together(wanted: Iterable[tuple[str, Path, dict]]) -> Iterator[list[tuple[str, Path, dict]]]:
    """Pages that are made by one process: a few, and few bytes of notebooks.

    Parameters
    ----------
    wanted
        Student, graded notebook, and what the gradebook says of it.
    """
    some: list[tuple[str, Path, dict]] = []
    room = BYTES
    for each in wanted:
        size = each[1].stat().st_size
        if some and (len(some) == PAGES or size > room):
            yield some
            some, room = [], BYTES
        some.append(each)
        room -= size
    if some:
        yield some


def mark(assignment: Assignment, graded: Path, values: dict) -> str:
    """A comment at the end of a page, which says what it was made from.

    Parameters
    ----------
    assignment
        Which one.
    graded
        The graded notebook.
    values
        What the gradebook says of it.
    """
    facts = json.dumps([values, assignment.course.reveal], sort_keys=True).encode()
    return f"<!-- made from {hashlib.sha256(facts + graded.read_bytes()).hexdigest()[:24]} -->"


def _says(page: Path, words: str) -> bool:
    """Whether a page ends with these words; no more of it is read, as it may be large."""
    try:
        with page.open("rb") as file:
            file.seek(max(page.stat().st_size - len(words) - 2, 0))
            return file.read().rstrip().endswith(words.encode())
    except OSError:
        return False


def write_page(assignment: Assignment, student: str, name: str, text: str) -> None:
    """Put a page where nbgrader and students look for it.

    Parameters
    ----------
    assignment, student
        What was graded, and whose.
    name
        The notebook's, without .ipynb.
    text
        The page, in HTML.
    """
    replace_text(assignment.feedback(student) / f"{name}.html", text)


def write_problem(assignment: Assignment, student: str, problem: str) -> None:
    """Write the page of a student who could not be graded.

    Parameters
    ----------
    assignment, student
        What was handed in, and by whom.
    problem
        Why, as the page says it to the student.
    """
    text = PAGE.format(assignment=assignment.name, problem=html.escape(problem))
    write_page(assignment, student, "not_graded", text)
