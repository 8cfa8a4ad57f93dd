"""Convolution and pooling as their definitions read, one multiplication at a time.

Slow, and that is their use: what the quick versions compute can be read here.
"""

from __future__ import annotations

import numpy as np


def convolve(x, weight, bias=None, stride=(1, 1)):
    """Images `(N, C, H, W)`, padded already, and kernels `(O, C, KH, KW)` give `(N, O, H', W')`."""
    images, channels, height, width = x.shape
    outputs, _, kernel_height, kernel_width = weight.shape
    rows = (height - kernel_height) // stride[0] + 1
    columns = (width - kernel_width) // stride[1] + 1
    y = np.zeros((images, outputs, rows, columns), x.dtype)
    for n in range(images):
        for o in range(outputs):
            for r in range(rows):
                for s in range(columns):
                    total = 0.0 if bias is None else bias[o]
                    for c in range(channels):
                        for i in range(kernel_height):
                            for j in range(kernel_width):
                                pixel = x[n, c, r * stride[0] + i, s * stride[1] + j]
                                total += pixel * weight[o, c, i, j]
                    y[n, o, r, s] = total
    return y


def convolve_backward(gradient, x, weight, stride=(1, 1)):
    """Every product of the forward pass hands its gradient to both of its factors."""
    for_x, for_weight = np.zeros_like(x), np.zeros_like(weight)
    images, outputs, rows, columns = gradient.shape
    _, channels, kernel_height, kernel_width = weight.shape
    for n in range(images):
        for o in range(outputs):
            for r in range(rows):
                for s in range(columns):
                    g = gradient[n, o, r, s]
                    for c in range(channels):
                        for i in range(kernel_height):
                            for j in range(kernel_width):
                                top, left = r * stride[0] + i, s * stride[1] + j
                                for_x[n, c, top, left] += g * weight[o, c, i, j]
                                for_weight[o, c, i, j] += g * x[n, c, top, left]
    return for_x, for_weight


def pool(x, kernel, stride, choose=max):
    """`choose` (such as max, or a mean) of every window of `(N, C, H, W)`."""
    images, channels, height, width = x.shape
    rows = (height - kernel[0]) // stride[0] + 1
    columns = (width - kernel[1]) // stride[1] + 1
    y = np.zeros((images, channels, rows, columns), x.dtype)
    for n in range(images):
        for c in range(channels):
            for r in range(rows):
                for s in range(columns):
                    window = [
                        x[n, c, r * stride[0] + i, s * stride[1] + j]
                        for i in range(kernel[0])
                        for j in range(kernel[1])
                    ]
                    y[n, c, r, s] = choose(window)
    return y
