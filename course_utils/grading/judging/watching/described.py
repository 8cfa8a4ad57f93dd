"""A value as few plain words and numbers, if it is one that can be asked about without a doubt.

The last digits of a number depend on the processor. So whole numbers, halves and quarters are told
as they are, all others only by their kind.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

MOST = 16  # numbers that are told
LARGEST = 10_000_000  # an absolute value that is told
TEXT = 24  # characters of a text that is told
AXES = 6
NUMBERS = "biuf"  # of NumPy's dtypes


def described(value: Any) -> dict[str, Any]:
    """What a value is: its `kind`, its `value` if that is told, `shape` and `dtype` of an array.

    Parameters
    ----------
    value
        Whatever it is.

    Examples
    --------
    >>> described(np.float64(2.5))
    {'kind': 'float', 'value': 2.5}
    >>> described(np.zeros((1, 2)))
    {'kind': 'array', 'shape': [1, 2], 'dtype': 'float64', 'value': [[0, 0]]}
    >>> described(1 / 3)
    {'kind': 'float', 'value': None}
    """
    kind = type(value)
    if value is None or kind is bool:
        return {"kind": "none" if value is None else "bool", "value": value}
    if issubclass(kind, np.bool_):
        return {"kind": "bool", "value": bool(value)}
    if kind is int or issubclass(kind, np.integer):
        return {"kind": "number", "value": _plain(value)}
    if kind is float or issubclass(kind, np.floating):
        return {"kind": "float", "value": _plain(value)}
    if kind is str:
        told = len(value) <= TEXT and value.isascii() and value.isprintable()
        return {"kind": "text", "value": value if told else None}
    if kind in (list, tuple):
        return {"kind": kind.__name__, "value": _items(value)}
    if kind is dict:
        named = all(type(name) is str and _is_name(name) for name in value)
        items = _items(list(value.values())) if named else None
        told = None if items is None else dict(zip(value, items, strict=True))
        return {"kind": "dict", "value": told}
    array = _array(value)
    if array is not None:
        shape = [int(n) for n in array.shape]
        if len(shape) > AXES or array.dtype.kind not in NUMBERS:
            return {"kind": "other", "value": None}
        told = _nested(array) if 0 < array.size <= MOST else None
        return {"kind": "array", "shape": shape, "dtype": array.dtype.name, "value": told}
    return {"kind": "other", "value": None}


def raised(error: BaseException) -> dict[str, Any]:
    """An error, by the name of its class if it is one of Python's own.

    How much memory there is, and how deep calls may go, is a matter of the machine.

    Parameters
    ----------
    error
        Which one.
    """
    kind = type(error)
    told = kind.__module__ == "builtins" and kind not in (MemoryError, RecursionError)
    return {"kind": "error", "value": kind.__name__ if told else None}


def _plain(number: Any) -> int | float | None:
    """A whole number, a half or a quarter of ordinary size; None for all others."""
    number = number.item() if isinstance(number, np.generic) else number
    if not abs(number) <= LARGEST or number * 4 != round(number * 4):  # nan is not <=
        return None
    return int(number) if number == int(number) else float(number)


def _items(value: Any) -> list | None:
    """A list or tuple of numbers, truth values, arrays, and lists and dicts of them."""
    if len(value) > MOST:
        return None
    found: list = []
    for each in value:
        own = described(each)
        if own["kind"] in ("text", "none", "other") or own["value"] is None:
            return None
        found.append(own["value"])
    return found


def _is_name(text: str) -> bool:
    return len(text) <= TEXT and text.isascii() and text.isidentifier()


def _nested(array: np.ndarray) -> Any:
    """The numbers of an array in lists, if all are told."""
    if array.ndim == 0:
        return bool(array) if array.dtype.kind == "b" else _plain(array[()])
    rows = [_nested(row) for row in array]
    return None if any(row is None for row in rows) else rows


def _array(value: Any) -> np.ndarray | None:
    """An array, or a tensor of PyTorch as one."""
    if type(value) is np.ndarray:
        return value
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        try:
            return value.detach().cpu().numpy()
        except (NotImplementedError, RuntimeError, TypeError):
            return None  # sparse, without data (meta), or of a type that NumPy does not have
    return None


# --- what comes from the other side -----------------------------------------------------------

TYPES: dict[str, tuple[type, ...]] = {  # of the values of each kind that are told
    "none": (),
    "bool": (bool,),
    "number": (int, float),
    "float": (int, float),
    "text": (str,),
    "list": (list,),
    "tuple": (list,),
    "dict": (dict,),
    "array": (list, int, float, bool),
    "error": (str,),
    "other": (),
}


def valid(content: Any) -> dict[str, Any] | None:
    """What an unknown process says that a value is, if it has the form of `described`.

    Parameters
    ----------
    content
        Plain data, whatever it is.
    """
    if type(content) is not dict or type(content.get("kind")) is not str:
        return None
    kind, value = content["kind"], content.get("value")
    if kind not in TYPES or set(content) - {"kind", "value", "shape", "dtype"}:
        return None
    if value is not None and type(value) not in TYPES[kind]:
        return None
    if kind != "array":
        good = _is_plain(value, 0) and set(content) == {"kind", "value"}
        return {"kind": kind, "value": value} if good else None
    shape, dtype = content.get("shape"), content.get("dtype")
    good = type(shape) is list and len(shape) <= AXES and all(_is_size(n) for n in shape)
    if not good or type(dtype) is not str or not (dtype.isalnum() and len(dtype) < TEXT):
        return None
    return (
        {"kind": kind, "shape": shape, "dtype": dtype, "value": value}
        if _is_plain(value, 0)
        else None
    )


def _is_size(number: Any) -> bool:
    return type(number) is int and 0 <= number < 1_000_000


def _is_plain(value: Any, depth: int) -> bool:
    if value is None or type(value) is bool:
        return True
    if type(value) in (int, float):
        return abs(value) <= LARGEST
    if type(value) is str:
        return len(value) <= TEXT and value.isascii() and value.isprintable()
    if type(value) is dict and len(value) <= MOST and depth <= AXES:
        names = all(type(name) is str and _is_name(name) for name in value)
        return names and all(_is_plain(each, depth + 1) for each in value.values())
    if type(value) is list and depth <= AXES:
        return len(value) <= MOST and all(_is_plain(each, depth + 1) for each in value)
    return False
