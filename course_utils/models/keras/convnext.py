"""ConvNeXt in Keras: the twin of `models.torch.convnext`.

Z. Liu, H. Mao, C.-Y. Wu, C. Feichtenhofer, T. Darrell, S. Xie: A ConvNet for the 2020s. CVPR 2022,
figure 4 and table 9.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers

from ..naming import keras_name
from .blocks import conv, depthwise, fully_connected, images, layer_norm, stochastic_depth
from .loading import published
from .starting import normal

EPSILON = 1e-6  # of layer normalisation
TINY: dict[str, Any] = dict(depths=(3, 3, 9, 3), widths=(96, 192, 384, 768))
SMALL: dict[str, Any] = dict(
    num_classes=10,
    input_shape=(32, 32, 3),
    depths=(2, 2),
    widths=(32, 64),
    patch=2,
    layer_scale=1.0,
    rate=0.0,
    start=0.1,
)


class LayerScale(layers.Layer):
    """Each feature map multiplied by a weight that is learned.

    Parameters
    ----------
    start
        The weights at first.
    options
        As for any Keras layer.
    """

    def __init__(self, start: float, **options):
        super().__init__(**options)
        self.start = start

    def build(self, input_shape):
        """Make the weights `(C,)` for maps of `input_shape`, `(N, H, W, C)`."""
        start = keras.initializers.Constant(self.start)
        self.gamma = self.add_weight(shape=(input_shape[-1],), initializer=start)

    def call(self, x):
        """The maps `x`, `(N, H, W, C)`, times the weights."""
        return x * self.gamma


def block(x, layer_scale: float, rate: float, start: float, name: str):
    """7x7 in each map alone, normalisation, 1x1 to four times as many channels and back.

    The 1x1 convolutions are dense layers on the channels of a pixel.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    layer_scale
        What each map of the residual is multiplied by at first.
    rate
        The probability that the residual of an image is left out in training.
    start
        Standard deviation of the weights at first.
    name
        Name of the twin's block in PyTorch.
    """
    channels = x.shape[-1]
    y = depthwise(x, 7, f"{name}.block.0", bias=True, start=normal(start))
    y = layer_norm(y, f"{name}.block.2", EPSILON)
    y = fully_connected(y, 4 * channels, f"{name}.block.3", "gelu", start=normal(start))
    y = fully_connected(y, channels, f"{name}.block.5", start=normal(start))
    y = LayerScale(layer_scale, name=keras_name(f"{name}.layer_scale"))(y)
    return layers.Add()([x, stochastic_depth(y, rate)])


def convnext(
    depths: tuple[int, ...],
    widths: tuple[int, ...],
    num_classes: int = 1000,
    input_shape: tuple[int, int, int] = (224, 224, 3),
    patch: int = 4,
    layer_scale: float = 1e-6,
    rate: float = 0.1,
    start: float = 0.02,
) -> keras.Model:
    """Patches, stages of blocks with a halving convolution between them, global average, logits.

    Parameters
    ----------
    depths
        Blocks in each stage.
    widths
        Channels of each stage.
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image, at least 32x32 pixels, or 4x4 if it is small.
    patch
        Height and width of the patches that the first convolution makes into pixels.
    layer_scale
        What each map of a residual is multiplied by at first.
    rate
        The probability that the last block's residual is left out in training; before it less.
    start
        Standard deviation of the weights at first.
    """
    rates = np.linspace(0, rate, sum(depths)).tolist()
    inputs = images(input_shape, least=patch * 2 ** (len(depths) - 1))
    x = conv(inputs, widths[0], patch, "features.0.0", stride=patch, bias=True, start=normal(start))
    x = layer_norm(x, "features.0.1", EPSILON)  # (N, 224, 224, 3) -> (N, 56, 56, 96)
    for number, (depth, width) in enumerate(zip(depths, widths, strict=True)):
        if number > 0:
            name = f"features.{2 * number}"
            x = layer_norm(x, f"{name}.0", EPSILON)
            x = conv(x, width, 2, f"{name}.1", stride=2, bias=True, start=normal(start))
        for index in range(depth):  # to (N, 7, 7, 768)
            x = block(x, layer_scale, rates.pop(0), start, f"features.{2 * number + 1}.{index}")
    x = layers.GlobalAveragePooling2D()(x)  # (N, 768)
    x = layer_norm(x, "classifier.0", EPSILON)
    return keras.Model(inputs, fully_connected(x, num_classes, "classifier.2", start=normal(start)))


@published
def convnext_tiny(**options) -> keras.Model:
    """28,589,128 parameters, 4.46 billion multiply-adds. `options` are those of `convnext`."""
    return convnext(**TINY | options)


def small_convnext(**options) -> keras.Model:
    """102,634 parameters, 10 million multiply-adds. `options` are those of `convnext`."""
    return convnext(**SMALL | options)
