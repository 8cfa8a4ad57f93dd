"""VGG in PyTorch: nothing but 3x3 convolutions, and twice the channels for half the size.

K. Simonyan, A. Zisserman: Very deep convolutional networks for large-scale image recognition.
ICLR 2015, table 1, columns A (VGG-11), B (13), D (16) and E (19).

Parameters are named as in torchvision, so that its published weights load as they are. They start
as He's: the paper trained a small network first, and began the deeper ones with its layers.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .checks import check_images
from .loading import published
from .starting import he

CHANNELS = (64, 128, 256, 512, 512)  # of the five stages, each followed by max pooling
CONVOLUTIONS = {  # in each stage: table 1
    11: (1, 1, 2, 2, 2),
    13: (2, 2, 2, 2, 2),
    16: (2, 2, 3, 3, 3),
    19: (2, 2, 4, 4, 4),
}


class VGG(nn.Module):
    """Five stages of convolutions, then three dense layers, which hold most of the parameters.

    Parameters
    ----------
    convolutions
        In each stage.
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
    dense
        The width of the first two dense layers, 4096 in the paper.
    dropout
        The share of their outputs that is left out in training.
    """

    def __init__(
        self,
        convolutions: tuple[int, ...],
        num_classes: int = 1000,
        in_channels: int = 3,
        dense: int = 4096,
        dropout: float = 0.5,
    ):
        super().__init__()
        self.in_channels = in_channels
        self.features, inputs = nn.Sequential(), in_channels
        for outputs, count in zip(CHANNELS, convolutions, strict=True):
            for _ in range(count):
                self.features.extend([nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU()])
                inputs = outputs
            self.features.append(nn.MaxPool2d(2))
        self.avgpool = nn.AdaptiveAvgPool2d(7)  # for images of other sizes than 224
        self.classifier = nn.Sequential(
            nn.Linear(512 * 7 * 7, dense),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(dense, dense),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(dense, num_classes),
        )
        self.apply(he)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 224, 224)` for instance."""
        check_images(x, self.in_channels, least=32)
        x = self.features(x)  # (N, 3, 224, 224) -> (N, 512, 7, 7)
        x = self.avgpool(x)  # (N, 512, 7, 7)
        x = torch.flatten(x, 1)  # (N, 25088)
        return self.classifier(x)  # (N, num_classes)


@published
def vgg11(**options) -> VGG:
    """132,863,336 parameters, 7.61 billion multiply-adds. `options` are those of `VGG`."""
    return VGG(CONVOLUTIONS[11], **options)


@published
def vgg13(**options) -> VGG:
    """133,047,848 parameters, 11.31 billion multiply-adds. `options` are those of `VGG`."""
    return VGG(CONVOLUTIONS[13], **options)


@published
def vgg16(**options) -> VGG:
    """138,357,544 parameters, 15.47 billion multiply-adds. `options` are those of `VGG`."""
    return VGG(CONVOLUTIONS[16], **options)


@published
def vgg19(**options) -> VGG:
    """143,667,240 parameters, 19.63 billion multiply-adds. `options` are those of `VGG`."""
    return VGG(CONVOLUTIONS[19], **options)


class SmallVGG(nn.Module):
    """For small images: three stages of two 3x3 convolutions, then one dense layer.

    With batch normalisation, which the paper did not know yet, it learns in seconds.

    Parameters
    ----------
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
    widths
        Channels of each stage.
    """

    def __init__(
        self, num_classes: int = 10, in_channels: int = 3, widths: tuple[int, ...] = (16, 32, 64)
    ):
        super().__init__()
        self.in_channels = in_channels
        self.features, inputs = nn.Sequential(), in_channels
        for width in widths:
            for _ in range(2):
                self.features.append(nn.Conv2d(inputs, width, 3, padding=1, bias=False))
                self.features.extend([nn.BatchNorm2d(width), nn.ReLU()])
                inputs = width
            self.features.append(nn.MaxPool2d(2))
        self.classifier = nn.Linear(inputs, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 32, 32)` for instance."""
        check_images(x, self.in_channels, least=8)
        x = self.features(x)  # (N, 3, 32, 32) -> (N, 64, 4, 4)
        return self.classifier(x.mean(dim=(2, 3)))  # (N, num_classes)


def small_vgg(**options) -> SmallVGG:
    """72,954 parameters, 10 million multiply-adds. `options` are those of `SmallVGG`."""
    return SmallVGG(**options)
