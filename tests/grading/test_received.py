"""The table of who handed in when, as spreadsheets and lists of students have it."""

import unicodedata

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
    return received.read(submitted)


def test_without_a_table_nobody_has_a_time(submitted):
    assert received.read(submitted) == ({}, [])


def test_times_may_be_in_any_zone(submitted):
    text = "student,time\nada,2026-01-31 23:59:00+01:00\nbela,2026-02-01T00:00:00Z\n"

    assert read(submitted, text) == ({"ada": ADA, "bela": "2026-02-01 00:00:00.000000 UTC"}, [])


DRESSES = {
    "a mark in front": "\ufeffstudent,time\nada,2026-01-31 22:59Z\n".encode(),
    "semicolons": b"student;time\nada;2026-01-31 22:59Z\n",
    "tabs": "student\ttime\nada\t2026-01-31 22:59Z\n".encode("utf-16"),
    "a first line that names the separator": b"sep=;\nstudent;time\nada;2026-01-31 22:59Z\n",
    "other columns": b"Nr.,Time,Student\n1,2026-01-31 22:59Z,ada\n2,-,bela\n",
    "empty rows": b"student,time\r\n,\r\nada,2026-01-31 22:59Z\r\n,\r\n",
    "Windows": "student,time,note\nada,2026-01-31 22:59Z,caf\xe9\n".encode("cp1252"),
}


@pytest.mark.parametrize("table", DRESSES.values(), ids=DRESSES)
def test_a_spreadsheet_may_save_it_as_it_likes(submitted, table):
    assert read(submitted, table) == ({"ada": ADA}, [])


@pytest.mark.parametrize("time", ["31.1.2026 22:59", "31.01.2026, 22:59", "2026-01-31 22:59"])
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
    ("text", "says"),
    [
        ("student,time\nada,soon\n", "line 2: 'soon' is no time that can be read"),
        ("student,time\nada,01/03/2026 11:59\n", "line 2: '01/03/2026 11:59' is no time"),
        ("student,time\nbela,2026-01-01\n,2026-01-01\n", "line 3: expected a student and a time"),
        ("name,when\nada,2026-01-01\n", "line 1: expected the columns student and time"),
        ("", "line 1: expected the columns student and time"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(submitted, text, says):
    with pytest.raises(CourseError, match=says):
        read(submitted, text)
