"""MobileNetV3 in Keras: the twin of `models.torch.mobilenet_v3`.

A. Howard et al.: Searching for MobileNetV3. ICCV 2019, table 1.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from .blocks import conv_bn, conv_excitation, fully_connected, images
from .loading import published
from .starting import normal

EPSILON = 1e-3  # of batch normalisation
# Rows of table 1: kernel; channels inside a block; output channels; channels inside its squeeze and
# excitation, 0 where there is none; whether its activation is h-swish, otherwise ReLU; stride.
Row = tuple[int, int, int, int, bool, int]
LARGE: tuple[Row, ...] = (
    (3, 16, 16, 0, False, 1),  # (N, 112, 112, 16) -> (N, 112, 112, 16)
    (3, 64, 24, 0, False, 2),  # (N, 56, 56, 24)
    (3, 72, 24, 0, False, 1),
    (5, 72, 40, 24, False, 2),  # (N, 28, 28, 40)
    (5, 120, 40, 32, False, 1),
    (5, 120, 40, 32, False, 1),
    (3, 240, 80, 0, True, 2),  # (N, 14, 14, 80)
    (3, 200, 80, 0, True, 1),
    (3, 184, 80, 0, True, 1),
    (3, 184, 80, 0, True, 1),
    (3, 480, 112, 120, True, 1),  # (N, 14, 14, 112)
    (3, 672, 112, 168, True, 1),
    (5, 672, 160, 168, True, 2),  # (N, 7, 7, 160)
    (5, 960, 160, 240, True, 1),
    (5, 960, 160, 240, True, 1),
)


def inverted_residual(x, row: Row, name: str):
    """1x1 to more channels, a kernel for each of them, perhaps excitation, 1x1 to few: figure 4.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    row
        Of table 1: kernel, channels inside, output channels, channels inside the excitation or 0,
        whether the activation is h-swish, stride.
    name
        Name of the twin's block in PyTorch.
    """
    kernel, wide, outputs, squeezed, swish, stride = row
    y, position = x, 0  # position: of a layer in the twin
    options: dict[str, Any] = dict(activation="hard_swish" if swish else "relu", epsilon=EPSILON)
    if wide != x.shape[-1]:
        y = conv_bn(y, wide, 1, f"{name}.block.0", **options)
        position = 1
    y = conv_bn(y, wide, kernel, f"{name}.block.{position}", stride=stride, groups=wide, **options)
    if squeezed:
        position += 1
        y = conv_excitation(y, squeezed, f"{name}.block.{position}", gate="hard_sigmoid")
    y = conv_bn(y, outputs, 1, f"{name}.block.{position + 1}", activation=None, epsilon=EPSILON)
    return layers.Add()([x, y]) if stride == 1 and x.shape[-1] == outputs else y


def mobilenet_v3(
    rows: tuple[Row, ...],
    dense: int,
    num_classes: int = 1000,
    input_shape: tuple[int, int, int] = (224, 224, 3),
    dropout: float = 0.2,
) -> keras.Model:
    """A convolution, inverted residuals, a 1x1 convolution, global average, two dense layers.

    Parameters
    ----------
    rows
        Of table 1: for each block kernel, channels inside, output channels, channels inside
        the excitation or 0, whether the activation is h-swish, stride.
    dense
        Width of the first dense layer.
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image.
    dropout
        The share of that layer's outputs that is left out in training.
    """
    options: dict[str, Any] = dict(activation="hard_swish", epsilon=EPSILON)
    inputs = images(input_shape)
    x = conv_bn(inputs, 16, 3, "features.0", stride=2, **options)
    for position, row in enumerate(rows, start=1):  # (N, 112, 112, 16) to (N, 7, 7, 160)
        x = inverted_residual(x, row, f"features.{position}")
    x = conv_bn(x, 6 * x.shape[-1], 1, f"features.{len(rows) + 1}", **options)  # (N, 7, 7, 960)
    x = layers.GlobalAveragePooling2D()(x)  # (N, 960)
    x = fully_connected(x, dense, "classifier.0", "hard_swish", start=normal(0.01))
    x = layers.Dropout(dropout)(x)  # (N, 1280)
    return keras.Model(inputs, fully_connected(x, num_classes, "classifier.3", start=normal(0.01)))


@published
def mobilenet_v3_large(**options) -> keras.Model:
    """5,483,032 parameters, 217 million multiply-adds. `options` are those of `mobilenet_v3`."""
    return mobilenet_v3(LARGE, 1280, **options)
