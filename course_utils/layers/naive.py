"""Convolution and pooling as their definitions read, one multiplication at a time.

Slow, and that is their use: what the quick versions compute can be read here.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .shapes import expect_floats


def convolve(
    x: np.ndarray,
    weight: np.ndarray,
    bias: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    """The convolution of images: `(N, O, H', W')`.

    Parameters
    ----------
    x
        Images, `(N, C, H, W)`.
    weight
        Kernels, `(O, C, KH, KW)`.
    bias
        One number for each output channel, `(O,)`.
    stride
        Rows and columns from one place of the kernel to the next.
    padding
        Rows of zeros above and below the images, columns of zeros on either side.
    """
    expect_floats(x, "convolution")
    x = _pad(x, padding)
    images, channels, height, width = x.shape
    outputs, _, kernel_height, kernel_width = weight.shape
    rows = (height - kernel_height) // stride[0] + 1
    columns = (width - kernel_width) // stride[1] + 1
    y = np.zeros((images, outputs, rows, columns), x.dtype)
    for n in range(images):
        for o in range(outputs):
            for r in range(rows):
                for s in range(columns):
                    total = 0.0 if bias is None else bias[o]
                    for c in range(channels):
                        for i in range(kernel_height):
                            for j in range(kernel_width):
                                pixel = x[n, c, r * stride[0] + i, s * stride[1] + j]
                                total += pixel * weight[o, c, i, j]
                    y[n, o, r, s] = total
    return y


def convolve_backward(
    gradient: np.ndarray,
    x: np.ndarray,
    weight: np.ndarray,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> tuple[np.ndarray, np.ndarray]:
    """The gradients of images and kernels: each product hands its own to both of its factors.

    Parameters
    ----------
    gradient
        Of the output, `(N, O, H', W')`.
    x
        Images, `(N, C, H, W)`.
    weight
        Kernels, `(O, C, KH, KW)`.
    stride
        Rows and columns from one place of the kernel to the next.
    padding
        Rows of zeros above and below the images, columns of zeros on either side.

    Returns
    -------
    Arrays in the shapes of `x` and of `weight`. Rows and columns of `x` that no window reaches get
    a gradient of 0; what falls on the padding is dropped.
    """
    expect_floats(x, "convolution")
    size, x = x.shape[2:], _pad(x, padding)
    for_x, for_weight = np.zeros_like(x), np.zeros_like(weight)
    images, outputs, rows, columns = gradient.shape
    _, channels, kernel_height, kernel_width = weight.shape
    for n in range(images):
        for o in range(outputs):
            for r in range(rows):
                for s in range(columns):
                    g = gradient[n, o, r, s]
                    for c in range(channels):
                        for i in range(kernel_height):
                            for j in range(kernel_width):
                                top, left = r * stride[0] + i, s * stride[1] + j
                                for_x[n, c, top, left] += g * weight[o, c, i, j]
                                for_weight[o, c, i, j] += g * x[n, c, top, left]
    (top, left), (height, width) = padding, size
    return for_x[:, :, top : top + height, left : left + width], for_weight


def _pad(x: np.ndarray, padding: tuple[int, int]) -> np.ndarray:
    return np.pad(x, [(0, 0), (0, 0), *((zeros, zeros) for zeros in padding)])


def pool(
    x: np.ndarray,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    choose: Callable[[list], float] = max,
) -> np.ndarray:
    """One number for every window of the images: `(N, C, H', W')`.

    Parameters
    ----------
    x
        Images, padded already, `(N, C, H, W)`.
    kernel
        Height and width of a window.
    stride
        Rows and columns from one window to the next.
    choose
        A function that makes one number of a window's list of numbers, such as `max` or `np.mean`.
    """
    if choose not in (max, min):
        expect_floats(x, "pooling")
    images, channels, height, width = x.shape
    rows = (height - kernel[0]) // stride[0] + 1
    columns = (width - kernel[1]) // stride[1] + 1
    y = np.zeros((images, channels, rows, columns), x.dtype)
    for n in range(images):
        for c in range(channels):
            for r in range(rows):
                for s in range(columns):
                    window = [
                        x[n, c, r * stride[0] + i, s * stride[1] + j]
                        for i in range(kernel[0])
                        for j in range(kernel[1])
                    ]
                    y[n, c, r, s] = choose(window)
    return y
