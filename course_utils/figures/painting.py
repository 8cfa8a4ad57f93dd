"""Gradients flow back through a convolution: each output value paints the kernel on the input."""

from __future__ import annotations

import numpy as np
from PIL import Image

from .animation import Animation
from .board import DARK_ORANGE, Board, number, signed
from .style import tint

GRADIENT, KERNEL, RESULT = "gradient at the output", "kernel", "gradient at the input"
COLOURS_OF = {GRADIENT: "output", KERNEL: "kernel", RESULT: "input"}


def paint(gradient: np.ndarray, kernel: np.ndarray, *, stride: int = 1) -> Animation:
    """Each value of the output's gradient, times the kernel, is added to the input's gradient.

    It is the backward pass of a convolution without padding, and the forward pass of a
    transposed convolution.

    Parameters
    ----------
    gradient, kernel
        `(H', W')` and `(h, w)`, small: a frame is drawn for each value of `gradient`.
    stride
        Of the convolution in the forward pass; at least 1.

    Raises
    ------
    ValueError
        If an array has not two axes, or the stride is below 1.

    Examples
    --------
    >>> animation = paint(np.eye(2), np.ones((2, 2)))
    >>> len(animation.frames)
    4
    >>> animation.alt.partition("In the end: ")[2]
    '1 1 0; 1 2 1; 0 1 1.'
    """
    gradient, kernel = np.asarray(gradient), np.asarray(kernel)
    for name, array in {"gradient": gradient, "kernel": kernel}.items():
        if array.ndim != 2:
            raise ValueError(f"the {name} has shape {array.shape}: paint needs two axes, (H, W)")
    if stride < 1:
        raise ValueError(f"stride {stride} makes no step: let it be 1 or more")
    rows, columns = (
        (n - 1) * stride + k for n, k in zip(gradient.shape, kernel.shape, strict=True)
    )
    step = f", stride {stride}" if stride > 1 else ""
    size = "x".join(map(str, kernel.shape))
    heading = f"Each gradient paints the {size} kernel onto the {rows}×{columns} input{step}"
    shapes = {GRADIENT: gradient.shape, KERNEL: kernel.shape, RESULT: (rows, columns)}
    board = Board(shapes, COLOURS_OF, heading.replace("x", "×"))
    result, frames = np.zeros((rows, columns)), []
    for at in np.ndindex(*gradient.shape):
        window = {
            (at[0] * stride + a, at[1] * stride + b): weight
            for (a, b), weight in np.ndenumerate(kernel)
        }
        for cell, weight in window.items():
            result[cell] += gradient[at] * weight
        frames.append(_frame(board, at, window, gradient, kernel, result))
    words = "; ".join(" ".join(f"{value:g}" for value in row) for row in result)
    count = "x".join(map(str, gradient.shape))
    alt = (
        f"Animation: each of {count} gradients paints a {size} kernel onto a {rows}x{columns} "
        f"input{step}. In the end: {words}."
    )
    return Animation(tuple(frames), alt)


def _frame(board: Board, at, window, gradient, kernel, result) -> Image.Image:
    """One gradient, its kernel on the input, and all that was painted so far."""
    picture = board.begin(1)
    for cell, value in np.ndenumerate(gradient):
        board.cell(GRADIENT, cell, number(value), tint("output", 0.45 if cell == at else 0.14))
    board.frame_cell(GRADIENT, at, "output", 3)
    for cell, weight in np.ndenumerate(kernel):
        board.cell(KERNEL, cell, number(weight), tint("kernel", 0.3))
    for cell, value in np.ndenumerate(result):
        fill = tint("kernel", 0.3) if cell in window else tint("input", 0.14)
        board.cell(RESULT, cell, number(value), fill)
    for cell, weight in window.items():
        board.frame_cell(RESULT, cell, "kernel", 2)
        board.note(RESULT, cell, signed(gradient[at] * weight), DARK_ORANGE)
    board.lines([f"{number(gradient[at])} · kernel is added where the kernel has looked"])
    return picture
