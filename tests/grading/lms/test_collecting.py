"""From the downloads of learning platforms to a class's folder: all of it, once, in its place."""

import json
from datetime import UTC, datetime

import pytest

from course_utils.grading import CourseError, received
from course_utils.grading.lms import collected, collecting, moodle
from course_utils.tools import cli

ROSTER = """Student,ID,SIS User ID,SIS Login ID,Section
"Lovelace, Ada",4711,u1,ada,A
"Bartók, Béla",4712,u2,bela,A
"""
CANVAS = {
    "lovelaceada_4711_901_numbers.ipynb": "{1}",
    "bartókbéla_LATE_4712_902_numbers-2.ipynb": "{2}",
}
MOODLE = {
    "Ada Lovelace_12345_assignsubmission_file_/numbers.ipynb": "{1}",
    "Béla Bartók_12346_assignsubmission_file_numbers (1).ipynb": "{2}",
}
WORKSHEET = """\ufeffIdentifier,Full name,ID number,Email address,Status,Grade,Maximum grade,\
Grade can be changed,Last modified (submission),Last modified (grade),Feedback comments
Participant 12345,Ada Lovelace,u1,ada@x.org,Submitted for grading - ,,5.00,Yes,\
"Monday, 12 October 2026, 2:14 PM",-,"two
lines"
Participant 12346,Béla Bartók,u2,bela@x.org,Submitted - 3 mins late,,5.00,Yes,\
"Tuesday, 13 October 2026, 12:05 AM",-,
Participant 12347,Cora,u3,cora@x.org,No submission - ,,5.00,Yes,-,-,
"""
METADATA = """submission_7:
  :submitters:
  - :name: Ada Lovelace
    :sid: u1
    :email: ada@x.org
  :created_at: 2026-10-12 14:14:00.123456000 Z
  :score: 0.0
submission_8:
  :submitters:
  - :name: Béla Bartók
    :sid: u2
  :created_at: 2026-10-13 00:05:00.000000000 +02:00
"""
GRADESCOPE = {
    "assignment_1_export/submission_metadata.yml": METADATA,
    "assignment_1_export/submission_7/numbers.ipynb": "{1}",
    "assignment_1_export/submission_8/deep/numbers.ipynb": "{2}",
}
ILIAS = {
    "numbers/status.csv": "",
    "numbers/Lovelace_Ada_ada_31/20261012141400_numbers.ipynb": "{1}",
    "numbers/Bartok_Bela_bela_32/20261013000500_numbers.ipynb": "{2}",
}
FOLDER = {"all/ada/numbers.ipynb": "{1}", "all/bela/ps0_numbers/numbers.ipynb": "{2}"}
LATE = "bela: late, and the download does not say when: write it into received.csv"
ADA, BELA = "ada/ps0_numbers/numbers.ipynb", "bela/ps0_numbers/"


@pytest.fixture
def known(course):
    (course.root / "roster.csv").write_text(ROSTER, "utf-8")


def collect(course, *files, system):
    made = collecting.plan(course, list(files), system)
    collecting.carry_out(made)
    return [str(step.state) for step in made.steps], made.lines


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("system", "members", "name"),
    [
        ("canvas", CANVAS, "numbers-2.ipynb"),
        ("moodle", MOODLE, "numbers (1).ipynb"),
        ("gradescope", GRADESCOPE, "deep/numbers.ipynb"),
        ("ilias", ILIAS, "numbers.ipynb"),
        ("folder", FOLDER, "numbers.ipynb"),
    ],
)
def test_each_hand_in_lies_once_where_its_student_is(course, zipped, lying, system, members, name):
    download = zipped(members)
    first, _ = collect(course, download, system=system)
    again, lines = collect(course, download, system=system)
    files = lying()
    files.pop("received.csv", None)

    assert (first, again) == (["new", "new"], ["there already"] * 2)
    assert lines == ([LATE] if system == "canvas" else [])
    assert files == {ADA: "{1}", f"{BELA}{name}": "{2}"}


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("system", "members", "said"),
    [
        ("folder", FOLDER, "came from ada, bela: they count as in time; write a row"),
        ("moodle", MOODLE, "or give Moodle's grading worksheet, and collect"),
        ("gradescope", GRADESCOPE, None),
    ],
)
def test_where_a_due_date_cannot_be_held_against_a_hand_in_that_is_said(
    course, zipped, system, members, said
):
    (course.root / "class.toml").write_text("[due]\nps0 = 2026-10-12\n")
    _, lines = collect(course, zipped(members), system=system)

    assert len(lines) == (said is not None)
    assert all(said in line for line in lines)


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("system", "members"), [("gradescope", GRADESCOPE), ("ilias", ILIAS), ("moodle", MOODLE)]
)
def test_when_it_came_is_entered_where_the_platform_says_it(
    course, zipped, tmp_path, system, members, monkeypatch
):
    monkeypatch.setenv("TZ", "Europe/Berlin" if system == "gradescope" else "UTC")
    import time

    time.tzset()
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(WORKSHEET, "utf-8")
    files = [zipped(members), *([sheet] if system == "moodle" else [])]
    collect(course, *files, system=system)
    times = received.read(course.root / "submitted", "ps0_numbers")[0]
    bela = "2026-10-12 22:05" if system == "gradescope" else "2026-10-13 00:05"

    assert {student: moment[:16] for student, moment in times.items()} == {
        "ada": "2026-10-12 14:14",
        "bela": bela,
    }


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Wednesday, 10 June 2026, 2:14 PM", (2026, 6, 10, 14, 14)),
        ("Wednesday, June 10, 2026, 12:14 AM", (2026, 6, 10, 0, 14)),
        ("Wednesday, 10 June 2026, 14:14:09", (2026, 6, 10, 14, 14, 9)),
        ("Mittwoch, 10. März 2026, 14:14", (2026, 3, 10, 14, 14)),
        ("mardi 3 juin 2026, 08:05", (2026, 6, 3, 8, 5)),
        ("-", None),
        ("", None),
        ("Monday, 40 June 2026, 2:14 PM", None),
    ],
)
def test_moodles_own_way_to_write_a_time(text, moment):
    expected = datetime(*moment).astimezone() if moment else None

    assert moodle.time_of(text) == expected


@pytest.mark.usefixtures("known")
def test_late_without_a_time_is_said_until_somebody_writes_it(course, zipped):
    for _ in range(2):
        assert collect(course, zipped(CANVAS), system="canvas")[1] == [LATE]
    (course.root / "submitted" / "received.csv").write_text(
        "student,time\nbela,2026-10-13 08:00Z\n"
    )

    assert collect(course, zipped(CANVAS), system="canvas")[1] == []


@pytest.mark.usefixtures("known")
def test_when_it_came_can_be_said_later(course, zipped, tmp_path):
    """The worksheet was forgotten, and somebody has written a row of their own since."""
    download, sheet = zipped(MOODLE), tmp_path / "sheet.csv"
    sheet.write_text(WORKSHEET, "utf-8")
    submitted = course.root / "submitted"
    collect(course, download, system="moodle")
    (submitted / "received.csv").write_text("student,time\nbela,2026-10-11 08:00Z\n")
    states, _ = collect(course, download, sheet, system="moodle")
    times, _ = received.read(submitted, "ps0_numbers")

    assert states == ["there already"] * 2
    assert times["bela"].startswith("2026-10-11 08:00") and times["ada"].startswith("2026-10-12")


@pytest.mark.usefixtures("known")
def test_a_newer_hand_in_takes_the_place_of_the_older_which_is_kept(course, zipped, lying):
    collect(course, zipped({"lovelaceada_4711_901_numbers.ipynb": "{1}"}), system="canvas")
    newer = zipped({"lovelaceada_4711_950_numbers.ipynb": "{3}"}, "newer.zip")
    states, _ = collect(course, newer, system="canvas")
    kept = (course.root / ".grading" / "ps0_numbers" / "earlier").rglob("*.ipynb")

    assert states == ["newer"]
    assert lying() == {ADA: "{3}"} and [path.read_text() for path in kept] == ["{1}"]


@pytest.mark.usefixtures("known")
def test_an_older_download_changes_nothing(course, zipped, lying):
    ilias = "Lovelace_Ada_ada_31/2026{}_numbers.ipynb"
    collect(course, zipped({ilias.format("1012141400"): "{2}"}), system="ilias")
    states, _ = collect(course, zipped({ilias.format("1011141400"): "{1}"}), system="ilias")
    lies = lying()

    assert states == ["earlier"] and lies[ADA] == "{2}"
    assert "2026-10-12" in lies["received.csv"] and "10-11" not in lies["received.csv"]


@pytest.mark.usefixtures("known")
def test_of_several_attempts_in_one_download_the_last_is_the_newest_file(course, zipped):
    members = {
        "lovelaceada_4711_20_numbers.ipynb": "{2}",
        "lovelaceada_4711_3_numbers.ipynb": "{1}",
    }
    collect(course, zipped(members), system="canvas")
    folder = course.root / "submitted/ada/ps0_numbers"
    newest = max(folder.iterdir(), key=lambda path: path.stat().st_mtime)

    assert len(list(folder.iterdir())) == 2 and newest.read_text() == "{2}"


@pytest.mark.usefixtures("known")
def test_what_nobody_collected_stays(course, zipped, lying, hand_in):
    before = hand_in("ada").read_text()
    states, lines = collect(course, zipped(CANVAS), system="canvas")

    assert states == ["left out", "new"] and lying()[ADA] == before
    assert lines[0].startswith("ada: something else lies in ")


@pytest.mark.usefixtures("known")
def test_what_is_no_folder_stays_too(course, zipped):
    (course.root / "submitted" / "ada").mkdir(parents=True)
    (course.root / "submitted" / "ada" / "ps0_numbers").write_text("a file")
    states, _ = collect(course, zipped(CANVAS), system="canvas")

    assert states == ["left out", "new"]
    assert (course.root / "submitted" / "ada" / "ps0_numbers").read_text() == "a file"


@pytest.mark.usefixtures("known")
def test_a_correction_by_hand_survives_collecting_again(course, zipped, lying):
    collect(course, zipped(ILIAS), system="ilias")
    (course.root / "submitted" / ADA).write_text("{mended}")
    table = course.root / "submitted" / "received.csv"
    table.write_text(table.read_text().replace("2026-10-13", "2026-10-10"))
    before = lying()
    collect(course, zipped(ILIAS), system="ilias")

    assert lying() == before


@pytest.mark.usefixtures("known")
def test_who_is_not_in_the_roster_is_named_and_not_graded(course, zipped, lying):
    members = CANVAS | {"evaeve_99_9_numbers.ipynb": "{}", "notes.txt": ""}
    _, lines = collect(course, zipped(members), system="canvas")

    assert "download.zip: nobody's, by their names: notes.txt" in lines
    assert any(line.startswith("evaeve_99_9: nobody in the roster is evaeve") for line in lines)
    assert set(lying()) == {ADA, f"{BELA}numbers-2.ipynb"}


def test_without_a_roster_names_are_the_folders(course, zipped, lying):
    collect(course, zipped(MOODLE), system="moodle")

    assert {path.partition("/")[0] for path in lying()} == {"Ada Lovelace", "Béla Bartók"}


def test_one_person_in_class_toml_is_no_roster(course, zipped, lying):
    text = '[[person]]\nid = "ada"\nname = "Ada Lovelace"\nextra_days = 1\n'
    (course.root / "class.toml").write_text(text)
    _, lines = collect(course, zipped(MOODLE), system="moodle")

    assert {path.partition("/")[0] for path in lying()} == {"ada", "Béla Bartók"} and lines == []


def test_two_of_one_name_need_a_roster(course, zipped, lying):
    members = {f"Ada L_{n}_assignsubmission_file_/numbers.ipynb": f"{{{n}}}" for n in (1, 2)}
    _, lines = collect(course, zipped(members), system="moodle")

    assert lying() == {}
    assert lines == [
        "Ada L: 2 persons have this name: not collected; put the platform's roster into the "
        "course's folder as roster.csv"
    ]


def test_two_of_one_name_in_the_roster_are_not_mixed_up(course, zipped, lying):
    (course.root / "roster.csv").write_text("id,name\nann,Ann Lee\nlee,Lee Ann\n")
    _, lines = collect(
        course, zipped({"Ann Lee_7_assignsubmission_file_/numbers.ipynb": "{}"}), system="moodle"
    )

    assert lying() == {}
    assert lines == [
        "Ann Lee_7_assignsubmission_file_: ann and lee are both called Ann Lee: not collected; "
        "collect it with Moodle's grading worksheet, which tells them apart"
    ]


TEAM = "Team 1-{}_{}_assignsubmission_file_/numbers.ipynb"


@pytest.mark.usefixtures("known")
def test_each_of_a_team_in_moodle_is_recognised(course, zipped, lying):
    members = {
        TEAM.format(name, n): "{1}" for n, name in enumerate(["Ada Lovelace", "Béla Bartók"])
    }
    _, lines = collect(course, zipped(members), system="moodle")

    assert set(lying()) == {ADA, f"{BELA}numbers.ipynb"} and lines == []


@pytest.mark.usefixtures("known")
def test_a_double_name_is_no_member_of_a_team(course, zipped, lying):
    members = {"Eva-Ada Lovelace_7_assignsubmission_file_/numbers.ipynb": "{}"}
    _, lines = collect(course, zipped(members), system="moodle")

    assert lying() == {} and "nobody in the roster is Eva-Ada Lovelace" in lines[0]


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("name", "inside", "path"),
    [
        ("numbers.zip", {"a/numbers.ipynb": "{9}", "__MACOSX/._x": ""}, "numbers/a/numbers.ipynb"),
        ("numbers.ipynb.txt", "{9}", "numbers.ipynb"),
        ("numbers.ipynb.json", "{9}", "numbers.ipynb"),
        ("NUMBERS.IPYNB", "{9}", "NUMBERS.ipynb"),
        ("numbers.ipynb.zip", {"numbers.ipynb": "{9}"}, "numbers/numbers.ipynb"),
        (
            "numbers2.ZIP",
            {"a/numbers.zip": {"numbers.ipynb": "{9}"}},
            "numbers2/a/numbers/numbers.ipynb",
        ),
    ],
)
def test_packed_and_renamed_notebooks_are_put_right(
    course, zipped, packed_bytes, lying, name, inside, path
):
    def packed(inside):
        if isinstance(inside, str):
            return inside
        return packed_bytes({name: packed(data) for name, data in inside.items()})

    data = packed(inside)
    _, lines = collect(course, zipped({f"lovelaceada_4711_1_{name}": data}), system="canvas")

    assert lying() == {f"ada/ps0_numbers/{path}": "{9}"} and lines == []


@pytest.mark.usefixtures("known")
def test_a_hostile_zip_is_its_students_line_and_nobody_elses(
    course, tmp_path, zipped, packed_bytes
):
    bomb = packed_bytes({"x.ipynb": b"\0" * 60_000_000})
    away = packed_bytes({"../../../bela/ps0_numbers/numbers.ipynb": "{0}"})
    broken = b"PK\3\4 no zip"
    large = packed_bytes({"x.txt": b"\0" * 15_000_000})
    many = {f"{n}.zip": large for n in range(5)}
    for hostile, says in (
        (bomb, "x.ipynb has more than 50 MB"),
        (away, "has a path that leads elsewhere"),
        (broken, "numbers.zip cannot be unpacked: "),
        (packed_bytes({"a.zip": bomb}), "numbers/a.zip cannot be unpacked: x.ipynb has more than"),
        (packed_bytes(many), "numbers/3.zip cannot be unpacked: all of it unpacks to more than"),
        (packed_bytes({}), "numbers.zip is a zip of nothing"),
        (
            packed_bytes({"work.rar": "Rar!"}),
            "no notebook among numbers/work.rar: unpack numbers/work.rar into the student's folder",
        ),
    ):
        members = {"lovelaceada_4711_1_numbers.zip": hostile} | dict(list(CANVAS.items())[1:])
        made = collecting.plan(course, [zipped(members)], "canvas")
        ada, bela = made.steps

        assert (ada.student, bela.student) == ("ada", "bela")
        assert any(line.startswith("ada: ") and says in line for line in made.lines), made.lines
        assert all(name.startswith("numbers") for name in ada.files) and bela.remarks[0].startswith(
            "late"
        )


@pytest.mark.usefixtures("known")
def test_a_hand_in_of_which_nothing_can_be_had_takes_no_place(course, zipped, lying):
    collect(course, zipped({"lovelaceada_4711_1_numbers.ipynb": "{1}"}), system="canvas")
    states, lines = collect(
        course, zipped({"../lovelaceada_4711_2_numbers.ipynb": "{2}"}, "newer.zip"), system="canvas"
    )

    assert (states, lying()) == (["left out"], {ADA: "{1}"})
    assert lines == ["ada: numbers.ipynb has a path that leads elsewhere: left out"]


@pytest.mark.usefixtures("known")
def test_stopped_half_way_it_goes_on(course, zipped, lying, monkeypatch):
    put = collecting._put
    monkeypatch.setattr(
        collecting, "_put", lambda a, step: put(a, step) if step.student == "ada" else 1 / 0
    )
    with pytest.raises(ZeroDivisionError):
        collect(course, zipped(CANVAS), system="canvas")
    monkeypatch.undo()
    states, _ = collect(course, zipped(CANVAS), system="canvas")

    assert states == ["there already", "new"] and len(lying()) == 2


@pytest.mark.usefixtures("known")
def test_what_cannot_be_written_is_its_students_line(course, zipped, lying):
    members = dict(list(CANVAS.items())[1:]) | {f"lovelaceada_4711_1_{'x' * 260}.ipynb": "{1}"}
    made = collecting.plan(course, [zipped(members)], "canvas", "ps0")
    collecting.carry_out(made)

    assert set(lying()) == {f"{BELA}numbers-2.ipynb"}
    assert made.lines[-1].startswith("ada: cannot be written: File name too long: put xxx")
    assert made.lines[-1].endswith(" into submitted/ by hand")
    assert not (course.root / "submitted" / "ada").exists()
    assert list(collected.read(made.assignment)) == ["bela"]


def test_nothing_is_written_for_a_dry_run(course, zipped, capsys):
    where = ["--from=canvas", "--course", str(course.root)]
    before = sorted(course.root.rglob("*"))

    assert cli.main(["collect", str(zipped(CANVAS)), "--dry-run", *where]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines()[0].split() == ["bartókbéla", "new", "-", "numbers-2.ipynb"]
    assert out.splitlines()[-1] == "ps0_numbers from canvas, would be collected: 2 new"
    assert err.count("\n") == 1 and sorted(course.root.rglob("*")) == before
    assert cli.main(["collect", str(zipped(CANVAS)), *where]) == 1
    row = "student,time\nbartókbéla,2026-10-13 08:00Z\n"
    (course.root / "submitted" / "received.csv").write_text(row, "utf-8")
    assert cli.main(["collect", str(zipped(CANVAS)), *where]) == 0
    assert collected.read(course.assignment("ps0"))["lovelaceada"].origin == "lovelaceada_4711_901"


@pytest.mark.parametrize(
    ("members", "system", "says"),
    [
        ({"a.txt": ""}, "canvas", "nothing in download.zip is a hand-in by the names that canvas"),
        ({"a_1_2_b.ipynb": ""}, "canvas", "which assignment is this?"),
        ({"x/y.ipynb": ""}, "gradescope", "expected submission_metadata.yml in the download"),
        (
            {"submission_metadata.yml": "a: ["},
            "gradescope",
            "submission_metadata.yml cannot be read",
        ),
    ],
)
def test_what_is_no_download_is_refused(course, zipped, members, system, says):
    with pytest.raises(CourseError, match=says.replace("?", r"\?")):
        collecting.plan(course, [zipped(members)], system)


def test_a_file_that_is_no_zip_is_refused(course, tmp_path):
    (tmp_path / "x.zip").write_text("no")
    (tmp_path / "x.csv").write_text("Student,ID\n")
    for name, says in (
        ("x.zip", "x.zip is no zip that can be read"),
        ("no.zip", "there is no file"),
        ("x.csv", "no grading worksheet of Moodle; a roster lies in the course's folder"),
    ):
        with pytest.raises(CourseError, match=says):
            collecting.plan(course, [tmp_path / name], "canvas")


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("group", [False, True])
def test_what_two_hand_in_together_is_eachs_or_their_groups(course, zipped, lying, group):
    both = "submission_7:\n  :submitters:\n  - :sid: u2\n  - :sid: u1\n"
    members = {"submission_metadata.yml": both, "submission_7/numbers.ipynb": "{1}"}
    if group:
        (course.root / "class.toml").write_text('[[group]]\nmembers = ["ada", "bela"]\n')
    collect(course, zipped(members), system="gradescope")

    assert set(lying()) == ({ADA} if group else {ADA, f"{BELA}numbers.ipynb"})


def test_a_time_of_gradescope_is_in_utc(course, zipped):
    members = {
        "submission_metadata.yml": METADATA,
        "submission_7/numbers.ipynb": "{1}",
    }
    made = collecting.plan(course, [zipped(members)], "gradescope")

    assert made.steps[0].hand_in.received == datetime(2026, 10, 12, 14, 14, 0, 123456, UTC)


ODD = ["--help", "007", "=1+1", "O'Brien, Ann", "{student_id}", "%s", "$(id)", "-", "nan"]


@pytest.mark.parametrize("system", ["moodle", "ilias", "gradescope", "folder"])
def test_whatever_a_student_is_called_their_folder_is(course, zipped, lying, system):
    """A name is no option, no number, no formula and no pattern."""
    names = [name for name in ODD if system != "ilias" or "_" not in name]
    if system == "moodle":
        pages = {f"{name}_{n}_assignsubmission_file_/numbers.ipynb": "" for n, name in named(names)}
    elif system == "ilias":
        pages = {
            f"hw/Last_First_{name}_{n}/20261012141400_numbers.ipynb": "" for n, name in named(names)
        }
    elif system == "folder":
        pages = {f"{name}/numbers.ipynb": "" for name in names}
    else:
        known = {f"submission_{n}": {":submitters": [{":name": name}]} for n, name in named(names)}
        pages = {f"x/{number}/numbers.ipynb": "" for number in known}
        pages["x/submission_metadata.yml"] = json.dumps(known)
    _, lines = collect(course, zipped(pages), system=system)

    assert lines == []
    assert set(lying()) - {"received.csv"} == {
        f"{name}/ps0_numbers/numbers.ipynb" for name in names
    }


def named(names):
    return enumerate(names, start=500)


def test_a_name_that_can_be_no_folder_is_said(course, zipped, lying):
    _, lines = collect(
        course,
        zipped({".../numbers.ipynb": "{1}", "ada/numbers.ipynb": "{1}"}),
        system="folder",
    )

    assert set(lying()) == {ADA}
    assert lines == [
        "...: '...' cannot be the name of a folder: not collected; put it into submitted/ by hand"
    ]


@pytest.mark.usefixtures("known")
def test_numbers_that_no_platform_gives_are_nobodys(course, zipped, lying):
    long = f"lovelaceada_4711_{'9' * 5000}_numbers.ipynb"
    _, (line,) = collect(
        course, zipped({long: "{1}"} | dict(list(CANVAS.items())[:1])), system="canvas"
    )

    assert set(lying()) == {ADA} and "nobody's, by their names: lovelaceada_4711_999" in line


@pytest.mark.usefixtures("known")
def test_a_line_break_in_a_files_name_loses_nothing(course, zipped, lying):
    collect(course, zipped({"lovelaceada_4711_1_numbers\n2.ipynb": "{1}"}), system="canvas")

    assert lying() == {"ada/ps0_numbers/numbers\n2.ipynb": "{1}"}


@pytest.mark.usefixtures("known")
def test_folders_as_windows_writes_them_are_no_files(course, zipped, lying):
    folder = "Ada Lovelace_12345_assignsubmission_file_"
    _, lines = collect(
        course, zipped({f"{folder}\\": "", f"{folder}\\numbers.ipynb": "{1}"}), system="moodle"
    )

    assert (lying(), lines) == ({ADA: "{1}"}, [])


@pytest.mark.usefixtures("known")
def test_a_hand_in_of_which_the_download_has_no_file_is_said(course, zipped, tmp_path):
    sheet = tmp_path / "worksheet.csv"
    sheet.write_text(WORKSHEET, "utf-8")
    part = zipped(dict(list(MOODLE.items())[:1]))
    _, lines = collect(course, part, sheet, system="moodle")
    assert lines == [
        "by the worksheet they have handed in, and there is no file of theirs: Béla Bartók: "
        "download all submissions again"
    ]
    rest = zipped(dict(list(MOODLE.items())[1:]), "rest.zip")
    assert collect(course, part, rest, sheet, system="moodle")[1] == []

    part = zipped(dict(list(GRADESCOPE.items())[:2]), "gradescope.zip")
    _, (line,) = collect(course, part, system="gradescope")
    assert line.endswith("the export names them and has no file of theirs: Béla Bartók")


def test_a_day_that_no_calendar_has_is_one_line(course, zipped):
    wrong = METADATA.replace("2026-10-12 14:14:00.123456000 Z", "2026-13-45 10:00:00 Z")
    with pytest.raises(CourseError, match="submission_metadata.yml cannot be read: month must be"):
        collect(
            course, zipped(GRADESCOPE | {"x/submission_metadata.yml": wrong}), system="gradescope"
        )
