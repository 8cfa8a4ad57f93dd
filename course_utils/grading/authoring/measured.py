"""What was measured about assignments, in a JSON file beside the course, by assignment's name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from ...errors import UserError
from ...files import replace_text
from ..course import Course

T = TypeVar("T")


def read(course: Course, name: str, remedy: str, of: Callable[[str, Any], T]) -> dict[str, T]:
    """What a file holds, by the name of the assignment; empty where there is none.

    Parameters
    ----------
    course
        In whose folder the file lies.
    name
        The file's.
    remedy
        The commands that write it, for the message.
    of
        From an assignment's name and its record to what is returned.

    Raises
    ------
    UserError
        If the file is damaged.
    """
    file = course.root / name
    if not file.exists():
        return {}
    try:
        records = json.loads(file.read_text("utf-8"))
        return {assignment: of(assignment, record) for assignment, record in records.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"{file} cannot be read ({type(error).__name__}: {error}): restore it from git, or "
            f"remove it and run {remedy}"
        ) from None


def write(course: Course, name: str, records: dict[str, dict]) -> Path:
    """Store records in the place of earlier ones; returns the file.

    Parameters
    ----------
    course
        In whose folder the file lies.
    name
        The file's.
    records
        Texts, numbers, lists and dictionaries only, by the name of the assignment.

    Raises
    ------
    UserError
        If the file cannot be written.
    """
    file = course.root / name
    try:
        replace_text(file, json.dumps(dict(sorted(records.items())), indent=1) + "\n")
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror}") from None
    return file
