"""Layers one after another."""

from __future__ import annotations

import numpy as np

from .layer import Layer


class Sequential:
    """A network without branches: forward through the layers, backward in the other order.

    Parameters
    ----------
    layers
        From input to output.
    """

    def __init__(self, *layers: Layer):
        self.layers = layers

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The output of the last layer.

        Parameters
        ----------
        x
            A batch, as the first layer takes it, such as images `(N, C, H, W)`.
        training
            Matters for dropout and batch normalisation only.
        """
        for layer in self.layers:
            x = layer.forward(x, training)
        return x

    def backward(self, gradient: np.ndarray) -> np.ndarray:
        """The loss's gradient with respect to the input; each layer keeps those of its parameters.

        Parameters
        ----------
        gradient
            That with respect to the output, in its shape.
        """
        for layer in reversed(self.layers):
            gradient = layer.backward(gradient)
        return gradient

    __call__ = forward

    def __repr__(self) -> str:
        lines = "".join(f"  {layer!r},\n" for layer in self.layers)
        return f"Sequential(\n{lines})"

    @property
    def size(self) -> int:
        """How many numbers there are to learn."""
        return sum(value.size for layer in self.layers for value in layer.parameters.values())
