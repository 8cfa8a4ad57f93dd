"""Inception-v3 in Keras: the twin of `models.torch.inception_v3`.

C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens, Z. Wojna: Rethinking the Inception architecture for
computer vision. CVPR 2016, table 1 and figures 5 to 7.
"""

from __future__ import annotations

import keras
from keras import layers

from .blocks import average, classify, conv_norm, fully_connected, images, max_pool
from .loading import published

WIDE7, HIGH7 = dict(kernel=(1, 7), padding=(0, 3)), dict(kernel=(7, 1), padding=(3, 0))
WIDE3, HIGH3 = dict(kernel=(1, 3), padding=(0, 1)), dict(kernel=(3, 1), padding=(1, 0))


def inception_a(x, pooled: int, c, count_padding: bool):
    """Figure 5: two 3x3 in place of a 5x5 window, beside a 5x5: `(N, H, W, 224 + pooled)`.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    pooled
        Channels of the branch that pools.
    c
        What makes the convolutions: `c(x, filters, name, kernel=1, stride=1, padding=0)`.
    count_padding
        Whether average pooling counts the zeros around an image.
    """
    one = c(x, 64, name="branch1x1")
    five = c(c(x, 48, name="branch5x5_1"), 64, kernel=5, padding=2, name="branch5x5_2")
    twice = c(x, 64, name="branch3x3dbl_1")
    twice = c(twice, 96, kernel=3, padding=1, name="branch3x3dbl_2")
    twice = c(twice, 96, kernel=3, padding=1, name="branch3x3dbl_3")
    last = c(average(x, count_padding), pooled, name="branch_pool")
    return layers.Concatenate()([one, five, twice, last])


def inception_b(x, c):
    """Half the size and more channels at once, so that no step is a bottleneck: figure 10.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    c
        What makes the convolutions: `c(x, filters, name, kernel=1, stride=1, padding=0)`.
    """
    three = c(x, 384, kernel=3, stride=2, name="branch3x3")
    twice = c(x, 64, name="branch3x3dbl_1")
    twice = c(twice, 96, kernel=3, padding=1, name="branch3x3dbl_2")
    twice = c(twice, 96, kernel=3, stride=2, name="branch3x3dbl_3")
    return layers.Concatenate()([three, twice, max_pool(x, 3, 2)])


def inception_c(x, inner: int, c, count_padding: bool):
    """Figure 6: a 7x7 window as 1x7 after 7x1: `(N, H, W, 768)`.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    inner
        Channels between the convolutions of a branch.
    c
        What makes the convolutions: `c(x, filters, name, kernel=1, stride=1, padding=0)`.
    count_padding
        Whether average pooling counts the zeros around an image.
    """
    one = c(x, 192, name="branch1x1")
    seven = c(c(x, inner, name="branch7x7_1"), inner, **WIDE7, name="branch7x7_2")
    seven = c(seven, 192, **HIGH7, name="branch7x7_3")
    twice = c(c(x, inner, name="branch7x7dbl_1"), inner, **HIGH7, name="branch7x7dbl_2")
    twice = c(twice, inner, **WIDE7, name="branch7x7dbl_3")
    twice = c(twice, inner, **HIGH7, name="branch7x7dbl_4")
    twice = c(twice, 192, **WIDE7, name="branch7x7dbl_5")
    last = c(average(x, count_padding), 192, name="branch_pool")
    return layers.Concatenate()([one, seven, twice, last])


def inception_d(x, c):
    """Half the size once more, with a 7x7 window before the stride.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    c
        What makes the convolutions: `c(x, filters, name, kernel=1, stride=1, padding=0)`.
    """
    three = c(c(x, 192, name="branch3x3_1"), 320, kernel=3, stride=2, name="branch3x3_2")
    seven = c(c(x, 192, name="branch7x7x3_1"), 192, **WIDE7, name="branch7x7x3_2")
    seven = c(seven, 192, **HIGH7, name="branch7x7x3_3")
    seven = c(seven, 192, kernel=3, stride=2, name="branch7x7x3_4")
    return layers.Concatenate()([three, seven, max_pool(x, 3, 2)])


def inception_e(x, c, count_padding: bool):
    """Figure 7: 1x3 and 3x1 side by side: `(N, H, W, 2048)`.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    c
        What makes the convolutions: `c(x, filters, name, kernel=1, stride=1, padding=0)`.
    count_padding
        Whether average pooling counts the zeros around an image.
    """
    one = c(x, 320, name="branch1x1")
    three = c(x, 384, name="branch3x3_1")
    sides = [c(three, 384, **WIDE3, name="branch3x3_2a")]
    sides.append(c(three, 384, **HIGH3, name="branch3x3_2b"))
    twice = c(x, 448, name="branch3x3dbl_1")
    twice = c(twice, 384, kernel=3, padding=1, name="branch3x3dbl_2")
    sides.append(c(twice, 384, **WIDE3, name="branch3x3dbl_3a"))
    sides.append(c(twice, 384, **HIGH3, name="branch3x3dbl_3b"))
    last = c(average(x, count_padding), 192, name="branch_pool")
    return layers.Concatenate()([one, *sides, last])


def head(x, num_classes: int, c):
    """The head in the middle, which regularises more than it helps the gradient: section 4.

    Parameters
    ----------
    x
        Feature maps, `(N, 17, 17, 768)`.
    num_classes
        Logits for each image.
    c
        What makes the convolutions: `c(x, filters, name, kernel=1, stride=1, padding=0)`.
    """
    x = c(layers.AveragePooling2D(5, 3)(x), 128, name="conv0")
    x = layers.GlobalAveragePooling2D()(c(x, 768, kernel=5, name="conv1"))
    return fully_connected(x, num_classes, "AuxLogits.fc")


@published
def inception_v3(
    num_classes: int = 1000,
    input_shape: tuple[int, int, int] = (299, 299, 3),
    auxiliary: bool = False,
    count_padding: bool = True,
    scale: bool = True,
) -> keras.Model:
    """23,834,568 parameters, 5.71 billion multiply-adds; `auxiliary=True` adds 3,326,696.

    Eleven Inception blocks at three sizes, for images of 299x299.

    Parameters
    ----------
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image, at least 75x75 pixels.
    auxiliary
        Whether there is a second output, from the middle: the model gives `[logits, middle]`.
    count_padding
        Whether average pooling counts the zeros around an image, as in torchvision; not in
        keras.applications.
    scale
        Whether batch normalisation has a gamma, as in torchvision; not in keras.applications.
    """
    inputs = images(input_shape, least=75)

    def part(prefix: str):
        """What makes the convolutions of a block; 1x1 unless told."""

        def c(x, filters: int, name: str, kernel=1, stride=1, padding=0):
            return conv_norm(x, filters, kernel, f"{prefix}{name}", stride, padding, scale)

        return c

    c = part("Conv2d_")
    x = c(inputs, 32, "1a_3x3", 3, stride=2)  # (N, 299, 299, 3) -> (N, 149, 149, 32)
    x = c(c(x, 32, "2a_3x3", 3), 64, "2b_3x3", 3, padding=1)  # (N, 147, 147, 64)
    x = max_pool(x, 3, 2)  # (N, 73, 73, 64)
    x = max_pool(c(c(x, 80, "3b_1x1"), 192, "4a_3x3", 3), 3, 2)  # (N, 35, 35, 192)
    for letter, pooled in zip("bcd", (32, 64, 64), strict=True):
        x = inception_a(x, pooled, part(f"Mixed_5{letter}."), count_padding)
    x = inception_b(x, part("Mixed_6a."))  # (N, 35, 35, 288) -> (N, 17, 17, 768)
    for letter, inner in zip("bcde", (128, 160, 160, 192), strict=True):
        x = inception_c(x, inner, part(f"Mixed_6{letter}."), count_padding)
    middle = x
    x = inception_d(x, part("Mixed_7a."))  # (N, 8, 8, 1280)
    for letter in "bc":
        x = inception_e(x, part(f"Mixed_7{letter}."), count_padding)  # (N, 8, 8, 2048)
    model = classify(inputs, x, num_classes, dropout=0.5)
    if not auxiliary:
        return model
    return keras.Model(inputs, [model.output, head(middle, num_classes, part("AuxLogits."))])
