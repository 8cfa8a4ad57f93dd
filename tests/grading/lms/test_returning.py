"""What goes back, read as the platforms' own importers read it."""

import csv
import io
import os
import re
import shutil
import zipfile

import pytest

from course_utils.grading.lms import canvas, ilias, parcels
from course_utils.grading.lms.collected import Collected
from course_utils.grading.results.export import Person
from course_utils.grading.results.grades import ClassGrades, StudentGrades
from course_utils.grading.roster import Roster
from course_utils.tools import cli

ROSTER = """Student,ID,SIS User ID,SIS Login ID,Section,ps0 numbers (77)
Points Possible,,,,,5
"Lovelace, Ada",4711,u1,ada,A,
"Bartók, Béla",4712,u2,bela,A,
"Cora, Cora",4713,u3,cora,B,
"""
WORKSHEET = """\ufeffIdentifier,Full name,ID number,Email address,Status,Grade,Maximum grade,\
Grade can be changed,Last modified (submission),Last modified (grade),Feedback comments
Participant 31,Ada Lovelace,u1,,Submitted for grading - ,,5.00,Yes,"5 January 2026, 2:14 PM",-,
Participant 32,Béla Bartók,u2,,Submitted for grading - ,,5.00,Yes,"5 January 2026, 2:14 PM",-,
Participant 33,Cora Cora,u3,,No submission - ,,5.00,Yes,-,-,
"""
METADATA = """submission_7:
  :submitters:
  - :sid: u1
submission_8:
  :submitters:
  - :sid: u2
"""
ADA = "  - :name: Ada Lovelace\n    :sid: u1\n    :email: ada@example.org\n"


def rows(file):
    return list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))


def pages(file):
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.usefixtures("released")
def test_what_was_collected_goes_back_to_where_it_came_from(
    course, hand_in, zipped, tmp_path, capsys
):
    """One class, collected from each platform in turn, graded once, and returned to each."""
    whole, half = (
        hand_in(name, answers).read_text()
        for name, answers in (("x", {}), ("y", {"halve": "def halve(x):\n    return x // 2"}))
    )
    for name in ("x", "y"):
        course.assignment("ps0").submitted(name).joinpath("numbers.ipynb").unlink()
        course.assignment("ps0").submitted(name).rmdir()
        (course.root / "submitted" / name).rmdir()
    (course.root / "roster.csv").write_text(ROSTER, "utf-8")
    sheet = tmp_path / "worksheet.csv"
    sheet.write_text(WORKSHEET, "utf-8")
    where = ["--course", str(course.root)]

    def typed(*words):
        status = cli.main([*map(str, words), *where])
        out, err = capsys.readouterr()
        return status, out, err

    def returned(*files):
        return [course.root / "returned" / "ps0_numbers" / file for file in files]

    folder = "{}_assignsubmission_file_/numbers.ipynb".format
    moodle = zipped({folder("Ada Lovelace_31"): whole, folder("Béla Bartók_32"): half}, "m.zip")
    assert typed("collect", moodle, sheet, "--from=moodle")[0] == 0
    assert typed("grade", "ps0", "--feedback")[0] == 0
    status, said, err = typed("return", "ps0", "--to=moodle")

    assert (status, err) == (0, "") and said.startswith("3 students: ")
    table, feedback = returned("moodle_grades.csv", "moodle_feedback.zip")
    assert [(row["Identifier"], row["Grade"]) for row in rows(table)] == [
        *(("Participant 31", "5"), ("Participant 32", "4"), ("Participant 33", "0")),
    ]
    assert rows(table)[1]["Feedback comments"] == "test_halve -1: lost 1 of 3 points: odd numbers"
    assert rows(table)[2]["Feedback comments"] == "nothing was handed in"
    assert set(rows(table)[0]) >= {"Last modified (grade)", "Last modified (submission)"}
    found = {}
    for name in pages(feedback):  # as mod/assign/feedback/file/importziplib.php does it
        _, number, kind, plugin, *_ = name.split("/")[0].split("_", 4)
        found[int(number)] = (kind, plugin, name.split("/")[1])
    assert found == {n: ("assignsubmission", "file", "numbers.html") for n in (31, 32)}

    canvas = zipped(
        {"lovelaceada_4711_901_numbers.ipynb": whole, "bartokbela_4712_9_numbers.ipynb": half}
    )
    assert typed("collect", canvas, "--from=canvas")[:2] == (
        0,
        "ps0_numbers from canvas, collected: 2 there already\n",
    )
    assert typed("return", "ps0", "--to=canvas")[0] == 0
    table, feedback = returned("canvas_grades.csv", "canvas_feedback.zip")
    assert table.read_text("utf-8").splitlines() == [
        "Student,ID,SIS User ID,SIS Login ID,Section,ps0 numbers (77)",
        "Points Possible,,,,,5",
        '"Lovelace, Ada",4711,u1,ada,A,5',
        '"Bartók, Béla",4712,u2,bela,A,4',
        '"Cora, Cora",4713,u3,cora,B,0',
    ]
    ids = [[w for w in re.split("_", name) if w.isdigit()][:2] for name in pages(feedback)]
    assert ids == [["4711", "901"], ["4712", "9"]]

    export = {"submission_metadata.yml": METADATA}
    export |= {f"submission_{n}/numbers.ipynb": text for n, text in ((7, whole), (8, half))}
    assert typed("collect", zipped(export), "--from=gradescope")[0] == 0
    assert typed("return", "ps0", "--to=gradescope")[0] == 0
    table, feedback = returned("gradescope_grades.csv", "gradescope_feedback.zip")
    assert [(row["SID"], row["Total Score"]) for row in rows(table)] == [
        *(("u1", "5"), ("u2", "4"), ("u3", "0")),
    ]
    assert list(pages(feedback)) == ["submission_7/numbers.html", "submission_8/numbers.html"]

    export = {"numbers/Lovelace_Ada_ada_31/20261012141400_numbers.ipynb": whole}
    export["numbers/Team 5/Bartok_Bela_bela_32/20261012141400_numbers.ipynb"] = half
    assert typed("collect", zipped(export), "--from=ilias")[0] == 0
    status, _, err = typed("return", "ps0", "--to=ilias")
    assert (status, err.count("\n")) == (1, 1) and err.endswith("has them: cora\n")
    table, feedback = returned("ilias_status.csv", "ilias_feedback.zip")
    assert [(row["usr_id"], row["update"], row["mark"]) for row in rows(table)] == [
        *(("31", "1", "5"), ("32", "1", "4")),
    ]
    assert rows(table)[1]["comment"] == "test_halve -1: lost 1 of 3 points: odd numbers"
    found = {}
    for name in pages(feedback):  # as getMultiFeedbackFiles in class.ilExAssignment.php does it
        top, folder, *file = name.split("/")
        assert top.startswith("multi_feedback")
        if file:
            found[int(folder.split("_")[-1])] = file
    assert found == {31: ["numbers.html"], 32: ["numbers.html"]}

    assert typed("return", "ps0", "--to=folder", "--into", tmp_path / "out")[0] == 0
    marks = rows(tmp_path / "out" / "bela" / "marks.csv")
    assert [(row["points"], row["of"]) for row in marks] == [("2", "2"), ("2", "3"), ("4", "5")]
    assert marks[1]["reason"] == "lost 1 of 3 points: odd numbers"
    page = course.assignment("ps0").feedback("bela") / "numbers.html"
    assert (tmp_path / "out" / "bela" / "numbers.html").read_bytes() == page.read_bytes()
    assert rows(tmp_path / "out" / "cora" / "marks.csv")[-1]["reason"] == "nothing was handed in"

    page.write_text("old")
    status, _, err = typed("return", "ps0", "--to=folder")
    assert status == 1
    assert err == (
        "course: no page, or one that says other points: bela: course grade ps0_numbers "
        "--feedback\n"
    )
    assert typed("export", "ps0", tmp_path / "e.csv")[0] == 0
    assert [row["total"] for row in rows(tmp_path / "e.csv")] == ["5", "4", "0"]


def test_without_a_roster_canvas_knows_people_by_the_numbers_of_its_download(course, tmp_path):
    grades = StudentGrades("lovelaceada", problem="x")
    came = Collected("canvas", "lovelaceada_4711_9", "4711", "")
    work = parcels.Work(grades, Person("lovelaceada"), (), came)
    whole = ClassGrades(course.assignment("ps0"), [], [grades])
    parcel = parcels.Parcel(whole, {"lovelaceada": work}, tmp_path, "ps0", Roster())
    table, _ = canvas.write(parcel)

    assert table.read_text("utf-8").splitlines()[-1] == "lovelaceada,4711,,lovelaceada,,0"


def test_ilias_knows_people_by_the_numbers_of_its_download_and_nobody_else(course, tmp_path):
    ada, bela = (StudentGrades(name, problem="x") for name in ("ada", "bela"))
    came = Collected("ilias", "Lovelace_Ada_ada_31", "31", "")
    works = {
        "ada": parcels.Work(ada, Person("ada", "Ada", "Lovelace"), (), came),
        "bela": parcels.Work(bela, Person("bela")),
    }
    whole = ClassGrades(course.assignment("ps0"), [], [ada, bela])
    parcel = parcels.Parcel(whole, works, tmp_path, "ps0", Roster())
    table, _ = ilias.write(parcel)

    assert table.read_text("utf-8").splitlines()[1:] == [
        "1,31,ada,Lovelace,Ada,notgraded,0,,x,,",
    ]
    assert parcel.lines == [
        "ILIAS' numbers of these are not known, a column lms in roster.csv has them: bela"
    ]


@pytest.mark.usefixtures("released")
def test_without_a_roster_people_have_the_numbers_that_the_platform_gave_them(
    course, hand_in, zipped
):
    text = hand_in("Ada Lovelace").read_text()
    shutil.rmtree(course.root / "submitted")
    said = METADATA.replace("  - :sid: u1\n", ADA)
    export = {"submission_metadata.yml": said, "submission_7/numbers.ipynb": text}
    where = ["--course", str(course.root)]

    assert cli.main(["collect", str(zipped(export)), "--from=gradescope", *where]) == 1  # no Béla
    assert cli.main(["grade", "ps0", *where]) == 0
    cli.main(["return", "ps0", "--to=gradescope", *where])

    (row,) = rows(course.root / "returned" / "ps0_numbers" / "gradescope_grades.csv")
    assert (row["SID"], row["Email"], row["Total Score"]) == ("u1", "ada@example.org", "5")


@pytest.mark.usefixtures("released")
@pytest.mark.parametrize("system", ["moodle", "ilias", "gradescope", "canvas"])
def test_a_name_that_is_no_utf8_goes_back_too(course, hand_in, tmp_path, system):
    """Of folders that an old program has unpacked."""
    text = hand_in("ada").read_bytes()
    shutil.rmtree(course.root / "submitted")
    names = {
        "moodle": b"B\xe9la B_12_assignsubmission_file_/numbers.ipynb",
        "ilias": b"B_B\xe9la_b\xe9la_12/20261012141400_numbers.ipynb",
        "canvas": b"b\xe9la_12_1_numbers.ipynb",
        "gradescope": b"submission_7/numb\xe9rs.ipynb",
    }
    place = os.path.join(os.fsencode(tmp_path), b"down", names[system])
    os.makedirs(os.path.dirname(place))
    with open(place, "wb") as file:
        file.write(text)
    if system == "gradescope":
        (tmp_path / "down" / "submission_metadata.yml").write_text(
            METADATA.partition("submission_8")[0]
        )
    where = ["--course", str(course.root)]

    words = ["collect", str(tmp_path / "down"), f"--from={system}", "--assignment=ps0"]
    assert cli.main([*words, *where]) == 0
    assert cli.main(["grade", "ps0", "--feedback", *where]) == 0
    assert cli.main(["return", "ps0", f"--to={system}", *where]) == 0
