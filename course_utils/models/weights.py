"""Weights from one network to another: between our twins, and from published ones.

PyTorch keeps kernels as `(outputs, inputs, height, width)` and Keras as `(height, width, inputs,
outputs)`; PyTorch flattens feature maps channel by channel, Keras place by place.
"""

from __future__ import annotations

import numpy as np

from .naming import torch_path


def to_keras(source, target) -> None:
    """Copy all weights of one of our PyTorch networks into its Keras twin.

    Parameters
    ----------
    source
        The PyTorch network.
    target
        The Keras network, changed in place.

    Raises
    ------
    ValueError
        If they are no twins; the message names the first layer that does not fit.
    """
    for layer in _with_weights(target):
        kept = _twin(layer, source)
        _set(layer, _as_keras(kept, layer, _flattened(target, layer)))


def to_torch(source, target) -> None:
    """Copy all weights of one of our Keras networks into its PyTorch twin.

    Parameters
    ----------
    source
        The Keras network.
    target
        The PyTorch network, changed in place.

    Raises
    ------
    ValueError
        If they are no twins; the message names the first layer that does not fit.
    """
    import torch

    for layer in _with_weights(source):
        values = [np.asarray(value) for value in layer.get_weights()]
        if values[0].ndim == 4:
            alone = type(layer).__name__ == "DepthwiseConv2D"
            values[0] = values[0].transpose((2, 3, 0, 1) if alone else (3, 2, 0, 1))
        elif values[0].ndim == 2:
            shape = _flattened(source, layer)
            if shape:
                values[0] = values[0].reshape(*shape, -1).transpose(2, 0, 1, 3)
            values[0] = values[0].reshape(-1, values[0].shape[-1]).T
        for tensor, value in zip(_twin(layer, target), values, strict=True):
            value = _fitted(value, tuple(tensor.shape))
            if tuple(tensor.shape) != value.shape:
                raise ValueError(
                    f"{torch_path(layer.name)} is {tuple(tensor.shape)}, and {value.shape} comes"
                )
            with torch.no_grad():
                tensor.copy_(torch.from_numpy(np.ascontiguousarray(value)))


def from_keras_applications(source, target) -> None:
    """Copy the weights of a network of keras.applications into ours of the same kind, in Keras.

    Make ours with their options: `resnet50(stride_first=True, bias=True, epsilon=1.001e-5)`,
    `resnet50_v2(stride_last=True, bias=True, epsilon=1.001e-5)`, `densenet121(epsilon=1.001e-5)`,
    `inception_v3(count_padding=False, scale=False)`, `inception_resnet_v2(scale=False)`,
    `mobilenet_v2(epsilon=1e-3)`, `efficientnet_b0(epsilon=1e-3)`. Theirs end in probabilities, ours
    in logits; some of theirs begin by scaling images (EfficientNetB0 divides by 255), ours do not.

    Parameters
    ----------
    source
        The network of keras.applications.
    target
        Ours, changed in place.

    Raises
    ------
    ValueError
        If a layer has no counterpart, or another shape.
    """
    theirs = [each for each in _in_order(source) if type(each).__name__ != "Normalization"]
    coming = [value for layer in theirs for value in layer.get_weights()]
    layers = _in_order(target)
    places = sum(len(layer.weights) for layer in layers)
    if len(coming) != places:
        raise ValueError(f"{len(coming)} arrays of weights come, and ours has {places}")
    for layer in layers:
        count = len(layer.weights)
        _set(layer, coming[:count])
        del coming[:count]


def _in_order(model) -> list:
    """Layers with weights, each after what it needs: the same walk for networks of one kind.

    Branches are taken in the order in which they are concatenated or added.
    """
    found, done = {}, set()
    pending = [model.output]
    while pending:
        operation, index, _ = pending[-1]._keras_history
        before = operation._inbound_nodes[index].input_tensors
        missing = [tensor for tensor in before if id(tensor) not in done]
        if missing:
            pending.append(missing[0])
            continue
        done.add(id(pending.pop()))
        if getattr(operation, "weights", None):
            found[operation.name] = operation
    return list(found.values())


def _with_weights(model) -> list:
    return [layer for layer in model.layers if layer.weights]


def _twin(layer, network) -> list:
    """The tensors of that module or parameter of a PyTorch `network` which is `layer`'s twin."""
    path = torch_path(layer.name)
    modules, parameters = dict(network.named_modules()), dict(network.named_parameters())
    if path in modules:
        return [*modules[path].parameters(recurse=False), *_running(modules[path])]
    if path in parameters:
        return [parameters[path]]
    raise ValueError(f"the PyTorch network has no layer {path!r}")


def _running(module) -> list:
    """Running statistics; not masks, nor the count of batches."""
    return [
        getattr(module, name)
        for name in ("running_mean", "running_var")
        if getattr(module, name, None) is not None
    ]


def _as_keras(kept: list, layer, flattened: tuple[int, ...] | None) -> list[np.ndarray]:
    """The tensors of a PyTorch layer in the order and the form in which Keras has them."""
    values = [value.detach().cpu().numpy() for value in kept]
    if values[0].ndim == 4:
        alone = type(layer).__name__ == "DepthwiseConv2D"  # keeps (height, width, channels, 1)
        values[0] = values[0].transpose((2, 3, 0, 1) if alone else (2, 3, 1, 0))
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


def _fitted(value: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """`value` in this shape if only axes of length 1 differ, as between 1x1 kernel and matrix."""
    same = [n for n in value.shape if n > 1] == [n for n in shape if n > 1]
    return value.reshape(shape) if same else value


def _set(layer, values: list[np.ndarray]) -> None:
    shapes = [tuple(weight.shape) for weight in layer.weights]
    values = [_fitted(value, shape) for value, shape in zip(values, shapes, strict=False)]
    coming = [np.shape(value) for value in values]
    if shapes != coming:
        raise ValueError(f"{torch_path(layer.name)} has weights {shapes}, and {coming} come")
    layer.set_weights(values)
