"""A class made of judgements: how reliable are its totals, and what does each exercise tell?

Nobody's ability is known in a real class; here it is drawn. A student of ability t answers exercise
i correctly with probability 1 / (1 + exp(-SLOPE * (t - b_i))) (the two-parameter model of Birnbaum,
1968), with difficulties b_i spread evenly over SPREAD, in the order of the exercises. Right and
wrong answers are drawn from the known ones, and get the points that one seed of hidden tests gave.
What the judge does wrong, and what a wrong answer gets for its part, is in the figures; that real
students differ from the model is not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .tried import Exercise

STUDENTS = 2000
SLOPE = 1.7  # close to a normal curve of unit width
SPREAD = (-1.0, 1.0)  # in standard deviations of ability
STEP = 0.01


@dataclass(frozen=True)
class Item:
    """What one exercise tells about who answered it.

    Attributes
    ----------
    grade_id
        Its solution cell's.
    difficulty
        The mean share of its points, from 0 (nobody got any) to 1.
    discrimination
        Correlation of its points with those of all the others, from -1 to 1.
    information
        Fisher's, about ability, at the ability at which it tells most: the squared slope of the
        expected points over their variance. SLOPE ** 2 / 4 for an exercise that is judged without
        error and gives nothing for a wrong answer.
    """

    grade_id: str
    difficulty: float
    discrimination: float
    information: float


@dataclass(frozen=True)
class SimulatedClass:
    """A class of an assignment: Cronbach's alpha (1951) of its totals, and its exercises."""

    alpha: float
    items: tuple[Item, ...]


def simulate(exercises: Sequence[Exercise], seed: int = 0) -> SimulatedClass:
    """Let a class answer an assignment.

    Parameters
    ----------
    exercises
        Two at least, each with a right and a wrong answer among those tried; others are left out.
    seed
        Of abilities, answers and draws.

    Raises
    ------
    ValueError
        If fewer than two exercises have both.
    """
    usable = [(each, *_pools(each)) for each in exercises]
    usable = [(each, right, wrong) for each, right, wrong in usable if len(right) and len(wrong)]
    if len(usable) < 2:
        raise ValueError("a class needs two exercises with right and wrong answers that were tried")
    rng = np.random.default_rng(seed)
    ability = rng.standard_normal(STUDENTS)
    difficulties = np.linspace(*SPREAD, len(usable))
    shares, items = [], []
    for (_, right, wrong), hard in zip(usable, difficulties, strict=True):
        correct = rng.random(STUDENTS) < _knows(ability, hard)
        shares.append(np.where(correct, rng.choice(right, STUDENTS), rng.choice(wrong, STUDENTS)))
    weights = np.array([each.points for each, *_ in usable])
    points = weights[:, None] * np.array(shares)
    total = points.sum(axis=0)
    for row, (each, right, wrong) in enumerate(usable):
        rest = total - points[row]
        items.append(
            Item(
                each.grade_id,
                float(shares[row].mean()),
                _correlation(points[row], rest),
                _information(right, wrong),
            )
        )
    return SimulatedClass(alpha(points), tuple(items))


def ceiling(points: Sequence[float], seed: int = 0) -> float:
    """The alpha of a class whose exercises are judged without error.

    A wrong answer gets nothing. More than this, so many exercises cannot reach in this model: what
    is missing from 1 is theirs, as there are few of them, and no fault of the judge's.

    Parameters
    ----------
    points
        Of the exercises, two at least.
    seed
        Of abilities and answers.
    """
    rng = np.random.default_rng(seed)
    ability = rng.standard_normal(STUDENTS)
    hard = np.linspace(*SPREAD, len(points))[:, None]
    correct = rng.random((len(points), STUDENTS)) < _knows(ability, hard)
    return alpha(np.array(points)[:, None] * correct)


def exercises_for(goal: float, reached: float, count: int) -> int:
    """How many exercises of the same kind reach an alpha (Spearman and Brown, 1910).

    Parameters
    ----------
    goal
        That alpha, below 1.
    reached
        What `count` exercises have, above 0.
    count
        How many there are.

    Examples
    --------
    >>> exercises_for(0.8, reached=0.5, count=5)
    20
    """
    return math.ceil(count * goal * (1 - reached) / (reached * (1 - goal)) - 1e-9)


def alpha(points: np.ndarray) -> float:
    """Cronbach's alpha: k / (k - 1) * (1 - sum of the items' variances / variance of the totals).

    Parameters
    ----------
    points
        `(items, students)`, two items at least.

    Examples
    --------
    >>> float(alpha(np.array([[0, 1, 2], [0, 1, 2]])))
    1.0
    """
    count = len(points)
    if count < 2:
        raise ValueError(f"alpha needs two items at least, not {count}")
    spread = points.sum(axis=0).var()
    if not spread:
        return 0.0
    return float(count / (count - 1) * (1 - points.var(axis=1).sum() / spread))


def _pools(exercise: Exercise) -> tuple[np.ndarray, np.ndarray]:
    """The shares that right and wrong answers got, an answer's several seeds one after another."""
    pools: dict[bool, list[float]] = {True: [], False: []}
    for each in exercise.answers:
        pools[each.is_right] += each.shares
    return np.array(pools[True]), np.array(pools[False])


def _knows(ability, hard):
    return 1 / (1 + np.exp(-SLOPE * (ability - hard)))


def _information(right: np.ndarray, wrong: np.ndarray) -> float:
    """At the best ability; how hard the exercise is moves that ability, and nothing else."""
    p = _knows(np.arange(-4, 4, STEP), 0.0)
    mean = p * right.mean() + (1 - p) * wrong.mean()
    square = p * (right**2).mean() + (1 - p) * (wrong**2).mean()
    slope = SLOPE * p * (1 - p) * (right.mean() - wrong.mean())
    variance = np.maximum(square - mean**2, 1e-12)
    return float((slope**2 / variance).max())


def _correlation(x: np.ndarray, y: np.ndarray) -> float:
    return float(np.corrcoef(x, y)[0, 1]) if x.std() and y.std() else 0.0
