"""EfficientNet, -Lite and V2 in Keras: the twin of `models.torch.efficientnet`.

M. Tan, Q. Le: EfficientNet: rethinking model scaling for convolutional neural networks. ICML 2019,
table 1.
M. Tan, Q. Le: EfficientNetV2: smaller models and faster training. ICML 2021, figure 2, table 4.
R. Liu: Higher accuracy on vision models with EfficientNet-Lite. TensorFlow blog, 2020.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import keras
from keras import layers

from .blocks import classify, conv_bn, conv_excitation, images, stochastic_depth
from .loading import published


def mbconv(
    x,
    outputs: int,
    widening: int,
    kernel: int,
    stride: int,
    name: str,
    epsilon: float,
    activation: str = "silu",
    same: bool = False,
    excitation: bool = True,
):
    """1x1 to more channels, a kernel for each of them, excitation, 1x1 to few: V1's only block.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    outputs
        Output channels.
    widening
        How many times as many channels it has inside.
    kernel
        Height and width of the kernel for each channel.
    stride
        1, or 2 to halve the image.
    name
        Name of the twin's layers in PyTorch.
    epsilon
        Of batch normalisation.
    activation
        Keras' name of the nonlinearity.
    same
        Whether the kernels have Keras' own padding.
    excitation
        Whether channels are weighted by what the whole image shows.
    """
    inputs = x.shape[-1]
    wide, position = inputs * widening, 0  # position: of a layer in the twin
    options: dict[str, Any] = dict(activation=activation, epsilon=epsilon, same=same)
    if widening > 1:
        x = conv_bn(x, wide, 1, f"{name}.0", **options)
        position = 1
    x = conv_bn(x, wide, kernel, f"{name}.{position}", stride=stride, groups=wide, **options)
    if excitation:
        position += 1
        x = conv_excitation(x, inputs // 4, f"{name}.{position}", activation)
    return conv_bn(x, outputs, 1, f"{name}.{position + 1}", activation=None, epsilon=epsilon)


# An MBConv without excitation, with ReLU6 and Keras' own padding: EfficientNet-Lite's.
lite_mbconv = partial(mbconv, activation="relu6", same=True, excitation=False)


def fused_mbconv(
    x, outputs: int, widening: int, kernel: int, stride: int, name: str, epsilon: float
):
    """A convolution to more channels and 1x1 to few, or a single one where it does not widen.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    outputs
        Output channels.
    widening
        How many times as many channels it has inside.
    kernel
        Height and width of the first convolution's kernel.
    stride
        1, or 2 to halve the image.
    name
        Name of the twin's layers in PyTorch.
    epsilon
        Of batch normalisation.
    """
    options: dict[str, Any] = dict(activation="silu", epsilon=epsilon)
    if widening == 1:
        return conv_bn(x, outputs, kernel, f"{name}.0", stride=stride, **options)
    x = conv_bn(x, x.shape[-1] * widening, kernel, f"{name}.0", stride=stride, **options)
    return conv_bn(x, outputs, 1, f"{name}.1", activation=None, epsilon=epsilon)


# A stage: its block, how many times wider it is inside, kernel, stride of the first block, output
# channels, blocks.
Row = tuple[Callable, int, int, int, int, int]
B0: dict[str, Any] = dict(
    rows=(
        (mbconv, 1, 3, 1, 16, 1),  # (N, 112, 112, 32) -> (N, 112, 112, 16)
        (mbconv, 6, 3, 2, 24, 2),  # (N, 56, 56, 24)
        (mbconv, 6, 5, 2, 40, 2),  # (N, 28, 28, 40)
        (mbconv, 6, 3, 2, 80, 3),  # (N, 14, 14, 80)
        (mbconv, 6, 5, 1, 112, 3),  # (N, 14, 14, 112)
        (mbconv, 6, 5, 2, 192, 4),  # (N, 7, 7, 192)
        (mbconv, 6, 3, 1, 320, 1),  # (N, 7, 7, 320)
    ),
    first=32,
)
LITE0: dict[str, Any] = dict(
    rows=tuple((lite_mbconv, *row[1:]) for row in B0["rows"]),
    first=32,
    epsilon=1e-3,
    lite=True,
)
V2_S: dict[str, Any] = dict(
    rows=(
        (fused_mbconv, 1, 3, 1, 24, 2),  # (N, 192, 192, 24) -> (N, 192, 192, 24)
        (fused_mbconv, 4, 3, 2, 48, 4),  # (N, 96, 96, 48)
        (fused_mbconv, 4, 3, 2, 64, 4),  # (N, 48, 48, 64)
        (mbconv, 4, 3, 2, 128, 6),  # (N, 24, 24, 128)
        (mbconv, 6, 3, 1, 160, 9),  # (N, 24, 24, 160)
        (mbconv, 6, 3, 2, 256, 15),  # (N, 12, 12, 256)
    ),
    first=24,
    input_shape=(384, 384, 3),
    epsilon=1e-3,
)
SMALL: dict[str, Any] = dict(
    num_classes=10,
    input_shape=(32, 32, 3),
    rows=(
        (mbconv, 1, 3, 1, 16, 1),  # (N, 32, 32, 16) -> (N, 32, 32, 16)
        (mbconv, 4, 3, 2, 24, 2),  # (N, 16, 16, 24)
        (mbconv, 4, 5, 2, 40, 2),  # (N, 8, 8, 40)
    ),
    first=16,
    last=160,
    small=True,
    rate=0.0,
)


def efficientnet(
    rows: tuple[Row, ...],
    first: int,
    last: int = 1280,
    num_classes: int = 1000,
    input_shape: tuple[int, int, int] = (224, 224, 3),
    small: bool = False,
    dropout: float = 0.2,
    rate: float = 0.2,
    epsilon: float = 1e-5,
    lite: bool = False,
) -> keras.Model:
    """A convolution, stages of blocks, a 1x1 convolution, global average, one layer of logits.

    Parameters
    ----------
    rows
        For each stage its block, how many times wider this is inside, its kernel, the stride of the
        first one, output channels and the number of blocks.
    first, last
        Channels of the first and of the last convolution.
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image.
    small
        For small images: the first convolution does not halve them.
    dropout
        The share of the averages that is left out in training.
    rate
        The probability up to which residuals are left out in training, the later the likelier.
    epsilon
        Of batch normalisation, 1e-3 in keras.applications.
    lite
        Whether the first and the last convolution are those of Lite: ReLU6, Keras' own padding.
    """
    options: dict[str, Any] = dict(activation="silu", epsilon=epsilon)
    if lite:
        options |= dict(activation="relu6", same=True)
    inputs = images(input_shape)
    x = conv_bn(inputs, first, 3, "features.0", stride=1 if small else 2, **options)
    done, total = 0, sum(row[-1] for row in rows)  # (N, 224, 224, 3) -> (N, 112, 112, 32)
    for number, (block, widening, kernel, stride, outputs, blocks) in enumerate(rows, start=1):
        for index in range(blocks):  # to (N, 7, 7, 320)
            step, name = stride if index == 0 else 1, f"features.{number}.{index}.block"
            y = block(x, outputs, widening, kernel, step, name, epsilon)
            if x.shape == y.shape:
                y = layers.Add()([x, stochastic_depth(y, rate * done / total)])
            x, done = y, done + 1
    x = conv_bn(x, last, 1, f"features.{len(rows) + 1}", **options)  # (N, 7, 7, 1280)
    start = keras.initializers.VarianceScaling(1 / 3, "fan_out", "uniform")
    return classify(inputs, x, num_classes, "classifier.1", dropout, start)


@published
def efficientnet_b0(**options) -> keras.Model:
    """5,288,548 parameters, 386 million multiply-adds. `options` are those of `efficientnet`."""
    return efficientnet(**B0 | options)


@published
def efficientnet_lite0(**options) -> keras.Model:
    """4,652,008 parameters, 385 million multiply-adds. `options` are those of `efficientnet`."""
    return efficientnet(**LITE0 | options)


@published
def efficientnet_v2_s(**options) -> keras.Model:
    """21,458,488 parameters, 8.37 billion multiply-adds. `options` are those of `efficientnet`."""
    return efficientnet(**V2_S | options)


def small_efficientnet(**options) -> keras.Model:
    """51,736 parameters, 6 million multiply-adds. `options` are those of `efficientnet`."""
    return efficientnet(**SMALL | options)
