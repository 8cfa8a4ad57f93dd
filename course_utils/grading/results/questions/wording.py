"""Values as keys and in sentences."""

from __future__ import annotations

from typing import Any

LONGEST = 120  # characters of a key
SHAPE = "a shape, such as (1, 2)"
HOW = {
    "number": "a number",
    "float": "a number",
    "bool": "True or False",
    "none": "None",
    "text": "a word",
    "list": "a list",
    "tuple": "a tuple, such as (1, 2), arrays in it as lists",
    "dict": "a dict, arrays in it as lists",
    "array": "nested lists, such as [[1, 2], [3, 4]]",
    "error": "the name of the error",
}


def key(described: dict[str, Any] | None) -> str | None:
    """A value as the key of a question; None if it is not told.

    Parameters
    ----------
    described
        As `watching.described` has it.

    Examples
    --------
    >>> key({"kind": "array", "shape": [2], "dtype": "int64", "value": [3, 4]})
    '[3, 4]'
    """
    if described is None or described["kind"] not in HOW:
        return None
    value = described["value"]
    if value is None:
        return "None" if described["kind"] == "none" else None
    text = shape(value) if described["kind"] == "tuple" else str(value)
    return text if len(text) <= LONGEST else None


def shape(numbers: list) -> str:
    """A shape as Python writes it.

    Parameters
    ----------
    numbers
        Its numbers.

    Examples
    --------
    >>> shape([3])
    '(3,)'
    """
    return str(tuple(numbers))


def how(described: dict[str, Any]) -> str:
    """What form an answer has that is such a value.

    Parameters
    ----------
    described
        As `watching.described` has it.
    """
    return HOW[described["kind"]]


def ordinal(number: int) -> str:
    """A small number as a word for the place in a row.

    Parameters
    ----------
    number
        From 1.

    Examples
    --------
    >>> ordinal(2), ordinal(11), ordinal(21)
    ('second', '11th', '21st')
    """
    words = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
    if number <= len(words):
        return words[number - 1]
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 < number % 100 < 14 else ending}"
