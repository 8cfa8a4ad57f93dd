"""Which way the cells of an assignment are judged, kept with it: found once, not for each class.

`.grading/ASSIGNMENT/ways.json` of a course. What was found counts as long as nothing has changed
that it depends on: notebook, release, files beside, limits, libraries.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import astuple
from pathlib import Path

from ...files import replace_text
from ..fingerprint import digest, environment
from ..folders import FOLDER
from . import submitted_notebook
from .rehearsal import Ways
from .sandbox.walls import Limits
from .submitted_notebook import NotebookSource
from .verdicts import Finding

NAME = "ways.json"


def key_of(
    source: NotebookSource,
    files: dict[str, bytes],
    limits: Limits,
    unsafe: bool,
    prepare: str | None,
) -> str:
    """A hash of all that the ways of a notebook depend on.

    Parameters
    ----------
    source
        The instructor's side.
    files
        What lies beside the instructor's notebook.
    limits, unsafe, prepare
        As for `submitted_notebook.grade`.
    """
    facts = [source.text, submitted_notebook.answers_of(source), astuple(limits), unsafe, prepare]
    return digest(files, json.dumps(facts, sort_keys=True), environment(source.text))


def read(root: Path, assignment: str) -> dict[str, tuple[str, Ways]]:
    """What is kept of an assignment: by notebook, the key and the findings by grade_id.

    Parameters
    ----------
    root
        The course's folder.
    assignment
        Its name.
    """
    try:
        content = json.loads((root / FOLDER / assignment / NAME).read_text("utf-8"))
        return {
            name: (key, {each["grade_id"]: Finding.from_dict(each) for each in findings})
            for name, (key, findings) in content.items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}  # nothing yet, or damaged: it is found out again


def write(root: Path, assignment: str, found: dict[str, tuple[str, Ways]]) -> None:
    """Keep what was found of an assignment, but for what the grader's own trouble leaves open.

    Parameters
    ----------
    root, assignment
        As for `read`.
    found
        What `read` is to give.
    """
    certain = {
        name: [key, [finding.as_dict() for finding in ways.values()]]
        for name, (key, ways) in found.items()
        if all(finding.certain for finding in ways.values())
    }
    replace_text(root / FOLDER / assignment / NAME, json.dumps(certain, indent=1) + "\n")


def of_assignment(
    root: Path,
    assignment: str,
    keys: dict[str, str],
    find: Callable[[list[str]], Iterable[Ways]],
) -> dict[str, Ways]:
    """The ways of an assignment's notebooks: those that are kept, and the others found and kept.

    Parameters
    ----------
    root, assignment
        As for `read`.
    keys
        Of the notebooks, by name: see `key_of`.
    find
        Finds those of the notebooks of some names, in their order.
    """
    known = read(root, assignment)
    found = {name: known[name] for name, key in keys.items() if known.get(name, ("",))[0] == key}
    missing = [name for name in keys if name not in found]
    if missing:
        for name, ways in zip(missing, find(missing), strict=True):
            found[name] = keys[name], ways
        write(root, assignment, known | found)
    return {name: ways for name, (_, ways) in found.items()}
