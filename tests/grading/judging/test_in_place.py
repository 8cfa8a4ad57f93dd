"""What cells change in place, import and leave beside the notebook: tests see what stock's do."""

import pytest

from course_utils.grading.judging.verdicts import VerdictKind
from small_notebooks import answer, exam, need, notebook, shared

STUB = "raise NotImplementedError"


def kinds(judged, *cells, answers=None, **options):
    """How the tests of a notebook ended."""
    found = judged.judge(notebook(*cells), answers, **options).verdicts
    return [str(verdict.kind) for verdict in found.values()]


@pytest.mark.parametrize(
    ("setup", "right", "test"),
    [
        ("xs = [3, 1, 2]", "xs.sort()", "assert xs == [1, 2, 3]"),
        ("a = __import__('numpy').zeros(3)", "a[-1] = 20", "assert a[2] == 20"),
        ("d = {'k': []}", "d['k'].append(1)", "assert d == {'k': [1]}"),
        ("n = 0", "def f():\n    global n\n    n += 1", "f()\nf()\nassert n == 2"),
        ("log = []", "def f(x):\n    log.append(x)", "f(3)\nassert log == [3]"),
        ("x = 1", "del x", "assert 'x' not in globals()"),
        ("class P: pass\np = P()", "p.r = 'x'", "assert p.r == 'x'"),
        ("xs = [1]\nsame = xs", "xs.append(2)", "assert same == [1, 2]"),
    ],
)
def test_an_answer_changes_what_a_set_up_cell_made(judged, setup, right, test):
    cells = shared(setup), answer(right), exam(test)

    assert kinds(judged, *cells) == ["ok"]
    assert kinds(judged, *cells, answers={"answer": STUB}) == ["wrong"]


def test_a_table_that_an_answer_makes_is_what_it_made(judged):
    assert judged.one("t = {'a': [1]}\nxs = [1]", "assert t == {'a': [1]} and xs == [1]").points


def test_an_answer_may_bind_what_the_instructors_changes_and_the_other_way_round(judged):
    sorts = shared("xs = [2, 1]"), answer("xs.sort()"), exam("assert xs == [1, 2]")
    binds = shared("xs = [2, 1]"), answer("xs = sorted(xs)"), exam("assert xs == [1, 2]")

    assert kinds(judged, *sorts, answers={"answer": "xs = sorted(xs)"}) == ["ok"]
    assert kinds(judged, *binds, answers={"answer": "xs.sort()"}) == ["ok"]


def test_a_column_of_a_table_that_a_set_up_cell_made(judged):
    need("pandas")
    cells = (
        shared("import pandas as pd\ndf = pd.DataFrame({'x': [1, 2]})"),
        answer("df['y'] = df['x'] * 2"),
        exam("assert list(df['y']) == [2, 4]"),
    )

    assert kinds(judged, *cells) == ["ok"]
    assert kinds(judged, *cells, answers={"answer": "pass"}) == ["wrong"]


@pytest.mark.parametrize(
    "attack",
    [
        "import numpy as np\nxs.sort()\nnp = None",
        "expected = [1, 2, 3]\nxs.clear()",
        "def double(x): return 3\nxs.sort()",
        "ref = [3]",
    ],
)
def test_what_the_instructors_answer_does_not_change_stays_the_judges(judged, attack):
    cells = (
        shared("import numpy as np\nxs = [3, 1, 2]\nref = [1, 2, 3]\ndef double(x): return 2 * x"),
        answer("xs.sort()\ntotal = np.sort(ref)"),
        exam("expected = [1, 2, 3]\nassert np.allclose(double(2), 4) and ref == expected"),
    )

    assert kinds(judged, *cells, answers={"answer": attack}) == ["ok"]


def test_a_name_that_a_test_makes_is_no_answers_to_change(judged):
    """The instructor's function changes a global of the name that the test gives its own list."""
    cells = (
        answer("seen = []\ndef f(x):\n    seen.append(x)\n    return x"),
        exam("seen = [f(1), f(2)]\nassert seen == [1, 2]"),
    )
    attack = "seen = []\ndef f(x):\n    global seen\n    seen = [1, 2]\n    return 0"

    assert kinds(judged, *cells, answers={"answer": attack}) == ["wrong"]


@pytest.mark.parametrize(
    ("setup", "test"),
    [
        ("g = lambda x: x", "g = lambda x: x + 1\nassert ap(g, 1) == 2"),
        ("def g(x): return x", "def g(x): return x + 1\nassert ap(g, 1) == 2"),
        ("g = [0].__len__", "old, g = g, lambda x: 2\nassert ap(g, 1) == 2"),
    ],
)
def test_a_name_that_a_test_binds_again_means_what_it_is_now(judged, setup, test):
    assert judged.one("def ap(h, x): return h(x)", test, setup=setup).kind is VerdictKind.OK


@pytest.mark.parametrize(
    "change", ["box.n = 5", "same = box; same.n = 5", "grow(box)", "vars(box)['n'] = 5"]
)
def test_an_object_that_a_test_has_changed_is_not_sent_by_name(judged, change):
    """Whichever way: the answer would get the old one, and be right or wrong for no reason."""
    setup = "class Box:\n    n = 1\ndef grow(b): b.n = 5\nbox = Box()"
    right = "def read(b): return b.n"

    assert judged.one(right, "assert read(box) == 1", setup=setup).kind is VerdictKind.OK
    verdict = judged.one(right, f"{change}\nassert read(box) == 5", setup=setup)
    assert verdict.kind is VerdictKind.BROKEN_TEST and verdict.points is None
    verdict = judged.one(right, f"{change}\nassert read(box) == 1", setup=setup)
    assert verdict.kind is VerdictKind.BROKEN_TEST


@pytest.mark.parametrize(
    "setup",
    [
        "%matplotlib inline\nk = 5",
        "%config InlineBackend.figure_format = 'svg'\n%autosave 0\nk = 5",
        "get_ipython().run_line_magic('matplotlib', 'notebook')\nk = 5",
        "%gui qt\nk = 5",
    ],
)
def test_magics_for_jupyters_kernel_do_not_end_their_cell(judged, setup):
    assert judged.one("y = k + 1", "assert y == 6 and k == 5", setup=setup).kind is VerdictKind.OK
    assert judged.one(f"{setup}\ny = 6", "assert y == 6").kind is VerdictKind.OK


def test_a_module_beside_the_notebook(judged, tmp_path):
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder, factor in ((ours, 2), (theirs, 3)):
        folder.mkdir()
        (folder / "helper.py").write_text(f"def double(x): return {factor} * x\n")
    cells = (
        answer("def f(x): return 2 * x"),
        exam("from helper import double\nassert f(1) == double(1)"),
    )

    assert kinds(judged, *cells, files=ours, handed_in=theirs) == ["ok"]


def test_where_importing_is_the_exercise(judged):
    test = "assert np.pi > 3"

    assert judged.one("import numpy as np", test).kind is VerdictKind.OK
    for student in (STUB, "pass", "import math as np2", "def f():\n    import numpy as np"):
        assert judged.one("import numpy as np", test, student).kind is VerdictKind.WRONG
    cells = shared("import numpy as np"), answer("import numpy as np"), exam(test)
    assert kinds(judged, *cells, answers={"answer": STUB}) == ["ok"]
