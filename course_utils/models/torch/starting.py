"""Starting weights: of a layer, and of a whole network as its authors or torchvision draw them.

Without batch normalisation nothing else keeps a signal in scale. PyTorch's own weights, uniform
with variance `1 / (3 inputs)`, let it fade: each layer followed by a ReLU leaves a sixth of its
square, and after sixteen of them every image looks the same.
"""

from __future__ import annotations

from typing import Literal

from torch import nn


def he(layer: nn.Module, fan: Literal["fan_in", "fan_out"] = "fan_in") -> None:
    """Draw the weights of a convolution or dense `layer` for a ReLU, in place; biases 0.

    Normal, with variance `2 / fan`: K. He, X. Zhang, S. Ren, J. Sun: Delving deep into rectifiers.
    ICCV 2015.

    Parameters
    ----------
    layer
        Changed in place; of another kind, it is left as it is.
    fan
        "fan_in", the numbers that an output is the sum of, keeps signals the same size from layer
        to layer (equation 10); "fan_out", kernel area times output channels, gradients (equation
        14).
    """
    if isinstance(layer, nn.Conv2d | nn.Linear):
        nn.init.kaiming_normal_(layer.weight, mode=fan, nonlinearity="relu")
        _no_bias(layer)


def glorot(layer: nn.Module) -> None:
    """Draw the weights of a convolution or dense `layer` for a tanh, in place; biases 0.

    Uniform, with variance `2 / (fan in + fan out)`: X. Glorot, Y. Bengio: Understanding the
    difficulty of training deep feedforward neural networks. AISTATS 2010, equation 16.
    """
    if isinstance(layer, nn.Conv2d | nn.Linear):
        nn.init.xavier_uniform_(layer.weight)
        _no_bias(layer)


def normal(layer: nn.Module, deviation: float = 0.02) -> None:
    """Draw normal weights of a (transposed) convolution or dense layer, in place; biases 0.

    So begin networks with layer normalisation; their papers cut the distribution off at 2, a
    hundred deviations from 0.

    Parameters
    ----------
    layer
        Changed in place; of another kind, it is left as it is.
    deviation
        The standard deviation of the weights; 0.02 suits hundreds of channels, few need more.
    """
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
        nn.init.normal_(layer.weight, std=deviation)
        _no_bias(layer)


def as_torchvision(model: nn.Module) -> None:
    """Draw the starting weights of a network of convolutions, as torchvision does.

    Kernels are He's by "fan_out", dense weights normal with 0.01, biases 0.

    Parameters
    ----------
    model
        The network, changed in place.
    """
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            he(module, "fan_out")
        elif isinstance(module, nn.Linear):
            normal(module, 0.01)


def _no_bias(layer: nn.Conv2d | nn.ConvTranspose2d | nn.Linear) -> None:
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
