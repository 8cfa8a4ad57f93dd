"""A board of small grids that animations write numbers on, frame by frame."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import matplotlib
from PIL import Image, ImageDraw, ImageFont

from .style import COLOURS, colour_of, dark

CELL = 36  # pixels
MARGIN = 14
HEADING = 50  # the line that says it all, and the names of the grids
NAME = 28  # from a row of grids to the next, with the names of these
GAP = 40
LINE = 20
ROLES = ("input", "kernel", "output")  # what goes in, what moves over it, what comes out


@dataclass(frozen=True)
class Cast:
    """What plays the parts of an animation: the names and colours of its input, kernel, output.

    Attributes
    ----------
    names : from each of `ROLES` to what is written above its grid
    colours : from each of `ROLES` to the name of its colour in `COLOURS`
    """

    names: Mapping[str, str]
    colours: Mapping[str, str]

    @classmethod
    def of(
        cls,
        usual: Mapping[str, str],
        names: Mapping[str, str] | None,
        colours: Mapping[str, str] | None,
    ) -> Cast:
        """The cast of one animation.

        Parameters
        ----------
        usual
            The names of all three parts.
        names, colours
            What is different here. A part that is called a gradient has the gradients' colour
            unless another is given.

        Raises
        ------
        ValueError
            If there is no such part or colour.
        """
        for what, known in ((names, ROLES), (colours, ROLES), ((colours or {}).values(), COLOURS)):
            _refuse_unknown(what or (), known)
        chosen = {**usual, **(names or {})}
        paints = {role: colour_of(name, role) for role, name in chosen.items()}
        return cls(chosen, {**paints, **(colours or {})})


def _refuse_unknown(given: Collection[str], known: Collection[str]) -> None:
    for name in given:
        if name not in known:
            raise ValueError(f"{name!r} is not one of {', '.join(known)}: choose one of these")


class Board:
    """Grids side by side under a heading, and room for lines of text below; one size for all.

    A cell is named by its grid and its `(row, column)`.

    Parameters
    ----------
    columns
        From left to right; in each, from top to bottom, from a grid to its `(rows, columns)`.
    names, colours
        From each grid to what is written above it, and to the name of its colour in `COLOURS`.
    heading
        What is to be seen.
    cell
        The side of a cell, in pixels.
    """

    def __init__(
        self,
        columns: Sequence[Mapping[str, tuple[int, int]]],
        names: Mapping[str, str],
        colours: Mapping[str, str],
        heading: str,
        cell: int = CELL,
    ):
        self.names, self.colours, self.heading, self.side = names, colours, heading, cell
        self.places: dict[str, tuple[int, int]] = {}
        x = MARGIN
        deep = max(map(len, columns))
        tall = [
            max(list(c.values())[row][0] for c in columns if len(c) > row) for row in range(deep)
        ]
        tops = [HEADING + sum(cell * t + NAME for t in tall[:row]) for row in range(deep)]
        for column in columns:
            self.places |= {grid: (x, top) for grid, top in zip(column, tops, strict=False)}
            wide = [
                max(cell * width, round(font(12).getlength(names[grid])))
                for grid, (_, width) in column.items()
            ]
            x += max(wide) + GAP
        self.width = max(x - GAP, MARGIN + round(font(14).getlength(heading))) + MARGIN
        self.grids_end = tops[-1] + cell * tall[-1]

    def begin(self, lines: int) -> Image.Image:
        """A new frame with heading and names, and room for so many lines of text."""
        height = self.grids_end + LINE * lines + MARGIN + 6
        picture = Image.new("RGB", (self.width, height), COLOURS["background"])
        self.draw = ImageDraw.Draw(picture)
        self.text((MARGIN, 18), self.heading, 14, anchor="ls")
        for grid, (left, top) in self.places.items():
            self.text((left, top - 7), self.names[grid], 12, dark(self.colours[grid]), anchor="ls")
        return picture

    def corner(self, grid: str, cell: tuple[int, int]) -> tuple[int, int]:
        """The upper left corner of a cell of `grid`, `(x, y)` in pixels."""
        left, top = self.places[grid]
        return left + self.side * cell[1], top + self.side * cell[0]

    def cell(self, grid: str, cell: tuple[int, int], text: str, fill: str) -> None:
        """Fill a cell of `grid` with the colour `fill`, "#RRGGBB", and write `text` into it."""
        x, y = self.corner(grid, cell)
        side, half = self.side, self.side // 2
        self.draw.rectangle((x, y, x + side, y + side), fill=fill, outline=COLOURS["padding"])
        self.text((x + half, y + half - 1), text, 14, anchor="mm")

    def frame_cell(self, grid: str, cell: tuple[int, int], colour: str, width: int) -> None:
        """A frame round a cell of `grid`, `width` pixels wide; `colour` is a name of `COLOURS`."""
        x, y = self.corner(grid, cell)
        far = (x + self.side, y + self.side)
        self.draw.rectangle((x, y, *far), outline=COLOURS[colour], width=width)

    def note(self, grid: str, cell: tuple[int, int], text: str, colour: str) -> None:
        """`text` in small letters, of `colour` "#RRGGBB", in the lower right corner of a cell.

        `grid` is the name of the cell's grid.
        """
        x, y = self.corner(grid, cell)
        self.text((x + self.side - 4, y + self.side - 4), text, 9, colour, "rs")

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


def size(shape: Sequence[int], times: str = "x") -> str:
    """A `shape` as it is said, "3x4", or with another sign `times`."""
    return times.join(map(str, shape))


def article(name: str) -> str:
    """A `name` in the middle of a sentence: one with a comma in it is closed by another."""
    return f"{name}," if "," in name else name
