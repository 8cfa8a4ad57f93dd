"""Grades as other systems read them."""

import csv

import pytest

from course_utils.grading import Assignment
from course_utils.grading.results import export
from course_utils.grading.results.export import Person
from course_utils.grading.results.grades import ClassGrades, Exercise, Mark, StudentGrades
from course_utils.tools import cli

GRADES = ClassGrades(
    Assignment(None, "ps1"),
    [Exercise(1, "Doubling", ("double",), 2.0), Exercise(2, "Halving", ("half",), 3.0)],
    [
        StudentGrades(
            "ada", {"double": Mark(2.0, 2.0), "half": Mark(2.5, 3.0, "odd numbers")}, penalty=1.0
        ),
        StudentGrades(
            "bela", {"double": Mark(0.0, 2.0, '=HYPERLINK("x")'), "half": Mark(3.0, 3.0)}
        ),
        StudentGrades("cora", problem="the notebook is damaged"),
        StudentGrades("dina", {"double": Mark(2.0, 2.0), "half": Mark(None, 3.0, "waits")}),
    ],
)
PEOPLE = {
    "ada": Person("ada", "Ada", "Lovelace", "ada@x.org", "101", "2026-01-01", 3661.0),
    "bela": Person("bela", "Béla", "=Bartók"),
}


@pytest.fixture
def written(tmp_path, monkeypatch):
    monkeypatch.setattr(export, "people", lambda assignment: PEOPLE)

    def written(form):
        target = export.write(GRADES, form, tmp_path / "out.csv")
        return list(csv.reader(target.read_text("utf-8").splitlines()))

    return written


def test_csv(written):
    head, ada, bela, cora, dina = written("csv")

    assert head[:7] == [
        *("student", "first name", "last name", "email", "total", "of", "late penalty")
    ]
    assert ada == [
        *("ada", "Ada", "Lovelace", "ada@x.org", "3.5", "5", "1", "2", "2.5", ""),
    ]
    assert bela[2] == "'=Bartók"
    assert cora == ["cora", "", "", "", "0", "5", "0", "0", "0", "the notebook is damaged"]
    assert dina[-3:] == ["2", "", ""]


def test_canvas(written):
    assert written("canvas")[:4] == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "ps1"],
        ["Points Possible", "", "", "", "", "5"],
        ["Lovelace, Ada", "101", "", "ada", "", "3.5"],
        ["'=Bartók, Béla", "", "", "bela", "", "3"],
    ]


def test_moodle(written):
    head, ada, bela, cora, _ = written("moodle")

    assert head == [
        *("username", "First name", "Last name", "ID number", "Email address", "ps1", "Feedback")
    ]
    assert ada[5:] == ["3.5", "half -0.5: odd numbers; late -1"]
    assert bela[6] == 'double -2: =HYPERLINK("x")'
    assert cora[5:] == ["0", "the notebook is damaged"]


def test_gradescope(written):
    head, ada, *_ = written("gradescope")

    assert head[-2:] == ["1: Doubling (2 pts)", "2: Halving (3 pts)"]
    assert dict(zip(head, ada, strict=True)) == {
        "First Name": "Ada",
        "Last Name": "Lovelace",
        "SID": "101",
        "Email": "ada@x.org",
        "Total Score": "3.5",
        "Max Points": "5",
        "Status": "Graded",
        "Submission Time": "2026-01-01",
        "Lateness (H:M:S)": "01:01:01",
        "1: Doubling (2 pts)": "2",
        "2: Halving (3 pts)": "2.5",
    }


def test_who_waits_for_a_person_is_named():
    assert export.waiting(GRADES) == ["dina"]


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-x", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(text):
    assert export.harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "ada", "-5", "+3.5", "a=b", "3"])
def test_other_cells_are_as_they_are(text):
    assert export.harmless(text) == text


@pytest.mark.proof
@pytest.mark.usefixtures("released")
def test_as_typed(course, hand_in, capsys, tmp_path):
    hand_in("ada")
    wrong = (
        "def double(x):\n    if x < 0:\n        x = -x\n    total = 0\n"
        "    for part in (x, x):\n        total = total + part\n    return total"
    )
    hand_in("bela", {"double": wrong})
    hand_in("cora", {"double": wrong})
    where = ["ps0", "--course", str(course.root)]

    early = cli.main(["items", *where])
    said = capsys.readouterr().err
    cli.main(["grade", *where])
    capsys.readouterr()
    assert cli.main(["export", *where, str(tmp_path / "out.csv"), "--format=canvas"]) == 0
    assert cli.main(["items", *where]) == 0
    assert cli.main(["alike", *where, "--least=90"]) == 0

    printed = " ".join(capsys.readouterr().out.split())
    assert early == 2 and "nobody is graded in ps0_numbers yet" in said
    assert "1 Doubling 2 33%" in printed and "2x test_double: negative numbers" in printed
    assert "students: 3, pairs 90 % alike or more: 1" in printed
    assert (tmp_path / "out.csv").read_text().splitlines()[-1] == "cora,,,cora,,3"
