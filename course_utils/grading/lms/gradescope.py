"""Gradescope: folders `submission_123/`, and `submission_metadata.yml`, which says whose."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import yaml

from .. import tables
from ..course import CourseError
from ..results import export
from .downloads import Entry
from .hand_ins import NAMED, HandIn, Place, gather, some
from .parcels import Parcel, origins, pages, write_zip

METADATA = "submission_metadata.yml"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(entries: list[Entry], sheets: list[tables.Table]) -> tuple[list[HandIn], list[str]]:
    """The hand-ins of an export, and a line about files that are nobody's.

    Parameters
    ----------
    entries
        Its files.
    sheets
        Not needed: the export says it all.

    Raises
    ------
    CourseError
        If the export does not say whose folder is whose.
    """
    known = {
        name: each for entry in entries if entry.name == METADATA for name, each in _said(entry)
    }
    if not known:
        raise CourseError(f"expected {METADATA} in the download: export the submissions as a whole")

    def place(entry: Entry) -> Place | None:
        for depth, part in enumerate(entry.parts[:-1]):
            if part in known:
                return Place(part, part, {}, "/".join(entry.parts[depth + 1 :]))
        return None

    found, lines = gather([entry for entry in entries if entry.name != METADATA], place)
    theirs = [_whose(hand_in, known[hand_in.origin]) for hand_in in found]
    missing = known.keys() - {hand_in.origin for hand_in in found}
    empty = [_whose(HandIn(name, (), ()), known[name]) for name in sorted(missing)]
    names = [who["name"] or who.get("email", "") for each in empty for who in each.who]
    if names:
        lines.append(f"the export names them and has no file of theirs: {some(names, NAMED)}")
    return theirs, lines


def _said(entry: Entry) -> list[tuple[str, dict]]:
    try:
        said = yaml.load(entry.read(), LOADER)  # noqa: S506 (a safe loader)
    except (yaml.YAMLError, ValueError) as error:  # or a day that no calendar has
        raise CourseError(f"{METADATA} cannot be read: {error}") from None
    pairs = said.items() if isinstance(said, dict) else ()
    return [(str(name), each) for name, each in pairs if isinstance(each, dict)]


def _whose(hand_in: HandIn, said: dict) -> HandIn:
    people = said.get(":submitters")
    who = tuple(
        {
            "email": str(person.get(":email") or ""),
            "sis": str(person.get(":sid") or ""),
            "name": str(person.get(":name") or ""),
        }
        for person in (people if isinstance(people, list) else [])
        if isinstance(person, dict)
    )
    moment = said.get(":created_at")
    if not isinstance(moment, datetime):
        moment = None
    elif moment.tzinfo is None:  # YAML's own times are in UTC, and the loader drops that
        moment = moment.replace(tzinfo=UTC)
    return replace(hand_in, who=who or ({"name": hand_in.origin},), received=moment)


def write(parcel: Parcel) -> list[Path]:
    """Write a table of points by exercise and a zip of pages by submission; returns both.

    Parameters
    ----------
    parcel
        What goes back.
    """
    table = parcel.folder / "gradescope_grades.csv"
    export.write(parcel.grades, "gradescope", table, known=parcel.persons)
    members = pages(parcel, origins(parcel, "gradescope"), "/")
    return [table, write_zip(parcel.folder / "gradescope_feedback.zip", members)]
