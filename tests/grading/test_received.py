"""The table of who handed in when, as spreadsheets and lists of students have it."""

import unicodedata
from datetime import datetime

import pytest

from course_utils.grading import CourseError, received

ADA = "2026-01-31 22:59:00.000000 UTC"


@pytest.fixture
def submitted(tmp_path):
    for student in ("ada", "bela", unicodedata.normalize("NFD", "Zoë")):
        (tmp_path / student).mkdir()
    return tmp_path


def read(submitted, table: bytes | str):
    data = table if isinstance(table, bytes) else table.encode()
    (submitted / "received.csv").write_bytes(data)
    return received.read(submitted, "ps1_lines")


def test_without_a_table_nobody_has_a_time(submitted):
    assert received.read(submitted, "ps1_lines") == ({}, [])


def test_times_may_be_in_any_zone(submitted):
    text = "student,time\nada,2026-01-31 23:59:00+01:00\nbela,2026-02-01T00:00:00Z\n"

    assert read(submitted, text) == ({"ada": ADA, "bela": "2026-02-01 00:00:00.000000 UTC"}, [])


DRESSES = {
    "a mark in front": "\ufeffstudent,time\nada,2026-01-31 22:59Z\n".encode(),
    "semicolons": b"student;time\nada;2026-01-31 22:59Z\n",
    "tabs": "student\ttime\nada\t2026-01-31 22:59Z\n".encode("utf-16"),
    "a first line that names the separator": b"sep=;\nstudent;time\nada;2026-01-31 22:59Z\n",
    "other columns": b"Nr.,Time,Student\n1,2026-01-31 22:59Z,ada\n2,-,bela\n",
    "a first line in Excel's own way": b'"SEP=;"\r\nstudent;time\r\nada;2026-01-31 22:59Z\r\n',
    "empty rows": b"student,time\r\n,\r\nada,2026-01-31 22:59Z\r\n,\r\n",
    "an empty row above": b"\r\n;\r\nstudent;time\r\nada;2026-01-31 22:59Z\r\n",
    "Windows": "student,time,note\nada,2026-01-31 22:59Z,caf\xe9\n".encode("cp1252"),
}


@pytest.mark.parametrize("table", DRESSES.values(), ids=DRESSES)
def test_a_spreadsheet_may_save_it_as_it_likes(submitted, table):
    assert read(submitted, table) == ({"ada": ADA}, [])


@pytest.mark.parametrize(
    "time",
    [
        "2026-01-31 22:59",
        "2026-01-31T22:59:00.000",
        "31.1.2026 22:59",
        "31.01.2026, 22:59",
        "1/31/2026 10:59 PM",  # Excel in the United States
        "31/01/2026 22:59",  # in Great Britain and France
        "31-1-2026 22:59",  # in the Netherlands
        "2026/1/31 22:59",  # in Japan
        "2026. 01. 31. 22:59",  # in Hungary
    ],
)
def test_a_time_without_a_zone_is_this_machines(submitted, time, monkeypatch):
    import time as clock

    monkeypatch.setenv("TZ", "UTC")
    clock.tzset()

    assert read(submitted, f'student,time\nada,"{time}"\n')[0] == {"ada": ADA}


def test_an_accent_may_be_written_in_two_ways(submitted):
    times, nobodys = read(submitted, "student,time\nZo\xeb,2026-01-31 22:59Z\n")

    assert list(times) == [unicodedata.normalize("NFD", "Zoë")] and nobodys == []


def test_a_row_that_is_nobodys_is_said(submitted):
    text = "student,time\nAda,2026-01-31 22:59Z\nxyz,2026-02-01 00:00Z\n"
    times, nobodys = read(submitted, text)

    assert times == {}
    assert nobodys == [
        "received.csv, line 2: nobody is named 'Ada', so this time counts for nobody: did you mean "
        "ada?",
        "received.csv, line 3: nobody is named 'xyz', so this time counts for nobody",
    ]


@pytest.mark.parametrize(
    ("time", "hour"), [("9:05", 9), ("9:05 am", 9), ("12:05 AM", 0), ("12:05 p.m.", 12)]
)
def test_a_spreadsheets_hours_are_read(time, hour):
    moment = received.moment_of(f"2026-01-31 {time}", "here")

    assert moment == datetime(2026, 1, 31, hour, 5).astimezone()


def test_one_day_written_in_either_order_is_one_day():
    assert received.moment_of("03/03/2026", "here") == datetime(2026, 3, 3).astimezone()


def test_of_several_rows_about_one_student_the_last_counts_and_that_is_said(submitted):
    text = "student,time\nada,2026-02-01 00:00Z\nada,2026-01-31 22:59Z\nada,2026-01-31 22:59Z\n"

    assert read(submitted, text) == (
        {"ada": ADA},
        ["received.csv, line 3: counts for ada, and line 2 does not"],
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("student,time\nada,soon\n", "line 2: 'soon' is no time that can be read"),
        (
            "student,time\nada,01/03/2026 11:59\n",
            "2: '01/03/2026 11:59' can be two days: write 2026-03-01 or 2026-01-03",
        ),
        ("student,time\nada,2026-01-31 13:05 PM\n", "line 2: '2026-01-31 13:05 PM' is no time"),
        ("student,time\nada,31.02.2026\n", "line 2: '31.02.2026' is no time"),
        ("student,time\nada,0001-01-01\n", "line 2: '0001-01-01' is no time"),
        ("student,time\nbela,2026-01-01\n,2026-01-01\n", "line 3: expected a student and a time"),
        ("name,when\nada,2026-01-01\n", "line 1: expected the columns student and time"),
        ("", "line 1: expected the columns student and time"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(submitted, text, says):
    with pytest.raises(CourseError, match=says):
        read(submitted, text)


def test_a_row_about_another_assignment_says_nothing_of_this_one(submitted):
    text = """student,assignment,time
ada,ps2,2026-02-01 00:00Z
ada,ps1,2026-01-31 22:59Z
bela,,2026-01-31 22:59Z
x,ps2,-
"""

    assert read(submitted, text) == ({"ada": ADA, "bela": ADA}, [])


def test_a_row_about_no_assignment_at_all_is_said(submitted):
    text = """student,assignment,time
ada,PS1,2026-01-31 22:59Z
ada,ps7,2026-02-01 00:00Z
bela,ps7,soon
bela,ps1_line,2026-02-01 00:00Z
bela,ps2,2026-02-01 00:00Z
"""
    (submitted / "received.csv").write_text(text)

    assert received.read(submitted, "ps1_lines", ["ps1_lines", "ps2_curves"]) == (
        {"ada": ADA},
        [
            "received.csv, line 3, 4: no assignment is called 'ps7', so this counts for nobody",
            "received.csv, line 5: no assignment is called 'ps1_line', so this counts for nobody",
        ],
    )


def test_what_is_entered_takes_the_place_of_a_row_with_the_short_name(submitted):
    (submitted / "received.csv").write_text("student,assignment,time\nada,ps1,2026-01-01\n")
    moment = datetime.fromisoformat("2026-01-31 22:59:00+00:00")
    received.write(submitted, "ps1_lines", {"ada": moment})

    assert received.read(submitted, "ps1_lines") == ({"ada": ADA}, [])


def test_what_is_entered_is_read_and_all_else_stays(submitted):
    (submitted / "received.csv").write_text("time;student;note\n2026-01-01 00:00Z;bela;by mail\n")
    moment = datetime.fromisoformat("2026-01-31 22:59:00+00:00")
    for _ in range(2):
        received.write(submitted, "ps1_lines", {"ada": moment})

    assert (submitted / "received.csv").read_text().splitlines() == [
        "time;student;note;assignment",
        "2026-01-01 00:00Z;bela;by mail;",
        "2026-01-31 22:59:00+00:00;ada;;ps1_lines",
    ]
    assert received.read(submitted, "ps1_lines")[0]["ada"] == ADA
    assert list(received.read(submitted, "ps2")[0]) == ["bela"]


def test_a_name_that_would_be_a_formula_is_written_as_text_and_found_again(tmp_path):
    (tmp_path / "=1+1").mkdir()
    moment = datetime.fromisoformat("2026-01-31 22:59Z")
    for _ in range(2):
        received.write(tmp_path, "ps1_lines", {"=1+1": moment})

    lines = (tmp_path / "received.csv").read_text().splitlines()
    assert lines[1:] == ["'=1+1,ps1_lines,2026-01-31 22:59:00+00:00"]
    assert received.read(tmp_path, "ps1_lines") == ({"=1+1": ADA}, [])


@pytest.mark.parametrize(
    ("folders", "found"), [(["007", "107"], "007"), (["7", "007"], "7"), (["07", "007"], None)]
)
def test_zeros_that_a_spreadsheet_dropped_do_not_count(tmp_path, folders, found):
    for name in folders:
        (tmp_path / name).mkdir()

    times, nobodys = read(tmp_path, "student,time\n7,2026-01-31 22:59Z\n")
    assert (list(times), len(nobodys)) == (([found], 0) if found else ([], 1))
