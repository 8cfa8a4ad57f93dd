"""A test that has changed is judged with those that may depend on it, and with no others."""

import pytest

from course_utils.grading.judging.notebooks.links import rerun, used_names
from course_utils.grading.judging.notebooks.steps import Step, StepKind

SET_UP = """
import numpy as np
LIMIT = 1e-6
rng = np.random.default_rng(0)
_ = np.seterr(all="ignore")
"""
ANSWERS = [
    "def double(x):\n    return 2 * x",
    "def noisy(x):\n    return x + rng.normal()",
    "model = make()",
]


def notebook(*tests):
    steps = [Step(StepKind.SHARED, 0, student=SET_UP, judge=SET_UP)]
    for place, source in enumerate(ANSWERS, start=1):
        steps.append(Step(StepKind.SOLUTION, place, student=source, grade_id=f"a{place}"))
    for number, source in enumerate(tests, start=1):
        place = len(ANSWERS) + number
        steps.append(Step(StepKind.TEST, place, judge=source, grade_id=f"t{number}", points=1))
    return steps


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("x = 1\nassert double(x) == 2", "x = 2\nassert double(x) == 4"),
        ("for i in range(3):\n    assert double(i)", "i = 2; y = [i for i in range(i)]"),
        ("with part() as p:\n    p += 1", "with part() as p:\n    assert p"),
        ("assert double(LIMIT)", "assert double(2 * LIMIT) < np.inf"),
        ("def near(a):\n    b = a\n    return b", "def near(a):\n    return a\nassert near(2)"),
        ("if double(1):\n    y = 1\nelse:\n    y = 2", "y = 3\nassert y"),
        ("try:\n    z = 1\nexcept ValueError:\n    pass", "z = 2; z += 1"),
        ("np.random.seed(1); double(1)", "np.random.seed(2); double(2)"),
    ],
)
def test_tests_that_share_nothing_are_judged_alone(first, second):
    steps = notebook(first, second)

    assert rerun(steps, ["t1"]) == ({"t1"}, {"t1"})
    assert rerun(steps, ["t2"]) == ({"t2"}, {"t2"})


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("x = 1", "assert double(x) == 2"),
        ("x = 1", "if double(1):\n    x = 2\nassert x"),
        ("x = 1", "def f():\n    return x\nassert f()"),
        ("for x in [1]:\n    pass", "for y in []:\n    x = 1\nassert x"),
        ("import math", "assert math.pi"),
        ("def helper():\n    pass", "helper()"),
        ("assert rng.normal()", "assert rng.normal() < 9"),
        ("assert noisy(1)", "assert noisy(2)"),  # they draw from the same numbers
        ("train(model)", "assert model(1) == 2"),
        ("double = noisy", "assert double(1)"),
        ("np.pi = 3", "assert np.pi"),
        ("del LIMIT", "assert LIMIT"),
        ("np.random.seed(1)", "assert double(np.random.normal())"),
        ("torch.set_default_dtype(torch.float64)", "assert double(1)"),
        ("exec(code)", "assert double(1)"),
        ("assert double(1)", "eval('x')"),
        ("this is no Python", "assert double(1)"),
    ],
)
def test_what_may_depend_on_a_test_follows_it(first, second):
    steps = notebook(first, second)

    assert rerun(steps, ["t1"]) == ({"t1", "t2"}, {"t1", "t2"})
    assert rerun(steps, ["t2"]) == ({"t2"}, {"t1", "t2"})


def test_links_are_followed_to_their_end():
    steps = notebook("a = 1", "b = a", "c = 1", "assert b", "assert c")

    assert rerun(steps, ["t1"]) == ({"t1", "t2", "t4"}, {"t1", "t2", "t4"})
    assert rerun(steps, ["t4"]) == ({"t4"}, {"t1", "t2", "t4"})
    assert rerun(steps, []) == (set(), set())


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("x = x + 1", {"x"}),
        ("x += 1", {"x"}),
        ("f = lambda a, b=c: a + b + d", {"c", "d"}),
        ("[i * k for i in n]", {"k", "n"}),
        ("class A(B):\n    c = d", {"B", "d"}),
        ("def f():\n    global g\n    g = 1", {"g"}),
        ("assert (n := f(1)) and n", {"f", "n"}),  # more than there need be, never less
        ("while a:\n    b = 1\nb", {"a", "b"}),
        ("import os.path\nos.path", set()),
    ],
)
def test_names_that_a_cell_uses_without_binding_them(source, names):
    assert used_names(source) == names


@pytest.mark.parametrize("source", ["%%bash\nls", "globals()['x']", "f(x", "setattr(a, 'b', 1)"])
def test_what_nobody_can_tell_is_said(source):
    assert used_names(source) is None
