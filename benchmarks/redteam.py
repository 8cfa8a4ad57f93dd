"""The attacks of tests/redteam under stock nbgrader and ours, and what an honest notebook costs.

    python benchmarks/redteam.py [--attacks NAME ...] [--workers 2]

Each attack is handed in together with an honest student, in a course of its own, graded by
`nbgrader autograde`. Stock nbgrader runs it in a sandbox made for the occasion, as it has none: the
course can be written to, a port listens, nothing else of this machine is at stake.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "redteam"))

from nbgrader.api import Gradebook, MissingEntry  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.progress import track  # noqa: E402

import target  # noqa: E402
from course_utils.grading import nbgrader_process  # noqa: E402
from course_utils.grading.judging.sandbox.walls import missing  # noqa: E402

ATTACKER, VICTIM = "attacker", "victim"  # graded in this order
PORT = 8642
LIMIT = 60  # seconds for two notebooks
LISTEN = f"""
import socket, subprocess, sys, threading
def listen():
    server = socket.create_server(("127.0.0.1", {PORT}))
    server.accept()
    open(sys.argv[1], "w").write("called")
threading.Thread(target=listen, daemon=True).start()
sys.exit(subprocess.run([sys.executable, "-m", "nbgrader", "autograde", "ps"]).returncode)
"""


@dataclass
class Result:
    """What came of one attack: points too many, and the harm it did."""

    gained: float
    harm: list[str]
    seconds: float

    def __str__(self) -> str:
        words = ([f"+{self.gained:g} points"] if self.gained else []) + self.harm
        return ", ".join(words) or "nothing"


def boxed(root: Path) -> list[str]:
    """A sandbox in which stock nbgrader may do to its course what it likes."""
    box = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--ro-bind", "/", "/"]
    box += ["--proc", "/proc", "--dev", "/dev", "--size", "500000000", "--tmpfs", "/tmp"]
    box += ["--tmpfs", "/root/.local", "--bind", str(root), str(root), "--chdir", str(root)]
    limits = ["prlimit", "--nproc=400", f"--as={6 * 10**9}", f"--fsize={10**9}", "--"]
    return [*box, *limits, sys.executable, "-c", LISTEN, str(root / "called")]


def grade(root: Path, stock: bool) -> float:
    began = time.monotonic()
    if stock:
        environment = nbgrader_process.variables() | {
            "HOME": str(root),
            "IPYTHONDIR": str(root / "ipython"),
        }
        process = subprocess.Popen(
            boxed(root),
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
    else:
        nbgrader_process.run("autograde", "ps", root=root, seconds=LIMIT)
    return time.monotonic() - began


def attacked(template: Path, attack: target.Attack, stock: bool) -> Result:
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
    seconds = grade(course, stock)
    time.sleep(3.5 if "daemon" in attack.name else 0)
    harm = []
    points = {student: scores(course, student) for student in (ATTACKER, VICTIM)}
    if points[VICTIM] != target.POINTS:
        harm.append("a neighbour is not graded" if not points[VICTIM] else "a neighbour's points")
    if any(not path.exists() or path.read_bytes() != data for path, data in before.items()):
        harm.append("files changed")
    if canary.exists():
        harm.append("a file outside")
    if (course / "called").exists():
        harm.append("called home")
    if leaked(course):
        harm.append("read the hidden tests")
    if seconds > LIMIT:
        harm.append(f"stopped after {LIMIT} s")
    shutil.rmtree(root, ignore_errors=True)
    # Who spoils our process for answers loses `test_twice` there, and earns it elsewhere.
    earned = attack.points | ({"test_twice": 2.0} if attack.source else {})
    gained = sum(max(got - earned[test], 0) for test, got in points[ATTACKER].items())
    return Result(gained, harm, seconds)


def scores(course: Path, student: str) -> dict[str, float]:
    try:
        with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
            submission = gradebook.find_submission("ps", student)
            return {grade.name: grade.score for grade in submission.notebooks[0].grades}
    except (MissingEntry, IndexError):
        return {}
    except Exception:  # no database any more
        return {}


def leaked(course: Path) -> bool:
    """Whether an answer printed the secret of the hidden tests."""
    import json

    path = course / "autograded" / ATTACKER / "ps" / "pool.ipynb"
    try:
        cells = json.loads(path.read_text())["cells"]
        (answer,) = (
            c for c in cells if c["metadata"].get("nbgrader", {}).get("grade_id") == "pool"
        )
        return target.SECRET in str(answer["outputs"])
    except (OSError, ValueError, KeyError):
        return False


def honest_cost(templates: dict[bool, Path], count: int = 6) -> dict[bool, float]:
    """Seconds for an honest notebook in a batch, start-up apart: (many - one) / (many - 1)."""
    seconds = {}
    for stock, template in templates.items():
        times = {}
        for number in (1, count):
            root = Path(tempfile.mkdtemp(prefix="cost-", dir=template.parent))
            course = root / "course"
            shutil.copytree(template, course)
            for student in range(number):
                target.hand_in(course, f"student-{student}", None, {})
            runs = []
            for _ in range(3):
                began = time.monotonic()
                outcome = nbgrader_process.run(
                    "autograde", "ps", "--force", root=course, seconds=600
                )
                assert outcome.ok, outcome.log
                runs.append(time.monotonic() - began)
            times[number] = statistics.median(runs)
            shutil.rmtree(root)
        seconds[stock] = (times[count] - times[1]) / (count - 1)
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--attacks", nargs="*", help="only these")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--data", help="taken for the sake of `make bench`, and not needed")
    options = parser.parse_args()
    if missing():
        sys.exit(f"attacks are only let loose behind walls: {missing()}")
    area = Path(tempfile.mkdtemp(prefix="redteam-"))
    templates = {True: area / "stock", False: area / "ours"}
    for stock, template in templates.items():
        target.lay_out(template, target.STOCK if stock else target.OURS)

    seconds = honest_cost(templates)
    print("An honest notebook in a batch, start-up apart:")
    print(f"stock {seconds[True]:.2f} s, ours {seconds[False]:.2f} s\n")

    chosen = [a for a in target.attacks() if not options.attacks or a.name in options.attacks]
    jobs = [(attack, stock) for attack in chosen for stock in (True, False)]
    with ThreadPoolExecutor(options.workers) as pool:
        done = pool.map(lambda job: attacked(templates[job[1]], *job), jobs)
        results = list(
            track(done, "attacking", len(jobs), console=Console(stderr=True), transient=True)
        )
    print("| attack | stock nbgrader | ours |\n|---|---|---|")
    for number, attack in enumerate(chosen):
        stock, ours = results[2 * number : 2 * number + 2]
        print(f"| {attack.name} | {stock} | {ours} |")
    for name, own in (("stock nbgrader", results[::2]), ("ours", results[1::2])):
        gains = sum(result.gained > 0 for result in own)
        harms = sum(bool(result.harm) for result in own)
        print(f"\n{name}: {gains} of {len(own)} gain points, {harms} do harm", end="")
        print(f"; {sum(result.seconds for result in own):.0f} s in all", end="")
    print()
    shutil.rmtree(area, ignore_errors=True)


if __name__ == "__main__":
    main()
