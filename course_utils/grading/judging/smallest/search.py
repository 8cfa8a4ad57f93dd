"""Tries inputs, small ones first, and shrinks the first on which two functions differ.

Sizes grow from the least that is allowed; hypothesis draws and shrinks the numbers. The same
function and answer lead to the same inputs, whoever hands it in.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, find, reject, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException
from hypothesis.internal.conjecture import providers

from .drawing import Draw, NotAllowed, size

Inputs = Sequence[Any]

# By how much all sizes together are larger than the least, and how many inputs are tried so.
LEVELS = ((0, 25), (1, 50), (2, 100), (3, 100), (None, 100))
FEW = 9  # numbers of an input with which a search is content
CALLS = 800  # inputs that are tried at most
FIND, SHRINK = 2.0, 0.6  # seconds of the judge's own processor time: to find one; and all, if found
SETTINGS = settings(
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)

# Numbers that hypothesis reads in the files of loaded modules are not among its examples: a module
# of hidden tests may be one of them.
providers._get_local_constants = lambda: providers.Constants()

_integers = lru_cache(None)(st.integers)


class _Enough(BaseException):
    """So many inputs were tried, or so much time is gone."""


class _Best:
    """The smallest of the inputs that differ, among those that were tried."""

    def __init__(self, differ: Callable[[Inputs], bool]):
        self.differ = differ
        self.inputs: Inputs | None = None
        self._size: tuple | None = None
        self._left, self._began = CALLS, time.process_time()

    def __call__(self, inputs: Inputs) -> bool:
        self._left -= 1
        gone = time.process_time() - self._began
        if self._left < 0 or gone > (SHRINK if self.inputs is not None else FIND):
            raise _Enough
        if not self.differ(inputs):
            return False
        found = size(inputs)
        if self._size is None or found < self._size:
            self.inputs, self._size = inputs, found
        return True


def smallest(
    generate: Callable[[Draw], Inputs], differ: Callable[[Inputs], bool], name: str
) -> Inputs | None:
    """The smallest input found on which two functions differ; None if there is none.

    Parameters
    ----------
    generate
        The exercise's generator.
    differ
        Whether the functions differ on an input. An input that counts for nothing does not differ.
    name
        What chance depends on, and nothing else.
    """
    best = _Best(differ)
    least = Draw(lambda low, high: low, {})
    try:
        generate(least)
    except NotAllowed:
        pass
    for larger, tries in LEVELS:
        try:
            find(
                _strategy(generate, larger, least.sizes),
                best,
                settings=settings(SETTINGS, max_examples=tries),
                random=Random(name),
            )
        except HypothesisException:  # no such input
            continue
        except _Enough:
            break
        if best.inputs is not None and size(best.inputs)[0] <= FEW:
            break  # else a larger step, say, may lead to fewer numbers
    return best.inputs


def _strategy(generate: Callable[[Draw], Inputs], larger: int | None, sizes: int):
    @st.composite
    def inputs(draw):
        def integer(low, high):
            return draw(_integers(low, high))

        steps = None
        if larger is not None:
            steps = Counter(integer(0, max(sizes, 1) - 1) for _ in range(larger))
        try:
            return generate(Draw(integer, steps))
        except NotAllowed:
            reject()

    return inputs()


smallest(lambda draw: [draw.number()], lambda inputs: inputs[0] > 0, "what is loaded when needed")
