"""ShuffleNetV2 in PyTorch: half of the channels rest in each block, then all are shuffled.

What counts is time, and so memory: equal widths before and after, no groups, few pieces, no adding.

N. Ma, X. Zhang, H.-T. Zheng, J. Sun: ShuffleNet V2: practical guidelines for efficient CNN
architecture design. ECCV 2018, figure 3(c, d), table 5.

Parameters are named as in torchvision, so that its published weights load as they are.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .blocks import conv_bn
from .checks import check_images
from .loading import published

BLOCKS = (4, 8, 4)  # in the three stages: table 5
WIDTHS_1_0 = (116, 232, 464)  # channels of each stage, for a network of width 1


def shuffle(x: Tensor) -> Tensor:
    """The maps `x`, `(N, C, H, W)`, of both halves by turns: 0, C/2, 1, C/2 + 1, and so on."""
    return x.unflatten(1, (2, -1)).transpose(1, 2).flatten(1, 2)


class Block(nn.Module):
    """One half of the channels passes, the other is convolved: 1x1, 3x3 in each map alone, 1x1.

    With stride 2 nothing is split: both branches see all channels, and both halve the image.

    Parameters
    ----------
    inputs, outputs
        Channels; with stride 1 as many.
    stride
        1, or 2 to halve the image.
    """

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.stride, half = stride, outputs // 2
        self.branch1 = nn.Sequential()
        if stride == 2:
            self.branch1 = nn.Sequential(
                *conv_bn(inputs, inputs, 3, 2, inputs, activation=None), *conv_bn(inputs, half, 1)
            )
        self.branch2 = nn.Sequential(
            *conv_bn(inputs if stride == 2 else half, half, 1),
            *conv_bn(half, half, 3, stride, half, activation=None),
            *conv_bn(half, half, 1),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Feature maps `(N, outputs, H / stride, W / stride)` of `x`, `(N, inputs, H, W)`."""
        one, other = (x, x) if self.stride == 2 else x.chunk(2, dim=1)
        return shuffle(torch.cat([self.branch1(one), self.branch2(other)], dim=1))


class ShuffleNetV2(nn.Module):
    """Stem, three stages of blocks, a 1x1 convolution, global average, one dense layer.

    Weights start as PyTorch draws them.

    Parameters
    ----------
    widths
        Channels of each stage.
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
    """

    stage2: nn.Sequential
    stage3: nn.Sequential
    stage4: nn.Sequential

    def __init__(self, widths: tuple[int, ...], num_classes: int = 1000, in_channels: int = 3):
        super().__init__()
        self.in_channels = in_channels
        self.conv1 = conv_bn(in_channels, 24, 3, stride=2)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        channels = 24
        for number, (blocks, width) in enumerate(zip(BLOCKS, widths, strict=True), start=2):
            stage = nn.Sequential(Block(channels, width, 2))
            for _ in range(blocks - 1):
                stage.append(Block(width, width, 1))
            self.add_module(f"stage{number}", stage)
            channels = width
        self.conv5 = conv_bn(channels, 1024, 1)
        self.fc = nn.Linear(1024, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 224, 224)` for instance."""
        check_images(x, self.in_channels)
        x = self.maxpool(self.conv1(x))  # (N, 3, 224, 224) -> (N, 24, 56, 56)
        x = self.stage2(x)  # (N, 116, 28, 28)
        x = self.stage3(x)  # (N, 232, 14, 14)
        x = self.stage4(x)  # (N, 464, 7, 7)
        x = self.conv5(x)  # (N, 1024, 7, 7)
        return self.fc(x.mean(dim=(2, 3)))  # (N, num_classes)


@published
def shufflenet_v2_x1_0(**options) -> ShuffleNetV2:
    """2,278,604 parameters, 145 million multiply-adds. `options` are those of `ShuffleNetV2`."""
    return ShuffleNetV2(WIDTHS_1_0, **options)
