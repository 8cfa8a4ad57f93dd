"""A kernel slides over an image: every position, every product, as an animation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from .animation import Animation
from .board import DARK_ORANGE, Board, factor, number
from .style import tint


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
        """The products that add up to the output's cell `at`, as they are written in a sum.

        Weights of 0 are left out.
        """
        products = [
            f"{'−' if weight < 0 else '+'} {number(abs(weight))}·{factor(self.padded[cell])}"
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
    return Animation(tuple(_draw(plan, heading.replace("x", "×"))), alt)


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


def _draw(plan: Slide, heading: str) -> list[Image.Image]:
    """A frame for each position; all of them have the same size."""
    grids = {"input": plan.padded, "kernel": plan.kernel, "output": plan.output}
    board = Board({name: g.shape for name, g in grids.items()}, {n: n for n in grids}, heading)
    places = list(np.ndindex(*plan.output.shape))
    sums = {at: _sum(plan, at, board) for at in places}
    lines = max(map(len, sums.values()))
    return [_frame(plan, at, board, sums[at], lines) for at in places]


def _sum(plan: Slide, at: tuple[int, int], board: Board) -> list[str]:
    """The sum at one position, in as many lines as it needs."""
    first, *others = plan.terms(at)
    start = f"output[{at[0]}, {at[1]}] = " + (f"−{first[2:]}" if first[0] == "−" else first[2:])
    return board.broken(start, [*others, f"= {number(plan.output[at])}"])


def _frame(plan: Slide, at, board: Board, sum_here: list[str], lines: int) -> Image.Image:
    """One position: the kernel on the image, the sum, the output so far."""
    picture, window = board.begin(lines), plan.window(at)
    for cell, value in np.ndenumerate(plan.padded):
        colour = tint("input", 0.14) if plan.real[cell] else tint("padding", 0.45)
        board.cell("input", cell, number(value), tint("kernel", 0.3) if cell in window else colour)
    for cell, weight in window.items():
        board.frame_cell("input", cell, "kernel", 2)
        board.note("input", cell, f"×{number(weight)}", DARK_ORANGE)
    for cell, weight in np.ndenumerate(plan.kernel):
        board.cell("kernel", cell, number(weight), tint("kernel", 0.3))
    for cell, value in np.ndenumerate(plan.output):
        known = cell <= at
        colour = tint("output", 0.45 if cell == at else 0.18) if known else "#FFFFFF"
        board.cell("output", cell, number(value) if known else "", colour)
    board.frame_cell("output", at, "output", 3)
    board.lines(sum_here)
    return picture
