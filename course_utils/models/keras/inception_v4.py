"""Inception-v4 and Inception-ResNet-v2 in Keras: the twin of `models.torch.inception_v4`.

C. Szegedy, S. Ioffe, V. Vanhoucke, A. Alemi: Inception-v4, Inception-ResNet and the impact of
residual connections on learning. AAAI 2017; figures 3 to 9 (v4) and 16 to 19 (ResNet). As the
published weights have it, the ResNet begins with the stem of Inception-v3.
"""

from __future__ import annotations

import keras
from keras import layers

from .blocks import average, classify, conv, conv_norm, images, max_pool
from .loading import published

# A convolution of a chain: filters, kernel, and stride or padding where there is one.
Link = tuple


def chain(x, name: str, scale: bool, *links: Link):
    """Convolutions one after another; a window of several pixels keeps the size if it has padding.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    name
        That of the branch. A single convolution has it as well, several are numbered, as in the
        twin's `nn.Sequential`.
    scale
        Whether batch normalisation has a gamma.
    links
        Of each convolution `(filters, kernel)`, or with a third part: `stride` or `padding` by
        name.
    """
    for index, (filters, kernel, *rest) in enumerate(links):
        options = rest[0] if rest else {}
        own = f"{name}.{index}" if len(links) > 1 else name
        x = conv_norm(x, filters, kernel, own, scale=scale, **options)
    return x


SAME, HALF = {"padding": 1}, {"stride": 2}
WIDE7, HIGH7 = ((1, 7), {"padding": (0, 3)}), ((7, 1), {"padding": (3, 0)})
WIDE3, HIGH3 = ((1, 3), {"padding": (0, 1)}), ((3, 1), {"padding": (1, 0)})


def join(*parts):
    """All `parts`, feature maps of one height and width, concatenated."""
    return layers.Concatenate()(list(parts))


def pooled(x, filters: int, name: str, scale: bool):
    """The mean of every window, then a 1x1 convolution.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    filters
        Output channels.
    name
        The beginning of the names of the block's layers.
    scale
        Whether batch normalisation has a gamma.
    """
    return conv_norm(average(x), filters, 1, f"{name}.pool.1", scale=scale)


def stem(x, scale: bool):
    """Figure 3: `(N, 299, 299, 3)` -> `(N, 35, 35, 384)`.

    `x` are the images; without `scale` batch normalisation has no gamma.
    """
    for index, link in enumerate([(32, 3, HALF), (32, 3), (64, 3, SAME)]):
        x = chain(x, f"stem.{index}", scale, link)  # (N, 147, 147, 64)
    x = join(max_pool(x, 3, 2), chain(x, "stem.3.conv", scale, (96, 3, HALF)))  # (N, 73, 73, 160)
    long = (64, 1), (64, *HIGH7), (64, *WIDE7), (96, 3)
    x = join(
        chain(x, "stem.4.short", scale, (64, 1), (96, 3)), chain(x, "stem.4.long", scale, *long)
    )  # (N, 71, 71, 192)
    return join(chain(x, "stem.5.conv", scale, (192, 3, HALF)), max_pool(x, 3, 2))


def block_a(x, name: str, scale: bool):
    """Figure 4, on `(N, 35, 35, 384)`.

    Parameters
    ----------
    x
        Feature maps.
    name
        The beginning of the names of the block's layers.
    scale
        Whether batch normalisation has a gamma.
    """
    return join(
        pooled(x, 96, name, scale),
        chain(x, f"{name}.one", scale, (96, 1)),
        chain(x, f"{name}.three", scale, (64, 1), (96, 3, SAME)),
        chain(x, f"{name}.twice", scale, (64, 1), (96, 3, SAME), (96, 3, SAME)),
    )


def reduction_a(x, k: int, l: int, m: int, n: int, scale: bool):  # noqa: E741
    """Figure 7: `(N, 35, 35, C)` -> `(N, 17, 17, C + n + m)`.

    Parameters
    ----------
    x
        Feature maps.
    k, l, m, n
        Channels, with table 1's letters: of the longer branch's three convolutions, and of the
        shorter one's.
    scale
        Whether batch normalisation has a gamma.
    """
    return join(
        chain(x, "reduction_a.three", scale, (n, 3, HALF)),
        chain(x, "reduction_a.twice", scale, (k, 1), (l, 3, SAME), (m, 3, HALF)),
        max_pool(x, 3, 2),
    )


def block_b(x, name: str, scale: bool):
    """Figure 5, on `(N, 17, 17, 1024)`.

    Parameters
    ----------
    x
        Feature maps.
    name
        The beginning of the names of the block's layers.
    scale
        Whether batch normalisation has a gamma.
    """
    twice = (192, 1), (192, *WIDE7), (224, *HIGH7), (224, *WIDE7), (256, *HIGH7)
    return join(
        pooled(x, 128, name, scale),
        chain(x, f"{name}.one", scale, (384, 1)),
        chain(x, f"{name}.seven", scale, (192, 1), (224, *WIDE7), (256, *HIGH7)),
        chain(x, f"{name}.twice", scale, *twice),
    )


def reduction_b(x, scale: bool):
    """Figure 8: `(N, 17, 17, 1024)` -> `(N, 8, 8, 1536)`.

    `x` are feature maps; without `scale` batch normalisation has no gamma.
    """
    seven = (256, 1), (256, *WIDE7), (320, *HIGH7), (320, 3, HALF)
    return join(
        chain(x, "reduction_b.three", scale, (192, 1), (192, 3, HALF)),
        chain(x, "reduction_b.seven", scale, *seven),
        max_pool(x, 3, 2),
    )


def block_c(x, name: str, scale: bool):
    """Figure 6, on `(N, 8, 8, 1536)`.

    Parameters
    ----------
    x
        Feature maps.
    name
        The beginning of the names of the block's layers.
    scale
        Whether batch normalisation has a gamma.
    """
    three = chain(x, f"{name}.three.trunk", scale, (384, 1))
    links = (384, 1), (448, *WIDE3), (512, *HIGH3)
    twice = chain(x, f"{name}.twice.trunk", scale, *links)
    return join(
        pooled(x, 256, name, scale),
        chain(x, f"{name}.one", scale, (256, 1)),
        chain(three, f"{name}.three.wide", scale, (256, *WIDE3)),
        chain(three, f"{name}.three.high", scale, (256, *HIGH3)),
        chain(twice, f"{name}.twice.wide", scale, (256, *WIDE3)),
        chain(twice, f"{name}.twice.high", scale, (256, *HIGH3)),
    )


def inception_v4(
    num_classes: int = 1000,
    input_shape: tuple[int, int, int] = (299, 299, 3),
    scale: bool = True,
) -> keras.Model:
    """42,679,816 parameters, 12.25 billion multiply-adds.

    Stem, 4 blocks A, 7 blocks B, 3 blocks C, reductions between: figure 9.

    Parameters
    ----------
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image, at least 75x75 pixels.
    scale
        Whether batch normalisation has a gamma; in the published weights it has none.
    """
    inputs = images(input_shape, least=75)
    x = stem(inputs, scale)
    for index in range(4):
        x = block_a(x, f"a.{index}", scale)  # (N, 35, 35, 384)
    x = reduction_a(x, 192, 224, 256, 384, scale)
    for index in range(7):
        x = block_b(x, f"b.{index}", scale)  # (N, 17, 17, 1024)
    x = reduction_b(x, scale)
    for index in range(3):
        x = block_c(x, f"c.{index}", scale)  # (N, 8, 8, 1536)
    return classify(inputs, x, num_classes, dropout=0.2)


def residual(x, branches, factor: float, name: str, last: bool = False):
    """An Inception block whose output, scaled down, is added to its input: section 3.3.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    branches
        The outputs of the block's branches.
    factor
        By which the block's output is multiplied.
    name
        The beginning of the names of the block's layers.
    last
        Whether it is the last one, which has no ReLU.
    """
    up = conv(join(*branches), x.shape[-1], 1, f"{name}.up", bias=True)
    x = layers.Add()([x, layers.Rescaling(factor)(up)])
    return x if last else layers.ReLU()(x)


def residual_a(x, name: str, scale: bool):
    """Figure 16, on `(N, 35, 35, 320)`.

    Parameters
    ----------
    x
        Feature maps.
    name
        The beginning of the names of the block's layers.
    scale
        Whether batch normalisation has a gamma.
    """
    branches = [
        chain(x, f"{name}.branches.one", scale, (32, 1)),
        chain(x, f"{name}.branches.three", scale, (32, 1), (32, 3, SAME)),
        chain(x, f"{name}.branches.twice", scale, (32, 1), (48, 3, SAME), (64, 3, SAME)),
    ]
    return residual(x, branches, 0.17, name)


def residual_b(x, name: str, scale: bool):
    """Figure 17, on `(N, 17, 17, 1088)`.

    Parameters
    ----------
    x
        Feature maps.
    name
        The beginning of the names of the block's layers.
    scale
        Whether batch normalisation has a gamma.
    """
    branches = [
        chain(x, f"{name}.branches.one", scale, (192, 1)),
        chain(x, f"{name}.branches.seven", scale, (128, 1), (160, *WIDE7), (192, *HIGH7)),
    ]
    return residual(x, branches, 0.1, name)


def residual_c(x, name: str, scale: bool, factor: float = 0.2, last: bool = False):
    """Figure 19, on `(N, 8, 8, 2080)`.

    Parameters
    ----------
    x
        Feature maps.
    name
        The beginning of the names of the block's layers.
    scale
        Whether batch normalisation has a gamma.
    factor, last
        As for `residual`.
    """
    branches = [
        chain(x, f"{name}.branches.one", scale, (192, 1)),
        chain(x, f"{name}.branches.three", scale, (192, 1), (224, *WIDE3), (256, *HIGH3)),
    ]
    return residual(x, branches, factor, name, last)


@published
def inception_resnet_v2(
    num_classes: int = 1000,
    input_shape: tuple[int, int, int] = (299, 299, 3),
    scale: bool = True,
) -> keras.Model:
    """55,843,464 parameters, 13.16 billion multiply-adds.

    10 residual blocks A, 20 B, 10 C, reductions between: figure 15.

    Parameters
    ----------
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image, at least 75x75 pixels.
    scale
        Whether batch normalisation has a gamma; in keras.applications and in the published weights
        it has none.
    """
    inputs = images(input_shape, least=75)
    x = inputs
    for index, link in enumerate([(32, 3, HALF), (32, 3), (64, 3, SAME)]):
        x = chain(x, f"stem.{index}", scale, link)  # (N, 147, 147, 64)
    x = chain(max_pool(x, 3, 2), "stem.4", scale, (80, 1))
    x = max_pool(chain(x, "stem.5", scale, (192, 3)), 3, 2)  # (N, 35, 35, 192)
    x = join(
        chain(x, "stem.7.one", scale, (96, 1)),
        chain(x, "stem.7.five", scale, (48, 1), (64, 5, {"padding": 2})),
        chain(x, "stem.7.twice", scale, (64, 1), (96, 3, SAME), (96, 3, SAME)),
        pooled(x, 64, "stem.7", scale),
    )
    for index in range(10):
        x = residual_a(x, f"a.{index}", scale)  # (N, 35, 35, 320)
    x = reduction_a(x, 256, 256, 384, 384, scale)
    for index in range(20):
        x = residual_b(x, f"b.{index}", scale)  # (N, 17, 17, 1088)
    x = join(  # figure 18
        chain(x, "reduction_b.first", scale, (256, 1), (384, 3, HALF)),
        chain(x, "reduction_b.second", scale, (256, 1), (288, 3, HALF)),
        chain(x, "reduction_b.third", scale, (256, 1), (288, 3, SAME), (320, 3, HALF)),
        max_pool(x, 3, 2),
    )
    for index in range(9):
        x = residual_c(x, f"c.{index}", scale)  # (N, 8, 8, 2080)
    x = residual_c(x, "c.9", scale, 1.0, last=True)
    x = conv_norm(x, 1536, 1, "conv", scale=scale)  # (N, 8, 8, 1536)
    return classify(inputs, x, num_classes)
