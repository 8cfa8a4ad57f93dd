"""im2col and col2im: all windows of an image as the columns of a matrix, and the way back.

With them a convolution is one product of matrices, and so is its backward pass:

    columns = im2col(x, 3, padding=1)
    y = weight.reshape(O, -1) @ columns  # (N, O, H' * W')
    for_x = col2im(weight.reshape(O, -1).T @ gradient, x.shape[2:], 3, padding=1)

They read plainly; `Conv2D` unfolds only rows, which takes less memory. As torch's `unfold`, `fold`.
"""

from __future__ import annotations

import numpy as np

from .convolution import Geometry
from .shapes import Padding, Pair, ShapeError, expect_images, pair


def im2col(
    x: np.ndarray, kernel: Pair, *, stride: Pair = 1, padding: Padding = 0, dilation: Pair = 1
) -> np.ndarray:
    """Every window of the images as a column: `(N, C * KH * KW, H' * W')`.

    Parameters
    ----------
    x
        Images, `(N, C, H, W)`.
    kernel
        Height and width of a window, or one number for both.
    stride, dilation
        Pixels from one window to the next, and from one element of a window to the next.
    padding
        Zeros around the images, in any form that `Conv2D` takes.

    Raises
    ------
    ShapeError
        If `x` has other axes, or is smaller than a window.
    """
    expect_images(x, who="im2col")
    geometry = _geometry(x.shape[2:], kernel, stride, padding, dilation)
    padded = geometry.pad(x)
    windows = [padded[:, :, rows, columns] for rows, columns in geometry.taps()]
    return np.stack(windows, axis=2).reshape(len(x), -1, np.prod(geometry.outputs))


def col2im(
    columns: np.ndarray,
    size: tuple[int, ...],
    kernel: Pair,
    *,
    stride: Pair = 1,
    padding: Padding = 0,
    dilation: Pair = 1,
) -> np.ndarray:
    """The sum, at every pixel, of the numbers that `im2col` would have copied from it.

    The transpose of `im2col`, and so its backward pass: `(N, C, H, W)`. A pixel that several
    windows meet gets several numbers, one that no window reaches gets 0; what lies on the padding
    is dropped.

    Parameters
    ----------
    columns
        `(N, C * KH * KW, H' * W')`, as `im2col` returns it.
    size
        Height and width of the images, without padding.
    kernel, stride, padding, dilation
        As for `im2col`.

    Raises
    ------
    ShapeError
        If `columns` does not have a row for each element of a window and a column for each window.
    """
    geometry = _geometry(size, kernel, stride, padding, dilation)
    area, places = int(np.prod(geometry.kernel)), int(np.prod(geometry.outputs))
    if columns.ndim != 3 or columns.shape[1] % area or columns.shape[2] != places:
        raise ShapeError(
            f"col2im takes (N, C * {area}, {places}) for images of {size[0]}x{size[1]} pixels, and "
            f"this is {columns.shape}"
        )
    parts = columns.reshape(len(columns), -1, area, *geometry.outputs)
    padded = geometry.pad(np.zeros((*parts.shape[:2], *size), columns.dtype))
    for number, (rows, cols) in enumerate(geometry.taps()):
        padded[:, :, rows, cols] += parts[:, :, number]
    (top, left), (height, width) = geometry.before, size
    return padded[:, :, top : top + height, left : left + width]


def _geometry(
    size: tuple[int, ...], kernel: Pair, stride: Pair, padding: Padding, dilation: Pair
) -> Geometry:
    return Geometry.of(
        size, pair(kernel, "kernel"), pair(stride, "stride"), padding, pair(dilation, "dilation")
    )
