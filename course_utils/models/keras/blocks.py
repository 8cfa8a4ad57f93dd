"""The pieces that every family here is made of, with PyTorch's paddings and names.

A layer is named by the path of its twin in `course_utils.models.torch`: layer1.0.conv1.
"""

from __future__ import annotations

import keras
from keras import layers


def images(input_shape: tuple[int, int, int], least: int = 1) -> keras.KerasTensor:
    """The input `(N, H, W, C)`.

    Raises
    ------
    ValueError
        If the shape is not such a triple, or the images are smaller than `least`.
    """
    if len(input_shape) != 3:
        raise ValueError(f"input_shape is {input_shape}; expected (height, width, channels)")
    if min(input_shape[:2]) < least:
        raise ValueError(
            f"this network takes images from {least}x{least} pixels on, and input_shape is "
            f"{input_shape}"
        )
    return keras.Input(input_shape)


def pad(x, by: int, value: float = 0.0):
    """Zeros on all four sides; before max pooling, something that never wins."""
    if not by:
        return x
    if value:
        return keras.ops.pad(x, [(0, 0), (by, by), (by, by), (0, 0)], constant_values=value)
    return layers.ZeroPadding2D(by)(x)


def conv(x, filters: int, kernel: int, name: str, *, stride=1, padding=0, groups=1, bias=False):
    """A convolution with PyTorch's padding: the same number of zeros on every side."""
    return layers.Conv2D(filters, kernel, strides=stride, groups=groups, use_bias=bias, name=name)(
        pad(x, padding)
    )


def norm(x, name: str, epsilon: float = 1e-5):
    """Batch normalisation; momentum 0.9 is PyTorch's 0.1."""
    return layers.BatchNormalization(momentum=0.9, epsilon=epsilon, name=name)(x)


def relu(x):
    """`max(x, 0)`."""
    return layers.ReLU()(x)


def max_pool(x, size: int, stride: int, padding: int = 0):
    """Max pooling with PyTorch's padding."""
    return layers.MaxPooling2D(size, stride)(pad(x, padding, value=-1e30))


def max_pool_to_the_edge(x, size: int, stride: int):
    """Max pooling whose last windows may reach over the edge: PyTorch's `ceil_mode`."""
    over = [(-(-(n - size) // stride)) * stride + size - n if n > size else 0 for n in x.shape[1:3]]
    if any(over):
        around = [(0, 0), (0, over[0]), (0, over[1]), (0, 0)]
        x = keras.ops.pad(x, around, constant_values=-1e30)
    return layers.MaxPooling2D(size, stride)(x)
