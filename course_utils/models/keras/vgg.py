"""VGG in Keras: the twin of `models.torch.vgg`.

K. Simonyan, A. Zisserman: Very deep convolutional networks for large-scale image recognition.
ICLR 2015, table 1, columns A (VGG-11), B (13), D (16) and E (19).
"""

from __future__ import annotations

import keras
from keras import layers

from .blocks import classify, conv, fully_connected, images, max_pool, norm, relu
from .loading import published
from .starting import he

CHANNELS = (64, 128, 256, 512, 512)  # of the five stages, each followed by max pooling
CONVOLUTIONS = {  # in each stage: table 1
    11: (1, 1, 2, 2, 2),
    13: (2, 2, 2, 2, 2),
    16: (2, 2, 3, 3, 3),
    19: (2, 2, 4, 4, 4),
}


def vgg(
    convolutions: tuple[int, ...],
    num_classes: int = 1000,
    input_shape: tuple[int, int, int] = (224, 224, 3),
    dense: int = 4096,
    dropout: float = 0.5,
) -> keras.Model:
    """Five stages of convolutions, then three dense layers, which give logits.

    Parameters
    ----------
    convolutions
        In each stage.
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image, at least 32x32 pixels.
    dense
        The width of the first two dense layers, 4096 in the paper.
    dropout
        The share of their outputs that is left out in training.
    """
    inputs = x = images(input_shape, least=32)
    position = 0  # of a layer in the twin, where activations and pooling count too
    for filters, count in zip(CHANNELS, convolutions, strict=True):
        for _ in range(count):
            name, start = f"features.{position}", he()
            x = relu(conv(x, filters, 3, name, padding=1, bias=True, start=start))
            position += 2
        x = max_pool(x, 2, 2)  # in the end (N, 224, 224, 3) -> (N, 7, 7, 512)
        position += 1
    if x.shape[1:3] != (7, 7):  # images of other sizes than 224
        x = layers.AdaptiveAveragePooling2D(7)(x)
    x = layers.Flatten(name="flatten")(x)  # (N, 25088)
    for name in ("classifier.0", "classifier.3"):
        x = fully_connected(x, dense, name, "relu", start=he())
        x = layers.Dropout(dropout)(x)
    return keras.Model(inputs, fully_connected(x, num_classes, "classifier.6", start=he()))


@published
def vgg11(**options) -> keras.Model:
    """132,863,336 parameters, 7.61 billion multiply-adds. `options` are those of `vgg`."""
    return vgg(CONVOLUTIONS[11], **options)


@published
def vgg13(**options) -> keras.Model:
    """133,047,848 parameters, 11.31 billion multiply-adds. `options` are those of `vgg`."""
    return vgg(CONVOLUTIONS[13], **options)


@published
def vgg16(**options) -> keras.Model:
    """138,357,544 parameters, 15.47 billion multiply-adds. `options` are those of `vgg`."""
    return vgg(CONVOLUTIONS[16], **options)


@published
def vgg19(**options) -> keras.Model:
    """143,667,240 parameters, 19.63 billion multiply-adds. `options` are those of `vgg`."""
    return vgg(CONVOLUTIONS[19], **options)


def small_vgg(
    num_classes: int = 10,
    input_shape: tuple[int, int, int] = (32, 32, 3),
    widths: tuple[int, ...] = (16, 32, 64),
) -> keras.Model:
    """72,954 parameters, 10 million multiply-adds.

    For small images: three stages of two 3x3 convolutions, then one dense layer. With batch
    normalisation, which the paper did not know yet, it learns in seconds.

    Parameters
    ----------
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image, at least 8x8 pixels.
    widths
        Channels of each stage.
    """
    inputs = x = images(input_shape, least=8)
    position = 0
    for width in widths:
        for _ in range(2):
            x = conv(x, width, 3, f"features.{position}", padding=1)
            x = relu(norm(x, f"features.{position + 1}"))
            position += 3
        x = max_pool(x, 2, 2)  # in the end (N, 32, 32, 3) -> (N, 4, 4, 64)
        position += 1
    return classify(inputs, x, num_classes, "classifier")
