"""Squeeze-and-excitation networks in PyTorch: which feature maps matter for this image?

J. Hu, L. Shen, G. Sun: Squeeze-and-excitation networks. CVPR 2018, figures 2 and 3, table 1.
"""

from __future__ import annotations

from torch import Tensor

from .blocks import Excitation
from .googlenet import GoogLeNet, Inception
from .resnet import DEPTHS, BasicBlock, Bottleneck, ResNet


class SEBasicBlock(BasicBlock):
    """The residual is weighed, map by map, before it is added."""

    def __init__(self, inputs: int, planes: int, stride: int, width: int, options: dict):
        super().__init__(inputs, planes, stride, width, options)
        self.se = Excitation(planes)

    def residual(self, x: Tensor) -> Tensor:
        return self.se(super().residual(x))


class SEBottleneck(Bottleneck):
    """As above, with four times the channels."""

    def __init__(self, inputs: int, planes: int, stride: int, width: int, options: dict):
        super().__init__(inputs, planes, stride, width, options)
        self.se = Excitation(planes * self.expansion)

    def residual(self, x: Tensor) -> Tensor:
        return self.se(super().residual(x))


class SEInception(Inception):
    """The four branches put together, then weighed: figure 2."""

    def __init__(self, inputs: int, channels: tuple[int, ...], kernel5: int):
        super().__init__(inputs, channels, kernel5)
        self.se = Excitation(channels[0] + channels[2] + channels[4] + channels[5])

    def forward(self, x: Tensor) -> Tensor:
        return self.se(super().forward(x))


def se_resnet50(**options) -> ResNet:
    """28,088,024 parameters, 4.09 billion multiply-adds."""
    return ResNet(SEBottleneck, DEPTHS[50], **options)


def se_resnet101(**options) -> ResNet:
    """49,326,872 parameters, 7.81 billion multiply-adds."""
    return ResNet(SEBottleneck, DEPTHS[101], **options)


def se_resnet152(**options) -> ResNet:
    """66,821,848 parameters, 11.52 billion multiply-adds."""
    return ResNet(SEBottleneck, DEPTHS[152], **options)


def se_inception(**options) -> GoogLeNet:
    """7,485,935 parameters, 1.58 billion multiply-adds."""
    return GoogLeNet(block=SEInception, **options)


def small_se_resnet(blocks: int = 1, **options) -> ResNet:
    """78,833 parameters, 13 million multiply-adds: `small_resnet` with squeeze and excitation."""
    options = dict(num_classes=10, planes=(16, 32, 64), small=True) | options
    return ResNet(SEBasicBlock, (blocks,) * 3, **options)
