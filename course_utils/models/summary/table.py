"""The table itself: rows, sums, and how it is printed."""

from __future__ import annotations

import math
from dataclasses import dataclass

EVERYTHING = math.inf  # the field of what has seen the whole image


@dataclass(frozen=True)
class Row:
    """A layer: output `(C, H, W)` or `(features,)`; for one image; `field` in pixels of height.

    `uncounted` names operations whose multiply-adds are not known, and not in `multiply_adds`.
    """

    name: str
    kind: str
    output: tuple[int, ...]
    parameters: int
    multiply_adds: int
    field: float
    uncounted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Summary:
    """The layers that have parameters or look at more than one pixel, in the order of the work."""

    rows: tuple[Row, ...]

    @property
    def parameters(self) -> int:
        """Of all layers."""
        return sum(row.parameters for row in self.rows)

    @property
    def multiply_adds(self) -> int:
        """Of convolutions, dense layers, attention: all that is counted, for one image."""
        return sum(row.multiply_adds for row in self.rows)

    @property
    def uncounted(self) -> tuple[str, ...]:
        """Layers that do work of unknown amount, each with the operations that are not counted."""
        return tuple(
            f"{row.name or row.kind} ({', '.join(row.uncounted)})"
            for row in self.rows
            if row.uncounted
        )

    def __str__(self) -> str:
        head = ("layer", "kind", "output", "parameters", "multiply-adds", "sees")
        work = _work(self.multiply_adds, bool(self.uncounted))
        sums = ("all", "", "", f"{self.parameters:,}", work, "")
        lines = [head, *map(_cells, self.rows), sums]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        table = [_line(cells, widths) for cells in lines]
        if self.uncounted:
            table.append(f"? is not counted: {'; '.join(self.uncounted)}")
        return "\n".join(table)

    __repr__ = __str__


@dataclass(frozen=True)
class Saved:
    """What is kept between the two passes of training, for one image: not the parameters.

    Attributes
    ----------
    numbers : how many
    bytes : what they take; the places of maxima are 8 bytes each, masks one
    """

    numbers: int
    bytes: int


def _cells(row: Row) -> tuple[str, ...]:
    size = "x".join(map(str, row.output))
    sees = "all" if row.field == EVERYTHING else f"{row.field:.0f}"
    work = _work(row.multiply_adds, bool(row.uncounted))
    return row.name, row.kind, size, f"{row.parameters:,}", work, sees


def _work(counted: int, more: bool) -> str:
    """A number of multiply-adds; with a question mark where there is more that is not counted."""
    if not more:
        return f"{counted:,}"
    return f"{counted:,} + ?" if counted else "?"


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    """Words to the left, numbers to the right."""
    words = [cell.ljust(width) for cell, width in zip(cells[:3], widths[:3], strict=True)]
    numbers = [cell.rjust(width) for cell, width in zip(cells[3:], widths[3:], strict=True)]
    return "  ".join(words + numbers).rstrip()
