"""A term of 300 students, from the platform's roster to returned pages, by what the guide types."""

import csv
import io
import os
import re
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
    """Out of 5: half of the class is right, a fifth is late and pays 40 % (s1 has longer)."""
    n = 2 if n == 3 else n  # they are one group
    if n >= STUDENTS:
        return 0.0
    late = 0.6 if DAYS[n % 5] == "14" and n != 1 else 1.0
    return (5.0 if n % 2 else 3.0) * late


@pytest.mark.proof
@pytest.mark.usefixtures("released")
def test_a_term(course, hand_in, zipped, tmp_path, capsys, monkeypatch):
    right, wrong = (hand_in("x", a).read_text() for a in ({}, {"double": WRONG}))
    course.assignment("ps0").submitted("x").joinpath("numbers.ipynb").unlink()
    course.assignment("ps0").submitted("x").rmdir()
    (course.root / "submitted" / "x").rmdir()
    monkeypatch.chdir(tmp_path)
    guide = GUIDE.read_text("utf-8")

    def typed(line):
        """Type a line of the guide for problem set 1, which is ps0 here; what it printed."""
        assert re.search(rf"(^ {{4}}|`){re.escape(line)}", guide, re.MULTILINE), line
        words = line.partition("#")[0].replace("ps1 ", "ps0 ").split()[1:]
        status = cli.main([*words, "--course", str(course.root)])
        out, err = capsys.readouterr()
        assert status == 0 and "course:" not in err, err
        return out

    head = "Student,ID,SIS User ID,SIS Login ID,Section,ps0 (77)\n"
    everyone = range(STUDENTS + 4)  # four hand in nothing
    rows = "".join(f'"Name{n}, S",{1000 + n},u{n},s{n},A,\n' for n in everyone)
    (course.root / "roster.csv").write_text(head + rows)
    (course.root / "class.toml").write_text(CLASS)
    members, sheet = {}, "Identifier,Full name,ID number,Grade,Last modified (submission),"
    sheet += "Last modified (grade),Feedback comments\n"
    for n in everyone:
        if n < STUDENTS and n != 3:
            name = f"S Name{n}_{5000 + n}_assignsubmission_file_/numbers.ipynb"
            members[name] = right if n % 2 else wrong
        time = f"{DAYS[n % 5]} October 2026 22:30" if n < STUDENTS else "-"
        sheet += f"Participant {5000 + n},S Name{n},u{n},,{time},-,\n"
    zipped(members, "ps1.zip")
    (tmp_path / "worksheet.csv").write_text(sheet)
    monkeypatch.setenv("TZ", "UTC")

    typed("course collect ps1.zip worksheet.csv --from moodle")
    typed("course grade ps1 --feedback")
    typed("course return ps1 --to moodle")
    returned = course.root / "returned" / "ps0_numbers"
    table = csv.DictReader(io.StringIO((returned / "moodle_grades.csv").read_text()))
    got = {row["Identifier"]: float(row["Grade"]) for row in table}
    with zipfile.ZipFile(returned / "moodle_feedback.zip") as archive:
        pages = {name.split("_")[1] for name in archive.namelist()}

    assert got == pytest.approx({f"Participant {5000 + n}": points(n) for n in everyone})
    assert pages == {str(5000 + n) for n in range(STUDENTS)}

    numbered = {}
    for name, text in members.items():
        n = int(re.search(r"\d+", name)[0])
        numbered[f"names{n}_{1000 + n}_{9000 + n}_numbers.ipynb"] = text
    zipped(numbered, "ps1.zip")
    assert f"{len(numbered)} there already" in typed("course collect ps1.zip --from canvas")
    assert cli.main(["return", "ps0", "--to=canvas", "--course", str(course.root)]) == 1
    assert "no page goes to whom `course collect` did not find: s3" in capsys.readouterr().err
    table = csv.reader(io.StringIO((returned / "canvas_grades.csv").read_text()))
    got = {row[1]: float(row[-1]) for row in [*table][2:]}

    assert got == pytest.approx({str(1000 + n): points(n) for n in everyone})
    typed("course totals term.csv --drop 1")
