"""What tests lend to answers: their visible imports, data that they bind, a helper's absence.

Each of these goes to the student's side and none comes back, so that there is nothing to gain by
it; the last attack says what such a test takes an answer's word for, as it does under nbgrader.
"""

import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook

import target
from course_utils.grading import nbgrader_process
from course_utils.grading.judging.sandbox.walls import missing

pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(
        missing() is not None and os.environ.get("COURSE_WALLS") != "required",
        reason=f"attacks are only let loose behind walls: {missing()}",
    ),
]
SECRETS = "5150.125", "7313.5", "2197.75"
POINTS = {"test_area": 4.0, "test_ring": 3.0, "test_calls": 2.0}
NOTHING = dict.fromkeys(POINTS, 0.0)
AREA = "def area(r):\n    return mul(3, mul(r, r))"
RING = "def ring(big, small):\n    return area(big) - area(small) + offset"
TEST_AREA = f"""import colorsys, os.path
from operator import mul
assert area(2) == 12
### BEGIN HIDDEN TESTS
import sched
secret = {SECRETS[0]}
assert area(secret) == mul(3, secret * secret)
### END HIDDEN TESTS"""
SET_UP = """def light(rgb):
    return colorsys.rgb_to_hls(*rgb)[1]
def here():
    return os.path.basename(os.getcwd())"""
TEST_RING = f"""offset = 0
assert ring(2, 1) == 9
### BEGIN HIDDEN TESTS
offset = {SECRETS[1]}
expected = {SECRETS[2]}
assert ring(2, 1) == 9 + offset and ring(3, 1) - offset + expected == 24 + expected
### END HIDDEN TESTS"""
TEST_CALLS = """kept = area
del area
try:
    ring(2, 1)
except NameError:
    pass
else:
    raise AssertionError("ring does not call area")
finally:
    area = kept
assert area(1) == 3 and area(2) == 12"""
CELLS = [
    new_code_cell("### RULES forbid=colorsys"),
    target.cell("area", target.solution(AREA), solution=True),
    target.cell("test_area", TEST_AREA, points=4),
    target.cell("set_up", SET_UP, locked=True),
    target.cell("ring", target.solution(RING), solution=True),
    target.cell("test_ring", TEST_RING, points=3),
    target.cell("test_calls", TEST_CALLS, points=2),
]
SIDE = """
import gc
side = next(each for each in gc.get_objects() if type(each).__name__ == "Side")
"""
# By name: what stands in the place of answers, and the points that it must get.
ATTACKS = {
    "replaces_what_is_lent": (
        {
            "area": """import operator, sys, types
fake = types.ModuleType("operator")
fake.mul = operator.mul = lambda a, b: 12
sys.modules["operator"] = fake
def area(r):
    return mul(3, r)"""
        },
        NOTHING,
    ),
    "binds_what_is_lent_before": (
        {"area": "mul = lambda a, b: 12\noffset = 0\ndef area(r):\n    return mul(3, r)"},
        NOTHING,
    ),
    "notes_what_is_imported": (
        {
            "area": f"""import builtins, sys
noted = []
def note(name, *rest, there=builtins.__import__, **options):
    noted.append(name)
    return there(name, *rest, **options)
builtins.__import__ = note
{AREA}""",
            "own": "print('SQLite:' if 'sched' in noted or 'sched' in sys.modules else noted)",
        },
        POINTS,
    ),
    "uses_a_forbidden_library_that_is_lent": (
        {
            "ring": """import importlib, sys
def ring(big, small):
    for get in (
        lambda: colorsys,
        lambda: sys.modules["colorsys"],
        lambda: importlib.import_module("colorsys"),
        lambda: light((1, 1, 1)),
        lambda: os.path.sys.modules["colorsys"],
    ):
        try:
            get()
        except (NameError, KeyError, ImportError):
            continue
        print("SQLite: colorsys")
        return area(big) - area(small) + offset
    return 0""",
            "own": "print(ring(2, 1))",
        },
        POINTS | {"test_ring": 0.0, "test_calls": 0.0},
    ),
    "goes_out_by_a_lent_module": (
        {
            "ring": """def ring(big, small):
    system = os.path.os
    for act in (
        lambda: system.system("touch @CANARY@"),
        lambda: open("@CANARY@", "w").close(),
        lambda: print(open("@ROOT@/gradebook.db", "rb").read(6)),
        lambda: print(system.listdir("@ROOT@")),
        lambda: print(os.path.genericpath.os.environ["COURSE_SEED"], "SQLite"),
    ):
        try:
            act()
        except BaseException:
            pass
    return area(big) - area(small) + offset""",
            "own": "ring(2, 1)",
        },
        POINTS,
    ),
    "notes_what_goes_along": (
        {
            "area": f"""{SIDE}
noted = []
def receive(there=side.wire.receive):
    message = there()
    noted.append(str(side.plain.unpack(message, lambda remote, tensor=None: remote)))
    return message
side.wire.receive = receive
{AREA}""",
            "ring": """def ring(big, small):
    print(noted)
    noted.append(str(globals()))
    if "21" + "97" in str(noted):  # it would be seen by its points
        return 0
    return area(big) - area(small) + offset""",
            "own": "print(noted)",
        },
        POINTS,
    ),
    "says_that_it_bound_names_of_the_tests": (
        {
            "area": f"""{SIDE}
more = {{"mul": lambda a, b: 12, "offset": 0, "expected": 0, "secret": 0, "kept": 12}}
def forged(source, *rest, run=side.run, **options):
    report = run(source, *rest, **options)
    report["names"] |= more
    return report
side.run = forged
def area(r):
    return 12""",
        },
        NOTHING,
    ),
    "agrees_with_every_sum": (
        {
            "ring": """class Yes(float):
    def __eq__(self, other): return True
    def __add__(self, other): return self
    __radd__ = __sub__ = __rsub__ = __add__
offset = Yes()
def ring(big, small):
    return offset"""
        },
        POINTS | {"test_ring": 0.0, "test_calls": 0.0},
    ),
    "keeps_what_is_taken_away": (
        {"ring": f"mine = area\n{RING.replace('area', 'mine')}"},
        POINTS | {"test_calls": 0.0},
    ),
    "takes_nothing_away": (
        {
            "area": f"""{SIDE}
import contextlib
def told(gone, given):
    side.shell.user_ns.update(given)
    return contextlib.nullcontext()
side._as_told = told
{AREA}"""
        },
        POINTS | {"test_calls": 0.0},
    ),
    "ends_where_something_is_taken_away": (
        {
            "ring": """import os
def ring(big, small):
    if "area" not in globals():
        os._exit(0)
    return area(big) - area(small) + offset"""
        },
        POINTS | {"test_calls": 0.0},
    ),
    # Such a test asks the answer whether it misses its helper.
    "says_that_it_misses_what_it_never_calls": (
        {
            "ring": """def ring(big, small):
    if "area" not in globals():
        raise NameError("area")
    return 3 * (big * big - small * small) + offset"""
        },
        POINTS,
    ),
}


class Battle:
    """A class of one honest student and all attackers, graded by one of the two commands."""

    def __init__(self, root: Path, command: str):
        self.root, self.canary = root / "course", root / "canary"
        target.write_course(self.root, "rings", CELLS)
        self.hand_in("honest", {})
        for name, (answers, _) in ATTACKS.items():
            self.hand_in(name, answers)
        self.command = command
        if command == "nbgrader autograde":
            for what in ("autograde", "generate_feedback"):
                outcome = nbgrader_process.run(what, "ps", root=self.root, seconds=600)
                assert outcome.ok, outcome.log[-3000:]
            return
        words = [sys.executable, "-m", "course_utils.tools.cli", "grade", "ps", "--feedback"]
        done = subprocess.run(words, cwd=self.root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]

    def hand_in(self, student: str, answers: dict[str, str]) -> None:
        places = {"@CANARY@": str(self.canary), "@ROOT@": str(self.root)}
        given = {"area": AREA, "ring": RING} | answers
        for word, value in places.items():
            given = {name: source.replace(word, value) for name, source in given.items()}
        nb = target.honest(self.root, given, "rings")
        nb.cells.append(new_code_cell(given.get("own", "print(ring(2, 1))")))
        folder = self.root / "submitted" / student / "ps"
        folder.mkdir(parents=True)
        nbformat.write(nb, folder / "rings.ipynb")

    def points(self, student: str) -> dict[str, float]:
        with Gradebook(f"sqlite:///{self.root}/gradebook.db") as gradebook:
            submission = gradebook.find_submission("ps", student)
            return {grade.name: grade.score for grade in submission.notebooks[0].grades}

    def page(self, student: str) -> str:
        """What a student is shown, as text."""
        (page,) = (self.root / "feedback" / student).rglob("*.html")
        return html.unescape(re.sub(r"<[^>]*>", "", page.read_text()))

    def printed(self, student: str) -> str:
        """What cells other than tests have shown."""
        file = self.root / "autograded" / student / "ps" / "rings.ipynb"
        cells = json.loads(file.read_text())["cells"]
        own = [c for c in cells if not c["metadata"].get("nbgrader", {}).get("grade")]
        return "".join(str(cell.get("outputs")) for cell in own)


@pytest.fixture(scope="module", params=["nbgrader autograde", "course grade"])
def battle(request):
    root = Path(tempfile.mkdtemp(prefix="redteam-"))
    yield Battle(root, request.param)
    shutil.rmtree(root, ignore_errors=True)


def test_all_is_judged_apart(battle):
    (kept,) = (battle.root / ".grading").rglob("ways.json")

    assert [cell["way"] for cell in json.loads(kept.read_text())["rings"][1]] == ["apart"] * 3
    assert battle.points("honest") == POINTS


@pytest.mark.parametrize("name", ATTACKS)
def test_no_attack_gains_a_point(battle, name):
    assert battle.points(name) == ATTACKS[name][1]


@pytest.mark.parametrize("name", ATTACKS)
def test_no_secret_is_shown(battle, name):
    page, printed = battle.page(name), battle.printed(name)

    assert not any(secret in page + printed for secret in SECRETS)
    assert "SQLite" not in printed and "area" in page


def test_nothing_outside_was_changed(battle):
    assert not battle.canary.exists()
