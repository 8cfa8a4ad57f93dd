"""The glossary at the end of lecture 00, as a page of the book."""

from __future__ import annotations

import re
from pathlib import Path

from nbformat import NotebookNode

from .contents import BookError

FILE = "lectures/00_start_here.ipynb"
_ROW = re.compile(r"^\| ([^|]+?) \| ([^|]+?) \(([\d, ;]+)\) \|$", re.MULTILINE)
_HEAD = """\
# Glossary

Terms as this course uses them; the numbers are those of the lectures that explain each.

```{glossary}
"""


def as_page(notebook: NotebookNode, pages: dict[str, str]) -> str:
    """The page, in MyST's Markdown.

    Parameters
    ----------
    notebook
        Lecture 00, which has a table of term, meaning and lectures below its last heading.
    pages
        From paths in the repository to pages, as `contents.pages` has them.

    Raises
    ------
    BookError
        If there is no such table, a row of it cannot be read, or it names a lecture that is not
        there.
    """
    lectures = {
        Path(file).name[:2]: page for file, page in pages.items() if file.startswith("lectures/")
    }
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    table = next((text for text in cells if text.startswith("## Glossary")), "")
    terms = _ROW.findall(table)
    if not terms:
        raise BookError(f"{FILE} has no table below a heading `## Glossary`")
    for row in [line for line in table.splitlines() if line.startswith("|")][2:]:
        if not _ROW.fullmatch(row):
            raise BookError(
                f"{FILE}: in the glossary, `{row}` is not | term | meaning (lectures) |"
            )

    def link(number: re.Match) -> str:
        if number[0] not in lectures:
            raise BookError(f"{FILE}: the glossary names lecture {number[0]}, which is not there")
        return f"[{number[0]}](/{lectures[number[0]]})"

    entries = [
        f"{term}\n  {meaning} ({re.sub('[0-9]+', link, numbers)})\n"
        for term, meaning, numbers in terms
    ]
    return _HEAD + "\n".join(entries) + "```\n"
