"""MobileNetV2 in Keras: the twin of `models.torch.mobilenet_v2`.

M. Sandler, A. Howard, M. Zhu, A. Zhmoginov, L.-C. Chen: MobileNetV2: inverted residuals and linear
bottlenecks. CVPR 2018, tables 1 and 2.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from .blocks import classify, conv, conv_bn, images, norm
from .loading import published
from .starting import he, normal

# Rows of table 2: how many times wider a block is inside; output channels; blocks; stride of the
# first one.
ROWS = (
    (1, 16, 1, 1),  # (N, 112, 112, 32) -> (N, 112, 112, 16)
    (6, 24, 2, 2),  # (N, 56, 56, 24)
    (6, 32, 3, 2),  # (N, 28, 28, 32)
    (6, 64, 4, 2),  # (N, 14, 14, 64)
    (6, 96, 3, 1),  # (N, 14, 14, 96)
    (6, 160, 3, 2),  # (N, 7, 7, 160)
    (6, 320, 1, 1),  # (N, 7, 7, 320)
)
SMALL: dict[str, Any] = dict(
    num_classes=10,
    input_shape=(32, 32, 3),
    rows=(
        (1, 16, 1, 1),  # (N, 32, 32, 16) -> (N, 32, 32, 16)
        (4, 24, 2, 2),  # (N, 16, 16, 24)
        (4, 40, 2, 2),  # (N, 8, 8, 40)
    ),
    first=16,
    last=160,
    small=True,
)


def inverted_residual(x, outputs: int, widening: int, stride: int, name: str, epsilon: float):
    """1x1 to more channels, 3x3 in each of them, 1x1 to few: figure 4(d).

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    outputs
        Output channels.
    widening
        How many times as many channels it has inside; with 1 the first convolution is left out.
    stride
        1, or 2 to halve the image.
    name
        Name of the twin's block in PyTorch.
    epsilon
        Of batch normalisation.
    """
    wide, y, position = x.shape[-1] * widening, x, 0  # position: of a layer in the twin
    options: dict[str, Any] = dict(activation="relu6", epsilon=epsilon)
    if widening > 1:
        y = conv_bn(y, wide, 1, f"{name}.conv.0", **options)
        position = 1
    y = conv_bn(y, wide, 3, f"{name}.conv.{position}", stride=stride, groups=wide, **options)
    y = conv(y, outputs, 1, f"{name}.conv.{position + 1}", start=he("fan_out"))
    y = norm(y, f"{name}.conv.{position + 2}", epsilon)
    return layers.Add()([x, y]) if stride == 1 and x.shape[-1] == outputs else y


@published
def mobilenet_v2(
    num_classes: int = 1000,
    input_shape: tuple[int, int, int] = (224, 224, 3),
    rows: tuple[tuple[int, int, int, int], ...] = ROWS,
    first: int = 32,
    last: int = 1280,
    small: bool = False,
    dropout: float = 0.2,
    epsilon: float = 1e-5,
) -> keras.Model:
    """3,504,872 parameters, 301 million multiply-adds.

    A convolution, inverted residuals, a 1x1 convolution, global average, one dense layer of logits.

    Parameters
    ----------
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image.
    rows
        Of table 2: for each stage how many times wider a block is inside, its output channels,
        blocks, and the stride of the first one.
    first, last
        Channels of the first and of the last convolution.
    small
        For small images: the first convolution does not halve them.
    dropout
        The share of the averages that is left out in training.
    epsilon
        Of batch normalisation, 1e-3 in keras.applications.
    """
    options: dict[str, Any] = dict(activation="relu6", epsilon=epsilon)
    inputs = images(input_shape)
    x = conv_bn(inputs, first, 3, "features.0", stride=1 if small else 2, **options)
    position = 1  # (N, 224, 224, 3) -> (N, 112, 112, 32)
    for widening, outputs, blocks, stride in rows:
        for index in range(blocks):  # to (N, 7, 7, 320)
            step = stride if index == 0 else 1
            x = inverted_residual(x, outputs, widening, step, f"features.{position}", epsilon)
            position += 1
    x = conv_bn(x, last, 1, f"features.{position}", **options)  # (N, 7, 7, 1280)
    return classify(inputs, x, num_classes, "classifier.1", dropout, normal(0.01))


def small_mobilenet_v2(**options) -> keras.Model:
    """41,034 parameters, 6 million multiply-adds. `options` are those of `mobilenet_v2`."""
    return mobilenet_v2(**SMALL | options)
