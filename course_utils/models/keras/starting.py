"""Starting weights, drawn as by `models.torch.starting`.

Each call makes a new initialiser: one that two layers shared would give both the same numbers.
Glorot's weights are what Keras draws unless told otherwise, with biases of 0.
"""

from __future__ import annotations

import math

import keras
from keras import initializers, layers


def he(fan: str = "fan_in") -> initializers.Initializer:
    """He's weights for a ReLU: normal, with variance `2 / fan`.

    K. He, X. Zhang, S. Ren, J. Sun: Delving deep into rectifiers. ICCV 2015.

    Parameters
    ----------
    fan
        "fan_in", the numbers that an output is the sum of, keeps signals the same size from layer
        to layer (equation 10); "fan_out", kernel area times output channels, gradients (equation
        14). In a depthwise kernel of Keras these are one and C times the area: "fan_in" is there
        what PyTorch calls "fan_out".
    """
    return initializers.VarianceScaling(2.0, fan, "untruncated_normal")


def all_as_he(model: keras.Model) -> None:
    """Draw the weights of every convolution and dense layer of a `model` for a ReLU, in place.

    Where a network is put together from blocks that others have too, which begin otherwise.
    """
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D | layers.Dense):
            layer.kernel_initializer = he()
            layer.kernel.assign(layer.kernel_initializer(layer.kernel.shape, layer.kernel.dtype))


def normal(deviation: float = 0.02) -> initializers.Initializer:
    """Normal weights of this standard `deviation`; 0.02 is where layer normalisation starts."""
    return initializers.RandomNormal(stddev=deviation)


def uniform(inputs: int) -> initializers.Initializer:
    """Weights as PyTorch draws them for a layer with so many `inputs` to an output."""
    return initializers.RandomUniform(-1 / math.sqrt(inputs), 1 / math.sqrt(inputs))
