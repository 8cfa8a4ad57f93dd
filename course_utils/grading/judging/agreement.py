"""In a judge, an empty array agrees with an empty array only.

NumPy stretches shapes before it compares: of `np.allclose(np.zeros(0), 5.0)` nothing is left that
could differ, and it is true. An answer that returns nothing would be right by every such test. The
functions that tests compare with say instead that one side is empty; what a comparison like
`(answer == 5).all()` says is Python's own, and `course release` warns of it.
"""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

from .across.proxies import Proxy

OF_NUMPY = ("allclose", "isclose", "array_equiv")
OF_TESTING = (
    "assert_allclose",
    "assert_almost_equal",
    "assert_approx_equal",
    "assert_array_almost_equal",
    "assert_array_almost_equal_nulp",
    "assert_array_equal",
    "assert_array_less",
    "assert_array_max_ulp",
    "assert_equal",
)
OF_TORCH = ("allclose", "isclose")


def insist(source: str = "") -> None:
    """Put the stricter functions in place, in every library that this process has loaded.

    Parameters
    ----------
    source
        The test's that runs next: pytest is loaded if it speaks of `approx`.
    """
    torch = sys.modules.get("torch")
    places: list[tuple[Any, tuple[str, ...]]] = [(np, OF_NUMPY), (np.testing, OF_TESTING)]
    if torch is not None:
        places += [(torch, OF_TORCH), (torch.Tensor, OF_TORCH)]
    if "approx" in source and find_spec("pytest"):
        pytest = importlib.import_module("pytest")
        places.append((type(pytest.approx(0.0)), ("__eq__",)))
    for holder, names in places:
        for name in names:
            compare = getattr(holder, name, None)
            if compare is not None and not hasattr(compare, "insists"):
                setattr(holder, name, _insisting(compare, f"{holder.__name__}.{name}"))


def _insisting(compare: Callable, name: str) -> Callable:
    @functools.wraps(compare)
    def insisting(*args: Any, **kwargs: Any) -> Any:
        given = [_plain(value) for value in args]
        named = {key: _plain(value) for key, value in kwargs.items()}
        first, second = [*given, *named.values(), None, None][:2]
        if is_empty(first) != is_empty(second):
            raise AssertionError(f"{name}: one side is empty, the other is not")
        return compare(*given, **named)

    insisting.insists = True  # type: ignore[attr-defined]
    return insisting


def _plain(value: Any) -> Any:
    """An answer's object as the array that NumPy would make of it, made once."""
    return np.asarray(value) if type(value) is Proxy else value


def is_empty(value: Any) -> bool:
    """Whether there is no number in it, however many lists or axes it has.

    Parameters
    ----------
    value
        An array, a tensor, or lists of them; whatever else it is, it is not empty.
    """
    if isinstance(value, list | tuple):
        return all(map(is_empty, value))
    size = value.numel if callable(getattr(value, "numel", None)) else getattr(value, "size", 1)
    return (size() if callable(size) else size) == 0
