"""`weights="imagenet"`: published weights in our networks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from .. import loading
from .. import published as table
from ..weights import to_torch

Model = TypeVar("Model", bound=nn.Module)

# What the files of old versions of torchvision call layers, and their names since.
RENAMED = {
    r"(denselayer\d+\.(?:norm|conv))\.(?=[12]\.)": r"\1",
    r"mlp\.linear_1\.": "mlp.0.",
    r"mlp\.linear_2\.": "mlp.3.",
}


def published(constructor: Callable[..., Model]) -> Callable[..., Model]:
    """The `constructor` with the option `weights`, the name of published ones."""
    return loading.taking(constructor, load)


def load(model: nn.Module, weights: table.Weights, options: dict[str, Any]) -> None:
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
        to_torch(_twin(weights, options), model)
        return
    state = torch.load(loading.bring(weights), map_location="cpu", weights_only=True)
    own = model.state_dict()
    if weights.by_name:
        state = {_now(key): value for key, value in state.items() if _wanted(key, own)}
    else:
        state = dict(zip(own, state.values(), strict=True))
    try:
        model.load_state_dict(state)
    except RuntimeError as error:
        raise ValueError(
            f"the published weights of {weights.network} do not fit a network made with {options}: "
            f"{str(error).splitlines()[-1].strip()}"
        ) from None


def _twin(weights: table.Weights, options: dict[str, Any]) -> Any:
    """The network in Keras, with weights that Keras published."""
    from .. import keras as twins

    options = {name: value for name, value in options.items() if name not in loading.AS_PUBLISHED}
    return getattr(twins, weights.network)(weights=weights.name, **options)


def _now(key: str) -> str:
    """What torchvision calls a parameter now that a file calls `key`."""
    for old, new in RENAMED.items():
        key = re.sub(old, new, key)
    return key


def _wanted(key: str, own: dict[str, Tensor]) -> bool:
    """Whether it is none of the heads that train inner layers, or ours has these as well."""
    return not key.lower().startswith("aux") or key in own
