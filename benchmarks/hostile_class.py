"""A class in which every second hand-in is an attack of tests/redteam, beside an honest one.

    python benchmarks/hostile_class.py [--seconds 3 ...] [--attacks NAME ...] [--runs 3]
                                       [--json FILE]

Both classes are graded whole by `course grade`, in turns. An attack that never ends takes the time
that a cell has, once or a few times: `--seconds` sets it, and the ratio depends on it, as an honest
notebook of this assignment takes hundredths of a second. Two minutes for each number of seconds.
"""

from __future__ import annotations

import json
import stat
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY / "tests" / "redteam"), str(REPOSITORY / "tests")]

import measuring  # noqa: E402
import target  # noqa: E402
from measuring import Spread  # noqa: E402

COLUMNS = {
    "seconds for a cell": "",
    "hand-ins": "",
    "honest class, s": ".1f",
    "hostile class, s": ".1f",
    "ratio": ".2f",
}
COMMAND = [sys.executable, "-m", "course_utils.tools.cli", "grade", "ps"]
COMMAND += ["--regrade=all", "--json=-"]


def lay_out(root: Path, attacks: list[target.Attack], seconds: float, hostile: bool) -> None:
    """A class; every second hand-in is an attack, or honest too."""
    course = root / "course"
    target.lay_out(course)
    settings = target.OURS.format(seconds=seconds, unsafe=False)
    (course / "nbgrader_config.py").write_text(settings)
    places = {"ROOT": str(course), "CANARY": str(root / "canary"), "PORT": "9"}
    for number, attack in enumerate(attacks):
        target.hand_in(course, f"honest-{number:03}", None, places)
        other = f"attack-{number:03}" if hostile else f"honest-{number:03}-too"
        target.hand_in(course, other, attack if hostile else None, places)
    tell_apart(course)


def tell_apart(course: Path) -> None:
    """Let each honest answer be somebody's own, as in a class."""
    for file in course.glob("submitted/*/ps/pool.ipynb"):
        student = file.parts[-3]
        if student.startswith("honest") and stat.S_ISREG(file.lstat().st_mode):
            notebook = json.loads(file.read_text())
            for cell in notebook["cells"]:
                if cell["metadata"].get("nbgrader", {}).get("solution"):
                    cell["source"] = f"# {student}\n{''.join(cell['source'])}"
            file.write_text(json.dumps(notebook))


def graded(course: Path) -> float:
    """Seconds for the whole class; everybody is in the gradebook afterwards."""
    began = time.monotonic()
    done = subprocess.run(COMMAND, cwd=course, capture_output=True, text=True)
    spent = time.monotonic() - began
    summary = json.loads(done.stdout)
    students = len(list((course / "submitted").iterdir()))
    assert len(summary["students"]) == students, summary
    return spent


def row(
    results: measuring.Results,
    root: Path,
    attacks: list[target.Attack],
    seconds: float,
    runs: int,
) -> None:
    """A limit's line."""
    contenders = {}
    for name in ("honest", "hostile"):
        lay_out(root / name, attacks, seconds, hostile=name == "hostile")
        contenders[name] = partial(graded, root / name / "course")
    honest, hostile = measuring.turns(contenders, runs).values()
    ratios = Spread.of(b / a for a, b in zip(honest, hostile, strict=True))
    results.row(f"{seconds:g}", 2 * len(attacks), Spread.of(honest), Spread.of(hostile), ratios)


def main() -> None:
    parser = measuring.parser(__doc__, runs=3)
    parser.add_argument("--seconds", type=float, nargs="+", default=[target.SECONDS])
    parser.add_argument("--attacks", nargs="+", metavar="NAME", help="only these")
    options = parser.parse_args()
    known = {attack.name: attack for attack in target.attacks()}
    attacks = [known[name] for name in options.attacks or known]
    with (
        tempfile.TemporaryDirectory(prefix="bench-hostile-") as folder,
        measuring.Results("hostile_class", options.json) as results,
    ):
        results.table("Every second hand-in is an attack", COLUMNS)
        for seconds in options.seconds:
            place = Path(folder) / f"{seconds:g}"
            row(results, place, attacks, seconds, options.runs)


if __name__ == "__main__":
    main()
