"""The class as data: who is in it, and until when each may hand in.

`class.toml` in the course's folder says it, and every part of it may be missing:

    roster = "canvas.csv"              # as the learning platform exports it; else roster.csv

    [due]
    ps1 = 2026-10-12T23:59:00+02:00    # without a zone it is this machine's; a day ends at midnight

    [late]                             # what lateness costs, in the words of `late.LatePolicy`
    percent = 10

    [[person]]                         # who is not in the roster, or more about somebody who is
    id = "ada"
    name = "Ada Lovelace"
    extra_days = 2                     # later than the others, in each assignment

    [[extension]]
    student = "bela"
    assignment = "ps1"                 # of all assignments, where none is named
    until = 2026-10-15                 # or: days = 3

    [[group]]                          # what one of them hands in is graded for all
    assignment = "ps5"
    members = ["ada", "bela"]
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ..errors import some
from . import tables
from .course import Course, CourseError
from .received import moment_of

CLASS, ROSTER = "class.toml", "roster.csv"
# What learning platforms call their columns, by what we call them.
CANVAS = {
    "name": ("Student",),
    "lms": ("ID",),
    "sis": ("SIS User ID",),
    "login": ("SIS Login ID",),
    "section": ("Section",),
}
OTHERS = {  # in English, German, French and Spanish, as Moodle has them
    "id": ("id", "student"),
    "login": (
        "username",
        "login",
        "anmeldename",
        "benutzername",
        "nom d'utilisateur",
        "nombre de usuario",
    ),
    "first": ("first name", "first_name", "vorname", "prénom", "nombre"),
    "last": (
        "last name",
        "last_name",
        "surname",
        "nachname",
        "nom de famille",
        "nom",
        "apellido(s)",
    ),
    "name": ("name", "full name", "vollständiger name", "nom complet", "nombre completo"),
    "email": (
        "email",
        "email address",
        "e-mail",
        "e-mail-adresse",
        "adresse de courriel",
        "dirección de correo",
    ),
    "sis": (
        "sid",
        "sis",
        "id number",
        "student id",
        "matriculation number",
        "id-nummer",
        "numéro d'identification",
        "número de id",
    ),
    "lms": ("lms_user_id", "lms"),
    "section": ("section", "sections", "groups", "gruppen", "groupes", "grupos"),
}
NO_PERSON = ("points possible", "student, test")  # rows of Canvas
KEYS = {
    "": {"roster", "due", "late", "person", "extension", "group"},
    "person": {*OTHERS, "extra_days", "extra_hours"},
    "extension": {"student", "assignment", "until", "days", "hours"},
    "group": {"assignment", "members", "name"},
}


@dataclass(frozen=True)
class Person:
    """A student of the class.

    Attributes
    ----------
    id
        The name of their folder in `submitted/`.
    first, last, email
        What the person is called, and where they read.
    login
        By which they enter the learning platform.
    lms, sis
        Their numbers there (Canvas: ID), and at the university (Canvas: SIS User ID, Moodle: ID
        number, Gradescope: SID).
    section
        As the platform writes it.
    extra
        How much later than the others they may hand in, in every assignment.
    """

    id: str
    first: str = ""
    last: str = ""
    email: str = ""
    login: str = ""
    lms: str = ""
    sis: str = ""
    section: str = ""
    extra: timedelta = timedelta()

    @property
    def name(self) -> str:
        """First and last name, or else the id."""
        return f"{self.first} {self.last}".strip() or self.id


@dataclass(frozen=True)
class Extension:
    """How long a student may hand in: `until` then, or `extra` later than the others."""

    student: str
    assignment: str  # "" stands for all
    until: datetime | None = None
    extra: timedelta = timedelta()


@dataclass(frozen=True)
class Roster:
    """What a course knows of its class.

    Attributes
    ----------
    persons
        Everyone, by id; nobody where the course has no roster.
    due
        Until when an assignment is handed in, by its name.
    extensions
        Who has longer.
    groups
        Of an assignment ("" stands for all): the ids of those who hand in together.
    late
        What lateness costs, in the words of `late.LatePolicy`.
    decides
        Whether there is a `class.toml`: then who is not in it has no extension.
    columns
        Those of the platform's table, where it is Canvas' gradebook.
    complete
        Whether there is a roster: then who is not in it is not in the class.
    remarks
        What somebody has to look at, a line each.
    """

    persons: dict[str, Person] = field(default_factory=dict)
    due: dict[str, datetime] = field(default_factory=dict)
    extensions: tuple[Extension, ...] = ()
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    late: dict[str, float | str] = field(default_factory=dict)
    decides: bool = False
    columns: tuple[str, ...] = ()
    complete: bool = False
    remarks: tuple[str, ...] = ()

    def members(self, student: str, assignment: str) -> tuple[str, ...]:
        """The ids of those who hand in together with a student, who is one of them.

        Parameters
        ----------
        student
            Who.
        assignment
            What they hand in.
        """
        named = [m for of, m in self.groups if of == assignment and student in m]
        always = [m for of, m in self.groups if not of and student in m]
        return (named or always or [(student,)])[0]

    def extension(self, student: str, assignment: str, due: datetime) -> timedelta:
        """How much later than others a student may hand in; of a group the latest counts.

        Parameters
        ----------
        student
            Who.
        assignment
            What.
        due
            When all others have to.
        """
        ends = [due]
        for member in self.members(student, assignment):
            own = [
                each
                for each in self.extensions
                if each.student == member and each.assignment in ("", assignment)
            ]
            usual = due + (self.persons[member].extra if member in self.persons else timedelta())
            ends += [usual, *(usual + each.extra for each in own)]
            ends += [each.until for each in own if each.until is not None]
        return max(ends) - due

    def find(self, name: str = "", **known: str) -> tuple[Person, ...]:
        """Who this can be: of what is known, the first that fits anybody decides.

        Parameters
        ----------
        name
            First and last name in any order, in capitals or not, with or without a comma.
        **known
            Further attributes of a `Person`, the surest first.
        """
        for attribute, value in known.items():
            if not value:
                continue
            same = {
                person.id: person
                for person in self.persons.values()
                if value.casefold() in _names(person, attribute)
            }
            if same:
                return tuple(same.values())
        wanted = _letters(name)
        return tuple(
            person
            for person in self.persons.values()
            if wanted
            and wanted
            in (_letters(person.first + person.last), _letters(person.last + person.first))
        )


def _names(person: Person, attribute: str) -> set[str]:
    if attribute in ("id", "login", "email"):
        found = {person.id, person.login, person.email}
    else:
        found = {getattr(person, attribute)}
    return {name.casefold() for name in found if name}


def _letters(name: str) -> str:
    form = unicodedata.normalize("NFC", name).casefold()
    return "".join(letter for letter in form if letter.isalnum())


def read(course: Course) -> Roster:
    """What the course's folder says of its class: nothing where there is neither file.

    Parameters
    ----------
    course
        Whose class it is.

    Raises
    ------
    CourseError
        If a file cannot be read, or says what cannot be.
    """
    said, named = _said(course)
    persons: dict[str, Person] = {}
    columns: tuple[str, ...] = ()
    remarks = []
    for name in named:
        table = course.root / name
        if not table.is_file():
            raise CourseError(f"{CLASS}: roster names {name!r}, and there is no file {table}")
        columns, listed = persons_of(table.read_bytes(), str(table))
        found = {person.id: person for person in listed}
        twice = [own for own, person in found.items() if persons.get(own, person) != person]
        if twice:
            remarks.append(f"{some(twice)}: another roster says something else, {name} counts")
        persons |= found
    entries = list(_entries(said, "person"))
    _only_once((str(entry.get("id", "")) for entry in entries), "[[person]]")
    for entry in entries:
        person = _person(entry, persons)
        persons[person.id] = person

    def full_name(name: str) -> str:
        try:
            return course.assignment(name).name
        except CourseError as error:
            raise CourseError(f"{CLASS}: {error}") from None

    roster = Roster(
        persons,
        {full_name(n): _moment(v, f"{CLASS}, [due] {n}") for n, v in said.get("due", {}).items()},
        tuple(_extension(entry, full_name) for entry in _entries(said, "extension")),
        tuple(_group(entry, full_name) for entry in _entries(said, "group")),
        dict(said.get("late", {})),
        (course.root / CLASS).is_file(),
        columns,
        bool(named),
        tuple(remarks),
    )
    for of in sorted({assignment for assignment, _ in roster.groups}):
        together = (member for each, members in roster.groups if each == of for member in members)
        _only_once(together, f"[[group]] of {of or 'all assignments'}")
    if roster.complete:
        named_ids = [each.student for each in roster.extensions]
        named_ids += [member for _, members in roster.groups for member in members]
        for student in named_ids:
            if student not in roster.persons:
                near = [own for own in roster.persons if own.startswith(f"{student}@")]
                near = near or get_close_matches(student, roster.persons, 1)
                hint = f": did you mean {near[0]}?" if near else ""
                raise CourseError(f"{CLASS}: nobody in the roster is {student!r}{hint}")
    return roster


def files(course: Course) -> list[Path]:
    """The files that say it: `class.toml` and rosters, as far as they are there.

    Parameters
    ----------
    course
        Whose class it is.
    """
    paths = [course.root / name for name in (*_said(course)[1], CLASS)]
    return [path for path in paths if path.is_file()]


def _said(course: Course) -> tuple[dict, list[str]]:
    """What `class.toml` says, and the rosters' names."""
    file = course.root / CLASS
    said: dict = {}
    if file.is_file():
        try:
            said = tomllib.loads(tables.decode(file.read_bytes()))
        except tomllib.TOMLDecodeError as error:
            raise CourseError(f"{file}: {error}") from None
        _check_keys(said, "", CLASS)
    named = said.get("roster", [ROSTER] if (course.root / ROSTER).is_file() else [])
    return said, [named] if isinstance(named, str) else list(named)


def persons_of(data: bytes, what: str) -> tuple[tuple[str, ...], list[Person]]:
    """The columns and the persons of a table that Canvas, Moodle, Gradescope or you have written.

    Parameters
    ----------
    data
        What the file holds.
    what
        Its name, for the message.

    Raises
    ------
    CourseError
        If it names nobody, or two persons have one id.
    """
    table = tables.read(data, what)
    canvas = table.column("Student") is not None and table.column("Section") is not None
    places = {
        attribute: place
        for attribute, names in (CANVAS if canvas else OTHERS).items()
        if (place := table.column(*names)) is not None
    }
    if not {"id", "login", "email", "name", "sis"} & set(places):
        raise CourseError(
            f"{what}, line {table.line}: expected a roster, with a column such as id, username, "
            "Email address or SIS Login ID"
        )
    found: dict[str, Person] = {}
    for row in table.rows:
        cells: dict[str, Any] = {name: row.cells[place] for name, place in places.items()}
        name = cells.pop("name", "")
        if not any(row.cells) or name.casefold() in NO_PERSON or (canvas and not name):
            continue
        first, last = _first_and_last(name)
        cells = {"first": first, "last": last} | {k: v for k, v in cells.items() if v}
        own = next((cells[k] for k in ("id", "login", "email", "sis", "lms") if cells.get(k)), name)
        person = replace(Person(folder_name(own)), **{k: v for k, v in cells.items() if k != "id"})
        if not person.id:
            raise CourseError(f"{what}, line {row.number}: {own!r} cannot be the name of a folder")
        if person.id in found and found[person.id] != person:
            raise CourseError(f"{what}, line {row.number}: two persons have the id {person.id!r}")
        found[person.id] = person
    return (table.columns if canvas else ()), list(found.values())


def folder_name(text: str) -> str:
    """The text as a folder may be called that nbgrader can find: without / * ? [ ].

    Parameters
    ----------
    text
        A login, an address or a name.
    """
    kept = "".join("_" if c in '/\\*?[]:<>|"' or not c.isprintable() else c for c in text).strip()
    return kept.lstrip(".") or ""


def _first_and_last(name: str) -> tuple[str, str]:
    """Of "Lovelace, Ada" or "Ada Lovelace"."""
    if "," in name:
        last, _, first = name.partition(",")
        return first.strip(), last.strip()
    first, _, last = name.strip().rpartition(" ")
    return first, last


# --- class.toml --------------------------------------------------------------------------------


def _entries(said: dict, kind: str) -> Iterable[dict]:
    entries = said.get(kind, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise CourseError(f"{CLASS}: write [[{kind}]], with two brackets, above each of them")
    for entry in entries:
        _check_keys(entry, kind, f"{CLASS}, [[{kind}]]")
    return entries


def _check_keys(said: dict, kind: str, where: str) -> None:
    for key in said:
        if key not in KEYS[kind]:
            raise CourseError(
                f"{where}: unknown key {key!r}, expected {', '.join(sorted(KEYS[kind]))}"
            )


def _only_once(names: Iterable[str], where: str) -> None:
    twice = [name for name, count in Counter(names).items() if name and count > 1]
    if twice:
        raise CourseError(f"{CLASS}, {where}: {some(twice)} stands there more than once")


def _person(entry: dict, known: dict[str, Person]) -> Person:
    if not entry.get("id"):
        raise CourseError(
            f"{CLASS}, [[person]]: expected an id, the name of a folder in submitted/"
        )
    name = str(entry["id"])
    if folder_name(name) != name:
        raise CourseError(f"{CLASS}, [[person]]: {name!r} cannot be the name of a folder")
    more = {key: str(value) for key, value in entry.items() if key not in ("name", "id")}
    extra = _length(more.pop("extra_days", 0), more.pop("extra_hours", 0), f"{CLASS}, {name}")
    if "name" in entry:
        first, last = _first_and_last(str(entry["name"]))
        more = {"first": first, "last": last} | more
    return replace(known.get(name, Person(name)), **more, extra=extra)


def _extension(entry: dict, full_name) -> Extension:
    student = str(entry.get("student", ""))
    where = f"{CLASS}, [[extension]] of {student or 'nobody'}"
    if not student or not {"until", "days", "hours"} & set(entry):
        raise CourseError(f"{where}: expected a student, and until, days or hours")
    assignment = full_name(str(entry["assignment"])) if entry.get("assignment") else ""
    until = _moment(entry["until"], where) if "until" in entry else None
    extra = _length(entry.get("days", 0), entry.get("hours", 0), where)
    return Extension(student, assignment, until, extra)


def _group(entry: dict, full_name) -> tuple[str, tuple[str, ...]]:
    members = entry.get("members")
    if not isinstance(members, list) or len(members) < 2:
        raise CourseError(f"{CLASS}, [[group]]: expected members, a list of ids")
    assignment = full_name(str(entry["assignment"])) if entry.get("assignment") else ""
    return assignment, tuple(str(member) for member in members)


def _moment(value, where: str) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone()
    if isinstance(value, date):
        return datetime.combine(value, time(23, 59, 59)).astimezone()
    return moment_of(str(value), where)


def _length(days, hours, where: str) -> timedelta:
    try:
        length = timedelta(days=float(days), hours=float(hours))
    except (TypeError, ValueError, OverflowError):
        raise CourseError(
            f"{where}: {days!r} days, {hours!r} hours are no length of time"
        ) from None
    if length < timedelta():
        raise CourseError(f"{where}: an extension cannot be negative")
    return length
