"""Multiply-adds of a PyTorch network, operation by operation, below all modules and functions.

Counted is what PyTorch's own counter counts (`torch.utils.flop_counter`): convolutions of any kind,
products of matrices and with them dense layers, attention and recurrent layers. As in the
literature, what is done to each number alone counts nothing: activations, normalisation, pooling,
sums. An operation that is neither is named, for it may be any amount of work.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

# Operations that multiply nothing by weights, beside pointwise ones and views; or such beginnings.
FREE = (
    *("adaptive_", "_adaptive_", "avg_pool", "max_pool", "fractional_max_pool"),
    *("native_batch_norm", "_native_batch_norm", "batch_norm", "cudnn_batch_norm"),
    *("native_layer_norm", "native_group_norm", "_fused_rms_norm", "linalg_vector_norm"),
    *("_softmax", "_safe_softmax", "_log_softmax", "native_dropout"),
    *("hardswish", "hardsigmoid", "hardtanh"),
    *("mean", "sum", "amax", "amin", "max", "min", "arg", "std", "var", "any", "all", "cumsum"),
    *("cat", "stack", "split", "unsafe_split", "_unsafe_view", "unfold"),
    *("clone", "copy", "_to_copy", "contiguous", "_reshape", "detach", "as_strided"),
    *("constant_pad_nd", "reflection_pad", "replication_pad", "roll", "flip", "repeat", "pixel_"),
    *("upsample_", "_upsample_", "channel_shuffle", "native_channel_shuffle"),
    *("empty", "zeros", "ones", "full", "new_", "scalar_tensor", "arange", "linspace", "eye"),
    *("rand", "bernoulli", "embedding", "one_hot"),
    *("index", "gather", "scatter", "select", "slice", "masked_", "where", "lift", "nonzero"),
    *("topk", "sort", "tril", "triu", "transpose_", "squeeze_", "unsqueeze_", "t_"),
    *("bitwise_", "logical_", "_assert", "_local_scalar_dense"),
)


@dataclass
class Call:
    """What was found while a module ran, without the modules that it called.

    `multiply_adds` are those that were counted; `uncounted` are names of operations that were not.
    """

    multiply_adds: int = 0
    uncounted: set[str] = field(default_factory=set)


class Work(TorchDispatchMode):
    """While active, adds the work of every operation to the call on top of `calls`."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = [Call()]

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        call, name = self.calls[-1], func._overloadpacket.__name__
        if func._overloadpacket in flop_registry:
            count = flop_registry[func._overloadpacket]
            call.multiply_adds += count(*args, **(kwargs or {}), out_val=result) // 2
        elif name in ("mv", "addmv", "dot"):
            call.multiply_adds += max(each.numel() for each in args if isinstance(each, Tensor))
        elif not _is_free(func, name):
            call.uncounted.add(name)
        return result


def _is_free(func: Any, name: str) -> bool:
    return torch.Tag.pointwise in func.tags or func.is_view or name.startswith(FREE)
