"""Xception in Keras: the twin of `models.torch.xception`.

F. Chollet: Xception: deep learning with depthwise separable convolutions. CVPR 2017, figure 5.
"""

from __future__ import annotations

import keras
from keras import layers

from .blocks import classify, conv, images, norm, relu, separable
from .loading import published


def block(x, widths: tuple[int, ...], name: str, halve: bool = True, relu_first: bool = True):
    """Separable convolutions beside a shortcut.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    widths
        Channels after each convolution.
    name
        Name of the twin's block in PyTorch.
    halve
        Whether the image is halved; then the shortcut is a projection.
    relu_first
        Whether a ReLU comes before the first convolution.
    """
    y = x
    for number, filters in enumerate(widths, start=1):
        if number > 1 or relu_first:
            y = relu(y)
        y = norm(
            separable(y, filters, f"{name}.body.conv{number}"), f"{name}.body.bn{number}", 1e-3
        )
    if halve:
        y = layers.MaxPooling2D(3, 2, padding="same")(y)
        x = conv(x, widths[-1], 1, f"{name}.shortcut.0", stride=2)
        x = norm(x, f"{name}.shortcut.1", 1e-3)
    return layers.Add()([y, x])


@published
def xception(
    num_classes: int = 1000,
    input_shape: tuple[int, int, int] = (299, 299, 3),
    blocks: int = 8,
) -> keras.Model:
    """22,855,952 parameters, 8.36 billion multiply-adds.

    Entry, middle and exit flow.

    Parameters
    ----------
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image, at least 71x71 pixels.
    blocks
        In the middle flow, eight in the paper.
    """
    inputs = images(input_shape, least=71)
    x = conv(inputs, 32, 3, "entry.0.conv", stride=2)  # (N, 299, 299, 3) -> (N, 149, 149, 32)
    x = relu(norm(x, "entry.0.bn", 1e-3))
    x = relu(norm(conv(x, 64, 3, "entry.1.conv"), "entry.1.bn", 1e-3))  # (N, 147, 147, 64)
    x = block(x, (128, 128), "entry.2", relu_first=False)  # (N, 74, 74, 128)
    x = block(x, (256, 256), "entry.3")  # (N, 37, 37, 256)
    x = block(x, (728, 728), "entry.4")  # (N, 19, 19, 728)
    for index in range(blocks):
        x = block(x, (728, 728, 728), f"middle.{index}", halve=False)
    x = block(x, (728, 1024), "exit.0")  # (N, 10, 10, 1024)
    x = relu(norm(separable(x, 1536, "exit.1.conv"), "exit.1.bn", 1e-3))
    x = relu(norm(separable(x, 2048, "exit.2.conv"), "exit.2.bn", 1e-3))  # (N, 10, 10, 2048)
    return classify(inputs, x, num_classes)


def small_xception(
    num_classes: int = 10,
    input_shape: tuple[int, int, int] = (32, 32, 3),
    widths: tuple[int, ...] = (16, 32, 64, 128),
) -> keras.Model:
    """49,130 parameters, 6 million multiply-adds.

    For small images: a stem and three blocks of separable convolutions, each of half the size.

    Parameters
    ----------
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image, at least 8x8 pixels.
    widths
        Channels after the stem and after each block.
    """
    inputs = images(input_shape, least=8)
    x = norm(conv(inputs, widths[0], 3, "stem", padding=1), "bn", 1e-3)
    for index, width in enumerate(widths[1:]):  # to (N, 4, 4, 128)
        x = block(x, (width, width), f"blocks.{index}")
    return classify(inputs, relu(x), num_classes)
