"""U-Net in Keras: the twin of `models.torch.unet`.

O. Ronneberger, P. Fischer, T. Brox: U-Net: convolutional networks for biomedical image
segmentation. MICCAI 2015, figure 1.

The paper's convolutions have no padding: of 572x572 pixels the middle 388x388 are segmented, each
from pixels that really are there, and large images tile by tile. Nearly everybody since pads, so
that the output lies on the image pixel by pixel; so does ours, unless `padded=False` is asked for.
"""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import layers

from ..naming import keras_name
from .blocks import conv, images, max_pool, relu
from .starting import he, normal

SMALL: dict[str, Any] = dict(input_shape=(32, 32, 1), width=16, depth=2, dropout=0.0)


def two_convolutions(x, filters: int, padded: bool, name: str):
    """A step of either path: two 3x3 convolutions, each followed by a ReLU.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    filters
        Output channels.
    padded
        Whether height and width stay; otherwise both lose 4 pixels.
    name
        Name of the twin's module in PyTorch.
    """
    for position in (0, 2):  # the ReLUs count there as well
        called = f"{name}.{position}"
        x = relu(conv(x, filters, 3, called, padding=int(padded), bias=True, start=he()))
    return x


def up_convolution(x, filters: int, name: str):
    """A transposed 2x2 convolution that doubles height and width.

    Its windows do not overlap: a sum is of one number from each channel, and so are He's weights.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    filters
        Output channels.
    name
        Name of the twin's module in PyTorch.
    """
    start = normal(math.sqrt(2 / x.shape[-1]))
    return layers.Conv2DTranspose(
        filters, 2, strides=2, kernel_initializer=start, name=keras_name(name)
    )(x)


def unet(
    num_classes: int = 2,
    input_shape: tuple[int, int, int] = (512, 512, 1),
    width: int = 64,
    depth: int = 4,
    padded: bool = True,
    dropout: float = 0.5,
) -> keras.Model:
    """31,030,658 parameters, 192.38 billion multiply-adds.

    Parameters
    ----------
    num_classes
        Logits for each pixel.
    input_shape
        `(height, width, channels)` of an image, multiples of `2**depth` with padding.
    width
        Channels of the first convolutions; each halving doubles them.
    depth
        How often images are halved.
    padded
        Whether the output has the height and width of the image; otherwise it is the middle part,
        `12 * 2**depth - 8` pixels less in both directions, as in the paper.
    dropout
        The share of the maps that is left out in training, on the two lowest levels as in the
        authors' network.
    """
    inputs = x = images(input_shape, multiple=2**depth if padded else 1)
    if not padded:
        _check_unpadded(input_shape, depth)
    kept = []
    for level in range(depth + 1):  # unpadded; padded (N, 512, 512, 64) and so on
        x = two_convolutions(x, width * 2**level, padded, f"contracting.{level}")
        if level >= depth - 1:
            x = layers.Dropout(dropout)(x)  # in the end (N, 28, 28, 1024)
        if level < depth:
            kept.append(x)  # (N, 572, 572, 1) -> (N, 568, 568, 64)
            x = max_pool(x, 2, 2)  # (N, 284, 284, 64)
    for index in range(depth):
        filters = width * 2 ** (depth - 1 - index)
        x = up_convolution(x, filters, f"up.{index}")  # (N, 56, 56, 512)
        x = layers.Concatenate()([_middle(kept.pop(), x), x])  # (N, 56, 56, 1024)
        x = two_convolutions(x, filters, padded, f"expanding.{index}")  # (N, 52, 52, 512)
    logits = conv(x, num_classes, 1, "head", bias=True, start=he())  # (N, 388, 388, num_classes)
    return keras.Model(inputs, logits)


def small_unet(**options) -> keras.Model:
    """116,770 parameters, 25 million multiply-adds.

    For 28x28 to 64x64 images, which it halves twice. `options` are those of `unet`.
    """
    return unet(**SMALL | options)


def _middle(maps, like):
    """The part of `maps` in the middle that is as high and as wide as `like`."""
    extra = [all_ - some for all_, some in zip(maps.shape[1:3], like.shape[1:3], strict=True)]
    if not any(extra):
        return maps
    return layers.Cropping2D([(size // 2, size - size // 2) for size in extra])(maps)


def _check_unpadded(input_shape: tuple[int, int, int], depth: int) -> None:
    step, lost = 2**depth, 12 * 2**depth - 8
    if any((size + 4) % step or size <= lost for size in input_shape[:2]):
        least = lost + 1 + -(lost + 5) % step
        raise ValueError(
            f"without padding maps of an odd size could not be halved, so height and width are "
            f"{least}, {least + step}, {least + 2 * step} and so on in steps of {step}; "
            f"input_shape is {input_shape}"
        )
