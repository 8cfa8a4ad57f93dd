"""Values of the standard library and of pandas as parts that cross, and made of them again.

Parts are plain, and constructors are called with numbers, texts, lists and arrays only: nothing
that comes from the other side names a class or a function.
"""

from __future__ import annotations

import datetime
import sys
from collections import Counter, deque
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

NUMBERS = "?biufcSUMm"  # of NumPy's dtypes: numbers, texts, dates
TEXTS = ("object", "str", "string")  # of pandas' dtypes that hold Python's own objects
SCALARS = (type(None), bool, int, float, str)
DIGITS = 10_000  # of a fraction's or a decimal's: what becomes of more takes long
LARGEST = 8_000_000  # bytes of a table
MOST = 2_000  # columns


def parts_of(value: Any) -> tuple[str, list] | None:  # noqa: PLR0911
    """What a value is called here, and its parts; None if it is none of these.

    Parameters
    ----------
    value
        Whatever it is; subclasses are other kinds.
    """
    kind = type(value)
    if kind is Fraction:
        few = max(value.numerator.bit_length(), value.denominator.bit_length()) < 3 * DIGITS
        return ("fraction", [value.numerator, value.denominator]) if few else None
    if kind is Decimal:
        text = str(value)
        few = len(text) < DIGITS and (not value.is_finite() or abs(value.adjusted()) < DIGITS)
        return ("decimal", [text]) if few else None
    if kind in (datetime.datetime, datetime.time):
        if value.tzinfo in (None, datetime.UTC):
            return kind.__name__, [value.isoformat()]
        return None
    if kind is datetime.date:
        return "date", [value.isoformat()]
    if kind is datetime.timedelta:
        return "timedelta", [value.days, value.seconds, value.microseconds]
    if kind is frozenset:
        return "frozenset", [list(value)]
    if kind is Counter:
        return "counter", [[list(pair) for pair in value.items()]]
    if kind is deque:
        return "deque", [list(value), value.maxlen]
    pandas = sys.modules.get("pandas")
    if pandas is not None and hasattr(pandas, "DataFrame"):  # not while it is being imported
        if kind is pandas.DataFrame:
            return _named("table", _table(pandas, value))
        if kind is pandas.Series:
            return _named("series", _series(pandas, value))
    return None


def too_large(value: Any) -> str:
    """Why a value of a kind that crosses does not: how large it is, and the bound; "" if else.

    Parameters
    ----------
    value
        One that `parts_of` gave no parts of.
    """
    kind = type(value)
    if kind in (Fraction, Decimal):
        return f"it has more digits than the {DIGITS:,} that can be sent"
    pandas = sys.modules.get("pandas")
    if pandas is None or kind not in (pandas.DataFrame, pandas.Series):
        return ""
    if kind is pandas.DataFrame and value.shape[1] > MOST:
        return f"it has {value.shape[1]:,} columns, and at most {MOST:,} can be sent"
    size = int(np.sum(value.memory_usage()))
    if size > LARGEST:
        return f"it takes {size / 1e6:.1f} MB, and at most {LARGEST / 1e6:.0f} MB can be sent"
    return ""


def made_of(name: str, parts: list) -> Any:  # noqa: PLR0911
    """The value of a name and parts, whoever sent them.

    Parameters
    ----------
    name
        As `parts_of` calls it.
    parts
        Plain values.

    Raises
    ------
    Exception
        Any kind, if they are not what they should be; nothing else happens.
    """
    match name:
        case "fraction":
            numerator, denominator = (_whole(part) for part in parts)
            return Fraction(numerator, denominator)
        case "decimal":
            value = Decimal(_text(parts[0]))
            if value.is_finite() and abs(value.adjusted()) >= DIGITS:
                raise ValueError("a decimal of too many digits")
            return value
        case "datetime":
            return datetime.datetime.fromisoformat(_text(parts[0]))
        case "time":
            return datetime.time.fromisoformat(_text(parts[0]))
        case "date":
            return datetime.date.fromisoformat(_text(parts[0]))
        case "timedelta":
            days, seconds, microseconds = (_whole(part) for part in parts)
            return datetime.timedelta(days, seconds, microseconds)
        case "frozenset":
            return frozenset(_list(parts[0]))
        case "counter":
            return Counter({key: count for key, count in _list(parts[0])})
        case "deque":
            items, longest = parts
            return deque(_list(items), None if longest is None else _whole(longest))
        case "table":
            return _table_of(parts)
        case "series":
            return _series_of(parts)
    raise ValueError(f"an unknown kind of value: {name}")


# --- tables ---


def _named(name: str, parts: list | None) -> tuple[str, list] | None:
    return None if parts is None else (name, parts)


def _table(pandas, table) -> list | None:
    if table.attrs or table.shape[1] > MOST or int(table.memory_usage().sum()) > LARGEST:
        return None
    columns = [_column(table.iloc[:, place]) for place in range(table.shape[1])]
    axes = [_axis(pandas, table.index), _axis(pandas, table.columns)]
    return None if None in columns or None in axes else [*axes, columns]


def _series(pandas, series) -> list | None:
    if series.attrs or series.memory_usage() > LARGEST or type(series.name) not in SCALARS:
        return None
    column, index = _column(series), _axis(pandas, series.index)
    return None if column is None or index is None else [index, column, series.name]


def _axis(pandas, axis) -> list | None:
    if type(axis.name) not in SCALARS:
        return None
    if type(axis) is pandas.RangeIndex:
        return ["range", [axis.start, axis.stop, axis.step], axis.name]
    if type(axis) is pandas.Index:
        column = _column(axis.to_series())
        return None if column is None else ["values", column, axis.name]
    return None


def _column(series) -> list | None:
    """Its dtype and its values, where they are numbers, dates and texts; else None."""
    if isinstance(series.dtype, np.dtype) and series.dtype.kind in NUMBERS:
        return ["", series.to_numpy()]
    name = str(series.dtype)
    if name not in TEXTS:
        return None
    items = [None if type(item).__name__ == "NAType" else item for item in series]
    return [name, items] if all(type(item) in SCALARS for item in items) else None


def _table_of(parts: list) -> Any:
    index, columns, data = parts
    values = [_column_of(column) for column in _list(data)]
    if any(len(column) != _length_of(index) for column in values):
        raise ValueError("columns of different lengths")
    pandas = sys.modules.get("pandas")
    if pandas is None:  # a student's choice must not make the other side import it
        return {place: list(column) for place, column in enumerate(values)}
    table = pandas.DataFrame(dict(enumerate(values)), index=_axis_of(pandas, index))
    table.columns = _axis_of(pandas, columns)
    return table


def _series_of(parts: list) -> Any:
    index, column, name = parts
    values, pandas = _column_of(column), sys.modules.get("pandas")
    if len(values) != _length_of(index):
        raise ValueError("a series and an index of different lengths")
    if pandas is None:
        return list(values)
    return pandas.Series(values, index=_axis_of(pandas, index), name=_scalar(name))


def _axis_of(pandas, parts: list) -> Any:
    kind, content, name = _list(parts)
    if kind == "range":
        start, stop, step = (_whole(part) for part in _list(content))
        return pandas.RangeIndex(start, stop, step, name=_scalar(name))
    return pandas.Index(_column_of(content), name=_scalar(name))


def _length_of(axis: list) -> int:
    kind, content, _ = _list(axis)
    return len(range(*map(_whole, content))) if kind == "range" else len(_column_of(content))


def _column_of(parts: list) -> Any:
    """An array of NumPy's or of pandas'."""
    name, values = _list(parts)
    if name == "":
        if type(values) is not np.ndarray or values.ndim != 1:
            raise ValueError("a column that is none")
        return values
    items = [_scalar(item) for item in _list(values)]
    pandas = sys.modules.get("pandas")
    if name not in TEXTS:
        raise ValueError("a column of an unknown kind")
    return items if pandas is None else pandas.array(items, dtype=name)


# --- parts ---


def _list(part: Any) -> list:
    if type(part) is not list:
        raise ValueError("no list")
    return part


def _text(part: Any) -> str:
    if type(part) is not str or len(part) > DIGITS:
        raise ValueError("no text")
    return part


def _whole(part: Any) -> int:
    if type(part) is not int or part.bit_length() > 4 * DIGITS:
        raise ValueError("no whole number")
    return part


def _scalar(part: Any) -> Any:
    if type(part) not in SCALARS:
        raise ValueError("no number or text")
    return part
