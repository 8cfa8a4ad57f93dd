"""`course` as typed: what it prints, how it ends, and one clear line for bad input."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils import cli
from course_utils.grading.judging import walls
from course_utils.grading.judging.walls import missing


def course_command(*arguments, cwd=None):
    """Run `course` as a user would, in a process of its own."""
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from course_utils.cli import main; raise SystemExit(main())",
            *arguments,
        ],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=300,
    )


def assert_one_line(result, line, status=2):
    """Nothing on stdout, exactly one line on stderr."""
    assert (result.returncode, result.stdout, result.stderr) == (status, "", f"course: {line}\n")


def everything(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_grading_prints_a_table_and_the_reasons(course, hand_in, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    hand_in("ada")
    hand_in("bela", {"double": "def double(x):\n    return abs(2 * x)"})
    hand_in("cora", "no notebook")

    status = cli.main(
        ["grade", "ps0", "--course", str(course.root), "--csv", f"{course.root}/points.csv"]
    )

    printed = capsys.readouterr().out
    rows = {words[0]: words[1:] for words in map(str.split, printed.splitlines()) if words}
    assert status == 0
    assert "1 Doubling 2 Halving" in " ".join(printed.split())
    assert rows["of"] == ["2", "3", "5"]
    words = " ".join(printed.split())
    assert "bela -2 test_double: negative numbers are doubled too" in words
    assert "cora -5 the notebook is damaged" in words
    assert (course.root / "points.csv").read_text().splitlines() == [
        "student,total,1 Doubling,2 Halving,problem",
        "ada,5,2,3,",
        "bela,3,0,3,",
        'cora,0,0,0,"the notebook is damaged: the file is no JSON, so no Jupyter can open it"',
    ]


def test_an_unknown_assignment_is_one_line_and_nothing_is_written(course, hand_in):
    hand_in("ada")
    before = everything(course.root)

    result = course_command("grade", "ps7", "--course", str(course.root))

    assert_one_line(result, "unknown assignment 'ps7': course/source has ps0_numbers")
    assert everything(course.root) == before


def test_an_empty_class_is_one_line_and_nothing_is_written(course):
    before = everything(course.root)

    result = course_command("grade", "ps0", "--course", str(course.root))

    submitted = course.root / "submitted"
    assert_one_line(
        result,
        "nobody has handed in ps0_numbers: put the notebooks into "
        f"{submitted}/STUDENT/ps0_numbers/",
    )
    assert everything(course.root) == before


def test_a_folder_named_wrongly_is_one_line_and_the_others_are_graded(course, hand_in):
    hand_in("ada")
    folder = hand_in("bela").parent
    folder.rename(folder.with_name("ps0-numbers"))

    result = course_command("grade", "ps0", "--course", str(course.root))

    assert result.returncode == 1
    assert result.stderr == "course: submitted/bela holds ps0-numbers: rename it to ps0_numbers\n"
    assert "ada" in result.stdout


def test_a_folder_that_is_no_course_is_one_line(tmp_path):
    result = course_command("grade", "ps1", "--course", str(tmp_path))

    assert_one_line(result, f"{tmp_path} is no nbgrader course: it has no nbgrader_config.py")


def test_no_network_is_one_line_and_the_cache_stays_empty(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))

    result = course_command("data", "download", "mnist")

    assert result.returncode == 2
    assert result.stderr.startswith("course: ") and result.stderr.count("\n") == 1
    assert "COURSE_OFFLINE" in result.stderr
    assert {path.name for path in tmp_path.rglob("*")} == {".mnist.lock"}


def test_an_unknown_data_set_is_one_line_with_the_names():
    result = course_command("data", "show", "mnits")

    assert result.returncode != 0
    assert result.stderr.startswith("course: unknown data set 'mnits'")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("count", ["0", "-1", "two"])
def test_a_wrong_number_of_workers_is_refused(course, count, capsys):
    with pytest.raises(SystemExit):
        cli.main(["grade", "ps0", "--course", str(course.root), f"--workers={count}"])

    assert f"'{count}' is not a whole number of at least 1" in capsys.readouterr().err


def test_doctor_tries_the_walls_and_says_so(capsys):
    status = cli.main(["doctor"])
    printed = " ".join(capsys.readouterr().out.split())

    walled = missing() is None
    assert status == (0 if walled else 1)
    assert ("course grade` can run what students write" in printed) == walled
    assert "yes walls" in printed or "NO walls" in printed


def test_grading_without_walls_is_refused_unless_asked_for(course, hand_in, capsys, monkeypatch):
    hand_in("ada")
    (course.root / "nbgrader_config.py").write_text(
        "from course_utils.grading import configure\nc = get_config()\nconfigure(c)\n"
    )
    monkeypatch.setattr(walls, "missing", lambda: "no bubblewrap, say")
    arguments = ["grade", "ps0", "--course", str(course.root)]

    refused = cli.main(arguments)
    said = capsys.readouterr().err
    done = cli.main([*arguments, "--unsafe-no-sandbox"])

    assert refused == 2 and "no bubblewrap, say" in said and "--unsafe-no-sandbox" in said
    assert done == 0 and "ada" in capsys.readouterr().out


def test_a_course_that_was_not_switched_on_is_told_how(course, hand_in, capsys):
    hand_in("ada")
    (course.root / "nbgrader_config.py").write_text("c = get_config()\n")

    assert cli.main(["grade", "ps0", "--course", str(course.root)]) == 2
    assert "add `from course_utils.grading import configure`" in capsys.readouterr().err


def test_the_page_for_instructors_names_only_options_that_exist():
    page = (Path(__file__).parents[1] / "assignments" / "README.md").read_text("utf-8")
    lines = re.findall(r"course grade ps1([^\n#]*)", page)
    known = cli.parser()

    assert len(lines) >= 6
    for line in lines:
        words = ["grade", "ps1", *re.sub(r"\$\(.*\)", "tcp://x:1", line).split()]
        assert known.parse_args(words).assignment == "ps1"
