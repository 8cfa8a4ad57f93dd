"""Weights from one network to another: between our twins, and from published ones.

PyTorch keeps kernels as `(outputs, inputs, height, width)` and Keras as `(height, width, inputs,
outputs)`; PyTorch flattens feature maps channel by channel, Keras place by place.
"""

from __future__ import annotations

import re

import numpy as np


def to_keras(source, target) -> None:
    """Copy all weights of our PyTorch network `source` into its Keras twin `target`.

    Raises
    ------
    ValueError
        If they are no twins; the message names the first layer that does not fit.
    """
    for layer in _with_weights(target):
        try:
            module = source.get_submodule(layer.name)
        except AttributeError:
            raise ValueError(f"the PyTorch network has no layer {layer.name!r}") from None
        _set(layer, _as_keras(module, layer, _flattened(target, layer)))


def to_torch(source, target) -> None:
    """Copy all weights of our Keras network `source` into its PyTorch twin `target`.

    Raises
    ------
    ValueError
        If they are no twins; the message names the first layer that does not fit.
    """
    import torch

    for layer in _with_weights(source):
        try:
            module = target.get_submodule(layer.name)
        except AttributeError:
            raise ValueError(f"the PyTorch network has no layer {layer.name!r}") from None
        values = [np.asarray(value) for value in layer.get_weights()]
        if values[0].ndim == 4:
            values[0] = values[0].transpose(3, 2, 0, 1)
        elif values[0].ndim == 2:
            shape = _flattened(source, layer)
            if shape:
                values[0] = values[0].reshape(*shape, -1).transpose(2, 0, 1, 3)
            values[0] = values[0].reshape(-1, values[0].shape[-1]).T
        kept = [*module.parameters(recurse=False), *_running(module)]
        for tensor, value in zip(kept, values, strict=True):
            if tuple(tensor.shape) != value.shape:
                raise ValueError(f"{layer.name} is {tuple(tensor.shape)}, and {value.shape} comes")
            with torch.no_grad():
                tensor.copy_(torch.from_numpy(np.ascontiguousarray(value)))


def from_keras_applications(source, target) -> None:
    """Copy the weights of a network of keras.applications into ours of the same kind, in Keras.

    Make ours with their options: `resnet50(stride_first=True, bias=True, epsilon=1.001e-5)`,
    `densenet121(epsilon=1.001e-5)`. Theirs end in probabilities, ours in logits.

    Raises
    ------
    ValueError
        If a layer has no counterpart, or another shape.
    """
    ours = {layer.name: layer for layer in _with_weights(target)}
    rules = next((rules for sign, rules in RULES.items() if sign in ours), None)
    if rules is None:  # no branches: both have the same layers one after another
        pairs = zip(_with_weights(source), ours.values(), strict=True)
    else:
        named = {_translate(layer.name, rules): layer for layer in _with_weights(source)}
        if set(named) != set(ours):
            raise ValueError(f"these networks differ in {sorted(set(named) ^ set(ours))[0]!r}")
        pairs = [(named[name], layer) for name, layer in ours.items()]
    for theirs, layer in pairs:
        _set(layer, theirs.get_weights())


def _stage(m: re.Match, part: str) -> str:
    return f"layer{int(m[1]) - 1}.{int(m[2]) - 1}.{part}"


def _block(m: re.Match, part: str) -> str:
    return f"features.denseblock{int(m[1]) - 1}.denselayer{m[2]}.{part}"


# What keras.applications calls a layer and what it is called here; the key tells the family.
RULES = {
    "layer1.0.conv1": [
        (r"conv1_conv", lambda m: "conv1"),
        (r"conv1_bn", lambda m: "bn1"),
        (r"conv(\d)_block(\d+)_0_conv", lambda m: _stage(m, "downsample.0")),
        (r"conv(\d)_block(\d+)_0_bn", lambda m: _stage(m, "downsample.1")),
        (r"conv(\d)_block(\d+)_(\d)_conv", lambda m: _stage(m, f"conv{m[3]}")),
        (r"conv(\d)_block(\d+)_(\d)_bn", lambda m: _stage(m, f"bn{m[3]}")),
        (r"predictions", lambda m: "fc"),
    ],
    "features.conv0": [
        (r"conv1_conv", lambda m: "features.conv0"),
        (r"conv1_bn", lambda m: "features.norm0"),
        (r"conv(\d)_block(\d+)_0_bn", lambda m: _block(m, "norm1")),
        (r"conv(\d)_block(\d+)_1_bn", lambda m: _block(m, "norm2")),
        (r"conv(\d)_block(\d+)_(\d)_conv", lambda m: _block(m, f"conv{m[3]}")),
        (r"pool(\d)_bn", lambda m: f"features.transition{int(m[1]) - 1}.norm"),
        (r"pool(\d)_conv", lambda m: f"features.transition{int(m[1]) - 1}.conv"),
        (r"bn", lambda m: "features.norm5"),
        (r"predictions", lambda m: "classifier"),
    ],
}


def _translate(name: str, rules: list) -> str:
    for pattern, translation in rules:
        if match := re.fullmatch(pattern, name):
            return translation(match)
    return name


def _with_weights(model) -> list:
    return [layer for layer in model.layers if layer.weights]


def _running(module) -> list:
    """Running statistics; not masks, nor the count of batches."""
    return [
        getattr(module, name)
        for name in ("running_mean", "running_var")
        if getattr(module, name, None) is not None
    ]


def _as_keras(module, layer, flattened: tuple[int, ...] | None) -> list[np.ndarray]:
    """A PyTorch layer's numbers in the order and the form in which Keras has them."""
    kept = [*module.parameters(recurse=False), *_running(module)]
    values = [value.detach().cpu().numpy() for value in kept]
    if values[0].ndim == 4:
        values[0] = values[0].transpose(2, 3, 1, 0)
    elif values[0].ndim == 2:
        values[0] = values[0].T
        if flattened:
            height, width, channels = flattened
            values[0] = values[0].reshape(channels, height, width, -1).transpose(1, 2, 0, 3)
            values[0] = values[0].reshape(height * width * channels, -1)
    return values


def _flattened(model, layer) -> tuple[int, ...] | None:
    """The feature maps `(H, W, C)` that a dense layer sees flattened, if it does."""
    names = [each.name for each in model.layers]
    if "flatten" not in names or layer.weights[0].ndim != 2:
        return None
    flatten = model.get_layer("flatten")
    first = next(each for each in _with_weights(model) if each.weights[0].ndim == 2)
    return tuple(flatten.input.shape[1:]) if layer is first else None


def _set(layer, values: list[np.ndarray]) -> None:
    shapes = [tuple(weight.shape) for weight in layer.weights]
    coming = [np.shape(value) for value in values]
    if shapes != coming:
        raise ValueError(f"{layer.name} has weights {shapes}, and {coming} come")
    layer.set_weights(values)
