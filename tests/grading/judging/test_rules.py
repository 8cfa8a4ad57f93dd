"""What an instructor states about an exercise holds where answers run."""

import pytest

from course_utils.exercises import checks
from course_utils.grading.judging import rules
from course_utils.grading.judging.verdicts import VerdictKind
from course_utils.rule_lines import RuleError, forbidden, is_forbidden
from small_notebooks import answer, exam, need, needs_walls, notebook, shared


def test_no_rules_are_the_defaults():
    assert rules.read(["x = 1"]) == rules.Rules()


def test_rules_are_read_from_comments():
    found = rules.read(
        ["import numpy", "### RULES forbid=torch,scipy.signal seconds=60 memory=500", "x = 1"]
    )

    assert found.forbid == ("torch", "scipy.signal")
    assert found.limits.cell_seconds == 60
    assert found.limits.memory == 500_000_000


@pytest.mark.parametrize(
    "line, message",
    [
        ("forbid=", "expected names of libraries"),
        ("forbid=../x", "expected names of libraries"),
        ("inputs=gone", "expected copied, seen, kept"),
        ("gradients=perhaps", "expected yes, no"),
        ("seconds=soon", "expected a number above 0"),
        ("memory=-1", "expected a number above 0"),
        ("seconds=nan", "expected a number above 0"),
        ("colour=red", "there is no such rule; there are forbid, allow, preload, inputs"),
    ],
)
def test_a_rule_that_is_none_is_said_with_what_there_is(line, message):
    with pytest.raises(RuleError, match=message):
        rules.read([f"# RULES {line}"])


def test_a_wrong_rule_stops_grading_and_costs_no_student_anything(judged):
    with pytest.raises(RuleError, match="there is no such rule"):
        judged.one("def f(): return 1", "assert f() == 1", setup="### RULES color=red")


@pytest.mark.parametrize(
    "source",
    [
        "import torch",
        "from torch import nn",
        "import importlib; torch = importlib.import_module('torch')",
        "import sys; sys.meta_path.clear(); import torch",
        "import sys; sys.meta_path[:] = sys.meta_path[1:]; import torch",
        "exec(open(__import__('numpy').__file__.replace('numpy', 'torch')).read())",
    ],
)
@needs_walls
def test_forbidden_libraries_are_not_there(judged, source):
    need("torch")
    verdict = judged.one(
        "def f(): return 1",
        "assert f() == 1",
        f"{source}\ndef f(): return 1",
        "# RULES forbid=torch",
    )

    assert verdict.points == 0


def test_a_forbidden_library_is_said_in_words_and_the_judge_may_use_it(judged):
    need("scipy")
    verdict = judged.one(
        "def f(): return 1",
        "import scipy.ndimage\nassert f() == 1",
        "from scipy.ndimage import correlate\ndef f(): return 1",
        "# RULES forbid=scipy.ndimage",
    )

    assert "scipy.ndimage may not be used in this assignment" in verdict.message
    assert judged.one(
        "def f(): return 1",
        "import scipy.ndimage\nassert f() == 1",
        "import scipy\ndef f(): return 1",
        "# RULES forbid=scipy.ndimage",
    ).points


# What a fork server has loaded already, and each way to reach it or another way to the same part.
LOADED = "import sklearn.svm\n# RULES forbid=sklearn.linear_model"  # which sklearn.svm imports
WAYS = {
    "the attribute": "sklearn.linear_model.LinearRegression",
    "the table of modules": "__import__('sys').modules['sklearn.linear_model'].LinearRegression",
    "importlib": "importlib.import_module('sklearn.linear_model').LinearRegression",
    "the import function": "__import__('sklearn.linear_model', fromlist=['x']).LinearRegression",
    "a private part": "importlib.import_module('sklearn.linear_model._base').LinearRegression",
    "without finders": "(sys.meta_path.pop(0), importlib.import_module('sklearn.linear_model'))[1]"
    ".LinearRegression",
    "whatever is left in memory": "next(c for c in sklearn.base.RegressorMixin.__subclasses__()"
    " if c.__name__ == 'LinearRegression')",
    "its file": "open(sklearn.__path__[0] + '/linear_model/_base.py').read()",
    "what python keeps of it": "os.listdir(sklearn.__path__[0] + '/linear_model')[0]",
    "what another part took of it": "sklearn.svm._classes.LinearClassifierMixin",
}


@pytest.mark.parametrize("way", WAYS)
@needs_walls
def test_what_is_loaded_already_is_forbidden_too(judged, way):
    need("sklearn")
    tries = f"""
import gc, importlib, os, sys, sklearn.svm
try:
    got = {WAYS[way]}
    f = lambda: 1
except Exception:
    f = lambda: 0
"""
    held = judged.one("def f(): return 0", "assert f() == 0", tries, LOADED)
    free = judged.one("def f(): return 0", "assert f() == 1", tries, "import sklearn.svm")

    assert held.points == 1 and free.points == 1


@pytest.mark.parametrize(
    "module, forbidden, said",
    [
        ("keras.applications.vgg16", "keras.applications", True),
        ("keras.src.applications", "keras.applications", True),
        ("keras._tf_keras.keras.applications.vgg16", "keras.applications", True),
        ("tensorflow.python.keras.applications", "keras.applications", True),
        ("keras.src.applications_of_mine", "keras.applications", False),
        ("keras.layers", "keras.applications", False),
        ("kerasx.applications", "keras.applications", False),
        ("keras.src.backend.torch", "torch", False),
        ("torchvision", "torch", False),
        ("course_utils.models.torch", "torch", False),
        ("torch.nn", "torch", True),
        ("scipy._lib.signal", "scipy.signal", True),
    ],
)
def test_a_part_of_a_library_is_meant_wherever_it_lies(module, forbidden, said):
    assert is_forbidden(module, [forbidden]) is said


def test_a_library_may_be_allowed_from_a_cell_on():
    cells = ["### RULES forbid=torch,scipy", "x = 1", "### RULES allow=scipy", "y = 2"]

    assert forbidden(cells) == [("torch", "scipy")] * 2 + [("torch",)] * 2
    assert forbidden(["x = 1"]) == [()]


@needs_walls
def test_what_is_allowed_later_is_not_there_before(judged):
    """An answer before it cannot use it, though both tests run; one after it can."""
    need("scipy")
    uses = "def {}(x):\n    import scipy.special\n    return float(scipy.special.expit(x))"
    cells = [
        shared("# RULES forbid=scipy.special preload=scipy.special"),
        answer("def before(x): return 0.5", "before"),
        exam("assert before(0) == 0.5", "test_before"),
        shared("# RULES allow=scipy.special", "from_here"),
        answer(uses.format("after"), "after"),
        exam("assert after(0) == 0.5", "test_after"),
    ]
    student = {"before": uses.format("before")}
    verdicts = judged.judge(notebook(*cells), student).verdicts

    assert "scipy.special may not be used" in verdicts["test_before"].message
    assert verdicts["test_after"].points == 1


CHANGES = "def f(x):\n    x[:] = 0\n    return x.sum()"
READS = "import numpy as np\nx = np.ones(3)\ny = f(x)"


@pytest.mark.parametrize(
    "inputs, test, kind",
    [
        ("seen", f"{READS}\nassert x.sum() == 0", VerdictKind.OK),
        ("copied", f"{READS}\nassert x.sum() == 3", VerdictKind.OK),
        ("copied", f"{READS}\nassert y == x.sum()", VerdictKind.WRONG),
        ("kept", READS, VerdictKind.WRONG),
    ],
)
def test_arguments_changed_in_place_are_seen_copied_or_kept(judged, inputs, test, kind):
    assert judged.one(CHANGES, test, setup=f"# RULES inputs={inputs}").kind is kind


def test_every_submission_has_random_numbers_of_its_own(judged):
    """Who knows the inputs by heart still has to compute."""
    first = checks.generator(1).integers(1000)
    cells = [
        shared("from course_utils import checks"),
        answer("def f(x): return 2 * x"),
        exam("x = int(checks.generator(1).integers(10**9))\nassert f(x) == 2 * x, f'seen {x}'"),
    ]
    learnt = {"answer": "def f(x): return 0"}
    messages = {
        judged.judge(notebook(*cells), learnt, seed=seed).verdicts["test"].message
        for seed in (0, 1, 2)
    }

    assert len(messages) == 3
    assert checks.generator(1).integers(1000) == first
