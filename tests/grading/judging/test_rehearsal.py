"""A course tries itself: which way each cell is judged is known before a student is graded."""

import json

import nbformat
import pytest

from course_utils.grading.judging import judge_process, kept_ways, submitted_notebook
from course_utils.grading.judging.sandbox.walls import Limits, missing
from course_utils.grading.judging.submitted_notebook import NotebookSource
from course_utils.grading.judging.verdicts import Finding, VerdictKind, Way
from small_notebooks import answer, exam, need, notebook, shared

STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
LIMITS = Limits(cell_seconds=8)
UNSAFE = missing() is not None
HELPER = "def helper(x): return x + 1"
USES = """assert f(1) == 2
_kept = helper
globals()["helper"] = lambda x: 10
try:
    assert f(1) == 10, "f does not use helper"
finally:
    helper = _kept"""


def source_of(*cells, given=STUB):
    """The instructor's side; students find `given` in the place of all answers."""
    nb = notebook(*cells)
    solutions = [cell for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("solution")]
    released = [(cell.metadata["nbgrader"]["grade_id"], given, "") for cell in solutions]
    return NotebookSource("nb", nbformat.writes(nb), tuple(released))


def ways_of(source):
    return submitted_notebook.rehearse(source, files={}, limits=LIMITS, unsafe=UNSAFE)


def graded(source, answers=None, ways=None):
    """A submission with other answers than the instructor's, as it is graded."""
    nb = nbformat.reads(source.text, as_version=4)
    for cell in nb.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = (answers or {}).get(grade_id, cell.source)
    prepared = submitted_notebook.prepare(source, nbformat.writes(nb).encode(), [])
    return submitted_notebook.grade(
        prepared, "nb", files={}, handed_in={}, limits=LIMITS, unsafe=UNSAFE, ways=ways
    )


def test_each_cell_is_judged_in_the_first_way_that_is_fit():
    source = source_of(
        shared(HELPER),
        answer("def f(x): return helper(x)"),
        exam("assert f(1) == 2", "plain", 2),
        exam(USES, "uses", 3),
        exam("assert f(1) == 3", "wrong", 1),
        exam("### RULES judge=inside\nassert f(2) == 3", "asked", 1),
        exam(f"### RULES judge=apart\n{USES}", "never", 1),
        exam("assert 1 + 1 == 2", "given", 1),
    )
    ways = ways_of(source)

    assert {name: str(found.way) for name, found in ways.items()} == {
        "plain": "apart",
        "uses": "inside",
        "wrong": "a person",
        "asked": "inside",
        "never": "a person",
        "given": "apart",
    }
    assert not ways["plain"].why
    assert "name" in ways["uses"].why and "f does not use helper" in ways["uses"].why
    assert "argument" in ways["uses"].change
    assert "own answer does not get all points" in ways["wrong"].why
    assert ways["given"].empty == 1 and "an empty notebook gets 1 of 1" in ways["given"].why

    honest = graded(source, ways=ways)
    assert honest.points == dict(plain=2, uses=3, wrong=None, asked=1, never=None, given=1)
    assert honest.verdicts["wrong"].kind is VerdictKind.BROKEN_TEST
    assert honest.verdicts["uses"].inside and not honest.verdicts["plain"].inside
    other = graded(source, {"answer": "def f(x): return x + 1"}, ways)
    assert other.points == dict(plain=2, uses=0, wrong=None, asked=1, never=None, given=1)
    assert graded(source, {"answer": STUB}, ways).points["uses"] == 0


def test_the_graded_notebook_says_what_was_judged_inside():
    source = source_of(shared(HELPER), answer("def f(x): return helper(x)"), exam(USES, "uses"))
    honest = graded(source)

    assert "judged inside" in honest.text and "f does not use helper" in honest.text
    nb = nbformat.reads(honest.text, as_version=4)
    submitted_notebook.outputs.hide(nb)
    page = nbformat.writes(nb)
    assert "judged inside" in page and "takes one away" not in page


@pytest.mark.parametrize(
    ("setup", "right", "test"),
    [
        ("", "def f(): return input()", "input = lambda: 'x'\nassert f() == 'x'"),
        ("", "def f(x): return x", "import inspect\nassert 'return x' in inspect.getsource(f)"),
        (
            "",
            "def f(): print('hi')",
            "import io, contextlib\nout = io.StringIO()\n"
            "with contextlib.redirect_stdout(out): f()\nassert out.getvalue() == 'hi\\n'",
        ),
        ("", "open('a.txt', 'w').write('1')", "assert open('a.txt').read() == '1'"),
        ("", "async def f(): return 1", "assert await f() == 1"),
        ("", "3 + 4", "assert _ == 7"),
        ("", "x = 5", "assert In[-2] == 'x = 5'"),
        (
            "import random",
            "def f(): return random.random()",
            "random.seed(3)\na = f()\nrandom.seed(3)\nassert a == random.random()",
        ),
        ("", "class E(Exception): pass\ndef f(): raise E", "try: f()\nexcept E: pass"),
        ("", "a = [1]\nb = a", "assert a is b"),
    ],
)
def test_what_cannot_cross_is_judged_inside(setup, right, test):
    source = source_of(*([shared(setup)] if setup else []), answer(right), exam(test))
    ways = ways_of(source)

    assert ways["test"].way is Way.INSIDE and ways["test"].change
    assert graded(source, ways=ways).points == {"test": 1}
    assert graded(source, {"answer": STUB}, ways).points == {"test": 0}


def test_what_a_test_leaves_behind_is_there_for_the_next_answer():
    source = source_of(
        answer("def f(): return 1", "one"),
        exam("v = f()\nassert v == 1", "first"),
        answer("w = v + 1", "two"),
        exam("assert w == 2", "second"),
    )

    assert graded(source).points == {"first": 1, "second": 1}


def test_partial_credit_time_and_an_end_are_as_they_are_apart():
    source = source_of(
        answer("def f(x): return x"),
        exam("### RULES judge=inside\nf(2)", "part", 2),
        exam("### RULES judge=inside\nassert f(1) == 1", "last", 1),
    )
    ways = ways_of(source)

    def points(right):
        return graded(source, {"answer": right}, ways)

    assert points("def f(x): return x").points == {"part": 2, "last": 1}
    assert points("def f(x): return x / 4").points == {"part": 0.5, "last": 0}
    assert points("def f(x): return x * 10").points == {"part": 2, "last": 0}
    assert points("def f(x): return float('nan')").points == {"part": 0, "last": 0}
    gone = points("import os\ndef f(x): os._exit(0)").verdicts
    assert [str(each.kind) for each in gone.values()] == ["crash", "crash"]
    left = points("def f(x): raise SystemExit").verdicts
    assert [str(each.kind) for each in left.values()] == ["wrong", "wrong"]


def test_without_an_answer_of_the_instructors_nothing_is_held_against_a_cell():
    source = source_of(answer(STUB), exam("assert f(1) == 2"), given=STUB)
    (found,) = ways_of(source).values()

    assert found.way is Way.APART and "no answer" in found.why


def test_a_table_by_comparison_with_a_number():
    need("pandas")
    source = source_of(
        answer("import pandas as pd\ns = pd.Series([1, 2])"), exam("assert (s > 0).all()")
    )

    assert graded(source).points == {"test": 1}


@pytest.mark.parametrize("test", ["assert f() == 3", "assert f() + 1 == 4", "assert f() > 2"])
def test_what_the_wall_refuses_is_not_called_wrong(test):
    """The instructor's answer is a number; one that is a table may be right, and a person looks."""
    need("pandas")
    source = source_of(shared("import pandas as pd"), answer("def f(): return 3"), exam(test))
    ways = ways_of(source)
    table = graded(source, {"answer": "def f(): return pd.Index([3])"}, ways)
    own = graded(source, {"answer": "class N: pass\ndef f(): return N()"}, ways)

    assert ways["test"].way is Way.APART
    assert table.points == {"test": None} and own.points == {"test": 0}


# --- kept with the assignment ---


def test_nothing_is_drawn_or_searched_for_a_trial_that_no_student_sees(monkeypatch):
    drawn = []
    monkeypatch.setattr(judge_process.showing, "again", lambda *_, **__: drawn.append(1) or [])
    source = source_of(
        answer("def f(x): return x"),
        exam("assert f(1) == 1\n### BEGIN HIDDEN TESTS\nassert f(2) == 2", "test", 2),
        shared("print(f(3))"),
    )

    found = ways_of(source)
    assert (found["test"].way, drawn) == (Way.APART, [])
    graded(source, ways=found)
    assert drawn == [1]


def test_what_was_found_is_kept_until_something_changes(tmp_path):
    source, asked = source_of(answer("x = 1"), exam("assert x == 1")), []

    def find(names):
        asked.extend(names)
        return [{"test": Finding("test", Way.INSIDE, "why", "change", 0.5)} for _ in names]

    def ways(source, **changed):
        options = {"files": {}, "limits": LIMITS, "unsafe": False, "prepare": None} | changed
        key = kept_ways.key_of(source, **options)
        return kept_ways.of_assignment(tmp_path, "ps", {"nb": key}, find)

    first = ways(source)
    assert ways(source) == first and asked == ["nb"]
    ways(source, files={"helper.py": b""})
    ways(source, limits=Limits(cell_seconds=9))
    ways(NotebookSource("nb", source.text, ()))
    assert len(asked) == 4
    (tmp_path / ".grading" / "ps" / "ways.json").write_text("{")
    assert ways(source) == first and len(asked) == 5


def test_the_graders_own_trouble_is_not_kept(tmp_path):
    unsure = {"test": Finding("test", Way.PERSON, certain=False)}
    kept_ways.of_assignment(tmp_path, "ps", {"nb": "key"}, lambda names: [unsure])

    assert json.loads((tmp_path / ".grading" / "ps" / "ways.json").read_text()) == {}
