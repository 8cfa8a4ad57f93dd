"""The instructor's notebook with a student's answers in it, whatever was handed in.

Only sources of answers and cells of the student's own come from the submission; order, tests,
points and settings are the instructor's. What had to be put right is said, and costs nothing.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, field

import nbformat
from nbformat import NotebookNode

from .names import defined_names, imports_of, solved
from .reading import Cell, Notebook
from .steps import Step


@dataclass
class Rebuilt:
    """A notebook to be graded, its steps, and what was repaired, in sentences."""

    notebook: NotebookNode
    steps: list[Step]
    repairs: list[str]
    theirs: set[int] = field(default_factory=set)  # places of cells that a student wrote


def settings(cell: NotebookNode) -> dict:
    """nbgrader's settings of a cell; none where there are none."""
    found = cell.get("metadata", {}).get("nbgrader", {})
    return found if isinstance(found, dict) else {}


def is_test(cell: NotebookNode) -> bool:
    """Whether a cell is graded by running it."""
    own = settings(cell)
    return bool(cell.cell_type == "code" and own.get("grade") and not own.get("solution"))


def is_answer(cell: NotebookNode) -> bool:
    """Whether a student writes into a cell."""
    own = settings(cell)
    return bool(own.get("solution") or (own.get("task") and cell.cell_type != "code"))


def rebuild(
    instructor: NotebookNode, handed_in: Notebook, released: dict[str, str] | None = None
) -> Rebuilt:
    """Put the answers of `handed_in` into the instructor's notebook.

    Parameters
    ----------
    instructor
        The source version, with solutions and hidden tests.
    released
        What students were given, by grade_id: an answer equal to it is none.
    """
    released = released or {}
    repairs = list(handed_in.repairs)
    answers = _answers(instructor, handed_in, released, repairs)
    notebook = deepcopy(instructor)
    notebook.metadata = NotebookNode(
        {key: value for key, value in instructor.metadata.items() if key == "kernelspec"}
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    extras, edited = _own_cells(instructor, handed_in, answers.used, released)

    cells, steps, theirs = [], [], set()
    for extra in extras.get(-1, []):
        theirs.add(_add_extra(cells, steps, extra))
    for number, cell in enumerate(notebook.cells):
        own, judge_source = settings(cell), cell.source
        grade_id = own.get("grade_id", "")
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if is_answer(cell):
            binds = sorted(defined_names(solved(cell.source))) if cell.cell_type == "code" else []
            cell.source = answers.sources.get(grade_id, released.get(grade_id, ""))
        elif number in edited:
            cell.source = edited[number]
        cells.append(cell)
        place = len(cells) - 1
        if is_answer(cell) or number in edited:
            theirs.add(place)
        if cell.cell_type != "code":
            pass
        elif is_test(cell):
            points = float(own.get("points", 0))
            steps.append(Step("test", place, judge=judge_source, grade_id=grade_id, points=points))
        elif is_answer(cell):
            imports = imports_of(judge_source)
            steps.append(Step("solution", place, cell.source, imports, grade_id, binds=binds))
        else:
            steps.append(Step("shared", place, cell.source, judge_source, grade_id))
        for extra in extras.get(number, []):
            theirs.add(_add_extra(cells, steps, extra))
    notebook.cells = cells
    return Rebuilt(notebook, steps, repairs, theirs)


@dataclass
class _Answers:
    sources: dict[str, str]
    used: set[int]


def _answers(instructor, handed_in, released, repairs) -> _Answers:
    """Which cell of the submission answers which of the instructor's."""
    sources: dict[str, str] = {}
    used: set[int] = set()
    wanted = {settings(c)["grade_id"]: c for c in instructor.cells if is_answer(c)}
    known = {settings(c).get("grade_id") for c in instructor.cells} - {None}
    by_id: dict[str, list[int]] = {}
    for index, cell in enumerate(handed_in.cells):
        if cell.grade_id in known:
            by_id.setdefault(cell.grade_id, []).append(index)
            used.add(index)

    def unanswered(grade_id: str, index: int) -> bool:
        source = handed_in.cells[index].source.strip()
        return not source or source == released.get(grade_id, "").strip()

    for grade_id, cell in wanted.items():
        found = by_id.get(grade_id, [])
        if len(found) > 1:
            written = [index for index in found if not unanswered(grade_id, index)]
            found = written[-1:] or found[:1]
            repairs.append(
                f"the cell {grade_id} was there {len(by_id[grade_id])} times: one counts"
            )
        if found and not (cell.cell_type == "code" and unanswered(grade_id, found[0])):
            sources[grade_id] = handed_in.cells[found[0]].source
            continue
        names = defined_names(solved(cell.source)) if cell.cell_type == "code" else set()
        lost = [
            index
            for index, other in enumerate(handed_in.cells)
            if index not in used
            and other.kind == "code"
            and names
            and names & defined_names(other.source)
            and not unanswered(grade_id, index)
        ]
        if lost:
            used.add(lost[-1])
            sources[grade_id] = handed_in.cells[lost[-1]].source
            repairs.append(f"the answer {grade_id} was found by the names that it defines")
        elif found:
            sources[grade_id] = handed_in.cells[found[0]].source
        else:
            repairs.append(f"the cell {grade_id} was missing: it was put back, empty")
    for cell in instructor.cells:
        grade_id = settings(cell).get("grade_id")
        if grade_id and is_test(cell) and grade_id not in by_id:
            repairs.append(f"the test {grade_id} was missing: it was put back")
    order = [c.grade_id for c in handed_in.cells if c.grade_id in wanted]
    if [g for g in dict.fromkeys(order)] != [g for g in wanted if g in order]:
        repairs.append("the cells were in another order: the instructor's was taken")
    return _Answers(sources, used)


def _own_cells(instructor, handed_in, used: set[int], released: dict[str, str]):
    """The student's own cells by the number of the instructor's cell before them; edited ones."""
    by_source = {_squeezed(cell.source): n for n, cell in enumerate(instructor.cells)}
    for n, cell in enumerate(instructor.cells):
        stub = released.get(settings(cell).get("grade_id", ""))
        if stub is not None:
            by_source.setdefault(_squeezed(stub), n)
    plain = {n for n, cell in enumerate(instructor.cells) if not settings(cell).get("grade_id")}
    by_own = {instructor.cells[n].get("id"): n for n in plain}
    by_grade = {settings(cell).get("grade_id"): n for n, cell in enumerate(instructor.cells)}
    present = {_squeezed(cell.source) for cell in handed_in.cells}
    extras: dict[int, list[Cell]] = {}
    edited: dict[int, str] = {}
    after = -1
    for index, cell in enumerate(handed_in.cells):
        if index in used and cell.grade_id in by_grade:
            after = by_grade[cell.grade_id]
            continue
        if index in used:
            continue
        place = by_source.get(_squeezed(cell.source))
        if place is not None:  # one of the instructor's, or a copy
            after = place if place in plain else after
            continue
        place = by_own.get(cell.own) if cell.own else None
        same = place is not None and place not in edited
        if same and _squeezed(instructor.cells[place].source) not in present:
            if (instructor.cells[place].cell_type == "code") == (cell.kind == "code"):
                edited[place] = cell.source
                after = place
                continue
        if cell.source.strip():
            extras.setdefault(after, []).append(cell)
    return extras, edited


def _add_extra(cells: list, steps: list[Step], cell: Cell) -> int:
    number = len(cells)
    make = nbformat.v4.new_code_cell if cell.kind == "code" else nbformat.v4.new_markdown_cell
    cells.append(make(cell.source, id=f"own-{number}"))
    if cell.kind == "code":
        steps.append(Step("extra", number, cell.source))
    return number


def _squeezed(source: str) -> str:
    return re.sub(r"\s+", "", source)
