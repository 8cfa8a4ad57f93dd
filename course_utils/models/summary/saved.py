"""What autograd keeps of a forward pass, because the backward pass will need it."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn

from .table import Saved


def saved(model: nn.Module, shape: tuple[int, ...], batch: int) -> Saved:
    """What is kept for one image, from one run on the meta device, where nothing is computed.

    Parameters
    ----------
    model
        Any network that takes a batch of images; it is copied.
    shape
        Of one image.
    batch
        Images at a time, of which the mean is returned.
    """
    twin = copy.deepcopy(model).to("meta").train()
    images = torch.zeros(batch, *shape, device="meta", dtype=dtype_of(model))
    own = [*twin.parameters(), *twin.buffers()]
    known = {_storage(each) for each in own}
    kept: dict[int, Tensor] = {}

    def keep(tensor: Tensor) -> Tensor:
        if _storage(tensor) not in known:
            kept[_storage(tensor)] = tensor  # the tensor lives on, so that its number stays its own
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        output: Any = twin(images)
    del output
    sizes = [(each.untyped_storage().nbytes(), each.element_size()) for each in kept.values()]
    numbers = sum(total // size for total, size in sizes)
    return Saved(numbers // batch, sum(total for total, _ in sizes) // batch)


def dtype_of(model: nn.Module) -> torch.dtype:
    """The kind of float that the parameters of `model` are; float32 if it has none."""
    kinds = [each.dtype for each in model.parameters() if each.is_floating_point()]
    return kinds[0] if kinds else torch.float32


def _storage(tensor: Tensor) -> int:
    """What tells a tensor's memory from any other; views share it."""
    return tensor.untyped_storage()._cdata
