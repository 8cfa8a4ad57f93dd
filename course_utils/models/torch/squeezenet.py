"""SqueezeNet in PyTorch: as accurate as AlexNet with a fiftieth of its parameters.

A fire module squeezes its input into few maps with 1x1 kernels, so that few go into the 3x3 ones.

F. Iandola, S. Han, M. Moskewicz, K. Ashraf, W. Dally, K. Keutzer: SqueezeNet: AlexNet-level
accuracy with 50x fewer parameters and <0.5MB model size. arXiv 1602.07360, 2016, table 1; version
1.1, with less than half of the work, is from the authors' repository.

Parameters are named as in torchvision, so that its published weights load as they are.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .checks import check_images
from .loading import published

POOL = (0, 0)  # stands for max pooling among fire modules
# Channels of each fire module: of the squeezing convolution, of either expanding one.
FIRES_1_0 = (
    *((16, 64), (16, 64), (32, 128)),  # (N, 96, 54, 54) -> (N, 256, 54, 54)
    *(POOL, (32, 128), (48, 192), (48, 192), (64, 256)),  # (N, 512, 27, 27)
    *(POOL, (64, 256)),  # (N, 512, 13, 13)
)
FIRES_1_1 = (
    *((16, 64), (16, 64)),  # (N, 64, 55, 55) -> (N, 128, 55, 55)
    *(POOL, (32, 128), (32, 128)),  # (N, 256, 27, 27)
    *(POOL, (48, 192), (48, 192), (64, 256), (64, 256)),  # (N, 512, 13, 13)
)


class Fire(nn.Module):
    """1x1 to few channels, then 1x1 and 3x3 side by side: figure 1.

    Parameters
    ----------
    inputs
        Input channels.
    squeezed, expanded
        Channels of the first convolution, and of each of the other two.
    """

    def __init__(self, inputs: int, squeezed: int, expanded: int):
        super().__init__()
        self.squeeze = nn.Conv2d(inputs, squeezed, 1)
        self.expand1x1 = nn.Conv2d(squeezed, expanded, 1)
        self.expand3x3 = nn.Conv2d(squeezed, expanded, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Feature maps `(N, 2 * expanded, H, W)` of `x`, `(N, inputs, H, W)`."""
        x = self.squeeze(x).relu()  # (N, squeezed, H, W)
        return torch.cat([self.expand1x1(x).relu(), self.expand3x3(x).relu()], dim=1)


class SqueezeNet(nn.Module):
    """A convolution, fire modules with pooling between them, a 1x1 convolution, global average.

    Parameters
    ----------
    first, kernel
        Channels and kernel size of the first convolution.
    fires
        For each fire module the channels of the squeezing and of either expanding convolution;
        `POOL` among them stands for max pooling.
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
    dropout
        The share of the last feature maps' values that is left out in training.
    """

    def __init__(
        self,
        first: int,
        kernel: int,
        fires: tuple[tuple[int, int], ...],
        num_classes: int = 1000,
        in_channels: int = 3,
        dropout: float = 0.5,
    ):
        super().__init__()
        self.in_channels = in_channels
        self.features = nn.Sequential(
            nn.Conv2d(in_channels, first, kernel, stride=2),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, ceil_mode=True),
        )
        channels = first
        for squeezed, expanded in fires:
            if (squeezed, expanded) == POOL:
                self.features.append(nn.MaxPool2d(3, stride=2, ceil_mode=True))
            else:
                self.features.append(Fire(channels, squeezed, expanded))
                channels = 2 * expanded
        self.classifier = nn.Sequential(
            nn.Dropout(dropout), nn.Conv2d(channels, num_classes, 1), nn.ReLU()
        )
        self._start()

    def _start(self) -> None:
        """He's uniform distribution, but small kernels where the classes are; biases are 0."""
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_uniform_(module.weight)
                assert module.bias is not None
                nn.init.zeros_(module.bias)
        nn.init.normal_(self.classifier.get_parameter("1.weight"), std=0.01)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 224, 224)` for instance, not below 0."""
        check_images(x, self.in_channels, least=21)
        x = self.features(x)  # (N, 3, 224, 224) -> (N, 512, 13, 13)
        x = self.classifier(x)  # (N, num_classes, 13, 13): a map for each class
        return x.mean(dim=(2, 3))  # (N, num_classes)


@published
def squeezenet1_0(**options) -> SqueezeNet:
    """1,248,424 parameters, 819 million multiply-adds. `options` are those of `SqueezeNet`."""
    return SqueezeNet(96, 7, FIRES_1_0, **options)


@published
def squeezenet1_1(**options) -> SqueezeNet:
    """1,235,496 parameters, 349 million multiply-adds. `options` are those of `SqueezeNet`."""
    return SqueezeNet(64, 3, FIRES_1_1, **options)
