"""Normalisation: of a channel over a batch, of each example, of neighbouring channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .layer import Layer
from .shapes import ShapeError, expect_floats, expect_images

if TYPE_CHECKING:
    from numpy.typing import DTypeLike


class BatchNorm(Layer):
    """Each channel of `(N, C)` or `(N, C, H, W)` gets mean 0 and variance 1, then scale and shift.

    In training over the batch, otherwise with running statistics. The running variance is the
    unbiased one. S. Ioffe, C. Szegedy: Batch normalization, 2015, algorithm 1.

    Parameters
    ----------
    channels
        C.
    momentum
        The share by which the running statistics move towards those of a batch at each step
        (PyTorch's convention; Keras' momentum is 1 minus that).
    epsilon
        Added to the variance, so that a constant channel is not divided by 0.
    dtype
        Of scale, shift and running statistics.
    """

    def __init__(
        self,
        channels: int,
        *,
        momentum: float = 0.1,
        epsilon: float = 1e-5,
        dtype: DTypeLike = np.float32,
    ):
        super().__init__()
        self.parameters["scale"] = np.ones(channels, dtype)
        self.parameters["shift"] = np.zeros(channels, dtype)
        self.running_mean = np.zeros(channels, dtype)
        self.running_variance = np.ones(channels, dtype)
        self.momentum, self.epsilon = momentum, epsilon

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """Every channel normalised, then scaled and shifted.

        Parameters
        ----------
        x
            `(N, C)` or `(N, C, H, W)`.
        training
            Whether to use the batch's own statistics, and to move the running ones.

        Returns
        -------
        An array in the shape of `x`.

        Raises
        ------
        ShapeError
            If `x` has another number of channels or axes; in training, if a channel has one value
            only.
        """
        channels = len(self.running_mean)
        if x.ndim not in (2, 4) or x.shape[1] != channels:
            raise ShapeError(
                f"this batch norm takes (N, {channels}) or (N, {channels}, H, W), and this is "
                f"{x.shape}"
            )
        self.axes = (0, 2, 3)[: x.ndim - 1]
        self.spread = (None, slice(None), None, None)[: x.ndim]
        if training:
            count = x.size // channels
            if count < 2:
                raise ShapeError(f"{x.shape} has one value a channel, and one has no variance")
            mean, variance = x.mean(self.axes), x.var(self.axes)
            self.running_mean += self.momentum * (mean - self.running_mean)
            unbiased = variance * count / (count - 1)
            self.running_variance += self.momentum * (unbiased - self.running_variance)
        else:
            mean, variance = self.running_mean, self.running_variance
        self.training = training
        self.deviation = np.sqrt(variance + self.epsilon)[self.spread]
        self.normal = (x - mean[self.spread]) / self.deviation
        scale, shift = (self.parameters[name][self.spread] for name in ("scale", "shift"))
        return self.normal * scale + shift

    def backward(self, gradient: np.ndarray) -> np.ndarray:
        """The gradient of the input; those of scale and shift go to `gradients`.

        Parameters
        ----------
        gradient
            Of the output, in its shape.
        """
        self.gradients["scale"] = (gradient * self.normal).sum(self.axes)
        self.gradients["shift"] = gradient.sum(self.axes)
        g = gradient * self.parameters["scale"][self.spread]
        if self.training:  # mean and variance depend on x as well
            g = _through_statistics(g, self.normal, self.axes)
        return g / self.deviation


class LayerNorm(Layer):
    """Each row of `(..., D)` gets mean 0 and variance 1, then scale and shift.

    Each example by itself, in training as later: nothing depends on the batch. J. L. Ba et al.:
    Layer normalization, 2016, equation 4.

    Parameters
    ----------
    width
        D, the numbers of a row.
    epsilon
        Added to the variance, so that a constant row is not divided by 0.
    dtype
        Of scale and shift.
    """

    def __init__(self, width: int, *, epsilon: float = 1e-5, dtype: DTypeLike = np.float32):
        super().__init__()
        self.parameters["scale"] = np.ones(width, dtype)
        self.parameters["shift"] = np.zeros(width, dtype)
        self.epsilon = epsilon

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """Every row normalised, then scaled and shifted.

        Parameters
        ----------
        x
            `(..., D)`, such as tokens `(N, T, D)`.
        training
            Changes nothing.

        Returns
        -------
        An array in the shape of `x`.

        Raises
        ------
        ShapeError
            If the rows of `x` have another length.
        """
        scale, shift = self.parameters["scale"], self.parameters["shift"]
        if x.ndim < 2 or x.shape[-1] != len(scale):
            raise ShapeError(f"this layer norm takes (..., {len(scale)}), and this is {x.shape}")
        self.deviation = np.sqrt(x.var(-1, keepdims=True) + self.epsilon)
        self.normal = (x - x.mean(-1, keepdims=True)) / self.deviation
        return self.normal * scale + shift

    def backward(self, gradient: np.ndarray) -> np.ndarray:
        """The gradient of the input; those of scale and shift go to `gradients`.

        Parameters
        ----------
        gradient
            Of the output, in its shape.
        """
        batch = tuple(range(gradient.ndim - 1))
        self.gradients["scale"] = (gradient * self.normal).sum(batch)
        self.gradients["shift"] = gradient.sum(batch)
        g = gradient * self.parameters["scale"]
        return _through_statistics(g, self.normal, -1) / self.deviation


class LocalResponseNorm(Layer):
    """Divides each value by those of neighbouring channels at the same place.

    `y_c = x_c / (k + alpha * sum of x_j^2)^beta` over `size` channels round c. The defaults are
    those of A. Krizhevsky et al. (2012), section 3.3.

    Parameters
    ----------
    size
        How many channels are summed over, c among them.
    alpha, beta, k
        As in the formula; PyTorch divides its alpha by `size`.

    Raises
    ------
    ValueError
        If `size` is below 1.
    """

    def __init__(self, size: int = 5, *, alpha: float = 1e-4, beta: float = 0.75, k: float = 2.0):
        super().__init__()
        if size < 1:
            raise ValueError(f"size is {size!r}; expected a whole number of channels from 1 on")
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """Images `x`, `(N, C, H, W)`, normalised; `training` changes nothing."""
        expect_images(x, who="local response normalisation")
        expect_floats(x, "local response normalisation")
        self.x = x
        self.base = self.k + self.alpha * self._neighbours(x**2, self.size // 2)
        return x * self.base**-self.beta

    def backward(self, gradient: np.ndarray) -> np.ndarray:
        """The gradient of the input, from `gradient`, that of the output: both `(N, C, H, W)`."""
        shared = gradient * self.x * self.base ** (-self.beta - 1)
        back = self._neighbours(shared, (self.size - 1) // 2)  # who has me for a neighbour
        return gradient * self.base**-self.beta - 2 * self.alpha * self.beta * self.x * back

    def _neighbours(self, values: np.ndarray, before: int) -> np.ndarray:
        """Sums over `size` channels, of which `before` come before the one in question."""
        after = self.size - 1 - before
        padded = np.pad(values, [(0, 0), (before, after), (0, 0), (0, 0)])
        channels = values.shape[1]
        return sum((padded[:, k : k + channels] for k in range(self.size)), np.zeros_like(values))


def _through_statistics(g: np.ndarray, normal: np.ndarray, axes: int | tuple) -> np.ndarray:
    """A gradient without what a mean and a variance over `axes`, which follow x, take from it."""
    g = g - g.mean(axes, keepdims=True)
    return g - normal * (g * normal).mean(axes, keepdims=True)
