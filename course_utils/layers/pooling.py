"""Pooling: the largest or the mean of a window, or of a whole feature map."""

from __future__ import annotations

import numpy as np

from .convolution import Geometry
from .layer import Layer
from .shapes import Padding, Pair, expect_floats, expect_gradient, expect_images, pair, sides


class _Pool2D(Layer):
    """Windows of `(N, C, H, W)`.

    Parameters
    ----------
    kernel
        Height and width of a window, or one number for both.
    stride
        Pixels from one window to the next; the window's own size unless it is given.
    padding
        "valid", "same" or numbers, as for a convolution.
    """

    def __init__(
        self, kernel: Pair, *, stride: Pair | None = None, padding: Padding = "valid"
    ) -> None:
        super().__init__()
        self.kernel = pair(kernel, "kernel")
        self.stride = self.kernel if stride is None else pair(stride, "stride")
        self.padding = padding
        sides(padding)

    def _look(self, x: np.ndarray) -> Geometry:
        expect_images(x, who="pooling")
        self.shape = x.shape
        self.geometry = Geometry.of(x.shape[2:], self.kernel, self.stride, self.padding, (1, 1))
        return self.geometry

    def _check(self, gradient: np.ndarray) -> None:
        expect_gradient(gradient, (*self.shape[:2], *self.geometry.outputs), "pooling")

    def _inside(self, padded: np.ndarray) -> np.ndarray:
        """The images without the border."""
        (top, left), (height, width) = self.geometry.before, self.shape[2:]
        return padded[:, :, top : top + height, left : left + width]

    def _padded(self, x: np.ndarray, value: float) -> np.ndarray:
        around = [(0, 0), (0, 0), *zip(self.geometry.before, self.geometry.after, strict=True)]
        return np.pad(x, around, constant_values=value) if np.any(around) else x


class MaxPool2D(_Pool2D):
    """The largest value of each window. Of several, the first gets the gradient.

    Parameters
    ----------
    kernel
        Height and width of a window, or one number for both.
    stride
        Pixels from one window to the next; the window's own size unless it is given.
    padding
        "valid", "same" or numbers, as for a convolution; padding never wins.
    """

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The largest value of each window.

        Parameters
        ----------
        x
            Images, `(N, C, H, W)`.
        training
            Changes nothing.

        Returns
        -------
        `(N, C, H', W')`.
        """
        geometry = self._look(x)
        if np.any(geometry.before + geometry.after):
            expect_floats(x, "max pooling with padding")
        padded = self._padded(x, -np.inf)  # padding never wins
        met = (padded[:, :, rows, cols] for rows, cols in geometry.taps())
        result = next(met).copy()
        numbers = np.min_scalar_type(self.kernel[0] * self.kernel[1] - 1)  # a byte up to 16x16
        self.winner = np.zeros(result.shape, numbers)
        for number, values in enumerate(met, start=1):
            better = values > result
            np.copyto(result, values, where=better)
            self.winner[better] = number
        return result

    def backward(self, gradient: np.ndarray) -> np.ndarray:
        """The gradient `(N, C, H, W)` of the images: each window's goes to its largest value.

        Parameters
        ----------
        gradient
            Of the output, `(N, C, H', W')`.
        """
        self._check(gradient)
        padded = self._padded(np.zeros(self.shape, gradient.dtype), 0)
        for number, (rows, cols) in enumerate(self.geometry.taps()):
            padded[:, :, rows, cols] += gradient * (self.winner == number)
        return self._inside(padded)


class AveragePool2D(_Pool2D):
    """The mean of each window; zeros of the padding count, as in PyTorch.

    Parameters
    ----------
    kernel
        Height and width of a window, or one number for both.
    stride
        Pixels from one window to the next; the window's own size unless it is given.
    padding
        "valid", "same" or numbers, as for a convolution.
    """

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The mean of each window.

        Parameters
        ----------
        x
            Images, `(N, C, H, W)`.
        training
            Changes nothing.

        Returns
        -------
        `(N, C, H', W')`.
        """
        geometry = self._look(x)
        expect_floats(x, "average pooling")
        padded = self._padded(x, 0)
        total = np.zeros((*x.shape[:2], *geometry.outputs), x.dtype)
        return sum((padded[:, :, rows, cols] for rows, cols in geometry.taps()), total) / self._area

    def backward(self, gradient: np.ndarray) -> np.ndarray:
        """The gradient `(N, C, H, W)` of the images: each pixel of a window gets an equal share.

        Parameters
        ----------
        gradient
            Of the output, `(N, C, H', W')`.
        """
        self._check(gradient)
        padded = self._padded(np.zeros(self.shape, gradient.dtype), 0)
        for rows, cols in self.geometry.taps():
            padded[:, :, rows, cols] += gradient / self._area
        return self._inside(padded)

    @property
    def _area(self) -> int:
        return self.kernel[0] * self.kernel[1]


class GlobalAveragePool2D(Layer):
    """The mean of each feature map: `(N, C, H, W)` to `(N, C)` (M. Lin et al., 2013)."""

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The mean `(N, C)` of each map of `x`, `(N, C, H, W)`; `training` changes nothing."""
        expect_images(x, who="pooling")
        self.shape = x.shape
        return x.mean(axis=(2, 3))

    def backward(self, gradient: np.ndarray) -> np.ndarray:
        """The gradient `(N, C, H, W)` of the images: each pixel gets an equal share.

        Parameters
        ----------
        gradient
            Of the output, `(N, C)`.
        """
        expect_gradient(gradient, self.shape[:2], "pooling")
        area = self.shape[2] * self.shape[3]
        return np.broadcast_to(gradient[:, :, None, None] / area, self.shape).copy()
