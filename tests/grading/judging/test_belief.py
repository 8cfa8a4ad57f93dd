"""The judge believes no answer: not its names, exceptions, comparisons, nor its gradients."""

import pytest

from course_utils.grading.judging.notebooks.names import bindable_names, defined_classes
from course_utils.grading.judging.verdicts import VerdictKind
from small_notebooks import answer, exam, need, needs_walls, notebook, shared

# --- names ---


@pytest.mark.parametrize(
    "source, names",
    [
        ("def f(): pass\nclass C: pass\nx, (y, *z) = 1, (2, 3)", "f C x y z"),
        ("import numpy as np, os.path\nfrom math import sqrt as root, pi", "np os root pi"),
        ("from math import *", "*"),
        ("for i in x:\n    with a as b:\n        k = 1", "i b k"),
        ("def f():\n    global late\n    local = late = 1", "f late"),
        ("class C:\n    def m(self):\n        global deep", "C deep"),
        ("match x:\n    case {'a': a, **rest}: pass\n    case [b, *more]: pass", "a rest b more"),
        ("try:\n    pass\nexcept ValueError as error:\n    pass", "error"),
        ("y = [w for v in x if (w := v)]", "y w"),
        ("%%time\ndef f(): pass", "f"),
        ("%time x = 3\n!ls", "x"),
        ("def f(:", "f"),
        ("g = lambda: 1\nx.attribute = x[0] = 1", "g"),
        (None, ""),
    ],
)
def test_names_that_a_cell_may_bind(source, names):
    assert bindable_names(source) == set(names.split())


def test_classes_of_a_cell():
    assert defined_classes("class A: pass\ndef f():\n    class B: pass") == {"A"}


TEST_F = """assert f(1) == 7
### BEGIN HIDDEN TESTS
def helper(x): return 7 * x
def _helper(x): return 7 * x
from numpy import square as squared
assert f(3) == helper(3)
### END HIDDEN TESTS"""
TEST_G = """assert g(0) == 0
for n in (1, 2):
    assert g(n) == helper(n) ** 2, "wrong"
"""


@pytest.mark.parametrize(
    "f, g",
    [
        ("def f(x): return 7 * x", "def helper(x): return 0"),
        ("def f(x): return 0", "def helper(x): return 0"),  # the test has not defined it
        ("def f(x): return 7 * x", "helper = lambda x: 0"),
        ("def f(x): return 0", "from operator import neg as helper"),
        ("def f(x): return 0", "def put():\n    global helper\n    helper = abs\nput()"),
        ("def helper(x): return 0\ndef f(x): return 0", ""),
    ],
)
def test_a_helper_is_nobodys_but_the_tests(judged, f, g):
    cells = [
        answer("def f(x): return 7 * x", "f"),
        exam(TEST_F, "test_f"),
        answer("def g(x): return (7 * x) ** 2", "g"),
        exam(TEST_G, "test_g"),
    ]
    done = judged.judge(notebook(*cells), {"f": f, "g": f"{g}\ndef g(x): return 0"})

    assert done.verdicts["test_g"].points == 0


def test_names_are_read_off_the_cell_not_off_what_it_says(judged):
    """Made by `exec`, even the answer's own name is not there; the message says what to write."""
    verdict = judged.one("def f(): return 1", "assert f() == 1", "exec('def f(): return 1')")
    assert verdict.points == 0
    assert "write `def f` or `f = ...` into the cell itself" in verdict.message

    assert judged.one("def f(): return 1", "assert f() == 1", "%%time\ndef f(): return 1").points
    assert judged.one(
        "def f(x): return 1", "assert f(-1) == 1", "from math import fabs as f"
    ).points


def test_an_answer_may_have_a_name_that_tests_use_too(judged):
    """Where the instructor's answer defines it, the cell's own is meant."""
    cells = [
        answer("net = 1", "a"), exam("assert net == 1", "test_a"),
        answer("def f(): return 2", "b"), exam("net = f()\nassert net == 2", "test_b"),
    ]  # fmt: skip
    done = judged.judge(notebook(*cells), {"a": "net = 1", "b": "net = 3\ndef f(): return 2"})

    assert {v.points for v in done.verdicts.values()} == {1}


# --- exceptions, functions ---


@pytest.mark.parametrize(
    "error",
    ["StopIteration", "StopAsyncIteration", "GeneratorExit", "KeyboardInterrupt", "SystemExit",
     "type('E', (StopIteration,), {})", "type('E', (StopAsyncIteration, ValueError), {})"],
)  # fmt: skip
def test_no_call_ends_a_loop_of_the_test(judged, error):
    test = "for got, x in zip(map(f, [1, 2]), [1, 2]):\n    assert got == x"
    more = "\nassert all(map(lambda x: f(x) == x, [1, 2]))\nassert not sum(f(x) - x for x in [1])"

    assert judged.one("def f(x): return x", test + more).points == 1
    assert judged.one("def f(x): return x", test + more, f"def f(x): raise {error}").points == 0


def test_a_function_ends_with_the_cell_that_gave_it(judged):
    cells = [
        answer("kept = []\ndef f(g):\n    kept.append(g)\n    return g(1)", "f"),
        exam("assert f(lambda x: 7 * x) == 7\nassert f(lambda x: x) == 1", "test_f"),
        answer("def h(x): return 7 * x", "h"),
        exam("assert h(5) == 35", "test_h"),
        exam("assert f(lambda x: -x) == -1", "test_again"),
    ]
    asks = "def h(x): return kept[0](x)"
    done = judged.judge(notebook(*cells), {"h": asks})

    assert done.verdicts["test_f"].points == done.verdicts["test_again"].points == 1
    assert done.verdicts["test_h"].points == 0
    assert "given by another cell, which has ended" in done.verdicts["test_h"].message


# --- comparisons ---

YES = """class Yes:
    __eq__ = __lt__ = __contains__ = lambda self, other: True
    __sub__ = __add__ = lambda self, other: 0
one = Yes()
"""


@pytest.mark.parametrize("given", ["Yes()", "one", "unittest.mock.ANY", "print", "Yes"])
@pytest.mark.parametrize(
    "test",
    [
        "assert f() == g()",
        "assert [f()] == [g()] and (1, f()) == (1, g())",
        "assert {'a': f()} == {'a': g()}",
        "assert f() in [g()]",
        "assert f() < g()",
        "assert abs(f() - g()) < 1e-9",
        "assert sorted([f(), g()]) == [3, 3]",
        "np.testing.assert_array_equal(f(), g())",
        "import pytest\nassert f() == pytest.approx(g())",
    ],
)
def test_two_objects_of_an_answer_do_not_agree(judged, test, given):
    right = "def f(): return 3\ndef g(): return 3"
    student = f"import unittest.mock\n{YES}def f(): return {given}\ndef g(): return {given}"
    verdict = judged.one(right, test, student, setup="import numpy as np")

    assert verdict.points == 0 and verdict.kind is VerdictKind.WRONG


def test_objects_of_a_class_that_is_the_exercise_do(judged):
    point = """class P:
    def __init__(self, *x): self.x = x
    def __eq__(self, other): return self.x == other.x
    def __lt__(self, other): return self.x < other.x
    def __len__(self): return len(self.x)
    def __iter__(self): return iter(self.x)"""
    test = """assert P(1, 2) == P(1, 2) and P(1) != P(2) and P(1) < P(2)
assert 2 in P(1, 2) and 3 not in P(1, 2) and P(3) in [P(1), P(3)]
assert sorted([P(3), P(1)]) == [P(1), P(3)] and P(1, 2).__eq__(P(1, 2))"""

    assert judged.one(point, test).points == 1
    assert judged.one(point, test, point.replace("self.x == other.x", "True")).points == 0


@pytest.mark.parametrize(
    "items",
    [
        "itertools.count()",
        "iter(range(10**6))",
        "type('E', (), {'__iter__': lambda s: itertools.count()})()",
        "type('E', (), {'__contains__': lambda s, x: True})()",
        "type('E', (), {'__getitem__': lambda s, n: n})()",
        "type('E', (), {'__len__': lambda s: 1000, '__iter__': lambda s: iter(range(1000))})()",
        "collections.UserList(range(1001))",
        "collections.UserDict.fromkeys(range(10**4))",
    ],
)
def test_in_looks_into_no_object_that_counts(judged, items):
    right = "def f(): return [617]"
    student = f"import collections, itertools\ndef f(): return {items}"
    setup = "import collections"

    assert judged.one(right, "assert 617 in f()", student, setup=setup).points == 0


def test_in_looks_into_what_a_library_has_made(judged):
    right = "import collections\ndef f(): return collections.UserList([617, 3])"

    assert judged.one(
        right, "assert 617 in f() and 4 not in f()", setup="import collections"
    ).points


# --- gradients ---


@needs_walls
def test_gradients_cross_where_a_rule_says_so(judged):
    need("torch")
    right = "w = torch.nn.Parameter(torch.ones(2))\ndef f(x): return (w * x).sum()"
    options = {"setup": "import torch", "limits": None}

    hides = "try:\n    f(torch.ones(2)).backward()\nexcept Exception: pass"
    refused = judged.one(right, hides, **options)
    assert refused.kind is VerdictKind.BROKEN_TEST and refused.points is None
    assert "### RULES gradients=yes" in refused.detail
    allowed = judged.one(right, "### RULES gradients=yes\nf(torch.ones(2)).backward()", **options)
    assert allowed.points == 1


def test_what_a_test_says_of_arguments_holds_for_it_alone(judged):
    cells = [
        shared("import numpy as np"),
        answer("def f(x):\n    x[:] = 0", "f"),
        exam("### RULES inputs=seen\nx = np.ones(3)\nf(x)\nassert x.sum() == 0", "test_seen"),
        exam("x = np.ones(3)\nf(x)\nassert x.sum() == 3", "test_copied"),
        exam("# RULES inputs=kept\nf(np.ones(3))", "test_kept"),
        exam("x = np.ones(3)\nf(x)\nassert x.sum() == 3", "test_last"),
    ]
    points = {name: v.points for name, v in judged.judge(notebook(*cells)).verdicts.items()}

    assert points == {"test_seen": 1, "test_copied": 1, "test_kept": 0, "test_last": 1}
