"""MobileNetV2 in PyTorch: wide inside a block, narrow between blocks.

A block widens its input with 1x1 kernels, looks at each map alone with 3x3 kernels, which is cheap,
and returns to few maps without an activation, since a ReLU of few maps would lose too much.

M. Sandler, A. Howard, M. Zhu, A. Zhmoginov, L.-C. Chen: MobileNetV2: inverted residuals and linear
bottlenecks. CVPR 2018, tables 1 and 2.

Parameters are named as in torchvision, so that its published weights load as they are.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from .blocks import conv_bn
from .checks import check_images
from .loading import published
from .starting import as_torchvision

# Rows of table 2: how many times wider a block is inside; output channels; blocks; stride of the
# first one.
ROWS = (
    (1, 16, 1, 1),  # (N, 32, 112, 112) -> (N, 16, 112, 112)
    (6, 24, 2, 2),  # (N, 24, 56, 56)
    (6, 32, 3, 2),  # (N, 32, 28, 28)
    (6, 64, 4, 2),  # (N, 64, 14, 14)
    (6, 96, 3, 1),  # (N, 96, 14, 14)
    (6, 160, 3, 2),  # (N, 160, 7, 7)
    (6, 320, 1, 1),  # (N, 320, 7, 7)
)
SMALL: dict[str, Any] = dict(
    num_classes=10,
    rows=(
        (1, 16, 1, 1),  # (N, 16, 32, 32) -> (N, 16, 32, 32)
        (4, 24, 2, 2),  # (N, 24, 16, 16)
        (4, 40, 2, 2),  # (N, 40, 8, 8)
    ),
    first=16,
    last=160,
    small=True,
)


class InvertedResidual(nn.Module):
    """1x1 to more channels, 3x3 in each of them, 1x1 to few: figure 4(d).

    Parameters
    ----------
    inputs, outputs
        Channels.
    widening
        How many times as many channels it has inside; with 1 the first convolution is left out.
    stride
        1, or 2 to halve the image.
    epsilon
        Of batch normalisation.
    """

    def __init__(self, inputs: int, outputs: int, widening: int, stride: int, epsilon: float):
        super().__init__()
        wide = inputs * widening
        self.conv = nn.Sequential()
        if widening > 1:
            self.conv.append(conv_bn(inputs, wide, 1, activation=nn.ReLU6, epsilon=epsilon))
        self.conv.append(conv_bn(wide, wide, 3, stride, wide, nn.ReLU6, epsilon))
        self.conv.append(nn.Conv2d(wide, outputs, 1, bias=False))
        self.conv.append(nn.BatchNorm2d(outputs, eps=epsilon))
        self.shortcut = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        """Feature maps `(N, outputs, H / stride, W / stride)` of `x`, `(N, inputs, H, W)`."""
        return x + self.conv(x) if self.shortcut else self.conv(x)


class MobileNetV2(nn.Module):
    """A convolution, inverted residuals, a 1x1 convolution, global average, one dense layer.

    Parameters
    ----------
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
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
        Of batch normalisation, 1e-3 in Keras.
    """

    def __init__(
        self,
        num_classes: int = 1000,
        in_channels: int = 3,
        rows: tuple[tuple[int, int, int, int], ...] = ROWS,
        first: int = 32,
        last: int = 1280,
        small: bool = False,
        dropout: float = 0.2,
        epsilon: float = 1e-5,
    ):
        super().__init__()
        self.in_channels = in_channels
        self.features = nn.Sequential(
            conv_bn(in_channels, first, 3, 1 if small else 2, activation=nn.ReLU6, epsilon=epsilon)
        )
        channels = first
        for widening, outputs, blocks, stride in rows:
            for index in range(blocks):
                step = stride if index == 0 else 1
                block = InvertedResidual(channels, outputs, widening, step, epsilon)
                self.features.append(block)
                channels = outputs
        self.features.append(conv_bn(channels, last, 1, activation=nn.ReLU6, epsilon=epsilon))
        self.classifier = nn.Sequential(nn.Dropout(dropout), nn.Linear(last, num_classes))
        as_torchvision(self)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 224, 224)` for instance."""
        check_images(x, self.in_channels)
        x = self.features(x)  # (N, 3, 224, 224) -> (N, 1280, 7, 7)
        x = x.mean(dim=(2, 3))  # (N, 1280)
        return self.classifier(x)  # (N, num_classes)


@published
def mobilenet_v2(**options) -> MobileNetV2:
    """3,504,872 parameters, 301 million multiply-adds. `options` are those of `MobileNetV2`."""
    return MobileNetV2(**options)


def small_mobilenet_v2(**options) -> MobileNetV2:
    """41,034 parameters, 6 million multiply-adds. `options` are those of `MobileNetV2`."""
    return MobileNetV2(**SMALL | options)
