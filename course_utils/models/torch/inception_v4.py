"""Inception-v4 and Inception-ResNet-v2 in PyTorch: does Inception need shortcuts?

C. Szegedy, S. Ioffe, V. Vanhoucke, A. Alemi: Inception-v4, Inception-ResNet and the impact of
residual connections on learning. AAAI 2017; figures 3 to 9 (v4) and 16 to 19 (ResNet). As the
published weights have it, the ResNet begins with the stem of Inception-v3.
"""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor, nn

from .blocks import Branches, Conv
from .checks import check_images
from .loading import published


def _average() -> nn.Module:
    return nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False)


class Fork(nn.Module):
    """A convolution whose output two thin windows see side by side: 1x3 and 3x1.

    Parameters
    ----------
    trunk
        The convolution.
    wide, high
        The two windows after it.
    """

    def __init__(self, trunk: nn.Module, wide: nn.Module, high: nn.Module):
        super().__init__()
        self.trunk, self.wide, self.high = trunk, wide, high

    def forward(self, x: Tensor) -> Tensor:
        """Maps `(N, C of wide + C of high, H, W)` of `x`, `(N, C, H, W)`."""
        x = self.trunk(x)
        return torch.cat([self.wide(x), self.high(x)], dim=1)


# The modules of Inception-v4; `c` makes a convolution. ----------------------------------------


def _stem(in_channels: int, c) -> nn.Sequential:
    """Figure 3: (N, 3, 299, 299) -> (N, 384, 35, 35)."""
    pool = partial(nn.MaxPool2d, 3, stride=2)
    long = nn.Sequential(
        c(160, 64, 1),
        c(64, 64, (7, 1), padding=(3, 0)),
        c(64, 64, (1, 7), padding=(0, 3)),
        c(64, 96, 3),
    )
    return nn.Sequential(
        c(in_channels, 32, 3, stride=2),  # (N, 32, 149, 149)
        c(32, 32, 3),
        c(32, 64, 3, padding=1),  # (N, 64, 147, 147)
        Branches(pool=pool(), conv=c(64, 96, 3, stride=2)),  # (N, 160, 73, 73)
        Branches(short=nn.Sequential(c(160, 64, 1), c(64, 96, 3)), long=long),  # (N, 192, 71, 71)
        Branches(conv=c(192, 192, 3, stride=2), pool=pool()),
    )


def _block_a(c) -> Branches:
    """Figure 4, on (N, 384, 35, 35)."""
    return Branches(
        pool=nn.Sequential(_average(), c(384, 96, 1)),
        one=c(384, 96, 1),
        three=nn.Sequential(c(384, 64, 1), c(64, 96, 3, padding=1)),
        twice=nn.Sequential(c(384, 64, 1), c(64, 96, 3, padding=1), c(96, 96, 3, padding=1)),
    )


def _reduction_a(inputs: int, k: int, l: int, m: int, n: int, c) -> Branches:  # noqa: E741
    """Figure 7 with table 1's letters: (N, inputs, 35, 35) -> (N, inputs + n + m, 17, 17)."""
    return Branches(
        three=c(inputs, n, 3, stride=2),
        twice=nn.Sequential(c(inputs, k, 1), c(k, l, 3, padding=1), c(l, m, 3, stride=2)),
        pool=nn.MaxPool2d(3, stride=2),
    )


def _block_b(c) -> Branches:
    """Figure 5, on (N, 1024, 17, 17)."""
    wide = partial(c, kernel=(1, 7), padding=(0, 3))
    high = partial(c, kernel=(7, 1), padding=(3, 0))
    return Branches(
        pool=nn.Sequential(_average(), c(1024, 128, 1)),
        one=c(1024, 384, 1),
        seven=nn.Sequential(c(1024, 192, 1), wide(192, 224), high(224, 256)),
        twice=nn.Sequential(
            c(1024, 192, 1), wide(192, 192), high(192, 224), wide(224, 224), high(224, 256)
        ),
    )


def _reduction_b(c) -> Branches:
    """Figure 8: (N, 1024, 17, 17) -> (N, 1536, 8, 8)."""
    return Branches(
        three=nn.Sequential(c(1024, 192, 1), c(192, 192, 3, stride=2)),
        seven=nn.Sequential(
            c(1024, 256, 1),
            c(256, 256, (1, 7), padding=(0, 3)),
            c(256, 320, (7, 1), padding=(3, 0)),
            c(320, 320, 3, stride=2),
        ),
        pool=nn.MaxPool2d(3, stride=2),
    )


def _block_c(c) -> Branches:
    """Figure 6, on (N, 1536, 8, 8)."""
    wide = partial(c, kernel=(1, 3), padding=(0, 1))
    high = partial(c, kernel=(3, 1), padding=(1, 0))
    double = nn.Sequential(c(1536, 384, 1), wide(384, 448), high(448, 512))
    return Branches(
        pool=nn.Sequential(_average(), c(1536, 256, 1)),
        one=c(1536, 256, 1),
        three=Fork(c(1536, 384, 1), wide(384, 256), high(384, 256)),
        twice=Fork(double, wide(512, 256), high(512, 256)),
    )


class InceptionV4(nn.Module):
    """Stem, 4 blocks A, 7 blocks B, 3 blocks C, reductions between: figure 9.

    Parameters
    ----------
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
    scale
        Whether batch normalisation has a gamma; in the published weights it has none.
    """

    def __init__(self, num_classes: int = 1000, in_channels: int = 3, scale: bool = True):
        super().__init__()
        self.in_channels = in_channels
        c = partial(Conv, scale=scale)
        self.stem = _stem(in_channels, c)
        self.a = nn.Sequential(*[_block_a(c) for _ in range(4)])
        self.reduction_a = _reduction_a(384, 192, 224, 256, 384, c)
        self.b = nn.Sequential(*[_block_b(c) for _ in range(7)])
        self.reduction_b = _reduction_b(c)
        self.c = nn.Sequential(*[_block_c(c) for _ in range(3)])
        self.dropout = nn.Dropout(0.2)
        self.fc = nn.Linear(1536, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 299, 299)` for instance."""
        check_images(x, self.in_channels, least=75)
        x = self.a(self.stem(x))  # (N, 3, 299, 299) -> (N, 384, 35, 35)
        x = self.b(self.reduction_a(x))  # (N, 1024, 17, 17)
        x = self.c(self.reduction_b(x))  # (N, 1536, 8, 8)
        return self.fc(self.dropout(x.mean(dim=(2, 3))))  # (N, num_classes)


# The modules of Inception-ResNet-v2. -----------------------------------------------------------


class Residual(nn.Module):
    """An Inception block whose output, scaled down, is added to its input: section 3.3.

    Parameters
    ----------
    channels
        Input channels, and as many output channels.
    branches
        The Inception block.
    width
        Channels that the branches give together.
    factor
        By which the block's output is multiplied.
    last
        Whether it is the last one, which has no ReLU.
    """

    def __init__(
        self, channels: int, branches: Branches, width: int, factor: float, last: bool = False
    ):
        super().__init__()
        self.branches, self.factor, self.last = branches, factor, last
        self.up = nn.Conv2d(width, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Feature maps `(N, channels, H, W)` of `x`, `(N, channels, H, W)`."""
        x = x + self.factor * self.up(self.branches(x))
        return x if self.last else x.relu()


def _residual_a(c) -> Residual:
    """Figure 16, on (N, 320, 35, 35)."""
    double = nn.Sequential(c(320, 32, 1), c(32, 48, 3, padding=1), c(48, 64, 3, padding=1))
    three = nn.Sequential(c(320, 32, 1), c(32, 32, 3, padding=1))
    return Residual(320, Branches(one=c(320, 32, 1), three=three, twice=double), 128, 0.17)


def _residual_b(c) -> Residual:
    """Figure 17, on (N, 1088, 17, 17)."""
    seven = nn.Sequential(
        c(1088, 128, 1), c(128, 160, (1, 7), padding=(0, 3)), c(160, 192, (7, 1), padding=(3, 0))
    )
    return Residual(1088, Branches(one=c(1088, 192, 1), seven=seven), 384, 0.1)


def _residual_c(c, factor: float = 0.2, last: bool = False) -> Residual:
    """Figure 19, on (N, 2080, 8, 8)."""
    three = nn.Sequential(
        c(2080, 192, 1), c(192, 224, (1, 3), padding=(0, 1)), c(224, 256, (3, 1), padding=(1, 0))
    )
    return Residual(2080, Branches(one=c(2080, 192, 1), three=three), 448, factor, last)


class InceptionResNetV2(nn.Module):
    """10 residual blocks A, 20 B, 10 C, reductions between: figure 15.

    Parameters
    ----------
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
    scale
        Whether batch normalisation has a gamma; in Keras and in the published weights it has none.
    """

    def __init__(self, num_classes: int = 1000, in_channels: int = 3, scale: bool = True):
        super().__init__()
        self.in_channels = in_channels
        c = partial(Conv, scale=scale)
        self.stem = nn.Sequential(
            c(in_channels, 32, 3, stride=2),  # (N, 32, 149, 149)
            c(32, 32, 3),
            c(32, 64, 3, padding=1),  # (N, 64, 147, 147)
            nn.MaxPool2d(3, stride=2),
            c(64, 80, 1),
            c(80, 192, 3),  # (N, 192, 71, 71)
            nn.MaxPool2d(3, stride=2),
            Branches(
                one=c(192, 96, 1),
                five=nn.Sequential(c(192, 48, 1), c(48, 64, 5, padding=2)),
                twice=nn.Sequential(
                    c(192, 64, 1), c(64, 96, 3, padding=1), c(96, 96, 3, padding=1)
                ),
                pool=nn.Sequential(_average(), c(192, 64, 1)),
            ),
        )
        self.a = nn.Sequential(*[_residual_a(c) for _ in range(10)])
        self.reduction_a = _reduction_a(320, 256, 256, 384, 384, c)
        self.b = nn.Sequential(*[_residual_b(c) for _ in range(20)])
        self.reduction_b = Branches(  # figure 18
            first=nn.Sequential(c(1088, 256, 1), c(256, 384, 3, stride=2)),
            second=nn.Sequential(c(1088, 256, 1), c(256, 288, 3, stride=2)),
            third=nn.Sequential(
                c(1088, 256, 1), c(256, 288, 3, padding=1), c(288, 320, 3, stride=2)
            ),
            pool=nn.MaxPool2d(3, stride=2),
        )
        blocks = [_residual_c(c) for _ in range(9)]
        self.c = nn.Sequential(*blocks, _residual_c(c, 1.0, last=True))
        self.conv = c(2080, 1536, 1)
        self.fc = nn.Linear(1536, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 299, 299)` for instance."""
        check_images(x, self.in_channels, least=75)
        x = self.a(self.stem(x))  # (N, 3, 299, 299) -> (N, 320, 35, 35)
        x = self.b(self.reduction_a(x))  # (N, 1088, 17, 17)
        x = self.c(self.reduction_b(x))  # (N, 2080, 8, 8)
        x = self.conv(x)  # (N, 1536, 8, 8)
        return self.fc(x.mean(dim=(2, 3)))  # (N, num_classes)


def inception_v4(**options) -> InceptionV4:
    """42,679,816 parameters, 12.25 billion multiply-adds. `options` are those of `InceptionV4`."""
    return InceptionV4(**options)


@published
def inception_resnet_v2(**options) -> InceptionResNetV2:
    """55,843,464 parameters, 13.16 billion multiply-adds.

    `options` are those of `InceptionResNetV2`.
    """
    return InceptionResNetV2(**options)
