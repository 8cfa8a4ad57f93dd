"""Grading a class: `course grade` beside stock nbgrader and beside otter-grader.

    python benchmarks/grading.py [--runs 3] [--students N] [--keras N] [--stock N] [--work N]
                                 [--only CLASS ...] [--otter PYTHON] [--before CHECKOUT]
                                 [--json FILE]
    python benchmarks/grading.py --soak 10000

The first lays out a class with an assignment of a NumPy and a torch notebook (12 tests) and one
with a Keras notebook, and lets each contender grade all of it, in turns: points must be equal.
`--stock N`: stock nbgrader grades only the first N of them, as it takes minutes. `--otter`: a
Python with otter-grader, NumPy and torch installed; it does not go with nbgrader's pins.
`--before`: an earlier checkout of this project, whose `course grade` takes its turns as well.

It takes five minutes, on a slow machine nearly ten, as its classes are small: loading libraries is
most of what is measured. `--students 100 --keras 30 --work 50` says more of a large class, and
takes much longer.

CPU seconds are all that the machine did meanwhile, so nothing else should run. Memory is the most
that the contender's processes held together, each page counted once (PSS), looked at twice a
second. "cells" is what the notebooks' own cells take in one warm process: less is not possible.

Then students hand in a notebook whose cells work for seconds: how much longer than their own CPU
time, shared among the cores, it takes.

The last grades many small submissions and watches memory while they come in.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import nbformat
import psutil
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import measuring
from course_utils.grading import Course, nbgrader_process
from course_utils.grading.authoring import release
from measuring import Results, Spread

OURS = """
from course_utils.grading import configure
c = get_config()
c.CourseDirectory.course_id = "bench"
c.CourseDirectory.root = {root!r}
c.Execute.timeout = 120
configure(c)
"""
STOCK = """
c = get_config()
c.CourseDirectory.course_id = "bench"
c.CourseDirectory.root = {root!r}
c.Execute.timeout = 120
"""

OTTER = """
import glob, os, sys
from otter.run import main
for student in sorted(glob.glob(sys.argv[1]))[: int(sys.argv[2])]:
    for name in sys.argv[3:]:
        out = os.path.join("results", os.path.basename(os.path.dirname(student)), name)
        os.makedirs(out)
        notebook = os.path.join(student, f"{name}.ipynb")
        main(notebook, autograder=f"{name}/autograder.zip", output_dir=out, no_logo=True)
"""
CELLS = """
import contextlib, glob, io, json, sys, time
tests, total = json.loads(sys.argv[2]), 0.0
paths = sorted(glob.glob(sys.argv[1]))
for number, path in enumerate([paths[0], *paths]):
    space, began = {}, time.process_time()
    for cell in json.load(open(path))["cells"]:
        own = cell["metadata"].get("nbgrader", {}).get("grade_id")
        source = tests.get(own) or "".join(cell["source"])
        if cell["cell_type"] == "code":
            with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
                exec(source, space)
    total += time.process_time() - began if number else 0
print(total)
"""
OTTERS = 20  # submissions that otter grades: one after the other, it has no batch of its own
COURSE = [sys.executable, "-m", "course_utils.tools.cli"]
CLASS = Path(__file__).parent / "grading_class"  # set-up, questions, answers, tests
ASSIGNMENTS = {
    "numpy_torch": ["numpy_part", "torch_part"],
    "keras": ["keras_part"],
    "work": ["work_part"],
    "small": ["small_part"],
}


@dataclass
class Notebook:
    """What is asked, and how students answer, by question."""

    setup: list[str]
    right: dict[str, str]
    wrong: dict[str, list[str]]
    tests: dict[str, str]


def read(name: str) -> Notebook:
    """The questions of `grading_class/NAME.py`."""
    import jupytext

    found = Notebook([], {}, {}, {})
    for cell in jupytext.read(CLASS / f"{name}.py").cells:
        question, _, kind = cell.metadata.get("title", "").partition(" ")
        if kind == "right":
            found.right[question] = cell.source
        elif kind == "wrong":
            found.wrong.setdefault(question, []).append(cell.source)
        elif kind == "test":
            found.tests[question] = cell.source
        elif question:
            found.setup.append(cell.source)
    return found


# --- a class -------------------------------------------------------------------------------


def graded(grade_id: str, source: str, points: float | None = None):
    own = {"grade_id": grade_id, "schema_version": 3, "task": False, "locked": points is not None}
    own |= {"grade": points is not None, "solution": points is None}
    if points is not None:
        own["points"] = points
    return new_code_cell(source, id=grade_id.replace("_", "-"), metadata={"nbgrader": own})


def solution(source: str) -> str:
    head, *body = source.split("\n")
    return "\n".join([head, "    ### BEGIN SOLUTION", *body, "    ### END SOLUTION"])


def write(path: Path, cells: list) -> None:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)


def lay_out(root: Path, assignment: str, students: int, settings: str = OURS) -> None:
    """A course whose students answer some questions wrongly, the same ones every time."""
    root.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(settings.format(root=str(root)))
    for name in ASSIGNMENTS[assignment]:
        asked = read(name)
        cells = [new_markdown_cell(f"# {name}", id="title")]
        cells += [new_code_cell(text, id=f"set-up-{n}") for n, text in enumerate(asked.setup)]
        for question, test in asked.tests.items():
            cells.append(graded(question, solution(asked.right[question])))
            cells.append(graded(f"test_{question}", test, 1))
        write(root / "source" / assignment / f"{name}.ipynb", cells)
    if settings is OURS:
        release.release(Course(root).assignment(assignment))
    else:
        assert nbgrader_process.run("generate_assignment", assignment, root=root).ok
    for name in ASSIGNMENTS[assignment]:
        asked = read(name)
        released = (root / "release" / assignment / f"{name}.ipynb").read_text()
        for number in range(students):
            draw = random.Random(f"{number} {name}")
            notebook = json.loads(released)
            for one in notebook["cells"]:
                own = one["metadata"].get("nbgrader", {})
                if own.get("solution"):
                    right, wrong = asked.right[own["grade_id"]], asked.wrong[own["grade_id"]]
                    answer = draw.choice([right, right, right, *wrong])
                    one["source"] = f"# student {number}\n{answer}"
            target = root / "submitted" / f"s{number:05}" / assignment / f"{name}.ipynb"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(json.dumps(notebook))


def copied(template: Path, root: Path, settings: str = OURS) -> None:
    """A class that was laid out elsewhere, in place of what is there."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(template, root)
    (root / "nbgrader_config.py").write_text(settings.format(root=str(root)))


def environment() -> dict[str, str]:
    return os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONWARNINGS": "ignore",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "",
        "OMP_NUM_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
    }


def points(root: Path, assignment: str) -> dict[str, dict[str, float]]:
    from nbgrader.api import Gradebook

    found = {}
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        for submission in gradebook.assignment_submissions(assignment):
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            found[submission.student_id] = {grade.name: grade.score for grade in grades}
    return found


def commit(checkout: Path) -> str:
    """What git calls what lies there."""
    command = ["git", "-C", str(checkout), "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


# --- measuring -----------------------------------------------------------------------------


@dataclass
class Cost:
    """What grading a class took: seconds, CPU seconds, bytes; for so many submissions."""

    wall: float
    cpu: float
    memory: int
    count: int
    output: str = ""


def busy() -> float:
    """CPU seconds that this machine has worked."""
    times = psutil.cpu_times()
    return times.user + times.nice + times.system


class Watch:
    """Looks at the memory of a process and its family until it ends."""

    def __init__(self, pid: int, seconds: float = 0.5):
        self.process, self.seconds = psutil.Process(pid), seconds
        self.seen: list[tuple[float, int]] = []
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)
        self.thread.start()

    def _look(self) -> None:
        began = time.monotonic()
        while not self.done.wait(self.seconds):
            try:
                family = [self.process, *self.process.children(recursive=True)]
            except psutil.Error:
                return
            self.seen.append((time.monotonic() - began, sum(map(self._pages, family))))

    def _pages(self, process) -> int:
        try:
            with open(f"/proc/{process.pid}/smaps_rollup") as file:
                return next(int(line.split()[1]) * 1024 for line in file if line.startswith("Pss:"))
        except (OSError, StopIteration):
            return 0

    def stop(self) -> int:
        self.done.set()
        self.thread.join()
        return max((memory for _, memory in self.seen), default=0)


def measure(command: list[str], count: int, cwd: Path, checkout: Path | None = None) -> Cost:
    """What a command costs; `checkout`: of the project as it lies there."""
    cpu, began = busy(), time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=environment() | ({"PYTHONPATH": str(checkout)} if checkout else {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    watch = Watch(process.pid)
    output, _ = process.communicate()
    wall = time.monotonic() - began
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} failed:\n{output[-3000:]}")
    return Cost(wall, busy() - cpu, watch.stop(), count, output)


def ours(
    root: Path,
    assignment: str,
    count: int,
    workers: int,
    *more: str,
    checkout: Path | None = None,
) -> Cost:
    command = [*COURSE, "grade", assignment, "--course", str(root)]
    command += [f"--workers={workers}", "--json=-", *more]
    return measure(command, count, root, checkout)


def stock(root: Path, assignment: str, count: int) -> Cost:
    return measure([sys.executable, "-m", "nbgrader", "autograde", assignment], count, root)


def otter(root: Path, assignment: str, count: int, python: str) -> Cost:
    """Each notebook of each student by `otter run`, as otter's own tools do on one machine."""
    work = root / "otter"
    for name in ASSIGNMENTS[assignment]:
        tests = work / name / "tests"
        tests.mkdir(parents=True)
        for question, test in read(name).tests.items():
            (tests / f"{question}.py").write_text(
                "OK_FORMAT = False\nfrom otter.test_files import test_case\n"
                f"name = {question!r}\npoints = 1\n\n@test_case(points=1)\n"
                f"def test_it(env):\n    exec({test!r}, env)\n"
            )
        generate = [python, "-m", "otter", "generate", "-t", "tests", "-o", "autograder.zip"]
        subprocess.run(
            [*generate, "--no-environment"],
            cwd=work / name,
            env=environment(),
            check=True,
            capture_output=True,
        )
    folders = str(root / "submitted" / "*" / assignment)
    names = ASSIGNMENTS[assignment]
    return measure([python, "-c", OTTER, folders, str(count), *names], count, work)


def cells(root: Path, assignment: str) -> float:
    """CPU seconds of all cells of a class, in one process that has imported everything."""
    total = 0.0
    for name in ASSIGNMENTS[assignment]:
        asked = read(name)
        tests = json.dumps({f"test_{question}": test for question, test in asked.tests.items()})
        pattern = str(root / "submitted" / "*" / assignment / f"{name}.ipynb")
        done = subprocess.run(
            [sys.executable, "-c", CELLS, pattern, tests],
            env=environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        total += float(done.stdout)
    return total


# --- tables --------------------------------------------------------------------------------


COLUMNS = {
    "": "",
    "submissions": "",
    "s each": ".3f",
    "a minute": ".0f",
    "CPU s each": ".2f",
    "above cells": ".2f",
    "MB": ",.0f",
    "times stock": ".1f",
}


def row(results: Results, name: str, costs: list[Cost], own: float, base: list[Cost]) -> None:
    """A line of the table: of each quantity its median in all runs, and its spread."""
    walls = [cost.wall / cost.count for cost in costs]
    cpu = [cost.cpu / cost.count for cost in costs]
    results.row(
        name,
        costs[0].count,
        Spread.of(walls),
        Spread.of(60 / wall for wall in walls),
        Spread.of(cpu),
        Spread.of(one - own for one in cpu),
        Spread.of(cost.memory / 1e6 for cost in costs),
        Spread.of(one.wall / one.count / wall for one, wall in zip(base, walls, strict=True)),
    )


def compare(
    results: Results,
    folder: Path,
    assignment: str,
    students: int,
    first: int,
    python: str | None,
    before: Path | None,
    runs: int,
) -> None:
    """All contenders in turns, each run in the classes as they were handed in."""
    own_template, stock_template = folder / assignment / "ours", folder / assignment / "stock"
    lay_out(own_template, assignment, students)
    lay_out(stock_template, assignment, first, STOCK)
    own = cells(own_template, assignment) / students
    root, stock_root = folder / assignment / "graded", folder / assignment / "graded by stock"

    def by_stock() -> Cost:
        copied(stock_template, stock_root, STOCK)
        return stock(stock_root, assignment, first)

    def by_ours(workers: int, checkout: Path | None = None) -> Cost:
        copied(own_template, root)
        cost = ours(root, assignment, students, workers, checkout=checkout)
        got, wanted = points(root, assignment), points(stock_root, assignment)
        assert len(got) == students and all(got[name] == wanted[name] for name in wanted), "points"
        return cost

    def written_again() -> Cost:
        ledger = "".join(f"s{n:05},2026-01-01 12:00+00:00\n" for n in range(students))
        (root / "submitted" / "received.csv").write_text("student,time\n" + ledger)
        return ours(root, assignment, students, 2)

    contenders = {"stock nbgrader": by_stock}
    if python and assignment != "keras":
        count = min(first, OTTERS)
        contenders["otter-grader"] = partial(otter, stock_root, assignment, count, python)
    pages = ("--feedback", "--regrade=all")
    if before:
        contenders[f"{commit(before)}, 2 workers"] = partial(by_ours, 2, before)
    contenders |= {  # from two workers on, each goes on with what the one before has left
        "course grade, 1 worker": partial(by_ours, 1),
        "course grade, 2 workers": partial(by_ours, 2),
        "2 workers, with feedback pages": partial(ours, root, assignment, students, 2, *pages),
        "written again, nothing judged": written_again,
        "nothing has changed": partial(ours, root, assignment, students, 2),
    }
    found = measuring.turns(contenders, runs)
    results.table(
        f"{assignment}: {students} students; the cells' own {own:.3f} CPU seconds each", COLUMNS
    )
    for name, costs in found.items():
        row(results, name, costs, own, found["stock nbgrader"])


def work(results: Results, folder: Path, students: int, runs: int) -> None:
    """Cells that take seconds: how far from the least that the cores could do it in."""
    template, root = folder / "work" / "ours", folder / "work" / "graded"
    lay_out(template, "work", students)
    cores = os.cpu_count()

    def graded() -> Cost:
        copied(template, root)
        return ours(root, "work", students, cores)

    found = measuring.turns({"cells": partial(cells, template, "work"), "ours": graded}, runs)
    least = [own / cores for own in found["cells"]]
    walls = [cost.wall for cost in found["ours"]]
    results.table(
        f"work: {students} students, {cores} workers",
        {"cells' own, CPU s a core": ".1f", "course grade, s": ".1f", "times": ".2f"},
    )
    results.row(
        Spread.of(least),
        Spread.of(walls),
        Spread.of(wall / one for wall, one in zip(walls, least, strict=True)),
    )


def soak(results: Results, folder: Path, students: int) -> None:
    root = folder / "soak"
    lay_out(root, "small", students)
    log = open(folder / "soak.log", "w")
    command = [*COURSE, "grade", "small", "--course", str(root), "--json=-"]
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment())
    watch = Watch(process.pid, 2.0)
    process.wait()
    wall, most = time.monotonic() - began, watch.stop()
    count = "select count(*), count(distinct notebook_id) from grade where auto_score is not null"
    with sqlite3.connect(root / "gradebook.db") as database:
        cells_graded, graded = database.execute(count).fetchone()
    questions = len(read("small_part").tests)
    results.table(
        f"{students} small submissions: {graded} in the gradebook, {cells_graded} of "
        f"{questions * students} tests; exit status {process.returncode}",
        {"s": ".0f", "a minute": ".0f", "MB at most": ".0f"},
    )
    results.row(wall, 60 * students / wall, most / 1e6)
    results.table("Memory of all processes together", {"after s": ".0f", "MB": ".0f"})
    for tenth in range(1, 10, 2):
        seconds, memory = watch.seen[len(watch.seen) * tenth // 10]
        results.row(seconds, memory / 1e6)


def main() -> None:
    parser = measuring.parser(__doc__, runs=3, only=["numpy_torch", "keras", "work"])
    parser.add_argument("--students", type=int, default=10, help="of numpy_torch")
    parser.add_argument("--keras", type=int, default=4, help="students of it")
    parser.add_argument("--work", type=int, default=4, help="students of it")
    parser.add_argument("--stock", type=int, default=3, help="stock grades only so many")
    parser.add_argument("--otter", help="a Python that has otter-grader")
    parser.add_argument("--before", type=Path, help="a checkout of an earlier commit")
    parser.add_argument("--soak", type=int, help="only this: so many small submissions")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="bench-grading-") as folder,
        Results("grading", options.json) as results,
    ):
        if options.soak:
            return soak(results, Path(folder), options.soak)
        for assignment, count in (("numpy_torch", options.students), ("keras", options.keras)):
            if assignment in options.only:
                first = min(options.stock, count)
                place = Path(folder)
                others = options.otter, options.before
                compare(results, place, assignment, count, first, *others, options.runs)
        if "work" in options.only:
            work(results, Path(folder), options.work, options.runs)


if __name__ == "__main__":
    main()
