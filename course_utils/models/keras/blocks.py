"""The pieces that every family here is made of, with PyTorch's paddings and names.

A layer is named by the path of its twin in `course_utils.models.torch`, with - for its dots.
"""

from __future__ import annotations

import keras
from keras import layers

from ..naming import keras_name
from .starting import he


def images(
    input_shape: tuple[int, int, int], least: int = 1, multiple: int = 1
) -> keras.KerasTensor:
    """The input of a network, `(N, height, width, channels)`.

    Parameters
    ----------
    input_shape
        `(height, width, channels)` of an image.
    least
        The smallest height and width that the network takes.
    multiple
        What height and width must be divisible by.

    Raises
    ------
    ValueError
        If the shape is not such a triple, or height and width break a rule.
    """
    if len(input_shape) != 3:
        raise ValueError(f"input_shape is {input_shape}; expected (height, width, channels)")
    if min(input_shape[:2]) < least:
        raise ValueError(
            f"this network takes images from {least}x{least} pixels on, and input_shape is "
            f"{input_shape}"
        )
    if any(size % multiple for size in input_shape[:2]):
        raise ValueError(
            f"this network halves images until {multiple} pixels are one, so height and width are "
            f"multiples of {multiple}; input_shape is {input_shape}"
        )
    return keras.Input(input_shape)


def pad(x, by, value: float = 0.0):
    """The maps `x`, `(N, H, W, C)`, with a border on all four sides.

    Parameters
    ----------
    x
        Feature maps.
    by
        Pixels on each side, or `(vertical, horizontal)`.
    value
        What the border holds: 0, or before max pooling something that never wins.
    """
    if not by:
        return x
    if value:
        return keras.ops.pad(x, [(0, 0), (by, by), (by, by), (0, 0)], constant_values=value)
    return layers.ZeroPadding2D(by)(x)


def conv(
    x,
    filters: int,
    kernel,
    name: str,
    *,
    stride=1,
    padding=0,
    groups=1,
    bias=False,
    start="glorot_uniform",
    bias_start: float = 0.0,
    same: bool = False,
):
    """A convolution with PyTorch's padding: the same number of zeros on every side.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    filters
        Output channels.
    kernel, padding
        A number or `(vertical, horizontal)`.
    name
        Name of the twin's module in PyTorch.
    stride, groups, bias
        As for PyTorch's `Conv2d`.
    start
        Keras' initialiser of the kernels, or its name.
    bias_start
        Where the biases begin.
    same
        Whether zeros are added as Keras does, not as `padding` says.
    """
    return layers.Conv2D(
        filters,
        kernel,
        strides=stride,
        groups=groups,
        use_bias=bias,
        kernel_initializer=start,
        bias_initializer=keras.initializers.Constant(bias_start),
        name=keras_name(name),
        padding="same" if same else "valid",
    )(pad(x, 0 if same else padding))


def norm(x, name: str, epsilon: float = 1e-5, scale: bool = True):
    """Batch normalisation of the maps `x`; momentum 0.9 is PyTorch's 0.1.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    name
        Name of the twin's module in PyTorch.
    epsilon
        Added to the variance.
    scale
        Whether there is a gamma.
    """
    called = keras_name(name)
    return layers.BatchNormalization(momentum=0.9, epsilon=epsilon, scale=scale, name=called)(x)


def relu(x):
    """`max(x, 0)` for each value of `x`."""
    return layers.ReLU()(x)


def max_pool(x, size: int, stride: int, padding: int = 0):
    """Max pooling with PyTorch's padding.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    size, stride, padding
        Of the window, along height and width.
    """
    return layers.MaxPooling2D(size, stride)(pad(x, padding, value=-1e30))


def max_pool_to_the_edge(x, size: int, stride: int):
    """Max pooling whose last windows may reach over the edge: PyTorch's `ceil_mode`.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    size, stride
        Of the window, along height and width.
    """
    over = [(-(-(n - size) // stride)) * stride + size - n if n > size else 0 for n in x.shape[1:3]]
    if any(over):
        around = [(0, 0), (0, over[0]), (0, over[1]), (0, 0)]
        x = keras.ops.pad(x, around, constant_values=-1e30)
    return layers.MaxPooling2D(size, stride)(x)


def average(x, count_padding: bool = False):
    """The mean of every 3x3 window of the maps `x`, `(N, H, W, C)`, in the same shape.

    With `count_padding` the zeros around an image count, otherwise they do not.
    """
    if count_padding:
        return layers.AveragePooling2D(3, 1)(pad(x, 1))
    return layers.AveragePooling2D(3, 1, padding="same")(x)


def layer_norm(x, name: str, epsilon: float):
    """Layer normalisation over the channels of each pixel, or the numbers of each token, of `x`.

    `name` is the name of the twin's module in PyTorch, `epsilon` is added to the variance.
    """
    return layers.LayerNormalization(epsilon=epsilon, name=keras_name(name))(x)


def fully_connected(
    x,
    units: int,
    name: str,
    activation: str | None = None,
    *,
    start="glorot_uniform",
    bias: bool = True,
):
    """A dense layer on the last axis of `x`.

    Parameters
    ----------
    x
        Features, tokens or feature maps, `(N, ..., C)`.
    units
        Its outputs.
    name
        Name of the twin's module in PyTorch.
    activation
        Keras' name of what follows it, or None.
    start
        Keras' initialiser of the weights, or its name.
    bias
        Whether it has biases, 0 at first.
    """
    return layers.Dense(
        units, activation, use_bias=bias, kernel_initializer=start, name=keras_name(name)
    )(x)


def conv_norm(x, filters: int, kernel, name: str, stride=1, padding=0, scale: bool = True):
    """Convolution, batch normalisation, ReLU: what every Inception is made of.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    filters
        Output channels.
    kernel, padding
        A number or `(vertical, horizontal)`.
    name
        Name of the twin's module in PyTorch.
    stride
        Pixels from one place of the kernel to the next.
    scale
        Whether batch normalisation has a gamma.
    """
    x = conv(x, filters, kernel, f"{name}.conv", stride=stride, padding=padding)
    return relu(norm(x, f"{name}.bn", 1e-3, scale))


def separable(x, filters: int, name: str):
    """A 3x3 convolution of each feature map alone, then a 1x1 convolution across them.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    filters
        Output channels.
    name
        Name of the twin's module in PyTorch.
    """
    called = keras_name(f"{name}.depthwise")
    x = layers.DepthwiseConv2D(3, padding="same", use_bias=False, name=called)(x)
    return conv(x, filters, 1, f"{name}.pointwise")


def excitation(x, name: str, reduction: int = 16):
    """Squeeze and excitation: a weight between 0 and 1 for every feature map.

    J. Hu, L. Shen, G. Sun: Squeeze-and-excitation networks. CVPR 2018, equations 2 and 3.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    name
        Name of the twin's module in PyTorch.
    reduction
        The hidden layer has `C // reduction` units.
    """
    channels = x.shape[-1]
    y = layers.GlobalAveragePooling2D()(x)  # (N, C): one number a map
    y = fully_connected(y, channels // reduction, f"{name}.fc1", "relu")
    y = fully_connected(y, channels, f"{name}.fc2", "sigmoid")
    return layers.Multiply()([x, layers.Reshape((1, 1, channels))(y)])


def stochastic_depth(x, rate: float):
    """The residuals `x`, `(N, ...)`, those of some images left out in training.

    G. Huang, Y. Sun, Z. Liu, D. Sedra, K. Weinberger: Deep networks with stochastic depth. ECCV
    2016, equation 2. `rate` is the probability that an image's residual is left out.
    """
    return layers.Dropout(rate, noise_shape=(None, *[1] * (len(x.shape) - 1)))(x) if rate else x


def depthwise(
    x,
    kernel: int,
    name: str,
    *,
    stride: int = 1,
    bias: bool = False,
    start=None,
    same: bool = False,
):
    """A convolution of each feature map alone, with PyTorch's padding.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    kernel
        Odd height and width of the kernel.
    name
        Name of the twin's module in PyTorch.
    stride
        Pixels from one place of the kernel to the next.
    bias
        Whether each map has one.
    start
        Keras' initialiser of the kernels; He's unless it is given.
    same
        Whether zeros are added as Keras does.
    """
    return layers.DepthwiseConv2D(
        kernel,
        strides=stride,
        use_bias=bias,
        depthwise_initializer=start or he(),
        name=keras_name(name),
        padding="same" if same else "valid",
    )(pad(x, 0 if same else kernel // 2))


def conv_bn(
    x,
    filters: int,
    kernel: int,
    name: str,
    *,
    stride: int = 1,
    groups: int = 1,
    activation: str | None = "relu",
    epsilon: float = 1e-5,
    same: bool = False,
):
    """A convolution, batch normalisation and an activation: the step of most networks since 2017.

    With stride 1 it keeps height and width; with stride 2 it halves them, rounding up.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    filters
        Output channels.
    kernel
        Odd height and width of the kernel.
    name
        Name of the twin's module in PyTorch.
    stride
        Pixels from one place of the kernel to the next.
    groups
        Groups of channels that are convolved apart; `C` makes the convolution depthwise.
    activation
        Keras' name of it, or None.
    epsilon
        Of batch normalisation.
    same
        Whether zeros are added as Keras does: with stride 2 not the same on all sides.
    """
    if groups == x.shape[-1] > 1:
        x = depthwise(x, kernel, f"{name}.0", stride=stride, same=same)
    else:
        x = conv(
            x,
            filters,
            kernel,
            f"{name}.0",
            stride=stride,
            padding=kernel // 2,
            groups=groups,
            start=he("fan_out"),
            same=same,
        )
    x = norm(x, f"{name}.1", epsilon)
    return layers.Activation(activation)(x) if activation else x


def conv_excitation(x, squeezed: int, name: str, activation: str = "relu", gate: str = "sigmoid"):
    """Squeeze and excitation of networks since 2019: with 1x1 convolutions for dense layers.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    squeezed
        Channels of the hidden layer.
    name
        Name of the twin's module in PyTorch.
    activation
        After the hidden layer.
    gate
        After the last layer: gives weights between 0 and 1.
    """
    channels = x.shape[-1]
    y = layers.GlobalAveragePooling2D(keepdims=True)(x)  # (N, 1, 1, C): one number per map
    y = conv(y, squeezed, 1, f"{name}.fc1", bias=True, start=he("fan_out"))
    y = layers.Activation(activation)(y)
    y = conv(y, channels, 1, f"{name}.fc2", bias=True, start=he("fan_out"))
    return layers.Multiply()([x, layers.Activation(gate)(y)])


def classify(
    inputs,
    x,
    num_classes: int,
    name: str = "fc",
    dropout: float = 0.0,
    start="glorot_uniform",
) -> keras.Model:
    """The end of most networks: global average, dropout where asked, one dense layer of logits.

    Parameters
    ----------
    inputs
        The images, as `images` returned them.
    x
        The last feature maps, `(N, H, W, C)`.
    num_classes
        Logits for each image.
    name
        Name of the twin's dense layer in PyTorch.
    dropout
        The share of the averages that is left out in training.
    start
        Keras' initialiser of the dense layer's weights, or its name.
    """
    x = layers.GlobalAveragePooling2D()(x)
    if dropout:
        x = layers.Dropout(dropout)(x)
    return keras.Model(inputs, fully_connected(x, num_classes, name, start=start))
