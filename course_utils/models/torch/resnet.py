"""ResNet, and its wider and grouped relatives, in PyTorch.

A block adds what it computes to its input, so that the gradient has a way round every block.

K. He, X. Zhang, S. Ren, J. Sun: Deep residual learning for image recognition. CVPR 2016, table 1.
S. Zagoruyko, N. Komodakis: Wide residual networks. BMVC 2016.
S. Xie, R. Girshick, P. Dollár, Z. Tu, K. He: Aggregated residual transformations. CVPR 2017.

Parameters are named as in torchvision, so that its published weights load as they are.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from .checks import check_images
from .loading import published

DEPTHS = {  # blocks in each of the four stages: table 1
    18: (2, 2, 2, 2),
    34: (3, 4, 6, 3),
    50: (3, 4, 6, 3),
    101: (3, 4, 23, 3),
    152: (3, 8, 36, 3),
}
SMALL: dict[str, Any] = dict(num_classes=10, planes=(16, 32, 64), small=True)


class Block(nn.Module):
    """Adds the residual that a subclass computes to its input: equations 1 and 2."""

    downsample: nn.Module | None

    def residual(self, x: Tensor) -> Tensor:
        """What is added to `x`, `(N, inputs, H, W)`: `(N, outputs, H / stride, W / stride)`."""
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Feature maps `(N, outputs, H / stride, W / stride)` of `x`, `(N, inputs, H, W)`."""
        y = self.residual(x)
        return (y if self.downsample is None else y + self.downsample(x)).relu()


class BasicBlock(Block):
    """Two 3x3 convolutions: ResNet-18 and -34.

    Parameters
    ----------
    inputs
        Input channels.
    planes
        Channels of both convolutions.
    stride
        1, or 2 to halve the image.
    width
        Not used here; it is a bottleneck's.
    options
        `bias` and `epsilon`, `groups`, `stride_first` and `shortcuts`, as for `ResNet`.
    """

    expansion = 1

    def __init__(self, inputs: int, planes: int, stride: int, width: int, options: dict):
        super().__init__()
        bias, epsilon = options["bias"], options["epsilon"]
        self.conv1 = nn.Conv2d(inputs, planes, 3, stride, padding=1, bias=bias)
        self.bn1 = nn.BatchNorm2d(planes, eps=epsilon)
        self.conv2 = nn.Conv2d(planes, planes, 3, padding=1, bias=bias)
        self.bn2 = nn.BatchNorm2d(planes, eps=epsilon)
        self.downsample = _shortcut(inputs, planes, stride, options)

    def residual(self, x: Tensor) -> Tensor:
        """What is added to `x`, `(N, inputs, H, W)`: `(N, planes, H / stride, W / stride)`."""
        y = self.bn1(self.conv1(x)).relu()
        return self.bn2(self.conv2(y))


class Bottleneck(Block):
    """1x1 to fewer channels, 3x3 among them, 1x1 to four times as many: from ResNet-50 on.

    Parameters
    ----------
    inputs
        Input channels.
    planes
        A quarter of the output channels.
    stride
        1, or 2 to halve the image.
    width
        Channels of the 3x3 convolution.
    options
        `bias` and `epsilon`, `groups`, `stride_first` and `shortcuts`, as for `ResNet`.
    """

    expansion = 4

    def __init__(self, inputs: int, planes: int, stride: int, width: int, options: dict):
        super().__init__()
        bias, epsilon, outputs = options["bias"], options["epsilon"], planes * self.expansion
        first, second = (stride, 1) if options["stride_first"] else (1, stride)
        groups = options["groups"]
        self.conv1 = nn.Conv2d(inputs, width, 1, first, bias=bias)
        self.bn1 = nn.BatchNorm2d(width, eps=epsilon)
        self.conv2 = nn.Conv2d(width, width, 3, second, padding=1, groups=groups, bias=bias)
        self.bn2 = nn.BatchNorm2d(width, eps=epsilon)
        self.conv3 = nn.Conv2d(width, outputs, 1, bias=bias)
        self.bn3 = nn.BatchNorm2d(outputs, eps=epsilon)
        self.downsample = _shortcut(inputs, outputs, stride, options)

    def residual(self, x: Tensor) -> Tensor:
        """What is added to `x`, `(N, inputs, H, W)`: `(N, 4 * planes, H / stride, W / stride)`."""
        y = self.bn1(self.conv1(x)).relu()
        y = self.bn2(self.conv2(y)).relu()
        return self.bn3(self.conv3(y))


def _shortcut(inputs: int, outputs: int, stride: int, options: dict) -> nn.Module | None:
    """The input itself, or projected by a 1x1 convolution where the shape changes."""
    if not options["shortcuts"]:
        return None
    if stride == 1 and inputs == outputs:
        return nn.Sequential()
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 1, stride, bias=options["bias"]),
        nn.BatchNorm2d(outputs, eps=options["epsilon"]),
    )


class ResNet(nn.Module):
    """Stem, four stages of blocks, global average, one dense layer.

    Parameters
    ----------
    block
        `BasicBlock`, `Bottleneck`, or one of their kind.
    depths
        Blocks in each stage.
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
    groups, width
        Of the 3x3 convolutions in a bottleneck: ResNeXt has 32 groups of width 4, a wide ResNet one
        of width 128; 64 is the ordinary one.
    stride_first
        Whether the first convolution of a bottleneck halves the image, as in the paper and Keras,
        or the 3x3 one, as in torchvision, which is a little more accurate.
    bias, epsilon
        Of the convolutions and of batch normalisation: Keras' ResNet has biases and 1.001e-5.
    planes
        Channels of each stage; a bottleneck gives four times as many.
    small
        For small images: the stem is a 3x3 convolution, and pools nothing (section 4.2).
    shortcuts
        Without them it is the plain network that the paper compares with.
    """

    def __init__(
        self,
        block: type[BasicBlock | Bottleneck],
        depths: tuple[int, ...],
        num_classes: int = 1000,
        in_channels: int = 3,
        groups: int = 1,
        width: int = 64,
        stride_first: bool = False,
        bias: bool = False,
        epsilon: float = 1e-5,
        planes: tuple[int, ...] = (64, 128, 256, 512),
        small: bool = False,
        shortcuts: bool = True,
    ):
        super().__init__()
        self.in_channels = in_channels
        options = dict(groups=groups, stride_first=stride_first, bias=bias, epsilon=epsilon)
        options["shortcuts"] = shortcuts
        kernel, stride = (3, 1) if small else (7, 2)
        self.conv1 = nn.Conv2d(in_channels, planes[0], kernel, stride, kernel // 2, bias=bias)
        self.bn1 = nn.BatchNorm2d(planes[0], eps=epsilon)
        self.maxpool = nn.Identity() if small else nn.MaxPool2d(3, stride=2, padding=1)
        channels = planes[0]
        for number, (depth, outputs) in enumerate(zip(depths, planes, strict=True)):
            stage = nn.Sequential()
            for index in range(depth):
                stride = 2 if number > 0 and index == 0 else 1
                inner = outputs * width // 64 * groups
                stage.append(block(channels, outputs, stride, inner, options))
                channels = outputs * block.expansion
            self.add_module(f"layer{number + 1}", stage)
        self.fc = nn.Linear(channels, num_classes)

    def stages(self) -> list[nn.Module]:
        """layer1, layer2 and so on: four, three for small images."""
        return [part for name, part in self.named_children() if name.startswith("layer")]

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 224, 224)` for instance."""
        check_images(x, self.in_channels)
        x = self.bn1(self.conv1(x)).relu()  # (N, 3, 224, 224) -> (N, 64, 112, 112)
        x = self.maxpool(x)  # (N, 64, 56, 56)
        for stage in self.stages():
            x = stage(x)
            # (N, 64, 56, 56), or 256 channels with bottlenecks
            # (N, 128, 28, 28), or 512
            # (N, 256, 14, 14), or 1024
            # (N, 512, 7, 7), or 2048
        x = x.mean(dim=(2, 3))  # (N, 512), or 2048
        return self.fc(x)  # (N, num_classes)


@published
def resnet18(**options) -> ResNet:
    """11,689,512 parameters, 1.81 billion multiply-adds. `options` are those of `ResNet`."""
    return ResNet(BasicBlock, DEPTHS[18], **options)


@published
def resnet34(**options) -> ResNet:
    """21,797,672 parameters, 3.66 billion multiply-adds. `options` are those of `ResNet`."""
    return ResNet(BasicBlock, DEPTHS[34], **options)


@published
def resnet50(**options) -> ResNet:
    """25,557,032 parameters, 4.09 billion multiply-adds. `options` are those of `ResNet`."""
    return ResNet(Bottleneck, DEPTHS[50], **options)


@published
def resnet101(**options) -> ResNet:
    """44,549,160 parameters, 7.80 billion multiply-adds. `options` are those of `ResNet`."""
    return ResNet(Bottleneck, DEPTHS[101], **options)


@published
def resnet152(**options) -> ResNet:
    """60,192,808 parameters, 11.51 billion multiply-adds. `options` are those of `ResNet`."""
    return ResNet(Bottleneck, DEPTHS[152], **options)


@published
def wide_resnet50_2(**options) -> ResNet:
    """68,883,240 parameters, 11.40 billion multiply-adds. `options` are those of `ResNet`."""
    return ResNet(Bottleneck, DEPTHS[50], width=128, **options)


@published
def wide_resnet101_2(**options) -> ResNet:
    """126,886,696 parameters, 22.75 billion multiply-adds. `options` are those of `ResNet`."""
    return ResNet(Bottleneck, DEPTHS[101], width=128, **options)


@published
def resnext50_32x4d(**options) -> ResNet:
    """25,028,904 parameters, 4.23 billion multiply-adds. `options` are those of `ResNet`."""
    return ResNet(Bottleneck, DEPTHS[50], groups=32, width=4, **options)


@published
def resnext101_32x8d(**options) -> ResNet:
    """88,791,336 parameters, 16.41 billion multiply-adds. `options` are those of `ResNet`."""
    return ResNet(Bottleneck, DEPTHS[101], groups=32, width=8, **options)


def small_resnet(blocks: int = 1, **options) -> ResNet:
    """78,042 parameters, 13 million multiply-adds.

    For 28x28 to 64x64 images: three stages of `blocks` basic blocks with 16, 32 and 64 channels;
    `blocks=3` is ResNet-20 of section 4.2, here with projections where the shape changes. `options`
    are those of `ResNet`.
    """
    return ResNet(BasicBlock, (blocks,) * 3, **SMALL | options)
