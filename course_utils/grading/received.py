"""Who handed in when: `submitted/received.csv`, the table of those who keep such a list.

It has the columns student and time, in any dress that a spreadsheet gives it: commas, semicolons or
tabs, UTF-8, UTF-16 or Windows' own encoding. A date is written as 2026-01-31 or 31.1.2026; what can
be read in two ways, such as 01/03/2026, is refused.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

from .course import CourseError
from .folders import LEDGER

SEPARATORS = ",;\t"
NO_TIME = ("", "-")  # of somebody who is listed and has handed in nothing
DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\b,?(.*)")
EXAMPLE = "as in ada,2026-01-31 23:59:00+01:00"


def read(submitted: Path) -> tuple[dict[str, str], list[str]]:
    """When each student handed in, in nbgrader's words, and a line for each row that is nobody's.

    Parameters
    ----------
    submitted
        The folder of all submissions, in which the table lies. Students are its folders; an accent
        may be written as one letter or as two.

    Raises
    ------
    CourseError
        If the table lacks a column, or a row says no time.
    """
    file = submitted / LEDGER
    if not file.is_file():
        return {}, []
    students = {_one_form(path.name): path.name for path in submitted.iterdir() if path.is_dir()}
    times, nobodys = {}, []
    for number, student, time in _rows(file):
        moment = _moment(time, f"{file}, line {number}")
        folder = students.get(_one_form(student))
        if folder is not None:
            times[folder] = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
        else:
            nobodys.append(f"{LEDGER}, line {number}: {_stranger(student, list(students))}")
    return times, nobodys


def _rows(file: Path) -> Iterator[tuple[int, str, str]]:
    """Number, student and time of each row that has a time."""
    lines = _text(file.read_bytes()).splitlines()
    first = 1 if lines and lines[0].startswith("sep=") else 0
    head = lines[first] if len(lines) > first else ""
    separator = max(SEPARATORS, key=head.count)
    columns = [
        name.strip().casefold() for name in next(csv.reader([head], delimiter=separator), [])
    ]
    if "student" not in columns or "time" not in columns:
        raise CourseError(
            f"{file}, line {first + 1}: expected the columns student and time, {EXAMPLE}"
        )
    at_student, at_time = columns.index("student"), columns.index("time")
    for number, row in enumerate(csv.reader(lines[first + 1 :], delimiter=separator), first + 2):
        cells = [cell.strip() for cell in row] + [""] * len(columns)
        if cells[at_student] and cells[at_time] not in NO_TIME:
            yield number, cells[at_student], cells[at_time]
        elif any(cells) and cells[at_time] != "-":
            raise CourseError(f"{file}, line {number}: expected a student and a time, {EXAMPLE}")


def _text(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _moment(text: str, where: str) -> datetime:
    """A time; one that names no zone is this machine's."""
    day_first = DAY_FIRST.fullmatch(text)
    if day_first:
        day, month, year, rest = day_first.groups()
        text = f"{year}-{month:0>2}-{day:0>2} {rest.strip()}".strip()
    if re.fullmatch(r"\S+ \d:.*", text):
        text = text.replace(" ", " 0", 1)  # a spreadsheet's 9:05
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise CourseError(f"{where}: {text!r} is no time that can be read, {EXAMPLE}") from None


def _stranger(student: str, known: list[str]) -> str:
    folded = {name.casefold(): name for name in known}
    near = get_close_matches(student.casefold(), folded, 1)
    hint = f": did you mean {folded[near[0]]}?" if near else ""
    return f"nobody is named {student!r}, so this time counts for nobody{hint}"


def _one_form(name: str) -> str:
    return unicodedata.normalize("NFC", name)
