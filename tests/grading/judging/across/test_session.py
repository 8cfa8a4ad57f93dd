"""An answer's process may end, hang or lie: its owner pays for that cell, and the next one runs."""

import time

import pytest

from course_utils.grading.judging.sandbox.walls import Limits
from course_utils.grading.judging.verdicts import VerdictKind
from small_notebooks import answer, exam, needs_walls, notebook, shared

GOOD = "def good(): return 'still here'"
STILL = "assert good() == 'still here'"

ENDS = {
    "an endless loop": ("while True: pass", VerdictKind.TIMEOUT),
    "a loop that catches everything": (
        "while 1:\n        try:\n            while 1: pass\n        except BaseException: pass",
        VerdictKind.TIMEOUT,
    ),
    "sleep": ("import time; time.sleep(1000)", VerdictKind.TIMEOUT),
    "exit": ("import os; os._exit(0)", VerdictKind.CRASH),
    "abort": ("import os; os.abort()", VerdictKind.CRASH),
    "a crash in C": ("import ctypes; ctypes.string_at(0)", VerdictKind.CRASH),
    "endless recursion in C": (
        "import sys; sys.setrecursionlimit(10**9); return f(*a)",
        VerdictKind.CRASH,
    ),
    "closed descriptors": ("import os; os.closerange(0, 256)", VerdictKind.CRASH),
}


@pytest.mark.parametrize("name", ENDS)
def test_what_ends_a_process_costs_its_own_test_only(judged, name):
    body, kind = ENDS[name]
    cells = [
        answer("def f(*a): return 1"),
        exam("assert f() == 1"),
        answer(GOOD, "second"),
        exam(STILL, "after"),
    ]
    source = f"def f(*a):\n    {body}"
    verdicts = judged.judge(
        notebook(*cells), {"answer": source}, limits=Limits(cell_seconds=3)
    ).verdicts

    assert (verdicts["test"].kind, verdicts["test"].points) == (kind, 0.0)
    assert verdicts["after"].points == 1.0


@needs_walls
def test_memory_has_an_end(judged):
    cells = [
        answer("def f(): return 1"),
        exam("assert f() == 1"),
        answer(GOOD, "b"),
        exam(STILL, "c"),
    ]
    source = "def f():\n    return len(bytearray(10**10))"
    verdicts = judged.judge(notebook(*cells), {"answer": source}).verdicts

    assert verdicts["test"].kind is VerdictKind.OUT_OF_MEMORY
    assert verdicts["c"].points == 1.0


def test_the_cell_that_ends_the_process_is_not_run_again(judged):
    cells = [
        shared("x = 5"),
        answer("def f(): return x", "one"),
        answer("1", "two"),
        answer("def g(): return f() + 1", "three"),
        exam("assert (f(), g()) == (5, 6)"),
    ]
    verdicts = judged.judge(notebook(*cells), {"two": "import os; os._exit(1)"}).verdicts

    assert verdicts["test"].points == 1.0


def test_names_of_a_cell_that_died_are_missed_with_the_reason(judged):
    verdict = judged.one("def f(): return 1", "assert f() == 1", "import os; os._exit(3)")

    assert verdict.points == 0
    assert "your answer ended the process" in verdict.message


def test_an_answer_that_raises_in_its_cell_says_where(judged):
    verdict = judged.one(
        "def f(): return 1", "assert f() == 1", "y = 1\nz = y / 0\ndef f(): return 1"
    )

    assert (
        verdict.message == "the answer's cell fails: ZeroDivisionError: division by zero (line 2)"
    )


def test_what_was_defined_before_a_cell_failed_is_there(judged):
    assert judged.one("f = 1", "assert f == 1", "f = 1\nraise KeyError(3)").points == 1


def test_output_on_standard_error_costs_nothing(judged):
    noisy = "warnings.warn('!'); print('!', file=sys.stderr)"
    source = f"import sys, warnings\ndef f():\n    {noisy}\n    return 1"

    assert judged.one("def f(): return 1", "assert f() == 1", source).points == 1


def test_a_bare_except_in_a_test_hides_no_death(judged):
    test = "try:\n    f()\nexcept:\n    pass"

    assert judged.one("def f(): return 1", test, "def f(): exit_now()").points == 1
    died = judged.one("def f(): return 1", test, "import os\ndef f(): os._exit(0)")
    assert (died.kind, died.points) == (VerdictKind.CRASH, 0)


def test_a_test_that_runs_for_ever_ends_too(judged):
    began = time.monotonic()
    verdict = judged.one("def f(): return 1", "while True: f()", limits=Limits(cell_seconds=2))

    assert verdict.kind is VerdictKind.TIMEOUT
    assert time.monotonic() - began < 30


def test_a_judge_that_no_python_can_stop_is_begun_again_without_that_test(judged):
    """Whatever an answer sends, a loop in C over it ends with its test."""
    cells = [
        answer("def f(): return 3"),
        exam("assert sum(range(f())) == 3"),
        answer(GOOD, "b"),
        exam(STILL, "c"),
    ]
    verdicts = judged.judge(
        notebook(*cells), {"answer": "def f(): return 10**15"}, limits=Limits(cell_seconds=2)
    ).verdicts

    assert verdicts["test"].kind is VerdictKind.TIMEOUT
    assert verdicts["c"].points == 1.0


def test_a_notebook_has_a_time_of_its_own(judged):
    cells = [answer("def f(n): return n")] + [
        exam(f"assert f({n}) == {n}", f"t{n}") for n in range(9)
    ]
    began = time.monotonic()
    verdicts = judged.judge(
        notebook(*cells),
        {"answer": "import time\ndef f(n):\n    time.sleep(1.5)\n    return n"},
        limits=Limits(cell_seconds=5, notebook_seconds=6),
    ).verdicts
    kinds = [verdicts[f"t{n}"].kind for n in range(9)]

    assert time.monotonic() - began < 20
    assert kinds[0] is VerdictKind.OK and kinds[-1] is VerdictKind.TIMEOUT


PARTIAL = {
    "2.5": 2.5,
    "3": 3.0,
    "100": 4.0,
    "-1": 0.0,
    "float('nan')": 0.0,
    "np.float32(1.5)": 1.5,
    "True": 4.0,
    "None": 4.0,
    "'1.0'": 4.0,
    "x = 1.0": 4.0,
    "1.0;": 1.0,
    "f()": 4.0,
}


@pytest.fixture(scope="module")
def partial(judged):
    tests = [exam(source, f"t{n}", points=4) for n, source in enumerate(PARTIAL)]
    cells = [shared("import numpy as np"), answer("def f(): return object()"), *tests]
    return judged.judge(notebook(*cells)).verdicts


@pytest.mark.parametrize("source", PARTIAL)
def test_partial_credit_is_the_last_expression_within_bounds(partial, source):
    assert partial[f"t{list(PARTIAL).index(source)}"].points == PARTIAL[source]


@needs_walls
def test_time_and_memory_are_told(judged):
    """By the clock and the kernel, not by what an answer says of itself."""
    lazy = "import time\ndef f():\n    time.sleep(0.3)\n    return 1"
    large = "def f():\n    return len(bytearray(300_000_000)) // 300_000_000"
    slow = judged.one(lazy, "assert f() == 1")
    heavy = judged.one(large, "assert f() == 1")

    assert 0.3 < slow.seconds < 5
    assert 10_000_000 < slow.peak < 300_000_000 < heavy.peak < 1_000_000_000
