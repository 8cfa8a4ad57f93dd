"""Who handed in when: `submitted/received.csv`, the table of those who keep such a list.

It has the columns student and time, in any dress that a spreadsheet gives it, and assignment where
the rows are about several: one that names none is about all. A date is written as 2026-01-31 or
31.1.2026; what can be read in two ways, such as 01/03/2026, is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

from ..files import replace_text
from . import tables
from .course import CourseError
from .folders import LEDGER

COLUMNS = ("student", "assignment", "time")
NO_TIME = ("", "-")  # of somebody who is listed and has handed in nothing
DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\b,?(.*)")
EXAMPLE = "as in ada,2026-01-31 23:59:00+01:00"


def read(submitted: Path, assignment: str) -> tuple[dict[str, str], list[str]]:
    """When each student handed in, in nbgrader's words, and a line for each row that is nobody's.

    Parameters
    ----------
    submitted
        The folder of all submissions, in which the table lies. Students are its folders; an accent
        may be written as one letter or as two.
    assignment
        The name of the one that is graded; rows about another one say nothing of it.

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
    for number, student, time in _rows(file, assignment):
        moment = moment_of(time, f"{file}, line {number}")
        folder = students.get(_one_form(student))
        if folder is not None:
            times[folder] = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
        else:
            nobodys.append(f"{LEDGER}, line {number}: {_stranger(student, list(students))}")
    return times, nobodys


def write(submitted: Path, assignment: str, times: dict[str, datetime]) -> None:
    """Enter when students handed in an assignment; every other row and column stays.

    Parameters
    ----------
    submitted
        The folder of all submissions, in which the table lies or is made.
    assignment
        The name of the one that was handed in.
    times
        When, by student; a row that says so already is replaced.
    """
    file = submitted / LEDGER
    table = _table(file) if file.is_file() else tables.read(b"student,assignment,time\n")
    columns = list(table.columns)
    if table.column("assignment") is None:
        columns.append("assignment")
    at = {name: [c.casefold() for c in columns].index(name) for name in COLUMNS}
    rows = [list(row.cells) + [""] * (len(columns) - len(row.cells)) for row in table.rows]
    entered = {_one_form(student) for student in times}
    kept = [
        row
        for row in rows
        if row[at["assignment"]] != assignment or _one_form(row[at["student"]]) not in entered
    ]
    for student, time in sorted(times.items()):
        row = [""] * len(columns)
        row[at["student"]], row[at["assignment"]] = student, assignment
        row[at["time"]] = time.isoformat(sep=" ", timespec="seconds")
        kept.append(row)
    replace_text(file, tables.write(columns, kept, table.separator))


def _table(file: Path) -> tables.Table:
    table = tables.read(file.read_bytes(), str(file))
    if table.column("student") is None or table.column("time") is None:
        raise CourseError(
            f"{file}, line {table.line}: expected the columns student and time, {EXAMPLE}"
        )
    return table


def _rows(file: Path, assignment: str) -> Iterator[tuple[int, str, str]]:
    """Number, student and time of each row about an assignment that has a time."""
    table = _table(file)
    at_student, at_time = table.column("student"), table.column("time")
    at_assignment = table.column("assignment")
    assert at_student is not None and at_time is not None
    for row in table.rows:
        cells = row.cells
        of = cells[at_assignment] if at_assignment is not None else ""
        if of and of != assignment and not assignment.startswith(f"{of}_"):
            continue
        if cells[at_student] and cells[at_time] not in NO_TIME:
            yield row.number, cells[at_student], cells[at_time]
        elif any(cells) and cells[at_time] != "-":
            raise CourseError(
                f"{file}, line {row.number}: expected a student and a time, {EXAMPLE}"
            )


def moment_of(text: str, where: str) -> datetime:
    """A time that somebody typed; one that names no zone is this machine's.

    Parameters
    ----------
    text
        As in 2026-01-31 23:59:00+01:00 or 31.1.2026 23:59.
    where
        Where it stands, for the message.

    Raises
    ------
    CourseError
        If it is no time, or may be read in two ways.
    """
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
