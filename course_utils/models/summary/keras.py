"""The rows of a Keras network: a walk along the graph of a functional model."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..naming import torch_path
from .fields import IMAGE, Seen, enlarge, everything, grow
from .table import Row

# Layers with weights that multiply each number by one; and layers without that do unknown work.
FREE = (
    *("BatchNormalization", "LayerNormalization", "GroupNormalization", "UnitNormalization"),
    *("RMSNormalization", "PReLU", "Embedding", "Subsampling", "LocalResponseNorm", "LayerScale"),
    *("ClassToken", "Positions", "RelativeBias"),
)
UNKNOWN = (
    *("Lambda", "TorchModuleWrapper", "TFSMLayer", "JaxLayer", "FlaxLayer", "Dot", "Attention"),
    *("AdditiveAttention", "GroupQueryAttention", "Matmul", "Einsum", "Tensordot", "Inner", "Conv"),
    *("DepthwiseConv", "SeparableConv", "ConvTranspose", "DotProductAttention", "Vdot", "Outer"),
)
WHOLE = (
    "Dense",
    "Flatten",
    "GlobalAveragePooling2D",
    "AdaptiveAveragePooling2D",
    "MultiHeadAttention",
)


def rows(model: Any) -> list[Row]:
    """A row for every layer of the functional `model` that has parameters, pools or multiplies."""
    return _rows(getattr(model, "_functional", None) or model, IMAGE, "", set())[0]


def _rows(model: Any, start: Seen, prefix: str, counted: set[int]) -> tuple[list[Row], Seen]:
    """The rows of a model whose input has seen `start`, and what its output has seen.

    `prefix` goes before the layers' names; `counted` are the weights that other rows have.
    """
    found: list[Row] = []
    seen = {id(tensor): start for tensor in model.inputs}
    after = start
    for node in _nodes(model):
        layer, output = node.operation, node.output_tensors[0]
        before = max(seen.get(id(tensor), start) for tensor in node.input_tensors)
        name = prefix + torch_path(layer.name)
        model_inside = getattr(layer, "_functional", None) or layer  # of a Sequential
        if hasattr(model_inside, "_nodes_by_depth"):
            inner, after = _rows(model_inside, before, f"{name}.", counted)
            found += inner
        else:
            after = _after(layer, before)
            new = [w for w in getattr(layer, "trainable_weights", []) if id(w) not in counted]
            counted |= {id(weight) for weight in new}
            work = _work(layer, node)
            if getattr(layer, "trainable_weights", []) or hasattr(layer, "pool_size") or work != 0:
                own = sum(math.prod(weight.shape) for weight in new)
                shape, unknown = _channels_first(output.shape[1:]), (_kind(layer),)
                row = Row(name, _kind(layer), shape, own, work or 0, after[0])
                found.append(replace(row, uncounted=unknown) if work is None else row)
        seen |= {id(tensor): after for tensor in node.output_tensors}
    return found, after


def _nodes(model: Any) -> Iterator[Any]:
    """The calls of layers, from input to output."""
    for _, nodes in sorted(model._nodes_by_depth.items(), reverse=True):
        yield from (node for node in nodes if node.input_tensors)


def _kind(layer: Any) -> str:
    return type(layer).__name__


def _after(layer: Any, seen: Seen) -> Seen:
    """What the output of a layer has seen whose input has `seen` so much."""
    if _kind(layer).endswith("Transpose") and hasattr(layer, "kernel_size"):
        step = layer.strides[0]
        reach = (layer.kernel_size[0] - 1) * layer.dilation_rate[0] + 1
        return enlarge(grow(seen, -(-reach // step), 1), step)
    if hasattr(layer, "kernel_size"):
        return grow(seen, layer.kernel_size[0], layer.strides[0], layer.dilation_rate[0])
    if hasattr(layer, "pool_size"):
        return grow(seen, layer.pool_size[0], layer.strides[0])
    if _kind(layer) == "UpSampling2D":
        return enlarge(seen, layer.size[0])
    if _kind(layer) == "Subsampling":  # LeNet-5's, in 2x2 windows
        return grow(seen, 2, 2)
    return everything(seen) if _kind(layer) in WHOLE else seen


def _work(layer: Any, node: Any) -> int | None:
    """Multiply-adds of one call for one image; None where they are not known."""
    kind, sides = _kind(layer), node.output_tensors[0].shape[1:-1]
    if None in sides:  # whatever it multiplies, nobody knows how often
        return None if kind in UNKNOWN or getattr(layer, "trainable_weights", []) else 0
    places = math.prod(sides)
    if kind.startswith("Separable"):
        depthwise, pointwise = (w.shape for w in layer.trainable_weights[:2])
        return places * (math.prod(depthwise) + math.prod(pointwise))
    if kind.endswith("Transpose") and hasattr(layer, "kernel_size"):
        return math.prod(node.input_tensors[0].shape[1:-1]) * math.prod(layer.kernel.shape)
    if kind == "Dense" or hasattr(layer, "kernel_size"):
        return places * math.prod(layer.kernel.shape)
    if kind == "MultiHeadAttention":
        return _attention(layer, node)
    of_keras = type(layer).__module__.startswith("keras.")
    plain = of_keras and kind not in UNKNOWN and not getattr(layer, "trainable_weights", [])
    return 0 if plain or kind in FREE else None


def _attention(layer: Any, node: Any) -> int:
    """Four dense layers, and between them two products of matrices for each pair of places."""
    query, value = node.input_tensors[0], node.input_tensors[1]
    key = node.input_tensors[2] if len(node.input_tensors) > 2 else value
    asking, answering = (math.prod(tensor.shape[1:-1]) for tensor in (query, value))
    deep, wide = layer.key_dim, layer.value_dim or layer.key_dim
    dense = asking * query.shape[-1] * deep + answering * key.shape[-1] * deep
    dense += answering * value.shape[-1] * wide + asking * node.output_tensors[0].shape[-1] * wide
    return layer.num_heads * (dense + asking * answering * (deep + wide))


def _channels_first(shape: tuple[int, ...]) -> tuple[int, ...]:
    """`(H, W, C)` as `(C, H, W)`; features stay as they are."""
    return (shape[-1], *shape[:-1])
