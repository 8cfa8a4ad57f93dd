"""ShuffleNetV2 in Keras: the twin of `models.torch.shufflenet_v2`.

N. Ma, X. Zhang, H.-T. Zheng, J. Sun: ShuffleNet V2: practical guidelines for efficient CNN
architecture design. ECCV 2018, figure 3(c, d), table 5.
"""

from __future__ import annotations

import keras
from keras import layers, ops

from .blocks import classify, conv, depthwise, images, max_pool, norm, relu
from .loading import published
from .starting import uniform

BLOCKS = (4, 8, 4)  # in the three stages: table 5
WIDTHS_1_0 = (116, 232, 464)  # channels of each stage, for a network of width 1


def shuffle(x):
    """The maps `x`, `(N, H, W, C)`, of both halves by turns: 0, C/2, 1, C/2 + 1, and so on."""
    height, width, channels = x.shape[1:]
    x = ops.reshape(x, (-1, height, width, 2, channels // 2))
    return ops.reshape(ops.transpose(x, (0, 1, 2, 4, 3)), (-1, height, width, channels))


def pointwise(x, filters: int, name: str, position: int):
    """A 1x1 convolution, batch normalisation and ReLU.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    filters
        Output channels.
    name, position
        Of the twin's branch in PyTorch, and of the convolution in it.
    """
    x = conv(x, filters, 1, f"{name}.{position}", start=uniform(x.shape[-1]))
    return relu(norm(x, f"{name}.{position + 1}"))


def alone(x, stride: int, name: str, position: int):
    """A 3x3 convolution of each feature map alone, and batch normalisation.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    stride
        1, or 2 to halve the image.
    name, position
        Of the twin's branch in PyTorch, and of the convolution in it.
    """
    x = depthwise(x, 3, f"{name}.{position}", stride=stride, start=uniform(9))
    return norm(x, f"{name}.{position + 1}")


def block(x, outputs: int, stride: int, name: str):
    """One half of the channels passes, the other is convolved: 1x1, 3x3 in each map alone, 1x1.

    With stride 2 nothing is split: both branches see all channels, and both halve the image.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    outputs
        Output channels; with stride 1 as many as come.
    stride
        1, or 2 to halve the image.
    name
        Name of the twin's block in PyTorch.
    """
    half = outputs // 2
    if stride == 2:
        one = pointwise(alone(x, 2, f"{name}.branch1", 0), half, f"{name}.branch1", 2)
        other = x
    else:
        one, other = x[..., :half], x[..., half:]
    other = pointwise(other, half, f"{name}.branch2", 0)
    other = alone(other, stride, f"{name}.branch2", 3)
    other = pointwise(other, half, f"{name}.branch2", 5)
    return shuffle(layers.Concatenate()([one, other]))


def shufflenet_v2(
    widths: tuple[int, ...],
    num_classes: int = 1000,
    input_shape: tuple[int, int, int] = (224, 224, 3),
) -> keras.Model:
    """Stem, three stages of blocks, a 1x1 convolution, global average, one dense layer of logits.

    Weights start as PyTorch draws them.

    Parameters
    ----------
    widths
        Channels of each stage.
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image.
    """
    inputs = images(input_shape)
    start = uniform(9 * input_shape[-1])
    x = conv(inputs, 24, 3, "conv1.0", stride=2, padding=1, start=start)
    x = max_pool(relu(norm(x, "conv1.1")), 3, 2, padding=1)  # (N, 224, 224, 3) -> (N, 56, 56, 24)
    for number, (blocks, width) in enumerate(zip(BLOCKS, widths, strict=True), start=2):
        for index in range(blocks):  # (N, 28, 28, 116), (N, 14, 14, 232), (N, 7, 7, 464)
            x = block(x, width, 2 if index == 0 else 1, f"stage{number}.{index}")
    x = pointwise(x, 1024, "conv5", 0)  # (N, 7, 7, 1024)
    return classify(inputs, x, num_classes, start=uniform(1024))


@published
def shufflenet_v2_x1_0(**options) -> keras.Model:
    """2,278,604 parameters, 145 million multiply-adds. `options` are those of `shufflenet_v2`."""
    return shufflenet_v2(WIDTHS_1_0, **options)
