"""A kernel slides over an image: every position, every product, as an animation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from . import channels
from .animation import Animation
from .board import Board, Cast, article, factor, number, size
from .style import dark, tint

NAMES = {"input": "input", "kernel": "kernel", "output": "output"}


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
    cast : what plays the parts of input, kernel and output
    bias : what is added to every sum
    """

    padded: np.ndarray
    real: np.ndarray
    kernel: np.ndarray
    stride: int
    dilation: int
    output: np.ndarray
    cast: Cast = Cast.of(NAMES, None, None)
    bias: float = 0

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
        products = products or ["+ 0"]
        if self.bias:
            products.append(f"{'−' if self.bias < 0 else '+'} bias {number(abs(self.bias))}")
        return products


def slide(
    image: np.ndarray,
    kernel: np.ndarray,
    *,
    stride: int = 1,
    padding: int | tuple[int, int] = 0,
    dilation: int = 1,
    zeros_between: int = 0,
    bias: float | Sequence[float] = 0,
    names: Mapping[str, str] | None = None,
    colours: Mapping[str, str] | None = None,
) -> Animation:
    """A kernel slides over an image, and every sum of products fills one cell of the output.

    Parameters
    ----------
    image, kernel
        `(H, W)` and `(h, w)`, small: a frame is drawn for each position. Or an image of several
        channels, `(C, H, W)`, and as many filters as the output shall have channels,
        `(F, C, h, w)`: a frame is drawn for each position of each filter, with the sum of every
        channel.
    stride, dilation
        Steps of the kernel, and of its weights; at least 1.
    padding
        Zeros on every side; or two numbers, (top and left, bottom and right), as TensorFlow
        needs them for its uneven "same".
    zeros_between
        Zeros between neighbouring pixels, grey as padding is: a transposed convolution of stride
        s has s - 1 of them.
    bias
        What is added to every sum; with several filters a number for each of them.
    names
        What is written above "input", "kernel" and "output", where it is something else: in a
        backward pass `{"input": "gradient at the output", "kernel": "kernel, flipped"}`. The
        alternative text uses these names, too.
    colours
        From "input", "kernel" and "output" to a name of `COLOURS`. By default each has its own,
        and whatever is called a gradient has that of gradients.

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
    >>> names = {"input": "gradient at the output", "output": "gradient at the input"}
    >>> slide(np.eye(1), np.ones((2, 2)), padding=1, names=names).alt.partition(". ")[2]
    'The gradient at the input has 2x2 values: 1 1; 1 1.'
    """
    image, kernel = np.asarray(image), np.asarray(kernel)
    before, after = (padding, padding) if isinstance(padding, int) else padding
    _check(image, kernel, stride, dilation, (before, after), zeros_between)
    cast = Cast.of(NAMES, names, colours)
    padded, real = _put_zeros(image, zeros_between, (before, after))
    steps = (stride, dilation)
    settings = _settings(stride, padding, dilation, zeros_between)
    if image.ndim == 3:
        biases = np.broadcast_to(bias, kernel.shape[:1])
        return channels.animation(padded, real, kernel, steps, biases, cast, settings)
    constant = float(np.asarray(bias).item())
    output = channels.correlate(padded, kernel, *steps) + constant
    plan = Slide(padded, real, kernel, stride, dilation, output, cast, constant)
    moving = f"{size(kernel.shape)} {cast.names['kernel']}"
    under = "image" if cast.names["input"] == "input" else cast.names["input"]
    rows = "; ".join(" ".join(f"{value:g}" for value in row) for row in output)
    added = f", bias {constant:g}" if constant else ""
    alt = (
        f"Animation: a {article(moving)} slides over a {size(image.shape)} {under}"
        f"{settings}{added}. "
        f"The {article(cast.names['output'])} has {size(output.shape)} values: {rows}."
    )
    sizes = [size(array.shape, "×") for array in (kernel, image, output)]
    heading = f"{sizes[0]} {article(cast.names['kernel'])} on {sizes[1]}{settings}: "
    return Animation(tuple(_draw(plan, f"{heading}{sizes[2]} values")), alt)


def _settings(stride, padding, dilation, zeros_between) -> str:
    """The settings that are not the usual ones, in words."""
    settings = {"stride": (stride, 1), "padding": (padding, 0), "dilation": (dilation, 1)}
    words = [f", {name} {value}" for name, (value, usual) in settings.items() if value != usual]
    if zeros_between:
        words.append(f", {zeros_between} zero{'s' * (zeros_between > 1)} between its values")
    return "".join(words)


def _put_zeros(image, between: int, around: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """The image with zeros between its pixels and around them; and where it is real."""
    sides = [(0, 0)] * (image.ndim - 2) + [around] * 2
    rows, columns = ((between + 1) * (n - 1) + 1 for n in image.shape[-2:])
    wide, real = (
        np.zeros((*image.shape[:-2], rows, columns), image.dtype),
        np.zeros((rows, columns)),
    )
    wide[..., :: between + 1, :: between + 1] = image
    real[:: between + 1, :: between + 1] = 1
    return np.pad(wide, sides), np.pad(real, [around] * 2).astype(bool)


def _check(image, kernel, stride, dilation, padding, zeros_between) -> None:
    if image.ndim == 3 and kernel.ndim == 4:
        if image.shape[0] != kernel.shape[1]:
            raise ValueError(
                f"filters for {kernel.shape[1]} channels, kernel {kernel.shape}, do not fit an "
                f"image of {image.shape[0]}, {image.shape}: each filter needs one kernel a channel"
            )
    else:
        for name, array in {"image": image, "kernel": kernel}.items():
            if array.ndim != 2:
                raise ValueError(
                    f"the {name} has shape {array.shape}: slide needs two axes, (H, W), "
                    "or an image (C, H, W) and filters (F, C, h, w)"
                )
    for name, value in {"stride": stride, "dilation": dilation}.items():
        if value < 1:
            raise ValueError(f"{name} {value} makes no step: let it be 1 or more")
    if min(padding) < 0:
        raise ValueError(f"padding {min(padding)} would cut the image: let it be 0 or more")
    if zeros_between < 0:
        raise ValueError(f"{zeros_between} zeros between pixels are not possible: 0 or more are")
    reach = [dilation * (n - 1) + 1 for n in kernel.shape[-2:]]
    room = [(zeros_between + 1) * (n - 1) + 1 + sum(padding) for n in image.shape[-2:]]
    if room[0] < reach[0] or room[1] < reach[1]:
        raise ValueError(
            f"a kernel that reaches over {reach[0]}x{reach[1]} pixels does not fit "
            f"{room[0]}x{room[1]}: add padding, or take a larger image"
        )


def _draw(plan: Slide, heading: str) -> list[Image.Image]:
    """A frame for each position; all of them have the same size."""
    shapes = {"input": plan.padded.shape, "kernel": plan.kernel.shape, "output": plan.output.shape}
    columns = [{role: shape} for role, shape in shapes.items()]
    board = Board(columns, plan.cast.names, plan.cast.colours, heading)
    places = list(np.ndindex(*plan.output.shape))
    sums = {at: _sum(plan, at, board) for at in places}
    lines = max(map(len, sums.values()))
    return [_frame(plan, at, board, sums[at], lines) for at in places]


def _sum(plan: Slide, at: tuple[int, int], board: Board) -> list[str]:
    """The sum at one position, in as many lines as it needs."""
    first, *others = plan.terms(at)
    start = f"{plan.cast.names['output']}[{at[0]}, {at[1]}] = "
    start += f"−{first[2:]}" if first[0] == "−" else first[2:]
    return board.broken(start, [*others, f"= {number(plan.output[at])}"])


def _frame(plan: Slide, at, board: Board, sum_here: list[str], lines: int) -> Image.Image:
    """One position: the kernel on the image, the sum, the output so far."""
    picture, window, paints = board.begin(lines), plan.window(at), plan.cast.colours
    moving = paints["kernel"]
    for cell, value in np.ndenumerate(plan.padded):
        colour = tint(paints["input"], 0.14) if plan.real[cell] else tint("padding", 0.45)
        board.cell("input", cell, number(value), tint(moving, 0.3) if cell in window else colour)
    for cell, weight in window.items():
        board.frame_cell("input", cell, moving, 2)
        board.note("input", cell, f"×{number(weight)}", dark(moving))
    for cell, weight in np.ndenumerate(plan.kernel):
        board.cell("kernel", cell, number(weight), tint(moving, 0.3))
    for cell, value in np.ndenumerate(plan.output):
        known = cell <= at
        strength = (0.45 if cell == at else 0.18) if known else 0
        fill = tint(paints["output"], strength)
        board.cell("output", cell, number(value) if known else "", fill)
    board.frame_cell("output", at, paints["output"], 3)
    board.lines(sum_here)
    return picture
