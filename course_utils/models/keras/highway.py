"""Highway networks in Keras: the twin of `models.torch.highway`.

R. Srivastava, K. Greff, J. Schmidhuber: Training very deep networks. NIPS 2015, equations 2 and 3,
and table 2: 19 layers with about 2.3 million parameters for CIFAR-10.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from .blocks import classify, conv, images, max_pool, relu
from .starting import he


def highway_conv(x, carry: float, name: str):
    """`H(x) T(x) + x (1 - T(x))` with convolutions for H and T; here `x + T(x) (H(x) - x)`.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    carry
        Where the gate's bias begins: below 0, so that at first nearly everything passes (section
        2.2).
    name
        Name of the twin's module in PyTorch.
    """
    channels, same = x.shape[-1], dict[str, Any](padding=1, bias=True)
    transformed = relu(conv(x, channels, 3, f"{name}.transform", start=he(), **same))
    gate = conv(x, channels, 3, f"{name}.gate", start=he(), bias_start=carry, **same)
    gate = layers.Activation("sigmoid")(gate)
    return layers.Add()([x, layers.Multiply()([gate, layers.Subtract()([transformed, x])])])


def highway(
    num_classes: int = 10,
    input_shape: tuple[int, int, int] = (32, 32, 3),
    widths: tuple[int, ...] = (48, 80, 128),
    blocks: int = 5,
    carry: float = -2.0,
) -> keras.Model:
    """2,390,042 parameters, 470 million multiply-adds.

    For small images: three stages, each a plain convolution and then highway layers.

    Parameters
    ----------
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image, at least 4x4 pixels.
    widths
        Channels of each stage; the default is that of the FitNet that the paper's network is made
        after.
    blocks
        Highway layers in each stage.
    carry
        Where the gates' biases begin.
    """
    inputs = x = images(input_shape, least=4)
    for number, width in enumerate(widths):
        x = relu(conv(x, width, 3, f"features.{number}.0", padding=1, bias=True, start=he()))
        for index in range(blocks):
            x = highway_conv(x, carry, f"features.{number}.{index + 2}")
        if number < len(widths) - 1:
            x = max_pool(x, 2, 2)  # in the end (N, 32, 32, 3) -> (N, 8, 8, 128)
    return classify(inputs, x, num_classes, start=he())


def small_highway(blocks: int = 2, **options) -> keras.Model:
    """218,218 parameters, 31 million multiply-adds: `blocks` highway layers in a stage.

    `options` are those of `highway`.
    """
    small: dict[str, Any] = dict(widths=(16, 32, 64), blocks=blocks)
    return highway(**small | options)
