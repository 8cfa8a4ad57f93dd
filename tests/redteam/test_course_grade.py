"""`course grade` looks at files before nbgrader does: what they are stops nobody there either."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import target
from course_utils.grading import Course
from course_utils.grading.judging.sandbox.walls import missing
from course_utils.grading.results import grades
from course_utils.grading.running import grade_class


@pytest.mark.proof
def test_strange_files_cost_their_owner_points_and_nobody_else(tmp_path):
    target.lay_out(tmp_path, unsafe=missing() is not None)
    chosen = {attack.name: attack for attack in target.attacks() if attack.write is not None}
    target.hand_in(tmp_path, "honest", None, {})
    for name, attack in chosen.items():
        target.hand_in(tmp_path, name, attack, {})
    course = Course(tmp_path)
    done = grade_class.grade(course.assignment("ps")).records
    result = {
        student.student: student for student in grades.read(course.assignment("ps"), done).students
    }

    assert len(chosen) > 20
    assert result["honest"].total == sum(target.POINTS.values())
    for name, attack in chosen.items():
        assert result[name].total == sum(attack.points.values()), name
    again = grade_class.grade(course.assignment("ps"))
    assert again.records == done and set(again.states.values()) == {"done"}


def ordinary_user(folder) -> list[str]:
    """A command in front of another that makes it an ordinary user's, to whom `folder` is given."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("this is root, who cannot become another user without setpriv")
    command = ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups"]
    code = "import subprocess, sys, course_utils.grading; subprocess.check_call([sys.executable])"
    tried = [*command, sys.executable, "-c", code]
    if subprocess.run(tried, capture_output=True, check=False, input=b"").returncode:
        pytest.skip("an ordinary user cannot read this Python")
    for place in [folder, *folder.rglob("*")]:
        os.chown(place, 54321, 54321)
    return command


@pytest.fixture
def folder():
    """A folder where every user can go, unlike pytest's own."""
    place = Path(tempfile.mkdtemp(prefix="redteam-"))
    yield place
    shutil.rmtree(place, ignore_errors=True)


@pytest.mark.proof
@pytest.mark.skipif(missing() is not None, reason=f"no walls here: {missing()}")
@pytest.mark.parametrize("who", ["as we are", "as an ordinary user"])
def test_attacks_on_the_machine_get_nothing_of_it_and_are_told_of(folder, who):
    root = folder / "course"
    root.mkdir()
    target.lay_out(root)
    attacks = {attack.name: attack for attack in target.attacks("machine")}
    for name, attack in attacks.items():
        target.hand_in(root, name, attack, {})
    target.hand_in(root, "honest", None, {})
    before = ordinary_user(folder) if who == "as an ordinary user" else []
    environment = os.environ | {"HOME": str(folder), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "course_utils.tools.cli", "grade", "ps", "--feedback"]
    graded = subprocess.run(
        [*before, *command, "--json", "-"],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert graded.returncode in (0, 1) and graded.stdout, graded.stderr
    content = json.loads(graded.stdout)
    totals = {student["student"]: student["total"] for student in content["students"]}

    assert len(attacks) >= 24
    assert totals == {n: sum(a.points.values()) for n, a in attacks.items()} | {
        "honest": sum(target.POINTS.values())
    }
    for name in attacks:
        (notebook,) = (root / "autograded" / name).rglob("*.ipynb")
        outputs = [cell.get("outputs") for cell in json.loads(notebook.read_text())["cells"]]
        assert "SQLite:" not in str(outputs), name
        (page,) = (root / "feedback" / name).rglob("*.html")
        assert "AF_VSOCK" not in page.read_text(), name
    told = dict(content["summary"]["refused"])
    assert "socket AF_VSOCK" in told["listens_beside_the_machine"]
    assert told["listens_beside_the_machine"].startswith("pool: ")
    assert "honest" not in told
