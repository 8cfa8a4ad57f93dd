"""RegNet in PyTorch: a simple network after many thousands were tried, its widths nearly a line.

Y has squeeze and excitation. 400MF means that an image of 224x224 takes 400 million multiply-adds.

I. Radosavovic, R. Kosaraju, R. Girshick, K. He, P. Dollár: Designing network design spaces. CVPR
2020, figure 4, table 3 and figure 18 (depths, widths, groups).

Parameters are named as in torchvision, so that its published weights load as they are.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from torch import Tensor, nn

from .blocks import ConvExcitation, conv_bn
from .checks import check_images
from .loading import published
from .starting import as_torchvision

Y_400MF: dict[str, Any] = dict(
    depths=(1, 3, 6, 6), widths=(48, 104, 208, 440), group=8
)  # blocks and channels of each stage, channels of a group


class Block(nn.Module):
    """1x1, 3x3 in groups of channels, excitation, 1x1, all of one width; added to the input.

    Parameters
    ----------
    inputs, outputs
        Channels.
    stride
        1, or 2 to halve the image.
    group
        Channels of a group.
    """

    def __init__(self, inputs: int, outputs: int, stride: int, group: int):
        super().__init__()
        self.proj = nn.Sequential()
        if stride == 2 or inputs != outputs:
            self.proj = conv_bn(inputs, outputs, 1, stride, activation=None)
        self.f = nn.Sequential(
            OrderedDict(
                a=conv_bn(inputs, outputs, 1),
                b=conv_bn(outputs, outputs, 3, stride, groups=outputs // group),
                se=ConvExcitation(outputs, inputs // 4),
                c=conv_bn(outputs, outputs, 1, activation=None),
            )
        )

    def forward(self, x: Tensor) -> Tensor:
        """Feature maps `(N, outputs, H / stride, W / stride)` of `x`, `(N, inputs, H, W)`."""
        return (self.proj(x) + self.f(x)).relu()


class RegNet(nn.Module):
    """Stem, four stages of blocks that each halve the image, global average, one dense layer.

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
    in_channels
        Channels of an image.
    """

    def __init__(
        self,
        depths: tuple[int, ...],
        widths: tuple[int, ...],
        group: int,
        num_classes: int = 1000,
        in_channels: int = 3,
    ):
        super().__init__()
        self.in_channels = in_channels
        self.stem = conv_bn(in_channels, 32, 3, stride=2)
        self.trunk_output, channels = nn.Sequential(), 32
        for number, (depth, width) in enumerate(zip(depths, widths, strict=True), start=1):
            stage = nn.Sequential()
            for index in range(depth):
                block = Block(channels, width, 2 if index == 0 else 1, group)
                stage.add_module(f"block{number}-{index}", block)
                channels = width
            self.trunk_output.add_module(f"block{number}", stage)
        self.fc = nn.Linear(channels, num_classes)
        as_torchvision(self)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 224, 224)` for instance."""
        check_images(x, self.in_channels)
        x = self.stem(x)  # (N, 3, 224, 224) -> (N, 32, 112, 112)
        for stage in self.trunk_output:
            x = stage(x)
            # (N, 48, 56, 56), (N, 104, 28, 28), (N, 208, 14, 14), (N, 440, 7, 7)
        return self.fc(x.mean(dim=(2, 3)))  # (N, num_classes)


@published
def regnet_y_400mf(**options) -> RegNet:
    """4,344,144 parameters, 402 million multiply-adds. `options` are those of `RegNet`."""
    return RegNet(**Y_400MF | options)
