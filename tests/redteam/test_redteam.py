"""A class in which every second submission is an attack: nobody gains, reads, stops or stays."""

import html
import os
import re
import socket
import time
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

import target
from course_utils.grading import Course, nbgrader_process
from course_utils.grading.judging.sandbox.walls import missing
from offspring import watched
from payloads import harmful

pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(
        missing() is not None and os.environ.get("COURSE_WALLS") != "required",
        reason=f"attacks are only let loose behind walls: {missing()}",
    ),
]
ATTACKS = target.attacks()


class Battle:
    """A class that has been graded by one `nbgrader autograde`, and what it did to the machine."""

    def __init__(self, root: Path, attacks: list[target.Attack]):
        self.root = root / "course"
        self.canary = root / "canary"
        self.attackers = {f"attack-{n:02}": attack for n, attack in enumerate(attacks)}
        self.honest = [f"honest-{n:02}" for n in range(len(attacks))]
        target.lay_out(self.root)
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            places = {"ROOT": str(self.root), "CANARY": str(self.canary), "PORT": str(port)}
            for honest, (attacker, attack) in zip(self.honest, self.attackers.items(), strict=True):
                target.hand_in(self.root, honest, None, places)
                target.hand_in(self.root, attacker, attack, places)
            self.before = self.contents()
            began = time.monotonic()
            with watched() as offspring:
                self.outcome = nbgrader_process.run("autograde", "ps", root=self.root, seconds=1500)
                self.seconds = time.monotonic() - began
                self.left = offspring.left()
            server.settimeout(0.1)
            try:
                self.caller = server.accept()
            except TimeoutError:
                self.caller = None
        self.after = self.contents()
        honest = f"--CourseDirectory.student_id_exclude={','.join(self.honest)}"
        self.pages = nbgrader_process.run(
            "generate_feedback", "ps", honest, root=self.root, seconds=600
        )

    def contents(self) -> dict[str, bytes]:
        """The files that nobody may change: settings, sources, what honest students handed in."""
        files = [self.root / "nbgrader_config.py", *(self.root / "source").rglob("*.*")]
        files += (self.root / "submitted").glob("honest-*/ps/*")
        return {str(path): path.read_bytes() for path in files}

    def points(self, student: str) -> dict[str, float]:
        with Gradebook(f"sqlite:///{self.root}/gradebook.db") as gradebook:
            submission = gradebook.find_submission("ps", student)
            return {grade.name: grade.score for grade in submission.notebooks[0].grades}

    def page(self, student: str) -> str:
        (file,) = (self.root / "feedback" / student / "ps").glob("*.html")
        return file.read_text()

    def shown(self, student: str) -> str:
        """What an answer and the cells round it printed."""
        nb = nbformat.read(self.root / "autograded" / student / "ps" / "pool.ipynb", 4)
        own = [c for c in nb.cells if not c.metadata.get("nbgrader", {}).get("grade")]
        return "".join(str(cell.get("outputs")) for cell in own)


@pytest.fixture(scope="module")
def battle(tmp_path_factory):
    return Battle(tmp_path_factory.mktemp("redteam"), ATTACKS)


def test_there_are_attacks_enough():
    assert len(ATTACKS) >= 60
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)


def test_the_whole_class_is_graded(battle):
    waits = re.findall(r"waits for a person \((.*?)\)", battle.outcome.log)

    assert set(waits) <= set(battle.attackers)  # what they give cannot be sent, or be compared
    assert battle.outcome.ok != bool(waits), battle.outcome.log[-3000:]
    assert battle.pages.ok, battle.pages.log[-3000:]


def test_no_attack_gains_a_point(battle):
    got = {attack.name: battle.points(student) for student, attack in battle.attackers.items()}

    assert got == {attack.name: attack.points for attack in battle.attackers.values()}


def test_no_honest_student_loses_one(battle):
    got = {student: battle.points(student) for student in battle.honest}

    assert got == dict.fromkeys(battle.honest, target.POINTS)


def test_nothing_outside_was_changed(battle):
    assert battle.after == battle.before
    assert not battle.canary.exists()


def test_nobody_called_home(battle):
    assert battle.caller is None


def test_nothing_is_left_running(battle):
    assert battle.left == []
    assert not battle.canary.exists()


def test_no_secret_was_read(battle):
    for student, attack in battle.attackers.items():
        text = html.unescape(re.sub(r"<[^>]*>", "", battle.page(student)))
        shown = battle.shown(student)
        assert target.SECRET not in text, attack.name
        assert "round(secret)" not in text, attack.name
        assert target.SECRET not in shown, attack.name
        assert "SQLite" not in shown and "root:" not in shown, attack.name


def test_no_page_runs_anything(battle):
    """Neither the students' pages nor what the formgrader shows."""
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(config=Course(battle.root).config)  # as the course's settings have it
    for student, attack in battle.attackers.items():
        file = battle.root / "autograded" / student / "ps" / "pool.ipynb"
        for page in (battle.page(student), exporter.from_filename(str(file))[0]):
            tags = re.findall(r"<[^>]*REDTEAM[^>]*>|<script>[^<]*REDTEAM", page)
            assert [tag for tag in tags if 'href="unsafe:' not in tag] == [], attack.name
            drawn = re.findall(r"""<(?:img|svg)\b(?:[^>'"]|'[^']*'|"[^"]*")*>""", page)
            names = [re.sub(r"""'[^']*'|"[^"]*\"""", "", tag) for tag in drawn]  # without values
            assert not [tag for tag in names if re.search("on(error|load)", tag)], attack.name
            assert not re.search(r"href=.{0,3}javascript:", page, re.IGNORECASE), attack.name
            assert len(page) < 20_000_000, attack.name
        assert harmful(battle.page(student)) == [], attack.name
        kept = [path.name for path in (battle.root / "autograded" / student).rglob("evil*")]
        assert kept == [], attack.name


def test_it_took_a_bearable_time(battle):
    slowest = 3 * target.SECONDS + 10
    assert battle.seconds < slowest * len(battle.attackers)
