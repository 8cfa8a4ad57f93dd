"""A term is put away: nothing of it is lost, and nothing of it counts in the next."""

import csv
import io
import shutil

import pytest

from course_utils.grading import Course, CourseError, roster, terms
from course_utils.tools import cli

CLASS = """\
roster = "lists/a.csv"
[due]
ps0 = 2026-01-01T12:00:00Z
[late]
percent = 20
unit = "day"
[[extension]]
student = "bela"
days = 9
"""
TIMES = "student,time\nada,2026-01-01 13:30Z\n"


@pytest.fixture
def typed(course, capsys, monkeypatch):
    """Type a command in the course's folder; its status, and what it printed and complained of."""
    monkeypatch.chdir(course.root)

    def typed(*words):
        status = cli.main([*map(str, words)])
        out, err = capsys.readouterr()
        return status, out, err

    return typed


@pytest.fixture
def ended(course, hand_in, typed):
    """A term that has ended: what its files held."""
    hand_in("ada")
    hand_in("bela", {"halve": "def halve(x):\n    return x // 2"})
    (course.root / "submitted" / "received.csv").write_text(TIMES)
    (course.root / "lists").mkdir()
    (course.root / "lists" / "a.csv").write_text("id,name\nada,Ada L\nbela,B B\ncora,C C\n")
    (course.root / "class.toml").write_text(CLASS)
    assert typed("grade", "ps0", "--feedback")[0] == 0
    assert typed("questions", "ps0")[0] in (0, 1)  # 1: there are fewer than five
    return files(course.root)


def files(folder):
    """What each file below a folder holds."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def totals(file):
    return {row["student"]: row["total"] for row in csv.DictReader(io.StringIO(file.read_text()))}


@pytest.mark.usefixtures("released")
def test_a_term_is_put_away_whole_and_the_next_one_begins_with_nothing_of_it(
    course, hand_in, typed, ended, tmp_path
):
    status, said, _ = typed("archive", "2026", "--dry-run")
    assert (status, files(course.root)) == (0, ended)
    assert "To be put into terms/2026:" in said and "submitted       of 2 students" in said

    assert typed("archive", "2026")[0] == 0
    away = files(course.root / "terms" / "2026")
    stays = {"nbgrader_config.py"}
    assert {name: away.get(name) for name in set(ended) - stays} == {
        name: data for name, data in ended.items() if name not in stays
    }
    here = [name for name in files(course.root) if not name.startswith("terms/2026/")]
    kept = [name for name in ended if name.startswith(("source/", "release/"))]
    assert sorted(here) == sorted([*kept, "nbgrader_config.py", "class.toml", "terms/.gitignore"])
    assert (course.root / "class.toml").read_text() == (
        "# Last term's is terms/2026/class.toml.\n\n[due]\n# ps0 = 2026-01-01T12:00:00+00:00\n\n"
        '[late]\npercent = 20\nunit = "day"\n'
    )
    assert roster.read(Course(course.root)) == roster.Roster(
        late={"percent": 20, "unit": "day"}, decides=True
    )

    assert typed("grade", "ps0")[::2] == (
        2,
        "course: nobody has handed in ps0_numbers: put the notebooks into "
        f"{course.root}/submitted/STUDENT/ps0_numbers/\n",
    )
    hand_in("dora")
    assert typed("grade", "ps0", "--feedback")[0] == 0
    assert typed("export", "ps0", tmp_path / "now.csv")[0] == 0
    assert totals(tmp_path / "now.csv") == {"dora": "5"}
    assert typed("totals", tmp_path / "term.csv")[0] == 0
    assert totals(tmp_path / "term.csv") == {"dora": "5"}

    old = ("--course", course.root / "terms" / "2026")
    assert typed("export", "ps0", tmp_path / "then.csv", *old)[0] == 0
    assert totals(tmp_path / "then.csv") == {"ada": "4", "bela": "4", "cora": "0"}
    assert typed("grade", "ps0", "--dry-run", *old)[1].split() == ["ada", "done", "bela", "done"]
    assert typed("archive", "2026")[::2] == (
        2,
        f"course: there is a term 2026 already: {course.root}/terms/2026\n",
    )


@pytest.mark.usefixtures("released")
@pytest.mark.parametrize("done", [0, 3, 6])
def test_who_is_stopped_half_way_types_the_same_again(course, ended, typed, monkeypatch, done):
    real, left = shutil.move, [done]

    def move(source, target):
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return real(source, target)

    monkeypatch.setattr(shutil, "move", move)
    stopped = typed("archive", "2026")[0]
    monkeypatch.setattr(shutil, "move", real)
    assert stopped == 130 and typed("archive", "2026")[0] == 0
    away = files(course.root / "terms" / "2026")
    assert all(away[name] == data for name, data in ended.items() if name != "nbgrader_config.py")
    assert "[late]" in (course.root / "class.toml").read_text()
    assert not list((course.root / "terms" / "2026").glob(".unf*"))


def test_where_nothing_is_there_is_nothing_to_put_away(course, typed):
    assert typed("archive", "2026")[0] == 2
    assert not (course.root / "terms").exists()


@pytest.mark.parametrize("name", ["a/b", "", "..", "x*"])
def test_a_term_has_the_name_of_a_folder(course, name):
    with pytest.raises(CourseError, match="cannot be the name of a folder"):
        terms.plan(course, name)


@pytest.mark.usefixtures("released")
def test_a_gradebook_on_a_server_is_not_put_away_but_has_to_be_another_one(
    course, ended, monkeypatch
):
    """One in a file, that its address does not give away as such."""
    address = course.database
    server = address.replace("sqlite:", "sqlite+pysqlite:")
    monkeypatch.setattr(Course, "database", server)
    with pytest.raises(CourseError, match="the gradebook on the server has 2 hand-ins"):
        terms.plan(course, "2026")

    monkeypatch.setattr(Course, "database", server.replace("gradebook.db", "next.db"))
    made = terms.plan(course, "2026")
    assert not made.whole and "gradebook.db" not in [move.name for move in made.moves]
