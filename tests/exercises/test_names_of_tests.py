"""A test's own variables do not replace what a student's cells have made."""

import pytest

from course_utils.exercises import checks

pytest.importorskip("IPython")
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

BEGINS = "from course_utils.exercises import checks\nwith checks.exercise(1):\n    "


@pytest.fixture
def run(monkeypatch):
    """Runs cells, one after the other, as a notebook does; gives the notebook's names."""
    shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    monkeypatch.setattr(checks, "_kernel", lambda: shell)
    for kept in (checks._state, checks._names, checks._of_tests):
        monkeypatch.setattr(checks, _name_of(kept), {})

    def cell(code):
        shell.run_cell(code)
        return shell.user_ns

    return cell


def _name_of(kept):
    return next(name for name, value in vars(checks).items() if value is kept)


def test_a_helper_survives_a_test_with_a_variable_of_its_name(run):
    run("def mean(x):\n    return sum(x) / len(x)\n\ndef spread(x):\n    return max(x) - mean(x)")
    # What a stock nbgrader runs below: hidden tests stand in the same cell, outside of `exercise`.
    run(BEGINS + "spread([1, 2])\nmean = 3\nfor layers in range(2): pass")

    assert run("found = spread([1, 3])")["found"] == 1


def test_imports_too_and_where_the_test_fails_or_ends_in_an_error(run):
    run("import math as layers")
    run(BEGINS + "layers = [1]\n    assert False, 'no'")
    assert run("")["layers"].__name__ == "math"
    run(BEGINS + "layers = [1]\n    1 / 0")
    assert run("")["layers"].__name__ == "math"


def test_what_is_only_of_tests_stays_and_the_next_test_may_change_it(run):
    run(BEGINS + "x = 1")
    assert run("")["x"] == 1
    assert run(BEGINS + "x = 2")["x"] == 2
    run("x = 3")  # now it is the student's
    assert run(BEGINS + "x = 4")["x"] == 3


def test_what_an_answer_counts_while_a_test_runs_is_not_undone(run):
    run("calls = 0\ndef answer():\n    global calls\n    calls += 1")
    assert run(BEGINS + "answer()\n    answer()")["calls"] == 2


def test_two_exercises_in_a_cell_give_back_what_was_before_both(run):
    run("x = 1")
    assert run(BEGINS + "x = 2\nwith checks.exercise(2):\n    x = 3")["x"] == 1
