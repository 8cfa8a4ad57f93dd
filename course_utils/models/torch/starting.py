"""Starting weights of networks without batch normalisation, which nothing else keeps in scale.

PyTorch's own, uniform with variance `1 / (3 inputs)`, let the signal fade: each layer followed by a
ReLU leaves a sixth of its square, and after sixteen of them every image looks the same.
"""

from __future__ import annotations

from torch import nn


def he(layer: nn.Module) -> None:
    """Draw the weights of a convolution or dense `layer` for a ReLU, in place; biases 0.

    Normal, with variance `2 / fan in`, the numbers that an output is the sum of: K. He, X. Zhang,
    S. Ren, J. Sun: Delving deep into rectifiers. ICCV 2015, equation 10.
    """
    if isinstance(layer, nn.Conv2d | nn.Linear):
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        _no_bias(layer)


def glorot(layer: nn.Module) -> None:
    """Draw the weights of a convolution or dense `layer` for a tanh, in place; biases 0.

    Uniform, with variance `2 / (fan in + fan out)`: X. Glorot, Y. Bengio: Understanding the
    difficulty of training deep feedforward neural networks. AISTATS 2010, equation 16.
    """
    if isinstance(layer, nn.Conv2d | nn.Linear):
        nn.init.xavier_uniform_(layer.weight)
        _no_bias(layer)


def _no_bias(layer: nn.Conv2d | nn.Linear) -> None:
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
