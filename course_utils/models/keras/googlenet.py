"""GoogLeNet in Keras: the twin of `models.torch.googlenet`.

C. Szegedy et al.: Going deeper with convolutions. CVPR 2015, table 1; with the batch normalisation
of S. Ioffe, C. Szegedy (2015), as all published weights have it. Weights start as He's.
"""

from __future__ import annotations

import keras
from keras import layers

from .blocks import classify, conv_norm, fully_connected, images, max_pool, max_pool_to_the_edge
from .loading import published
from .starting import all_as_he

# Channels of an inception block, a row of table 1:
# 1x1; 1x1 before 3x3, 3x3; 1x1 before 5x5, 5x5; 1x1 after pooling.
BLOCKS = {
    "inception3a": (64, 96, 128, 16, 32, 32),
    "inception3b": (128, 128, 192, 32, 96, 64),
    "inception4a": (192, 96, 208, 16, 48, 64),
    "inception4b": (160, 112, 224, 24, 64, 64),
    "inception4c": (128, 128, 256, 24, 64, 64),
    "inception4d": (112, 144, 288, 32, 64, 64),
    "inception4e": (256, 160, 320, 32, 128, 128),
    "inception5a": (256, 160, 320, 32, 128, 128),
    "inception5b": (384, 192, 384, 48, 128, 128),
}
SMALL_BLOCKS = ((16, 24, 32, 4, 8, 8), (24, 32, 48, 6, 12, 12))  # of the small variant


def inception(x, channels: tuple[int, ...], kernel5: int, name: str):
    """Four branches whose feature maps are concatenated.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    channels
        A row of table 1: of the 1x1 convolution; of the 1x1 before the 3x3, and of the 3x3; of the
        1x1 before the 5x5, and of the 5x5; of the 1x1 after pooling.
    kernel5
        The size of the largest window, 5 in the paper.
    name
        Name of the twin's module in PyTorch.
    """
    one, before3, three, before5, five, pooled = channels
    first = conv_norm(x, one, 1, f"{name}.branch1")
    second = conv_norm(x, before3, 1, f"{name}.branch2.0")
    second = conv_norm(second, three, 3, f"{name}.branch2.1", padding=1)
    third = conv_norm(x, before5, 1, f"{name}.branch3.0")
    third = conv_norm(third, five, kernel5, f"{name}.branch3.1", padding=kernel5 // 2)
    fourth = conv_norm(max_pool(x, 3, 1, padding=1), pooled, 1, f"{name}.branch4.1")
    return layers.Concatenate()([first, second, third, fourth])


def head(x, num_classes: int, name: str):
    """A head in the middle of the network, which sends a gradient to its first layers.

    Parameters
    ----------
    x
        Feature maps, `(N, H, W, C)`.
    num_classes
        Logits for each image.
    name
        Name of the twin's module in PyTorch.
    """
    x = conv_norm(layers.AdaptiveAveragePooling2D(4)(x), 128, 1, f"{name}.conv")
    x = layers.Permute((3, 1, 2))(x)  # flattened as its twin does: channel by channel
    x = fully_connected(layers.Flatten()(x), 1024, f"{name}.fc1", "relu")
    return fully_connected(layers.Dropout(0.7)(x), num_classes, f"{name}.fc2")


@published
def googlenet(
    num_classes: int = 1000,
    input_shape: tuple[int, int, int] = (224, 224, 3),
    auxiliary: bool = False,
    kernel5: int = 5,
    last_pool: int = 3,
    block=inception,
) -> keras.Model:
    """7,005,832 parameters, 1.58 billion multiply-adds; `auxiliary=True` adds 6,379,984.

    Parameters
    ----------
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image, at least 32x32 pixels.
    auxiliary
        Whether the model gives `[logits, first, second]`: compile it with one loss for each and
        `loss_weights=[1, 0.3, 0.3]`, as section 5 of the paper weighs them.
    kernel5
        The size of the largest window in a block, 5 in the paper, 3 in torchvision.
    last_pool
        The size of the window in the last pooling, 3 in the paper, 2 in torchvision.
    block
        What makes an inception block of `(x, channels, kernel5, name)`.
    """
    inputs = images(input_shape, least=32)
    x = conv_norm(inputs, 64, 7, "conv1", stride=2, padding=3)
    x = max_pool_to_the_edge(x, 3, 2)  # (N, 224, 224, 3) -> (N, 56, 56, 64)
    x = conv_norm(conv_norm(x, 64, 1, "conv2"), 192, 3, "conv3", padding=1)
    x = max_pool_to_the_edge(x, 3, 2)  # (N, 28, 28, 192)
    found = {}
    for name, channels in BLOCKS.items():
        if name == "inception4a":
            x = max_pool_to_the_edge(x, 3, 2)  # (N, 14, 14, 480)
        if name == "inception5a":
            x = max_pool_to_the_edge(x, last_pool, 2)  # (N, 7, 7, 832)
        x = found[name] = block(x, channels, kernel5, name)
    x = layers.GlobalAveragePooling2D()(x)  # (N, 1024)
    logits = layers.Dense(num_classes, name="fc")(layers.Dropout(0.2)(x))
    outputs = logits
    if auxiliary:
        first = head(found["inception4a"], num_classes, "aux1")
        outputs = [logits, first, head(found["inception4d"], num_classes, "aux2")]
    model = keras.Model(inputs, outputs)
    all_as_he(model)
    return model


def small_inception(
    num_classes: int = 10, input_shape: tuple[int, int, int] = (32, 32, 3), block=inception
) -> keras.Model:
    """66,306 parameters, 9 million multiply-adds.

    For small images: two blocks, pooling, two blocks.

    Parameters
    ----------
    num_classes
        Logits for each image.
    input_shape
        `(height, width, channels)` of an image, at least 8x8 pixels.
    block
        What makes an inception block of `(x, channels, kernel5, name)`.
    """
    inputs = images(input_shape, least=8)
    x = max_pool(conv_norm(inputs, 32, 3, "conv", padding=1), 2, 2)  # (N, 16, 16, 32)
    for stage, channels in enumerate(SMALL_BLOCKS):  # (N, 16, 16, 64), then (N, 8, 8, 96)
        x = max_pool(x, 2, 2) if stage else x
        for index in range(2):
            x = block(x, channels, 5, f"stages.{stage}.{index}")
    return classify(inputs, x, num_classes)
