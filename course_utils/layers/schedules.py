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
    """A schedule that multiplies the rate by `factor` after every `every` epochs."""
    return lambda epoch: factor ** (epoch // every)


def exponential(factor: float) -> Schedule:
    """A schedule that multiplies the rate by `factor` after every epoch."""
    return lambda epoch: factor**epoch


def cosine(epochs: int, least: float = 0.0) -> Schedule:
    """A schedule that falls from 1 along half a wave (I. Loshchilov, F. Hutter, 2016).

    Parameters
    ----------
    epochs
        How long it falls.
    least
        Where it stays afterwards, as a share of the first rate.
    """
    return lambda epoch: least + (1 - least) * (1 + math.cos(math.pi * min(epoch / epochs, 1))) / 2


def warm_up(epochs: int, then: Schedule) -> Schedule:
    """A schedule that rises evenly to 1, then follows another.

    Parameters
    ----------
    epochs
        How long it rises.
    then
        The schedule that follows, from its own epoch 0.
    """
    return lambda epoch: (epoch + 1) / epochs if epoch < epochs else then(epoch - epochs)


class Plateau:
    """Times `factor` once the loss has not fallen for more than `patience` epochs.

    Call it with each epoch's loss; it returns the share for the next one.

    Parameters
    ----------
    factor
        By which the share is multiplied, between 0 and 1.
    patience
        How many epochs without improvement are allowed; one counts that lowers the loss by more
        than a hundredth of a percent.
    """

    def __init__(self, factor: float = 0.1, patience: int = 10):
        self.factor, self.patience = factor, patience
        self.best, self.waited, self.share = math.inf, 0, 1.0

    def __call__(self, loss: float) -> float:
        """The share for the next epoch, after an epoch that ended with this `loss`."""
        if loss < self.best * (1 - 1e-4):
            self.best, self.waited = loss, 0
        else:
            self.waited += 1
        if self.waited > self.patience:
            self.share, self.waited = self.share * self.factor, 0
        return self.share
