"""Answers that attack a test which runs beside them: what holds, and what it costs.

A test inside the student's process can be deceived by whoever sets out to: the last list says how,
so that nobody believes otherwise, and `course check --course` says which cells it concerns. What
these do not get is more than the cell's points, another cell's, or a word of the hidden tests.
"""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.grading.judging import outputs, submitted_notebook
from course_utils.grading.judging.sandbox.walls import Limits, missing
from course_utils.grading.judging.submitted_notebook import NotebookSource
from course_utils.grading.judging.verdicts import Finding, Way

pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(missing() is not None, reason="attacks are only let loose behind walls"),
]
SECRET = "7313.5"
TESTS = {
    "apart": "assert double(1) == 2\n### BEGIN HIDDEN TESTS\nassert double(3) == 6\n"
    "### END HIDDEN TESTS",
    "first": f"assert double(1) == 2\n### BEGIN HIDDEN TESTS\nsecret = {SECRET}\n"
    "assert double(secret) == 2 * secret\n### END HIDDEN TESTS",
    "later": "assert double(4) == 8",
}
WAYS = {name: Finding(name, Way.INSIDE, "asked for") for name in ("first", "later")}
NOTHING = {"apart": 0, "first": 0, "later": 0}
WRONG = "def double(x): return 3"

HELD = {
    "asserts are dropped by a transformer of IPython's": f"""{WRONG}
import ast
class Drop(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
get_ipython().ast_transformers.append(Drop())""",
    "lines are dropped by another one": f"""{WRONG}
get_ipython().input_transformers_post.append(lambda lines: ["pass\\n"])
get_ipython().input_transformers_cleanup.append(lambda lines: ["pass\\n"])""",
    "it ends the process as if all were well": "import os\ndef double(x): os._exit(0)",
    "it leaves in good order": "import sys\ndef double(x): sys.exit(0)",
    "it kills itself": "import os\ndef double(x): os.kill(os.getpid(), 9)",
    "it interrupts": "def double(x): raise KeyboardInterrupt",
    "it ends a loop": "def double(x): raise StopIteration",
    "it never ends": "def double(x):\n    while True: pass",
    "it replies itself, before the test has": f"""{WRONG}
import os, struct, msgpack
reply = msgpack.packb({{"value": {{"token": "", "asked": True, "ended": True, "error": None}}}})
def double(x):
    for fd in range(3, 20):
        try: os.write(fd, struct.pack(">I", len(reply)) + reply)
        except OSError: pass
    return 3""",
    "it says no word": """
import threading
def double(x):
    threading.Event().wait()""",
    "run_cell is another": f"{WRONG}\nget_ipython().run_cell = lambda *a, **k: None",
    "the test's names are bound before": f"{WRONG}\nsecret = 1.5",
}
TELLS = {
    "it prints what it is called with": "def double(x):\n    print('got', x)\n    return 2 * x",
    "it says so later": """seen = []
def double(x):
    seen.append(x)
    if x == 4: raise ValueError(f"I saw {seen}")
    return 2 * x""",
    "it reads the test and keeps it": """import sys
seen = []
def double(x):
    frame = sys._getframe(1)
    seen.append(str(frame.f_locals.get('secret')))
    if x == 4: raise AssertionError(' '.join(seen))
    return 2 * x""",
    "it shows it in a later cell": """seen = []
def double(x):
    seen.append(x)
    return 2 * x""",
}
COSTS = {  # what a test beside an answer takes its word for, as with any grader of that kind
    "an object that agrees with everything": """
class Yes:
    def __eq__(self, other): return True
def double(x): return Yes()""",
    "the process says what it likes": f"""{WRONG}
from course_utils.grading.judging.across import student
def examine(self, source, token):
    return {{"value": {{"token": token, "asked": True, "ended": True, "error": None,
                        "points": 1e9, "printed": ""}}}}
student.Side.examine = examine""",
}


def cell(name, source, **settings):
    own = {"grade_id": name, "schema_version": 3, "task": False, "locked": False}
    own |= {"grade": False, "solution": False} | settings
    return new_code_cell(source, metadata={"nbgrader": own})


def grade(attack: str, seconds: float = 5):
    cells = [cell("double", "def double(x): return 2 * x", solution=True)]
    tests = [cell(name, text, grade=True, locked=True, points=1) for name, text in TESTS.items()]
    shows = [new_code_cell("print(globals().get('seen'))")]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nb = new_notebook(cells=[*cells, *tests, *shows], metadata=kernel)
    source = NotebookSource("nb", nbformat.writes(nb))
    nb.cells[0].source = attack
    prepared = submitted_notebook.prepare(source, nbformat.writes(nb).encode(), [])
    limits = Limits(cell_seconds=seconds)
    return submitted_notebook.grade(
        prepared, "nb", files={}, handed_in={}, limits=limits, ways=WAYS
    )


def test_an_honest_answer_gets_its_points():
    assert grade("def double(x): return x + x").points == {"apart": 1, "first": 1, "later": 1}
    assert grade(WRONG).points == NOTHING


@pytest.mark.parametrize("name", HELD)
def test_no_point_is_gained(name):
    assert grade(HELD[name], seconds=1).points == NOTHING  # some never end


@pytest.mark.parametrize("name", TELLS)
def test_no_word_of_a_hidden_test_is_shown(name):
    nb = nbformat.reads(grade(TELLS[name]).text, as_version=4)
    outputs.hide(nb)
    shown = [cell.source + str(cell.get("outputs")) for cell in nb.cells]

    assert "the test ran beside the answer" in shown[2] and SECRET not in "".join(shown)


@pytest.mark.parametrize("name", COSTS)
def test_what_it_costs_ends_with_the_cell(name):
    """More than its points no cell gives, and one that is judged apart gives none."""
    assert grade(COSTS[name]).points == {"apart": 0, "first": 1, "later": 1}
