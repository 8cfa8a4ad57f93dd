"""A ResNet with octave convolutions in Keras: the twin of `models.torch.octave`.

Y. Chen et al.: Drop an octave: reducing spatial redundancy in convolutional neural networks with
octave convolution. ICCV 2019, figure 2 and equation 4.

Feature maps are a pair: high frequencies `(N, H, W, C - L)`, low ones `(N, H/2, W/2, L)`; a share
`alpha` of the channels is low. Weights are as many as without octaves, work is less.
"""

from __future__ import annotations

import keras
from keras import layers

from .blocks import classify, conv, images, max_pool, norm, relu
from .resnet import DEPTHS, SMALL


def half(x):
    """The mean of every 2x2 window of the maps `x`: half as high, half as wide."""
    return layers.AveragePooling2D(2)(x)


def oct_conv(pair, filters: int, kernel: int, alpha: float, name: str, stride: int = 1):
    """Four convolutions: from high to high, high to low, low to high, low to low.

    Parameters
    ----------
    pair
        High maps `(N, H, W, C - L)`, and low ones `(N, H/2, W/2, L)` or None.
    filters
        Output channels, high and low together.
    kernel
        Height and width of the window.
    alpha
        The share of low channels in the output.
    name
        Name of the twin's module in PyTorch.
    stride
        1 or 2; a stride of 2 pools first.
    """
    high, low = pair
    low_out = int(filters * alpha)

    def to(x, outputs: int, way: str):
        return conv(x, outputs, kernel, f"{name}.{way}", padding=kernel // 2)

    high = half(high) if stride == 2 else high
    y_high, y_low = to(high, filters - low_out, "high_to_high"), None
    if low_out:
        y_low = to(half(high), low_out, "high_to_low")
    if low is not None:  # after a stride the low maps have the size of the high ones
        raised = to(low, filters - low_out, "low_to_high")
        y_high = layers.Add()([y_high, raised if stride == 2 else layers.UpSampling2D(2)(raised)])
    if low is not None and low_out:
        kept = to(half(low) if stride == 2 else low, low_out, "low_to_low")
        y_low = layers.Add()([y_low, kept])
    return y_high, y_low


def oct_norm(pair, name: str):
    """The `pair` of high and low maps, both normalised; `name` is the twin's."""
    high, low = pair
    return norm(high, f"{name}.high"), None if low is None else norm(low, f"{name}.low")


def oct_relu(pair):
    """The `pair` of high and low maps, both after a ReLU."""
    high, low = pair
    return relu(high), None if low is None else relu(low)


def oct_block(pair, planes: int, stride: int, alpha: float, bottleneck: bool, name: str):
    """A basic block or a bottleneck with octave convolutions.

    Parameters
    ----------
    pair
        High maps `(N, H, W, C - L)`, and low ones `(N, H/2, W/2, L)` or None.
    planes
        Channels of the 3x3 convolutions; a bottleneck gives four times as many.
    stride
        1 or 2.
    alpha
        The share of low channels in the output.
    bottleneck
        Whether it has three convolutions, 1x1, 3x3 and 1x1, or two of 3x3.
    name
        Name of the twin's module in PyTorch.
    """
    outputs = 4 * planes if bottleneck else planes
    inputs = sum(half.shape[-1] for half in pair if half is not None)
    before = 0.0 if pair[1] is None else pair[1].shape[-1] / inputs
    if bottleneck:
        y = oct_relu(oct_norm(oct_conv(pair, planes, 1, alpha, f"{name}.conv1"), f"{name}.bn1"))
        y = oct_norm(oct_conv(y, planes, 3, alpha, f"{name}.conv2", stride), f"{name}.bn2")
        y = oct_norm(oct_conv(oct_relu(y), outputs, 1, alpha, f"{name}.conv3"), f"{name}.bn3")
    else:
        y = oct_norm(oct_conv(pair, planes, 3, alpha, f"{name}.conv1", stride), f"{name}.bn1")
        y = oct_norm(oct_conv(oct_relu(y), planes, 3, alpha, f"{name}.conv2"), f"{name}.bn2")
    if stride == 2 or inputs != outputs or before != alpha:
        pair = oct_conv(pair, outputs, 1, alpha, f"{name}.downsample.conv", stride)
        pair = oct_norm(pair, f"{name}.downsample.bn")
    high = relu(layers.Add()([pair[0], y[0]]))
    return high, None if y[1] is None else relu(layers.Add()([pair[1], y[1]]))


def oct_resnet(
    depths: tuple[int, ...],
    num_classes: int = 1000,
    input_shape: tuple[int, int, int] = (224, 224, 3),
    alpha: float = 0.5,
    planes: tuple[int, ...] = (64, 128, 256, 512),
    small: bool = False,
) -> keras.Model:
    """A ResNet whose stages keep a share of their channels at half the size.

    The first convolution takes an image, the last stage gives only high frequencies.

    Parameters
    ----------
    depths
        Blocks in each stage.
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image; height and width are multiples of 32, or of 4 if
        `small`.
    alpha
        The share of low channels, from 0 up to, not including, 1.
    planes
        Channels of each stage; a bottleneck gives four times as many.
    small
        For small images: basic blocks, and a stem that is a 3x3 convolution and pools nothing.
    """
    inputs = images(input_shape, multiple=4 if small else 32)
    kernel, stride = (3, 1) if small else (7, 2)
    x = conv(inputs, planes[0], kernel, "conv1", stride=stride, padding=kernel // 2)
    x = relu(norm(x, "bn1"))  # (N, 224, 224, 3) -> (N, 112, 112, 64)
    pair = x if small else max_pool(x, 3, 2, padding=1), None  # (N, 56, 56, 64)
    for number, (depth, outputs) in enumerate(zip(depths, planes, strict=True), start=1):
        share = 0.0 if number == len(depths) else alpha
        for index in range(depth):  # to (N, 7, 7, 2048)
            stride = 2 if number > 1 and index == 0 else 1
            name = f"blocks.layer{number}_{index}"
            pair = oct_block(pair, outputs, stride, share, not small, name)
    return classify(inputs, pair[0], num_classes)


def oct_resnet50(**options) -> keras.Model:
    """25,557,032 parameters, 2.37 billion multiply-adds. `options` are those of `oct_resnet`."""
    return oct_resnet(DEPTHS[50], **options)


def small_oct_resnet(blocks: int = 1, **options) -> keras.Model:
    """78,330 parameters, 9 million multiply-adds: `small_resnet` with octaves.

    `blocks` is the number of blocks in each of the three stages. `options` are those of
    `oct_resnet`.
    """
    return oct_resnet((blocks,) * 3, **SMALL | options)
