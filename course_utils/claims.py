"""Claims: sentences with a number and a bound, and what chance decides, measured more than once.

    claim("shifted by 10 pixels, it still classifies", 96.8, "%", at_least=90)

prints

    shifted by 10 pixels, it still classifies: about 96.8 % (at least 90)

and says so in words where the number breaks its bound. `course claims` runs a lecture again under
other seeds and counts how often each of its claims holds.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any

from .seeds import seed_everything

__all__ = ["Claim", "Draws", "claim", "repeat"]

BROKEN = (
    "This does not hold here, so what the text below concludes from it does not hold here either."
)
DIGITS = 3  # that a number is printed with, as long as it shows on which side of its bound it is


@dataclass(frozen=True)
class Draws:
    """What several draws of one experiment gave: an experiment that chance decides is repeated.

    Subtracting two of them compares draw by draw, as the same seed gave both.

    Attributes
    ----------
    values
        A number from each draw, at least two.
    difference
        Whether they are differences, of which a claim holds only beyond their spread.

    Raises
    ------
    ValueError
        If there are fewer than two values, so that there is no spread.

    Examples
    --------
    >>> deep, wide = Draws([91.0, 93.5, 92.0]), Draws([88.0, 89.5, 90.0])
    >>> deep
    92.2 ± 1.3 (3 draws)
    >>> deep - wide
    3 ± 1 (3 draws)
    """

    values: tuple[float, ...]
    difference: bool = False

    def __init__(self, values: Iterable[float], difference: bool = False):
        object.__setattr__(self, "values", tuple(float(value) for value in values))
        object.__setattr__(self, "difference", difference)
        if len(self.values) < 2:
            raise ValueError(
                f"{len(self.values)} draw has no spread: repeat the experiment, at least twice"
            )

    @property
    def mean(self) -> float:
        """The mean of all draws."""
        return fmean(self.values)

    @property
    def spread(self) -> float:
        """The standard deviation of a single draw, estimated with n - 1."""
        return stdev(self.values) if all(map(math.isfinite, self.values)) else math.nan

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self):
        return iter(self.values)

    def __sub__(self, other: Draws) -> Draws:
        if not isinstance(other, Draws):
            return NotImplemented
        if len(self) != len(other):
            raise ValueError(
                f"{len(self)} draws cannot be compared with {len(other)}: draw both equally often"
            )
        pairs = zip(self.values, other.values, strict=True)
        return Draws((ours - theirs for ours, theirs in pairs), difference=True)

    def __repr__(self) -> str:
        return f"{_number(self.mean)} ± {_number(self.spread, 2)} ({len(self)} draws)"


@dataclass(frozen=True)
class Claim:
    """A sentence that says a number and its bound.

    Attributes
    ----------
    sentence
        What is claimed; the number follows it.
    value
        What was measured: a number, or the draws of an experiment.
    unit
        Of the number, such as "%" or "points"; "" for none.
    at_least, at_most
        The bounds, each included; None where there is none.
    """

    sentence: str
    value: float | Draws
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None

    @property
    def number(self) -> float:
        """What is compared with the bounds: of draws their mean."""
        return self.value.mean if isinstance(self.value, Draws) else self.value

    @property
    def is_chance(self) -> bool:
        """Whether a difference is claimed that is no larger than its spread, as chance makes them.

        Without a true difference five draws end so in nineteen of twenty experiments (Student's t
        of 2.24 with four degrees of freedom, on the side that is claimed). To claim that two are
        alike, with bounds on both sides of 0, is another matter: that needs no such proof.
        """
        if not isinstance(self.value, Draws) or not self.value.difference:
            return False
        above = self.at_least is not None and self.at_least >= 0
        below = self.at_most is not None and self.at_most <= 0
        return (above or below) and not abs(self.value.mean) > self.value.spread

    @property
    def holds(self) -> bool:
        """Whether the number keeps its bounds, and a difference is more than chance."""
        return self._keeps_bounds(self.number) and not self.is_chance

    @property
    def bound(self) -> str:
        """The bounds in words."""
        low, high = (None if b is None else f"{b:,.10g}" for b in (self.at_least, self.at_most))
        if high is None:
            return f"at least {low}"
        if low is None:
            return f"at most {high}"
        return f"exactly {low}" if low == high else f"from {low} to {high}"

    def __str__(self) -> str:
        spread = draws = ""
        if isinstance(self.value, Draws):
            spread, draws = f" ± {_number(self.value.spread, 2)}", f"{len(self.value)} draws, "
        unit = f" {self.unit}" if self.unit else ""
        if self.at_least == self.at_most == self.value:
            return f"{self.sentence}: {self.value:,.10g}{unit} (exactly)"
        line = f"{self.sentence}: about {self._rounded()}{spread}{unit} ({draws}{self.bound})"
        if self.holds:
            return line
        why = ", and that is no more than chance" if self.is_chance else ""
        return f"{line}{why}\n{BROKEN}"

    def _keeps_bounds(self, number: float) -> bool:
        low = self.at_least is None or number >= self.at_least
        return low and (self.at_most is None or number <= self.at_most) and math.isfinite(number)

    def _rounded(self) -> str:
        """With few digits, but enough to show on which side of its bound the number is."""
        texts = (_number(self.number, digits) for digits in range(DIGITS, 18))
        kept = self._keeps_bounds(self.number)
        return next(
            (text for text in texts if self._keeps_bounds(float(text.replace(",", ""))) == kept),
            repr(self.number),
        )


listeners: list[Callable[[Claim], None]] = []  # each is called with every claim that is made


def claim(
    sentence: str,
    value: float | Draws,
    unit: str = "",
    *,
    at_least: float | None = None,
    at_most: float | None = None,
) -> None:
    """Print a sentence, its number and its bound; and in words if it does not hold here.

    It never stops a notebook because of what was measured. Where outputs are compared, digits
    behind "about" do not count: the bound does.

    Parameters
    ----------
    sentence
        What is claimed, the same in every run: the number comes behind it.
    value
        What was measured: a number (or an array of one), or `Draws`, whose mean is compared. A
        difference of draws also has to exceed its spread.
    unit
        Of the number, such as "%" or "points".
    at_least, at_most
        The bounds, each included. Two equal ones claim that the number is exactly that.

    Raises
    ------
    TypeError
        If the value is no number: a truth value says nothing about how close it was.
    ValueError
        If there is no bound, or no number is within both.

    Examples
    --------
    >>> claim("shifted by 10 pixels, it still classifies", 96.84, "%", at_least=90)
    shifted by 10 pixels, it still classifies: about 96.8 % (at least 90)
    >>> claim("parameters", 61_100_840, at_least=61_100_840, at_most=61_100_840)
    parameters: 61,100,840 (exactly)
    >>> deep, wide = Draws([91, 93.5, 92, 92.5, 91]), Draws([88, 89.5, 90, 90, 89.5])
    >>> claim("the deep network is better by", deep - wide, "points", at_least=1)
    the deep network is better by: about 2.6 ± 0.96 points (5 draws, at least 1)
    >>> claim("its largest error", 2e-3, at_most=1e-5)
    its largest error: about 0.002 (at most 1e-05)
    This does not hold here, so what the text below concludes from it does not hold here either.
    """
    made = Claim(sentence, _measured(value), unit, at_least, at_most)
    if at_least is None and at_most is None:
        raise ValueError(f"{sentence!r} claims nothing: say at_least=, at_most= or both")
    if at_least is not None and at_most is not None and at_least > at_most:
        raise ValueError(
            f"{sentence!r}: no number is at least {at_least} and at most {at_most} as well"
        )
    print(made)
    for listener in listeners:
        listener(made)


def repeat(
    experiment: Callable[[int], float | Mapping[str, float]], draws: int = 5
) -> Draws | dict[str, Draws]:
    """Run an experiment several times, each time with other random numbers.

    Parameters
    ----------
    experiment
        Called with 0, 1, 2 ... after all random numbers have been started from that seed. It
        returns a number; or several by name, of things that are to be compared.
    draws
        How often, at least 2.

    Returns
    -------
    Draws or dict
        What it returned, a `Draws` for each name.

    Examples
    --------
    >>> import random
    >>> dice = repeat(lambda seed: {"one": random.randint(1, 6), "two": random.randint(1, 6)})
    >>> dice["one"].values, dice["one"] - dice["two"]
    ((4.0, 2.0, 1.0, 2.0, 2.0), -1.4 ± 1.5 (5 draws))
    """
    found: list[Any] = []  # numbers, or several by name
    for seed in range(draws):
        seed_everything(seed)
        found.append(experiment(seed))
    if found and isinstance(found[0], Mapping):
        return {name: Draws(each[name] for each in found) for name in found[0]}
    return Draws(found)


def _measured(value) -> float | Draws:
    if isinstance(value, Draws):
        return value
    plain = value.item() if hasattr(value, "item") else value  # of an array or a tensor
    if isinstance(plain, bool) or not isinstance(plain, numbers.Real):
        raise TypeError(f"claim a number and its bound, not {plain!r}")
    return float(plain)


def _number(value: float, digits: int = DIGITS) -> str:
    """With so many digits that count; a large one whole, with commas."""
    text = f"{value:.{digits}g}"
    return f"{value:,.0f}" if "e+" in text and abs(value) < 1e15 else text
