"""Small notebooks, judged as real ones are."""

from dataclasses import dataclass
from importlib.util import find_spec

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.grading.judging import judge_process
from course_utils.grading.judging.notebooks import reading
from course_utils.grading.judging.notebooks.rebuild import rebuild
from course_utils.grading.judging.sandbox.walls import Limits, missing

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def need(*libraries: str) -> None:
    """Skip a test whose notebook imports what is not installed; this process imports none of it."""
    for library in libraries:
        if find_spec(library) is None:
            pytest.skip(f"{library} is not installed")


def shared(source: str, grade_id: str = ""):
    """A cell that both sides run; locked if it has a name."""
    return _cell(source, grade_id, locked=True) if grade_id else new_code_cell(source)


def answer(source: str, grade_id: str = "answer"):
    """The instructor's answer."""
    return _cell(source, grade_id, solution=True)


def exam(source: str, grade_id: str = "test", points: float = 1):
    """A test cell."""
    return _cell(source, grade_id, grade=True, locked=True, points=points)


def written(grade_id: str, points: float = 1):
    """A text that a person grades."""
    cell = new_markdown_cell("Because.")
    cell.metadata["nbgrader"] = _settings(grade_id, grade=True, solution=True, points=points)
    return cell


def _cell(source, grade_id, **settings):
    return new_code_cell(source, metadata={"nbgrader": _settings(grade_id, **settings)})


def _settings(grade_id, **settings):
    flags = {"grade": False, "solution": False, "locked": False, "task": False}
    return {"grade_id": grade_id, "schema_version": 3, **flags, **settings}


def notebook(*cells):
    return new_notebook(cells=list(cells), metadata={"kernelspec": KERNEL})


def handed_in(instructor, answers: dict[str, str] | None = None, extra: dict[int, str] = {}):  # noqa: B006
    """What a student hands in: other answers, and own cells before the cell of a number."""
    cells = []
    for number, cell in enumerate(instructor.cells):
        if number in extra:
            cells.append(reading.Cell("code", extra[number]))
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        source = (answers or {}).get(grade_id, cell.source)
        kind = "code" if cell.cell_type == "code" else "markdown"
        cells.append(reading.Cell(kind, source, grade_id, cell.id))
    return reading.Notebook(cells)


@dataclass
class Class:
    """Judges notebooks with short limits."""

    limits: Limits = Limits(cell_seconds=8, notebook_seconds=90, memory=1_500_000_000)

    def judge(self, instructor, answers=None, extra={}, **options):  # noqa: B006
        """All that came of a submission, its verdicts by grade_id among it."""
        nbformat.validate(instructor)
        rebuilt = rebuild(instructor, handed_in(instructor, answers, extra))
        options = {"limits": self.limits, "unsafe": missing() is not None} | options
        return judge_process.judge(rebuilt, **options)

    def one(self, right: str, test: str, student: str | None = None, setup: str = "", **options):
        """The verdict on one answer by one test."""
        cells = [*([shared(setup)] if setup else []), answer(right), exam(test)]
        answers = None if student is None else {"answer": student}
        return self.judge(notebook(*cells), answers, **options).verdicts["test"]


needs_walls = pytest.mark.skipif(missing() is not None, reason=f"no walls here: {missing()}")
