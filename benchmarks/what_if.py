"""A test is changed: how long until it is known who gains and who loses?

    python benchmarks/what_if.py [--runs 3] [--students 200] [--assignment small] [--json FILE]

Lays out and grades a class, of which some answer wrongly; then mends one test and asks `course
grade --what-if`, asks again, and accepts by `course grade`; with two workers, and each run in a
class laid out anew. Nothing else should run. What is asked of 10,000 submissions is under five
minutes. By default it takes two minutes, on a slow machine five.
"""

from __future__ import annotations

import json
import tempfile
from functools import partial
from pathlib import Path

import nbformat

import measuring
from grading import ASSIGNMENTS, Cost, copied, lay_out, ours
from measuring import Spread

WANTED = 10_000
COLUMNS = {"step": "", "s": ".0f", "a second": ".1f", f"minutes for {WANTED:,}": ".1f"}
CHANGE = {  # the notebook, a line of a test, and what it becomes: numbers of the test's own
    "small": (
        "small_part",
        "x = rng.normal(size=(28, 28))",
        "x = -np.abs(np.random.default_rng(28).normal(size=(28, 28)))",
    ),
    "numpy_torch": (
        "numpy_part",
        "x = rng.normal(size=(7, 5))",
        "x = np.random.default_rng(7).normal(size=(9, 5))[:7]",
    ),
}


def mend(root: Path, assignment: str) -> None:
    """Change one test in the instructor's notebook."""
    name, old, new = CHANGE[assignment]
    file = root / "source" / assignment / f"{name}.ipynb"
    notebook = nbformat.read(file, as_version=4)
    changed = [cell for cell in notebook.cells if old in cell.source]
    assert len(changed) == 1, f"{old} stands in {len(changed)} cells"
    changed[0].source = changed[0].source.replace(old, new)
    nbformat.write(notebook, file)


def steps(template: Path, root: Path, assignment: str, count: int) -> dict[str, Cost]:
    """What each step took, in a copy of a class that has handed in."""
    copied(template, root)
    grade = partial(ours, root, assignment, count, 2)
    found = {"graded": grade()}
    mend(root, assignment)
    found |= {"what if": grade("--what-if"), "asked again": grade("--what-if")}
    return found | {"accepted": grade()}


def concerned(cost: Cost) -> int:
    """How many students would get other points, as the command says in JSON."""
    content = json.loads(cost.output[cost.output.index("{") :])
    assert not content["not_compared"], content["not_compared"][:5]
    return len({change["student"] for change in content["students"]})


def main() -> None:
    parser = measuring.parser(__doc__, runs=3)
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--assignment", choices=sorted(CHANGE), default="small")
    options = parser.parse_args()
    assignment, count = options.assignment, options.students
    with (
        tempfile.TemporaryDirectory(prefix="bench-what-if-") as folder,
        measuring.Results("what_if", options.json) as results,
    ):
        template, root = Path(folder) / "template", Path(folder) / "course"
        lay_out(template, assignment, count)
        one = partial(steps, template, root, assignment, count)
        runs = measuring.turns({"ours": one}, options.runs)["ours"]
        notebooks = ", ".join(ASSIGNMENTS[assignment])
        gains = concerned(runs[0]["what if"])
        results.table(
            f"{count} submissions of {notebooks}, one test changed, two workers; "
            f"{gains} students would get other points",
            COLUMNS,
        )
        for step in runs[0]:
            walls = [run[step].wall for run in runs]
            results.row(
                step,
                Spread.of(walls),
                Spread.of(count / wall for wall in walls),
                Spread.of(wall / count * WANTED / 60 for wall in walls),
            )


if __name__ == "__main__":
    main()
