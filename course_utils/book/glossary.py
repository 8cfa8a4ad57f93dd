"""The glossary at the end of lecture 00, as a page of the book."""

from __future__ import annotations

import re
from pathlib import Path

from .contents import BookError

FILE = "lectures/00_start_here.ipynb"
_ROW = re.compile(r"^\| ([^|]+?) \| ([^|]+?) \(([\d, ;]+)\) \|$", re.MULTILINE)
_HEAD = """\
# Glossary

Terms as this course uses them; the numbers are those of the lectures that explain each.

```{glossary}
"""


def as_page(markdown: list[str], lectures: list[str]) -> str:
    """The page, in MyST's Markdown.

    Parameters
    ----------
    markdown
        The Markdown cells of the notebook with the table: term, meaning and lectures.
    lectures
        The lectures' pages; their names begin with their numbers.

    Raises
    ------
    BookError
        If there is no such table, or it names a lecture that is not there.
    """
    pages = {Path(page).name[:2]: page for page in lectures}
    table = next((text for text in markdown if text.startswith("## Glossary")), "")
    terms = _ROW.findall(table)
    if not terms:
        raise BookError(f"{FILE} has no table below a heading `## Glossary`")

    def link(match: re.Match) -> str:
        if match[0] not in pages:
            raise BookError(f"{FILE}: the glossary names lecture {match[0]}, which is not there")
        return f"[{match[0]}](/{pages[match[0]]})"

    entries = [
        f"{term}\n  {meaning} ({re.sub('[0-9]+', link, numbers)})\n"
        for term, meaning, numbers in terms
    ]
    return f"{_HEAD}{chr(10).join(entries)}```\n"
