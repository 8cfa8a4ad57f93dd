"""Which lectures a page of the playground belongs to: its front matter says so."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = "book/playground"
_LECTURES = re.compile(r"\A---\n(?:.+\n)*?lectures: ([\d ]+)\n")
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)


def of_lecture(root: Path, number: str) -> dict[str, str]:
    """The titles of the pages that belong to a lecture, by the files' paths below `root`.

    Parameters
    ----------
    root
        The folder that is the repository.
    number
        The lecture's, of two digits.
    """
    found = {}
    for path in sorted((root / FOLDER).glob("*.md")):
        text = path.read_text("utf-8")
        lectures, title = _LECTURES.search(text), _TITLE.search(text)
        if lectures and title and number in lectures[1].split():
            found[path.relative_to(root).as_posix()] = title[1]
    return found
