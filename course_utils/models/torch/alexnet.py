"""AlexNet and ZFNet in PyTorch: five convolutions, three dense layers.

A. Krizhevsky, I. Sutskever, G. Hinton: ImageNet classification with deep convolutional neural
networks. NIPS 2012, section 3.5 and figure 2. It says 224x224, but its sizes need 227x227.
M. Zeiler, R. Fergus: Visualizing and understanding convolutional networks. ECCV 2014, figure 3.

Weights start as He's. Both papers' own, of standard deviation 0.01 everywhere, are made for pixels
from 0 to 255; of normalised pixels they leave next to nothing.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .checks import check_images
from .starting import he


class AlexNet(nn.Module):
    """The network of the paper, for images of at least 227x227 pixels.

    Parameters
    ----------
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
    groups
        2 splits the second, fourth and fifth convolution in halves that do not see each other, as
        the paper did to fill two GPUs; 1 is the whole network on one.
    """

    def __init__(self, num_classes: int = 1000, in_channels: int = 3, groups: int = 1):
        super().__init__()
        self.in_channels = in_channels
        # Local response normalisation: the paper's alpha is of the sum, PyTorch's of the mean.
        self.norm = nn.LocalResponseNorm(5, alpha=5 * 1e-4, beta=0.75, k=2.0)
        self.pool = nn.MaxPool2d(3, stride=2)  # windows that overlap
        self.conv1 = nn.Conv2d(in_channels, 96, 11, stride=4)
        self.conv2 = nn.Conv2d(96, 256, 5, padding=2, groups=groups)
        self.conv3 = nn.Conv2d(256, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 384, 3, padding=1, groups=groups)
        self.conv5 = nn.Conv2d(384, 256, 3, padding=1, groups=groups)
        self.drop = nn.Dropout(0.5)
        self.fc6 = nn.Linear(256 * 6 * 6, 4096)
        self.fc7 = nn.Linear(4096, 4096)
        self.fc8 = nn.Linear(4096, num_classes)
        self.apply(he)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 227, 227)` for instance."""
        check_images(x, self.in_channels, least=227)
        x = self.pool(self.norm(self.conv1(x).relu()))  # (N, 3, 227, 227) -> (N, 96, 27, 27)
        x = self.pool(self.norm(self.conv2(x).relu()))  # (N, 256, 13, 13)
        x = self.conv3(x).relu()  # (N, 384, 13, 13)
        x = self.conv4(x).relu()  # (N, 384, 13, 13)
        x = self.pool(self.conv5(x).relu())  # (N, 256, 6, 6)
        x = torch.flatten(nn.functional.adaptive_avg_pool2d(x, 6), 1)  # (N, 9216)
        x = self.drop(self.fc6(x).relu())  # (N, 4096)
        x = self.drop(self.fc7(x).relu())  # (N, 4096)
        return self.fc8(x)  # (N, num_classes)


class ZFNet(nn.Module):
    """AlexNet with a smaller and finer first convolution, for images of at least 224x224 pixels.

    Parameters
    ----------
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
    """

    def __init__(self, num_classes: int = 1000, in_channels: int = 3):
        super().__init__()
        self.in_channels = in_channels
        self.norm = nn.LocalResponseNorm(5, alpha=5 * 1e-4, beta=0.75, k=2.0)
        self.pool = nn.MaxPool2d(3, stride=2, padding=1)
        self.conv1 = nn.Conv2d(in_channels, 96, 7, stride=2, padding=1)
        self.conv2 = nn.Conv2d(96, 256, 5, stride=2)
        self.conv3 = nn.Conv2d(256, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 384, 3, padding=1)
        self.conv5 = nn.Conv2d(384, 256, 3, padding=1)
        self.last_pool = nn.MaxPool2d(3, stride=2)
        self.drop = nn.Dropout(0.5)
        self.fc6 = nn.Linear(256 * 6 * 6, 4096)
        self.fc7 = nn.Linear(4096, 4096)
        self.fc8 = nn.Linear(4096, num_classes)
        self.apply(he)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 224, 224)` for instance."""
        check_images(x, self.in_channels, least=224)
        x = self.norm(self.pool(self.conv1(x).relu()))  # (N, 3, 224, 224) -> (N, 96, 55, 55)
        x = self.norm(self.pool(self.conv2(x).relu()))  # (N, 256, 13, 13)
        x = self.conv3(x).relu()  # (N, 384, 13, 13)
        x = self.conv4(x).relu()  # (N, 384, 13, 13)
        x = self.last_pool(self.conv5(x).relu())  # (N, 256, 6, 6)
        x = torch.flatten(nn.functional.adaptive_avg_pool2d(x, 6), 1)  # (N, 9216)
        x = self.drop(self.fc6(x).relu())  # (N, 4096)
        x = self.drop(self.fc7(x).relu())  # (N, 4096)
        return self.fc8(x)  # (N, num_classes)


def alexnet(**options) -> AlexNet:
    """62,378,344 parameters, 1.14 billion multiply-adds; `groups=2`: 60,965,224, 0.72 billion.

    `options` are those of `AlexNet`.
    """
    return AlexNet(**options)


def zfnet(**options) -> ZFNet:
    """62,357,608 parameters, 1.17 billion multiply-adds. `options` are those of `ZFNet`."""
    return ZFNet(**options)
