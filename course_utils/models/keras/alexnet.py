"""AlexNet and ZFNet in Keras: the twins of `models.torch.alexnet`.

A. Krizhevsky, I. Sutskever, G. Hinton: ImageNet classification with deep convolutional neural
networks. NIPS 2012, section 3.5 and figure 2. It says 224x224, but its sizes need 227x227.
M. Zeiler, R. Fergus: Visualizing and understanding convolutional networks. ECCV 2014, figure 3.

Weights start as He's. Both papers' own, of standard deviation 0.01 everywhere, are made for pixels
from 0 to 255; of normalised pixels they leave next to nothing.
"""

from __future__ import annotations

import keras
from keras import layers, ops

from .blocks import conv, fully_connected, images, max_pool, relu
from .starting import he


class LocalResponseNorm(layers.Layer):
    """`x / (2 + 1e-4 * sum of squares over 5 neighbouring channels)^0.75`: section 3.3."""

    def call(self, x):
        """The maps `x`, `(N, H, W, C)`, normalised, in the same shape."""
        padded = ops.pad(x**2, [(0, 0), (0, 0), (0, 0), (2, 2)])
        channels = x.shape[-1]
        total = sum(padded[..., k : k + channels] for k in range(5))
        return x / (2 + 1e-4 * total) ** 0.75


def dense_layers(x, num_classes: int):
    """The three dense layers, with dropout after the first two: `num_classes` logits.

    `x` are the last feature maps, `(N, 6, 6, 256)` or, averaged to that size, of any other.
    """
    if x.shape[1:3] != (6, 6):
        x = layers.AdaptiveAveragePooling2D(6)(x)
    x = layers.Flatten(name="flatten")(x)  # (N, 9216)
    for name in ("fc6", "fc7"):
        x = fully_connected(x, 4096, name, "relu", start=he())
        x = layers.Dropout(0.5)(x)
    return fully_connected(x, num_classes, "fc8", start=he())


def alexnet(
    num_classes: int = 1000, input_shape: tuple[int, int, int] = (227, 227, 3), groups: int = 1
) -> keras.Model:
    """62,378,344 parameters, 1.14 billion multiply-adds; `groups=2`: 60,965,224, 0.72 billion.

    Parameters
    ----------
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image, at least 227x227 pixels.
    groups
        2 splits the second, fourth and fifth convolution in halves that do not see each other, as
        the paper did to fill two GPUs.
    """
    inputs = images(input_shape, least=227)
    x = relu(conv(inputs, 96, 11, "conv1", stride=4, bias=True, start=he()))
    x = max_pool(LocalResponseNorm()(x), 3, 2)  # (N, 227, 227, 3) -> (N, 27, 27, 96)
    x = relu(conv(x, 256, 5, "conv2", padding=2, groups=groups, bias=True, start=he()))
    x = max_pool(LocalResponseNorm()(x), 3, 2)  # (N, 13, 13, 256)
    x = relu(conv(x, 384, 3, "conv3", padding=1, bias=True, start=he()))  # (N, 13, 13, 384)
    x = relu(conv(x, 384, 3, "conv4", padding=1, groups=groups, bias=True, start=he()))
    x = relu(conv(x, 256, 3, "conv5", padding=1, groups=groups, bias=True, start=he()))
    x = max_pool(x, 3, 2)  # (N, 6, 6, 256)
    return keras.Model(inputs, dense_layers(x, num_classes))


def zfnet(
    num_classes: int = 1000, input_shape: tuple[int, int, int] = (224, 224, 3)
) -> keras.Model:
    """62,357,608 parameters, 1.17 billion multiply-adds.

    AlexNet with a first convolution that is smaller and finer.

    Parameters
    ----------
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image, at least 224x224 pixels.
    """
    inputs = images(input_shape, least=224)
    x = relu(conv(inputs, 96, 7, "conv1", stride=2, padding=1, bias=True, start=he()))
    x = LocalResponseNorm()(max_pool(x, 3, 2, padding=1))  # (N, 224, 224, 3) -> (N, 55, 55, 96)
    x = relu(conv(x, 256, 5, "conv2", stride=2, bias=True, start=he()))
    x = LocalResponseNorm()(max_pool(x, 3, 2, padding=1))  # (N, 13, 13, 256)
    for number, filters in ((3, 384), (4, 384), (5, 256)):
        x = relu(conv(x, filters, 3, f"conv{number}", padding=1, bias=True, start=he()))
    x = max_pool(x, 3, 2)  # (N, 6, 6, 256)
    return keras.Model(inputs, dense_layers(x, num_classes))
