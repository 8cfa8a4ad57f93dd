"""The beginning of an exercise: its cells, its answers, who gives them, and hints for the wrong."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat

from . import files
from .lecture import KERNEL

POINTS = 10
ANSWERS = {  # of the template, each with the points of its graded cell; None: all of them
    "squares": 0,
    "loses_the_sign": 0,
    "changes_its_input": 0,
    "forgets_the_last": 0,
    "adds_it_to_itself": None,
    "second_solution": None,
}
OVERVIEW = re.compile(r"checks\.overview\(exercises=(\d+)\)")


def write(root: Path, assignment: str, name: str) -> list[Path]:
    """Append an exercise to the assignment's source, which is made if there is none.

    Parameters
    ----------
    root
        The folder that is the repository.
    assignment
        The full name of a problem set, or the beginning of one that is there: ps6_attention, ps6.
    name
        The function that students write: softmax.
    """
    files.check_name(name, r"[a-z][a-z0-9_]*", "softmax")
    assignment = _full_name(root / "assignments" / "source", assignment)
    source = root / "assignments" / "source" / assignment / f"{assignment}.ipynb"
    mistakes = root / "assignments" / "mistakes" / assignment
    files.check_new(mistakes / f"{name}.py")
    notebook = _read(source) if source.exists() else _empty(assignment)
    ids = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells}
    for taken in ids & {name, f"test_{name}"}:
        raise files.SkeletonError(f"{source} has a cell {taken!r} already: choose another name")
    searched = enumerate(OVERVIEW.search(cell.source) for cell in notebook.cells)
    place, found = next(((n, match) for n, match in searched if match), (0, None))
    if found is None:
        raise files.SkeletonError(f"{source} has no cell with checks.overview(exercises=N)")
    number = int(found[1]) + 1
    notebook.cells[place].source = f"checks.overview(exercises={number})"
    notebook.cells[place:place] = _cells(name, number)
    source.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, source)
    answers = files.write(mistakes / f"{name}.py", files.template("mistakes.py", name=name))
    classmates = _enter_class(mistakes / "class.toml", name)
    return [source, answers, classmates, _enter_hints(mistakes / "hints.toml", name)]


def _full_name(source: Path, assignment: str) -> str:
    known = [path.name for path in source.glob(f"{assignment}_*") if path.is_dir()]
    if len(known) == 1:
        return known[0]
    files.check_name(assignment, r"ps[a-z0-9]+_[a-z0-9_]+", "ps6_attention")
    beginning = assignment.partition("_")[0]  # people type no more of it
    for other in source.glob(f"{beginning}_*"):
        if other.name != assignment:
            raise files.SkeletonError(f"{other.name} is {beginning} already: take another")
    return assignment


def _read(source: Path):
    try:
        return nbformat.read(source, as_version=4)
    except ValueError as error:
        reason = str(error).splitlines()[0]
        raise files.SkeletonError(f"{source} is not a notebook: restore it ({reason})") from None


def _empty(assignment: str):
    """A problem set without an exercise."""
    title = files.title(assignment.partition("_")[2])
    cells = files.cells(files.template("assignment.py", title=title))
    for cell, name in zip(cells, ("title", "setup", "imports", "overview"), strict=True):
        cell.id = name
        if cell.cell_type == "code":
            cell.metadata["nbgrader"] = _settings(name, locked=True)
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


def _cells(name: str, number: int) -> list:
    text, solution, test = files.cells(files.template("exercise.py", name=name, number=number))
    solution.metadata["nbgrader"] = _settings(name, solution=True)
    test.metadata["nbgrader"] = _settings(f"test_{name}", locked=True, points=POINTS)
    for cell, what in ((text, "exercise"), (solution, "answer"), (test, "test")):
        cell.id = f"{what}-{number}-{name.replace('_', '-')}"[:64]
    return [text, solution, test]


def _settings(grade_id: str, *, solution=False, locked=False, points: int | None = None) -> dict:
    """What nbgrader keeps with a cell."""
    return {
        "grade_id": grade_id,
        "schema_version": 3,
        "grade": points is not None,
        "solution": solution,
        "locked": locked,
        "task": False,
    } | ({} if points is None else {"points": points})


def _enter_class(path: Path, name: str) -> Path:
    """A student for each answer; who gives the worked solution is there from the beginning."""
    text = _text(path, "class.toml")
    for answer in ANSWERS:
        student = f"{name}-{answer}".replace("_", "-")
        text += f'\n\n[students.{student}]\nanswers = {{ {name} = "{answer}" }}'
    return files.write(path, text + "\n")


def _enter_hints(path: Path, name: str) -> Path:
    """A ladder for a typical mistake, and one for whatever else the test says."""
    text = _text(path, "hints.toml")
    return files.write(path, f"{text}\n\n{files.template('ladder.toml', name=name)}")


def _text(path: Path, template: str) -> str:
    """What is in a file so far: the `template`, where there is none."""
    text = path.read_text("utf-8") if path.exists() else files.template(template)
    return text.rstrip("\n")
