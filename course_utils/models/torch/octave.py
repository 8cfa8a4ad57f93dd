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
from .resnet import DEPTHS, SMALL

Pair = tuple[Tensor, Tensor | None]


class OctConv(nn.Module):
    """Four convolutions: from high to high, high to low, low to high, low to low.

    Parameters
    ----------
    inputs, outputs
        Channels, high and low together.
    kernel
        Height and width of the window.
    alphas
        The shares of low channels in the input and in the output.
    stride
        1 or 2; a stride of 2 pools first.
    """

    def __init__(
        self, inputs: int, outputs: int, kernel: int, alphas: tuple[float, float], stride: int = 1
    ):
        super().__init__()
        low_in, low_out = (int(n * a) for n, a in zip((inputs, outputs), alphas, strict=True))
        high_in, high_out = inputs - low_in, outputs - low_out

        def conv(one: int, other: int) -> nn.Module:
            return nn.Conv2d(one, other, kernel, padding=kernel // 2, bias=False)

        self.stride = stride
        self.high_to_high = conv(high_in, high_out)
        self.high_to_low = conv(high_in, low_out) if low_out else None
        self.low_to_high = conv(low_in, high_out) if low_in else None
        self.low_to_low = conv(low_in, low_out) if low_in and low_out else None

    def forward(self, pair: Pair) -> Pair:
        """The outputs for a `pair` of high and low maps, as a pair; no low maps are None."""
        high, low = pair
        if self.stride == 2:
            high = F.avg_pool2d(high, 2)
        y_high = self.high_to_high(high)
        y_low = self.high_to_low(F.avg_pool2d(high, 2)) if self.high_to_low else None
        if self.low_to_high and low is not None:
            # After a stride the low maps have the size of the high ones.
            raised = self.low_to_high(low)
            y_high = y_high + (
                raised if self.stride == 2 else F.interpolate(raised, scale_factor=2)
            )
        if self.low_to_low and low is not None and y_low is not None:
            y_low = y_low + self.low_to_low(F.avg_pool2d(low, 2) if self.stride == 2 else low)
        return y_high, y_low


class OctNorm(nn.Module):
    """Batch normalisation of high and low maps.

    Parameters
    ----------
    channels
        High and low together.
    alpha
        The share of low channels.
    """

    def __init__(self, channels: int, alpha: float):
        super().__init__()
        low = int(channels * alpha)
        self.high = nn.BatchNorm2d(channels - low)
        self.low = nn.BatchNorm2d(low) if low else None

    def forward(self, pair: Pair) -> Pair:
        """The `pair` of high and low maps, both normalised."""
        high, low = pair
        return self.high(high), None if self.low is None else self.low(low)


def relu(pair: Pair) -> Pair:
    """The `pair` of high and low maps, both after a ReLU."""
    high, low = pair
    return high.relu(), None if low is None else low.relu()


def add(one: Pair, other: Pair) -> Pair:
    """The sums of two pairs, `one` and `other`: high maps with high ones, low with low ones."""
    low = None if one[1] is None or other[1] is None else one[1] + other[1]
    return one[0] + other[0], low


class Shortcut(nn.Module):
    """A 1x1 octave convolution and its normalisation.

    Parameters
    ----------
    inputs, outputs
        Channels, high and low together.
    alphas
        The shares of low channels in the input and in the output.
    stride
        1 or 2.
    """

    def __init__(self, inputs: int, outputs: int, alphas: tuple[float, float], stride: int):
        super().__init__()
        self.conv = OctConv(inputs, outputs, 1, alphas, stride)
        self.bn = OctNorm(outputs, alphas[1])

    def forward(self, pair: Pair) -> Pair:
        """The `pair` of high and low maps in the size and with the channels of the residual."""
        return self.bn(self.conv(pair))


class OctBlock(nn.Module):
    """A basic block or a bottleneck with octave convolutions.

    Parameters
    ----------
    inputs
        Input channels, high and low together.
    planes
        Channels of the 3x3 convolutions; a bottleneck gives four times as many.
    stride
        1 or 2.
    alphas
        The shares of low channels in the input and in the output.
    bottleneck
        Whether it has three convolutions, 1x1, 3x3 and 1x1, or two of 3x3.
    """

    def __init__(
        self, inputs: int, planes: int, stride: int, alphas: tuple[float, float], bottleneck: bool
    ):
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
        """The block's output for a `pair` of high and low maps, as a pair."""
        y = relu(self.bn1(self.conv1(pair)))
        y = self.bn2(self.conv2(y))
        if self.bottleneck:
            y = self.bn3(self.conv3(relu(y)))
        return relu(add(y, self.downsample(pair) if self.downsample else pair))


class OctResNet(nn.Module):
    """A ResNet whose stages keep a share of their channels at half the size.

    The first convolution takes an image, the last stage gives only high frequencies.

    Parameters
    ----------
    depths
        Blocks in each stage.
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
    alpha
        The share of low channels, from 0 up to, not including, 1.
    planes
        Channels of each stage; a bottleneck gives four times as many.
    small
        For small images: basic blocks, and a stem that is a 3x3 convolution and pools nothing.
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
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 224, 224)` for instance.

        Height and width are multiples of 32, of 4 if the network is `small`.
        """
        check_images(x, self.in_channels, multiple=4 if self.small else 32)
        x = self.bn1(self.conv1(x)).relu()  # (N, 3, 224, 224) -> (N, 64, 112, 112)
        pair = self.maxpool(x), None  # (N, 64, 56, 56)
        high, _ = self.blocks(pair)  # (N, 2048, 7, 7); halves (N, 512, 28, 28), (N, 512, 14, 14)
        return self.fc(high.mean(dim=(2, 3)))  # (N, num_classes)


def oct_resnet50(**options) -> OctResNet:
    """25,557,032 parameters, 2.37 billion multiply-adds. `options` are those of `OctResNet`."""
    return OctResNet(DEPTHS[50], **options)


def small_oct_resnet(blocks: int = 1, **options) -> OctResNet:
    """78,330 parameters, 9 million multiply-adds: `small_resnet` with octaves.

    `blocks` is the number of blocks in each of the three stages. `options` are those of
    `OctResNet`.
    """
    return OctResNet((blocks,) * 3, **SMALL | options)
