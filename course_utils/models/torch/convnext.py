"""ConvNeXt in PyTorch: a ResNet made in the manner of a vision transformer.

Patches instead of a stem, one activation and one normalisation in a block, 7x7 kernels that look at
each map alone. Layer normalisation is over the channels of a pixel: no pixel, and no other image,
has a say in it.

Z. Liu, H. Mao, C.-Y. Wu, C. Feichtenhofer, T. Darrell, S. Xie: A ConvNet for the 2020s. CVPR 2022,
figure 4 and table 9.

Parameters are named as in torchvision, so that its published weights load as they are.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from .blocks import Permute, StochasticDepth
from .checks import check_images
from .loading import published
from .starting import normal

EPSILON = 1e-6  # of layer normalisation
TINY: dict[str, Any] = dict(depths=(3, 3, 9, 3), widths=(96, 192, 384, 768))
SMALL: dict[str, Any] = dict(
    num_classes=10,
    depths=(2, 2),
    widths=(32, 64),
    patch=2,
    layer_scale=1.0,
    rate=0.0,
    start=0.1,
)


class PixelNorm(nn.LayerNorm):
    """Layer normalisation of feature maps, over the channels of each pixel.

    Parameters
    ----------
    channels
        Of the feature maps.
    """

    def __init__(self, channels: int):
        super().__init__(channels, eps=EPSILON)

    def forward(self, x: Tensor) -> Tensor:
        """Maps `(N, C, H, W)` of `x`, `(N, C, H, W)`."""
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Block(nn.Module):
    """7x7 in each map alone, normalisation, 1x1 to four times as many channels and back.

    The 1x1 convolutions are dense layers on the channels of a pixel.

    Parameters
    ----------
    channels
        Input and output channels.
    layer_scale
        What each map of the residual is multiplied by at first.
    rate
        The probability that the residual of an image is left out in training.
    """

    def __init__(self, channels: int, layer_scale: float, rate: float):
        super().__init__()
        self.block = nn.Sequential(
            nn.Conv2d(channels, channels, 7, padding=3, groups=channels),  # (N, C, H, W)
            Permute(0, 2, 3, 1),  # (N, H, W, C)
            nn.LayerNorm(channels, eps=EPSILON),
            nn.Linear(channels, 4 * channels),  # (N, H, W, 4 * C)
            nn.GELU(),
            nn.Linear(4 * channels, channels),  # (N, H, W, C)
            Permute(0, 3, 1, 2),  # (N, C, H, W)
        )
        self.layer_scale = nn.Parameter(torch.full((channels, 1, 1), layer_scale))
        self.stochastic_depth = StochasticDepth(rate)

    def forward(self, x: Tensor) -> Tensor:
        """Feature maps `(N, C, H, W)` of `x`, `(N, C, H, W)`."""
        return x + self.stochastic_depth(self.layer_scale * self.block(x))


class ConvNeXt(nn.Module):
    """Patches, stages of blocks with a halving convolution between them, global average, a layer.

    Parameters
    ----------
    depths
        Blocks in each stage.
    widths
        Channels of each stage.
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
    patch
        Height and width of the patches that the first convolution makes into pixels.
    layer_scale
        What each map of a residual is multiplied by at first.
    rate
        The probability that the last block's residual is left out in training; before it less.
    start
        Standard deviation of the weights at first.
    """

    def __init__(
        self,
        depths: tuple[int, ...],
        widths: tuple[int, ...],
        num_classes: int = 1000,
        in_channels: int = 3,
        patch: int = 4,
        layer_scale: float = 1e-6,
        rate: float = 0.1,
        start: float = 0.02,
    ):
        super().__init__()
        self.in_channels = in_channels
        self.least = patch * 2 ** (len(depths) - 1)
        rates = torch.linspace(0, rate, sum(depths), device="cpu").tolist()
        self.features = nn.Sequential(
            nn.Sequential(nn.Conv2d(in_channels, widths[0], patch, patch), PixelNorm(widths[0]))
        )
        for number, (depth, width) in enumerate(zip(depths, widths, strict=True)):
            if number > 0:
                before = widths[number - 1]
                self.features.append(
                    nn.Sequential(PixelNorm(before), nn.Conv2d(before, width, 2, stride=2))
                )
            blocks = [Block(width, layer_scale, rates.pop(0)) for _ in range(depth)]
            self.features.append(nn.Sequential(*blocks))
        self.classifier = nn.Sequential(
            PixelNorm(widths[-1]), nn.Flatten(), nn.Linear(widths[-1], num_classes)
        )
        self.apply(lambda layer: normal(layer, start))

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 224, 224)` for instance."""
        check_images(x, self.in_channels, least=self.least)
        for part in self.features:
            x = part(x)
            # patches: (N, 3, 224, 224) -> (N, 96, 56, 56)
            # stages, each after a halving: (N, 96, 56, 56), (N, 192, 28, 28), (N, 384, 14, 14),
            # (N, 768, 7, 7)
        x = x.mean(dim=(2, 3), keepdim=True)  # (N, 768, 1, 1)
        return self.classifier(x)  # (N, num_classes)


@published
def convnext_tiny(**options) -> ConvNeXt:
    """28,589,128 parameters, 4.46 billion multiply-adds. `options` are those of `ConvNeXt`."""
    return ConvNeXt(**TINY | options)


def small_convnext(**options) -> ConvNeXt:
    """102,634 parameters, 10 million multiply-adds. `options` are those of `ConvNeXt`."""
    return ConvNeXt(**SMALL | options)
