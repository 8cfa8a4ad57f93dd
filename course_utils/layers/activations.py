"""Activation functions: each is a formula, and its derivative."""

from __future__ import annotations

import math

import numpy as np

from .layer import Layer
from .shapes import ShapeError

# NumPy has no erf of its own; this one is exact, and fast enough to learn with.
_erf = np.vectorize(math.erf, otypes=[float])


class _Elementwise(Layer):
    """`backward` multiplies by the derivative that `forward` has left in `self.slope`."""

    slope: np.ndarray

    def backward(self, gradient: np.ndarray) -> np.ndarray:
        return gradient * self.slope


class ReLU(_Elementwise):
    """`max(x, 0)` (V. Nair, G. Hinton, 2010)."""

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """`max(x, 0)` for each value of `x`, of any shape; `training` changes nothing."""
        self.slope = x > 0
        return x * self.slope


class LeakyReLU(_Elementwise):
    """`x` above 0, `slope * x` below (A. Maas et al., 2013).

    Parameters
    ----------
    slope
        The factor for negative values, usually between 0 and 1.
    """

    def __init__(self, slope: float = 0.01):
        super().__init__()
        self.below = slope

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """`x` above 0, `slope * x` below, for `x` of any shape; `training` changes nothing."""
        self.slope = np.where(x > 0, 1, self.below).astype(x.dtype)
        return x * self.slope


class ELU(_Elementwise):
    """`x` above 0, `alpha * (exp(x) - 1)` below (D.-A. Clevert et al., 2015).

    Parameters
    ----------
    alpha
        The function tends to `-alpha` for large negative values.
    """

    def __init__(self, alpha: float = 1.0):
        super().__init__()
        self.alpha = alpha

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """`x` above 0, `alpha * (exp(x) - 1)` below, for `x` of any shape.

        `training` changes nothing.
        """
        below = self.alpha * np.expm1(np.minimum(x, 0))
        self.slope = np.where(x > 0, 1, below + self.alpha).astype(x.dtype)
        return np.where(x > 0, x, below).astype(x.dtype)


class GELU(_Elementwise):
    """`x` times the normal distribution's share below x (D. Hendrycks, K. Gimpel, 2016).

    Parameters
    ----------
    approximate
        "none" is the function itself; "tanh" is their approximation, which BERT and GPT-2 used.

    Raises
    ------
    ValueError
        If `approximate` is another word.
    """

    def __init__(self, approximate: str = "none"):
        super().__init__()
        if approximate not in ("none", "tanh"):
            raise ValueError(f"unknown approximation {approximate!r}: use 'none' or 'tanh'")
        self.approximate = approximate

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """`x` times the share of the normal distribution below it, for `x` of any shape.

        `training` changes nothing.
        """
        if self.approximate == "tanh":
            root = math.sqrt(2 / math.pi)
            bent = np.tanh(root * (x + 0.044715 * x**3))
            share = (1 + bent) / 2
            density = (1 - bent**2) / 2 * root * (1 + 3 * 0.044715 * x**2)
        else:
            share = (1 + _erf(x / math.sqrt(2))) / 2
            density = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
        self.slope = (share + x * density).astype(x.dtype)
        return (x * share).astype(x.dtype)


class Sigmoid(_Elementwise):
    """`1 / (1 + exp(-x))`, without overflow."""

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """`1 / (1 + exp(-x))` for each value of `x`, of any shape; `training` changes nothing."""
        small = np.exp(-np.abs(x))
        y = np.where(x >= 0, 1, small) / (1 + small)
        self.slope = y * (1 - y)
        return y


class SiLU(_Elementwise):
    """`x * sigmoid(x)`, also called Swish (P. Ramachandran et al., 2017)."""

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """`x * sigmoid(x)` for each value of `x`, of any shape; `training` changes nothing."""
        gate = Sigmoid().forward(x)
        self.slope = gate * (1 + x * (1 - gate))
        return x * gate


class Tanh(_Elementwise):
    """The hyperbolic tangent, from -1 to 1."""

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """`tanh(x)` for each value of `x`, of any shape; `training` changes nothing."""
        y = np.tanh(x)
        self.slope = 1 - y**2
        return y


class Maxout(Layer):
    """The largest of each `pieces` channels that follow one another (I. Goodfellow et al., 2013).

    `(N, C, ...)` to `(N, C / pieces, ...)`; of several, the first gets the gradient.

    Parameters
    ----------
    pieces
        How many channels compete for one output; a divisor of C.
    """

    def __init__(self, pieces: int = 2):
        super().__init__()
        self.pieces = pieces

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The largest of each group of channels.

        Parameters
        ----------
        x
            `(N, C, ...)`.
        training
            Changes nothing.

        Returns
        -------
        `(N, C / pieces, ...)`.

        Raises
        ------
        ShapeError
            If `pieces` does not divide C.
        """
        if self.pieces < 1 or x.shape[1] % self.pieces:
            raise ShapeError(f"{x.shape[1]} channels are not a multiple of {self.pieces} pieces")
        self.shape = x.shape
        split = x.reshape(len(x), -1, self.pieces, *x.shape[2:])
        self.winner = split.argmax(axis=2)[:, :, None]
        return np.take_along_axis(split, self.winner, axis=2)[:, :, 0]

    def backward(self, gradient: np.ndarray) -> np.ndarray:
        """The gradient `(N, C, ...)` of the input: 0 for all channels but the winners.

        Parameters
        ----------
        gradient
            Of the output, `(N, C / pieces, ...)`.
        """
        shape = (len(gradient), -1, self.pieces, *self.shape[2:])
        split = np.zeros(self.shape, gradient.dtype).reshape(shape)
        np.put_along_axis(split, self.winner, gradient[:, :, None], axis=2)
        return split.reshape(self.shape)
