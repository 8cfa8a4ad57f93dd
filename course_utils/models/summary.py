"""A network as a table: every layer's output, its parameters, its work, and what it can see.

Receptive fields as in A. Araujo, W. Norris, J. Sim: Computing receptive fields of convolutional
neural networks. Distill, 2019: along a path, `field += (kernel - 1) * dilation * jump` and
`jump *= stride`; where paths meet, the largest counts. Borders are not subtracted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

EVERYTHING = math.inf  # the field of what has seen the whole image


@dataclass(frozen=True)
class Row:
    """A layer: output `(C, H, W)` or `(features,)`; for one image; `field` in pixels of height."""

    name: str
    kind: str
    output: tuple[int, ...]
    parameters: int
    multiply_adds: int
    field: float


@dataclass(frozen=True)
class Summary:
    """The layers that have parameters or look at more than one pixel, in the order of the work."""

    rows: tuple[Row, ...]

    @property
    def parameters(self) -> int:
        """Of all layers."""
        return sum(row.parameters for row in self.rows)

    @property
    def multiply_adds(self) -> int:
        """Of convolutions and dense layers, for one image."""
        return sum(row.multiply_adds for row in self.rows)

    def __str__(self) -> str:
        lines = [("layer", "kind", "output", "parameters", "multiply-adds", "sees")]
        for row in self.rows:
            size = "x".join(map(str, row.output))
            sees = "all" if row.field == EVERYTHING else f"{row.field:.0f}"
            counts = f"{row.parameters:,}", f"{row.multiply_adds:,}"
            lines.append((row.name, row.kind, size, *counts, sees))
        lines.append(("all", "", "", f"{self.parameters:,}", f"{self.multiply_adds:,}", ""))
        widths = [max(len(line[k]) for line in lines) for k in range(6)]
        return "\n".join(
            "  ".join(
                text.ljust(width) if k < 3 else text.rjust(width)
                for k, (text, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        )

    __repr__ = __str__


def summary(model, input_shape: tuple[int, int, int] | None = None) -> Summary:
    """The table of a network, ours or any other that is built alike.

    Parameters
    ----------
    model
        A PyTorch module, or a functional Keras model.
    input_shape
        For PyTorch `(C, H, W)` of one image; (model.in_channels, 224, 224) unless it is given. A
        Keras model knows its own.

    Raises
    ------
    ValueError
        If the model is of neither kind.
    """
    modules = {each.__module__.partition(".")[0] for each in type(model).__mro__}
    if "torch" in modules:
        shape = input_shape or (getattr(model, "in_channels", 3), 224, 224)
        return Summary(tuple(_torch_rows(model, shape)))
    if "keras" in modules and getattr(model, "_is_graph_network", hasattr(model, "operations")):
        return Summary(tuple(_keras_rows(model)))
    raise ValueError(f"a {type(model).__name__} is neither a PyTorch module nor a Keras model")


def _grow(seen: tuple[float, int], kernel: int, stride: int, dilation: int) -> tuple[float, int]:
    """Field and jump after a layer with such a window."""
    field, jump = seen
    return field + (kernel - 1) * dilation * jump, jump * stride


# --- PyTorch ---------------------------------------------------------------------------------


def _torch_rows(model, input_shape) -> list[Row]:
    """Run it once on the meta device, where nothing is computed, and look at every call."""
    import copy

    import torch
    from torch.overrides import TorchFunctionMode

    rows: list[Row] = []
    seen: dict[int, tuple[float, int]] = {}
    alive: list = []  # so that no tensor's id is used again
    where: list[tuple[str, torch.nn.Module]] = []

    def first(value) -> int:
        return value[0] if isinstance(value, tuple | list) else value

    class Watch(TorchFunctionMode):
        def __torch_function__(self, function, types, args=(), kwargs=None):
            result = function(*args, **(kwargs or {}))
            given = [*args, *(kwargs or {}).values()]
            lists = [part if isinstance(part, list | tuple) else [part] for part in given]
            flat = [part for parts in lists for part in parts]
            fields = [seen[id(p)] for p in flat if id(p) in seen]
            if fields and isinstance(result, torch.Tensor):
                name = getattr(function, "__name__", "")
                now = max(fields)
                if name == "conv2d":
                    now = _grow(now, args[1].shape[2], first(args[3]), first(args[5]))
                elif name in ("max_pool2d", "avg_pool2d"):
                    window = [*args, *(kwargs or {}).values()]
                    stride = window[2] if len(window) > 2 and window[2] else window[1]
                    now = _grow(now, first(window[1]), first(stride), 1)
                elif name == "interpolate":
                    now = now[0], now[1] / (kwargs or {})["scale_factor"]
                elif name in ("linear", "flatten", "mean", "adaptive_avg_pool2d"):
                    now = EVERYTHING, now[1]
                seen[id(result)] = now
                alive.append(result)
            return result

    def enter(name):
        return lambda module, _: where.append((name, module))

    def leave(module, inputs, output):
        name, _ = where.pop()
        own = sum(parameter.numel() for parameter in module.parameters(recurse=False))
        pools = type(module).__name__.endswith(("Pool2d", "Subsampling"))
        if not (own or pools) or not isinstance(output, torch.Tensor):
            return
        work = 0
        if isinstance(module, torch.nn.Conv2d | torch.nn.Linear):
            work = output[0].numel() * module.weight[0].numel()
        field = seen.get(id(output), (1, 1))[0]
        again = any(row.name == name for row in rows)  # a layer that is used twice counts once
        shape = tuple(output.shape[1:])
        rows.append(Row(name, type(module).__name__, shape, 0 if again else own, work, field))

    twin = copy.deepcopy(model).to("meta").eval()
    handles = []
    for name, module in twin.named_modules():
        handles.append(module.register_forward_pre_hook(enter(name)))
        handles.append(module.register_forward_hook(leave))
    image = torch.zeros(1, *input_shape, device="meta")
    seen[id(image)] = (1, 1)
    with torch.no_grad(), Watch():
        twin(image)
    return rows


# --- Keras -----------------------------------------------------------------------------------


def _keras_rows(model) -> list[Row]:
    """Walk along the graph of a functional model."""
    rows, seen = [], {id(tensor): (1.0, 1) for tensor in model.inputs}
    for _, nodes in sorted(model._nodes_by_depth.items(), reverse=True):  # from input to output
        for node in nodes:
            if not node.input_tensors:
                continue
            layer = node.operation
            kind, output = type(layer).__name__, node.output_tensors[0]
            now = max(seen.get(id(tensor), (1.0, 1)) for tensor in node.input_tensors)
            work = 0
            if hasattr(layer, "kernel_size"):
                now = _grow(now, layer.kernel_size[0], layer.strides[0], layer.dilation_rate[0])
                inputs = 1 if kind == "DepthwiseConv2D" else layer.kernel.shape[2]
                work = math.prod(output.shape[1:]) * math.prod(layer.kernel.shape[:2]) * inputs
            elif hasattr(layer, "pool_size"):
                now = _grow(now, layer.pool_size[0], layer.strides[0], 1)
            elif kind == "UpSampling2D":
                now = now[0], now[1] / layer.size[0]
            elif kind == "Subsampling":
                now = _grow(now, 2, 2, 1)
            elif kind in ("Dense", "Flatten", "GlobalAveragePooling2D", "AdaptiveAveragePooling2D"):
                now = EVERYTHING, now[1]
                work = math.prod(layer.kernel.shape) if kind == "Dense" else 0
            for tensor in node.output_tensors:
                seen[id(tensor)] = now
            own = sum(math.prod(weight.shape) for weight in getattr(layer, "trainable_weights", []))
            if own or hasattr(layer, "pool_size"):
                height, *rest = output.shape[1:]
                shape = (rest[-1], height, *rest[:-1]) if rest else (height,)
                rows.append(Row(layer.name, kind, shape, own, work, now[0]))
    return rows
