"""An answer in the solution's place meets what it would meet where a class is graded."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from course_utils.grading.authoring import substitutes
from course_utils.grading.authoring.substitutes import Trial

IMPORTS = {
    "at once": "import decimal\ndef double(x):\n    return int(2 * decimal.Decimal(x))",
    "when called": "def double(x):\n    import decimal\n    return int(2 * decimal.Decimal(x))",
    "as a part": "from json import decoder\ndef double(x):\n    return 2 * x",
    "nothing of it": "import json\ndef double(x):\n    return 2 * x",
}


@pytest.fixture
def forbidding(course):
    """The instructor's notebook of a course that forbids libraries, which its tests import."""
    (file,) = course.assignment("ps0_numbers").notebooks()
    notebook = nbformat.read(file, as_version=4)
    notebook.cells.insert(0, new_code_cell("### RULES forbid=decimal,json.decoder"))
    (test,) = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("points") == 2]
    test.source = f"import decimal\n{test.source}\nassert double(int(decimal.Decimal(3))) == 6"
    nbformat.write(notebook, file)
    return file


def test_what_is_forbidden_is_not_to_be_had_in_a_trial(forbidding):
    trials = [Trial("double", source) for source in IMPORTS.values()]
    results = substitutes.run(forbidding, trials, workers=2)

    assert [r.all_points for r in results] == [False, False, False, True]
