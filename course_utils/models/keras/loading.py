"""`weights="imagenet"`: published weights in our networks.

Torchvision's come by way of the twin in PyTorch, which is the only one that can read their files.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

from .. import loading
from .. import published as table
from ..weights import from_keras_applications, to_keras

CALLED = {  # by keras.applications
    "inception_resnet_v2": "InceptionResNetV2",
    "resnet50_v2": "ResNet50V2",
    "resnet101_v2": "ResNet101V2",
    "resnet152_v2": "ResNet152V2",
    "xception": "Xception",
}


def published(constructor: Callable[..., keras.Model]) -> Callable[..., keras.Model]:
    """The `constructor` with the option `weights`, the name of published ones."""
    return loading.taking(constructor, load)


def load(model: keras.Model, weights: table.Weights, options: dict[str, Any]) -> None:
    """Put published weights into a network.

    Parameters
    ----------
    model
        The network, changed in place.
    weights
        Those of the table.
    options
        With which the network was made, besides those of the table.

    Raises
    ------
    DownloadError
        If the file cannot be had.
    ValueError
        If the weights do not fit.
    """
    if weights.publisher.name == table.KERAS.name:
        file = loading.bring(weights)
        theirs = getattr(keras.applications, CALLED[weights.network])
        from_keras_applications(theirs(weights=str(file)), model)
        return
    try:
        from .. import torch as twins
    except ImportError as error:
        raise ImportError(
            f"the published weights of {weights.network} are in a file of PyTorch, which is not "
            f"installed: pip install torch ({error})"
        ) from None
    options = {name: value for name, value in options.items() if name != "input_shape"}
    to_keras(getattr(twins, weights.network)(weights=weights.name, **options), model)
