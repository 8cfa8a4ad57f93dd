"""The attacks of tests/redteam under stock nbgrader, otter-grader and ours: points honest and got.

    python benchmarks/redteam.py [--otter PYTHON] [--attacks NAME ...] [--runs 3]
                                 [--picture FILE] [--json FILE]

Each attack is handed in together with an honest student, in a course of its own, graded by
`nbgrader autograde` with and without ours, and by `otter run` where `--otter` names a Python that
has otter-grader and NumPy. The others run it in a sandbox made for the occasion, as they have none:
the course can be written to, a port listens, nothing else of this machine is at stake. Every attack
on the machine takes little even where nothing stops it.

It takes five minutes, on a slow machine nearly ten, for the attacks of the README's table;
`--attacks all` lets all of them loose.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY / "tests" / "redteam"), str(REPOSITORY / "tests")]

from nbgrader.api import Gradebook, MissingEntry  # noqa: E402
from tqdm import tqdm  # noqa: E402

import measuring  # noqa: E402
import target  # noqa: E402
from course_utils.grading import nbgrader_process  # noqa: E402
from course_utils.grading.judging.sandbox.walls import missing  # noqa: E402
from measuring import Spread  # noqa: E402

ATTACKER, VICTIM = "attacker", "victim"  # graded in this order
STOCK, OTTER, OURS = "stock nbgrader", "otter-grader", "ours"
PORT = 8642
LIMIT = 60  # seconds for two notebooks
# The rows of the README's table: some minutes, where all attacks take much longer.
SHOWN = """
makes_empty_files maps_shared_memory listens_beside_the_machine reads_the_machines_proc is_somebody
patches_allclose takes_the_tests_names traces_the_test reads_instructors_files drops_asserts
rewrites_input replaces_run_cell updates_the_gradebook calls_home
""".split()
LISTEN = f"""
import socket, subprocess, sys, threading
def listen():
    server = socket.create_server(("127.0.0.1", {PORT}))
    server.accept()
    open(sys.argv[1], "w").write("called")
threading.Thread(target=listen, daemon=True).start()
sys.exit(subprocess.run(sys.argv[2:]).returncode)
"""
RUN_OTTER = """
import os
from otter.run import main
for student in ("attacker", "victim"):
    os.makedirs(f"otter/{student}")
    try:
        main(f"submitted/{student}/ps/pool.ipynb", autograder="otter/autograder.zip",
             output_dir=f"otter/{student}", no_logo=True)
    except Exception as error:
        print(student, error)
"""
TEST = """OK_FORMAT = False
from otter.test_files import test_case
name = {name!r}
points = {points}
@test_case(points={points}, hidden=True)
def test_it(env):
    exec({source!r}, env)
"""


@dataclass
class Result:
    """What came of one attack: points, how many of them were not earned, and the harm it did."""

    got: float
    gained: float
    seconds: float
    harm: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return ", ".join([f"**{self.got:g}**" if self.gained else f"{self.got:g}", *self.harm])


def boxed(root: Path, command: list[str], shown: list[str]) -> list[str]:
    """A sandbox in which a grader without walls may do to its course what it likes."""
    program = shutil.which("bwrap") or "bwrap"  # what runs inside has another PATH
    box = [program, "--unshare-all", "--die-with-parent", "--new-session", "--ro-bind", "/", "/"]
    box += ["--proc", "/proc", "--dev", "/dev", "--size", "500000000", "--tmpfs", "/tmp"]
    for place in shown:
        box += ["--ro-bind", place, place]
    box += ["--tmpfs", "/root/.local", "--bind", str(root), str(root), "--chdir", str(root)]
    limits = ["prlimit", "--nproc=3000", f"--as={6 * 10**9}", f"--fsize={10**9}", "--"]
    return [*box, *limits, sys.executable, "-c", LISTEN, str(root / "called"), *command]


def prefixes(python: str) -> list[str]:
    """The folders of a Python, and of this course's package."""
    say = "import sys; print(sys.prefix, sys.base_prefix)"
    found = subprocess.run([python, "-c", say], capture_output=True, text=True, check=True)
    return [*dict.fromkeys([*found.stdout.split(), sys.prefix, sys.base_prefix, str(REPOSITORY)])]


def grade(root: Path, how: str, python: str) -> float:
    began = time.monotonic()
    if how == OURS:
        nbgrader_process.run("autograde", "ps", root=root, seconds=LIMIT)
        return time.monotonic() - began
    command = [python, "-m", "nbgrader", "autograde", "ps"]
    if how == OTTER:
        command = [python, "-c", RUN_OTTER]
    environment = nbgrader_process.variables() | {
        "HOME": str(root),
        "IPYTHONDIR": str(root / "ipython"),
        "PYTHONPATH": str(REPOSITORY),
        "PATH": f"{Path(python).parent}:/usr/bin:/bin",
    }
    process = subprocess.Popen(
        boxed(root, command, prefixes(python)),
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(LIMIT)
    except subprocess.TimeoutExpired:
        nbgrader_process.stop(process)
    return time.monotonic() - began


def lay_out(template: Path, how: str, python: str) -> None:
    """A course without students."""
    target.lay_out(template, target.OURS if how == OURS else target.STOCK)
    if how != OTTER:
        return
    tests = template / "otter" / "tests"
    tests.mkdir(parents=True)
    whole = target.TEST_PARTS.replace("float(score)", "assert float(score) == 3")  # knows no parts
    sources = {"pool": target.TEST_POOL, "parts": whole, "twice": target.TEST_TWICE}
    for name, source in sources.items():
        points = target.POINTS[f"test_{name}"]
        text = TEST.format(name=f"test_{name}", points=points, source=source)
        (tests / f"test_{name}.py").write_text(text)
    command = [python, "-m", "otter", "generate", "-t", "tests", "-o", "autograder.zip"]
    subprocess.run(
        [*command, "--no-environment"], cwd=template / "otter", check=True, capture_output=True
    )


def attacked(template: Path, attack: target.Attack, how: str, python: str) -> Result:
    """Grade an attacker and a victim in a copy of the course."""
    root = Path(tempfile.mkdtemp(prefix="redteam-", dir=template.parent))
    course = root / "course"
    shutil.copytree(template, course)
    canary = course / "canary"
    places = {"ROOT": str(course), "CANARY": str(canary), "PORT": str(PORT)}
    target.hand_in(course, ATTACKER, attack, places)
    target.hand_in(course, VICTIM, None, places)
    watched = [*(course / "source").rglob("*.*"), *(course / "submitted" / VICTIM).rglob("*.*")]
    before = {path: path.read_bytes() for path in [*watched, course / "nbgrader_config.py"]}
    seconds = grade(course, how, python)
    time.sleep(3.5 if "daemon" in attack.name else 0)
    harm = []
    read = otter_scores if how == OTTER else scores
    points = {student: read(course, student) for student in (ATTACKER, VICTIM)}
    if points[VICTIM] != target.POINTS:
        harm.append("a neighbour is not graded" if not points[VICTIM] else "a neighbour's points")
    if any(not path.exists() or path.read_bytes() != data for path, data in before.items()):
        harm.append("files changed")
    if canary.exists():
        harm.append("a file outside")
    if (course / "called").exists():
        harm.append("called home")
    shown = printed(course)
    if target.SECRET in shown:
        harm.append("read the hidden tests")
    if "SQLite:" in shown:
        harm.append("took of the machine")
    if seconds > LIMIT:
        harm.append(f"stopped after {LIMIT} s")
    shutil.rmtree(root, ignore_errors=True)
    # Who spoils our process for answers loses `test_twice` there, and earns it elsewhere.
    earned = attack.points | ({"test_twice": 2.0} if attack.source else {})
    gained = sum(max(got - earned[test], 0) for test, got in points[ATTACKER].items())
    return Result(sum(points[ATTACKER].values()), gained, seconds, harm)


def scores(course: Path, student: str) -> dict[str, float]:
    try:
        with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
            submission = gradebook.find_submission("ps", student)
            return {grade.name: grade.score for grade in submission.notebooks[0].grades}
    except (MissingEntry, IndexError):
        return {}
    except Exception:  # no database any more
        return {}


def otter_scores(course: Path, student: str) -> dict[str, float]:
    try:
        content = json.loads((course / "otter" / student / "results.json").read_text())
        found = {test["name"].split(" - ")[0]: test.get("score", 0) for test in content["tests"]}
        return {name: float(found[name]) for name in target.POINTS}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def printed(course: Path) -> str:
    """What an answer printed, where the grader keeps it."""
    path = course / "autograded" / ATTACKER / "ps" / "pool.ipynb"
    try:
        cells = json.loads(path.read_text())["cells"]
        (answer,) = (
            c for c in cells if c["metadata"].get("nbgrader", {}).get("grade_id") == "pool"
        )
        return str(answer["outputs"])
    except (OSError, ValueError, KeyError):
        return ""


def honest_cost(templates: dict[str, Path], runs: int, count: int = 6) -> dict[str, Spread]:
    """Seconds for an honest notebook in a batch, start-up apart: (many - one) / (many - 1)."""
    contenders = {}
    for how in (STOCK, OURS):
        for number in (1, count):
            course = Path(tempfile.mkdtemp(prefix="cost-", dir=templates[how].parent)) / "course"
            shutil.copytree(templates[how], course)
            for student in range(number):
                target.hand_in(course, f"student-{student}", None, {})
            contenders[how, number] = partial(measuring.seconds, autograde, course)
    found = measuring.turns(contenders, runs)
    return {
        how: Spread.of(
            (many - one) / (count - 1)
            for many, one in zip(found[how, count], found[how, 1], strict=True)
        )
        for how in (STOCK, OURS)
    }


def autograde(course: Path) -> None:
    outcome = nbgrader_process.run("autograde", "ps", "--force", root=course, seconds=600)
    assert outcome.ok, outcome.log


def draw(file: str, attacks: list[target.Attack], results: dict[str, list[Result]]) -> str:
    """Points honest and got, a line for each attack that gains under some grader; says so."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot as plt

    rows = [n for n in range(len(attacks)) if any(own[n].gained for own in results.values())]
    if not rows:
        return "Nobody gains a point: there is nothing to draw."
    rows.sort(key=lambda n: max(own[n].got for own in results.values()))
    _, axes = plt.subplots(figsize=(7, 1.4 + 0.26 * len(rows)), layout="constrained")
    looks = {STOCK: ("o", "#b0703c"), OTTER: ("s", "#8a8a8a"), OURS: ("D", "#1f5fa8")}
    for place, number in enumerate(rows):
        honest = sum(attacks[number].points.values())
        most = max(own[number].got for own in results.values())
        axes.plot([honest, most], [place, place], color="0.85", zorder=0)
        axes.plot([honest], [place], "|", color="black", markersize=11, markeredgewidth=1.5)
    for how, own in results.items():
        shift = 0.18 * (list(results).index(how) - (len(results) - 1) / 2)
        mark, colour = looks[how]
        heights = [place + shift for place in range(len(rows))]
        points = [own[number].got for number in rows]
        axes.plot(points, heights, mark, color=colour, markersize=5, label=how)
    axes.set_yticks(range(len(rows)), [attacks[number].name.replace("_", " ") for number in rows])
    axes.set_xticks(range(0, int(sum(target.POINTS.values())) + 1))
    axes.set_xlabel("points (a stroke: what the answer has earned)")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="lower right")
    plt.savefig(file, dpi=160)
    return f"The picture is in {file}."


def wanted(words: list[str]) -> list[target.Attack]:
    """The attacks of these names and files, or "all"."""
    names = {attack.name for word in words for attack in target.attacks(word)}.union(words)
    return [attack for attack in target.attacks() if names & {attack.name, "all"}]


def let_loose(
    chosen: list[target.Attack],
    templates: dict[str, Path],
    pythons: dict[str, str],
    workers: int,
) -> dict[str, list[Result]]:
    """What came of each attack, by grader."""
    jobs = [(attack, how) for attack in chosen for how in pythons]
    with ThreadPoolExecutor(workers) as pool:
        done = pool.map(
            lambda job: attacked(templates[job[1]], job[0], job[1], pythons[job[1]]), jobs
        )
        found = list(tqdm(done, "attacking", len(jobs), leave=False, disable=None))
    return {how: found[n :: len(pythons)] for n, how in enumerate(pythons)}


def tell(
    results: measuring.Results, chosen: list[target.Attack], by_grader: dict[str, list[Result]]
) -> None:
    """Attacks that do something under some grader, and what each grader lets pass in all."""
    columns = ("attack", "honest", *by_grader)
    results.table("Points honest and got", dict.fromkeys(columns, "") | {"honest": "g"})
    for attack, *own in zip(chosen, *by_grader.values(), strict=True):
        if any(result.gained or result.harm for result in own):
            results.row(attack.name, sum(attack.points.values()), *own)
    counts = ("grader", "attacks", "gain points", "do harm", "s")
    results.table("All attacks", dict.fromkeys(counts, "") | {"s": ".0f"})
    for how, own in by_grader.items():
        gains = sum(result.gained > 0 for result in own)
        harms = sum(bool(result.harm) for result in own)
        results.row(how, len(own), gains, harms, sum(result.seconds for result in own))


def main() -> None:
    parser = measuring.parser(__doc__, runs=3)
    parser.add_argument(
        "--attacks",
        nargs="+",
        default=SHOWN,
        metavar="NAME",
        help="these, those of a file of attacks/, or all (those of the README)",
    )
    parser.add_argument("--otter", help="a Python that has otter-grader and NumPy")
    parser.add_argument("--picture", help="draw one, of points honest and got, into this file")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--without-cost", action="store_true", help="attacks alone")
    options = parser.parse_args()
    if missing():
        sys.exit(f"attacks are only let loose behind walls: {missing()}")
    if shutil.which("bwrap") is None:
        sys.exit("the others run in bubblewrap, which is not there: apt install bubblewrap")
    area = Path(tempfile.mkdtemp(prefix="redteam-"))
    pythons = {STOCK: sys.executable, OURS: sys.executable}
    if options.otter:
        pythons = {STOCK: sys.executable, OTTER: options.otter, OURS: sys.executable}
    templates = {how: area / how.partition(" ")[0] for how in pythons}
    for how, template in templates.items():
        lay_out(template, how, pythons[how])

    with measuring.Results("redteam", options.json) as results:
        if not options.without_cost:
            spent = honest_cost(templates, options.runs)
            title = "Seconds for an honest notebook in a batch, start-up apart"
            results.table(title, dict.fromkeys(spent, ".2f"))
            results.row(*spent.values())
        chosen = wanted(options.attacks)
        by_grader = let_loose(chosen, templates, pythons, options.workers)
        tell(results, chosen, by_grader)
        if options.picture:
            results.say("\n" + draw(options.picture, chosen, by_grader))
    shutil.rmtree(area, ignore_errors=True)


if __name__ == "__main__":
    main()
