"""Does `course alike` find copies? Planted ones in disguise, beside pairs that owe nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..authoring import mistakes, substitutes
from ..course import Assignment
from ..results import similarity
from .disguises import DISGUISES
from .rates import Rate

PAIRS = 60
SELF, HONEST = "", "nobody's copy"  # the one sorts before all others
LEAST = 0.8  # the likeness from which `course alike` names a pair


@dataclass(frozen=True)
class Found:
    """How copies of one disguise stand out.

    Attributes
    ----------
    disguise
        Its name.
    auc
        The area under the ROC curve: how often a copy is more alike than an honest pair is.
    named
        Copies that `course alike` names as it is set, of all.
    """

    disguise: str
    auc: float
    named: Rate


@dataclass(frozen=True)
class Copies:
    """What becomes of copies and of honest pairs.

    Attributes
    ----------
    found
        For each disguise.
    accused
        Honest pairs that `course alike` names as it is set, of all.
    """

    found: tuple[Found, ...]
    accused: Rate


def look_for(
    assignment: Assignment,
    seed: int = 0,
    on_done: Callable[[int, int], None] = lambda done, total: None,
) -> Copies | None:
    """Plant copies and honest pairs, and compare them as `course alike` does.

    An honest student answers each exercise by one of the right answers that are known; in an honest
    pair the two never took the same one where there are several. Some of the known answers were
    made from the worked solution, so that real honest pairs are less alike than these.

    Parameters
    ----------
    assignment
        Released, as what was given to everybody does not count.
    seed
        Of who answers what.
    on_done
        Called after each pair with how many are done and how many there are.

    Returns
    -------
    Copies or None
        None where the assignment has too little code to be compared.
    """
    choices = _right_answers(assignment)
    rng = np.random.default_rng(seed)
    given = similarity.given(assignment)
    honest: list[float] = []
    disguised: dict[str, list[float]] = {name: [] for name in DISGUISES}
    for done in range(1, PAIRS + 1):
        one, other = _two_students(choices, rng)
        others = {name: [disguise(cell) for cell in one] for name, disguise in DISGUISES.items()}
        likeness = _likeness(one, others | {HONEST: other}, given)
        honest.append(likeness[HONEST])
        for name in DISGUISES:
            disguised[name].append(likeness[name])
        on_done(done, PAIRS)
    if not any(likeness for those in disguised.values() for likeness in those):
        return None
    accused = Rate(sum(share >= LEAST for share in honest), len(honest))
    found = tuple(
        Found(name, auc(those, honest), Rate(sum(s >= LEAST for s in those), len(those)))
        for name, those in disguised.items()
    )
    return Copies(found, accused)


def auc(higher: Sequence[float], lower: Sequence[float]) -> float:
    """How often a number of the first is above one of the second; ties count half.

    Parameters
    ----------
    higher, lower
        Numbers, one at least of each.

    Examples
    --------
    >>> auc([0.9, 0.5], [0.1, 0.5])
    0.875
    """
    above = np.subtract.outer(np.asarray(higher), np.asarray(lower))
    return float(((above > 0) + (above == 0) / 2).mean())


def _right_answers(assignment: Assignment) -> list[list[str]]:
    """Of each exercise, the sources that get all points."""
    known = mistakes.read_answers(assignment.mistakes).values()
    choices = []
    for file in assignment.notebooks():
        for name, solution in substitutes.solutions(file).items():
            others = [a.source for a in known if a.grade_id == name and not a.points]
            choices.append([mistakes.without_markers(solution), *others])
    return choices


def _two_students(choices: list[list[str]], rng) -> tuple[list[str], list[str]]:
    one, other = [], []
    for sources in choices:
        first, second = rng.choice(len(sources), 2, replace=len(sources) < 2)
        one.append(sources[first])
        other.append(sources[second])
    return one, other


def _likeness(one: list[str], others: dict[str, list[str]], given: str) -> dict[str, float]:
    """Of each of the others to one, from 0 to 1; 0 where one is too short to say anything."""
    works = {name: "\n\n".join(cells) for name, cells in others.items()}
    pairs = similarity.compare({SELF: "\n\n".join(one)} | works, given, least=0.0).pairs
    shares = {pair.other: pair.share for pair in pairs if pair.one == SELF}
    return {name: shares.get(name, 0.0) for name in others}
