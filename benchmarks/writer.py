"""What the one process that reads and writes takes for a submission, and what follows from it.

    python benchmarks/writer.py [--runs 3] [--students 600] [--only ROW ...] [--database URL]
                                [--json FILE]

`course grade` runs on a class of a NumPy and a torch notebook (12 tests), but for judging: a few
submissions are judged before, and all others are copies of them. What is left is all that one
process does for a class whatever the number of machines: look at a hand-in, ask the journal, write
graded notebooks, gradebook and journal. It goes as fast as it can, as where a hundred machines
judge. What it does once a run (find the class, open the gradebook) is told apart, and libraries are
loaded before the clock starts. "Graded anew" replaces what is there.

On PostgreSQL, several such processes grade at the same time, each its own students or "the same"
ones, and the gradebook must be as one of them leaves it. A server is started where its programs
are on the PATH; `--database` names another one, whose public schema is emptied. Without either
these rows are left out.

Then it says on paper how long 30,000 submissions take: judging is shared by all cores, and the
slower of judging and writing counts. It takes five minutes, on a slow machine ten.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import queue
import statistics
import sys
import tempfile
import time
from concurrent.futures import Future
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from sqlalchemy import create_engine, text

REPOSITORY = Path(__file__).parents[1]
sys.path.append(str(REPOSITORY / "tests"))

import postgresql_server  # noqa: E402

import grading  # noqa: E402
import measuring  # noqa: E402
from course_utils.grading import Course  # noqa: E402
from course_utils.grading.authoring import release  # noqa: E402
from course_utils.grading.judging.submitted_notebook import Graded  # noqa: E402
from course_utils.grading.running import grade_class, work  # noqa: E402
from measuring import Results, Spread  # noqa: E402

ASSIGNMENT = "numpy_torch"
JUDGED = 8  # submissions, of which all others are copies
WIDTH = 100  # submissions that the machines judge at once
WARM_UP = 4  # submissions of each writer before the clock starts
LARGE, SECONDS = 30_000, 150  # what is asked for: 5 ms each
MACHINES = (1, 10, 100)
SERVER = """
c.CourseDirectory.db_url = {url!r}
"""


@dataclass(frozen=True)
class Contender:
    """Which database, how many at once, whether on the same students, and whether not for the
    first time."""

    server: bool
    writers: int = 1
    same: bool = False
    anew: bool = False


CONTENDERS = {
    "SQLite": Contender(False),
    "SQLite, graded anew": Contender(False, anew=True),
    "PostgreSQL": Contender(True),
    "PostgreSQL, graded anew": Contender(True, anew=True),
    "PostgreSQL, 2 writers": Contender(True, 2),
    "PostgreSQL, 4 writers": Contender(True, 4),
    "PostgreSQL, 2 on the same students": Contender(True, 2, same=True),
}


@dataclass(frozen=True)
class Cost:
    """Of one run: seconds until each writer looks at its first submission, seconds and CPU seconds
    from there on, and submissions that it wrote."""

    begins: tuple[float, ...]
    walls: tuple[float, ...]
    cpus: tuple[float, ...]
    written: tuple[int, ...]

    @property
    def each(self) -> float:
        """Milliseconds of a writer's time for a submission."""
        return 1000 * sum(self.walls) / sum(self.written)

    @property
    def cpu(self) -> float:
        """Its CPU milliseconds."""
        return 1000 * sum(self.cpus) / sum(self.written)


# --- a class that is judged already ------------------------------------------------------------


def copy_of(text: str, number: int) -> str:
    """What student `number` hands in, or gets back, made from another one's."""
    return text.replace(f"# student {number % JUDGED}\\n", f"# student {number}\\n")


def lay_out(root: Path, students: int) -> None:
    """A class that has handed in, and what judging it gives, beside it."""
    grading.lay_out(root, ASSIGNMENT, JUDGED)
    assignment = Course(root).assignment(ASSIGNMENT)
    source = work.read(assignment)
    ways = {each.name: work.rehearse(source, each.name) for each in source.notebooks}
    source = replace(source, ways=ways)
    hand_ins = [
        work.read_hand_in(source, each, None, bytes(32)) for each in assignment.submissions()[0]
    ]
    judged = ways, [work.judge(source, hand_in) for hand_in in hand_ins]
    (root / "judged").write_bytes(pickle.dumps(judged))
    for number in range(JUDGED, students):
        target = assignment.submitted(f"s{number:05}")
        target.mkdir(parents=True)
        for name, data in hand_ins[number % JUDGED].files.items():
            (target / name).write_text(copy_of(data.decode(), number))


class Judged:
    """An executor in whose hands everything is judged at once.

    Parameters
    ----------
    root
        The folder of a class that `lay_out` made.
    """

    width = WIDTH

    def __init__(self, root: Path):
        self.ways, self.graded = pickle.loads((root / "judged").read_bytes())

    def share(self, value):
        return value

    def submit(self, function, *arguments) -> Future:
        does = {work.judge: self.judge, work.rehearse: self.rehearse}
        future: Future = Future()
        future.set_result(does[function](*arguments))
        return future

    def judge(self, source, hand_in) -> list[Graded]:
        number = int(hand_in.student[1:])
        some = self.graded[number % JUDGED]
        return [replace(graded, text=copy_of(graded.text, number)) for graded in some]

    def rehearse(self, source, name: str):
        return self.ways[name]

    def close(self, now: bool = False) -> None:
        pass


# --- writers -----------------------------------------------------------------------------------


def write(root: Path, students: list[str], anew: bool, start, told) -> None:
    """What each writer does, in a process of its own; `told` gets what a `Cost` has of it."""
    executor = Judged(root)
    grade_class._opener = lambda dask, workers: lambda: executor
    assignment = Course(root).assignment(ASSIGNMENT)
    grade_class.grade(assignment, students=students[:WARM_UP])
    clocks: list[tuple[float, float]] = []  # at the beginning, and after each submission

    def look(*done: int) -> None:
        clocks.append((time.perf_counter(), time.process_time()))

    start.wait()
    look()
    found = grade_class.grade(assignment, students=students[WARM_UP:], again=anew, on_done=look)
    look()
    (begin, _), (wall, cpu), *_, (end, cpu_end) = clocks
    written = sum(state != "done" for state in found.states.values())
    told.put((wall - begin, end - wall, cpu_end - cpu, written))


def measured(
    template: Path, root: Path, students: int, one: Contender, url: str | None
) -> tuple[Cost, dict]:
    """What it took in a new copy of the class, and the points that are in the gradebook then."""
    settings = grading.OURS
    if one.server:
        settings += SERVER.format(url=url)
        empty(url)
    grading.copied(template, root, settings)
    if one.server:
        release.release(Course(root).assignment(ASSIGNMENT))
    names = [f"s{number:05}" for number in range(students)]
    parts = [names if one.same else names[n :: one.writers] for n in range(one.writers)]
    cost = at_once(root, parts, anew=False)
    if one.anew:
        cost = at_once(root, parts, anew=True)
    return cost, points(Course(root))


def at_once(root: Path, parts: list[list[str]], anew: bool) -> Cost:
    """A writer for each part of a class, all at the same time."""
    context = multiprocessing.get_context("spawn")
    start, told = context.Barrier(len(parts)), context.Queue()
    writers = [
        context.Process(target=write, args=(root, part, anew, start, told)) for part in parts
    ]
    for process in writers:
        process.start()
    found = [reply(told, writers) for _ in writers]
    for process in writers:
        process.join()
    return Cost(*map(tuple, zip(*found, strict=True)))


def reply(told, writers: list):
    """What the next writer tells; the others wait in vain where one has failed."""
    while True:
        try:
            return told.get(timeout=1)
        except queue.Empty:
            if any(process.exitcode for process in writers):
                for process in writers:
                    process.kill()
                raise SystemExit("a writer has failed, which says why above") from None


def empty(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("drop schema public cascade"))
        connection.execute(text("create schema public"))
    engine.dispose()


def points(course: Course) -> dict[str, dict[str, float]]:
    from nbgrader.api import Grade

    engine = create_engine(course.database)
    query = (
        "select student_id, name, auto_score from submitted_assignment"
        " join submitted_notebook on submitted_notebook.assignment_id = submitted_assignment.id"
        f" join {Grade.__tablename__} on grade.notebook_id = submitted_notebook.id"
        " join base_cell on base_cell.id = grade.cell_id"
    )
    found: dict[str, dict[str, float]] = {}
    with engine.connect() as connection:
        for student, cell, score in connection.execute(text(query)):
            found.setdefault(student, {})[cell] = score
    engine.dispose()
    return found


# --- on paper ----------------------------------------------------------------------------------


def hours(
    submissions: int,
    judging: float,
    writing: float,
    machines: int,
    cores: int = 2,
    writers: int = 1,
) -> tuple[float, str]:
    """How long a large class takes, and by what it is bound.

    Parameters
    ----------
    submissions
        How many.
    judging
        CPU seconds for each, which all cores share.
    writing
        Seconds of a writer for each.
    machines, cores
        How many, and cores in each.
    writers
        How many share the class.
    """
    by = {"judging": judging / (machines * cores), "writing": writing / writers}
    bound = max(by, key=by.__getitem__)
    return submissions * by[bound] / 3600, bound


def model(results: Results, judging: float, costs: dict[str, list[Cost]]) -> None:
    """A row for each number of machines and each gradebook that was measured."""
    results.table(
        f"{LARGE:,} submissions on paper: {judging:.2f} CPU s to judge each",
        {"machines of two cores": "", "gradebook": "", "hours": ".2f", "bound by": ""},
    )
    for machines in MACHINES:
        for name in ("SQLite", "PostgreSQL", "PostgreSQL, 4 writers"):
            if name in costs:
                count = CONTENDERS[name].writers
                each = statistics.median(cost.each for cost in costs[name]) / 1000
                long, bound = hours(LARGE, judging, each, machines, writers=count)
                results.row(machines, name, long, bound)


def main() -> None:
    parser = measuring.parser(__doc__, runs=3, only=CONTENDERS)
    parser.add_argument("--students", type=int, default=600, help="of each class")
    parser.add_argument("--database", metavar="URL", help="of a PostgreSQL; it is emptied")
    parser.add_argument("--judging", type=float, default=0.3, help="CPU s each, for the paper")
    options = parser.parse_args()
    fewest = max(one.writers for one in CONTENDERS.values()) * (WARM_UP + 1)
    if options.students < fewest:
        parser.error(f"--students {options.students}: {fewest} at least, as each writer warms up")
    os.environ.update(grading.environment())
    asked = {name: CONTENDERS[name] for name in options.only}
    needed = any(one.server for one in asked.values()) and not options.database
    why = postgresql_server.missing() if needed else None
    server = postgresql_server.running() if needed and not why else nullcontext(options.database)
    with (
        tempfile.TemporaryDirectory(prefix="bench-writer-") as folder,
        server as url,
        Results("writer", options.json) as results,
    ):
        if why:
            results.say(why)
            asked = {name: one for name, one in asked.items() if not one.server}
        template, root = Path(folder) / "template", Path(folder) / "class"
        lay_out(template, options.students)
        wanted = expected(template, options.students)
        does = {
            name: partial(measured, template, root, options.students, one, url)
            for name, one in asked.items()
        }
        found = measuring.turns(does, options.runs)
        results.table(
            f"{options.students} submissions of two notebooks, judged already",
            {
                "": "",
                "begins with, s": ".1f",
                "ms each": ".1f",
                "CPU ms each": ".1f",
                "a second, all writers": ".0f",
                f"s for {LARGE:,}": ".0f",
            },
        )
        costs = {name: [cost for cost, _ in runs] for name, runs in found.items()}
        for name, runs in found.items():
            assert all(given == wanted for _, given in runs), f"{name}: other points"
            rates = [len(cost.walls) * 1000 / cost.each for cost in costs[name]]
            results.row(
                name,
                Spread.of(statistics.mean(cost.begins) for cost in costs[name]),
                Spread.of(cost.each for cost in costs[name]),
                Spread.of(cost.cpu for cost in costs[name]),
                Spread.of(rates),
                Spread.of(LARGE / rate for rate in rates),
            )
        model(results, options.judging, costs)


def expected(template: Path, students: int) -> dict[str, dict[str, float]]:
    """The points that everybody was given when it was judged."""
    graded = Judged(template).graded
    return {
        f"s{number:05}": {
            name: given for part in graded[number % JUDGED] for name, given in part.points.items()
        }
        for number in range(students)
    }


if __name__ == "__main__":
    main()
