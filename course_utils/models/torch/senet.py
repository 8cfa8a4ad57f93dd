"""Squeeze-and-excitation networks in PyTorch: which feature maps matter for this image?

J. Hu, L. Shen, G. Sun: Squeeze-and-excitation networks. CVPR 2018, figures 2 and 3, table 1.
"""

from __future__ import annotations

from torch import Tensor

from .blocks import Excitation
from .googlenet import GoogLeNet, Inception
from .resnet import DEPTHS, SMALL, BasicBlock, Bottleneck, ResNet


class SEBasicBlock(BasicBlock):
    """A basic block whose residual is weighted, map by map, before it is added.

    Parameters
    ----------
    inputs
        Input channels.
    planes
        Channels of both convolutions.
    stride
        1, or 2 to halve the image.
    width
        Not used here; it is a bottleneck's.
    options
        `bias` and `epsilon`, `groups`, `stride_first` and `shortcuts`, as for `ResNet`.
    """

    def __init__(self, inputs: int, planes: int, stride: int, width: int, options: dict):
        super().__init__(inputs, planes, stride, width, options)
        self.se = Excitation(planes)

    def residual(self, x: Tensor) -> Tensor:
        """What is added to `x`, `(N, inputs, H, W)`: the weighted residual."""
        return self.se(super().residual(x))


class SEBottleneck(Bottleneck):
    """A bottleneck whose residual is weighted, map by map, before it is added.

    Parameters
    ----------
    inputs
        Input channels.
    planes
        A quarter of the output channels.
    stride
        1, or 2 to halve the image.
    width
        Channels of the 3x3 convolution.
    options
        `bias` and `epsilon`, `groups`, `stride_first` and `shortcuts`, as for `ResNet`.
    """

    def __init__(self, inputs: int, planes: int, stride: int, width: int, options: dict):
        super().__init__(inputs, planes, stride, width, options)
        self.se = Excitation(planes * self.expansion)

    def residual(self, x: Tensor) -> Tensor:
        """What is added to `x`, `(N, inputs, H, W)`: the weighted residual."""
        return self.se(super().residual(x))


class SEInception(Inception):
    """The four branches concatenated, then weighted: figure 2.

    Parameters
    ----------
    inputs
        Input channels.
    channels, kernel5
        As for `Inception`.
    """

    def __init__(self, inputs: int, channels: tuple[int, ...], kernel5: int):
        super().__init__(inputs, channels, kernel5)
        self.se = Excitation(channels[0] + channels[2] + channels[4] + channels[5])

    def forward(self, x: Tensor) -> Tensor:
        """Weighted maps `(N, sum of the four, H, W)` of `x`, `(N, inputs, H, W)`."""
        return self.se(super().forward(x))


def se_resnet50(**options) -> ResNet:
    """28,088,024 parameters, 4.09 billion multiply-adds. `options` are those of `ResNet`."""
    return ResNet(SEBottleneck, DEPTHS[50], **options)


def se_resnet101(**options) -> ResNet:
    """49,326,872 parameters, 7.81 billion multiply-adds. `options` are those of `ResNet`."""
    return ResNet(SEBottleneck, DEPTHS[101], **options)


def se_resnet152(**options) -> ResNet:
    """66,821,848 parameters, 11.52 billion multiply-adds. `options` are those of `ResNet`."""
    return ResNet(SEBottleneck, DEPTHS[152], **options)


def se_inception(**options) -> GoogLeNet:
    """7,485,935 parameters, 1.58 billion multiply-adds. `options` are those of `GoogLeNet`."""
    return GoogLeNet(block=SEInception, **options)


def small_se_resnet(blocks: int = 1, **options) -> ResNet:
    """78,833 parameters, 13 million multiply-adds: `small_resnet` with squeeze and excitation.

    `blocks` is the number of blocks in each of the three stages. `options` are those of `ResNet`.
    """
    return ResNet(SEBasicBlock, (blocks,) * 3, **SMALL | options)
