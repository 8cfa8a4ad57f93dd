"""Tests that take an answer's word are found by their syntax, with the line and what to write."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.grading import Course
from course_utils.grading.authoring import release, trust

COURSE = Course(Path(__file__).parents[3] / "assignments")
ANSWER = """def f(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
def g(x):
    return f(x)
class Net:
    pass"""


def cell(source, grade_id, **settings):
    own = {"grade": False, "solution": False, "locked": True, "task": False, "schema_version": 3}
    own |= {"grade_id": grade_id, "points": 1, "cell_type": "code", **settings}
    return new_code_cell(source, metadata={"nbgrader": own})


def lines(test: str) -> list[str]:
    cells = [
        new_code_cell("import numpy as np\nfrom course_utils import checks\nimages = np.ones(3)"),
        cell(ANSWER, "f", solution=True, locked=False),
        cell(test, "test_f", grade=True),
    ]
    return trust.of_notebook(new_notebook(cells=cells))


BELIEVES = {
    "two answers": ("for n in range(5):\n    assert f(n) == g(n)", 2, "compares two answers"),
    "two answers, by allclose": ("assert np.allclose(f(1), g(1))", 1, "compares two answers"),
    "two answers, by checks": ("checks.close(f(1), g(1), 'f')", 1, "compares two answers"),
    "two answers, by name": ("a = f(1)\nb = g(1)\nassert b == a", 3, "compares two answers"),
    "two answers, converted": ("assert float(f(1)) == float(g(1))", 1, "compares two answers"),
    "two answers, subtracted": ("assert abs(f(1) - g(1)) < 1e-9", 1, "compares two answers"),
    "two answers, by their order": ("assert f(1) < f(2)", 1, "compares two answers"),
    "one of two is checked": ("assert 4 == f(2)\nassert f(3) == g(3)", 2, "compares two answers"),
    "unittest": ("t = unittest.TestCase()\nt.assertEqual(f(1), g(1))", 2, "compares two answers"),
    "allclose": ("assert np.allclose(f(images), 2 * images)", 1, "is true of an empty array"),
    "assert_allclose": ("np.testing.assert_allclose(f(2), 4.0)", 1, "is true of an empty array"),
    "the other way": ("np.testing.assert_array_equal(4, f(2))", 1, "is true of an empty array"),
    "a loop": ("got = f(1)\nnp.testing.assert_equal(got, 2)", 2, "is true of an empty array"),
    "another got": (
        "got = f(images)\nassert got.shape == (3,)\ngot = f(1)\nassert np.allclose(got, 2)",
        4,
        "is true of an empty array",
    ),
    "made of itself": ("x = f(1)\nassert np.array_equal(x, images[x])", 2, "of an empty array"),
    ".all()": ("assert (f(images) == 2 * images).all()", 1, "as long as the answer likes"),
    "np.all": ("assert np.all(np.abs(f(1) - 2) < 1e-6)", 1, "as long as the answer likes"),
    "on the left": ("assert f(2) == 4", 1, "leaves it to the answer's object"),
    "an attribute on the left": ("assert f(2).x != 4", 1, "leaves it to the answer's object"),
    "less": ("if f(2) < 4:\n    raise AssertionError", 1, "leaves it to the answer's object"),
    "in": ("assert 617 in f(1)", 1, "which may hold everything"),
    "in a list of it": ("assert 617 in list(f(1))", 1, "which may hold everything"),
    "not in": ("got = f(1)\nassert 617 not in got", 2, "which may hold everything"),
    "all": ("assert all(0 < x for x in f(1))", 1, "as long as the answer likes"),
    "any": ("assert any([3 == x for x in f(1)])", 1, "as long as the answer likes"),
    "zip": ("assert all(a == b for b, a in zip(f(1), images))", 1, "as long as the answer likes"),
    "for": ("for x in f(1):\n    assert 0 < x", 1, "where it is empty nothing is checked"),
    "for zip": ("for x, y in zip(f(1), images):\n    assert y == x", 1, "where it is empty"),
    "bare except": ("try:\n    f(1)\nexcept:\n    pass", 3, "`except:` hides"),
    "BaseException": ("try:\n    f(1)\nexcept BaseException:\n    pass", 3, "hides that an answer"),
    "alone": ("assert f(1)", 1, "because the answer says so"),
    "alone, denied": ("assert not f(1), 'message'", 1, "because the answer says so"),
    "alone, with others": ("assert f(1) and g(1).ok", 1, "because the answer says so"),
    "alone, converted": ("assert bool(f(1))", 1, "because the answer says so"),
    "isinstance": ("assert isinstance(f(1), float)", 1, "asks for a type and nothing more"),
    "hasattr": ("net = Net()\nassert hasattr(net, 'x') and callable(net)", 2, "asks for a type"),
}  # fmt: skip


@pytest.mark.parametrize("name", BELIEVES)
def test_a_test_that_believes_is_found_at_its_line(name):
    source, line, says = BELIEVES[name]
    found = lines(source)

    assert any(f"test_f, line {line}: " in text and says in text for text in found), found
    assert all("`" in text.partition(": ")[2] for text in found)


@pytest.mark.parametrize(
    "source",
    [
        "checks.close(f(2), 4, 'f(2)')",
        "assert 4 == f(2)",
        "assert float(f(2)) == 4 and str(g(1)) == '2'",
        "got = f(images)\nassert got.shape == (3,)\nassert np.allclose(got, 2 * images)",
        "checks.shape(f(images), (3,), 'f')\nnp.testing.assert_allclose(f(images), 2 * images)",
        "np.testing.assert_allclose(f(images), 2 * images, strict=True)",
        "assert len(f(images)) == 3\nassert all(x == y for y, x in zip(f(images), images))",
        "for x, y in zip(f(images), images, strict=True):\n    assert y == float(x)",
        "checks.close(f(2), 4, 'f')\nchecks.close(f(3), f(3), 'twice the same')",
        "checks.close(f(2), 4, 'f')\ncheck = isinstance(f(2), int)\nassert check",
        "try:\n    f(-1)\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError('no')",
        "assert f(1) is True",
        "x = {1, 2}\nassert 1 in x and all(y > 0 for y in x)",
        "def reference(got):\n    assert got == 1 and 2 in got\nassert 4 == f(2)",
    ],
)
def test_a_test_that_checks_is_left_alone(source):
    assert lines(source) == []


@pytest.mark.parametrize("assignment", COURSE.assignments(), ids=str)
def test_this_courses_own_tests_believe_nothing(assignment):
    assert release.warnings(assignment) == []


def test_what_python_cannot_read_is_somebody_elses_to_say():
    assert lines("assert f(") == []


def test_a_release_says_it_and_is_made_all_the_same(tmp_path, capsys):
    from course_utils.tools import cli

    source = tmp_path / "source" / "ps0"
    source.mkdir(parents=True)
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cells = [cell(ANSWER, "f", solution=True, locked=False, grade=False)]
    cells.append(cell("assert f(2) == 4", "test_f", grade=True))
    nbformat.write(new_notebook(cells=cells, metadata=kernel), source / "f.ipynb")

    assert cli.main(["release", "ps0", "--course", str(tmp_path)]) == 0

    said = capsys.readouterr()
    assert "released" in said.out
    assert "warning: source/ps0/f.ipynb: test_f, line 1: `f(2) == 4` leaves it to" in said.err
