"""Gradients flow back through a convolution: each output value paints the kernel on the input."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PIL import Image

from .animation import Animation
from .board import Board, Cast, article, number, signed, size
from .style import dark, tint

NAMES = {"input": "gradient at the output", "kernel": "kernel", "output": "gradient at the input"}


def paint(
    gradient: np.ndarray,
    kernel: np.ndarray,
    *,
    stride: int = 1,
    padding: int = 0,
    shape: tuple[int, int] | None = None,
    names: Mapping[str, str] | None = None,
    colours: Mapping[str, str] | None = None,
) -> Animation:
    """Each value of the output's gradient, times the kernel, is added to the input's gradient.

    It is the backward pass of a convolution, and the forward pass of a transposed convolution.

    Parameters
    ----------
    gradient, kernel
        `(H', W')` and `(h, w)`, small: a frame is drawn for each value of `gradient`.
    stride, padding
        Of the convolution in the forward pass. What is painted on the padding is grey: it is cut
        off in the end.
    shape
        `(H, W)` of the convolution's input; by default as small as it can be. In a larger one
        the last rows and columns keep a gradient of 0: no window reaches them.
    names
        What is written above "input", "kernel" and "output" of this animation, where it is
        something else: for a transposed convolution `{"input": "input", "output": "output"}`.
    colours
        From "input", "kernel" and "output" to a name of `COLOURS`; by default gradients have
        theirs.

    Raises
    ------
    ValueError
        If an array has not two axes, a setting makes no sense, or the convolution of such an
        input would not give as many values.

    Examples
    --------
    >>> animation = paint(np.eye(2), np.ones((2, 2)))
    >>> len(animation.frames)
    4
    >>> animation.alt.partition("In the end: ")[2]
    '1 1 0; 1 2 1; 0 1 1.'
    """
    gradient, kernel = np.asarray(gradient), np.asarray(kernel)
    inner = _check(gradient, kernel, stride, padding, shape)
    cast = Cast.of(NAMES, names, colours)
    wide = (inner[0] + 2 * padding, inner[1] + 2 * padding)
    settings = f", stride {stride}" if stride > 1 else ""
    settings += f", padding {padding}" if padding else ""
    kept = (slice(padding, wide[0] - padding), slice(padding, wide[1] - padding))
    result, frames = np.zeros(wide), []
    board = Board(
        [{"input": gradient.shape}, {"kernel": kernel.shape}, {"output": wide}],
        cast.names,
        cast.colours,
        _heading(cast, kernel, inner, settings),
    )
    for at in np.ndindex(*gradient.shape):
        window = {
            (at[0] * stride + a, at[1] * stride + b): weight
            for (a, b), weight in np.ndenumerate(kernel)
        }
        for cell, weight in window.items():
            result[cell] += gradient[at] * weight
        frames.append(_frame(board, cast, at, window, gradient, kernel, result, padding))
    words = "; ".join(" ".join(f"{value:g}" for value in row) for row in result[kept])
    alt = f"Animation: {_sentence(cast, gradient, kernel, inner)}{settings}. In the end: {words}."
    return Animation(tuple(frames), alt)


def _sentence(cast: Cast, gradient, kernel, inner) -> str:
    """What is painted onto what, for the alternative text."""
    sizes = [size(shape) for shape in (gradient.shape, kernel.shape, inner)]
    if cast.names == NAMES:
        return f"each of {sizes[0]} gradients paints a {sizes[1]} kernel onto a {sizes[2]} input"
    into, moving, onto = (article(cast.names[role]) for role in ("input", "kernel", "output"))
    return (
        f"each value of a {sizes[0]} {into} paints a {sizes[1]} {moving} onto a {sizes[2]} {onto}"
    )


def _heading(cast: Cast, kernel, inner, settings: str) -> str:
    sizes = [size(shape, "×") for shape in (kernel.shape, inner)]
    each = "gradient" if cast.names["input"] == NAMES["input"] else "value"
    onto = "input" if cast.names["output"] == NAMES["output"] else cast.names["output"]
    moving = article(cast.names["kernel"])
    return f"Each {each} paints the {sizes[0]} {moving} onto the {sizes[1]} {onto}{settings}"


def _check(gradient, kernel, stride, padding, shape) -> tuple[int, int]:
    """The shape of the convolution's input, if everything fits."""
    for name, array in {"gradient": gradient, "kernel": kernel}.items():
        if array.ndim != 2:
            raise ValueError(f"the {name} has shape {array.shape}: paint needs two axes, (H, W)")
    if stride < 1:
        raise ValueError(f"stride {stride} makes no step: let it be 1 or more")
    if padding < 0:
        raise ValueError(f"padding {padding} is negative: let it be 0 or more")
    sides = list(zip(gradient.shape, kernel.shape, strict=True))
    least = tuple((n - 1) * stride + k - 2 * padding for n, k in sides)
    inner = least if shape is None else tuple(shape)
    if min(least) < 1:
        raise ValueError(f"with padding {padding} nothing is left of the input: take a smaller one")
    if any(not 0 <= n - m < stride for n, m in zip(inner, least, strict=True)):
        most = tuple(n + stride - 1 for n in least)
        raise ValueError(
            f"a convolution of {size(inner)} values does not give {size(gradient.shape)}: "
            f"let shape be from {size(least)} to {size(most)}"
        )
    return inner


def _frame(board: Board, cast: Cast, at, window, gradient, kernel, result, padding) -> Image.Image:
    """One gradient, its kernel on the input, and all that was painted so far."""
    picture, paints = board.begin(1), cast.colours
    for cell, value in np.ndenumerate(gradient):
        fill = tint(paints["input"], 0.45 if cell == at else 0.14)
        board.cell("input", cell, number(value), fill)
    board.frame_cell("input", at, paints["input"], 3)
    for cell, weight in np.ndenumerate(kernel):
        board.cell("kernel", cell, number(weight), tint(paints["kernel"], 0.3))
    inside = [range(padding, n - padding) for n in result.shape]
    for cell, value in np.ndenumerate(result):
        kept = all(n in side for n, side in zip(cell, inside, strict=True))
        fill = tint(paints["output"], 0.14) if kept else tint("padding", 0.45)
        if cell in window:
            fill = tint(paints["kernel"], 0.3)
        board.cell("output", cell, number(value), fill)
    for cell, weight in window.items():
        board.frame_cell("output", cell, paints["kernel"], 2)
        board.note("output", cell, signed(gradient[at] * weight), dark(paints["kernel"]))
    board.lines([f"{number(gradient[at])} · kernel is added where the kernel has looked"])
    return picture
