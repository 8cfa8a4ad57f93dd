"""The instructor's notebook with a student's answers in it, whatever was handed in.

Only sources of answers and cells of the student's own come from the submission; order, tests,
points and settings are the instructor's. What had to be put right is said, and costs nothing.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, field, replace

import nbformat
from nbformat import NotebookNode

from ....errors import some
from .changes import changes
from .lent import lend
from .names import defined_classes, defined_names, imports_of, solved
from .reading import Cell, Notebook
from .steps import Step, StepKind


@dataclass
class Rebuilt:
    """A notebook to be graded, its steps, and what was repaired, in sentences.

    `solutions` are the instructor's own answers, by the places of their cells.
    """

    notebook: NotebookNode
    steps: list[Step]
    repairs: list[str]
    theirs: set[int] = field(default_factory=set)  # places of cells that a student wrote
    solutions: dict[int, str] = field(default_factory=dict)


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


def _is_code(cell: NotebookNode) -> bool:
    return bool(cell.cell_type == "code")


def rebuild(
    instructor: NotebookNode, handed_in: Notebook, released: dict[str, str] | None = None
) -> Rebuilt:
    """Put the answers of `handed_in` into the instructor's notebook.

    Parameters
    ----------
    instructor
        The source version, with solutions and hidden tests.
    handed_in
        What was read of the student's file.
    released
        What students were given, by grade_id: an answer equal to it is none.
    """
    released = released or {}
    matching = _Matching(instructor, handed_in, released)
    answers = matching.answers()
    extras, edited = _own_cells(matching)
    built = _Building(deepcopy(instructor), [], [], set())
    for extra in extras.get(-1, []):
        built.add_extra(extra)
    for number, cell in enumerate(built.notebook.cells):
        judges = cell.source
        if is_answer(cell):
            grade_id = settings(cell).get("grade_id", "")
            cell.source = answers.get(grade_id, released.get(grade_id, ""))
        elif number in edited:
            cell.source = edited[number]
        built.add(cell, judges, theirs=is_answer(cell) or number in edited)
        for extra in extras.get(number, []):
            built.add_extra(extra)
    return built.done(matching.repairs)


@dataclass
class _Building:
    """The notebook that grows, cell by cell."""

    notebook: NotebookNode
    cells: list[NotebookNode]
    steps: list[Step]
    theirs: set[int]
    solutions: dict[int, str] = field(default_factory=dict)

    def add(self, cell: NotebookNode, judges: str, theirs: bool) -> None:
        """A cell of the instructor's; `judges` is its source there."""
        own, place = settings(cell), len(self.cells)
        self.cells.append(cell)
        if theirs:
            self.theirs.add(place)
        if cell.cell_type != "code":
            return
        cell.outputs, cell.execution_count = [], None
        step = Step(StepKind.SHARED, place, cell.source, judges, own.get("grade_id", ""))
        if is_test(cell):
            points = float(own.get("points", 0))
            step = replace(step, kind=StepKind.TEST, student=None, points=points)
        elif is_answer(cell):
            right = self.solutions[place] = solved(judges)
            step = replace(step, kind=StepKind.SOLUTION, judge=imports_of(judges))
            step.binds, step.classes = sorted(defined_names(right)), sorted(defined_classes(right))
        if step.kind is not StepKind.SHARED:
            step = step.with_changes(changes(judges))
        self.steps.append(step)

    def add_extra(self, cell: Cell) -> None:
        """A cell of the student's own."""
        place = len(self.cells)
        make = nbformat.v4.new_code_cell if cell.kind == "code" else nbformat.v4.new_markdown_cell
        self.cells.append(make(cell.source, id=f"own-{place}"))
        self.theirs.add(place)
        if cell.kind == "code":
            self.steps.append(Step(StepKind.EXTRA, place, cell.source))

    def done(self, repairs: list[str]) -> Rebuilt:
        notebook = self.notebook
        known = {k: value for k, value in notebook.metadata.items() if k == "kernelspec"}
        notebook.metadata = NotebookNode(known)
        notebook.nbformat, notebook.nbformat_minor = 4, 5
        notebook.cells = self.cells
        steps = lend(self.steps, self.solutions)
        return Rebuilt(notebook, steps, repairs, self.theirs, self.solutions)


class _Matching:
    """Which cell of a submission is which of the instructor's; `repairs` say what was put right."""

    def __init__(self, instructor: NotebookNode, handed_in: Notebook, released: dict[str, str]):
        self.instructor, self.handed_in, self.released = instructor, handed_in, released
        self.repairs = list(handed_in.repairs)
        self.by_name: list[str] = []  # answers that were found so
        self.missing: list[str] = []
        self.numbers = {settings(c).get("grade_id"): n for n, c in enumerate(instructor.cells)}
        self.by_id: dict[str, list[int]] = {}  # of the submission's cells, by grade_id
        for index, cell in enumerate(handed_in.cells):
            if cell.grade_id is not None and cell.grade_id in self.numbers:
                self.by_id.setdefault(cell.grade_id, []).append(index)
        self.used = {index for indices in self.by_id.values() for index in indices}
        given = [
            *(cell.source for cell in instructor.cells if not is_answer(cell)),
            *released.values(),
        ]
        self.given = {_squeezed(source) for source in given}  # what no student wrote

    def answers(self) -> dict[str, str]:
        """The sources of the answers, by grade_id."""
        wanted = {settings(c)["grade_id"]: c for c in self.instructor.cells if is_answer(c)}
        found = {grade_id: self._answer(grade_id, cell) for grade_id, cell in wanted.items()}
        tests = [settings(cell).get("grade_id") for cell in self.instructor.cells if is_test(cell)]
        gone = [grade_id for grade_id in tests if grade_id and grade_id not in self.by_id]
        self._say(
            self.by_name,
            "the answer {} was found by the names that it defines",
            "{} answers were found by the names that they define: {}",
        )
        self._say(
            self.missing,
            "the cell {} was missing: it was put back, empty",
            "{} cells were missing, and were put back, empty: {}",
        )
        self._say(
            gone,
            "the test {} was missing: it was put back",
            "{} tests were missing, and were put back: {}",
        )
        order = dict.fromkeys(c.grade_id for c in self.handed_in.cells if c.grade_id in wanted)
        if list(order) != [grade_id for grade_id in wanted if grade_id in order]:
            self.repairs.append("the cells were in another order: the instructor's was taken")
        return {grade_id: source for grade_id, source in found.items() if source is not None}

    def _say(self, names: list[str], of_one: str, of_many: str) -> None:
        """A repair in one line, however many cells it concerns."""
        if len(names) == 1:
            self.repairs.append(of_one.format(names[0]))
        elif names:
            self.repairs.append(of_many.format(len(names), some(names)))

    def _answer(self, grade_id: str, cell: NotebookNode) -> str | None:
        """One answer: by its grade_id, else by the names that it defines."""
        parts = self._parts(grade_id, cell)
        index = parts[-1] if parts else None
        is_code = cell.cell_type == "code"
        if index is not None and not (is_code and self._is_unanswered(grade_id, index)):
            return "\n\n".join(self.handed_in.cells[part].source for part in parts)
        lost = self._by_names(grade_id, cell) if is_code else None
        if lost is not None:
            self.used.add(lost)
            self.by_name.append(grade_id)
            index = lost
        elif is_code and (beside := self._beside_another(grade_id, cell)):
            index, other = beside
            self.repairs.append(
                f"the answer {grade_id} was found in the cell {other}, which runs in both places"
            )
        if index is None:
            self.missing.append(grade_id)
            return None
        return self.handed_in.cells[index].source

    def _parts(self, grade_id: str, cell: NotebookNode) -> list[int]:
        """The cells that are one answer: Split Cell and copying leave its grade_id in each part.

        Where one part defines by itself all that parts define of what is asked for, it alone is the
        answer, and the others run before and after it as cells of the student's own: an earlier
        attempt that fails costs nothing.
        """
        found = self.by_id.get(grade_id, [])
        if len(found) < 2:
            return found
        cells = self.handed_in.cells
        written = [index for index in found if not self._is_unanswered(grade_id, index)]
        written = list({cells[index].source.strip(): index for index in written}.values())
        of_kind = [index for index in written if (cells[index].kind == "code") == _is_code(cell)]
        answers = sorted(of_kind or written)
        if _is_code(cell):
            names = defined_names(solved(cell.source))
            wanted = set().union(*(names & cells[index].defines for index in answers))
            whole = [index for index in answers if wanted and wanted <= cells[index].defines]
            answers = whole[-1:] or answers
        beside = set(written) - set(answers)
        self.used -= beside
        times = f"the cell {grade_id} was there {len(found)} times: "
        if not answers:
            self.repairs.append(times + "none of them is answered")
            return found[:1]
        counted = "all of them count, in their order" if len(answers) > 1 else "one is the answer"
        also = ", and what stands in the others runs as well" if beside else ""
        self.repairs.append(times + counted + also)
        return answers

    def _by_names(self, grade_id: str, cell: NotebookNode) -> int | None:
        """The last cell that nobody knows and that defines what the answer should."""
        names = defined_names(solved(cell.source))
        found = [
            index
            for index, other in enumerate(self.handed_in.cells)
            if index not in self.used
            and names & other.defines
            and not self._is_unanswered(grade_id, index)
            and _squeezed(other.source) not in self.given
        ]
        return found[-1] if found else None

    def _beside_another(self, grade_id: str, cell: NotebookNode) -> tuple[int, str] | None:
        """An answer that stands in the cell of another one, as Merge Cells leaves it; and which."""
        names = defined_names(solved(cell.source))
        for other in self.instructor.cells:
            if settings(other).get("grade_id") != grade_id and _is_code(other):
                names -= defined_names(solved(other.source))
        for other_id, indices in self.by_id.items():
            for index in indices if other_id != grade_id else ():
                if names & self.handed_in.cells[index].defines and is_answer(self._cell(other_id)):
                    return index, other_id
        return None

    def _cell(self, grade_id: str) -> NotebookNode:
        return self.instructor.cells[self.numbers[grade_id]]

    def _is_unanswered(self, grade_id: str, index: int) -> bool:
        source = self.handed_in.cells[index].source.strip()
        return not source or source == self.released.get(grade_id, "").strip()


def _own_cells(matching: _Matching) -> tuple[dict[int, list[Cell]], dict[int, str]]:
    """The student's own cells by the number of the instructor's cell before them; edited ones."""
    instructor, cells = matching.instructor.cells, matching.handed_in.cells
    by_source = {_squeezed(cell.source): n for n, cell in enumerate(instructor)}
    for n, cell in enumerate(instructor):
        stub = matching.released.get(settings(cell).get("grade_id", ""))
        if stub is not None:
            by_source.setdefault(_squeezed(stub), n)
    plain = {n for n, cell in enumerate(instructor) if not settings(cell).get("grade_id")}
    by_own = {instructor[n].get("id"): n for n in plain}
    present = {_squeezed(cell.source) for cell in cells}
    extras: dict[int, list[Cell]] = {}
    edited: dict[int, str] = {}
    after = -1
    for index, cell in enumerate(cells):
        if index in matching.used:
            after = matching.numbers.get(cell.grade_id, after)
            continue
        place = by_source.get(_squeezed(cell.source))
        if place is not None:  # one of the instructor's, or a copy
            after = place if place in plain else after
            continue
        place = by_own.get(cell.own) if cell.own else None
        if place is not None and place not in edited:
            original = instructor[place]
            gone = _squeezed(original.source) not in present
            if gone and (original.cell_type == "code") == (cell.kind == "code"):
                edited[place], after = cell.source, place
                continue
        if cell.source.strip():
            extras.setdefault(after, []).append(cell)
    return extras, edited


def _squeezed(source: str) -> str:
    return re.sub(r"\s+", "", source)
