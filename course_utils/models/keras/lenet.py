"""LeNet-5 in Keras, as in the paper and in its modern form: the twin of `models.torch.lenet`.

Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document recognition.
Proceedings of the IEEE 86(11), 1998, section II.B and table I.
"""

from __future__ import annotations

import keras
import numpy as np
from keras import layers, ops

from .blocks import conv, fully_connected, images, max_pool
from .starting import he

# Which of the six maps of S2 each of the sixteen maps of C3 sees: table I, a column a map.
CONNECTIONS = (
    *((0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5)),
    *((0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5)),
    *((0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5)),
    (0, 1, 2, 3, 4, 5),
)


class Subsampling(layers.Layer):
    """The mean of each 2x2 window, times a learned weight, plus a learned bias: two per map."""

    def build(self, shape):
        """Weights and biases for inputs of this `shape`, `(N, H, W, C)`."""
        self.weight = self.add_weight(shape=(shape[-1],), initializer="ones", name="weight")
        self.bias = self.add_weight(shape=(shape[-1],), initializer="zeros", name="bias")

    def call(self, x):
        """Feature maps `(N, H / 2, W / 2, C)` of `x`, `(N, H, W, C)`."""
        return ops.average_pool(x, 2, 2) * self.weight + self.bias


class SparseConv2D(layers.Conv2D):
    """A convolution in which each output map sees some of the input maps: the rest is held at 0."""

    def build(self, shape):
        """Kernels and their mask for inputs of this `shape`, `(N, H, W, 6)`."""
        super().build(shape)
        mask = np.zeros((1, 1, shape[-1], self.filters), np.float32)
        for output, seen in enumerate(CONNECTIONS):
            mask[..., list(seen), output] = 1
        self.mask = mask

    def call(self, x):
        """Feature maps `(N, H', W', 16)` of `x`, `(N, H, W, 6)`."""
        return ops.conv(x, self.kernel * self.mask) + self.bias


def squash(x):
    """The paper's scaled hyperbolic tangent of each value of `x`; 1 at 1 (appendix A)."""
    return 1.7159 * ops.tanh(2 / 3 * x)


def lenet5(
    num_classes: int = 10,
    input_shape: tuple[int, int, int] = (32, 32, 1),
    classic: bool = False,
) -> keras.Model:
    """61,706 parameters, 416,520 multiply-adds; `classic=True`: 61,750 with 900 of them at 0.

    Parameters
    ----------
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image, at least 32x32 pixels.
    classic
        Whether it has the paper's subsampling, connections and tanh; its output units, which
        measure distances to drawn digits, are a dense layer here. The modern form has max pooling,
        ReLU, and every map sees all. It starts with He's weights, the classic form with Glorot's.
    """

    def start():
        return "glorot_uniform" if classic else he()

    inputs = images(input_shape, least=32)
    activate = layers.Activation(squash if classic else "relu")
    x = activate(
        conv(inputs, 6, 5, "c1", bias=True, start=start())
    )  # (N, 32, 32, 1) -> (N, 28, 28, 6)
    x = activate(Subsampling(name="s2")(x)) if classic else max_pool(x, 2, 2)  # (N, 14, 14, 6)
    if classic:
        x = SparseConv2D(16, 5, name="c3")(x)
    else:
        x = conv(x, 16, 5, "c3", bias=True, start=start())
    x = activate(x)  # (N, 10, 10, 16)
    x = activate(Subsampling(name="s4")(x)) if classic else max_pool(x, 2, 2)  # (N, 5, 5, 16)
    x = activate(conv(x, 120, 5, "c5", bias=True, start=start()))  # (N, 1, 1, 120)
    x = layers.GlobalAveragePooling2D()(x)
    x = activate(fully_connected(x, 84, "f6", start=start()))  # (N, 84)
    return keras.Model(inputs, fully_connected(x, num_classes, "output", start=start()))
