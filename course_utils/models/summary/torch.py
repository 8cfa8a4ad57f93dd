"""The rows of a PyTorch network, from one run on the meta device, where nothing is computed."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from .fields import IMAGE, Seen, enlarge, everything, grow
from .saved import dtype_of
from .table import Row
from .work import Call, Work


def rows(model: nn.Module, input_shape: tuple[int, ...]) -> list[Row]:
    """A row for every call of a layer that has parameters, pools, or multiplies matrices.

    Parameters
    ----------
    model
        Any network that takes a batch of images; it is copied.
    input_shape
        `(C, H, W)` of one image.
    """
    twin = copy.deepcopy(model).to("meta").eval()
    image = torch.zeros(1, *input_shape, device="meta", dtype=dtype_of(model))
    fields, work = _Fields(image), Work()
    numbers = _Numbers(model)
    found: list[Row] = []

    def enter(module: nn.Module, _: Any) -> None:
        work.calls.append(Call())

    def note(name: str) -> Callable[[nn.Module, Any, Any], None]:
        def hook(module: nn.Module, _: Any, output: Any) -> None:
            call = work.calls.pop()
            output = next(_tensors((output,), {}), None)
            done = call.multiply_adds or call.uncounted
            if output is not None and (_pools(module) or numbers.own(name) or done):
                kind, shape = type(module).__name__, tuple(output.shape[1:])
                seen, unknown = fields.seen.get(output, IMAGE), tuple(sorted(call.uncounted))
                count = numbers.take(name)
                found.append(Row(name, kind, shape, count, call.multiply_adds, seen[0], unknown))
            numbers.called.add(name)

        return hook

    for name, module in twin.named_modules():
        module.register_forward_pre_hook(enter)
        module.register_forward_hook(note(name))
    with torch.no_grad(), fields, work:
        twin(image)
    return [replace(row, parameters=row.parameters + numbers.take_parts(row)) for row in found]


def _pools(module: nn.Module) -> bool:
    kind = type(module).__name__
    return kind.endswith("Subsampling") or "Pool" in kind and kind.endswith(("1d", "2d", "3d"))


class _Numbers:
    """The parameters of every module, each counted by the first row that has it."""

    def __init__(self, model: nn.Module) -> None:
        self.sizes = {
            name: {id(each): each.numel() for each in module.parameters(recurse=False)}
            for name, module in model.named_modules()
        }
        self.counted: set[int] = set()
        self.called: set[str] = set()

    def own(self, name: str) -> int:
        """Of the module itself, not of its parts."""
        return sum(self.sizes[name].values())

    def take(self, name: str) -> int:
        """Those of the module itself that no row has yet."""
        new = {key: size for key, size in self.sizes[name].items() if key not in self.counted}
        self.counted |= new.keys()
        return sum(new.values())

    def take_parts(self, row: Row) -> int:
        """Those of its parts that were used without being called, as attention's last layer."""
        if not (self.own(row.name) and row.multiply_adds):
            return 0
        prefix = f"{row.name}." if row.name else ""
        parts = [
            name
            for name in self.sizes
            if name and name.rpartition(".")[0] == row.name and name.startswith(prefix)
        ]
        return sum(self.take(name) for name in parts if name not in self.called)


# --- Receptive fields ------------------------------------------------------------------------


class _Fields(TorchFunctionMode):
    """While active, keeps in `seen` what each tensor has seen of the image."""

    def __init__(self, image: Tensor) -> None:
        super().__init__()
        self.seen: dict[Tensor, Seen] = {image: IMAGE}

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        known = [self.seen[each] for each in _tensors(args, kwargs) if each in self.seen]
        if known:
            effect = EFFECTS.get(getattr(func, "__name__", ""), _none)
            for each in _tensors((result,), {}):
                self.seen[each] = effect(max(known), *args, **kwargs)
        return result


def _tensors(args: tuple, kwargs: dict[str, Any]) -> Iterator[Tensor]:
    """The tensors among a function's arguments, and in lists among them, as `torch.cat` takes."""
    for value in (*args, *kwargs.values()):
        for part in value if isinstance(value, list | tuple) else [value]:
            if isinstance(part, Tensor):
                yield part


# The effects of torch's functions on what has been seen: `seen`, then the function's own arguments.


def _none(seen: Seen, *args, **kwargs) -> Seen:
    return seen


def _conv(seen: Seen, input, weight, bias=None, stride=1, padding=0, dilation=1, *args) -> Seen:
    return grow(seen, _height(weight.shape[2:]), _height(stride), _height(dilation))


def _transposed(
    seen: Seen,
    input,
    weight,
    bias=None,
    stride=1,
    padding=0,
    output_padding=0,
    groups=1,
    dilation=1,
) -> Seen:
    """Inputs lie `stride` outputs apart, so that each output sees `reach / stride` of them."""
    reach, step = (_height(weight.shape[2:]) - 1) * _height(dilation) + 1, _height(stride)
    return enlarge(grow(seen, -(-reach // step), 1), step)


def _max_pool(
    seen: Seen, input, kernel_size, stride=None, padding=0, dilation=1, *args, **kwargs
) -> Seen:
    return grow(seen, _height(kernel_size), _height(stride or kernel_size), _height(dilation))


def _average_pool(seen: Seen, input, kernel_size, stride=None, *args, **kwargs) -> Seen:
    return grow(seen, _height(kernel_size), _height(stride or kernel_size))


def _interpolate(seen: Seen, input, size=None, scale_factor=None, *args, **kwargs) -> Seen:
    return enlarge(seen, scale_factor)


def _everything(seen: Seen, *args, **kwargs) -> Seen:
    return everything(seen)


def _height(value: int | Sequence[int]) -> int:
    """Of numbers for several axes that of the height; a single number counts for all."""
    if isinstance(value, int):
        return value
    return value[0] if len(value) < 3 else value[-2]


EFFECTS = {
    **dict.fromkeys(["conv1d", "conv2d", "conv3d"], _conv),
    **dict.fromkeys(["conv_transpose1d", "conv_transpose2d", "conv_transpose3d"], _transposed),
    **dict.fromkeys(["max_pool1d", "max_pool2d", "max_pool3d"], _max_pool),
    **dict.fromkeys(["avg_pool1d", "avg_pool2d", "avg_pool3d"], _average_pool),
    "interpolate": _interpolate,
    **dict.fromkeys(["linear", "flatten", "mean"], _everything),
    **dict.fromkeys(["adaptive_avg_pool1d", "adaptive_avg_pool2d"], _everything),
    **dict.fromkeys(["scaled_dot_product_attention", "multi_head_attention_forward"], _everything),
}
