"""The dense layer, and the step from feature maps to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .layer import Layer
from .shapes import ShapeError, expect_gradient

if TYPE_CHECKING:
    from numpy.typing import DTypeLike


class Dense(Layer):
    """Every output sees every input: `y = x @ weight.T + bias`, `(N, inputs)` to `(N, outputs)`.

    Parameters
    ----------
    inputs, outputs
        Numbers of features.
    bias
        Whether a learned number is added to every output.
    seed
        Of the weights, drawn as K. He et al. (2015) advise for ReLU; the biases begin with 0.
    dtype
        Of weights and biases.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        *,
        bias: bool = True,
        seed: int = 0,
        dtype: DTypeLike = np.float32,
    ):
        super().__init__()
        weight = np.random.default_rng(seed).normal(0, np.sqrt(2 / inputs), (outputs, inputs))
        self.parameters["weight"] = weight.astype(dtype)
        if bias:
            self.parameters["bias"] = np.zeros(outputs, dtype)

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """`x @ weight.T + bias`.

        Parameters
        ----------
        x
            Features, `(N, inputs)`.
        training
            Changes nothing.

        Returns
        -------
        `(N, outputs)`.

        Raises
        ------
        ShapeError
            If `x` has another shape.
        """
        weight = self.parameters["weight"]
        if x.ndim != 2 or x.shape[1] != weight.shape[1]:
            raise ShapeError(f"this layer takes (N, {weight.shape[1]}), and this is {x.shape}")
        self.x = x
        return x @ weight.T + self.parameters.get("bias", 0)

    def backward(self, gradient: np.ndarray) -> np.ndarray:
        """The gradient `(N, inputs)` of the input; those of weight and bias go to `gradients`.

        Parameters
        ----------
        gradient
            Of the output, `(N, outputs)`.
        """
        weight = self.parameters["weight"]
        expect_gradient(gradient, (len(self.x), len(weight)), "this layer")
        self.gradients["weight"] = gradient.T @ self.x
        if "bias" in self.parameters:
            self.gradients["bias"] = gradient.sum(axis=0)
        return gradient @ weight


class Flatten(Layer):
    """`(N, C, H, W)` to `(N, C * H * W)`."""

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """Images `x`, `(N, C, H, W)`, as rows `(N, C * H * W)`; `training` changes nothing."""
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, gradient: np.ndarray) -> np.ndarray:
        """`gradient`, `(N, C * H * W)`, in the shape of the images, `(N, C, H, W)`."""
        return gradient.reshape(self.shape)
