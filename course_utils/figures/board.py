"""A board of small grids that animations write numbers on, frame by frame."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import matplotlib
from PIL import Image, ImageDraw, ImageFont

from .style import COLOURS

CELL = 36  # pixels
MARGIN = 14
HEADING = 50  # the line that says it all, and the names of the grids
GAP = 40
LINE = 20
DARK_ORANGE = "#7A3D00"  # small letters on a tint of the kernel's colour


class Board:
    """Grids side by side under a heading, and room for lines of text below; one size for all.

    A cell is named by its grid and its `(row, column)`.

    Parameters
    ----------
    grids
        From a grid's name to its `(rows, columns)`.
    colours
        From a grid's name to the name of its colour in `COLOURS`.
    heading
        What is to be seen.
    """

    def __init__(self, grids: Mapping[str, tuple[int, int]], colours: Mapping[str, str], heading):
        self.colours, self.heading = colours, heading
        self.left, x = {}, MARGIN
        for name, (_, columns) in grids.items():
            self.left[name] = x
            x += max(CELL * columns, round(font(12).getlength(name))) + GAP
        self.width = max(x - GAP, MARGIN + round(font(14).getlength(heading))) + MARGIN
        self.grids_end = HEADING + CELL * max(rows for rows, _ in grids.values())

    def begin(self, lines: int) -> Image.Image:
        """A new frame with heading and names, and room for so many lines of text."""
        height = self.grids_end + LINE * lines + MARGIN + 6
        picture = Image.new("RGB", (self.width, height), COLOURS["background"])
        self.draw = ImageDraw.Draw(picture)
        self.text((MARGIN, 18), self.heading, 14, anchor="ls")
        for name, left in self.left.items():
            self.text((left, HEADING - 7), name, 12, COLOURS[self.colours[name]], anchor="ls")
        return picture

    def corner(self, grid: str, cell: tuple[int, int]) -> tuple[int, int]:
        """The upper left corner of a cell of `grid`, `(x, y)` in pixels."""
        return self.left[grid] + CELL * cell[1], HEADING + CELL * cell[0]

    def cell(self, grid: str, cell: tuple[int, int], text: str, fill: str) -> None:
        """Fill a cell of `grid` with the colour `fill`, "#RRGGBB", and write `text` into it."""
        x, y = self.corner(grid, cell)
        self.draw.rectangle((x, y, x + CELL, y + CELL), fill=fill, outline=COLOURS["padding"])
        self.text((x + CELL // 2, y + CELL // 2 - 1), text, 14, anchor="mm")

    def frame_cell(self, grid: str, cell: tuple[int, int], colour: str, width: int) -> None:
        """A frame round a cell of `grid`, `width` pixels wide; `colour` is a name of `COLOURS`."""
        x, y = self.corner(grid, cell)
        self.draw.rectangle((x, y, x + CELL, y + CELL), outline=COLOURS[colour], width=width)

    def note(self, grid: str, cell: tuple[int, int], text: str, colour: str) -> None:
        """`text` in small letters, of `colour` "#RRGGBB", in the lower right corner of a cell.

        `grid` is the name of the cell's grid.
        """
        x, y = self.corner(grid, cell)
        self.text((x + CELL - 4, y + CELL - 4), text, 9, colour, "rs")

    def lines(self, texts: list[str]) -> None:
        """The `texts`, a line each, below the grids."""
        for line, text in enumerate(texts):
            self.text((MARGIN, self.grids_end + LINE * (line + 1) + 4), text, 13, anchor="ls")

    def broken(self, start: str, parts: list[str]) -> list[str]:
        """`start` and then `parts`, one after another, in as many lines as they need.

        A line is broken between parts only, and those after the first are set in.
        """
        lines = [start]
        for part in parts:
            if font(13).getlength(f"{lines[-1]} {part}") > self.width - 2 * MARGIN:
                lines.append("    " + part)
            else:
                lines[-1] += f" {part}"
        return lines

    def text(self, place, text, size, colour=COLOURS["text"], anchor="ls") -> None:
        """Write `text` at `place`, `(x, y)` in pixels.

        Parameters
        ----------
        place
            Where its `anchor` comes to lie.
        text
            One line.
        size
            Of the letters, in pixels.
        colour
            "#RRGGBB".
        anchor
            Two letters as in Pillow, such as "ls": left, on the base line.
        """
        self.draw.text(place, text, colour, font(size), anchor=anchor)


def number(value: float) -> str:
    """The `value` as it is printed in a book, with a true minus sign."""
    return f"{value:g}".replace("-", "−")


def signed(value: float) -> str:
    """The `value` as it is added or taken away: "+2"."""
    return f"{'−' if value < 0 else '+'}{number(abs(value))}"


def factor(value: float) -> str:
    """The `value` as it stands in a product: a negative one in brackets."""
    return f"({number(value)})" if value < 0 else number(value)


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """DejaVu Sans of this `size` in pixels: it comes with matplotlib, the same everywhere."""
    path = Path(matplotlib.get_data_path(), "fonts/ttf/DejaVuSans.ttf")
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)
