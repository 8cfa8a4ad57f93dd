"""Xception in PyTorch: space and channels apart, all the way.

F. Chollet: Xception: deep learning with depthwise separable convolutions. CVPR 2017, figure 5.
"""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn

from .blocks import Separable
from .checks import check_images
from .loading import published


class Pool(nn.Module):
    """3x3 max pooling with stride 2 as TensorFlow pads it: to half the size, rounded up."""

    def forward(self, x: Tensor) -> Tensor:
        """The largest values `(N, C, H / 2, W / 2)`, rounded up, of `x`, `(N, C, H, W)`."""
        around = []
        for size in (x.shape[3], x.shape[2]):
            extra = 1 if size % 2 == 0 else 2
            around += [extra // 2, extra - extra // 2]
        return nn.functional.max_pool2d(nn.functional.pad(x, around, value=-torch.inf), 3, stride=2)


class Block(nn.Module):
    """Separable convolutions beside a shortcut.

    Parameters
    ----------
    widths
        Input channels, and those after each convolution.
    halve
        Whether the image is halved; then the shortcut is a projection.
    relu_first
        Whether a ReLU comes before the first convolution.
    """

    def __init__(self, widths: tuple[int, ...], halve: bool = True, relu_first: bool = True):
        super().__init__()
        self.body = nn.Sequential()
        for number, (inputs, outputs) in enumerate(zip(widths, widths[1:], strict=False), start=1):
            if number > 1 or relu_first:
                self.body.append(nn.ReLU())
            self.body.add_module(f"conv{number}", Separable(inputs, outputs))
            self.body.add_module(f"bn{number}", nn.BatchNorm2d(outputs, eps=1e-3))
        self.shortcut = nn.Sequential()
        if halve:
            self.body.append(Pool())
            self.shortcut = nn.Sequential(
                nn.Conv2d(widths[0], widths[-1], 1, stride=2, bias=False),
                nn.BatchNorm2d(widths[-1], eps=1e-3),
            )

    def forward(self, x: Tensor) -> Tensor:
        """Feature maps `(N, widths[-1], H', W')` of `x`, `(N, widths[0], H, W)`."""
        return self.body(x) + self.shortcut(x)


def _plain(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        OrderedDict(
            conv=nn.Conv2d(inputs, outputs, 3, stride, bias=False),
            bn=nn.BatchNorm2d(outputs, eps=1e-3),
            relu=nn.ReLU(),
        )
    )


def _separable(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        OrderedDict(
            conv=Separable(inputs, outputs), bn=nn.BatchNorm2d(outputs, eps=1e-3), relu=nn.ReLU()
        )
    )


class Xception(nn.Module):
    """Entry, middle and exit flow, for images of at least 71x71 pixels.

    Parameters
    ----------
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
    blocks
        In the middle flow, eight in the paper.
    """

    def __init__(self, num_classes: int = 1000, in_channels: int = 3, blocks: int = 8):
        super().__init__()
        self.in_channels = in_channels
        self.entry = nn.Sequential(
            _plain(in_channels, 32, stride=2),  # (N, 32, 149, 149)
            _plain(32, 64),  # (N, 64, 147, 147)
            Block((64, 128, 128), relu_first=False),  # (N, 128, 74, 74)
            Block((128, 256, 256)),  # (N, 256, 37, 37)
            Block((256, 728, 728)),  # (N, 728, 19, 19)
        )
        middle = [Block((728, 728, 728, 728), halve=False) for _ in range(blocks)]
        self.middle = nn.Sequential(*middle)
        self.exit = nn.Sequential(
            Block((728, 728, 1024)), _separable(1024, 1536), _separable(1536, 2048)
        )
        self.fc = nn.Linear(2048, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 299, 299)` for instance."""
        check_images(x, self.in_channels, least=71)
        x = self.entry(x)  # (N, 3, 299, 299) -> (N, 728, 19, 19)
        x = self.middle(x)  # (N, 728, 19, 19)
        x = self.exit(x)  # (N, 2048, 10, 10)
        return self.fc(x.mean(dim=(2, 3)))  # (N, num_classes)


class SmallXception(nn.Module):
    """A stem and three blocks of separable convolutions, each of half the size.

    Parameters
    ----------
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
    widths
        Channels after the stem and after each block.
    """

    def __init__(
        self,
        num_classes: int = 10,
        in_channels: int = 3,
        widths: tuple[int, ...] = (16, 32, 64, 128),
    ):
        super().__init__()
        self.in_channels = in_channels
        self.stem = nn.Conv2d(in_channels, widths[0], 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(widths[0], eps=1e-3)
        pairs = zip(widths, widths[1:], strict=False)
        self.blocks = nn.Sequential(
            *[Block((inputs, outputs, outputs)) for inputs, outputs in pairs]
        )
        self.fc = nn.Linear(widths[-1], num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 32, 32)` for instance."""
        check_images(x, self.in_channels, least=8)
        x = self.bn(self.stem(x))  # (N, 3, 32, 32) -> (N, 16, 32, 32)
        x = self.blocks(x).relu()  # (N, 128, 4, 4)
        return self.fc(x.mean(dim=(2, 3)))  # (N, num_classes)


@published
def xception(**options) -> Xception:
    """22,855,952 parameters, 8.36 billion multiply-adds. `options` are those of `Xception`."""
    return Xception(**options)


def small_xception(**options) -> SmallXception:
    """49,130 parameters, 6 million multiply-adds. `options` are those of `SmallXception`."""
    return SmallXception(**options)
