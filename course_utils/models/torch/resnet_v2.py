"""ResNet with pre-activation in PyTorch: nothing stands in the way of the shortcut.

K. He, X. Zhang, S. Ren, J. Sun: Identity mappings in deep residual networks. ECCV 2016, figure
4(e) and the appendix, which has ResNet-200.
"""

from __future__ import annotations

from torch import Tensor, nn

from .checks import check_images
from .loading import published

DEPTHS = {  # blocks in each of the four stages
    50: (3, 4, 6, 3),
    101: (3, 4, 23, 3),
    152: (3, 8, 36, 3),
    200: (3, 24, 36, 3),
}


class Bottleneck(nn.Module):
    """Normalisation and ReLU before each convolution.

    Parameters
    ----------
    inputs
        Input channels.
    planes
        A quarter of the output channels.
    stride
        Of the 3x3 convolution: 1, or 2 to halve the image.
    bias
        Whether the last convolution and the projection have one.
    epsilon
        Of batch normalisation.
    """

    def __init__(self, inputs: int, planes: int, stride: int, bias: bool, epsilon: float):
        super().__init__()
        outputs = 4 * planes
        self.norm1 = nn.BatchNorm2d(inputs, eps=epsilon)
        self.conv1 = nn.Conv2d(inputs, planes, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(planes, eps=epsilon)
        self.conv2 = nn.Conv2d(planes, planes, 3, stride, padding=1, bias=False)
        self.norm3 = nn.BatchNorm2d(planes, eps=epsilon)
        self.conv3 = nn.Conv2d(planes, outputs, 1, bias=bias)
        self.projection = None
        if inputs != outputs:
            self.projection = nn.Conv2d(inputs, outputs, 1, stride, bias=bias)
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        """Feature maps `(N, 4 * planes, H / stride, W / stride)` of `x`, `(N, inputs, H, W)`."""
        activated = self.norm1(x).relu()
        y = self.conv1(activated)
        y = self.conv2(self.norm2(y).relu())
        y = self.conv3(self.norm3(y).relu())
        if self.projection is not None:
            return self.projection(activated) + y
        return x[:, :, :: self.stride, :: self.stride] + y


class ResNetV2(nn.Module):
    """Stem, four stages, normalisation, global average, one dense layer.

    Parameters
    ----------
    depths
        Blocks in each stage.
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
    stride_last
        Whether a stage halves the image in its last block, as in Keras, or in its first, as in the
        paper.
    bias
        Whether the last convolution of a block, the projections and the stem have biases, as in
        Keras.
    epsilon
        Of batch normalisation, 1.001e-5 in Keras.
    """

    layer1: nn.Sequential
    layer2: nn.Sequential
    layer3: nn.Sequential
    layer4: nn.Sequential

    def __init__(
        self,
        depths: tuple[int, ...],
        num_classes: int = 1000,
        in_channels: int = 3,
        stride_last: bool = False,
        bias: bool = False,
        epsilon: float = 1e-5,
    ):
        super().__init__()
        self.in_channels = in_channels
        self.conv1 = nn.Conv2d(in_channels, 64, 7, stride=2, padding=3, bias=bias)
        self.maxpool = nn.Sequential(nn.ZeroPad2d(1), nn.MaxPool2d(3, stride=2))  # as Keras pads
        channels = 64
        for number, depth in enumerate(depths):
            stage, planes = nn.Sequential(), 64 * 2**number
            halving = (
                (depth - 1 if number < 3 else None) if stride_last else (0 if number else None)
            )
            for index in range(depth):
                stride = 2 if index == halving else 1
                stage.append(Bottleneck(channels, planes, stride, bias, epsilon))
                channels = 4 * planes
            self.add_module(f"layer{number + 1}", stage)
        self.norm = nn.BatchNorm2d(channels, eps=epsilon)
        self.fc = nn.Linear(channels, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 224, 224)` for instance."""
        check_images(x, self.in_channels)
        x = self.maxpool(self.conv1(x))  # (N, 3, 224, 224) -> (N, 64, 56, 56)
        x = self.layer1(x)  # (N, 256, 56, 56)
        x = self.layer2(x)  # (N, 512, 28, 28)
        x = self.layer3(x)  # (N, 1024, 14, 14)
        x = self.layer4(x)  # (N, 2048, 7, 7)
        x = self.norm(x).relu().mean(dim=(2, 3))  # (N, 2048)
        return self.fc(x)  # (N, num_classes)


@published
def resnet50_v2(**options) -> ResNetV2:
    """25,549,352 parameters, 4.09 billion multiply-adds. `options` are those of `ResNetV2`."""
    return ResNetV2(DEPTHS[50], **options)


@published
def resnet101_v2(**options) -> ResNetV2:
    """44,541,480 parameters, 7.80 billion multiply-adds. `options` are those of `ResNetV2`."""
    return ResNetV2(DEPTHS[101], **options)


@published
def resnet152_v2(**options) -> ResNetV2:
    """60,185,128 parameters, 11.51 billion multiply-adds. `options` are those of `ResNetV2`."""
    return ResNetV2(DEPTHS[152], **options)


def resnet200(**options) -> ResNetV2:
    """64,666,152 parameters, 15.01 billion multiply-adds. `options` are those of `ResNetV2`."""
    return ResNetV2(DEPTHS[200], **options)
