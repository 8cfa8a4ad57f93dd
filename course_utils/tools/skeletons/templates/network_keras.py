"""FAMILY in Keras: the twin of `models.torch.NAME`.

A. Author: Title of the paper. Conference, year, the section that is followed.
"""

from __future__ import annotations

import keras

from .blocks import classify, conv, images, relu


def NAME(
    num_classes: int = 10, input_shape: tuple[int, int, int] = (32, 32, 3)
) -> keras.Model:
    """618 parameters, 110,752 multiply-adds. Each layer has the name of its twin's."""
    inputs = images(input_shape)
    x = relu(conv(inputs, 16, 3, "conv1", stride=2, padding=1, bias=True))  # (N, 16, 16, 16)
    return classify(inputs, x, num_classes)
