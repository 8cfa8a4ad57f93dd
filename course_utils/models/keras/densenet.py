"""DenseNet in Keras: the twin of `models.torch.densenet`.

G. Huang, Z. Liu, L. van der Maaten, K. Weinberger: Densely connected convolutional networks.
CVPR 2017, table 1 (growth rate 32, bottlenecks, transitions that halve the channels).
"""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from .blocks import classify, conv, images, max_pool, norm, relu
from .loading import published

LAYERS = {  # in each dense block: table 1
    121: (6, 12, 24, 16),
    169: (6, 12, 32, 32),
    201: (6, 12, 48, 32),
}


def dense_layer(x, growth: int, name: str, epsilon: float):
    """1x1 to four times the growth rate, 3x3 to the growth rate; the input is kept beside it.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    growth
        Channels that are added.
    name
        Name of the twin's module in PyTorch.
    epsilon
        Of batch normalisation.
    """
    y = conv(relu(norm(x, f"{name}.norm1", epsilon)), 4 * growth, 1, f"{name}.conv1")
    y = conv(relu(norm(y, f"{name}.norm2", epsilon)), growth, 3, f"{name}.conv2", padding=1)
    return layers.Concatenate()([x, y])


def densenet(
    counts: tuple[int, ...],
    num_classes: int = 1000,
    input_shape: tuple[int, int, int] = (224, 224, 3),
    growth: int = 32,
    epsilon: float = 1e-5,
    small: bool = False,
) -> keras.Model:
    """Stem, four dense blocks with transitions between them, global average, logits.

    Parameters
    ----------
    counts
        Layers in each dense block.
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image, at least 32x32 pixels, or 4x4 if `small`.
    growth
        Channels that each layer adds.
    epsilon
        Of batch normalisation, 1.001e-5 in keras.applications.
    small
        For small images: the stem is a 3x3 convolution, and pools nothing (section 4.2).
    """
    inputs = images(input_shape, least=2 ** (len(counts) - 1) if small else 32)
    kernel, stride = (3, 1) if small else (7, 2)
    x = conv(inputs, 2 * growth, kernel, "features.conv0", stride=stride, padding=kernel // 2)
    x = relu(norm(x, "features.norm0", epsilon))  # (N, 224, 224, 3) -> (N, 112, 112, 64)
    if not small:
        x = max_pool(x, 3, 2, padding=1)  # (N, 56, 56, 64)
    for number, count in enumerate(counts, start=1):
        for index in range(1, count + 1):
            x = dense_layer(x, growth, f"features.denseblock{number}.denselayer{index}", epsilon)
        if number < len(counts):
            name = f"features.transition{number}"
            x = relu(norm(x, f"{name}.norm", epsilon))
            x = conv(x, x.shape[-1] // 2, 1, f"{name}.conv")
            x = layers.AveragePooling2D(2)(x)
    x = relu(norm(x, "features.norm5", epsilon))  # (N, 7, 7, 1024) for DenseNet-121
    return classify(inputs, x, num_classes, "classifier")


@published
def densenet121(**options) -> keras.Model:
    """7,978,856 parameters, 2.83 billion multiply-adds. `options` are those of `densenet`."""
    return densenet(LAYERS[121], **options)


@published
def densenet169(**options) -> keras.Model:
    """14,149,480 parameters, 3.36 billion multiply-adds. `options` are those of `densenet`."""
    return densenet(LAYERS[169], **options)


@published
def densenet201(**options) -> keras.Model:
    """20,013,928 parameters, 4.29 billion multiply-adds. `options` are those of `densenet`."""
    return densenet(LAYERS[201], **options)


def small_densenet(**options) -> keras.Model:
    """71,734 parameters, 31 million multiply-adds: three blocks of three layers, each adds 12.

    `options` are those of `densenet`.
    """
    small: dict[str, Any] = dict(num_classes=10, input_shape=(32, 32, 3), growth=12, small=True)
    return densenet((3, 3, 3), **small | options)
