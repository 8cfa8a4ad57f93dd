"""Wrong answers with the points they must get, and demo classes made of them.

`assignments/mistakes/ASSIGNMENT/` holds a file for each solution, `GRADE_ID.py` in
jupytext's percent format; each cell is one answer:

    # %% forgets_the_plus_one points={"test_output_size": 2}
    def output_size(...): ...

`points` names the graded cells that do not get full points. `class.toml` says who of the demo
class answers what; everything not mentioned is the worked solution.
"""

from __future__ import annotations

import tomllib
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

from ..course import Assignment, CourseError

HAND_INS = ("notebook", "untouched", "not_json", "missing_notebook")


@dataclass(frozen=True)
class Answer:
    """An answer for a solution cell, and the points of the graded cells it does not fully pass."""

    grade_id: str
    name: str
    source: str
    points: dict[str, float]


@dataclass(frozen=True)
class DemoStudent:
    """Who hands in what: answers by grade_id, or something that is no answer at all."""

    name: str
    note: str = ""
    hands_in: str = "notebook"
    answers: dict[str, Answer] = field(default_factory=dict)


def read_answers(folder: Path) -> dict[tuple[str, str], Answer]:
    """Every answer of a mistakes folder, by the solution's grade_id and its own name."""
    import jupytext

    answers = {}
    for file in sorted(folder.glob("*.py")):
        for cell in jupytext.read(file).cells:
            if cell.cell_type != "code" or "title" not in cell.metadata:
                continue
            name = cell.metadata["title"]
            if "points" not in cell.metadata:
                raise CourseError(f"{file.name}: the answer {name!r} does not say its points")
            if (file.stem, name) in answers:
                raise CourseError(f"{file.name}: two answers are called {name!r}")
            points = {test: float(value) for test, value in cell.metadata["points"].items()}
            answers[file.stem, name] = Answer(file.stem, name, cell.source, points)
    return answers


def read_class(folder: Path) -> list[DemoStudent]:
    """The demo class of a mistakes folder, in the order of `class.toml`."""
    file = folder / "class.toml"
    if not file.is_file():
        raise CourseError(f"no demo class: {file} is missing")
    known = read_answers(folder)
    students = []
    for name, entry in tomllib.loads(file.read_text("utf-8"))["students"].items():
        wanted = entry.pop("answers", {})
        student = DemoStudent(name, **entry)
        if student.hands_in not in HAND_INS:
            raise CourseError(
                f"{name} hands in {student.hands_in!r}: use one of {', '.join(HAND_INS)}"
            )
        for grade_id, answer in wanted.items():
            if (grade_id, answer) not in known:
                raise CourseError(
                    f"{name} answers {grade_id} with {answer!r}, which {grade_id}.py lacks"
                )
            student.answers[grade_id] = known[grade_id, answer]
        students.append(student)
    return students


def hand_in(assignment: Assignment, student: DemoStudent) -> Path:
    """Write what a student hands in into the course's folder of submissions; returns their folder.

    Files that are as they should be are left alone.

    Parameters
    ----------
    assignment
        What is handed in; it has been released.
    student
        Who, with what answers.
    """
    folder = assignment.submitted(student.name)
    folder.mkdir(parents=True, exist_ok=True)
    if student.hands_in == "missing_notebook":
        _write(folder / "notes.txt", "I will upload the notebook later, sorry!\n")
        return folder
    for source in assignment.notebooks():
        release = assignment.release / source.name
        if student.hands_in == "not_json":
            text = release.read_text("utf-8")
            text = text[: len(text) // 2]  # an upload that broke off half-way
        elif student.hands_in == "untouched":
            text = release.read_text("utf-8")
        else:
            text = _answered(release, source, student)
        _write(folder / source.name, text)
    return folder


def _answered(release: Path, source: Path, student: DemoStudent) -> str:
    """The release notebook with a student's answers, the worked solution elsewhere."""
    import nbformat

    solutions = _solution_cells(nbformat.read(source, as_version=4))
    notebook = deepcopy(nbformat.read(release, as_version=4))
    for grade_id, cell in _solution_cells(notebook).items():
        answer = student.answers.get(grade_id)
        cell.source = answer.source if answer else without_markers(solutions[grade_id].source)
    return nbformat.writes(notebook) + "\n"


def _solution_cells(notebook) -> dict:
    return {
        cell.metadata["nbgrader"]["grade_id"]: cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }


def without_markers(source: str) -> str:
    """The source of a worked solution as a student would have written it, without nbgrader's marks.

    Parameters
    ----------
    source
        Of a solution cell.
    """
    lines = source.splitlines()
    return "\n".join(
        line for line in lines if line.strip() not in ("### BEGIN SOLUTION", "### END SOLUTION")
    )


def _write(file: Path, text: str) -> None:
    if not file.is_file() or file.read_text("utf-8") != text:
        file.write_text(text, encoding="utf-8")
