"""What a generator of inputs draws with: whole numbers, choices, arrays of small whole numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

import numpy as np


class NotAllowed(Exception):
    """What a generator drew is none of the inputs that the exercise allows."""


class Draw:
    """Draws the inputs of an exercise; the first argument of its generator.

    Parameters
    ----------
    integer
        Gives a whole number from one to another, both included, and prefers those near 0.
    larger
        By how much each size, in the order in which they are drawn, is larger than the least that
        is allowed; None for any that is allowed.

    Attributes
    ----------
    sizes
        How many sizes were drawn.
    """

    def __init__(self, integer: Callable[[int, int], int], larger: Mapping[int, int] | None = None):
        self._integer, self._larger, self.sizes = integer, larger, 0

    def whole(self, low: int, high: int) -> int:
        """A size: the side of an image, a step, a number of filters.

        Parameters
        ----------
        low, high
            The least and the greatest that is allowed.
        """
        self.sizes += 1
        if self._larger is None:
            return self._integer(low, high)
        return min(high, low + self._larger.get(self.sizes - 1, 0))

    def choice(self, *options: Any) -> Any:
        """One of several values, the first of which is the simplest.

        Parameters
        ----------
        *options
            What is chosen from.
        """
        return options[self._integer(0, len(options) - 1)]

    def number(self, low: int = -9, high: int = 9) -> int:
        """A small whole number that may be negative.

        Parameters
        ----------
        low, high
            The least and the greatest that is allowed.
        """
        return self._integer(low, high)

    def array(
        self, *shape: int, low: int = -9, high: int = 9, dtype: Any = np.float64
    ) -> np.ndarray:
        """An array of small whole numbers.

        Parameters
        ----------
        *shape
            Its shape.
        low, high
            The least and the greatest number that is allowed.
        dtype
            Its type.
        """
        numbers = [self.number(low, high) for _ in range(int(np.prod(shape)))]
        return np.array(numbers, dtype).reshape(shape)

    def insist(self, allowed: Any) -> None:
        """Draw anew unless what was drawn is allowed.

        Parameters
        ----------
        allowed
            Whether it is.
        """
        if not allowed:
            raise NotAllowed

    def function(self, *texts: str) -> Function:
        """A function, or an array that no one would type, as one of several Python expressions.

        Parameters
        ----------
        *texts
            The expressions, the simplest first: "lambda x: float(x.sum())", "np.ones((4, 2))". They
            may use what students have in their notebook, and none of their numbers is counted.
        """
        return Function(self.choice(*texts))


class Function:
    """An argument that is shown as the expression that gives it.

    Parameters
    ----------
    text
        The expression.
    """

    def __init__(self, text: str):
        self.text = text


def fresh(value: Any, space: dict[str, Any]) -> Any:
    """A copy of an input with what its expressions give in their place.

    Parameters
    ----------
    value
        Numbers, arrays, expressions, and lists, tuples and dicts of them.
    space
        The names that expressions may use.
    """
    if isinstance(value, Function):
        return eval(value.text, space)
    if isinstance(value, dict):
        return {key: fresh(each, space) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(fresh(each, space) for each in value)
    return deepcopy(value)


def count(value: Any) -> int:
    """How many numbers there are in an input.

    Parameters
    ----------
    value
        Numbers, arrays, and lists, tuples and dicts of them.
    """
    if isinstance(value, np.ndarray):
        return int(value.size)
    if isinstance(value, dict):
        return sum(map(count, value.values()))
    if isinstance(value, list | tuple):
        return sum(map(count, value))
    return int(isinstance(value, int | float | np.number) and not isinstance(value, bool))


def size(inputs: Sequence[Any]) -> tuple[int, float, str]:
    """What is less for a smaller input: how many numbers, how large all together, how written.

    Parameters
    ----------
    inputs
        The arguments.
    """
    return sum(map(count, inputs)), sum(map(_total, inputs)), written(inputs)


def _total(value: Any) -> float:
    if isinstance(value, dict):
        return sum(map(_total, value.values()))
    if isinstance(value, list | tuple):
        return sum(map(_total, value))
    if isinstance(value, np.ndarray | int | float | np.number):
        return float(np.abs(np.asarray(value, np.float64)).sum())
    return 0.0


def written(value: Any) -> str:
    """An input as a text by which it is told from others, whatever its types.

    Parameters
    ----------
    value
        An argument, or several.
    """
    if isinstance(value, np.ndarray | np.number):
        return repr((np.shape(value), np.asarray(value, np.float64).ravel().tolist()))
    if isinstance(value, bool | int | float):
        return repr(((), [float(value)]))
    if isinstance(value, dict):
        return repr({key: written(each) for key, each in value.items()})
    if isinstance(value, list | tuple):
        return repr([written(each) for each in value])
    if isinstance(value, str):
        return repr(value)
    return getattr(value, "text", type(value).__name__)
