"""Squeeze-and-excitation networks in Keras: the twin of `models.torch.senet`.

J. Hu, L. Shen, G. Sun: Squeeze-and-excitation networks. CVPR 2018, figures 2 and 3, table 1.
"""

from __future__ import annotations

import keras

from .blocks import excitation
from .googlenet import googlenet, inception
from .resnet import DEPTHS, bottleneck, resnet, small_resnet


def se_inception_block(x, channels: tuple[int, ...], kernel5: int, name: str):
    """The four branches concatenated, then weighted: figure 2.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    channels, kernel5
        As for `inception`.
    name
        Name of the twin's module in PyTorch.
    """
    return excitation(inception(x, channels, kernel5, name), f"{name}.se")


def se_resnet50(**options) -> keras.Model:
    """28,088,024 parameters, 4.09 billion multiply-adds. `options` are those of `resnet`."""
    return resnet(bottleneck, DEPTHS[50], excite=True, **options)


def se_resnet101(**options) -> keras.Model:
    """49,326,872 parameters, 7.81 billion multiply-adds. `options` are those of `resnet`."""
    return resnet(bottleneck, DEPTHS[101], excite=True, **options)


def se_resnet152(**options) -> keras.Model:
    """66,821,848 parameters, 11.52 billion multiply-adds. `options` are those of `resnet`."""
    return resnet(bottleneck, DEPTHS[152], excite=True, **options)


def se_inception(**options) -> keras.Model:
    """7,485,935 parameters, 1.58 billion multiply-adds. `options` are those of `googlenet`."""
    return googlenet(block=se_inception_block, **options)


def small_se_resnet(blocks: int = 1, **options) -> keras.Model:
    """78,833 parameters, 13 million multiply-adds: `small_resnet` with squeeze and excitation.

    `blocks` is the number of blocks in each of the three stages. `options` are those of
    `small_resnet`.
    """
    return small_resnet(blocks, excite=True, **options)
