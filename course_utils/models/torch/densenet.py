"""DenseNet in PyTorch: every layer of a block sees the feature maps of all layers before it.

G. Huang, Z. Liu, L. van der Maaten, K. Weinberger: Densely connected convolutional networks.
CVPR 2017, table 1 (growth rate 32, bottlenecks, transitions that halve the channels).

Parameters are named as in torchvision, so that its published weights load as they are.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import torch
from torch import Tensor, nn

from .checks import check_images
from .loading import published

LAYERS = {  # in each dense block: table 1
    121: (6, 12, 24, 16),
    169: (6, 12, 32, 32),
    201: (6, 12, 48, 32),
}


class DenseLayer(nn.Module):
    """1x1 to four times the growth rate, 3x3 to the growth rate; the input is kept beside it.

    Parameters
    ----------
    inputs
        Input channels.
    growth
        Channels that are added.
    epsilon
        Of batch normalisation.
    """

    def __init__(self, inputs: int, growth: int, epsilon: float):
        super().__init__()
        self.norm1 = nn.BatchNorm2d(inputs, eps=epsilon)
        self.conv1 = nn.Conv2d(inputs, 4 * growth, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(4 * growth, eps=epsilon)
        self.conv2 = nn.Conv2d(4 * growth, growth, 3, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Feature maps `(N, inputs + growth, H, W)`: `x`, `(N, inputs, H, W)`, and the new ones."""
        y = self.conv1(self.norm1(x).relu())
        y = self.conv2(self.norm2(y).relu())
        return torch.cat([x, y], dim=1)


class DenseNet(nn.Module):
    """Stem, four dense blocks with transitions between them, global average, one dense layer.

    Parameters
    ----------
    layers
        In each dense block.
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
    growth
        Channels that each layer adds.
    epsilon
        Of batch normalisation, 1.001e-5 in Keras.
    small
        For small images: the stem is a 3x3 convolution, and pools nothing (section 4.2).
    """

    def __init__(
        self,
        layers: tuple[int, ...],
        num_classes: int = 1000,
        in_channels: int = 3,
        growth: int = 32,
        epsilon: float = 1e-5,
        small: bool = False,
    ):
        super().__init__()
        self.in_channels, self.least = in_channels, 2 ** (len(layers) - 1) if small else 32
        kernel, stride, channels = (3, 1, 2 * growth) if small else (7, 2, 2 * growth)
        self.features = nn.Sequential(
            OrderedDict(
                conv0=nn.Conv2d(in_channels, channels, kernel, stride, kernel // 2, bias=False),
                norm0=nn.BatchNorm2d(channels, eps=epsilon),
                relu0=nn.ReLU(),
                pool0=nn.Identity() if small else nn.MaxPool2d(3, stride=2, padding=1),
            )
        )
        for number, count in enumerate(layers, start=1):
            block = nn.Sequential()
            for index in range(1, count + 1):
                block.add_module(f"denselayer{index}", DenseLayer(channels, growth, epsilon))
                channels += growth
            self.features.add_module(f"denseblock{number}", block)
            if number < len(layers):
                self.features.add_module(
                    f"transition{number}",
                    nn.Sequential(
                        OrderedDict(
                            norm=nn.BatchNorm2d(channels, eps=epsilon),
                            relu=nn.ReLU(),
                            conv=nn.Conv2d(channels, channels // 2, 1, bias=False),
                            pool=nn.AvgPool2d(2),
                        )
                    ),
                )
                channels //= 2
        self.features.add_module("norm5", nn.BatchNorm2d(channels, eps=epsilon))
        self.classifier = nn.Linear(channels, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 224, 224)` for instance."""
        check_images(x, self.in_channels, self.least)
        x = self.features(x).relu()  # (N, 3, 224, 224) -> (N, 1024, 7, 7) for DenseNet-121
        x = x.mean(dim=(2, 3))  # (N, 1024)
        return self.classifier(x)  # (N, num_classes)


@published
def densenet121(**options) -> DenseNet:
    """7,978,856 parameters, 2.83 billion multiply-adds. `options` are those of `DenseNet`."""
    return DenseNet(LAYERS[121], **options)


@published
def densenet169(**options) -> DenseNet:
    """14,149,480 parameters, 3.36 billion multiply-adds. `options` are those of `DenseNet`."""
    return DenseNet(LAYERS[169], **options)


@published
def densenet201(**options) -> DenseNet:
    """20,013,928 parameters, 4.29 billion multiply-adds. `options` are those of `DenseNet`."""
    return DenseNet(LAYERS[201], **options)


def small_densenet(**options) -> DenseNet:
    """71,734 parameters, 31 million multiply-adds: three blocks of three layers, each adds 12.

    `options` are those of `DenseNet`.
    """
    small: dict[str, Any] = dict(num_classes=10, growth=12, small=True)
    return DenseNet((3, 3, 3), **small | options)
