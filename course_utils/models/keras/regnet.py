"""RegNet in Keras: the twin of `models.torch.regnet`.

I. Radosavovic, R. Kosaraju, R. Girshick, K. He, P. Dollár: Designing network design spaces. CVPR
2020, figure 4, table 3 and figure 18 (depths, widths, groups).
"""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from .blocks import classify, conv_bn, conv_excitation, images, relu
from .loading import published
from .starting import normal

Y_400MF: dict[str, Any] = dict(
    depths=(1, 3, 6, 6), widths=(48, 104, 208, 440), group=8
)  # blocks and channels of each stage, channels of a group


def block(x, outputs: int, stride: int, group: int, name: str):
    """1x1, 3x3 in groups of channels, excitation, 1x1, all of one width; added to the input.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    outputs
        Output channels.
    stride
        1, or 2 to halve the image.
    group
        Channels of a group.
    name
        Name of the twin's block in PyTorch.
    """
    inputs = x.shape[-1]
    y = conv_bn(x, outputs, 1, f"{name}.f.a")
    y = conv_bn(y, outputs, 3, f"{name}.f.b", stride=stride, groups=outputs // group)
    y = conv_excitation(y, inputs // 4, f"{name}.f.se")
    y = conv_bn(y, outputs, 1, f"{name}.f.c", activation=None)
    if stride == 2 or inputs != outputs:
        x = conv_bn(x, outputs, 1, f"{name}.proj", stride=stride, activation=None)
    return relu(layers.Add()([x, y]))


def regnet(
    depths: tuple[int, ...],
    widths: tuple[int, ...],
    group: int,
    num_classes: int = 1000,
    input_shape: tuple[int, int, int] = (224, 224, 3),
) -> keras.Model:
    """Stem, four stages of blocks that each halve the image, global average, logits.

    Parameters
    ----------
    depths
        Blocks in each stage.
    widths
        Channels of each stage.
    group
        Channels of a group in the 3x3 convolutions.
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image.
    """
    inputs = images(input_shape)
    x = conv_bn(inputs, 32, 3, "stem", stride=2)  # (N, 224, 224, 3) -> (N, 112, 112, 32)
    for number, (depth, width) in enumerate(zip(depths, widths, strict=True), start=1):
        for index in range(depth):  # to (N, 7, 7, 440)
            name = f"trunk_output.block{number}.block{number}-{index}"
            x = block(x, width, 2 if index == 0 else 1, group, name)
    return classify(inputs, x, num_classes, start=normal(0.01))


@published
def regnet_y_400mf(**options) -> keras.Model:
    """4,344,144 parameters, 402 million multiply-adds. `options` are those of `regnet`."""
    return regnet(**Y_400MF | options)
