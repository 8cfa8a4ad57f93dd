"""What notebooks of other courses do: each construct gets the points that stock nbgrader gives it.

`constructs.json` has small notebooks, each with one thing that public courses do. Under nbgrader
0.9.6 the instructor's answers get a point a test, the release what `empty` says.
"""

import json
import re
from pathlib import Path

import nbformat
import pytest

from course_utils.grading.judging import submitted_notebook
from course_utils.grading.judging.sandbox.walls import Limits, missing
from course_utils.grading.judging.submitted_notebook import NotebookSource
from small_notebooks import answer, exam, need, notebook, shared

pytestmark = pytest.mark.proof  # several processes for each of a hundred notebooks

PAIRS = json.loads((Path(__file__).parent / "constructs.json").read_text("utf-8"))
STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
LIBRARIES = ("matplotlib", "networkx", "pandas", "scipy", "sklearn", "sympy")


def build(cells):
    """The instructor's notebook, and what students find in the place of answers."""
    found, stubs = [], {}
    for number, (kind, source) in enumerate(cells):
        if kind == "sol":
            stubs[f"a{number}"] = re.sub(
                r"[ \t]*### BEGIN SOLUTION.*?### END SOLUTION", STUB, source, flags=re.DOTALL
            )
            if "BEGIN SOLUTION" not in source:
                stubs[f"a{number}"] = STUB
            found.append(answer(source, f"a{number}"))
        elif kind == "test":
            found.append(exam(source, f"t{number}"))
        else:
            found.append(shared(source, f"r{number}" if kind == "read" else ""))
    return notebook(*found), stubs


def points(pair, *, answered):
    nb, stubs = build(pair["cells"])
    released = tuple((name, text, "") for name, text in stubs.items())
    source = NotebookSource("nb", nbformat.writes(nb), released)
    files = {name: text.encode() for name, text in pair["files"].items()}
    options = {"files": files, "limits": Limits(cell_seconds=20), "unsafe": missing() is not None}
    ways = submitted_notebook.rehearse(source, **options)
    for cell in nb.cells if not answered else []:
        cell.source = stubs.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
    prepared = submitted_notebook.prepare(source, nbformat.writes(nb).encode(), [])
    graded = submitted_notebook.grade(prepared, "nb", handed_in={}, ways=ways, **options)
    return [graded.points[f"t{n}"] for n, (kind, _) in enumerate(pair["cells"]) if kind == "test"]


@pytest.mark.parametrize("pair", PAIRS, ids=[pair["title"] for pair in PAIRS])
def test_the_same_points_as_stock(pair):
    text = json.dumps(pair["cells"])
    need(*(name for name in LIBRARIES if re.search(rf"\bimport {name}|from {name}", text)))

    assert points(pair, answered=True) == [1] * len(pair["empty"])
    assert points(pair, answered=False) == pair["empty"]
