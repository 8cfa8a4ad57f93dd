"""ResNet, and its wider and grouped relatives, in Keras: the twin of `models.torch.resnet`.

K. He, X. Zhang, S. Ren, J. Sun: Deep residual learning for image recognition. CVPR 2016, table 1.
S. Zagoruyko, N. Komodakis: Wide residual networks. BMVC 2016.
S. Xie, R. Girshick, P. Dollár, Z. Tu, K. He: Aggregated residual transformations. CVPR 2017.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import layers

from .blocks import classify, conv, excitation, images, max_pool, norm, relu
from .loading import published

DEPTHS = {  # blocks in each of the four stages: table 1
    18: (2, 2, 2, 2),
    34: (3, 4, 6, 3),
    50: (3, 4, 6, 3),
    101: (3, 4, 23, 3),
    152: (3, 8, 36, 3),
}
SMALL: dict[str, Any] = dict(
    num_classes=10, input_shape=(32, 32, 3), planes=(16, 32, 64), small=True
)


def basic_block(x, planes: int, stride: int, width: int, name: str, options: dict):
    """Two 3x3 convolutions: ResNet-18 and -34.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    planes
        Channels of both convolutions.
    stride
        1, or 2 to halve the image.
    width
        Not used here; it is a bottleneck's.
    name
        Name of the twin's module in PyTorch.
    options
        `bias` and `epsilon`, `groups`, `stride_first`, `shortcuts` and `excite`, as for `resnet`.
    """
    bias, epsilon = options["bias"], options["epsilon"]
    y = conv(x, planes, 3, f"{name}.conv1", stride=stride, padding=1, bias=bias)
    y = relu(norm(y, f"{name}.bn1", epsilon))
    y = conv(y, planes, 3, f"{name}.conv2", padding=1, bias=bias)
    return add(norm(y, f"{name}.bn2", epsilon), x, stride, name, options)


def bottleneck(x, planes: int, stride: int, width: int, name: str, options: dict):
    """1x1 to fewer channels, 3x3 among them, 1x1 to four times as many: from ResNet-50 on.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    planes
        A quarter of the output channels.
    stride
        1, or 2 to halve the image.
    width
        Channels of the 3x3 convolution.
    name
        Name of the twin's module in PyTorch.
    options
        `bias` and `epsilon`, `groups`, `stride_first`, `shortcuts` and `excite`, as for `resnet`.
    """
    bias, epsilon, groups = options["bias"], options["epsilon"], options["groups"]
    first, second = (stride, 1) if options["stride_first"] else (1, stride)
    y = conv(x, width, 1, f"{name}.conv1", stride=first, bias=bias)
    y = relu(norm(y, f"{name}.bn1", epsilon))
    y = conv(y, width, 3, f"{name}.conv2", stride=second, padding=1, groups=groups, bias=bias)
    y = relu(norm(y, f"{name}.bn2", epsilon))
    y = conv(y, 4 * planes, 1, f"{name}.conv3", bias=bias)
    return add(norm(y, f"{name}.bn3", epsilon), x, stride, name, options)


def add(y, x, stride: int, name: str, options: dict):
    """The residual added to its block's input: equations 1 and 2.

    The input is projected by a 1x1 convolution where the shape changes.

    Parameters
    ----------
    y
        The residual, `(N, H', W', C')`.
    x
        The block's input, `(N, H, W, C)`.
    stride
        The block's.
    name
        Name of the twin's block in PyTorch.
    options
        The block's.
    """
    if options["excite"]:
        y = excitation(y, f"{name}.se")
    if not options["shortcuts"]:
        return relu(y)
    if stride != 1 or x.shape[-1] != y.shape[-1]:
        x = conv(x, y.shape[-1], 1, f"{name}.downsample.0", stride=stride, bias=options["bias"])
        x = norm(x, f"{name}.downsample.1", options["epsilon"])
    return relu(layers.Add()([x, y]))


def resnet(
    block: Callable,
    depths: tuple[int, ...],
    num_classes: int = 1000,
    input_shape: tuple[int, int, int] = (224, 224, 3),
    groups: int = 1,
    width: int = 64,
    stride_first: bool = False,
    bias: bool = False,
    epsilon: float = 1e-5,
    planes: tuple[int, ...] = (64, 128, 256, 512),
    small: bool = False,
    shortcuts: bool = True,
    excite: bool = False,
) -> keras.Model:
    """Stem, four stages of blocks, global average, one dense layer, which gives logits.

    Parameters
    ----------
    block
        `basic_block` or `bottleneck`.
    depths
        Blocks in each stage.
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image.
    groups, width
        Of the 3x3 convolutions in a bottleneck: ResNeXt has 32 groups of width 4, a wide ResNet one
        of width 128; 64 is the ordinary one.
    stride_first
        Whether the first convolution of a bottleneck halves the image, as in the paper and
        keras.applications, or the 3x3 one, as in torchvision.
    bias, epsilon
        Of the convolutions and of batch normalisation: keras.applications has biases and 1.001e-5.
    planes
        Channels of each stage; a bottleneck gives four times as many.
    small
        For small images: the stem is a 3x3 convolution, and pools nothing (section 4.2).
    shortcuts
        Without them it is the plain network that the paper compares with.
    excite
        With squeeze and excitation of every residual: see `senet`.
    """
    block_options = dict(groups=groups, stride_first=stride_first, bias=bias, epsilon=epsilon)
    block_options |= dict(shortcuts=shortcuts, excite=excite)
    inputs = images(input_shape)
    kernel, stride = (3, 1) if small else (7, 2)
    x = conv(inputs, planes[0], kernel, "conv1", stride=stride, padding=kernel // 2, bias=bias)
    x = relu(norm(x, "bn1", epsilon))  # (N, 224, 224, 3) -> (N, 112, 112, 64)
    if not small:
        x = max_pool(x, 3, 2, padding=1)  # (N, 56, 56, 64)
    for number, (depth, outputs) in enumerate(zip(depths, planes, strict=True)):
        for index in range(depth):  # to (N, 7, 7, 512), or 2048 with bottlenecks
            stride = 2 if number > 0 and index == 0 else 1
            inner = outputs * width // 64 * groups
            x = block(x, outputs, stride, inner, f"layer{number + 1}.{index}", block_options)
    return classify(inputs, x, num_classes)


@published
def resnet18(**options) -> keras.Model:
    """11,689,512 parameters, 1.81 billion multiply-adds. `options` are those of `resnet`."""
    return resnet(basic_block, DEPTHS[18], **options)


@published
def resnet34(**options) -> keras.Model:
    """21,797,672 parameters, 3.66 billion multiply-adds. `options` are those of `resnet`."""
    return resnet(basic_block, DEPTHS[34], **options)


@published
def resnet50(**options) -> keras.Model:
    """25,557,032 parameters, 4.09 billion multiply-adds. `options` are those of `resnet`."""
    return resnet(bottleneck, DEPTHS[50], **options)


@published
def resnet101(**options) -> keras.Model:
    """44,549,160 parameters, 7.80 billion multiply-adds. `options` are those of `resnet`."""
    return resnet(bottleneck, DEPTHS[101], **options)


@published
def resnet152(**options) -> keras.Model:
    """60,192,808 parameters, 11.51 billion multiply-adds. `options` are those of `resnet`."""
    return resnet(bottleneck, DEPTHS[152], **options)


@published
def wide_resnet50_2(**options) -> keras.Model:
    """68,883,240 parameters, 11.40 billion multiply-adds. `options` are those of `resnet`."""
    return resnet(bottleneck, DEPTHS[50], width=128, **options)


@published
def wide_resnet101_2(**options) -> keras.Model:
    """126,886,696 parameters, 22.75 billion multiply-adds. `options` are those of `resnet`."""
    return resnet(bottleneck, DEPTHS[101], width=128, **options)


@published
def resnext50_32x4d(**options) -> keras.Model:
    """25,028,904 parameters, 4.23 billion multiply-adds. `options` are those of `resnet`."""
    return resnet(bottleneck, DEPTHS[50], groups=32, width=4, **options)


@published
def resnext101_32x8d(**options) -> keras.Model:
    """88,791,336 parameters, 16.41 billion multiply-adds. `options` are those of `resnet`."""
    return resnet(bottleneck, DEPTHS[101], groups=32, width=8, **options)


def small_resnet(blocks: int = 1, **options) -> keras.Model:
    """78,042 parameters, 13 million multiply-adds.

    For 28x28 to 64x64 images: three stages of `blocks` basic blocks with 16, 32 and 64 channels;
    `blocks=3` is ResNet-20 of section 4.2, here with projections where the shape changes. `options`
    are those of `resnet`.
    """
    return resnet(basic_block, (blocks,) * 3, **SMALL | options)
