"""Everyone's points over all assignments."""

import csv

import pytest

from course_utils.grading import Assignment
from course_utils.grading.results import export, totals
from course_utils.grading.results.grades import ClassGrades, Exercise, Mark, StudentGrades
from course_utils.tools import cli


def grades(name, maximum, **points):
    students = [StudentGrades(who, {"t": Mark(got, maximum)}) for who, got in points.items()]
    return ClassGrades(Assignment(None, name), [Exercise(1, "One", ("t",), maximum)], students)


TERM = [
    grades("ps1", 10.0, ada=9.0, bela=5.0),
    grades("ps2", 20.0, ada=20.0),  # bela handed in nothing
    grades("ps3", 5.0, ada=1.0, bela=5.0),
]


@pytest.mark.parametrize(
    ("drop", "ada", "bela"),
    [
        (0, (30.0, 35.0, ()), (10.0, 35.0, ())),
        (1, (29.0, 30.0, ("ps3",)), (10.0, 15.0, ("ps2",))),
        (9, (20.0, 20.0, ("ps3", "ps1")), (5.0, 5.0, ("ps2", "ps1"))),
    ],
)
def test_the_lowest_share_is_dropped_and_one_assignment_is_left(drop, ada, bela):
    added = totals.add_up(TERM, drop)

    assert [(each.total, each.of, each.dropped) for each in added] == [ada, bela]


def test_the_table_has_every_assignment(tmp_path, monkeypatch):
    people = {"ada": export.Person("ada", "Ada", "=Lovelace", "a@x.org")}
    monkeypatch.setattr(export, "people", lambda assignment: people)
    target = totals.write(TERM, totals.add_up(TERM, 1), tmp_path / "term.csv")

    assert list(csv.reader(target.read_text("utf-8").splitlines())) == [
        "student,first name,last name,email,ps1,ps2,ps3,total,of,percent,dropped".split(","),
        ["ada", "Ada", "'=Lovelace", "a@x.org", "9", "20", "1", "29", "30", "96.67", "ps3"],
        ["bela", "", "", "", "5", "0", "5", "10", "15", "66.67", "ps2"],
    ]


def test_before_anybody_is_graded_it_says_so(course, capsys, tmp_path):
    where = ["--course", str(course.root)]

    assert cli.main(["totals", str(tmp_path / "term.csv"), *where]) == 2
    assert "nobody is graded in any assignment yet" in capsys.readouterr().err
