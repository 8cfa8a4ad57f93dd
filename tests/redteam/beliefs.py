"""A course whose tests believe what they should not, and answers that count on it.

Each exercise of the notebook has a weakness that careful authors leave in too: a helper that a
later test uses, a loop over what answers give, `in`, a function handed over, two answers compared.
A student who attacks knows all of it, and gets what the honest, wrong answer would.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

import target
from course_utils.grading import nbgrader_process
from course_utils.grading.authoring import mistakes

HERE = Path(__file__).parent
SECRET = 8431.25  # what hidden tests call answers with
NOTEBOOK, GRADIENTS = "beliefs", "gradients"

# --- the exercises: the instructor's answer, a wrong one, the test and its points ---

EXERCISES: dict[str, tuple[str, str, str, int]] = {
    "square": (
        "def square(x):\n    return x * x",
        "def square(x):\n    return 4",
        f"""assert square(2) == 4
### BEGIN HIDDEN TESTS
def reference(x): return x * x
def _reference(x): return x * x
_drawn = np.random.default_rng(5).normal(size=7)
assert np.allclose(square(_drawn), _reference(_drawn))
assert square({SECRET}) == reference({SECRET}), f"square({SECRET})"
### END HIDDEN TESTS""",
        2,
    ),
    "cube": (
        "def cube(x):\n    return x * x * x",
        "def cube(x):\n    return 8.0 if isinstance(x, float) else 0 * x",
        """assert abs(float(cube(2.0)) - 8) < 1e-9
### BEGIN HIDDEN TESTS
assert np.allclose(cube(_drawn), _drawn * _reference(_drawn))
for n in (1, 2, 3):
    assert np.allclose(cube(n), n * reference(n))
### END HIDDEN TESTS""",
        5,
    ),
    "root": (
        "def root(x):\n    return x ** 0.5",
        "def root(x):\n    return 0",
        """xs, wanted = [1, 4, 9], [1, 2, 3]
for got, want in zip(map(root, xs), wanted):
    assert got == want
assert all(map(lambda n: root(n * n) == n, range(1, 5)))
### BEGIN HIDDEN TESTS
assert max(abs(root(x) - w) for x, w in zip(xs, wanted)) == 0
### END HIDDEN TESTS""",
        4,
    ),
    "members": (
        "def members(n):\n    return [617, 103 * n]",
        "def members(n):\n    return []",
        "assert 617 in members(1)\n### BEGIN HIDDEN TESTS\nassert 206 in members(2)\n"
        "### END HIDDEN TESTS",
        4,
    ),
    "apply": (
        "def apply(f, x):\n    return f(x)",
        "def apply(f, x):\n    return f(x)",
        """assert apply(lambda v: v + 1, 1) == 2
### BEGIN HIDDEN TESTS
def every_second(x): return float(np.sum(np.sort(x)[::2]))
assert apply(every_second, np.ones(3)) == 2
### END HIDDEN TESTS""",
        1,
    ),
    "total": (
        "def total(x):\n    return float(np.sum(np.sort(x)[::2]))",
        "def total(x):\n    return 0.0",
        """assert total(np.zeros(2)) == 0
### BEGIN HIDDEN TESTS
x = np.random.default_rng(2).normal(size=8)
assert abs(total(x) - every_second(x)) < 1e-9
### END HIDDEN TESTS""",
        5,
    ),
    "fast_and_slow": (
        "def fast(n):\n    return n * n\ndef slow(n):\n    return sum(n for _ in range(n))",
        "def fast(n):\n    return 0\ndef slow(n):\n    return n",
        """for n in range(5):
    assert fast(n) == slow(n)
    assert abs(fast(n) - slow(n)) < 1e-9
    assert [fast(n)] == [slow(n)] and not fast(n) < slow(n)""",
        3,
    ),
    "mean": (
        "def mean(x):\n    return sum(x) / len(x)",
        "def mean(x):\n    return 0",
        """np.testing.assert_allclose(mean([4.0, 6.0]), 5.0)
assert np.allclose(mean([1.0, 3.0]), 2.0) and np.isclose(mean([7.0]), 7.0).all()
np.testing.assert_array_equal(mean([2.0]), 2.0)""",
        4,
    ),
    "scaled": (
        "def scaled(x):\n    return 3 * x",
        "def scaled(x):\n    return x",
        """x = np.arange(1.0, 6.0)
got = scaled(x)
assert np.shape(got) == (5,)
### BEGIN HIDDEN TESTS
assert np.allclose(got, 3 * x)
x = {"a": np.ones(3)}
assert np.allclose(scaled(x["a"]), 3 * x["a"])
### END HIDDEN TESTS""",
        3,
    ),
    "point": (
        """class Point:
    def __init__(self, *x): self.x = x
    def __eq__(self, other): return self.x == other.x
    def __len__(self): return len(self.x)
    def __iter__(self): return iter(self.x)
    def __add__(self, other): return Point(*map(sum, zip(self.x, other.x)))""",
        "class Point:\n    def __init__(self, *x): self.x = ()",
        """p = Point(1, 2)
assert p == Point(1, 2) and p != Point(1, 3) and p + p == Point(2, 4)
assert len(p) == 2 and 2 in p and 3 not in p and list(p) == [1, 2]""",
        3,
    ),
    "marks": ("marks.sort()", "marks.reverse()", "assert marks == in_order", 2),
    "last": ("def last(x):\n    return x[-1]", "def last(x):\n    return 0",
             "assert last([1, 2]) == 2", 1),
}  # fmt: skip
TOO_LARGE = {"gives_a_range", "gives_a_number_without_end"}  # to be sent, so a person looks
POINTS = {f"test_{name}": float(points) for name, (_, _, _, points) in EXERCISES.items()}


@dataclass(frozen=True)
class Attack:
    """The cells in which an answer differs from the wrong ones, and the points it must get."""

    answers: dict[str, str]
    points: dict[str, float | None]


# --- a network that learns the labels from the gradient ---

TEST_NET = """net = Net()
assert net(torch.zeros(1, 4)).shape == (1, 3)
### BEGIN HIDDEN TESTS
g = torch.Generator().manual_seed(5)
x = torch.randn(60, 4, generator=g)
y = torch.randint(0, 3, (60,), generator=g)
nn.functional.cross_entropy(net(x), y).backward()
assert float((y == net(x).argmax(1)).float().mean()) > 0.9
### END HIDDEN TESTS"""
NET = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.zeros(4, 3))
        self.known = {}
    def forward(self, x):
        key = x.numpy().tobytes()
        if key in self.known:
            return self.known[key]
        out = x @ self.w
        self.learn(key, out)
        return out
    def learn(self, key, out):
        pass
"""


def attacks() -> dict[str, Attack]:
    """All of them, by name."""
    found = {}
    for (_, name), answer in mistakes.read_answers(HERE / "attacks" / "beliefs").items():
        _, *parts = re.split(r"^# --- (\w+)\n", answer.source, flags=re.MULTILINE)
        cells = dict(zip(parts[::2], parts[1::2], strict=True))
        earned = dict.fromkeys(POINTS, 0.0) | {"test_apply": 1.0} | answer.points
        if name in TOO_LARGE:
            earned["test_mean"] = None
        if "net" in cells:  # a person looks at it: the test asks for what no rule allows
            cells, earned = {"net": f"{NET}\n{cells['net']}"}, {"test_net": None}
        found[name] = Attack(cells, earned)
    return found


def lay_out(root: Path, settings: str = target.OURS) -> None:
    """Make the course and release its assignment."""
    source = root / "source" / "ps"
    source.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(settings.format(seconds=target.SECONDS, unsafe=False))
    cells = [new_code_cell("import numpy as np\nmarks = [3, 1, 2]\nin_order = [1, 2, 3]")]
    for name, (right, _, test, points) in EXERCISES.items():
        cells.append(target.cell(name, _marked(right), solution=True))
        cells.append(target.cell(f"test_{name}", test, points=points))
    _write(cells, source / f"{NOTEBOOK}.ipynb")
    if find_spec("torch"):
        cells = [
            new_code_cell("import torch\nfrom torch import nn"),
            target.cell("net", _marked(NET), solution=True),
            target.cell("test_net", TEST_NET, points=6),
        ]
        _write(cells, source / f"{GRADIENTS}.ipynb")
    outcome = nbgrader_process.run("generate_assignment", "ps", root=root)
    assert outcome.ok, outcome.log


def _marked(source: str) -> str:
    return f"### BEGIN SOLUTION\n{source}\n### END SOLUTION"


def _write(cells: list, file: Path) -> None:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), file)


def hand_in(root: Path, student: str, answers: dict[str, str], notebook: str = NOTEBOOK) -> None:
    """Write a submission: the released notebook with these answers in it."""
    nb = nbformat.read(root / "release" / "ps" / f"{notebook}.ipynb", as_version=4)
    for cell in nb.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(grade_id, cell.source)
    folder = root / "submitted" / student / "ps"
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(nb, folder / f"{notebook}.ipynb")
