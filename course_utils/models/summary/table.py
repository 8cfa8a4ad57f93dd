"""The table itself: rows, sums, and how it is printed."""

from __future__ import annotations

import math
from dataclasses import dataclass

EVERYTHING = math.inf  # the field of what has seen the whole image


@dataclass(frozen=True)
class Row:
    """A layer: output `(C, H, W)` or `(features,)`; for one image; `field` in pixels of height."""

    name: str
    kind: str
    output: tuple[int, ...]
    parameters: int
    multiply_adds: int
    field: float


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
        """Of convolutions and dense layers, for one image."""
        return sum(row.multiply_adds for row in self.rows)

    def __str__(self) -> str:
        head = ("layer", "kind", "output", "parameters", "multiply-adds", "sees")
        sums = ("all", "", "", f"{self.parameters:,}", f"{self.multiply_adds:,}", "")
        lines = [head, *map(_cells, self.rows), sums]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join(_line(cells, widths) for cells in lines)

    __repr__ = __str__


def _cells(row: Row) -> tuple[str, ...]:
    size = "x".join(map(str, row.output))
    sees = "all" if row.field == EVERYTHING else f"{row.field:.0f}"
    return row.name, row.kind, size, f"{row.parameters:,}", f"{row.multiply_adds:,}", sees


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    """Words to the left, numbers to the right."""
    words = [cell.ljust(width) for cell, width in zip(cells[:3], widths[:3], strict=True)]
    numbers = [cell.rjust(width) for cell, width in zip(cells[3:], widths[3:], strict=True)]
    return "  ".join(words + numbers).rstrip()
