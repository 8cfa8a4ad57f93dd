"""A ResNet with octave convolutions in PyTorch: what changes slowly is kept at half the size.

Y. Chen et al.: Drop an octave: reducing spatial redundancy in convolutional neural networks with
octave convolution. ICCV 2019, figure 2 and equation 4.

Feature maps are a pair: high frequencies `(N, C - L, H, W)`, low ones `(N, L, H/2, W/2)`; a share
`alpha` of the channels is low. Weights are as many as without octaves, work is less.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

from .checks import check_images
from .resnet import DEPTHS

Pair = tuple[Tensor, Tensor | None]


class OctConv(nn.Module):
    """Four convolutions: from high to high, high to low, low to high, low to low.

    A stride pools first. `alphas` are the shares of low channels that come and that leave.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, alphas: tuple, stride: int = 1):
        super().__init__()
        low_in, low_out = (int(n * a) for n, a in zip((inputs, outputs), alphas, strict=True))
        high_in, high_out = inputs - low_in, outputs - low_out

        def conv(one: int, other: int) -> nn.Module | None:
            return (
                nn.Conv2d(one, other, kernel, padding=kernel // 2, bias=False)
                if one * other
                else None
            )

        self.stride = stride
        self.high_to_high, self.high_to_low = conv(high_in, high_out), conv(high_in, low_out)
        self.low_to_high, self.low_to_low = conv(low_in, high_out), conv(low_in, low_out)

    def forward(self, pair: Pair) -> Pair:
        high, low = pair
        if self.stride == 2:
            high = F.avg_pool2d(high, 2)
        y_high = self.high_to_high(high)
        y_low = self.high_to_low(F.avg_pool2d(high, 2)) if self.high_to_low else None
        if self.low_to_high:  # after a stride the low maps have the size of the high ones
            raised = self.low_to_high(low)
            y_high = y_high + (
                raised if self.stride == 2 else F.interpolate(raised, scale_factor=2)
            )
        if self.low_to_low:
            y_low = y_low + self.low_to_low(F.avg_pool2d(low, 2) if self.stride == 2 else low)
        return y_high, y_low


class OctNorm(nn.Module):
    """Batch normalisation of both halves."""

    def __init__(self, channels: int, alpha: float):
        super().__init__()
        low = int(channels * alpha)
        self.high = nn.BatchNorm2d(channels - low)
        self.low = nn.BatchNorm2d(low) if low else None

    def forward(self, pair: Pair) -> Pair:
        high, low = pair
        return self.high(high), None if self.low is None else self.low(low)


def relu(pair: Pair) -> Pair:
    """Of both halves."""
    high, low = pair
    return high.relu(), None if low is None else low.relu()


def add(one: Pair, other: Pair) -> Pair:
    """Half by half."""
    return one[0] + other[0], None if one[1] is None else one[1] + other[1]


class Shortcut(nn.Module):
    """A 1x1 octave convolution and its normalisation."""

    def __init__(self, inputs: int, outputs: int, alphas: tuple, stride: int):
        super().__init__()
        self.conv, self.bn = (
            OctConv(inputs, outputs, 1, alphas, stride),
            OctNorm(outputs, alphas[1]),
        )

    def forward(self, pair: Pair) -> Pair:
        return self.bn(self.conv(pair))


class OctBlock(nn.Module):
    """A basic block or a bottleneck with octave convolutions."""

    def __init__(self, inputs: int, planes: int, stride: int, alphas: tuple, bottleneck: bool):
        super().__init__()
        inner, left = (alphas[1], alphas[1]), alphas[1]
        outputs = 4 * planes if bottleneck else planes
        if bottleneck:
            self.conv1 = OctConv(inputs, planes, 1, alphas)
            self.conv2 = OctConv(planes, planes, 3, inner, stride)
            self.bn2 = OctNorm(planes, left)
            self.conv3, self.bn3 = OctConv(planes, outputs, 1, inner), OctNorm(outputs, left)
        else:
            self.conv1 = OctConv(inputs, planes, 3, alphas, stride)
            self.conv2, self.bn2 = OctConv(planes, planes, 3, inner), OctNorm(planes, left)
        self.bn1 = OctNorm(planes, left)
        self.bottleneck, self.downsample = bottleneck, None
        if stride == 2 or inputs != outputs or alphas[0] != alphas[1]:
            self.downsample = Shortcut(inputs, outputs, alphas, stride)

    def forward(self, pair: Pair) -> Pair:
        y = relu(self.bn1(self.conv1(pair)))
        y = self.bn2(self.conv2(y))
        if self.bottleneck:
            y = self.bn3(self.conv3(relu(y)))
        return relu(add(y, self.downsample(pair) if self.downsample else pair))


class OctResNet(nn.Module):
    """A ResNet whose stages keep a share `alpha` of their channels at half the size.

    The first convolution takes an image, the last stage gives only high frequencies.
    """

    def __init__(
        self,
        depths: tuple[int, ...],
        num_classes: int = 1000,
        in_channels: int = 3,
        alpha: float = 0.5,
        planes: tuple[int, ...] = (64, 128, 256, 512),
        small: bool = False,
    ):
        super().__init__()
        self.in_channels, self.small = in_channels, small
        kernel, stride = (3, 1) if small else (7, 2)
        self.conv1 = nn.Conv2d(in_channels, planes[0], kernel, stride, kernel // 2, bias=False)
        self.bn1 = nn.BatchNorm2d(planes[0])
        self.maxpool = nn.Identity() if small else nn.MaxPool2d(3, stride=2, padding=1)
        self.blocks, channels, before = nn.Sequential(), planes[0], 0.0
        for number, (depth, outputs) in enumerate(zip(depths, planes, strict=True), start=1):
            for index in range(depth):
                stride = 2 if number > 1 and index == 0 else 1
                after = 0.0 if number == len(depths) else alpha
                block = OctBlock(channels, outputs, stride, (before, after), not small)
                self.blocks.add_module(f"layer{number}_{index}", block)
                channels, before = outputs if small else 4 * outputs, after
        self.fc = nn.Linear(channels, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        check_images(x, self.in_channels, multiple=4 if self.small else 32)
        x = self.bn1(self.conv1(x)).relu()  # (N, 3, 224, 224) -> (N, 64, 112, 112)
        pair = self.maxpool(x), None  # (N, 64, 56, 56)
        high, _ = self.blocks(pair)  # (N, 2048, 7, 7); halves (N, 512, 28, 28), (N, 512, 14, 14)
        return self.fc(high.mean(dim=(2, 3)))  # (N, num_classes)


def oct_resnet50(**options) -> OctResNet:
    """25,557,032 parameters, 2.37 billion multiply-adds."""
    return OctResNet(DEPTHS[50], **options)


def small_oct_resnet(blocks: int = 1, **options) -> OctResNet:
    """78,330 parameters, 9 million multiply-adds: `small_resnet` with octaves."""
    options = dict(num_classes=10, planes=(16, 32, 64), small=True) | options
    return OctResNet((blocks,) * 3, **options)
