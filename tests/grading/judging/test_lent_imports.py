"""What a test imports is there for answers too, and nothing that comes of it is believed."""

import nbformat
import pytest

from course_utils.grading.judging import submitted_notebook
from course_utils.grading.judging.notebooks.lent import lend, not_judged
from course_utils.grading.judging.notebooks.reading import Notebook
from course_utils.grading.judging.notebooks.rebuild import rebuild
from course_utils.grading.judging.notebooks.steps import StepKind
from course_utils.grading.judging.sandbox.walls import missing
from course_utils.grading.judging.submitted_notebook import NotebookSource
from course_utils.grading.judging.verdicts import VerdictKind, Way
from small_notebooks import Class, answer, exam, notebook, shared

TOTAL = "def total(xs):\n    return reduce(add, xs)"
TEST = "from functools import reduce\nfrom operator import add, mul\nassert total([1, 2, 4]) == 7"
STUB = "raise NotImplementedError()"


def lent(*cells):
    """What each test lends."""
    return [step.student for step in rebuild(notebook(*cells), Notebook()).steps if step.grade_id]


def test_only_what_others_need_is_lent():
    assert lent(answer(TOTAL), exam(TEST))[-1] == (
        "from functools import reduce\nfrom operator import add"
    )


@pytest.mark.parametrize(
    ("setup", "test"),
    [
        ("from functools import reduce\nfrom operator import add", TEST),
        ("", "def test():\n    from functools import reduce\nassert total([1]) == 1"),
        ("", f"### BEGIN HIDDEN TESTS\n{TEST}\n### END HIDDEN TESTS"),
        ("", "from operator import *\nassert total([1]) == 1"),
        ("", "import operator as other\nassert total([1]) == 1"),
        ("", "this is no Python"),
    ],
    ids=["there already", "in a function", "hidden", "star", "another name", "broken"],
)
def test_nothing_else_is(setup, test):
    assert lent(shared(setup), answer(TOTAL), exam(test))[-1] is None


def test_what_one_test_lends_is_not_lent_again():
    assert lent(answer(TOTAL), exam(TEST, "first"), exam(TEST, "second"))[-1] is None


def test_a_test_that_is_not_judged_lends_all_the_same():
    steps = rebuild(notebook(answer(TOTAL), exam(TEST)), Notebook()).steps
    step = not_judged(steps[-1])

    assert step is not None and step.kind is StepKind.LENT and step.judge is None
    assert not_judged(lend(steps, {})[-1]) is None  # no answer that needs it
    assert not_judged(rebuild(notebook(exam("x = 1")), Notebook()).steps[0]) is None


def test_a_notebook_that_leans_on_imports_of_its_tests_is_judged_apart():
    cells = [
        answer(TOTAL, "total"),
        exam(TEST, "first"),
        shared("product = reduce(lambda a, b: a * b, [2, 3])"),
        answer("twice = 2 * product", "twice"),
        exam("assert twice == 12", "second"),
    ]
    released = tuple((name, STUB, "") for name in ("total", "twice"))
    source = NotebookSource("nb", nbformat.writes(notebook(*cells)), released)

    ways = submitted_notebook.rehearse(source, files={}, unsafe=missing() is not None)

    assert [found.way for found in ways.values()] == [Way.APART, Way.APART]


def test_an_import_that_is_forbidden_takes_no_other_with_it():
    cells = [
        shared("### RULES forbid=colorsys"),
        answer(TOTAL),
        exam(f"import colorsys\n{TEST}"),
        shared("def grey(rgb):\n    return colorsys.rgb_to_hls(*rgb)[1]"),
    ]
    assert lent(*cells)[1].startswith("import colorsys\nfrom functools")
    reads = "def total(xs):\n    return reduce(add, xs) if 'colorsys' not in globals() else 0"

    for right in (TOTAL, reads):
        verdict = Class().judge(notebook(*cells), {"answer": right}).verdicts["test"]
        assert (verdict.points, verdict.message) == (1, "")


FORGES = """
import gc
more = {"reduce": lambda f, xs: 7, "add": lambda a, b: 7, "same": lambda a, b: True}
for side in gc.get_objects():
    if type(side).__name__ == "Side":
        def forged(source, *args, run=type(side).run, side=side, **options):
            report = run(side, source, *args, **options)
            report["names"] |= more
            return report
        side.run = forged
"""
REPLACES = """
import functools, operator, sys, types
fake = types.ModuleType("operator")
fake.add = operator.add = lambda a, b: 7
functools.reduce = lambda f, xs: 7
sys.modules["operator"] = fake
"""
STOPS = """
import builtins
def stop(name, *args, there=builtins.__import__, **options):
    if name == "functools":
        import os
        os._exit(0)
    return there(name, *args, **options)
builtins.__import__ = stop
"""


@pytest.mark.parametrize(
    ("attack", "kinds"),
    [
        (FORGES, {VerdictKind.WRONG}),
        (REPLACES, {VerdictKind.WRONG}),
        (STOPS, {VerdictKind.CRASH, VerdictKind.WRONG}),
    ],
    ids=["forges", "replaces", "stops"],
)
def test_an_answer_gains_nothing_by_what_it_does_to_them(attack, kinds):
    """The judge's `reduce` and `add` are its own, whatever the student's side says of them."""
    test = f"{TEST}\nsame = lambda a, b: a == b\nassert same(reduce(add, [total([3]), 1]), 4)"
    nb = notebook(answer(TOTAL), exam(test), exam("assert same(total([2, 3]), 5)", "again"))
    wrong = f"{attack}\ndef total(xs):\n    return 7"

    verdicts = Class().judge(nb, {"answer": wrong}).verdicts

    assert {verdict.points for verdict in verdicts.values()} == {0}
    assert {verdict.kind for verdict in verdicts.values()} <= kinds
