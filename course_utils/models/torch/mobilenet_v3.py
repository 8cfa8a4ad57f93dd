"""MobileNetV3 in PyTorch: MobileNetV2's blocks, chosen by a search for speed on a telephone.

Some have squeeze and excitation, and the deeper ones an activation that is smooth yet cheap.

A. Howard et al.: Searching for MobileNetV3. ICCV 2019, table 1.

Parameters are named as in torchvision, so that its published weights load as they are.
"""

from __future__ import annotations

from torch import Tensor, nn

from .blocks import ConvExcitation, conv_bn
from .checks import check_images
from .loading import published
from .starting import as_torchvision

EPSILON = 1e-3  # of batch normalisation
# Rows of table 1: kernel; channels inside a block; output channels; channels inside its squeeze and
# excitation, 0 where there is none; whether its activation is h-swish, otherwise ReLU; stride.
Row = tuple[int, int, int, int, bool, int]
LARGE: tuple[Row, ...] = (
    (3, 16, 16, 0, False, 1),  # (N, 16, 112, 112) -> (N, 16, 112, 112)
    (3, 64, 24, 0, False, 2),  # (N, 24, 56, 56)
    (3, 72, 24, 0, False, 1),
    (5, 72, 40, 24, False, 2),  # (N, 40, 28, 28)
    (5, 120, 40, 32, False, 1),
    (5, 120, 40, 32, False, 1),
    (3, 240, 80, 0, True, 2),  # (N, 80, 14, 14)
    (3, 200, 80, 0, True, 1),
    (3, 184, 80, 0, True, 1),
    (3, 184, 80, 0, True, 1),
    (3, 480, 112, 120, True, 1),  # (N, 112, 14, 14)
    (3, 672, 112, 168, True, 1),
    (5, 672, 160, 168, True, 2),  # (N, 160, 7, 7)
    (5, 960, 160, 240, True, 1),
    (5, 960, 160, 240, True, 1),
)


class InvertedResidual(nn.Module):
    """1x1 to more channels, a kernel for each of them, perhaps excitation, 1x1 to few: figure 4.

    Parameters
    ----------
    inputs
        Input channels.
    row
        Of table 1: kernel, channels inside, output channels, channels inside the excitation or 0,
        whether the activation is h-swish, stride.
    """

    def __init__(self, inputs: int, row: Row):
        super().__init__()
        kernel, wide, outputs, squeezed, swish, stride = row
        activation = nn.Hardswish if swish else nn.ReLU
        self.block = nn.Sequential()
        if wide != inputs:
            self.block.append(conv_bn(inputs, wide, 1, activation=activation, epsilon=EPSILON))
        self.block.append(conv_bn(wide, wide, kernel, stride, wide, activation, EPSILON))
        if squeezed:
            self.block.append(ConvExcitation(wide, squeezed, gate=nn.Hardsigmoid))
        self.block.append(conv_bn(wide, outputs, 1, activation=None, epsilon=EPSILON))
        self.shortcut = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        """Feature maps `(N, outputs, H / stride, W / stride)` of `x`, `(N, inputs, H, W)`."""
        return x + self.block(x) if self.shortcut else self.block(x)


class MobileNetV3(nn.Module):
    """A convolution, inverted residuals, a 1x1 convolution, global average, two dense layers.

    Parameters
    ----------
    rows
        Of table 1: for each block kernel, channels inside, output channels, channels inside
        the excitation or 0, whether the activation is h-swish, stride.
    dense
        Width of the first dense layer.
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
    dropout
        The share of that layer's outputs that is left out in training.
    """

    def __init__(
        self,
        rows: tuple[Row, ...],
        dense: int,
        num_classes: int = 1000,
        in_channels: int = 3,
        dropout: float = 0.2,
    ):
        super().__init__()
        self.in_channels = in_channels
        swish, channels = nn.Hardswish, 16
        self.features = nn.Sequential(
            conv_bn(in_channels, channels, 3, 2, activation=swish, epsilon=EPSILON)
        )
        for row in rows:
            self.features.append(InvertedResidual(channels, row))
            channels = row[2]
        last = 6 * channels
        self.features.append(conv_bn(channels, last, 1, activation=swish, epsilon=EPSILON))
        self.classifier = nn.Sequential(
            nn.Linear(last, dense), swish(), nn.Dropout(dropout), nn.Linear(dense, num_classes)
        )
        as_torchvision(self)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 224, 224)` for instance."""
        check_images(x, self.in_channels)
        x = self.features(x)  # (N, 3, 224, 224) -> (N, 960, 7, 7)
        x = x.mean(dim=(2, 3))  # (N, 960)
        return self.classifier(x)  # (N, num_classes)


@published
def mobilenet_v3_large(**options) -> MobileNetV3:
    """5,483,032 parameters, 217 million multiply-adds. `options` are those of `MobileNetV3`."""
    return MobileNetV3(LARGE, 1280, **options)
