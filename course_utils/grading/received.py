"""Who handed in when: `submitted/received.csv`, the table of those who keep such a list.

It has the columns student and time, in any dress that a spreadsheet gives it, and assignment where
the rows are about several: one that names none is about all. A date is written in any way that can
only be one day: 2026-01-31, 31.1.2026, 1/31/2026. What can be two, such as 01/03/2026, is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

from ..errors import some
from ..files import replace_text
from . import tables
from .course import CourseError
from .folders import LEDGER

COLUMNS = ("student", "assignment", "time")
NO_TIME = ("", "-")  # of somebody who is listed and has handed in nothing
DATES = (
    re.compile(r"(?P<year>\d{4})([-/.])\s?(?P<month>\d{1,2})\2\s?(?P<day>\d{1,2})\b(?P<clock>.*)"),
    re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})\b(?P<clock>.*)"),
)
TWO_WAYS = re.compile(r"(?P<one>\d{1,2})([/-])(?P<other>\d{1,2})\2(?P<year>\d{4})\b(?P<clock>.*)")
CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?P<rest>:\d\d\S*?)(?:\s*(?P<half>[ap])\.?m\.?)?", re.IGNORECASE
)
A_TIME = "2026-01-31 23:59:00+01:00"
EXAMPLE = f"as in ada,{A_TIME}"


def read(
    submitted: Path, assignment: str, assignments: Collection[str] = ()
) -> tuple[dict[str, str], list[str]]:
    """When each student handed in, in nbgrader's words, and a line for what counts for nobody.

    Of several rows about one student the last counts, and where they differ that is a line too.

    Parameters
    ----------
    submitted
        The folder of all submissions, in which the table lies. Students are its folders; an accent
        may be written as one letter or as two.
    assignment
        The name of the one that is graded; rows about another one say nothing of it.
    assignments
        The names of all that the course has: a row about none of them is said. Without them nobody
        is told of such rows.

    Raises
    ------
    CourseError
        If the table lacks a column, or a row says no time.
    """
    file = submitted / LEDGER
    if not file.is_file():
        return {}, []
    students = {_one_form(path.name): path.name for path in submitted.iterdir() if path.is_dir()}
    table = _table(file)
    times: dict[str, str] = {}
    lines: dict[str, int] = {}
    nobodys = _about_nothing(table, assignments) if assignments else []
    for number, student, time in _rows(file, table, assignment):
        moment = moment_of(time, f"{file}, line {number}").astimezone(UTC)
        said = moment.strftime("%Y-%m-%d %H:%M:%S.%f UTC")
        folder = _folder_of(student, students)
        if folder is None:
            nobodys.append(f"{LEDGER}, line {number}: {_stranger(student, list(students))}")
            continue
        if times.get(folder, said) != said:
            nobodys.append(
                f"{LEDGER}, line {number}: counts for {folder}, and line {lines[folder]} does not"
            )
        times[folder], lines[folder] = said, number
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
        When, by student; a row about the same student and assignment is replaced.
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
        if not (row[at["assignment"]] and _is_about(row[at["assignment"]], assignment))
        or _one_form(tables.as_typed(row[at["student"]])) not in entered
    ]
    for student, time in sorted(times.items()):
        row = [""] * len(columns)
        row[at["student"]], row[at["assignment"]] = tables.harmless(student), assignment
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


def _rows(file: Path, table: tables.Table, assignment: str) -> Iterator[tuple[int, str, str]]:
    """Number, student and time of each row about an assignment that has a time."""
    at_student, at_time = table.column("student"), table.column("time")
    at_assignment = table.column("assignment")
    assert at_student is not None and at_time is not None
    for row in table.rows:
        cells = row.cells
        of = cells[at_assignment] if at_assignment is not None else ""
        if of and not _is_about(of, assignment):
            continue
        if cells[at_student] and cells[at_time] not in NO_TIME:
            yield row.number, cells[at_student], cells[at_time]
        elif any(cells) and cells[at_time] != "-":
            raise CourseError(
                f"{file}, line {row.number}: expected a student and a time, {EXAMPLE}"
            )


def _is_about(said: str, assignment: str) -> bool:
    """Whether a cell names an assignment, or the beginning of its name, in capitals or not."""
    return f"{assignment}_".casefold().startswith(f"{said}_".casefold())


def _about_nothing(table: tables.Table, assignments: Collection[str]) -> list[str]:
    """A line for each name in the table that no assignment has."""
    place = table.column("assignment")
    if place is None:
        return []
    unknown: dict[str, list[str]] = {}
    for row in table.rows:
        of = row.cells[place]
        if of and not any(_is_about(of, each) for each in assignments):
            unknown.setdefault(of, []).append(str(row.number))
    return [
        f"{LEDGER}, line {some(lines)}: no assignment is called {of!r}, so this counts for nobody"
        for of, lines in unknown.items()
    ]


def moment_of(text: str, where: str) -> datetime:
    """A time that somebody typed; one that names no zone is this machine's.

    Parameters
    ----------
    text
        As in 2026-01-31 23:59:00+01:00, 31.1.2026 9:05 or 1/31/2026 11:59 PM.
    where
        Where it stands, for the message.

    Raises
    ------
    CourseError
        If it is no time, or can be read in two ways.
    """
    try:
        return datetime.fromisoformat(_in_iso_form(text, where)).astimezone()
    except (ValueError, OverflowError):
        raise CourseError(
            f"{where}: {text!r} is no time that can be read, as in {A_TIME}"
        ) from None


def _in_iso_form(text: str, where: str) -> str:
    """The same time as 2026-01-31 23:59, where it is written in another way that is known."""
    found = next((match for form in DATES if (match := form.fullmatch(text))), None)
    if found is not None:
        day, month = int(found["day"]), int(found["month"])
    else:
        found = TWO_WAYS.fullmatch(text)
        if found is None:
            return text
        day, month = int(found["one"]), int(found["other"])
        if month > 12:
            day, month = month, day
        elif day <= 12 and day != month:
            one, other = (f"{found['year']}-{m:02}-{d:02}" for m, d in ((month, day), (day, month)))
            raise CourseError(f"{where}: {text!r} can be two days: write {one} or {other}")
    date = f"{found['year']}-{month:02}-{day:02}"
    clock = CLOCK.fullmatch(found["clock"].strip(" .,T"))
    if clock is None:
        return date + found["clock"].rstrip(" .,")
    hour = int(clock["hour"])
    if clock["half"]:
        if not 1 <= hour <= 12:
            return text
        hour = hour % 12 + 12 * (clock["half"].casefold() == "p")
    return f"{date} {hour:02}{clock['rest']}"


def _folder_of(student: str, students: dict[str, str]) -> str | None:
    """Whose folder a cell names; a spreadsheet drops the zeros before a number."""
    folder = students.get(_one_form(tables.as_typed(student)))
    if folder is None and student.isdecimal():
        same = [name for own, name in students.items() if own.lstrip("0") == student.lstrip("0")]
        folder = same[0] if len(same) == 1 else None
    return folder


def _stranger(student: str, known: list[str]) -> str:
    folded = {name.casefold(): name for name in known}
    near = get_close_matches(student.casefold(), folded, 1)
    hint = f": did you mean {folded[near[0]]}?" if near else ""
    return f"nobody is named {student!r}, so this time counts for nobody{hint}"


def _one_form(name: str) -> str:
    return unicodedata.normalize("NFC", name)
