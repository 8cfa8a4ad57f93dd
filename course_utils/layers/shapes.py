"""Sizes and the rules that they follow; every broken rule is a sentence with its numbers."""

from __future__ import annotations

import numpy as np

Pair = int | tuple[int, int]
Side = str | tuple[int, int]  # "valid", "same", or zeros before and after
Padding = str | int | tuple[int, int] | tuple[tuple[int, int], tuple[int, int]]


class ShapeError(ValueError):
    """Arrays that do not fit; the message names the shapes and the rule they break."""


def pair(value: Pair, name: str, least: int = 1) -> tuple[int, int]:
    """A number for height and one for width.

    Parameters
    ----------
    value
        One whole number for both, or two.
    name
        What the error message calls it.
    least
        The smallest number allowed.

    Raises
    ------
    ValueError
        If `value` is anything else.
    """
    both = (value, value) if isinstance(value, int | np.integer) else tuple(value)
    if len(both) != 2 or not all(isinstance(v, int | np.integer) and v >= least for v in both):
        raise ValueError(f"{name} is {value!r}; expected whole numbers from {least} on, one or two")
    return int(both[0]), int(both[1])


def expect_images(x: np.ndarray, channels: int | None = None, who: str = "this layer") -> None:
    """Refuse what is not `(N, C, H, W)`, or has another number of channels.

    Parameters
    ----------
    x
        The input of a layer.
    channels
        The number of channels that are expected; any, unless it is given.
    who
        What the message calls the layer.

    Raises
    ------
    ShapeError
        With the shape of `x` and the one expected.
    """
    if x.ndim != 4:
        raise ShapeError(f"{who} takes images (N, C, H, W), and these are {x.shape}")
    if channels is not None and x.shape[1] != channels:
        raise ShapeError(f"{who} takes {channels} channels, and {x.shape} has {x.shape[1]}")


def expect_floats(x: np.ndarray, who: str = "this layer") -> None:
    """Refuse whole numbers, such as the bytes of an image file: sums of them overflow.

    Parameters
    ----------
    x
        The input of a layer.
    who
        What the message calls the layer.

    Raises
    ------
    TypeError
        With the kind of number that `x` holds, and how to make floats of it.
    """
    if np.issubdtype(x.dtype, np.inexact):
        return
    remedy = "x.astype(np.float32) / 255" if x.dtype == np.uint8 else "x.astype(np.float32)"
    raise TypeError(f"{who} computes with floats, and these images are {x.dtype}: use {remedy}")


def expect_gradient(gradient: np.ndarray, shape: tuple[int, ...], who: str) -> None:
    """Refuse a gradient that does not have the shape of what `forward` returned.

    Parameters
    ----------
    gradient
        The gradient of a layer's output.
    shape
        That of the output.
    who
        What the message calls the layer.

    Raises
    ------
    ShapeError
        With both shapes.
    """
    if gradient.shape != shape:
        raise ShapeError(f"{who} returned {shape}, and the gradient is {gradient.shape}")


def resolve_padding(
    padding: Side, size: int, kernel: int, stride: int, dilation: int
) -> tuple[int, int]:
    """Zeros before and after, along one axis.

    Parameters
    ----------
    padding
        "valid" is none; "same" gives `ceil(size / stride)` outputs, as TensorFlow does: an odd zero
        comes after; two numbers are returned as they are.
    size
        Pixels along the axis.
    kernel, stride, dilation
        Of the window along the axis.
    """
    if not isinstance(padding, str):
        return padding
    if padding == "valid":
        return 0, 0
    outputs, reach = -(-size // stride), dilation * (kernel - 1) + 1
    total = max((outputs - 1) * stride + reach - size, 0)
    return total // 2, total - total // 2


def sides(padding: Padding) -> tuple[Side, Side]:
    """What padding means along height and along width: a word, or zeros before and after.

    Parameters
    ----------
    padding
        "valid", "same", a number, `(height, width)` or `((top, bottom), (left, right))`.

    Raises
    ------
    ValueError
        If it is none of these.
    """
    if isinstance(padding, str):
        if padding in ("valid", "same"):
            return padding, padding
        raise ValueError(f"unknown padding {padding!r}: use 'valid', 'same' or numbers")
    values: tuple = (padding,) * 2 if isinstance(padding, int | np.integer) else tuple(padding)
    both = [(v, v) if isinstance(v, int | np.integer) else tuple(v) for v in values]
    flat = [v for side in both for v in side]
    fits = [len(side) for side in both] == [2, 2]
    if not fits or not all(isinstance(v, int | np.integer) and v >= 0 for v in flat):
        raise ValueError(
            f"padding is {padding!r}; expected 'valid', 'same', a number, (height, width) or "
            "((top, bottom), (left, right)), none below 0"
        )
    top, bottom, left, right = map(int, flat)
    return (top, bottom), (left, right)


def output_size(size: int, kernel: int, stride: int, dilation: int, before: int, after: int) -> int:
    """Outputs along one axis: `floor((size + before + after - reach) / stride) + 1`.

    `reach = dilation * (kernel - 1) + 1` is what the kernel covers (V. Dumoulin, F. Visin: A guide
    to convolution arithmetic for deep learning, 2016, relationship 15).

    Parameters
    ----------
    size
        Pixels along the axis, without padding.
    kernel, stride, dilation
        Of the window along the axis.
    before, after
        Zeros on either side.

    Raises
    ------
    ShapeError
        If the kernel covers more than the padded image.
    """
    reach = dilation * (kernel - 1) + 1
    if size + before + after < reach:
        raise ShapeError(
            f"the image is too small: {size} pixels and {before + after} of padding, and the "
            f"kernel covers {reach}"
        )
    return (size + before + after - reach) // stride + 1
