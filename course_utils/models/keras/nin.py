"""Network in network, in Keras: the twin of `models.torch.nin`.

M. Lin, Q. Chen, S. Yan: Network in network. ICLR 2014, figure 2; the sizes are those of the
authors' network for CIFAR-10, for images of 32x32.
"""

from __future__ import annotations

import keras
from keras import layers

from .blocks import conv, images, max_pool, relu
from .starting import he


def mlpconv(x, outputs: tuple[int, int, int], kernel: int, padding: int, name: str):
    """A convolution and two 1x1 convolutions: at every place a small dense network.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    outputs
        Channels of the three convolutions.
    kernel, padding
        Size of the first one's window, and zeros around its input.
    name
        Name of the twin's block in PyTorch.
    """
    x = relu(conv(x, outputs[0], kernel, f"{name}.0", padding=padding, bias=True, start=he()))
    x = relu(conv(x, outputs[1], 1, f"{name}.2", bias=True, start=he()))
    return relu(conv(x, outputs[2], 1, f"{name}.4", bias=True, start=he()))


def nin(num_classes: int = 10, input_shape: tuple[int, int, int] = (32, 32, 3)) -> keras.Model:
    """966,986 parameters, 222 million multiply-adds.

    The mean of each of the last feature maps is the logit of a class.

    Parameters
    ----------
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image, at least 8x8 pixels.
    """
    inputs = images(input_shape, least=8)
    x = mlpconv(inputs, (192, 160, 96), 5, 2, "block1")  # (N, 32, 32, 3) -> (N, 32, 32, 96)
    x = layers.Dropout(0.5)(max_pool(x, 3, 2, padding=1))  # (N, 16, 16, 96)
    x = mlpconv(x, (192, 192, 192), 5, 2, "block2")  # (N, 16, 16, 192)
    x = layers.Dropout(0.5)(layers.AveragePooling2D(2)(x))  # (N, 8, 8, 192)
    x = mlpconv(x, (192, 192, num_classes), 3, 1, "block3")  # (N, 8, 8, num_classes)
    return keras.Model(inputs, layers.GlobalAveragePooling2D()(x))
