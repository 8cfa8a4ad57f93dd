"""Swin transformer in Keras: the twin of `models.torch.swin`.

Z. Liu, Y. Lin, Y. Cao, H. Hu, Y. Wei, Z. Zhang, S. Lin, B. Guo: Swin transformer: hierarchical
vision transformer using shifted windows. ICCV 2021, figures 2 to 4, equations 3 and 4.
"""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from ..naming import keras_name
from .blocks import conv, fully_connected, images, layer_norm, stochastic_depth
from .loading import published
from .starting import normal, uniform

PATCH = 4  # height and width of a patch in pixels
WINDOW = 7  # height and width of a window in patches
EPSILON = 1e-5  # of layer normalisation
TINY: dict[str, Any] = dict(depths=(2, 2, 6, 2), width=96, heads=(3, 6, 12, 24))


def windows(x):
    """The patches `x`, `(N, H, W, C)`, window by window: `(N * windows, WINDOW ** 2, C)`."""
    H, W, C = x.shape[1:]
    x = ops.reshape(x, (-1, H // WINDOW, WINDOW, W // WINDOW, WINDOW, C))
    return ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, WINDOW**2, C))


def together(x, height: int, width: int):
    """The patches `(N, height, width, C)` of windows `x`, as `windows` returned them."""
    C = x.shape[-1]
    x = ops.reshape(x, (-1, height // WINDOW, width // WINDOW, WINDOW, WINDOW, C))
    return ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, height, width, C))


def distances() -> np.ndarray:
    """For each pair of patches in a window the number of its displacement, `(WINDOW ** 4,)`."""
    place = np.arange(WINDOW**2)
    row, column = place // WINDOW, place % WINDOW
    down = row[:, None] - row + WINDOW - 1  # from 0 to 2 * WINDOW - 2
    right = column[:, None] - column + WINDOW - 1
    return (down * (2 * WINDOW - 1) + right).flatten()


def strangers(height: int, width: int, shift: int) -> np.ndarray:
    """What keeps patches apart that a shift has brought into one window: -100, otherwise 0.

    Parameters
    ----------
    height, width
        Of the image in patches.
    shift
        Patches by which it was shifted up and left; those that leave come in on the other side.

    Returns
    -------
    numpy.ndarray
        `(windows, 1, WINDOW ** 2, WINDOW ** 2)`, to be added to the scores.
    """
    below = np.arange(height) >= height - shift
    beside = np.arange(width) >= width - shift
    region = 2 * below[:, None] + beside  # (H, W)
    region = region.reshape(height // WINDOW, WINDOW, width // WINDOW, WINDOW).swapaxes(1, 2)
    region = region.reshape(-1, WINDOW**2, 1)  # (windows, WINDOW ** 2, 1)
    return np.float32(-100) * (region != region.swapaxes(1, 2))[:, None]


class RelativeBias(layers.Layer):
    """Adds to the scores of two patches a learned number for their displacement.

    Parameters
    ----------
    options
        As for any Keras layer.
    """

    def build(self, shape):
        """Make the table for scores of `shape`, `(N * windows, heads, WINDOW**2, WINDOW**2)`."""
        shape = (shape[1], (2 * WINDOW - 1) ** 2)
        self.table = self.add_weight(shape=shape, initializer=normal())

    def call(self, scores):
        """The `scores` and what is added."""
        pairs = ops.take(self.table, distances(), axis=1)  # (heads, WINDOW ** 4)
        return scores + ops.reshape(pairs, scores.shape[1:])


def window_attention(x, heads: int, shift: int, name: str):
    """Within each window each patch collects from all patches; how far they are has a say.

    Parameters
    ----------
    x
        Patches, `(N, H, W, C)`; C is a multiple of `heads`.
    heads
        How often this is done side by side, each time in another `C / heads` numbers.
    shift
        Patches by which the windows are shifted down and right.
    name
        Name of the twin's module in PyTorch.
    """
    H, W, C = x.shape[1:]
    T = WINDOW**2
    shift = shift if max(H, W) > WINDOW else 0  # a single window stays where it is
    x = windows(ops.roll(x, (-shift, -shift), axis=(1, 2)))  # (N * windows, T, C)
    x = fully_connected(x, 3 * C, f"{name}.qkv", start=normal())
    x = ops.transpose(ops.reshape(x, (-1, T, 3, heads, C // heads)), (2, 0, 3, 1, 4))
    query, key, value = x[0], x[1], x[2]  # (N * windows, heads, T, C / heads)
    scores = ops.matmul(query, ops.transpose(key, (0, 1, 3, 2))) / math.sqrt(C // heads)
    scores = RelativeBias(name=keras_name(f"{name}.relative_position_bias_table"))(scores)
    if shift:
        apart = strangers(H, W, shift)
        scores = ops.reshape(scores, (-1, len(apart), heads, T, T)) + apart
        scores = ops.reshape(scores, (-1, heads, T, T))
    x = ops.transpose(ops.matmul(ops.softmax(scores), value), (0, 2, 1, 3))
    x = ops.reshape(x, (-1, T, C))
    x = fully_connected(x, C, f"{name}.proj", start=normal())
    return ops.roll(together(x, H, W), (shift, shift), axis=(1, 2))


def block(x, heads: int, shift: int, rate: float, name: str):
    """Attention within windows, then two dense layers on each patch; both add to their input.

    Parameters
    ----------
    x
        Patches, `(N, H, W, C)`.
    heads, shift
        Of the attention.
    rate
        The probability that what is added for an image is left out in training.
    name
        Name of the twin's block in PyTorch.
    """
    C = x.shape[-1]
    y = window_attention(layer_norm(x, f"{name}.norm1", EPSILON), heads, shift, f"{name}.attn")
    x = layers.Add()([x, stochastic_depth(y, rate)])
    y = layer_norm(x, f"{name}.norm2", EPSILON)
    y = fully_connected(y, 4 * C, f"{name}.mlp.0", "gelu", start=normal())
    y = fully_connected(y, C, f"{name}.mlp.3", start=normal())
    return layers.Add()([x, stochastic_depth(y, rate)])


def patch_merging(x, name: str):
    """Four neighbouring patches become one with twice as many numbers: `(N, H/2, W/2, 2 * C)`.

    Parameters
    ----------
    x
        Patches, `(N, H, W, C)`.
    name
        Name of the twin's module in PyTorch.
    """
    parts = [x[:, row::2, column::2] for column in (0, 1) for row in (0, 1)]
    y = layer_norm(layers.Concatenate()(parts), f"{name}.norm", EPSILON)
    return fully_connected(y, 2 * x.shape[-1], f"{name}.reduction", start=normal(), bias=False)


def swin_transformer(
    depths: tuple[int, ...],
    width: int,
    heads: tuple[int, ...],
    num_classes: int = 1000,
    input_shape: tuple[int, int, int] = (224, 224, 3),
    rate: float = 0.2,
) -> keras.Model:
    """Patches, stages of blocks with merging between them, normalisation, mean, logits.

    Parameters
    ----------
    depths
        Blocks in each stage.
    width
        Numbers in a patch in the first stage, twice as many in each later one.
    heads
        Of the attention in each stage.
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image; height and width are multiples of 224.
    rate
        The probability that the last block is left out in training; before it less.
    """
    inputs, multiple = images(input_shape), PATCH * WINDOW * 2 ** (len(depths) - 1)
    if any(size % multiple for size in input_shape[:2]):
        raise ValueError(
            f"in each stage of this network windows tile the image, so height and width are "
            f"multiples of {multiple}; input_shape is {input_shape}"
        )
    start, rates = uniform(PATCH**2 * input_shape[-1]), np.linspace(0, rate, sum(depths)).tolist()
    x = conv(inputs, width, PATCH, "features.0.0", stride=PATCH, bias=True, start=start)
    x = layer_norm(x, "features.0.2", EPSILON)  # (N, 224, 224, 3) -> (N, 56, 56, 96)
    for number, (depth, count) in enumerate(zip(depths, heads, strict=True)):
        if number > 0:
            x = patch_merging(x, f"features.{2 * number}")
        for index in range(depth):  # to (N, 7, 7, 768)
            shift = 0 if index % 2 == 0 else WINDOW // 2
            x = block(x, count, shift, rates.pop(0), f"features.{2 * number + 1}.{index}")
    x = layers.GlobalAveragePooling2D()(layer_norm(x, "norm", EPSILON))  # (N, 768)
    return keras.Model(inputs, fully_connected(x, num_classes, "head", start=normal()))


@published
def swin_t(**options) -> keras.Model:
    """28,288,354 parameters, 4.49 billion multiply-adds.

    `options` are those of `swin_transformer`.
    """
    return swin_transformer(**TINY | options)
