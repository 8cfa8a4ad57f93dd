"""Is an assignment fit to be released? A line for everything that is not, with its remedy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from ...rule_lines import LINE, RuleError
from ..course import Assignment
from ..judging import rules
from ..judging.notebooks.rebuild import is_answer, is_test, settings
from .leaks import Secrets
from .secrets import MARKS

NOT_IN = {  # a mark, and what a cell has to be to hold it
    "SOLUTION": (is_answer, "an answer (nbgrader: Manually graded answer or Autograded answer)"),
    "HIDDEN TESTS": (is_test, "a test (nbgrader: Autograder tests)"),
}


def of_source(assignment: Assignment) -> list[str]:
    """What is wrong with the instructor's version of an assignment, a line each."""
    found = []
    folder = assignment.source
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            link = path.relative_to(folder)
            found.append(f"source/{assignment}/{link} is a link: put the file itself there")
    for file in assignment.notebooks():
        name = f"source/{assignment}/{file.name}"
        try:
            notebook = nbformat.read(file, as_version=4)
            nbformat.validate(notebook)
        except Exception as error:  # nbformat has one for each way to be no notebook
            reason = str(error).partition("\n")[0]
            found.append(f"{name} is no notebook: restore it ({reason})")
            continue
        found += [f"{name}: {line}" for line in of_notebook(notebook)]
    return found


def of_notebook(notebook: NotebookNode) -> list[str]:
    """What is wrong with the cells of one notebook, and with what nbgrader keeps with them."""
    found = [*_ids(notebook), *_cells(notebook), *_rules(notebook), *_order(notebook)]
    return found or _metadata(notebook)


def rules_of(assignment: Assignment) -> list[str]:
    """Which lines of rules nobody can follow, and where they are, a line each.

    Parameters
    ----------
    assignment
        Whose source notebooks are read.
    """
    found = []
    for file in assignment.notebooks():
        name = f"source/{assignment}/{file.name}"
        found += [f"{name}: {line}" for line in _rules(nbformat.read(file, as_version=4))]
    return found


def of_release(assignment: Assignment, made: Path, secrets: Secrets) -> list[str]:
    """What is wrong with the students' version of an assignment, a line each.

    Parameters
    ----------
    assignment
        Which one; it gives the files their names in the lines.
    made
        The folder with that version, wherever it was made.
    secrets
        What must not be in it.
    """
    found = []
    files = sorted(path for path in made.rglob("*") if path.is_file())
    here = f"{assignment.course.root.name}/release/{assignment}"
    names = [f"{here}/{path.relative_to(made)}" for path in files]
    for path, name in zip(files, names, strict=True):
        if path.suffix == ".ipynb":
            notebook = nbformat.read(path, as_version=4)
            found += [f"{name}: {line}" for line in _left_over(notebook)]
    leaks = secrets.find((name, path.read_bytes()) for path, name in zip(files, names, strict=True))
    return found + [str(leak) for leak in leaks]


def _ids(notebook: NotebookNode) -> Iterator[str]:
    places = defaultdict(list)
    for number, cell in enumerate(notebook.cells, start=1):
        own = settings(cell)
        if own.get("grade") or own.get("solution") or own.get("locked"):
            places[own.get("grade_id", "")].append(number)
    for grade_id, numbers in places.items():
        cells = " and ".join(map(str, numbers))
        if not grade_id:
            yield f"cell {cells} has no grade_id: give it one, such as the function's name"
        elif len(numbers) > 1:
            yield f"the grade_id {grade_id!r} is on cells {cells}: give each one of its own"


def _cells(notebook: NotebookNode) -> Iterator[str]:
    for number, cell in enumerate(notebook.cells, start=1):
        own = settings(cell)
        name = own.get("grade_id") or f"cell {number}"
        if own.get("grade") and not _positive(own.get("points")):
            yield f"{name} is graded and has no points: set points of more than 0"
        if is_test(cell) and not own.get("locked"):
            yield f"{name} is a test that students may edit: lock it"
        if own.get("solution") and own.get("locked"):
            yield f"{name} is an answer that nobody can write: unlock it"
        for mark in MARKS:
            begins = cell.source.count(f"BEGIN {mark}")
            if begins != cell.source.count(f"END {mark}"):
                yield f"{name} has BEGIN {mark} without END {mark}, or the other way: add it"
            suits, wanted = NOT_IN.get(mark, (lambda cell: True, ""))
            if begins and not suits(cell):
                yield f"{name} has BEGIN {mark} but is not {wanted}: set its type"


def _rules(notebook: NotebookNode) -> Iterator[str]:
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code" or settings(cell).get("solution"):
            continue
        for match in LINE.finditer(cell.source):
            try:
                rules.read([match[0]])
            except RuleError as error:
                name = settings(cell).get("grade_id") or f"cell {number}"
                line = cell.source.count("\n", 0, match.start()) + 1
                yield f"{name}, line {line}: {error}"


def _order(notebook: NotebookNode) -> Iterator[str]:
    """Every answer in code has tests behind it, before the next answer."""
    untested, answered = None, False
    for cell in notebook.cells:
        own = settings(cell)
        if is_answer(cell) and cell.cell_type == "code":
            if untested:
                yield f"{untested} has no test before the next answer: add a graded test cell"
            untested, answered = (None if own.get("grade") else own.get("grade_id")), True
        elif is_test(cell):
            if not answered:
                yield f"{own.get('grade_id')} comes before any answer: move it behind its own"
            untested = None
    if untested:
        yield f"{untested} has no test behind it: add a graded test cell"


def _metadata(notebook: NotebookNode) -> list[str]:
    """What nbgrader itself has against the notebook."""
    from nbgrader.nbgraderformat import MetadataValidator, SchemaTooOldError, ValidationError

    try:
        MetadataValidator().validate_nb(notebook)
    except SchemaTooOldError:
        return ["nbgrader's settings are of an old kind: run `nbgrader update`"]
    except ValidationError as error:
        reason = str(error).partition("\n")[0]
        return [f"nbgrader refuses its settings: set the cell's type again ({reason})"]
    return []


def _left_over(notebook: NotebookNode) -> Iterator[str]:
    """What nbgrader should have taken out, and students would see."""
    from nbgrader.utils import compute_checksum

    for number, cell in enumerate(notebook.cells, start=1):
        own = settings(cell)
        name = own.get("grade_id") or f"cell {number}"
        for mark in MARKS:
            if f"BEGIN {mark}" in cell.source or f"END {mark}" in cell.source:
                yield f"{name} still has a mark {mark}: keep nbgrader's step that clears it"
        if cell.get("outputs") or cell.get("execution_count"):
            yield f"{name} still has outputs: keep ClearOutput among nbgrader's preprocessors"
        checksum = own.get("checksum")
        if checksum and checksum != compute_checksum(cell):
            yield f"{name} has the checksum of another text: keep ComputeChecksums the last but one"


def _positive(points) -> bool:
    return isinstance(points, int | float) and not isinstance(points, bool) and points > 0
