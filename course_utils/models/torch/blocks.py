"""The pieces that several families are made of."""

from __future__ import annotations

from collections.abc import Callable

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


class ConvExcitation(nn.Module):
    """Squeeze and excitation of networks since 2019: with 1x1 convolutions for dense layers.

    Parameters
    ----------
    channels
        Input channels.
    squeezed
        Channels of the hidden layer.
    activation
        After the hidden layer.
    gate
        After the last layer: gives weights between 0 and 1.
    """

    def __init__(
        self,
        channels: int,
        squeezed: int,
        activation: Callable[[], nn.Module] = nn.ReLU,
        gate: Callable[[], nn.Module] = nn.Sigmoid,
    ):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, squeezed, 1)
        self.fc2 = nn.Conv2d(squeezed, channels, 1)
        self.activation, self.gate = activation(), gate()

    def forward(self, x: Tensor) -> Tensor:
        """The feature maps `x`, `(N, C, H, W)`, each multiplied by its weight."""
        squeezed = x.mean(dim=(2, 3), keepdim=True)  # (N, C, 1, 1): one number per map
        return x * self.gate(self.fc2(self.activation(self.fc1(squeezed))))


class SameConv2d(nn.Conv2d):
    """A convolution with TensorFlow's padding "same": as few zeros as needed, first at the end.

    With stride 2, PyTorch's padding adds a row before and after an even image, TensorFlow's only
    after it: the windows lie elsewhere, and weights trained in one way know less in the other.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Feature maps `(N, outputs, H / stride, W / stride)` of `x`, `(N, inputs, H, W)`."""
        zeros: list[int] = []
        for size, kernel, stride in zip(x.shape[2:], self.kernel_size, self.stride, strict=True):
            missing = max((-(-size // stride) - 1) * stride + kernel - size, 0)
            zeros = [missing // 2, missing - missing // 2, *zeros]  # `pad` begins with the width
        return super().forward(nn.functional.pad(x, zeros))


def conv_bn(
    inputs: int,
    outputs: int,
    kernel: int,
    stride: int = 1,
    groups: int = 1,
    activation: Callable[[], nn.Module] | None = nn.ReLU,
    epsilon: float = 1e-5,
    same: bool = False,
) -> nn.Sequential:
    """A convolution, batch normalisation and an activation: the step of most networks since 2017.

    With stride 1 it keeps height and width; with stride 2 it halves them, rounding up.

    Parameters
    ----------
    inputs, outputs
        Channels.
    kernel
        Odd height and width of the kernel.
    stride
        Pixels from one place of the kernel to the next.
    groups
        Groups of channels that are convolved apart; `inputs` makes the convolution depthwise.
    activation
        What makes the activation, such as `nn.ReLU`; None leaves it out.
    epsilon
        Of batch normalisation.
    same
        Whether zeros are added as TensorFlow does: with stride 2 not the same on all sides.
    """
    kind, padding = (SameConv2d, 0) if same else (nn.Conv2d, kernel // 2)
    layers: list[nn.Module] = [
        kind(inputs, outputs, kernel, stride, padding, groups=groups, bias=False),
        nn.BatchNorm2d(outputs, eps=epsilon),
    ]
    return nn.Sequential(*layers, *([activation()] if activation else []))


class StochasticDepth(nn.Module):
    """In training leaves out the residual of some images, so that a shallower network learns.

    G. Huang, Y. Sun, Z. Liu, D. Sedra, K. Weinberger: Deep networks with stochastic depth. ECCV
    2016, equation 2; what is kept is divided by its probability, so that testing changes nothing.

    Parameters
    ----------
    rate
        The probability that an image's residual is left out.
    """

    def __init__(self, rate: float):
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        """The residuals `x`, `(N, ...)`, those left out being 0."""
        if not self.training or self.rate == 0:
            return x
        kept = torch.rand(len(x), *[1] * (x.ndim - 1), device=x.device) >= self.rate
        return x * kept / (1 - self.rate)


class Permute(nn.Module):
    """Changes the order of the axes.

    Parameters
    ----------
    axes
        For each axis of the output the one of the input that it is.
    """

    def __init__(self, *axes: int):
        super().__init__()
        self.axes = axes

    def forward(self, x: Tensor) -> Tensor:
        """`x` with its axes in the new order."""
        return x.permute(self.axes)
