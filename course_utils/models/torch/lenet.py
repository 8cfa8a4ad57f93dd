"""LeNet-5 in PyTorch, as in the paper and in its modern form.

Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document recognition.
Proceedings of the IEEE 86(11), 1998, section II.B and table I.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .checks import check_images
from .starting import glorot, he

# Which of the six maps of S2 each of the sixteen maps of C3 sees: table I, a column a map.
CONNECTIONS = (
    (0, 1, 2),
    (1, 2, 3),
    (2, 3, 4),
    (3, 4, 5),
    (0, 4, 5),
    (0, 1, 5),
    (0, 1, 2, 3),
    (1, 2, 3, 4),
    (2, 3, 4, 5),
    (0, 3, 4, 5),
    (0, 1, 4, 5),
    (0, 1, 2, 5),
    (0, 1, 3, 4),
    (1, 2, 4, 5),
    (0, 2, 3, 5),
    (0, 1, 2, 3, 4, 5),
)


class Subsampling(nn.Module):
    """The mean of each 2x2 window, times a learned weight, plus a learned bias: two per map.

    Parameters
    ----------
    channels
        Input channels, and as many output channels.
    """

    def __init__(self, channels: int):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        """Feature maps `(N, C, H / 2, W / 2)` of `x`, `(N, C, H, W)`."""
        means = nn.functional.avg_pool2d(x, 2)
        return means * self.weight[:, None, None] + self.bias[:, None, None]


class SparseConv2d(nn.Conv2d):
    """A convolution in which each output map sees some of the input maps: the rest is held at 0.

    Parameters
    ----------
    inputs
        Input channels.
    connections
        For each output map, the numbers of the input maps that it sees.
    kernel
        Height and width of the window.
    """

    mask: Tensor

    def __init__(self, inputs: int, connections: tuple[tuple[int, ...], ...], kernel: int):
        super().__init__(inputs, len(connections), kernel)
        mask = torch.zeros(len(connections), inputs, 1, 1)
        for output, seen in enumerate(connections):
            mask[output, list(seen)] = 1
        self.register_buffer("mask", mask, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Feature maps `(N, len(connections), H', W')` of `x`, `(N, inputs, H, W)`."""
        return self._conv_forward(x, self.weight * self.mask, self.bias)


def squash(x: Tensor) -> Tensor:
    """The paper's scaled hyperbolic tangent of each value of `x`; 1 at 1 (appendix A)."""
    return 1.7159 * torch.tanh(2 / 3 * x)


class LeNet5(nn.Module):
    """For images of at least 32x32 pixels.

    Parameters
    ----------
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
    classic
        Whether it has the paper's subsampling, connections and tanh; its output units, which
        measure distances to drawn digits, are a dense layer here. The modern form has max pooling,
        ReLU, and every map sees all. It starts with He's weights, the classic form with Glorot's.
    """

    def __init__(self, num_classes: int = 10, in_channels: int = 1, classic: bool = False):
        super().__init__()
        self.in_channels, self.classic = in_channels, classic
        self.c1 = nn.Conv2d(in_channels, 6, 5)
        self.s2 = Subsampling(6) if classic else nn.MaxPool2d(2)
        self.c3 = SparseConv2d(6, CONNECTIONS, 5) if classic else nn.Conv2d(6, 16, 5)
        self.s4 = Subsampling(16) if classic else nn.MaxPool2d(2)
        self.c5 = nn.Conv2d(16, 120, 5)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, num_classes)
        self.apply(glorot if classic else he)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of images `x`, `(N, 1, 32, 32)` for instance."""
        check_images(x, self.in_channels, least=32)
        activate = squash if self.classic else torch.relu
        x = activate(self.c1(x))  # (N, 1, 32, 32) -> (N, 6, 28, 28)
        x = self.s2(x)  # (N, 6, 14, 14)
        x = activate(self.c3(activate(x) if self.classic else x))  # (N, 16, 10, 10)
        x = self.s4(x)  # (N, 16, 5, 5)
        x = activate(self.c5(activate(x) if self.classic else x))  # (N, 120, 1, 1)
        x = activate(self.f6(x.mean(dim=(2, 3))))  # (N, 84)
        return self.output(x)  # (N, num_classes)


def lenet5(**options) -> LeNet5:
    """61,706 parameters, 416,520 multiply-adds; `classic=True`: 61,750 with 900 of them at 0.

    `options` are those of `LeNet5`.
    """
    return LeNet5(**options)
