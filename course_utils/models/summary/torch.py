"""The rows of a PyTorch network, from one run on the meta device, where nothing is computed."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from .fields import IMAGE, Seen, enlarge, everything, grow
from .table import Row


def rows(model: nn.Module, input_shape: tuple[int, int, int]) -> list[Row]:
    """A row for every call of a layer that has parameters or pools.

    Parameters
    ----------
    model
        Any network that takes a batch of images; it is copied.
    input_shape
        `(C, H, W)` of one image.
    """
    twin = copy.deepcopy(model).to("meta").eval()
    image = torch.zeros(1, *input_shape, device="meta")
    fields = _Fields(image)
    found: list[Row] = []

    def note(name: str) -> Callable[[nn.Module, Any, Any], None]:
        def hook(module: nn.Module, _: Any, output: Any) -> None:
            if isinstance(output, Tensor) and _has_a_row(module):
                again = any(row.name == name for row in found)
                found.append(_row(name, module, output, again, fields.seen.get(output, IMAGE)))

        return hook

    for name, module in twin.named_modules():
        module.register_forward_hook(note(name))
    with torch.no_grad(), fields:
        twin(image)
    return found


def _has_a_row(module: nn.Module) -> bool:
    pools = type(module).__name__.endswith(("Pool2d", "Subsampling"))
    return pools or _own_parameters(module) > 0


def _own_parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters(recurse=False))


def _row(name: str, module: nn.Module, output: Tensor, again: bool, seen: Seen) -> Row:
    """The row of one call; the parameters of a layer that is called `again` count only once."""
    work = 0
    if isinstance(module, nn.Conv2d | nn.Linear):
        work = output[0].numel() * module.weight[0].numel()
    parameters = 0 if again else _own_parameters(module)
    return Row(name, type(module).__name__, tuple(output.shape[1:]), parameters, work, seen[0])


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
        if known and isinstance(result, Tensor):
            effect = EFFECTS.get(getattr(func, "__name__", ""), _none)
            self.seen[result] = effect(max(known), *args, **kwargs)
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


def _conv2d(seen: Seen, input, weight, bias=None, stride=1, padding=0, dilation=1, *args) -> Seen:
    return grow(seen, weight.shape[2], _height(stride), _height(dilation))


def _pool2d(seen: Seen, input, kernel_size, stride=None, *args, **kwargs) -> Seen:
    return grow(seen, _height(kernel_size), _height(stride or kernel_size))


def _interpolate(seen: Seen, input, size=None, scale_factor=None, *args, **kwargs) -> Seen:
    return enlarge(seen, scale_factor)


def _everything(seen: Seen, *args, **kwargs) -> Seen:
    return everything(seen)


def _height(value: int | tuple[int, ...] | list[int]) -> int:
    """Of a pair that of the height; a single number counts for both."""
    return value if isinstance(value, int) else value[0]


EFFECTS = {
    "conv2d": _conv2d,
    "max_pool2d": _pool2d,
    "avg_pool2d": _pool2d,
    "interpolate": _interpolate,
    **dict.fromkeys(["linear", "flatten", "mean", "adaptive_avg_pool2d"], _everything),
}
