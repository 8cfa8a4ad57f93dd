"""Pooling: the largest or the mean of a window, or of a whole feature map."""

from __future__ import annotations

import numpy as np

from .convolution import Geometry
from .layer import Layer
from .shapes import expect_gradient, expect_images, pair, sides


class _Pool2D(Layer):
    """Windows of `(N, C, H, W)`; the stride is the window's own size unless it is given.

    `padding` is "valid", "same" or numbers, as for a convolution.
    """

    def __init__(self, kernel, *, stride=None, padding="valid"):
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
    """The largest value of each window. Of several, the first gets the gradient."""

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        geometry = self._look(x)
        padded = self._padded(x, -np.inf)  # padding never wins
        result = None
        for number, (_, _, rows, cols) in enumerate(geometry.taps()):
            window = padded[:, :, rows, cols]
            if result is None:
                result, self.winner = window.copy(), np.zeros(window.shape, np.uint8)
            else:
                better = window > result
                np.copyto(result, window, where=better)
                self.winner[better] = number
        return result

    def backward(self, gradient: np.ndarray) -> np.ndarray:
        self._check(gradient)
        padded = self._padded(np.zeros(self.shape, gradient.dtype), 0)
        for number, (_, _, rows, cols) in enumerate(self.geometry.taps()):
            padded[:, :, rows, cols] += gradient * (self.winner == number)
        return self._inside(padded)


class AveragePool2D(_Pool2D):
    """The mean of each window; zeros of the padding count, as in PyTorch."""

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        geometry = self._look(x)
        padded = self._padded(x, 0)
        return sum(padded[:, :, rows, cols] for _, _, rows, cols in geometry.taps()) / self._area

    def backward(self, gradient: np.ndarray) -> np.ndarray:
        self._check(gradient)
        padded = self._padded(np.zeros(self.shape, gradient.dtype), 0)
        for _, _, rows, cols in self.geometry.taps():
            padded[:, :, rows, cols] += gradient / self._area
        return self._inside(padded)

    @property
    def _area(self) -> int:
        return self.kernel[0] * self.kernel[1]


class GlobalAveragePool2D(Layer):
    """The mean of each feature map: `(N, C, H, W)` to `(N, C)` (M. Lin et al., 2013)."""

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        expect_images(x, who="pooling")
        self.shape = x.shape
        return x.mean(axis=(2, 3))

    def backward(self, gradient: np.ndarray) -> np.ndarray:
        expect_gradient(gradient, self.shape[:2], "pooling")
        area = self.shape[2] * self.shape[3]
        return np.broadcast_to(gradient[:, :, None, None] / area, self.shape).copy()
