"""Where the time of one submission goes, from its file to the gradebook and its page.

    python benchmarks/one_submission.py [--students 10] [--only NAME ...] [--runs N] [--json FILE]
                                        [--picture FILE]

The classes of `grading_class/` are handed in, and each step is measured alone or with all that it
builds on: what a step adds is what it costs. They take turns, and a row has the median of several
runs. CPU milliseconds are all that the machine did meanwhile, so nothing else should run; forks,
walls and what the kernel does when a process ends are among them.

What is paid once a class (libraries loaded, the instructor's answers graded) comes first, as
seconds. "The cells' own" is what they take in one warm process: less is not possible. Four minutes
on two cores.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt

import grading
import measuring
from course_utils.grading import Course
from course_utils.grading.judging import (
    feedback_page,
    judge_process,
    reading_process,
    submitted_notebook,
)
from course_utils.grading.judging.feedback_page import Wanted
from course_utils.grading.judging.notebooks.steps import Step, StepKind
from course_utils.grading.judging.submitted_notebook import NotebookSource
from course_utils.grading.running import work
from course_utils.grading.running.journal import Record
from course_utils.grading.running.recorder import Finished, Recorder
from course_utils.grading.running.work import AssignmentSource, HandIn
from measuring import Results, Spread

CLASSES = ("numpy_torch", "keras")
FIRST = {  # of a library after a fork, in an answer's process
    "numpy_part": "np.ones((8, 8)) @ np.ones((8, 8))",
    "torch_part": "torch.nn.functional.conv2d(torch.ones(1, 1, 8, 8), torch.ones(1, 1, 3, 3))",
    "keras_part": "keras.layers.Dense(1)(np.ones((1, 8)))",
}


def work_of(do: Callable[[], object], count: int) -> float:
    """CPU milliseconds of this machine for each of so many things."""
    began = grading.busy()
    do()
    return 1000 * (grading.busy() - began) / count


def is_set_up(step: Step) -> bool:
    return step.kind is StepKind.SHARED


class Steps:
    """One notebook of a class, as far as each step takes it.

    Parameters
    ----------
    source, notebook
        The instructor's side.
    hand_ins
        What was handed in.
    """

    def __init__(self, source: AssignmentSource, notebook: NotebookSource, hand_ins: list[HandIn]):
        self.source, self.notebook, self.hand_ins = source, notebook, hand_ins
        self.file = f"{notebook.name}.ipynb"
        self.prepared = [self.prepare(each) for each in hand_ins]
        self.steps = [each.rebuilt.steps for each in self.prepared]
        self.homes = judge_process.forkservers(self.steps[0], source.limits)
        self.graded = [self.grade(*pair) for pair in zip(hand_ins, self.prepared, strict=True)]

    def prepare(self, hand_in: HandIn):
        return submitted_notebook.prepare(self.notebook, hand_in.files[self.file], [])

    def grade(self, hand_in: HandIn, prepared):
        return submitted_notebook.grade(
            prepared,
            self.notebook.name,
            files=self.source.files,
            handed_in=hand_in.files,
            limits=self.source.limits,
            seed=hand_in.seeds[self.notebook.name],
            ways=self.source.ways[self.notebook.name],
        )

    def judged(self, wanted: Callable[[Step], bool], *more: Step, unsafe: bool = False) -> None:
        """Some of the cells of each, in processes that have loaded what all of them import."""
        homes = self.homes
        if unsafe:
            homes = judge_process.forkservers(self.steps[0], self.source.limits, unsafe=True)
        for steps in self.steps:
            job = judge_process._job(steps, self.source.limits, None, None, unsafe, None)
            some = [step for step in steps if wanted(step)] + list(more)
            judge_process._judged(job | {"seed": 1}, some, homes)

    def pages(self) -> None:
        own = {"notebook": self.notebook.name, "score": 1, "max_score": 2, "late_penalty": 0}
        values = {"own": own, "scores": {}, "comments": {}}
        feedback_page.render_all([Wanted(each.text, values, "nothing") for each in self.graded])

    def contenders(self) -> dict[str, Callable[[], float]]:
        """Each step with all that it builds on."""
        first = FIRST[self.notebook.name]
        call = Step(StepKind.EXTRA, len(self.steps[0]), first)
        does: dict[str, Callable[[], object]] = {
            "read": lambda: [reading_process.read(each.files[self.file]) for each in self.hand_ins],
            "prepared": lambda: [self.prepare(each) for each in self.hand_ins],
            "forked": lambda: self.judged(lambda step: False, unsafe=True),
            "walled": lambda: self.judged(lambda step: False),
            "set up": lambda: self.judged(is_set_up),
            "called": lambda: self.judged(is_set_up, call),
            "answered": lambda: self.judged(lambda step: step.kind is not StepKind.TEST),
            "tested": lambda: self.judged(lambda step: True),
            "graded": lambda: [
                self.grade(*pair) for pair in zip(self.hand_ins, self.prepared, strict=True)
            ],
            "pages": self.pages,
        }
        return {name: lambda do=do: work_of(do, len(self.hand_ins)) for name, do in does.items()}

    def rows(self, runs: int) -> dict[str, Spread]:
        """What each step adds, in CPU milliseconds."""
        found = measuring.turns(self.contenders(), runs, warm_ups=1)
        less = {
            "the file is read, in a process": ("read", None),
            "the notebook is rebuilt": ("prepared", "read"),
            "judge and answer are forked": ("forked", None),
            "walls": ("walled", "forked"),
            "set-up cells, on both sides": ("set up", "walled"),
            "(the library's first call)": ("called", "set up"),
            "answers": ("answered", "set up"),
            "tests": ("tested", "answered"),
            "the graded notebook is written": ("graded", "tested"),
            "a feedback page": ("pages", None),
        }
        return {
            name: Spread.of(
                now - (found[before][n] if before else 0.0) for n, now in enumerate(found[step])
            )
            for name, (step, before) in less.items()
        }


def recorded(assignment, source, hand_ins, notebooks: list[Steps]) -> float:
    """CPU milliseconds of gradebook, journal and files for each submission."""
    group = [
        Finished(
            hand_in,
            [steps.graded[n] for steps in notebooks],
            Record(hand_in.student, "key", None, 0.0, {s.notebook.name: b"" for s in notebooks}),
        )
        for n, hand_in in enumerate(hand_ins)
    ]
    with Recorder(assignment) as recorder:
        recorder.enter([each.student for each in hand_ins])
        return work_of(lambda: recorder.grades(source, group), len(group))


def measure(folder: Path, name: str, students: int, runs: int, results: Results) -> dict:
    """The rows of a class; they are printed as they come."""
    root = folder / name
    grading.lay_out(root, name, students)
    assignment = Course(root).assignment(name)
    results.table(f"{name}, once a class", {"": "", "CPU s": ".1f"})
    began = grading.busy()
    source = work.read(assignment)
    results.row("the assignment is read", grading.busy() - began)
    began = grading.busy()
    ways = {each.name: work.rehearse(source, each.name) for each in source.notebooks}
    source = replace(source, ways=ways)
    results.row("libraries are loaded, the instructor's answers graded", grading.busy() - began)
    hand_ins = [
        work.read_hand_in(source, each, None, bytes(32)) for each in assignment.submissions()[0]
    ]
    notebooks = [Steps(source, notebook, hand_ins) for notebook in source.notebooks]
    rows = {steps.notebook.name: steps.rows(runs) for steps in notebooks}
    written = Spread.of(recorded(assignment, source, hand_ins, notebooks) for _ in range(runs))
    own = 1000 * grading.cells(root, name) / students
    results.table(f"{name}, each submission", {"notebook": "", "": "", "CPU ms": ".1f"})
    for notebook, costs in rows.items():
        for what, cost in costs.items():
            results.row(notebook, what, cost)
    results.row("all", "gradebook, journal, files", written)
    results.row("all", "the cells' own", own)
    return rows | {"": {"gradebook, journal, files": written}}


def draw(found: dict[str, dict[str, Spread]], file: Path) -> None:
    """A bar a notebook, from the file at its left to the page at its right."""
    names = [name for name in found if name]
    figure, ax = plt.subplots(figsize=(11, 1.2 + 0.9 * len(names)), layout="constrained")
    colours = plt.get_cmap("tab10").colors
    bars = [
        {k: max(v.median, 0.0) for k, v in found[name].items() if not k.startswith("(")}
        for name in names
    ]
    room = 0.025 * max(sum(bar.values()) for bar in bars)  # for a number
    for row, shown in enumerate(bars):
        left = 0.0
        for number, (what, cost) in enumerate(shown.items()):
            ax.barh(row, cost, left=left, color=colours[number], label=None if row else what)
            if cost > room:
                ax.text(
                    left + cost / 2, row, f"{cost:.0f}", ha="center", va="center", color="white"
                )
            left += cost
    ax.set_yticks(range(len(names)), [name.removesuffix("_part") for name in names])
    ax.invert_yaxis()
    ax.set_xlabel("CPU milliseconds of one notebook")
    figure.legend(loc="outside lower center", ncols=3, frameon=False)
    figure.savefig(file, dpi=110)


def main() -> None:
    parser = measuring.parser(__doc__, runs=3, only=CLASSES)
    parser.add_argument("--students", type=int, default=10)
    parser.add_argument("--picture", type=Path, help="where a picture is written")
    options = parser.parse_args()
    os.environ.update(grading.environment())
    found: dict[str, dict[str, Spread]] = {}
    with (
        tempfile.TemporaryDirectory(prefix="bench-one-") as folder,
        Results("one_submission", options.json) as results,
    ):
        for name in options.only:
            found |= measure(Path(folder), name, options.students, options.runs, results)
    if options.picture:
        draw(found, options.picture)


if __name__ == "__main__":
    main()
