"""The rows of a Keras network: a walk along the graph of a functional model."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from ..naming import torch_path
from .fields import IMAGE, Seen, enlarge, everything, grow
from .table import Row

WHOLE = ("Dense", "Flatten", "GlobalAveragePooling2D", "AdaptiveAveragePooling2D")


def rows(model: Any) -> list[Row]:
    """A row for every layer of the functional `model` that has parameters or pools."""
    found = []
    seen = {id(tensor): IMAGE for tensor in model.inputs}
    for node in _nodes(model):
        layer, output = node.operation, node.output_tensors[0]
        before = max(seen.get(id(tensor), IMAGE) for tensor in node.input_tensors)
        after = _after(layer, before)
        seen |= {id(tensor): after for tensor in node.output_tensors}
        own = sum(math.prod(weight.shape) for weight in getattr(layer, "trainable_weights", []))
        if own or hasattr(layer, "pool_size"):
            shape = _channels_first(output.shape[1:])
            name, work = torch_path(layer.name), _work(layer, output)
            found.append(Row(name, _kind(layer), shape, own, work, after[0]))
    return found


def _nodes(model: Any) -> Iterator[Any]:
    """The calls of layers, from input to output."""
    for _, nodes in sorted(model._nodes_by_depth.items(), reverse=True):
        yield from (node for node in nodes if node.input_tensors)


def _kind(layer: Any) -> str:
    return type(layer).__name__


def _after(layer: Any, seen: Seen) -> Seen:
    """What the output of a layer has seen whose input has `seen` so much."""
    if hasattr(layer, "kernel_size"):
        return grow(seen, layer.kernel_size[0], layer.strides[0], layer.dilation_rate[0])
    if hasattr(layer, "pool_size"):
        return grow(seen, layer.pool_size[0], layer.strides[0])
    if _kind(layer) == "UpSampling2D":
        return enlarge(seen, layer.size[0])
    if _kind(layer) == "Subsampling":  # LeNet-5's, in 2x2 windows
        return grow(seen, 2, 2)
    return everything(seen) if _kind(layer) in WHOLE else seen


def _work(layer: Any, output: Any) -> int:
    """Multiply-adds for one image."""
    if hasattr(layer, "kernel_size"):
        inputs = 1 if _kind(layer) == "DepthwiseConv2D" else layer.kernel.shape[2]
        return math.prod(output.shape[1:]) * math.prod(layer.kernel.shape[:2]) * inputs
    if _kind(layer) == "Dense":  # on each pixel or token, where there are several
        return math.prod(output.shape[1:-1]) * math.prod(layer.kernel.shape)
    return 0


def _channels_first(shape: tuple[int, ...]) -> tuple[int, ...]:
    """`(H, W, C)` as `(C, H, W)`; features stay as they are."""
    return (shape[-1], *shape[:-1])
