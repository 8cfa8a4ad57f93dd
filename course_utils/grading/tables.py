"""Tables as spreadsheets and learning platforms save them.

Commas, semicolons or tabs; UTF-8, UTF-16 or Windows' own encoding; a first line `sep=;`, or none;
empty rows anywhere.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

from .course import CourseError

SEPARATORS = ",;\t"
MARK = re.compile(r'"?sep=[^\n]*\n', re.IGNORECASE)  # a first line for Excel


@dataclass(frozen=True)
class Row:
    """A row of a table: the number of its line in the file, and its cells without blanks."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """What a file holds: the names of its columns, and the rows below them.

    `line` is where the names stand, and `separator` what stands between two cells.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    line: int
    separator: str

    def column(self, *names: str) -> int | None:
        """The place of the first column with one of these `names`, in capitals or not."""
        wanted = {name.casefold() for name in names}
        return next((i for i, name in enumerate(self.columns) if name.casefold() in wanted), None)


def read(data: bytes, what: str = "the table") -> Table:
    """The table in a file; every row has as many cells as the widest.

    Parameters
    ----------
    data
        What the file holds.
    what
        Its name, for the message.

    Raises
    ------
    CourseError
        If this is no table.
    """
    text = decode(data)
    mark = MARK.match(text)
    above = 1 if mark else 0
    if mark:
        text = text[mark.end() :]
    lines = io.StringIO(text, newline=None)
    head = next((line for line in lines if line.strip(f'{SEPARATORS}" \n')), "")
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    found, number = [], above + 1
    try:
        for cells in reader:
            found.append((number, [cell.strip() for cell in cells]))
            number = above + reader.line_num + 1
    except csv.Error as error:
        raise CourseError(f"{what}, line {number}: this is no table ({error})") from None
    while found and not any(found[0][1]):
        del found[0]
    line, columns = found[0] if found else (above + 1, [])
    width = max((len(cells) for _, cells in found), default=0)
    rows = tuple(
        Row(number, tuple(cells + [""] * (width - len(cells)))) for number, cells in found[1:]
    )
    return Table(tuple(columns), rows, line, separator)


def write(columns: list[str], rows: list[list[str]], separator: str = ",") -> str:
    """The text of a table.

    Parameters
    ----------
    columns
        Their names.
    rows
        The cells below them.
    separator
        What stands between two cells.
    """
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows([columns, *rows])
    return text.getvalue()


def harmless(text: str) -> str:
    """A table's cell with this `text` that no spreadsheet computes.

    Examples
    --------
    >>> harmless("=HYPERLINK(...)")
    "'=HYPERLINK(...)"
    >>> harmless("-5")
    '-5'
    """
    if text[:1] in ("=", "+", "-", "@", "\t", "\r") and text:
        try:
            float(text)
        except ValueError:
            return f"'{text}"
    return text


def as_typed(text: str) -> str:
    """What `harmless` was given for this `text`.

    Examples
    --------
    >>> as_typed("'=1+1"), as_typed("'s-Gravenhage")
    ('=1+1', "'s-Gravenhage")
    """
    return text[1:] if text[:1] == "'" and harmless(text[1:]) == text else text


def decode(data: bytes) -> str:
    """The text of a file, whichever program saved it.

    Parameters
    ----------
    data
        What the file holds.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
