"""EfficientNet, -Lite and V2 in PyTorch: found by a search for accuracy at little work.

The blocks are MobileNetV2's with squeeze and excitation. V2 has plain 3x3 convolutions in its first
stages, where depthwise ones save multiplications but no time. Lite, for telephones, has no
excitation, and ReLU6 for SiLU: both can be computed with integers of 8 bits.

M. Tan, Q. Le: EfficientNet: rethinking model scaling for convolutional neural networks. ICML 2019,
table 1.
M. Tan, Q. Le: EfficientNetV2: smaller models and faster training. ICML 2021, figure 2, table 4.
R. Liu: Higher accuracy on vision models with EfficientNet-Lite. TensorFlow blog, 2020.

Parameters are named as in torchvision, so that its published weights load as they are.
"""

from __future__ import annotations

import math
from typing import Any

from torch import Tensor, nn

from .blocks import ConvExcitation, StochasticDepth, conv_bn
from .checks import check_images
from .loading import published
from .starting import as_torchvision


class Block(nn.Module):
    """Adds what a subclass's layers compute to its input, where the shape stays the same.

    Parameters
    ----------
    inputs, outputs
        Channels.
    widening
        How many times as many channels it has inside.
    kernel
        Height and width of the kernel that looks at more than a pixel.
    stride
        1, or 2 to halve the image.
    rate
        The probability that the residual of an image is left out in training.
    epsilon
        Of batch normalisation.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        widening: int,
        kernel: int,
        stride: int,
        rate: float,
        epsilon: float,
    ):
        super().__init__()
        self.block = self._layers(inputs, outputs, widening, kernel, stride, epsilon)
        self.stochastic_depth = StochasticDepth(rate)
        self.shortcut = stride == 1 and inputs == outputs

    def _layers(
        self, inputs: int, outputs: int, widening: int, kernel: int, stride: int, epsilon: float
    ) -> nn.Sequential:
        """The layers, for the parameters of the block."""
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Feature maps `(N, outputs, H / stride, W / stride)` of `x`, `(N, inputs, H, W)`."""
        return x + self.stochastic_depth(self.block(x)) if self.shortcut else self.block(x)


class MBConv(Block):
    """1x1 to more channels, a kernel for each of them, excitation, 1x1 to few: V1's only block."""

    activation: type[nn.Module] = nn.SiLU
    same = False  # whether the kernels have TensorFlow's padding
    excitation = True

    def _layers(
        self, inputs: int, outputs: int, widening: int, kernel: int, stride: int, epsilon: float
    ) -> nn.Sequential:
        """The layers; the excitation squeezes to a quarter of `inputs`."""
        wide, layers = inputs * widening, nn.Sequential()
        options: dict[str, Any] = dict(activation=self.activation, epsilon=epsilon)
        if widening > 1:
            layers.append(conv_bn(inputs, wide, 1, **options))
        layers.append(conv_bn(wide, wide, kernel, stride, wide, same=self.same, **options))
        if self.excitation:
            layers.append(ConvExcitation(wide, inputs // 4, self.activation))
        layers.append(conv_bn(wide, outputs, 1, activation=None, epsilon=epsilon))
        return layers


class LiteMBConv(MBConv):
    """An MBConv without excitation, with ReLU6 and TensorFlow's padding: EfficientNet-Lite's."""

    activation, same, excitation = nn.ReLU6, True, False


class FusedMBConv(Block):
    """A convolution to more channels and 1x1 to few, or a single one where it does not widen."""

    def _layers(
        self, inputs: int, outputs: int, widening: int, kernel: int, stride: int, epsilon: float
    ) -> nn.Sequential:
        """The layers, for the parameters of the block."""
        if widening == 1:
            return nn.Sequential(conv_bn(inputs, outputs, kernel, stride, 1, nn.SiLU, epsilon))
        wide = inputs * widening
        return nn.Sequential(
            conv_bn(inputs, wide, kernel, stride, 1, nn.SiLU, epsilon),
            conv_bn(wide, outputs, 1, activation=None, epsilon=epsilon),
        )


# A stage: its block, how many times wider it is inside, kernel, stride of the first block, output
# channels, blocks.
Row = tuple[type[Block], int, int, int, int, int]
B0: dict[str, Any] = dict(
    rows=(
        (MBConv, 1, 3, 1, 16, 1),  # (N, 32, 112, 112) -> (N, 16, 112, 112)
        (MBConv, 6, 3, 2, 24, 2),  # (N, 24, 56, 56)
        (MBConv, 6, 5, 2, 40, 2),  # (N, 40, 28, 28)
        (MBConv, 6, 3, 2, 80, 3),  # (N, 80, 14, 14)
        (MBConv, 6, 5, 1, 112, 3),  # (N, 112, 14, 14)
        (MBConv, 6, 5, 2, 192, 4),  # (N, 192, 7, 7)
        (MBConv, 6, 3, 1, 320, 1),  # (N, 320, 7, 7)
    ),
    first=32,
)
LITE0: dict[str, Any] = dict(
    rows=tuple((LiteMBConv, *row[1:]) for row in B0["rows"]),
    first=32,
    epsilon=1e-3,
    lite=True,
)
V2_S: dict[str, Any] = dict(
    rows=(
        (FusedMBConv, 1, 3, 1, 24, 2),  # (N, 24, 192, 192) -> (N, 24, 192, 192)
        (FusedMBConv, 4, 3, 2, 48, 4),  # (N, 48, 96, 96)
        (FusedMBConv, 4, 3, 2, 64, 4),  # (N, 64, 48, 48)
        (MBConv, 4, 3, 2, 128, 6),  # (N, 128, 24, 24)
        (MBConv, 6, 3, 1, 160, 9),  # (N, 160, 24, 24)
        (MBConv, 6, 3, 2, 256, 15),  # (N, 256, 12, 12)
    ),
    first=24,
    epsilon=1e-3,
)
SMALL: dict[str, Any] = dict(
    num_classes=10,
    rows=(
        (MBConv, 1, 3, 1, 16, 1),  # (N, 16, 32, 32) -> (N, 16, 32, 32)
        (MBConv, 4, 3, 2, 24, 2),  # (N, 24, 16, 16)
        (MBConv, 4, 5, 2, 40, 2),  # (N, 40, 8, 8)
    ),
    first=16,
    last=160,
    small=True,
    rate=0.0,
)


class EfficientNet(nn.Module):
    """A convolution, stages of blocks, a 1x1 convolution, global average, one dense layer.

    Parameters
    ----------
    rows
        For each stage its block, how many times wider this is inside, its kernel, the stride of the
        first one, output channels and the number of blocks.
    first, last
        Channels of the first and of the last convolution.
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
    small
        For small images: the first convolution does not halve them.
    dropout
        The share of the averages that is left out in training.
    rate
        The probability up to which residuals are left out in training, the later the likelier.
    epsilon
        Of batch normalisation, 1e-3 in Keras.
    lite
        Whether the first and the last convolution are those of Lite: ReLU6, TensorFlow's padding.
    """

    def __init__(
        self,
        rows: tuple[Row, ...],
        first: int,
        last: int = 1280,
        num_classes: int = 1000,
        in_channels: int = 3,
        small: bool = False,
        dropout: float = 0.2,
        rate: float = 0.2,
        epsilon: float = 1e-5,
        lite: bool = False,
    ):
        super().__init__()
        self.in_channels = in_channels
        stride = 1 if small else 2
        options: dict[str, Any] = dict(activation=nn.SiLU, epsilon=epsilon)
        if lite:
            options |= dict(activation=nn.ReLU6, same=True)
        self.features = nn.Sequential(conv_bn(in_channels, first, 3, stride, **options))
        channels, done, total = first, 0, sum(row[-1] for row in rows)
        for block, widening, kernel, stride, outputs, blocks in rows:
            stage = nn.Sequential()
            for index in range(blocks):
                step, left_out = stride if index == 0 else 1, rate * done / total
                stage.append(block(channels, outputs, widening, kernel, step, left_out, epsilon))
                channels, done = outputs, done + 1
            self.features.append(stage)
        self.features.append(conv_bn(channels, last, 1, **options))
        dense = nn.Linear(last, num_classes)
        self.classifier = nn.Sequential(nn.Dropout(dropout), dense)
        as_torchvision(self)
        nn.init.uniform_(dense.weight, -1 / math.sqrt(num_classes), 1 / math.sqrt(num_classes))

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 224, 224)` for instance."""
        check_images(x, self.in_channels)
        x = self.features(x)  # (N, 3, 224, 224) -> (N, 1280, 7, 7)
        x = x.mean(dim=(2, 3))  # (N, 1280)
        return self.classifier(x)  # (N, num_classes)


@published
def efficientnet_b0(**options) -> EfficientNet:
    """5,288,548 parameters, 386 million multiply-adds. `options` are those of `EfficientNet`."""
    return EfficientNet(**B0 | options)


@published
def efficientnet_lite0(**options) -> EfficientNet:
    """4,652,008 parameters, 385 million multiply-adds. `options` are those of `EfficientNet`."""
    return EfficientNet(**LITE0 | options)


@published
def efficientnet_v2_s(**options) -> EfficientNet:
    """21,458,488 parameters, 8.37 billion multiply-adds. `options` are those of `EfficientNet`."""
    return EfficientNet(**V2_S | options)


def small_efficientnet(**options) -> EfficientNet:
    """51,736 parameters, 6 million multiply-adds. `options` are those of `EfficientNet`."""
    return EfficientNet(**SMALL | options)
