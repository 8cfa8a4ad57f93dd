"""Highway networks in PyTorch: a gate decides how much of the input passes unchanged.

R. Srivastava, K. Greff, J. Schmidhuber: Training very deep networks. NIPS 2015, equations 2 and 3,
and table 2: 19 layers with about 2.3 million parameters for CIFAR-10.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from .checks import check_images
from .starting import he


class HighwayConv(nn.Module):
    """`H(x) T(x) + x (1 - T(x))` with convolutions for H and T.

    Parameters
    ----------
    channels
        Input channels, and as many output channels.
    carry
        Where the gate's bias begins: below 0, so that at first nearly everything passes (section
        2.2).
    """

    def __init__(self, channels: int, carry: float):
        super().__init__()
        self.transform = nn.Conv2d(channels, channels, 3, padding=1)
        self.gate = nn.Conv2d(channels, channels, 3, padding=1)
        self.begin(carry)

    def begin(self, carry: float) -> None:
        """Set the gate's bias to `carry`."""
        assert self.gate.bias is not None
        nn.init.constant_(self.gate.bias, carry)

    def forward(self, x: Tensor) -> Tensor:
        """Feature maps `(N, C, H, W)` of `x`, `(N, C, H, W)`."""
        gate = self.gate(x).sigmoid()
        return self.transform(x).relu() * gate + x * (1 - gate)


class Highway(nn.Module):
    """For small images: three stages, each a plain convolution and then highway layers.

    Parameters
    ----------
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
    widths
        Channels of each stage; the default is that of the FitNet that the paper's network is made
        after.
    blocks
        Highway layers in each stage.
    carry
        Where the gates' biases begin.
    """

    def __init__(
        self,
        num_classes: int = 10,
        in_channels: int = 3,
        widths: tuple[int, ...] = (48, 80, 128),
        blocks: int = 5,
        carry: float = -2.0,
    ):
        super().__init__()
        self.in_channels = in_channels
        self.features, inputs = nn.Sequential(), in_channels
        for number, width in enumerate(widths, start=1):
            stage = nn.Sequential(nn.Conv2d(inputs, width, 3, padding=1), nn.ReLU())
            for _ in range(blocks):
                stage.append(HighwayConv(width, carry))
            if number < len(widths):
                stage.append(nn.MaxPool2d(2))
            self.features.append(stage)
            inputs = width
        self.fc = nn.Linear(inputs, num_classes)
        self.apply(he)
        for layer in self.modules():
            if isinstance(layer, HighwayConv):
                layer.begin(carry)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 32, 32)` for instance."""
        check_images(x, self.in_channels, least=4)
        x = self.features(x)  # (N, 3, 32, 32) -> (N, 128, 8, 8)
        return self.fc(x.mean(dim=(2, 3)))  # (N, num_classes)


def highway(**options) -> Highway:
    """2,390,042 parameters, 470 million multiply-adds. `options` are those of `Highway`."""
    return Highway(**options)


def small_highway(blocks: int = 2, **options) -> Highway:
    """218,218 parameters, 31 million multiply-adds: `blocks` highway layers in a stage.

    `options` are those of `Highway`.
    """
    small: dict[str, Any] = dict(widths=(16, 32, 64), blocks=blocks)
    return Highway(**small | options)
