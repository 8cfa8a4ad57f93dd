"""A term of 300 students, from the platform's roster to returned pages, by what the guide types."""

import csv
import io
import os
import re
import shutil
import time
import zipfile
from pathlib import Path

import pytest

from course_utils.tools import cli

GUIDE = Path(__file__).parents[3] / "book" / "instructors.md"
STUDENTS = int(os.environ.get("TERM_STUDENTS", 300))
CLASS = """
[due]
ps0 = 2026-10-12T23:59:00Z
[late]
percent = 20
[[extension]]
student = "s1"
assignment = "ps0"
days = 3
[[group]]
members = ["s2", "s3"]
"""
WRONG = "def double(x):\n    return abs(2 * x)"
DAYS = {0: "12", 1: "14", 2: "12", 3: "12", 4: "14"}  # of October, by the number modulo 5


def points(n):
    """Out of 5: half of the class is right, two in five are late and pay 40 % (s1 has longer)."""
    n = 2 if n == 3 else n  # they are one group
    if n >= STUDENTS:
        return 0.0
    late = 0.6 if DAYS[n % 5] == "14" and n != 1 else 1.0
    return (5.0 if n % 2 else 3.0) * late


EVERYONE = range(STUDENTS + 4)  # four hand in nothing
HANDED_IN = [n for n in range(STUDENTS) if n != 3]  # s3 is in a group with s2
ADDRESS = "https://canvas.example.org/courses/12/assignments/34"


@pytest.fixture
def handed_in(course, hand_in):
    """What the student number n hands in."""
    right, wrong = (hand_in("x", a).read_text() for a in ({}, {"double": WRONG}))
    shutil.rmtree(course.root / "submitted")
    return lambda n: right if n % 2 else wrong


@pytest.fixture
def typed(course, canvas, tmp_path, capsys, monkeypatch):
    """Type a line of the guide for problem set 1, which is ps0 here; what it printed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("CANVAS_TOKEN", "secret")
    time.tzset()
    guide = GUIDE.read_text("utf-8")

    def typed(line):
        assert re.search(rf"(^ {{4}}|`){re.escape(line)}(`| *#| *$)", guide, re.MULTILINE), line
        words = line.replace("ps1 ", "ps0 ").replace(ADDRESS, canvas.address).split()[1:]
        words = ["ps0" if word == "ps1" else word for word in words]
        status = cli.main([*words, "--course", str(course.root)])
        out, err = capsys.readouterr()
        assert status == 0 and "course:" not in err.replace("course: warning:", ""), err
        return out

    return typed


def roster(head="Student,ID,SIS User ID,SIS Login ID,Section,ps0 (77)\n"):
    """Canvas' gradebook, as it exports it."""
    return head + "".join(f'"Name{n}, S",{1000 + n},u{n},s{n},A,\n' for n in EVERYONE)


def totals(file):
    rows = csv.DictReader(io.StringIO(file.read_text()))
    return {row["student"]: float(row["total"]) for row in rows}


@pytest.mark.proof
@pytest.mark.usefixtures("released")
def test_a_term_with_moodle(course, handed_in, typed, zipped, tmp_path):
    """Moodle's files: a download, and a worksheet that knows when it came and takes the points."""
    (course.root / "roster.csv").write_text(roster())
    (course.root / "class.toml").write_text(CLASS)
    sheet = "Identifier,Full name,ID number,Grade,Last modified (submission),"
    sheet += "Last modified (grade),Feedback comments\n"
    for n in EVERYONE:
        when = f"{DAYS[n % 5]} October 2026 22:30" if n < STUDENTS else "-"
        sheet += f"Participant {5000 + n},S Name{n},u{n},,{when},-,\n"
    (tmp_path / "worksheet.csv").write_text(sheet)
    folder = "S Name{}_{}_assignsubmission_file_/numbers.ipynb"
    zipped({folder.format(n, 5000 + n): handed_in(n) for n in HANDED_IN}, "ps1.zip")

    typed("course release ps1")
    typed("course collect ps1.zip worksheet.csv --from moodle")
    typed("course grade ps1")
    typed("course grade ps1 --feedback")
    typed("course return ps1 --to moodle")
    returned = course.root / "returned" / "ps0_numbers"
    table = csv.DictReader(io.StringIO((returned / "moodle_grades.csv").read_text()))
    got = {row["Identifier"]: float(row["Grade"]) for row in table}
    with zipfile.ZipFile(returned / "moodle_feedback.zip") as archive:
        pages = {name.split("_")[1] for name in archive.namelist()}

    assert got == pytest.approx({f"Participant {5000 + n}": points(n) for n in EVERYONE})
    assert pages == {str(5000 + n) for n in range(STUDENTS)}

    typed("course export ps1 ps1.csv")
    typed("course totals term.csv --drop 1")
    assert totals(tmp_path / "term.csv") == pytest.approx({f"s{n}": points(n) for n in EVERYONE})


@pytest.mark.proof
@pytest.mark.usefixtures("released")
@pytest.mark.filterwarnings("ignore:Canvas may respond unexpectedly:UserWarning")
def test_a_term_with_canvas(course, handed_in, typed, zipped, canvas, tmp_path):
    """Canvas' table and download, and its API, which knows when it came and takes it all back."""
    (course.root / "roster.csv").write_text(roster())
    (course.root / "class.toml").write_text(CLASS)
    canvas.scores |= {str(1000 + n): None for n in EVERYONE}
    canvas.submitted |= {str(1000 + n): None for n in EVERYONE}
    members = {}
    for n in HANDED_IN:
        canvas.submitted[str(1000 + n)] = f"2026-10-{DAYS[n % 5]}T22:30:00Z"
        late = "_LATE" if DAYS[n % 5] == "14" else ""
        members[f"names{n}{late}_{1000 + n}_{9000 + n}_numbers.ipynb"] = handed_in(n)
    zipped(members, "ps1.zip")

    typed("course release ps1")
    assert typed(f"course collect ps1.zip --from canvas --api {ADDRESS}").endswith(
        f"collected: {len(HANDED_IN)} new\n"
    )
    typed("course grade ps1 --feedback")
    typed(f"course return ps1 --to canvas --api {ADDRESS}")

    assert canvas.scores == pytest.approx({str(1000 + n): points(n) for n in EVERYONE})
    pages = [course.assignment("ps0").feedback(f"s{n}") / "numbers.html" for n in range(STUDENTS)]
    assert dict(canvas.comments) == {
        str(1000 + n): page.read_bytes() for n, page in enumerate(pages)
    }
    assert len(canvas.comments) == STUDENTS
    assert "something new for 0" in typed(f"course return ps1 --to canvas --api {ADDRESS}")
    assert len(canvas.comments) == STUDENTS

    typed("course totals term.csv --drop 1")
    assert totals(tmp_path / "term.csv") == pytest.approx({f"s{n}": points(n) for n in EVERYONE})
    typed("course archive 2026-autumn --dry-run")
    typed("course archive 2026-autumn")
    left = {path.name for path in course.root.iterdir()}
    assert left == {"source", "release", "nbgrader_config.py", "class.toml", "terms"}


@pytest.mark.proof
@pytest.mark.usefixtures("released")
def test_without_its_api_canvas_takes_files(course, handed_in, typed, zipped, tmp_path, capsys):
    """A few students, of whom one was late: the guide says to write the row by hand."""
    (course.root / "roster.csv").write_text(roster())
    (course.root / "class.toml").write_text(CLASS)
    few = [1, 2, 4]
    late = {4: "_LATE"}
    name = "names{}{}_{}_{}_numbers.ipynb".format
    zipped({name(n, late.get(n, ""), 1000 + n, 9000 + n): handed_in(n) for n in few}, "ps1.zip")

    where = ["--course", str(course.root)]
    assert cli.main(["collect", "ps1.zip", "--from=canvas", *where]) == 1
    assert "s4: late, and the download does not say when" in capsys.readouterr().err
    row = "student,assignment,time\ns4,ps0,2026-10-14 22:30\n"
    (course.root / "submitted" / "received.csv").write_text(row)
    typed("course collect ps1.zip --from canvas")
    typed("course grade ps1 --feedback")
    assert cli.main(["return", "ps0", "--to=canvas", *where]) == 1
    assert "no page goes to whom `course collect` did not find: s3" in capsys.readouterr().err
    file = course.root / "returned" / "ps0_numbers" / "canvas_grades.csv"
    got = {row[1]: float(row[-1]) for row in [*csv.reader(io.StringIO(file.read_text()))][2:]}

    expected = {1000 + n: points(n) if n in (1, 2, 3, 4) else 0.0 for n in EVERYONE}
    assert got == pytest.approx({str(n): earned for n, earned in expected.items()})
