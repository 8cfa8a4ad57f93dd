"""Names that a test takes away or binds are so for answers too, and no test is seen by it."""

import nbformat
import pytest

from course_utils.grading.judging import outputs, submitted_notebook
from course_utils.grading.judging.notebooks.reading import Notebook
from course_utils.grading.judging.notebooks.rebuild import rebuild
from course_utils.grading.judging.sandbox.walls import missing
from course_utils.grading.judging.submitted_notebook import NotebookSource
from course_utils.grading.judging.verdicts import Way
from small_notebooks import Class, answer, exam, notebook, shared

STUB = "raise NotImplementedError()"
AREA = "def area(r):\n    return 3 * r * r"
RING = "def ring(big, small):\n    return area(big) - area(small)"
ALONE = "def ring(big, small):\n    return 3 * (big * big - small * small)"
WITHOUT = """kept = area
del area
try:
    ring(2, 1)
except NameError:
    pass
else:
    raise AssertionError("ring does not call area")
finally:
    area = kept"""
RINGS = notebook(
    answer(AREA, "area"),
    answer(RING, "ring"),
    exam("assert ring(2, 1) == 9", "right"),
    exam(WITHOUT, "calls"),
    exam("assert ring(3, 1) == 24 and area(1) == 3", "again"),
)
LEANS = "def scaled(x):\n    return factor * x"


def rehearsed(nb):
    """The ways of a notebook's tests."""
    names = [cell.metadata.get("nbgrader", {}) for cell in nb.cells]
    released = tuple((own["grade_id"], STUB, "") for own in names if own.get("solution"))
    source = NotebookSource("nb", nbformat.writes(nb), released)
    ways = submitted_notebook.rehearse(source, files={}, unsafe=missing() is not None)
    return [found.way for found in ways.values()]


def points(nb, answers=None, **options):
    verdicts = Class().judge(nb, answers, **options).verdicts
    return {name: verdict.points for name, verdict in verdicts.items()}


def gives(*cells):
    steps = rebuild(notebook(*cells), Notebook()).steps
    return [step.gives for step in steps if step.grade_id.startswith("test")]


def test_a_helper_that_is_taken_away_is_missed_apart():
    assert rehearsed(RINGS) == [Way.APART] * 3
    assert points(RINGS) == {"right": 1, "calls": 1, "again": 1}


def test_an_answer_that_does_not_call_it_is_found_out():
    assert points(RINGS, {"ring": ALONE}) == {"right": 1, "calls": 0, "again": 1}
    assert points(RINGS, {"area": STUB, "ring": ALONE}) == {"right": 1, "calls": 0, "again": 0}


@pytest.mark.parametrize("takes", ["del half", "globals().pop('half')"])
def test_helpers_of_set_up_cells_are_taken_away_too(takes):
    test = f"{takes}\ntry:\n    third(3)\nexcept NameError:\n    pass\nelse:\n    assert False"
    cells = [shared("def half(x):\n    return x / 2"), answer("def third(x):\n    return half(x)")]

    assert points(notebook(*cells, exam(test)))["test"] == 1
    other = {"answer": "def third(x):\n    return x / 2"}
    assert points(notebook(*cells, exam(test)), other)["test"] == 0


def test_a_name_of_the_tests_own_is_not_taken_from_answers():
    """`step` is the student's, and no cell of the instructor's binds it but the test."""
    tests = ["step = 3\nassert double(3) == 6", "del step\nassert double(3) == 6"]
    student = "step = 2\ndef double(x):\n    return step * x"
    right = "def double(x):\n    return 2 * x"
    nb = notebook(answer(right), exam(tests[0], "binds"), exam(tests[1], "takes"))

    assert points(nb, {"answer": student}) == {"binds": 1, "takes": 1}


def test_an_answer_may_lean_on_data_of_a_test():
    cells = [
        answer(LEANS),
        exam(
            "factor = 2\nassert scaled(3) == 6\n### BEGIN HIDDEN TESTS\nfactor = 5\n"
            "assert scaled(3) == 15\n### END HIDDEN TESTS",
            "test",
        ),
        answer("total = factor + scaled(1)", "total"),
        exam("assert total == 10", "test_total"),
    ]

    assert rehearsed(notebook(*cells)) == [Way.APART] * 2
    assert points(notebook(*cells)) == {"test": 1, "test_total": 1}
    wrong = {"answer": "def scaled(x):\n    return 2 * x"}
    assert points(notebook(*cells), wrong) == {"test": 0, "test_total": 0}


@pytest.mark.parametrize(
    ("setup", "right", "test"),
    [
        ("", "def scaled(x):\n    return 2 * x", "factor = 2"),
        ("factor = 3", LEANS, "factor = 2"),
        ("", f"factor = 3\n{LEANS}", "factor = 2"),
        ("", "def scaled(x):\n    return abs(x)", "abs = 2"),
        ("", LEANS, "def test():\n    factor = 2"),
        ("", LEANS, "import operator as factor"),
        ("from math import *", LEANS, "factor = 2"),
        ("", "def f():\n    try: g()\n    except E as error: print(error)", "error = 2"),
        ("", "def f(_hidden=lambda: _expected): pass", "_expected = 2"),
        ("", "nonlocal factor\nprint(factor)", "factor = 2"),
    ],
    ids=[
        "nobody needs it",
        "set-up's",
        "an answer's",
        "Python's",
        "in a function",
        "a module",
        "perhaps set-up's",
        "a function's own",
        "with an underscore",
        "broken",
    ],
)
def test_no_other_name_is_given(setup, right, test):
    assert gives(shared(setup), answer(right), exam(test)) == [[]]
    assert gives(answer(LEANS), exam("factor = 2")) == [["factor"]]


@pytest.mark.parametrize(
    ("value", "found"),
    [("lambda x: 2", 0), ("int", 0), ("open('/dev/null')", 0), ("[2, print]", 0), ("[2]", 1)],
)
def test_only_data_is_given_and_as_long_as_it_is_there(value, found):
    test = f"factor = {value}\nassert here() is {bool(found)}\ndel factor\nassert not here()"
    cells = [answer("def here():\n    return 'factor' in globals()", "here"), answer(LEANS)]

    assert gives(*cells, exam(test)) == [["factor"]]
    assert points(notebook(*cells, exam(test)))["test"] == 1


def test_what_an_answer_binds_itself_stays_until_a_test_binds_it_again():
    cells = [
        answer(LEANS),
        exam("factor = 2\nassert scaled(3) == 6", "first"),
        answer("y = scaled(2)", "y"),
        exam("assert scaled(1) == y / 2", "second"),
        exam("factor = 4\nassert scaled(1) == 4", "third"),
    ]

    found = points(notebook(*cells), {"y": "factor = 10\ny = 20"})

    assert found == {"first": 1, "second": 1, "third": 1}


def test_a_process_that_died_begins_again_with_what_tests_bound():
    cells = [
        answer(LEANS),
        exam("factor = 2\nassert scaled(3) == 6", "first"),
        answer("y = 1", "y"),
        exam("assert y == 1", "second"),
        exam("assert scaled(1) == 2", "third"),
    ]

    found = points(notebook(*cells), {"y": "import os\nos._exit(0)"})

    assert found == {"first": 1, "second": 0, "third": 1}


def test_a_test_that_changes_alone_finds_what_others_bound():
    cells = [answer(LEANS), exam("factor = 2\nassert scaled(3) == 6", "first")]
    known, handed_in = b"", nbformat.writes(notebook(*cells)).encode()
    for test in ("assert scaled(1) == 2", "assert scaled(2) == 4"):
        source = NotebookSource("nb", nbformat.writes(notebook(*cells, exam(test, "second"))))
        prepared = submitted_notebook.prepare(source, handed_in, [])
        options = {"files": {}, "handed_in": {}, "unsafe": missing() is not None, "ways": {}}
        graded = submitted_notebook.grade(prepared, "nb", before=known, **options)
        known = graded.judged

        assert graded.points == {"first": 1, "second": 1}


def test_an_object_of_a_process_that_is_gone_is_not_given():
    cells = [
        answer("class Factor:\n    value = 2", "factor"),
        answer("def scaled(x):\n    return held.value * x", "scaled"),
        exam("held = Factor()\nassert scaled(3) == 6", "first"),
        answer("y = 1", "y"),
        exam("assert Factor.value == 2", "second"),
    ]

    found = points(notebook(*cells), {"y": "import os\nos._exit(0)"})

    assert found == {"first": 1, "second": 1}


def test_no_other_name_of_a_hidden_test_can_be_read():
    """Only what the instructor's own answer needs is given, and nobody is shown it."""
    test = (
        "factor = 2 * base\nassert scaled(3) == 6\n"
        "### BEGIN HIDDEN TESTS\nfactor = 7313.5\n"
        "expected = 5150.25 + factor\nassert scaled(1) == factor\n### END HIDDEN TESTS"
    )
    spies = """def scaled(x):
    print([value for value in globals().values() if type(value) is float], factor)
    return factor * x"""
    shows = "print(globals().get('expected'), globals().get('factor'))"
    cells = [answer(LEANS), shared("base = 1"), exam(test), shared("factor"), shared("scaled(1)")]
    nb = notebook(*cells)
    source = NotebookSource("nb", nbformat.writes(nb), (("answer", STUB, ""),))
    nb.cells[0].source = spies
    handed_in = nbformat.writes(notebook(*nb.cells, shared(shows))).encode()
    prepared = submitted_notebook.prepare(source, handed_in, [])

    graded = submitted_notebook.grade(
        prepared, "nb", files={}, handed_in={}, unsafe=missing() is not None
    )

    shown = nbformat.reads(graded.text, as_version=4)
    outputs.hide(shown)
    assert graded.points == {"test": 1}
    text = str([cell.get("outputs") for cell in shown.cells])
    assert "5150" not in text and "5157" not in text and "7313" not in text
    assert "[] 2" in text  # what its visible part gives can be seen
