"""Self-attention: every token looks at all tokens, and takes a mean that it chooses itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .layer import Layer
from .losses import softmax
from .shapes import ShapeError, expect_floats, expect_gradient

if TYPE_CHECKING:
    from numpy.typing import DTypeLike


class SelfAttention(Layer):
    """Multi-head self-attention: `(N, T, D)` to `(N, T, D)`, for T tokens of D numbers each.

    In every head each token asks a question (query), and is compared with what all tokens offer
    (key); a softmax of the comparisons weights what they have to say (value):
    `softmax(Q K^T / sqrt(d)) V`, with `d = D / heads`. The heads' results are joined and mixed by a
    last matrix. A. Vaswani et al.: Attention is all you need, 2017, equation 1 and section 3.2.2.

    Parameters
    ----------
    width
        D, the numbers of a token.
    heads
        How many share D among them.
    seed
        Of the weights, drawn as X. Glorot and Y. Bengio (2010) advise; the biases begin with 0.
    dtype
        Of weights and biases.

    Attributes
    ----------
    parameters
        `in_weight`, `(3 D, D)`, and `in_bias` make queries, keys and values, in this order;
        `out_weight`, `(D, D)`, and `out_bias` mix the heads. The layout is that of PyTorch's
        MultiheadAttention.
    attention
        The weights of the last `forward`, `(N, heads, T, T)`: how much the token of a row takes
        from that of a column. Each row adds up to 1.

    Raises
    ------
    ValueError
        If `width` is no multiple of `heads`.
    """

    def __init__(self, width: int, heads: int = 1, *, seed: int = 0, dtype: DTypeLike = np.float32):
        super().__init__()
        if heads < 1 or width % heads:
            raise ValueError(f"{width} numbers a token cannot be shared by {heads} heads")
        self.heads = heads
        draw = np.random.default_rng(seed).normal
        for name, rows in {"in": 3 * width, "out": width}.items():
            weight = draw(0, np.sqrt(1 / width), (rows, width))
            self.parameters[f"{name}_weight"] = weight.astype(dtype)
            self.parameters[f"{name}_bias"] = np.zeros(rows, dtype)

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """What each token makes of all of them.

        Parameters
        ----------
        x
            Tokens, `(N, T, D)`.
        training
            Changes nothing.

        Returns
        -------
        `(N, T, D)`.

        Raises
        ------
        ShapeError
            If `x` has another shape.
        TypeError
            If `x` holds whole numbers.
        """
        width = len(self.parameters["out_bias"])
        if x.ndim != 3 or x.shape[2] != width:
            raise ShapeError(f"this attention takes (N, T, {width}), and this is {x.shape}")
        expect_floats(x, "attention")
        self.x = x
        joined = x @ self.parameters["in_weight"].T + self.parameters["in_bias"]
        self.queries, self.keys, self.values = map(self._split, np.split(joined, 3, axis=2))
        self.scale = x.dtype.type((width // self.heads) ** -0.5)
        scores = self.scale * self.queries @ self.keys.swapaxes(2, 3)
        self.attention = softmax(scores)
        self.mixed = self._join(self.attention @ self.values)
        return self.mixed @ self.parameters["out_weight"].T + self.parameters["out_bias"]

    def backward(self, gradient: np.ndarray) -> np.ndarray:
        """The gradient `(N, T, D)` of the tokens; those of weights and biases go to `gradients`.

        Parameters
        ----------
        gradient
            Of the output, `(N, T, D)`.
        """
        expect_gradient(gradient, self.x.shape, "this attention")
        mixed = self._split(self._through("out", gradient, self.mixed))
        values = self.attention.swapaxes(2, 3) @ mixed
        chosen = mixed @ self.values.swapaxes(2, 3)
        # A softmax: what a weight gains, all weights of its row lose together.
        scores = self.attention * (chosen - (self.attention * chosen).sum(3, keepdims=True))
        queries = self.scale * scores @ self.keys
        keys = self.scale * scores.swapaxes(2, 3) @ self.queries
        joined = np.concatenate([self._join(part) for part in (queries, keys, values)], axis=2)
        return self._through("in", joined, self.x)

    def _through(self, name: str, gradient: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Back through one of the two matrices, which saw `x`."""
        self.gradients[f"{name}_weight"] = np.tensordot(gradient, x, axes=((0, 1), (0, 1)))
        self.gradients[f"{name}_bias"] = gradient.sum(axis=(0, 1))
        return gradient @ self.parameters[f"{name}_weight"]

    def _split(self, x: np.ndarray) -> np.ndarray:
        """`(N, T, D)` to `(N, heads, T, d)`."""
        n, tokens, width = x.shape
        return x.reshape(n, tokens, self.heads, width // self.heads).swapaxes(1, 2)

    def _join(self, x: np.ndarray) -> np.ndarray:
        """`(N, heads, T, d)` to `(N, T, D)`."""
        n, _, tokens, _ = x.shape
        return x.swapaxes(1, 2).reshape(n, tokens, -1)
