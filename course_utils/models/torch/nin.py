"""Network in network, in PyTorch: 1x1 convolutions after each convolution, and no dense layer.

M. Lin, Q. Chen, S. Yan: Network in network. ICLR 2014, figure 2; the sizes are those of the
authors' network for CIFAR-10, for images of 32x32.
"""

from __future__ import annotations

from torch import Tensor, nn

from .checks import check_images
from .starting import he


def mlpconv(inputs: int, outputs: tuple[int, int, int], kernel: int, padding: int) -> nn.Sequential:
    """A convolution and two 1x1 convolutions: at every place a small dense network.

    Parameters
    ----------
    inputs
        Input channels.
    outputs
        Channels of the three convolutions.
    kernel, padding
        Size of the first one's window, and zeros around its input.
    """
    first, second, third = outputs
    return nn.Sequential(
        nn.Conv2d(inputs, first, kernel, padding=padding),
        nn.ReLU(),
        nn.Conv2d(first, second, 1),
        nn.ReLU(),
        nn.Conv2d(second, third, 1),
        nn.ReLU(),
    )


class NiN(nn.Module):
    """Three such blocks; the mean of each of the last feature maps is the logit of a class.

    Parameters
    ----------
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
    """

    def __init__(self, num_classes: int = 10, in_channels: int = 3):
        super().__init__()
        self.in_channels = in_channels
        self.block1 = mlpconv(in_channels, (192, 160, 96), 5, padding=2)
        self.pool1 = nn.MaxPool2d(3, stride=2, padding=1)
        self.drop1 = nn.Dropout(0.5)
        self.block2 = mlpconv(96, (192, 192, 192), 5, padding=2)
        self.pool2 = nn.AvgPool2d(2)
        self.drop2 = nn.Dropout(0.5)
        self.block3 = mlpconv(192, (192, 192, num_classes), 3, padding=1)
        self.apply(he)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 32, 32)` for instance."""
        check_images(x, self.in_channels, least=8)
        x = self.block1(x)  # (N, 3, 32, 32) -> (N, 96, 32, 32)
        x = self.drop1(self.pool1(x))  # (N, 96, 16, 16)
        x = self.block2(x)  # (N, 192, 16, 16)
        x = self.drop2(self.pool2(x))  # (N, 192, 8, 8)
        x = self.block3(x)  # (N, num_classes, 8, 8)
        return x.mean(dim=(2, 3))  # (N, num_classes)


def nin(**options) -> NiN:
    """966,986 parameters, 222 million multiply-adds. `options` are those of `NiN`."""
    return NiN(**options)
