"""The dense layer, and the step from feature maps to it."""

from __future__ import annotations

import numpy as np

from .layer import Layer
from .shapes import ShapeError, expect_gradient


class Dense(Layer):
    """Every output sees every input: `y = x @ weight.T + bias`, `(N, inputs)` to `(N, outputs)`."""

    def __init__(
        self, inputs: int, outputs: int, *, bias: bool = True, seed: int = 0, dtype=np.float32
    ):
        super().__init__()
        weight = np.random.default_rng(seed).normal(0, np.sqrt(2 / inputs), (outputs, inputs))
        self.parameters["weight"] = weight.astype(dtype)
        if bias:
            self.parameters["bias"] = np.zeros(outputs, dtype)

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        weight = self.parameters["weight"]
        if x.ndim != 2 or x.shape[1] != weight.shape[1]:
            raise ShapeError(f"this layer takes (N, {weight.shape[1]}), and this is {x.shape}")
        self.x = x
        return x @ weight.T + self.parameters.get("bias", 0)

    def backward(self, gradient: np.ndarray) -> np.ndarray:
        weight = self.parameters["weight"]
        expect_gradient(gradient, (len(self.x), len(weight)), "this layer")
        self.gradients["weight"] = gradient.T @ self.x
        if "bias" in self.parameters:
            self.gradients["bias"] = gradient.sum(axis=0)
        return gradient @ weight


class Flatten(Layer):
    """`(N, C, H, W)` to `(N, C * H * W)`."""

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, gradient: np.ndarray) -> np.ndarray:
        return gradient.reshape(self.shape)
