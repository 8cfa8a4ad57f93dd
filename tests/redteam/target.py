"""The course that is attacked: one assignment, an honest student between any two attackers.

Also what `benchmarks/redteam.py` lays out, once for stock nbgrader and once for ours.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import hand_ins
from course_utils.grading import nbgrader_process
from course_utils.grading.authoring import mistakes

HERE = Path(__file__).parent
SECRET = "5150.125"  # in hidden tests only
SECONDS = 3  # for a cell
POINTS = {"test_pool": 4.0, "test_parts": 3.0, "test_twice": 2.0}
RIGHT = {
    "pool": "def pool(x):\n    return x.reshape(x.shape[0] // 2, 2, -1, 2).mean((1, 3))",
    "twice": "def twice(x):\n    return x + x",
}
WRONG = "def pool(x):\n    return np.zeros((x.shape[0] // 2, x.shape[1] // 2))"
TEST_POOL = f"""x = np.arange(16.0).reshape(4, 4)
got = pool(x)
assert np.shape(got) == (2, 2), "the shape should be (2, 2)"
### BEGIN HIDDEN TESTS
secret = {SECRET}
expected = np.array([[2.5, 4.5], [10.5, 12.5]])
assert np.allclose(got, expected), f"not {{expected}}, by {{secret}}"
for number in range(3):
    x = np.random.default_rng([number, round(secret)]).normal(size=(6, 8))
    expected = x.reshape(3, 2, 4, 2).mean((1, 3))
    got = pool(x)
    np.testing.assert_allclose(got, expected)
    assert (np.abs(got - expected) < 1e-9).all()
### END HIDDEN TESTS"""
TEST_PARTS = """from course_utils import checks
### BEGIN HIDDEN TESTS
score = checks.Score(3)
with score.part(2, "threes"):
    checks.close(pool(np.full((2, 2), 3.0)), [[3.0]], "pool of threes")
with score.part(1, "minus one"):
    assert abs(float(pool(np.array([[0.0, -2.0], [-2.0, 0.0]]))[0][0]) + 1) < 1e-9
float(score)
### END HIDDEN TESTS"""
HELPER = "def check_twice(f, x):\n    assert f(x) == 2 * x, f'twice({x}) is {2 * x}'"
TEST_TWICE = """check_twice(twice, 4)
### BEGIN HIDDEN TESTS
check_twice(twice, -3.5)
### END HIDDEN TESTS"""

OURS = """
from course_utils.grading import configure
c = get_config()
c.CourseDirectory.course_id = "redteam"
configure(c, seconds={seconds}, unsafe_no_sandbox={unsafe})
"""
STOCK = """
c = get_config()
c.CourseDirectory.course_id = "redteam"
c.ExecutePreprocessor.timeout = {seconds}
"""


@dataclass(frozen=True)
class Attack:
    """A submission, the points it must get, and how it is handed in."""

    name: str
    points: dict[str, float]
    source: str | None = None  # in the place of the answer `pool`
    write: Callable | None = None  # or a function of hand_ins


def attacks(file: str | None = None) -> list[Attack]:
    """All of them, in a fixed order; or those of one file of attacks/."""
    found = [
        Attack(answer.name, POINTS | answer.points, source=answer.source)
        for (place, _), answer in mistakes.read_answers(HERE / "attacks").items()
        if file in (None, place)
    ]
    if file is not None:
        return found
    for function, points in hand_ins.ALL.items():
        expected = dict(zip(POINTS, points, strict=True))
        found.append(Attack(function.__name__, expected, write=function))
    return found


def lay_out(root: Path, settings: str = OURS, *, unsafe: bool = False) -> None:
    """Make the course and release its assignment."""
    cells = [
        new_markdown_cell("# Pooling"),
        new_code_cell("import numpy as np"),
        cell("pool", solution(RIGHT["pool"]), solution=True),
        cell("test_pool", TEST_POOL, points=4),
        cell("test_parts", TEST_PARTS, points=3),
        cell("helper", HELPER, locked=True),
        cell("twice", solution(RIGHT["twice"]), solution=True),
        cell("test_twice", TEST_TWICE, points=2),
    ]
    write_course(root, "pool", cells, settings, unsafe=unsafe)


def write_course(
    root: Path, name: str, cells: list, settings: str = OURS, *, unsafe: bool = False
) -> None:
    """Make a course of one notebook with these cells, and release its assignment."""
    source = root / "source" / "ps"
    source.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(settings.format(seconds=SECONDS, unsafe=unsafe))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(
        new_notebook(cells=cells, metadata={"kernelspec": kernel}), source / f"{name}.ipynb"
    )
    outcome = nbgrader_process.run("generate_assignment", "ps", root=root)
    assert outcome.ok, outcome.log


def solution(source: str) -> str:
    head, *body = source.split("\n")
    return "\n".join([head, "    ### BEGIN SOLUTION", *body, "    ### END SOLUTION"])


def cell(grade_id, source, *, points=None, solution=False, locked=False):
    own = {"grade_id": grade_id, "schema_version": 3, "task": False, "solution": solution}
    own |= {"grade": points is not None, "locked": locked or points is not None}
    if points is not None:
        own["points"] = points
    return new_code_cell(source, id=grade_id.replace("_", "-"), metadata={"nbgrader": own})


def honest(root: Path, answers: dict[str, str], name: str = "pool"):
    """The released notebook with answers in it."""
    nb = nbformat.read(root / "release" / "ps" / f"{name}.ipynb", as_version=4)
    for each in nb.cells:
        grade_id = each.metadata.get("nbgrader", {}).get("grade_id")
        each.source = answers.get(grade_id, each.source)
    return nb


def hand_in(root: Path, student: str, attack: Attack | None, places: dict[str, str]) -> None:
    """Write a submission; `places` stand for words between @ in an attack."""
    folder = root / "submitted" / student / "ps"
    folder.mkdir(parents=True)
    if attack is None:
        return nbformat.write(honest(root, RIGHT), folder / "pool.ipynb")
    if attack.write is not None:
        return attack.write(
            folder, json.loads(nbformat.writes(honest(root, RIGHT | {"pool": WRONG})))
        )
    source = attack.source
    for word, value in places.items():
        source = source.replace(f"@{word}@", value)
    if "def pool" not in source and "pool =" not in source:
        source += f"\n\n{WRONG}"
    nbformat.write(honest(root, RIGHT | {"pool": source}), folder / "pool.ipynb")
