"""What all layers have in common."""

from __future__ import annotations

import numpy as np


class Layer:
    """A function with a memory: `forward` remembers what `backward` will need.

    Attributes
    ----------
    parameters : arrays by name that an optimiser may change in place
    gradients : arrays of the same names and shapes, filled by `backward`
    """

    def __init__(self) -> None:
        self.parameters: dict[str, np.ndarray] = {}
        self.gradients: dict[str, np.ndarray] = {}

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The layer's output.

        Parameters
        ----------
        x
            A batch: the first axis counts the examples. Most layers take images `(N, C, H, W)`.
        training
            Matters for dropout and batch normalisation only.
        """
        raise NotImplementedError

    def backward(self, gradient: np.ndarray) -> np.ndarray:
        """The loss's gradient with respect to the input of the last `forward`, in its shape.

        Gradients with respect to the parameters go to `gradients`.

        Parameters
        ----------
        gradient
            That with respect to the output, in the output's shape.
        """
        raise NotImplementedError

    def __call__(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """`forward(x, training)`."""
        return self.forward(x, training)

    def __repr__(self) -> str:
        shapes = ", ".join(f"{name} {value.shape}" for name, value in self.parameters.items())
        return f"{type(self).__name__}({shapes})"
