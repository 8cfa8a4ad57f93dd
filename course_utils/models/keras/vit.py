"""Vision transformers in Keras: the twin of `models.torch.vit`.

A. Dosovitskiy et al.: An image is worth 16x16 words: transformers for image recognition at scale.
ICLR 2021, figure 1, equations 1 to 4, table 1.
H. Touvron, M. Cord, M. Douze, F. Massa, A. Sablayrolles, H. Jégou: Training data-efficient image
transformers and distillation through attention. ICML 2021, table 1; here without distillation.
"""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import layers, ops

from ..naming import keras_name
from .blocks import conv, fully_connected, images, layer_norm
from .loading import published
from .starting import normal

EPSILON = 1e-6  # of layer normalisation
BASE: dict[str, Any] = dict(patch=16, depth=12, heads=12, width=768)
TINY: dict[str, Any] = dict(patch=16, depth=12, heads=3, width=192)
SMALL: dict[str, Any] = dict(
    num_classes=10,
    input_shape=(32, 32, 3),
    patch=4,
    depth=4,
    heads=4,
    width=64,
    image_size=64,
    start=0.1,
)


class ClassToken(layers.Layer):
    """Puts a learned token before the others.

    Parameters
    ----------
    start
        Standard deviation of its numbers at first.
    options
        As for any Keras layer.
    """

    def __init__(self, start: float, **options):
        super().__init__(**options)
        self.start = start

    def build(self, shape):
        """Make the token for tokens of this shape, `(N, T, width)`."""
        self.token = self.add_weight(shape=(1, 1, shape[-1]), initializer=normal(self.start))

    def call(self, x):
        """Tokens `(N, 1 + T, width)` of `x`, `(N, T, width)`."""
        token = ops.broadcast_to(self.token, (ops.shape(x)[0], 1, x.shape[-1]))
        return ops.concatenate([token, x], axis=1)


class Positions(layers.Layer):
    """Adds to each token what stands for its place.

    Parameters
    ----------
    side
        Patches along height and width of the largest image.
    grid
        Patches along height and width of the images that come.
    start
        Standard deviation of the weights at first.
    options
        As for any Keras layer.
    """

    def __init__(self, side: int, grid: tuple[int, int], start: float, **options):
        super().__init__(**options)
        self.side, self.grid, self.start = side, grid, start

    def build(self, shape):
        """Make the table `(1, 1 + side * side, width)` for tokens of `shape`, `(N, T, width)`."""
        shape = (1, 1 + self.side**2, shape[-1])
        self.table = self.add_weight(shape=shape, initializer=normal(self.start))

    def call(self, x):
        """Tokens of the same shape as `x`, `(N, 1 + height * width, width)`."""
        height, width = self.grid
        grid = ops.reshape(self.table[:, 1:], (1, self.side, self.side, x.shape[-1]))
        grid = ops.reshape(grid[:, :height, :width], (1, height * width, x.shape[-1]))
        return x + ops.concatenate([self.table[:, :1], grid], axis=1)


def self_attention(x, heads: int, start: float, name: str):
    """Each token collects from all tokens, most from those whose keys fit its query.

    Parameters
    ----------
    x
        Tokens, `(N, T, width)`; `width` is a multiple of `heads`.
    heads
        How often this is done side by side, each time in another `width / heads` numbers.
    start
        Standard deviation of the weights at first.
    name
        Name of the twin's module in PyTorch.
    """
    count, width = x.shape[1:]
    x = fully_connected(x, 3 * width, name, start=normal(start))
    x = ops.reshape(x, (-1, count, 3, heads, width // heads))
    x = ops.transpose(x, (2, 0, 3, 1, 4))
    query, key, value = x[0], x[1], x[2]  # (N, heads, T, width / heads) each
    key = ops.transpose(key, (0, 1, 3, 2))
    scores = ops.matmul(query, key) / math.sqrt(width // heads)  # (N, heads, T, T)
    x = ops.matmul(ops.softmax(scores), value)  # (N, heads, T, width / heads)
    x = ops.reshape(ops.transpose(x, (0, 2, 1, 3)), (-1, count, width))
    return fully_connected(x, width, f"{name}.out_proj", start=normal(start))


def encoder_block(x, heads: int, dropout: float, start: float, name: str):
    """Attention among the tokens, then two dense layers on each; both add to their input.

    Parameters
    ----------
    x
        Tokens, `(N, T, width)`.
    heads
        Of the attention.
    dropout
        The share of the dense layers' outputs that is left out in training.
    start
        Standard deviation of the weights at first.
    name
        Name of the twin's block in PyTorch.
    """
    width = x.shape[-1]
    y = layer_norm(x, f"{name}.ln_1", EPSILON)
    x = layers.Add()([x, self_attention(y, heads, start, f"{name}.self_attention")])
    y = layer_norm(x, f"{name}.ln_2", EPSILON)
    y = fully_connected(y, 4 * width, f"{name}.mlp.0", "gelu", start=normal(start))
    y = layers.Dropout(dropout)(y)  # (N, T, 4 * width)
    y = fully_connected(y, width, f"{name}.mlp.3", start=normal(start))
    return layers.Add()([x, layers.Dropout(dropout)(y)])


def vision_transformer(
    patch: int,
    depth: int,
    heads: int,
    width: int,
    num_classes: int = 1000,
    input_shape: tuple[int, int, int] = (224, 224, 3),
    image_size: int = 224,
    dropout: float = 0.0,
    start: float = 0.02,
) -> keras.Model:
    """Patches as tokens and one more for the class, blocks of attention, one dense layer of logits.

    Parameters
    ----------
    patch
        Height and width of a patch in pixels.
    depth
        Blocks.
    heads
        Of the attention in each block.
    width
        Numbers in a token.
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image, multiples of `patch` up to `image_size`.
    image_size
        Height and width of the largest image; smaller ones use a part of the learned positions.
    dropout
        The share of the dense layers' outputs that is left out in training.
    start
        Standard deviation of the weights at first: DeiT's, where ViT's authors have several rules.
    """
    inputs = images(input_shape, least=patch)
    if any(size % patch or size > image_size for size in input_shape[:2]):
        raise ValueError(
            f"this network cuts images into {patch}x{patch} patches, so height and width are "
            f"multiples of {patch} up to {image_size}; input_shape is {input_shape}"
        )
    x = conv(inputs, width, patch, "conv_proj", stride=patch, bias=True, start=normal(start))
    grid = x.shape[1:3]  # (N, 224, 224, 3) -> (N, 14, 14, 768)
    x = layers.Reshape((grid[0] * grid[1], width))(x)  # (N, 196, 768)
    x = ClassToken(start, name="class_token")(x)  # (N, 197, 768)
    x = Positions(image_size // patch, grid, start, name=keras_name("encoder.pos_embedding"))(x)
    for index in range(depth):
        x = encoder_block(x, heads, dropout, start, f"encoder.layers.encoder_layer_{index}")
    x = layer_norm(x, "encoder.ln", EPSILON)  # (N, 197, 768)
    x = fully_connected(x[:, 0], num_classes, "heads.head", start=normal(start))
    return keras.Model(inputs, x)  # (N, num_classes): what the class token has collected


@published
def vit_b_16(**options) -> keras.Model:
    """86,567,656 parameters, 17.56 billion multiply-adds.

    `options` are those of `vision_transformer`.
    """
    return vision_transformer(**BASE | options)


def deit_ti_16(**options) -> keras.Model:
    """5,717,416 parameters, 1.25 billion multiply-adds.

    `options` are those of `vision_transformer`.
    """
    return vision_transformer(**TINY | options)


def small_vit(**options) -> keras.Model:
    """220,362 parameters, 15 million multiply-adds.

    For images of 4x4 to 64x64 pixels. `options` are those of `vision_transformer`.
    """
    return vision_transformer(**SMALL | options)
