"""What the lectures derive, in NumPy: layers with a forward and a backward pass.

    network = Sequential(
        Conv2D(1, 8, 3, padding="same"), ReLU(), MaxPool2D(2), Flatten(), Dense(8 * 14 * 14, 10)
    )
    loss, optimiser = SoftmaxCrossEntropy(), Adam(network.layers)
    print(loss(network(images, training=True), labels))
    network.backward(loss.backward())
    optimiser.step()

Images are `(N, C, H, W)`, tokens `(N, T, D)`. Every layer has `forward(x, training=False)`,
`backward(gradient)`, and the dicts `parameters` and `gradients`; float32 stays float32, float64
stays float64. Only NumPy is imported. `naive` has convolution and pooling as plain loops, to read
and to compare with.
"""

from . import naive, schedules
from .activations import ELU, GELU, LeakyReLU, Maxout, ReLU, Sigmoid, SiLU, Tanh
from .attention import SelfAttention
from .columns import col2im, im2col
from .convolution import Conv2D, ConvTranspose2D
from .dense import Dense, Flatten
from .dropout import Dropout
from .gradient_check import Check, gradient_check
from .layer import Layer
from .losses import MeanSquaredError, SoftmaxCrossEntropy, softmax
from .normalisation import BatchNorm, LayerNorm, LocalResponseNorm
from .optimisers import SGD, Adam, Optimiser, RMSprop
from .pooling import AveragePool2D, GlobalAveragePool2D, MaxPool2D
from .sequential import Sequential
from .shapes import ShapeError

__all__ = [
    "Adam",
    "AveragePool2D",
    "BatchNorm",
    "Check",
    "Conv2D",
    "ConvTranspose2D",
    "Dense",
    "Dropout",
    "ELU",
    "Flatten",
    "GELU",
    "GlobalAveragePool2D",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "LocalResponseNorm",
    "MaxPool2D",
    "Maxout",
    "MeanSquaredError",
    "Optimiser",
    "RMSprop",
    "ReLU",
    "SGD",
    "SelfAttention",
    "Sequential",
    "ShapeError",
    "SiLU",
    "Sigmoid",
    "SoftmaxCrossEntropy",
    "Tanh",
    "col2im",
    "gradient_check",
    "im2col",
    "naive",
    "schedules",
    "softmax",
]
