"""How often something happened, with an interval for how often it happens."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Rate:
    """What happened `hits` times of `trials`.

    Examples
    --------
    >>> never = Rate(0, 1000)
    >>> never.share
    0.0
    >>> low, high = never.interval
    >>> print(f"{low:.4f} to {high:.4f}")
    0.0000 to 0.0038
    """

    hits: int
    trials: int

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.trials:
            raise ValueError(f"{self.hits} of {self.trials} is no rate")

    @property
    def share(self) -> float:
        """From 0 to 1; of no trials it is not known: nan."""
        return self.hits / self.trials if self.trials else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of Wilson (1927), which is good for rare events too.

        It takes trials as independent. Several seeds of one answer are not quite: what it says of
        answers that nobody thought of is too narrow.
        """
        n, p = self.trials, self.share
        if not n:
            return 0.0, 1.0
        z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        low = middle - half if self.hits else 0.0
        high = middle + half if self.hits < n else 1.0
        return low, high

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.hits + other.hits, self.trials + other.trials)
