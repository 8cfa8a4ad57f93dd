"""Schedules: the learning rate of an epoch, as a share of the first one.

    schedule = cosine(epochs=20)
    optimiser.rate = 0.1 * schedule(epoch)

Each function returns one; epochs count from 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable

Schedule = Callable[[int], float]


def steps(every: int, factor: float = 0.1) -> Schedule:
    """Times `factor` after every so many epochs."""
    return lambda epoch: factor ** (epoch // every)


def exponential(factor: float) -> Schedule:
    """Times `factor` after every epoch."""
    return lambda epoch: factor**epoch


def cosine(epochs: int, least: float = 0.0) -> Schedule:
    """Half a wave from 1 down to `least` in so many epochs (I. Loshchilov, F. Hutter, 2016)."""
    return lambda epoch: least + (1 - least) * (1 + math.cos(math.pi * min(epoch / epochs, 1))) / 2


def warm_up(epochs: int, then: Schedule) -> Schedule:
    """Evenly up to 1 in so many epochs, then another schedule from its beginning."""
    return lambda epoch: (epoch + 1) / epochs if epoch < epochs else then(epoch - epochs)


class Plateau:
    """Times `factor` once the loss has not fallen for more than `patience` epochs.

    Call it with each epoch's loss; it returns the share for the next one.
    """

    def __init__(self, factor: float = 0.1, patience: int = 10):
        self.factor, self.patience = factor, patience
        self.best, self.waited, self.share = math.inf, 0, 1.0

    def __call__(self, loss: float) -> float:
        if loss < self.best * (1 - 1e-4):
            self.best, self.waited = loss, 0
        else:
            self.waited += 1
        if self.waited > self.patience:
            self.share, self.waited = self.share * self.factor, 0
        return self.share
