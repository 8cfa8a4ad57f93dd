"""The pieces that several families are made of."""

from __future__ import annotations

import torch
from torch import Tensor, nn

Size = int | tuple[int, int]  # for height and width


class Conv(nn.Module):
    """Convolution, batch normalisation, ReLU: what every Inception is made of.

    Parameters
    ----------
    inputs, outputs
        Channels.
    kernel, padding
        A number or `(vertical, horizontal)`.
    stride
        Pixels from one place of the kernel to the next.
    scale
        Whether batch normalisation has a gamma. A ReLU makes it superfluous where a convolution
        follows: the networks that Google published have none.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: Size,
        stride: int = 1,
        padding: Size = 0,
        scale: bool = True,
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(outputs, eps=1e-3)
        if not scale:
            self.bn.register_parameter("weight", None)

    def forward(self, x: Tensor) -> Tensor:
        """Feature maps `(N, outputs, H', W')`, none below 0, of `x`, `(N, inputs, H, W)`."""
        return self.bn(self.conv(x)).relu()


class Branches(nn.Module):
    """Parts that look at the same feature maps; their outputs are concatenated.

    Parameters
    ----------
    branches
        The parts by name; all must return the same height and width.
    """

    def __init__(self, **branches: nn.Module):
        super().__init__()
        for name, branch in branches.items():
            self.add_module(name, branch)

    def forward(self, x: Tensor) -> Tensor:
        """The branches' outputs `(N, C1 + C2 + ..., H', W')` for the maps `x`, `(N, C, H, W)`."""
        return torch.cat([branch(x) for branch in self.children()], dim=1)


class Separable(nn.Module):
    """A 3x3 convolution of each feature map alone, then a 1x1 convolution across them.

    Parameters
    ----------
    inputs, outputs
        Channels.
    """

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.depthwise = nn.Conv2d(inputs, inputs, 3, padding=1, groups=inputs, bias=False)
        self.pointwise = nn.Conv2d(inputs, outputs, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Feature maps `(N, outputs, H, W)` of `x`, `(N, inputs, H, W)`."""
        return self.pointwise(self.depthwise(x))


class Excitation(nn.Module):
    """Squeeze and excitation: a weight between 0 and 1 for every feature map.

    J. Hu, L. Shen, G. Sun: Squeeze-and-excitation networks. CVPR 2018, equations 2 and 3.

    Parameters
    ----------
    channels
        Input channels.
    reduction
        The hidden layer has `channels // reduction` units.
    """

    def __init__(self, channels: int, reduction: int = 16):
        super().__init__()
        self.fc1 = nn.Linear(channels, channels // reduction)
        self.fc2 = nn.Linear(channels // reduction, channels)

    def forward(self, x: Tensor) -> Tensor:
        """The feature maps `x`, `(N, C, H, W)`, each multiplied by its weight."""
        squeezed = x.mean(dim=(2, 3))  # (N, C): one number a map
        weights = self.fc2(self.fc1(squeezed).relu()).sigmoid()
        return x * weights[:, :, None, None]
