"""SqueezeNet in Keras: the twin of `models.torch.squeezenet`.

F. Iandola, S. Han, M. Moskewicz, K. Ashraf, W. Dally, K. Keutzer: SqueezeNet: AlexNet-level
accuracy with 50x fewer parameters and <0.5MB model size. arXiv 1602.07360, 2016, table 1; version
1.1, with less than half of the work, is from the authors' repository.
"""

from __future__ import annotations

import keras
from keras import layers

from .blocks import conv, images, max_pool_to_the_edge, relu
from .loading import published
from .starting import normal

POOL = (0, 0)  # stands for max pooling among fire modules
# Channels of each fire module: of the squeezing convolution, of either expanding one.
FIRES_1_0 = (
    *((16, 64), (16, 64), (32, 128)),  # (N, 54, 54, 96) -> (N, 54, 54, 256)
    *(POOL, (32, 128), (48, 192), (48, 192), (64, 256)),  # (N, 27, 27, 512)
    *(POOL, (64, 256)),  # (N, 13, 13, 512)
)
FIRES_1_1 = (
    *((16, 64), (16, 64)),  # (N, 55, 55, 64) -> (N, 55, 55, 128)
    *(POOL, (32, 128), (32, 128)),  # (N, 27, 27, 256)
    *(POOL, (48, 192), (48, 192), (64, 256), (64, 256)),  # (N, 13, 13, 512)
)


def fire(x, squeezed: int, expanded: int, name: str):
    """1x1 to few channels, then 1x1 and 3x3 side by side: figure 1.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    squeezed, expanded
        Channels of the first convolution, and of each of the other two.
    name
        Name of the twin's module in PyTorch.
    """
    start = "he_uniform"
    x = relu(conv(x, squeezed, 1, f"{name}.squeeze", bias=True, start=start))
    one = relu(conv(x, expanded, 1, f"{name}.expand1x1", bias=True, start=start))
    three = relu(conv(x, expanded, 3, f"{name}.expand3x3", padding=1, bias=True, start=start))
    return layers.Concatenate()([one, three])


def squeezenet(
    first: int,
    kernel: int,
    fires: tuple[tuple[int, int], ...],
    num_classes: int = 1000,
    input_shape: tuple[int, int, int] = (224, 224, 3),
    dropout: float = 0.5,
) -> keras.Model:
    """A convolution, fire modules with pooling between them, a 1x1 convolution, global average.

    Parameters
    ----------
    first, kernel
        Channels and kernel size of the first convolution.
    fires
        For each fire module the channels of the squeezing and of either expanding convolution;
        `POOL` among them stands for max pooling.
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image, at least 21x21 pixels.
    dropout
        The share of the last feature maps' values that is left out in training.
    """
    inputs = images(input_shape, least=21)
    x = relu(conv(inputs, first, kernel, "features.0", stride=2, bias=True, start="he_uniform"))
    x = max_pool_to_the_edge(x, 3, 2)  # (N, 224, 224, 3) -> (N, 54, 54, 96), or (N, 55, 55, 64)
    for position, (squeezed, expanded) in enumerate(fires, start=3):  # to (N, 13, 13, 512)
        if (squeezed, expanded) == POOL:
            x = max_pool_to_the_edge(x, 3, 2)
        else:
            x = fire(x, squeezed, expanded, f"features.{position}")
    start = normal(0.01)
    x = conv(layers.Dropout(dropout)(x), num_classes, 1, "classifier.1", bias=True, start=start)
    x = relu(x)  # (N, 13, 13, num_classes): a map for each class
    return keras.Model(inputs, layers.GlobalAveragePooling2D()(x))


@published
def squeezenet1_0(**options) -> keras.Model:
    """1,248,424 parameters, 819 million multiply-adds. `options` are those of `squeezenet`."""
    return squeezenet(96, 7, FIRES_1_0, **options)


@published
def squeezenet1_1(**options) -> keras.Model:
    """1,235,496 parameters, 349 million multiply-adds. `options` are those of `squeezenet`."""
    return squeezenet(64, 3, FIRES_1_1, **options)
