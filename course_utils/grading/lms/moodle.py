"""Moodle: `Ada Lovelace_12345_assignsubmission_file_/ps1.ipynb`, and its grading worksheet.

The number is the participant's, and another one in each assignment. What comes back is recognised
by it: pages in folders of the same names, points in the worksheet or in a table like it. See
`mod/assign/feedback/file/importziplib.php` and `.../offline/importgradeslib.php` in Moodle.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from ...files import replace_text
from .. import roster, tables
from ..results import export
from ..results.grades import number as points
from .downloads import Entry
from .hand_ins import NAMED, HandIn, Place, gather, some
from .parcels import Parcel, origins, pages, write_zip

FOLDER = re.compile(
    r"(?P<name>.*?)_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+)_?(?P<rest>.*)", re.DOTALL
)
# The worksheet's columns in English, German, French and Spanish; the identifier is the first.
GRADE = ("Grade", "Bewertung", "Note", "Calificación")
MAXIMUM = ("Maximum grade", "Bestwertung", "Note maximale", "Calificación máxima")
COMMENTS = (
    "Feedback comments",
    "Feedback als Kommentar",
    "Feedback par commentaires",
    "Comentarios de retroalimentación",
)
NAME = ("Full name", "Vollständiger Name", "Nom complet", "Nombre completo")
EMAIL = ("Email address", "E-Mail-Adresse", "Adresse de courriel", "Dirección de correo")
NUMBER = ("ID number", "ID-Nummer", "Numéro d'identification", "Número de ID")
TIME = (
    "Last modified (submission)",
    "Zuletzt geändert (Abgabe)",
    "Dernière modification (travail remis)",
    "Última modificación (entrega)",
)
STATUS = ("Status", "Statut", "Estado")
MONTHS = {
    "jan": 1, "ene": 1, "feb": 2, "fév": 2, "mar": 3, "mär": 3, "apr": 4, "avr": 4, "abr": 4,
    "may": 5, "mai": 5, "jun": 6, "juin": 6, "jul": 7, "juil": 7, "aug": 8, "aoû": 8, "ago": 8,
    "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12, "déc": 12, "dic": 12,
}  # fmt: skip
HEAD = [
    "Identifier",
    "Full name",
    "Email address",
    "Status",
    "Grade",
    "Maximum grade",
    "Grade can be changed",
    "Last modified (submission)",
    "Last modified (grade)",
    "Feedback comments",
]


def read(entries: list[Entry], sheets: list[tables.Table]) -> tuple[list[HandIn], list[str]]:
    """The hand-ins of a download, and a line about files that are nobody's.

    Parameters
    ----------
    entries
        Its files.
    sheets
        Grading worksheets of the assignment: they know when it was handed in, and whose number is
        whose.
    """
    rows = {number: row for sheet in sheets for number, row in participants(sheet).items()}

    def place(entry: Entry) -> Place | None:
        for depth, part in enumerate(entry.parts):
            match = FOLDER.fullmatch(part)
            if match is None:
                continue
            below = [match["rest"], *entry.parts[depth + 1 :]]
            number, row = match["number"], rows.get(match["number"], {})
            who = {
                "email": row.get("email", ""),
                "sis": row.get("sis", ""),
                "name": row.get("name") or match["name"],
                "number": number,
            }
            origin = part[: match.start("rest")]
            path = "/".join(filter(None, below))
            late = "late" in row.get("status", "").casefold()
            received = time_of(row.get("time", ""))
            return Place(number, origin, who, path, late, received=received)
        return None

    return gather(entries, place)


def without_files(sheets: list[tables.Table], hand_ins: list[HandIn]) -> list[dict[str, str]]:
    """Those who have handed in by a worksheet, and of whom no download has a file.

    Parameters
    ----------
    sheets
        The grading worksheets.
    hand_ins
        All that was found.
    """
    found = {who.get("number") for each in hand_ins for who in each.who}
    return [
        {"email": row.get("email", ""), "sis": row.get("sis", ""), "name": row.get("name", number)}
        for sheet in sheets
        for number, row in participants(sheet).items()
        if number not in found and time_of(row.get("time", ""))
    ]


def is_worksheet(table: tables.Table) -> bool:
    """Whether a table is a grading worksheet: its first column ends in participants' numbers.

    Parameters
    ----------
    table
        Any table.
    """
    return table.column(*GRADE) is not None and bool(participants(table))


def participants(table: tables.Table) -> dict[str, dict[str, str]]:
    """What a worksheet says of each participant, by their number.

    Parameters
    ----------
    table
        The worksheet.
    """
    names = {"name": NAME, "email": EMAIL, "sis": NUMBER, "time": TIME, "status": STATUS}
    places = {key: table.column(*words) for key, words in names.items()}
    found = {}
    for row in table.rows:
        number = re.search(r"\d+$", row.cells[0])
        if number:
            found[number[0]] = {
                key: row.cells[at] for key, at in places.items() if at is not None and row.cells[at]
            }
    return found


def time_of(text: str) -> datetime | None:
    """A moment as Moodle writes it, "Wednesday, 10 June 2026, 2:14 PM", in this machine's zone.

    Parameters
    ----------
    text
        What stands in the worksheet.
    """
    clock = re.search(r"(\d{1,2}):(\d\d)(?::(\d\d))?\s*([ap])?\.?m?", text, re.IGNORECASE)
    if clock is None:
        return None
    day = re.search(r"(?<!\d)(\d{1,2})(?!\d)", text[: clock.start()])
    year = re.search(r"\d{4}", text[: clock.start()])
    words = re.findall(r"[^\W\d]+", text[: clock.start()].casefold())
    months = [MONTHS[w[:n]] for w in words[-3:] for n in (4, 3) if w[:n] in MONTHS]
    if not (day and year and months):
        return None
    hour = int(clock[1])
    if clock[4]:
        hour = hour % 12 + 12 * (clock[4].casefold() == "p")
    try:
        moment = datetime(
            int(year[0]), months[-1], int(day[1]), hour, int(clock[2]), int(clock[3] or 0)
        )
    except ValueError:
        return None
    return moment.astimezone()


def write(parcel: Parcel) -> list[Path]:
    """Write a grading worksheet and a zip of feedback files; returns both.

    Into the worksheet that was collected points and reasons are entered, and all else stays.
    Without one there is a row for each participant whose number is known.

    Parameters
    ----------
    parcel
        What goes back.
    """
    folders = origins(parcel, "moodle")
    numbers = {FOLDER.fullmatch(origin)["number"]: s for s, origin in folders.items()}  # type: ignore[index]
    if parcel.worksheet is None:
        columns, rows = HEAD, _new_rows(parcel, numbers)
    else:
        columns = list(parcel.worksheet.columns)
        for number, row in participants(parcel.worksheet).items():
            student = numbers.setdefault(number, _by_name(parcel, row))
            folders.setdefault(student, f"{row.get('name', '')}_{number}_assignsubmission_file_")
        rows = _filled_rows(parcel, parcel.worksheet, numbers)
    sheet = parcel.folder / "moodle_grades.csv"
    replace_text(sheet, tables.write(columns, rows))
    members = pages(parcel, folders, "/")
    return [sheet, write_zip(parcel.folder / "moodle_feedback.zip", members)]


def _new_rows(parcel: Parcel, numbers: dict[str, str]) -> list[list[str]]:
    rows = []
    for number, student in numbers.items():
        work = parcel.works[student]
        name = f"{work.person.first} {work.person.last}".strip() or student
        row = [f"Participant {number}", name, work.person.email, "Submitted for grading"]
        row += [points(work.grades.total), points(parcel.grades.maximum), "Yes", "-", "-"]
        rows.append([*row, export.harmless(export.feedback(work.grades))])
    unknown = [student for student in parcel.works if student not in numbers.values()]
    if unknown:
        parcel.lines.append(
            "Moodle's numbers of these are not known, collect the grading worksheet too: "
            + some(unknown, NAMED)
        )
    return rows


def _filled_rows(parcel: Parcel, sheet: tables.Table, numbers: dict[str, str]) -> list[list[str]]:
    grade, comments = sheet.column(*GRADE), sheet.column(*COMMENTS)
    rows, entered = [], set()
    assert grade is not None
    for line in sheet.rows:
        row = list(line.cells)
        found = re.search(r"\d+$", row[0])
        if found:
            student = numbers[found[0]]
            work = parcel.works.get(student)
            row[grade] = points(work.grades.total) if work else "0"
            if comments is not None:
                said = export.feedback(work.grades) if work else export.ABSENT
                row[comments] = export.harmless(said)
            entered.add(student)
        rows.append(row)
    missing = [student for student in parcel.works if student not in entered]
    if missing:
        parcel.lines.append(f"not in Moodle's grading worksheet: {some(missing, NAMED)}")
    return rows


def _by_name(parcel: Parcel, row: dict[str, str]) -> str:
    name = row.get("name", "")
    found = parcel.roster.find(name, email=row.get("email", ""), sis=row.get("sis", ""))
    return found[0].id if len(found) == 1 else roster.folder_name(name)
