"""A kernel slides over an image: every position, every product, as an animation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .animation import Animation
from .style import COLOURS, tint

CELL = 36  # pixels
MARGIN = 14
HEADING = 50  # the line that says it all, and the names of the three grids
GAP = 40
LINE = 20
DARK_ORANGE = "#7A3D00"  # small letters on a tint of the kernel's colour


@dataclass(frozen=True)
class Slide:
    """What is to be drawn: a padded image, a kernel, and how it moves.

    Attributes
    ----------
    padded : `(H, W)`, with its padding
    real : bool, `(H, W)`: False where the padding is
    kernel : `(h, w)`
    stride, dilation : steps of the kernel, and of its weights
    output : `(H', W')`, the finished feature map
    """

    padded: np.ndarray
    real: np.ndarray
    kernel: np.ndarray
    stride: int
    dilation: int
    output: np.ndarray

    def window(self, at: tuple[int, int]) -> dict[tuple[int, int], float]:
        """The weight on each pixel under the kernel when it fills the output's cell `at`."""
        i, j = at
        return {
            (i * self.stride + a * self.dilation, j * self.stride + b * self.dilation): weight
            for (a, b), weight in np.ndenumerate(self.kernel)
        }

    def terms(self, at: tuple[int, int]) -> list[str]:
        """The products of one position as they are written in a sum; weights of 0 are left out."""
        products = [
            f"{'−' if weight < 0 else '+'} {number(abs(weight))}·{_factor(self.padded[cell])}"
            for cell, weight in self.window(at).items()
            if weight
        ]
        return products or ["+ 0"]


def slide(
    image: np.ndarray,
    kernel: np.ndarray,
    *,
    stride: int = 1,
    padding: int | tuple[int, int] = 0,
    dilation: int = 1,
) -> Animation:
    """A kernel slides over an image, and every sum of products fills one cell of the output.

    Parameters
    ----------
    image, kernel
        `(H, W)` and `(h, w)`, small: a frame is drawn for each position.
    stride, dilation
        Steps of the kernel, and of its weights; at least 1.
    padding
        Zeros on every side; or two numbers, (top and left, bottom and right), as TensorFlow
        needs them for its uneven "same".

    Raises
    ------
    ValueError
        If the kernel does not fit, or a setting makes no sense.

    Examples
    --------
    >>> animation = slide(np.eye(3), np.ones((2, 2)))
    >>> len(animation.frames)
    4
    >>> animation.alt
    'Animation: a 2x2 kernel slides over a 3x3 image. The output has 2x2 values: 2 1; 1 2.'
    """
    image, kernel = np.asarray(image), np.asarray(kernel)
    before, after = (padding, padding) if isinstance(padding, int) else padding
    _check(image, kernel, stride, dilation, (before, after))
    around = ((before, after), (before, after))
    padded, real = np.pad(image, around), np.pad(np.ones(image.shape, bool), around)
    plan = Slide(
        padded, real, kernel, stride, dilation, _correlate(padded, kernel, stride, dilation)
    )
    settings = _settings(stride, padding, dilation)
    rows = "; ".join(" ".join(f"{value:g}" for value in row) for row in plan.output)
    alt = (
        f"Animation: a {_size(kernel)} kernel slides over a {_size(image)} image{settings}. "
        f"The output has {_size(plan.output)} values: {rows}."
    )
    heading = f"{_size(kernel)} kernel on {_size(image)}{settings}: {_size(plan.output)} values"
    draw = _Drawing(plan, heading.replace("x", "×"))
    return Animation(tuple(draw.frame(at) for at in np.ndindex(*plan.output.shape)), alt)


def number(value: float) -> str:
    """A number as it is printed in a book, with a true minus sign."""
    return f"{value:g}".replace("-", "−")


def _factor(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)


def _size(array: np.ndarray) -> str:
    return "x".join(map(str, array.shape))


def _settings(stride, padding, dilation) -> str:
    """The settings that are not the usual ones, in words."""
    settings = {"stride": (stride, 1), "padding": (padding, 0), "dilation": (dilation, 1)}
    return "".join(
        f", {name} {value}" for name, (value, usual) in settings.items() if value != usual
    )


def _check(image, kernel, stride, dilation, padding) -> None:
    for name, array in {"image": image, "kernel": kernel}.items():
        if array.ndim != 2:
            raise ValueError(f"the {name} has shape {array.shape}: slide needs two axes, (H, W)")
    for name, value in {"stride": stride, "dilation": dilation}.items():
        if value < 1:
            raise ValueError(f"{name} {value} makes no step: let it be 1 or more")
    if min(padding) < 0:
        raise ValueError(f"padding {min(padding)} would cut the image: let it be 0 or more")
    reach = [dilation * (size - 1) + 1 for size in kernel.shape]
    room = [size + sum(padding) for size in image.shape]
    if room[0] < reach[0] or room[1] < reach[1]:
        raise ValueError(
            f"a kernel that reaches over {reach[0]}x{reach[1]} pixels does not fit "
            f"{room[0]}x{room[1]}: add padding, or take a larger image"
        )


def _correlate(padded, kernel, stride, dilation) -> np.ndarray:
    """Every sum of products: `(H', W')`."""
    reach = [dilation * (size - 1) + 1 for size in kernel.shape]
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach)[::stride, ::stride]
    return np.einsum("ijab,ab->ij", windows[:, :, ::dilation, ::dilation], kernel)


class _Drawing:
    """Draws the frames of a slide; all of them have the same size."""

    def __init__(self, plan: Slide, heading: str):
        self.plan, self.heading = plan, heading
        grids = {"input": plan.padded, "kernel": plan.kernel, "output": plan.output}
        self.left, x = {}, MARGIN
        for name, grid in grids.items():
            self.left[name] = x
            x += CELL * grid.shape[1] + GAP
        self.width = max(x - GAP, MARGIN + round(_font(14).getlength(heading))) + MARGIN
        self.grids_end = HEADING + CELL * max(grid.shape[0] for grid in grids.values())
        lines = max(len(self.sum_of(at)) for at in np.ndindex(*plan.output.shape))
        self.height = self.grids_end + LINE * lines + MARGIN + 6

    def sum_of(self, at: tuple[int, int]) -> list[str]:
        """The sum at one position, in as many lines as it needs."""
        first, *others = self.plan.terms(at)
        start = f"output[{at[0]}, {at[1]}] = "
        lines = [start + (f"−{first[2:]}" if first[0] == "−" else first[2:])]
        for term in [*others, f"= {number(self.plan.output[at])}"]:
            if _font(13).getlength(f"{lines[-1]} {term}") > self.width - 2 * MARGIN:
                lines.append("    " + term)
            else:
                lines[-1] += f" {term}"
        return lines

    def frame(self, at: tuple[int, int]) -> Image.Image:
        """One position: the kernel on the image, the sum, the output so far."""
        plan, window = self.plan, self.plan.window(at)
        picture = Image.new("RGB", (self.width, self.height), COLOURS["background"])
        self.draw = ImageDraw.Draw(picture)
        self.text((MARGIN, 18), self.heading, 14, anchor="ls")
        for name, left in self.left.items():
            self.text((left, HEADING - 7), name, 12, COLOURS[name], anchor="ls")
        for cell, value in np.ndenumerate(plan.padded):
            colour = tint("input", 0.14) if plan.real[cell] else tint("padding", 0.45)
            self.cell(
                "input", cell, number(value), tint("kernel", 0.3) if cell in window else colour
            )
        for cell, weight in window.items():
            x, y = self.corner("input", cell)
            self.frame_cell("input", cell, "kernel", 2)
            self.text((x + CELL - 4, y + CELL - 4), f"×{number(weight)}", 9, DARK_ORANGE, "rs")
        for cell, weight in np.ndenumerate(plan.kernel):
            self.cell("kernel", cell, number(weight), tint("kernel", 0.3))
        for cell, value in np.ndenumerate(plan.output):
            known = cell <= at
            colour = tint("output", 0.45 if cell == at else 0.18) if known else "#FFFFFF"
            self.cell("output", cell, number(value) if known else "", colour)
        self.frame_cell("output", at, "output", 3)
        for line, text in enumerate(self.sum_of(at)):
            self.text((MARGIN, self.grids_end + LINE * (line + 1) + 4), text, 13, anchor="ls")
        return picture

    def corner(self, grid: str, cell: tuple[int, int]) -> tuple[int, int]:
        return self.left[grid] + CELL * cell[1], HEADING + CELL * cell[0]

    def cell(self, grid, cell, text, fill) -> None:
        x, y = self.corner(grid, cell)
        self.draw.rectangle((x, y, x + CELL, y + CELL), fill=fill, outline=COLOURS["padding"])
        self.text((x + CELL // 2, y + CELL // 2 - 1), text, 14, anchor="mm")

    def frame_cell(self, grid, cell, colour, width) -> None:
        x, y = self.corner(grid, cell)
        self.draw.rectangle((x, y, x + CELL, y + CELL), outline=COLOURS[colour], width=width)

    def text(self, place, text, size, colour=COLOURS["text"], anchor="ls") -> None:
        self.draw.text(place, text, colour, _font(size), anchor=anchor)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    """DejaVu Sans, which comes with matplotlib and so is the same everywhere."""
    path = Path(matplotlib.get_data_path(), "fonts/ttf/DejaVuSans.ttf")
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)
