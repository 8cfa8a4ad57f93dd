"""Is a backward pass right? Compare it with differences of the forward pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .layer import Layer


@dataclass(frozen=True)
class Check:
    """The largest relative error, and where it is: "input" or a parameter's name, and the index."""

    error: float
    where: str
    index: tuple[int, ...]
    analytic: float
    numeric: float

    def __str__(self) -> str:
        place = f"{self.where}{list(self.index)}"
        return (
            f"largest relative error {self.error:.1e}, at {place}: backward says "
            f"{self.analytic:.6g}, differences say {self.numeric:.6g}"
        )


def gradient_check(
    layer: Layer, x: np.ndarray, *, step: float = 1e-5, training: bool = False, seed: int = 0
) -> Check:
    """The largest difference between a layer's gradients and numerical ones, and where it is.

    The numerical ones are central differences of `sum(weights * forward(x))`; the weights are
    random, so that no error cancels. Use float64: the step is too small for float32. A layer that
    draws random numbers in `forward` cannot be checked.

    Parameters
    ----------
    layer
        The layer to check; the `gradients` that it keeps are overwritten.
    x
        An input of the layer, float64.
    step
        How far each number is moved up and down.
    training
        Whether `forward` runs as in training, which matters for batch normalisation.
    seed
        Of the weights.

    Raises
    ------
    ValueError
        If `x` or a parameter is not float64.
    """
    arrays = {"input": x} | layer.parameters
    for name, array in arrays.items():
        if array.dtype != np.float64:
            raise ValueError(f"{name} is {array.dtype}; differences need float64")
    y = layer.forward(x, training)
    weights = np.random.default_rng(seed).normal(size=y.shape)
    analytic = {"input": layer.backward(weights)} | layer.gradients
    analytic = {name: np.array(analytic[name]) for name in arrays}
    worst = Check(-1.0, "", (), 0.0, 0.0)
    for name, array in arrays.items():
        for index in np.ndindex(array.shape):
            kept = array[index]
            sums = []
            for shifted in (kept + step, kept - step):
                array[index] = shifted
                sums.append((weights * layer.forward(x, training)).sum())
            array[index] = kept
            numeric = (sums[0] - sums[1]) / (2 * step)
            exact = analytic[name][index]
            error = abs(exact - numeric) / max(abs(exact), abs(numeric), 1e-4)
            if error > worst.error:
                worst = Check(float(error), name, index, float(exact), float(numeric))
    return worst
