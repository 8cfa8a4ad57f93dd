"""Dropout: in training every value is left out with a probability."""

from __future__ import annotations

import numpy as np

from .layer import Layer


class Dropout(Layer):
    """In training a share `rate` of the values becomes 0, and the rest grows by `1 / (1 - rate)`.

    Nothing changes otherwise (N. Srivastava et al., 2014, in the "inverted" form of today).

    Parameters
    ----------
    rate
        The probability with which a value is left out, from 0 up to, not including, 1.
    seed
        Of the draws; every call of `forward` in training draws anew.

    Raises
    ------
    ValueError
        If `rate` is outside that range.
    """

    def __init__(self, rate: float = 0.5, *, seed: int = 0):
        super().__init__()
        if not 0 <= rate < 1:
            raise ValueError(f"rate is {rate!r}; expected a number from 0 up to, not including, 1")
        self.rate, self.rng = rate, np.random.default_rng(seed)

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The values that are kept, scaled, and 0 for the others.

        Parameters
        ----------
        x
            Of any shape.
        training
            Whether values are left out; otherwise `x` itself is returned.
        """
        self.mask = None
        if not training:
            return x
        self.mask = ((self.rng.random(x.shape) >= self.rate) / (1 - self.rate)).astype(x.dtype)
        return x * self.mask

    def backward(self, gradient: np.ndarray) -> np.ndarray:
        """The gradient of the input: 0 where `forward` left a value out.

        Parameters
        ----------
        gradient
            Of the output, of the same shape.
        """
        return gradient if self.mask is None else gradient * self.mask
