"""What a student is shown knows nothing of hidden tests, and is otherwise what it was."""

import base64

import pytest

from course_utils.grading.judging.showing import AFTER
from course_utils.grading.judging.verdicts import VerdictKind
from small_notebooks import answer, exam, need, needs_walls, notebook, shared

HIDDEN = "### BEGIN HIDDEN TESTS\nassert f(8431.25) == 16862.5\n### END HIDDEN TESTS"
REMEMBERS = "seen = []\ndef f(x):\n    seen.append(x)\n    return 2 * x"
RIGHT = "def f(x):\n    return 2 * x"


@pytest.fixture(scope="module")
def both(judged):
    """A notebook with a hidden test, and one more exercise behind it: how it is judged."""

    def judge(
        g="def g(x):\n    return x", first=REMEMBERS, test_g="assert g(1) == 1", hidden=HIDDEN
    ):
        cells = [
            shared("print('before')"),
            answer(RIGHT, "f"),
            exam(f"assert f(1) == 2\n{hidden}", "test_f"),
            shared("print('between')"),
            answer("def g(x):\n    return x", "g"),
            exam(test_g, "test_g"),
        ]
        return judged.judge(notebook(*cells), {"f": first, "g": g})

    return judge


@needs_walls
@pytest.mark.parametrize(
    "g",
    [
        "print('g', seen)",
        "import sys\nprint('g', seen, file=sys.stderr)",
        "from IPython.display import display\nprint('g')\ndisplay(seen)",
        "import os\nprint('g', os.listdir('.'))\nopen(str(seen), 'w').write('x')",
    ],
)
def test_later_cells_show_what_they_show_without_hidden_tests(both, g):
    done = both(f"{g}\ndef g(x):\n    return x")

    assert done.cells[3]["printed"] == "between\n"
    assert done.cells[4]["printed"].startswith("g")
    assert "8431" not in str(done.cells)
    assert {v.kind for v in done.verdicts.values()} == {VerdictKind.OK}


@needs_walls
@pytest.mark.parametrize(
    "g, message",
    [
        ("raise ValueError(str(seen))", "ValueError"),
        ("def g(x):\n    raise ValueError(str(seen))", "ValueError: [1]"),
        ("def g(x):\n    raise type(f'E{seen}', (Exception,), {})", "E[1]"),
        ("def g(x):\n    assert len(seen) < 2, str(seen)\n    return x", AFTER),
    ],
)
def test_messages_of_visible_tests_quote_nothing_hidden(both, g, message):
    done = both(g)
    verdict = done.verdicts["test_g"]

    assert verdict.points == 0 and message in verdict.message
    assert "8431" not in verdict.message
    assert verdict.hidden == (message == AFTER)


@needs_walls
def test_a_rule_in_the_hidden_part_holds_for_the_visible_one_in_both_runs(both):
    """Else a student who changes his argument is told only that something fails later."""
    test = (
        "x = [1]\ng(x)\nassert x == [1], 'g changes its argument'\n"
        "### BEGIN HIDDEN TESTS\n### RULES inputs=seen\nassert g([5]) == [5]\n### END HIDDEN TESTS"
    )
    verdict = both("def g(x):\n    x.append(2)\n    return x", test_g=test).verdicts["test_g"]

    assert (verdict.points, verdict.message) == (0, "g changes its argument")


@needs_walls
def test_what_a_visible_test_prints_quotes_nothing_hidden(both):
    done = both("def g(x):\n    return str(seen)", test_g="print(g(1))\nassert g(1) != ''")

    assert done.cells[5]["printed"] == "[1]\n"


@needs_walls
def test_a_cell_that_fails_only_then_says_no_more(both):
    done = both("if len(seen) > 1:\n    raise ValueError(str(seen))\ndef g(x):\n    return x")

    assert done.cells[4]["error"] == ["Error", AFTER]
    assert done.verdicts["test_g"].points == 0


@needs_walls
def test_without_anything_to_show_nothing_runs_twice(both):
    """Nor what ended its process."""
    slow = "import time\ntime.sleep(1)\ndef g(x):\n    return x"

    quiet = both(slow, first=RIGHT)
    loud = both(f"print('g')\n{slow}", first=RIGHT)
    dead = both(f"print('g')\nimport os\n{slow}\nos._exit(1)")

    assert loud.seconds - quiet.seconds > 0.5  # a second, but for a busy machine
    assert dead.cells[4]["kind"] == VerdictKind.CRASH
    assert dead.verdicts["test_g"].points == 0


@needs_walls
def test_without_hidden_tests_the_one_process_shows_everything(both):
    done = both("print(seen)\ndef g(x):\n    return x", hidden="")

    assert done.cells[4]["printed"] == "[1]\n"


@needs_walls
def test_figures_are_drawn_where_somebody_sees_them(judged):
    """Not where hidden tests run, which costs most of a notebook's time; saved files are real."""
    need("matplotlib")
    picture = """import matplotlib.pyplot as plt, os
_ = plt.plot([1, f(2)])
plt.savefig("figure.png")
print(os.path.getsize("figure.png") > 2_000)
"""
    cells = [answer(RIGHT, "f"), exam(f"assert f(1) == 2\n{HIDDEN}"), shared(picture)]
    done = judged.judge(notebook(*cells), limits=None)

    assert done.cells[2]["printed"] == "True\n"
    (picture,) = done.cells[2]["pictures"]
    assert len(base64.b64decode(picture["png"])) > 2_000
