"""The newest survey of each lecture, kept beside the lectures: the book makes a page of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from ...errors import UserError
from ...files import replace_text
from ...runtime import processor_name
from ..notebooks import last_run
from .measuring import Made
from .survey import Survey
from .tally import Tally

FILE = "lectures/claims.json"
DIGITS = 12  # of numbers in the file: counts of parameters stay exact


class StoredError(UserError):
    """The file with surveys cannot be read or written; the message says why."""


@dataclass(frozen=True)
class Stored:
    """A survey of a lecture, with where and when it was made.

    Attributes
    ----------
    survey
        What was found.
    date
        The day, in UTC.
    processor
        The name of the processor.
    versions
        Of Python and the libraries.
    """

    survey: Survey
    date: date
    processor: str
    versions: dict[str, str]


def here(surveys: Iterable[Survey]) -> list[Stored]:
    """Surveys that were made on this machine, today, with what is installed.

    Parameters
    ----------
    surveys
        What `survey.survey` found.
    """
    today, versions = datetime.now(UTC).date(), last_run.versions()
    return [Stored(each, today, processor_name(), versions) for each in surveys]


def read(root: Path) -> dict[str, Stored]:
    """The stored surveys, by lecture; empty where none was ever stored.

    Parameters
    ----------
    root
        The folder that is the repository.

    Raises
    ------
    StoredError
        If the file is damaged.
    """
    file = root / FILE
    if not file.exists():
        return {}
    try:
        records = json.loads(file.read_text("utf-8"))
        return {name: _from_record(name, record) for name, record in records.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoredError(
            f"{file} cannot be read ({type(error).__name__}: {error}): restore it from git, or "
            "remove it and run `course claims --store`"
        ) from None


def write(root: Path, stored: Iterable[Stored]) -> None:
    """Put surveys in the place of earlier ones of the same lectures.

    Parameters
    ----------
    root
        The folder that is the repository.
    stored
        The new surveys.

    Raises
    ------
    StoredError
        If the file is damaged, or cannot be written; it stays as it was.
    """
    merged = read(root) | {each.survey.lecture: each for each in stored}
    text = json.dumps({name: as_record(merged[name]) for name in sorted(merged)}, indent=1)
    lists = re.compile(r"\[[^][{}]+\]")  # numbers on one line
    text = lists.sub(lambda found: re.sub(r"\s+", " ", found[0]).replace("[ ", "["), text)
    try:
        replace_text(root / FILE, text.replace(" ]", "]") + "\n")
    except OSError as error:
        raise StoredError(f"{root / FILE} cannot be written: {error.strerror}") from None


def as_record(stored: Stored) -> dict:
    """As texts, numbers and lists only.

    Parameters
    ----------
    stored
        A survey.
    """
    record = asdict(stored.survey)
    del record["lecture"]
    for claim in record["claims"]:
        claim["numbers"] = [float(f"{number:.{DIGITS}g}") for number in claim["numbers"]]
    about = {"processor": stored.processor, "versions": stored.versions}
    return {"date": stored.date.isoformat()} | about | record


def _from_record(lecture: str, record: dict) -> Stored:
    claims = tuple(
        Tally(
            **{key: value for key, value in claim.items() if key not in ("numbers", "full")},
            numbers=tuple(claim["numbers"]),
            full=Made(**claim["full"]) if claim["full"] else None,
        )
        for claim in record["claims"]
    )
    found = Survey(lecture, record["digest"], record["draws"], claims, tuple(record["failures"]))
    when = date.fromisoformat(record["date"])
    return Stored(found, when, record["processor"], record["versions"])
