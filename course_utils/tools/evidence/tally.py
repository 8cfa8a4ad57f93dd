"""How often each claim held, and how far from its bound it stayed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean, stdev

from .measuring import Made, Run

SURE = 0.99  # the share of runs in which a claim has to hold


@dataclass(frozen=True)
class Tally:
    """A claim of a lecture, over all runs.

    Attributes
    ----------
    sentence, unit, at_least, at_most
        As in `claims.Claim`.
    numbers
        What was measured, a number from each run that made the claim.
    held
        In how many runs it held.
    runs
        How many there were: those that came to their end, and those that came so far.
    full
        What was measured on the whole collections; None where they were not asked for or not there.
    """

    sentence: str
    unit: str
    at_least: float | None
    at_most: float | None
    numbers: tuple[float, ...]
    held: int
    runs: int
    full: Made | None = None

    @property
    def is_sure(self) -> bool:
        """Whether it held in at least 99 of 100 runs."""
        return self.held >= SURE * self.runs

    @property
    def mean(self) -> float:
        """The mean of all runs."""
        return fmean(self.numbers)

    @property
    def spread(self) -> float:
        """The standard deviation of a single run; not a number where there is only one."""
        finite = len(self.numbers) > 1 and all(map(math.isfinite, self.numbers))
        return stdev(self.numbers) if finite else math.nan

    @property
    def distance(self) -> float:
        """How far the mean is from the nearer bound, in spreads, below 0 on the wrong side.

        Infinite where all runs measure the same number.
        """
        room = min(
            [self.mean - bound for bound in [self.at_least] if bound is not None]
            + [bound - self.mean for bound in [self.at_most] if bound is not None]
        )
        if self.spread == 0:
            return math.copysign(math.inf, room)
        return room / self.spread


def tally(runs: Iterable[Run], full: Run | None = None) -> list[Tally]:
    """Count the claims of a lecture's runs, in the order in which they are made.

    A claim that a whole run did not make, such as one whose sentence changes with what was
    measured, did not hold in it.

    Parameters
    ----------
    runs
        The lecture, run several times.
    full
        The lecture, run on whole collections.
    """
    runs = list(runs)
    found: dict[tuple, list[Made]] = {}
    for run in runs:
        for key, made in _keyed(run):
            found.setdefault(key, []).append(made)
    of_full = dict(_keyed(full)) if full else {}
    whole = [dict(_keyed(run)) for run in runs if not run.failure]
    return [
        Tally(
            first.sentence,
            first.unit,
            first.at_least,
            first.at_most,
            tuple(made.number for made in all_made),
            sum(made.holds for made in all_made),
            len(all_made) + sum(key not in run for run in whole),
            of_full.get(key),
        )
        for key, all_made in found.items()
        for first in all_made[:1]
    ]


def _keyed(run: Run) -> Iterable[tuple[tuple, Made]]:
    """Each claim with what makes it the same claim in another run; a sentence may come twice."""
    times: Counter = Counter()
    for made in run.claims:
        key = made.sentence, made.unit, made.at_least, made.at_most
        times[key] += 1
        yield (*key, times[key]), made
