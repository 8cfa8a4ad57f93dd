"""GoogLeNet in PyTorch: four ways to look at the same place, side by side.

C. Szegedy et al.: Going deeper with convolutions. CVPR 2015, table 1; with the batch normalisation
of S. Ioffe, C. Szegedy (2015), as all published weights have it.

Weights start as He's, so that it tells images apart without batch normalisation as well; the paper
does not say how its own did.

Parameters are named as in torchvision. Its network has 3x3 convolutions where the paper has 5x5,
and a 2x2 window in the last pooling: `googlenet(kernel5=3, last_pool=2, auxiliary=True)`.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .blocks import Conv
from .checks import check_images
from .loading import published
from .starting import he

# Channels of an inception block, a row of table 1:
# 1x1; 1x1 before 3x3, 3x3; 1x1 before 5x5, 5x5; 1x1 after pooling.
BLOCKS = {
    "inception3a": (64, 96, 128, 16, 32, 32),
    "inception3b": (128, 128, 192, 32, 96, 64),
    "inception4a": (192, 96, 208, 16, 48, 64),
    "inception4b": (160, 112, 224, 24, 64, 64),
    "inception4c": (128, 128, 256, 24, 64, 64),
    "inception4d": (112, 144, 288, 32, 64, 64),
    "inception4e": (256, 160, 320, 32, 128, 128),
    "inception5a": (256, 160, 320, 32, 128, 128),
    "inception5b": (384, 192, 384, 48, 128, 128),
}
SMALL_BLOCKS = ((16, 24, 32, 4, 8, 8), (24, 32, 48, 6, 12, 12))  # of the small variant


class Inception(nn.Module):
    """Four branches whose feature maps are concatenated.

    Parameters
    ----------
    inputs
        Input channels.
    channels
        A row of table 1: of the 1x1 convolution; of the 1x1 before the 3x3, and of the 3x3; of the
        1x1 before the 5x5, and of the 5x5; of the 1x1 after pooling.
    kernel5
        The size of the largest window, 5 in the paper.
    """

    def __init__(self, inputs: int, channels: tuple[int, ...], kernel5: int):
        super().__init__()
        one, before3, three, before5, five, pooled = channels
        self.branch1 = Conv(inputs, one, 1)
        self.branch2 = nn.Sequential(Conv(inputs, before3, 1), Conv(before3, three, 3, padding=1))
        self.branch3 = nn.Sequential(
            Conv(inputs, before5, 1), Conv(before5, five, kernel5, padding=kernel5 // 2)
        )
        self.branch4 = nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), Conv(inputs, pooled, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Feature maps `(N, sum of the four, H, W)` of `x`, `(N, inputs, H, W)`."""
        branches = (self.branch1, self.branch2, self.branch3, self.branch4)
        return torch.cat([branch(x) for branch in branches], dim=1)


class Auxiliary(nn.Module):
    """A head in the middle of the network, which sends a gradient to its first layers.

    Parameters
    ----------
    inputs
        Input channels.
    num_classes
        Logits for each image.
    """

    def __init__(self, inputs: int, num_classes: int):
        super().__init__()
        self.conv = Conv(inputs, 128, 1)
        self.fc1 = nn.Linear(128 * 4 * 4, 1024)
        self.fc2 = nn.Linear(1024, num_classes)
        self.dropout = nn.Dropout(0.7)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of feature maps `x`, `(N, inputs, H, W)`."""
        x = self.conv(nn.functional.adaptive_avg_pool2d(x, 4))  # (N, 128, 4, 4)
        x = self.fc1(torch.flatten(x, 1)).relu()  # (N, 1024)
        return self.fc2(self.dropout(x))


class GoogLeNet(nn.Module):
    """Nine inception blocks.

    Parameters
    ----------
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
    auxiliary
        Whether training gives three outputs, two of them from the middle: see `loss`.
    kernel5
        The size of the largest window in a block, 5 in the paper, 3 in torchvision.
    last_pool
        The size of the window in the last pooling, 3 in the paper, 2 in torchvision.
    block
        What makes an inception block of `(inputs, channels, kernel5)`.
    """

    inception3a: nn.Module
    inception3b: nn.Module
    inception4a: nn.Module
    inception4b: nn.Module
    inception4c: nn.Module
    inception4d: nn.Module
    inception4e: nn.Module
    inception5a: nn.Module
    inception5b: nn.Module

    def __init__(
        self,
        num_classes: int = 1000,
        in_channels: int = 3,
        auxiliary: bool = False,
        kernel5: int = 5,
        last_pool: int = 3,
        block: type[Inception] = Inception,
    ):
        super().__init__()
        self.in_channels, self.auxiliary = in_channels, auxiliary
        self.conv1 = Conv(in_channels, 64, 7, stride=2, padding=3)
        self.conv2 = Conv(64, 64, 1)
        self.conv3 = Conv(64, 192, 3, padding=1)
        self.pool = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.last_pool = nn.MaxPool2d(last_pool, stride=2, ceil_mode=True)
        inputs = 192
        for name, channels in BLOCKS.items():
            self.add_module(name, block(inputs, channels, kernel5))
            inputs = channels[0] + channels[2] + channels[4] + channels[5]
        if auxiliary:
            self.aux1, self.aux2 = Auxiliary(512, num_classes), Auxiliary(528, num_classes)
        self.dropout = nn.Dropout(0.2)
        self.fc = nn.Linear(inputs, num_classes)
        self.apply(he)

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, ...]:
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 224, 224)` for instance.

        In training with `auxiliary` three of them: of the network and of its two heads in the
        middle.
        """
        check_images(x, self.in_channels, least=32)
        x = self.pool(self.conv1(x))  # (N, 3, 224, 224) -> (N, 64, 56, 56)
        x = self.pool(self.conv3(self.conv2(x)))  # (N, 192, 28, 28)
        x = self.inception3b(self.inception3a(x))  # (N, 480, 28, 28)
        first = x = self.inception4a(self.pool(x))  # (N, 512, 14, 14)
        x = self.inception4c(self.inception4b(x))  # (N, 512, 14, 14)
        second = x = self.inception4d(x)  # (N, 528, 14, 14)
        x = self.last_pool(self.inception4e(x))  # (N, 832, 7, 7)
        x = self.inception5b(self.inception5a(x))  # (N, 1024, 7, 7)
        logits = self.fc(self.dropout(x.mean(dim=(2, 3))))  # (N, num_classes)
        if self.auxiliary and self.training:
            return logits, self.aux1(first), self.aux2(second)
        return logits


class SmallInception(nn.Module):
    """For small images: two blocks, pooling, two blocks.

    Parameters
    ----------
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
    block
        What makes an inception block of `(inputs, channels, kernel5)`.
    """

    def __init__(
        self, num_classes: int = 10, in_channels: int = 3, block: type[Inception] = Inception
    ):
        super().__init__()
        self.in_channels = in_channels
        self.conv = Conv(in_channels, 32, 3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.stages, inputs = nn.Sequential(), 32
        for channels in SMALL_BLOCKS:
            stage = nn.Sequential()
            for _ in range(2):
                stage.append(block(inputs, channels, 5))
                inputs = channels[0] + channels[2] + channels[4] + channels[5]
            self.stages.append(stage)
        self.fc = nn.Linear(inputs, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 32, 32)` for instance."""
        check_images(x, self.in_channels, least=8)
        x = self.pool(self.conv(x))  # (N, 3, 32, 32) -> (N, 32, 16, 16)
        x = self.pool(self.stages[0](x))  # (N, 64, 8, 8)
        x = self.stages[1](x)  # (N, 96, 8, 8)
        return self.fc(x.mean(dim=(2, 3)))  # (N, num_classes)


def loss(outputs: Tensor | tuple[Tensor, ...], labels: Tensor) -> Tensor:
    """Cross-entropy of the logits, plus 0.3 times that of each auxiliary head: section 5.

    Parameters
    ----------
    outputs
        What the network returned: logits `(N, num_classes)`, alone or with those of its heads.
    labels
        The right class of each image, `(N,)`.
    """
    if isinstance(outputs, Tensor):
        return nn.functional.cross_entropy(outputs, labels)
    main, *others = (nn.functional.cross_entropy(logits, labels) for logits in outputs)
    return main + 0.3 * sum(others)


@published
def googlenet(**options) -> GoogLeNet:
    """7,005,832 parameters, 1.58 billion multiply-adds; `auxiliary=True` adds 6,379,984.

    `options` are those of `GoogLeNet`.
    """
    return GoogLeNet(**options)


def small_inception(**options) -> SmallInception:
    """66,306 parameters, 9 million multiply-adds. `options` are those of `SmallInception`."""
    return SmallInception(**options)
