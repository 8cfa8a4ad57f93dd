"""How slow this machine is: a lecture promises a minute on a usual one, and not on every one."""

from __future__ import annotations

import time
from importlib.util import find_spec

# Seconds that the piece of work takes where most lectures were first stored. That machine is gone:
# this was inferred on 28 November 2026 on one where the work takes 1.85 s, and lectures 00 and 02
# take 19 and 49 s, for which 8 and 20 s are stored.
USUAL = 0.75


def slowness() -> float:
    """How many times as long a fixed piece of work takes here as on a usual machine, 1 at least.

    Plain Python and PyTorch's convolutions on one core, which is what notebooks mostly do; 1 where
    PyTorch is missing. The faster of two counts: other work can only make it slower.
    """
    if find_spec("torch") is None:
        return 1.0
    return max(1.0, round(min(_seconds() for _ in range(2)) / USUAL, 1))


def _seconds() -> float:
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        images, layer = torch.ones(64, 16, 32, 32), torch.nn.Conv2d(16, 32, 3)
        began = time.perf_counter()
        for _ in range(40):
            layer(images).sum().backward()
        total = 0
        for number in range(10**7):
            total += number
        return time.perf_counter() - began
    finally:
        torch.set_num_threads(threads)
