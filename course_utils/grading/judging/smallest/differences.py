"""How an answer's result differs from the right one, in numbers and names of types.

A result of an answer is plain data, and even so no text in it is repeated but a single word.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

RTOL, ATOL = 1e-5, 1e-6  # as `checks.close` has them: an answer in float32 is right too
MOST = 9  # numbers of a result that are shown
NUMBERS = "biufc"  # of NumPy's dtypes


@dataclass(frozen=True)
class Difference:
    """Where results differ, what the answer's is there, and what is right.

    `place` is what has to be written behind the call to get there, such as `[0]`.
    """

    place: str
    yours: str
    right: str


def between(got: Any, right: Any, place: str = "") -> Difference | None:
    """The first difference of two results; None if they mean the same.

    Parameters
    ----------
    got
        An answer's, whatever it is.
    right
        The solution's.
    place
        Where in the whole results these two are.
    """
    if isinstance(right, Exception):
        same = isinstance(got, Exception) and isinstance(got, type(right))
        return None if same else Difference(place, shown(got), shown(right))
    if isinstance(got, Exception):
        return Difference(place, shown(got), shown(right))
    if type(right) is dict:
        return _of_dicts(got, right, place)
    if type(right) is tuple:
        return _of_tuples(got, right, place)
    wanted = _array(right)
    if wanted is None:
        same = type(got) is type(right) and bool(got == right)
        return None if same else Difference(place, shown(got), shown(right))
    own = _array(got)
    if own is not None and own.size == 0 and type(right) is list and not right:
        return None  # nothing, whatever it is nothing of
    return _of_arrays(own, wanted, got, place)


def _of_dicts(got: Any, right: dict, place: str) -> Difference | None:
    if type(got) is not dict or set(got) != set(right):
        return Difference(place, shown(got), shown(right))
    found = (between(got[key], value, f"{place}[{key!r}]") for key, value in right.items())
    return next(filter(None, found), None)


def _of_tuples(got: Any, right: tuple, place: str) -> Difference | None:
    if type(got) is np.ndarray and got.ndim:
        got = list(got)
    if type(got) not in (tuple, list) or len(got) != len(right):
        return Difference(place, shown(got), shown(right))
    pairs = enumerate(zip(got, right, strict=True))
    found = (between(own, wanted, f"{place}[{n}]") for n, (own, wanted) in pairs)
    return next(filter(None, found), None)


def _of_arrays(own: np.ndarray | None, right: np.ndarray, got: Any, place: str):
    if own is None or own.shape != right.shape:
        return Difference(place, shown(got), shown(right))
    apart = ~np.isclose(own, right, RTOL, ATOL, equal_nan=True)
    if not apart.any():
        return None
    if own.size > MOST:  # the first place at which they differ
        index = tuple(int(i) for i in np.argwhere(apart)[0])
        where = place + "[" + ", ".join(map(str, index)) + "]"
        return Difference(where, shown(own[index]), shown(right[index]))
    return Difference(place, shown(own), shown(right))


def finite(value: Any) -> bool:
    """Whether there is no nan and no infinity in a result; errors and texts have none.

    Parameters
    ----------
    value
        The solution's.
    """
    if isinstance(value, dict):
        return all(map(finite, value.values()))
    if isinstance(value, list | tuple):
        return all(map(finite, value))
    array = _array(value)
    return array is None or bool(np.isfinite(array).all())


def shown(value: Any) -> str:
    """A result in few words.

    Parameters
    ----------
    value
        Whatever it is.
    """
    if isinstance(value, Exception):
        name = type(value).__name__
        return f"a {name}" if type(value).__module__ == "builtins" else "an error"
    if value is None or type(value) is bool:
        return str(value)
    array = _array(value)
    if array is not None:
        if array.size > MOST:
            return f"an array of shape {array.shape}"
        return _numbers(array.tolist()) + (f", shape {array.shape}" if not array.size else "")
    if type(value) in (tuple, list) and len(value) <= MOST:
        inside = ", ".join(shown(each) for each in value)
        return f"({inside})" if type(value) is tuple else f"[{inside}]"
    if type(value) is str and len(value) < 20 and value.isidentifier():  # a dtype, say
        return value
    kinds = (str, bytes, dict, list, tuple, set)
    return f"a {type(value).__name__}" if type(value) in kinds else "an object"


def _numbers(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_numbers, value)) + "]"
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value)


def _array(value: Any) -> np.ndarray | None:
    """An array of numbers, fractions and tensors among them; None if that is no such thing."""
    torch, tensorflow = sys.modules.get("torch"), sys.modules.get("tensorflow")
    if type(value) in (Fraction, Decimal):
        value = float(value)
    elif torch is not None and type(value) is torch.Tensor:
        value = value.detach().numpy()
    elif tensorflow is not None and isinstance(value, tensorflow.Tensor):
        value = value.numpy()
    if type(value) in (bool, int, float, complex, list, tuple, np.ndarray) or isinstance(
        value, np.number | np.bool_
    ):
        try:
            array = np.array(value)
        except Exception:
            return None
        return array if array.dtype.kind in NUMBERS else None
    return None
