"""In a judge an empty array agrees with nothing else, whatever function of a library is asked."""

import subprocess
import sys

import numpy as np
import pytest

from course_utils.grading.judging.agreement import is_empty
from small_notebooks import need

TESTS = {
    "assert_allclose": "np.testing.assert_allclose(f(), 5.0)",
    "assert_array_equal": "np.testing.assert_array_equal(f(), [5.0])",
    "assert_array_almost_equal": "np.testing.assert_array_almost_equal(5.0, f())",
    "assert_almost_equal": "np.testing.assert_almost_equal(actual=f(), desired=5.0)",
    "imported by name": "from numpy.testing import assert_allclose\nassert_allclose(f(), 5.0)",
    "allclose": "assert np.allclose(f(), np.array([5.0]))",
    "isclose": "assert np.isclose(f(), 5.0).all()",
    "array_equiv": "assert np.array_equiv(f(), 5.0)",
    "approx": "import pytest\nassert f() == pytest.approx(5.0)",
    "not allclose": "assert not np.allclose(f(), 4.0) and np.isclose(f(), 5.0)",
}
EMPTY = ["np.zeros(0)", "np.zeros((2, 0, 3))", "[]", "[[], []]", "np.zeros((0, 1), 'f4')"]


@pytest.fixture(scope="module")
def verdicts(judged):
    from small_notebooks import answer, exam, notebook, shared

    tests = [exam(source, f"test-{n}") for n, source in enumerate(TESTS.values())]
    cells = [shared("import numpy as np"), answer("def f(): return 5.0"), *tests]
    given = {"right": "5.0"} | {empty: empty for empty in EMPTY}
    return {
        name: judged.judge(notebook(*cells), {"answer": f"def f(): return {value}"}).verdicts
        for name, value in given.items()
    }


@pytest.mark.parametrize("number", range(len(TESTS)), ids=TESTS)
def test_an_empty_answer_is_not_close_to_a_number(verdicts, number):
    points = {name: found[f"test-{number}"].points for name, found in verdicts.items()}

    assert points == {"right": 1} | dict.fromkeys(EMPTY, 0)


def test_tensors_too(judged):
    need("torch")
    test = "assert torch.allclose(f(), torch.tensor(5.0)) and f().allclose(torch.tensor(5.0))"
    options = {"setup": "import torch", "limits": None}
    right = "def f(): return torch.tensor([5.0])"

    assert judged.one(right, test, **options).points == 1
    assert judged.one(right, test, "def f(): return torch.zeros(0)", **options).points == 0


@pytest.mark.parametrize(
    "value, empty",
    [
        (np.zeros(0), True), ([], True), ([[], ()], True), ([[], [1]], False), (np.zeros(1), False),
        (np.float64(0), False), (0, False), (None, False), ("", False),
    ],
)  # fmt: skip
def test_what_is_empty(value, empty):
    assert is_empty(value) is empty


def test_empty_agrees_with_empty_and_everything_else_is_as_it_was():
    code = """
import numpy as np
from course_utils.grading.judging import agreement
agreement.insist(); agreement.insist()
assert np.allclose(np.zeros(0), []) and np.allclose([1.0], 1.0) and not np.allclose(1, 2)
np.testing.assert_equal({"a": [1, None]}, {"a": [1, None]})
np.testing.assert_allclose([1, 2], [1, 2.1], rtol=0.1, err_msg="far")
assert np.allclose.__name__ == "allclose"
"""
    subprocess.run([sys.executable, "-c", code], check=True)
