"""A test is changed: how long until it is known who gains and who loses?

    python benchmarks/what_if.py [--students 1000] [--assignment small]

Lays out and grades a class, of which some answer wrongly; then mends one test and asks `course
grade --what-if`, asks again, and accepts by `course grade`; with two workers. Nothing else should
run. What is asked of 10,000 submissions is under five minutes.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import nbformat
from grading import ASSIGNMENTS, Cost, lay_out, ours

WANTED = 10_000
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


def row(name: str, root: Path, assignment: str, count: int, *more: str) -> Cost:
    """Run `course grade`, and print what it took."""
    cost = ours(root, assignment, count, 2, *more)
    each = cost.wall / count
    print(f"| {name} | {cost.wall:.0f} | {1 / each:.1f} | {each * WANTED / 60:.1f} |", flush=True)
    return cost


def concerned(cost: Cost) -> int:
    """How many students would get other points, as the command says in JSON."""
    content = json.loads(cost.output[cost.output.index("{") :])
    assert not content["not_compared"], content["not_compared"][:5]
    return len({change["student"] for change in content["students"]})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--students", type=int, default=1000)
    parser.add_argument("--assignment", choices=sorted(CHANGE), default="small")
    parser.add_argument("--data", help="not used here: `make bench` gives it to every benchmark")
    options = parser.parse_args()
    assignment, count = options.assignment, options.students
    with tempfile.TemporaryDirectory(prefix="bench-what-if-") as folder:
        root = Path(folder) / "course"
        lay_out(root, assignment, count)
        notebooks = ", ".join(ASSIGNMENTS[assignment])
        print(f"{count} submissions of {notebooks}, one test changed, two workers\n")
        print(f"| | s | a second | minutes for {WANTED:,} |\n|---|---|---|---|")
        row("graded", root, assignment, count)
        mend(root, assignment)
        first = row("what if", root, assignment, count, "--what-if")
        row("asked again", root, assignment, count, "--what-if")
        row("accepted", root, assignment, count)
        print(f"\n{concerned(first)} students would get other points.")


if __name__ == "__main__":
    main()
