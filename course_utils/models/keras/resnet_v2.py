"""ResNet with pre-activation in Keras: the twin of `models.torch.resnet_v2`.

K. He, X. Zhang, S. Ren, J. Sun: Identity mappings in deep residual networks. ECCV 2016, figure
4(e) and the appendix, which has ResNet-200.
"""

from __future__ import annotations

import keras
from keras import layers

from .blocks import classify, conv, images, max_pool, norm, pad, relu
from .loading import published

DEPTHS = {  # blocks in each of the four stages
    50: (3, 4, 6, 3),
    101: (3, 4, 23, 3),
    152: (3, 8, 36, 3),
    200: (3, 24, 36, 3),
}


def bottleneck(x, planes: int, stride: int, bias: bool, epsilon: float, name: str):
    """Normalisation and ReLU before each convolution.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    planes
        A quarter of the output channels.
    stride
        Of the 3x3 convolution: 1, or 2 to halve the image.
    bias
        Whether the last convolution and the projection have one.
    epsilon
        Of batch normalisation.
    name
        Name of the twin's module in PyTorch.
    """
    activated = relu(norm(x, f"{name}.norm1", epsilon))
    if x.shape[-1] != 4 * planes:
        shortcut = conv(activated, 4 * planes, 1, f"{name}.projection", stride=stride, bias=bias)
    else:
        shortcut = max_pool(x, 1, stride) if stride > 1 else x
    y = conv(activated, planes, 1, f"{name}.conv1")
    y = relu(norm(y, f"{name}.norm2", epsilon))
    y = conv(y, planes, 3, f"{name}.conv2", stride=stride, padding=1)
    y = relu(norm(y, f"{name}.norm3", epsilon))
    y = conv(y, 4 * planes, 1, f"{name}.conv3", bias=bias)
    return layers.Add()([shortcut, y])


def resnet_v2(
    depths: tuple[int, ...],
    num_classes: int = 1000,
    input_shape: tuple[int, int, int] = (224, 224, 3),
    stride_last: bool = False,
    bias: bool = False,
    epsilon: float = 1e-5,
) -> keras.Model:
    """Stem, four stages, normalisation, global average, logits.

    Parameters
    ----------
    depths
        Blocks in each stage.
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image.
    stride_last
        Whether a stage halves the image in its last block, as in keras.applications, or in its
        first, as in the paper.
    bias
        Whether the last convolution of a block, the projections and the stem have biases, as in
        keras.applications.
    epsilon
        Of batch normalisation, 1.001e-5 in keras.applications.
    """
    inputs = images(input_shape)
    x = conv(inputs, 64, 7, "conv1", stride=2, padding=3, bias=bias)
    x = max_pool(pad(x, 1), 3, 2)  # (N, 224, 224, 3) -> (N, 56, 56, 64); zeros, as Keras pads
    for number, depth in enumerate(depths):
        halving = (depth - 1 if number < 3 else None) if stride_last else (0 if number else None)
        for index in range(depth):  # to (N, 7, 7, 2048)
            stride = 2 if index == halving else 1
            x = bottleneck(x, 64 * 2**number, stride, bias, epsilon, f"layer{number + 1}.{index}")
    return classify(inputs, relu(norm(x, "norm", epsilon)), num_classes)


@published
def resnet50_v2(**options) -> keras.Model:
    """25,549,352 parameters, 4.09 billion multiply-adds. `options` are those of `resnet_v2`."""
    return resnet_v2(DEPTHS[50], **options)


@published
def resnet101_v2(**options) -> keras.Model:
    """44,541,480 parameters, 7.80 billion multiply-adds. `options` are those of `resnet_v2`."""
    return resnet_v2(DEPTHS[101], **options)


@published
def resnet152_v2(**options) -> keras.Model:
    """60,185,128 parameters, 11.51 billion multiply-adds. `options` are those of `resnet_v2`."""
    return resnet_v2(DEPTHS[152], **options)


def resnet200(**options) -> keras.Model:
    """64,666,152 parameters, 15.01 billion multiply-adds. `options` are those of `resnet_v2`."""
    return resnet_v2(DEPTHS[200], **options)
