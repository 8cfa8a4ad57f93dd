"""Losses: a number for how wrong a batch is, and its gradient."""

from __future__ import annotations

import numpy as np

from .shapes import ShapeError


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities `(..., K)` of the classes, from `logits` `(..., K)`, without overflow."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


class SoftmaxCrossEntropy:
    """The mean of `-log(probability of the right class)`, from logits."""

    def forward(self, logits: np.ndarray, labels: np.ndarray) -> float:
        """The mean loss of a batch.

        Parameters
        ----------
        logits
            `(N, K)`.
        labels
            The right class of each example, `(N,)`, whole numbers from 0 to K - 1.

        Raises
        ------
        ShapeError
            If the shapes do not fit.
        ValueError
            If the labels are not whole numbers from 0 to K - 1.
        """
        labels = np.asarray(labels)
        if logits.ndim != 2 or labels.shape != logits.shape[:1]:
            raise ShapeError(
                f"logits are {logits.shape} and labels {labels.shape}; expected (N, K) and (N,)"
            )
        if labels.dtype.kind not in "iu":
            raise ValueError(f"labels are {labels.dtype}; expected whole numbers")
        if labels.size and not 0 <= labels.min() <= labels.max() < logits.shape[1]:
            raise ValueError(
                f"labels go from {labels.min()} to {labels.max()}; expected 0 to "
                f"{logits.shape[1] - 1}"
            )
        self.probabilities, self.labels = softmax(logits), labels
        shifted = logits - logits.max(axis=1, keepdims=True)
        right = shifted[np.arange(len(labels)), labels]
        return float((np.log(np.exp(shifted).sum(axis=1)) - right).mean())

    def backward(self) -> np.ndarray:
        """The gradient with respect to the logits, `(N, K)`: `(softmax - onehot) / N`."""
        gradient = self.probabilities.copy()
        gradient[np.arange(len(self.labels)), self.labels] -= 1
        return gradient / len(self.labels)

    __call__ = forward


class MeanSquaredError:
    """The mean of `(y - target)^2` over all values."""

    def forward(self, y: np.ndarray, target: np.ndarray) -> float:
        """The mean squared difference of a batch.

        Parameters
        ----------
        y
            What the network returned, of any shape.
        target
            What it should have returned, of the same shape.

        Raises
        ------
        ShapeError
            If the shapes differ.
        """
        if y.shape != np.shape(target):
            raise ShapeError(f"the output is {y.shape} and the target {np.shape(target)}")
        self.difference = y - target
        return float((self.difference**2).mean())

    def backward(self) -> np.ndarray:
        """The gradient with respect to `y`, in its shape."""
        return 2 * self.difference / self.difference.size

    __call__ = forward
