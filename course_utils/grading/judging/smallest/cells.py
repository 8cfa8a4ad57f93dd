"""The cell that shows a difference: the inputs, the call, and what comes of it."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np

from .differences import Difference
from .drawing import Function


def arguments(right: Any, inputs: Sequence[Any]) -> tuple[list[Any], dict[str, Any]]:
    """How a function is called with these inputs: what it must be given, and what it need not.

    Those that need not be given are named, and left out where they are what they would be anyway.

    Parameters
    ----------
    right
        The solution's function.
    inputs
        In the order of its parameters.
    """
    given, named = [], {}
    for parameter, value in zip(_parameters(right, inputs), inputs, strict=True):
        if parameter.default is parameter.empty:
            given.append(value)
        elif not _same(value, parameter.default):
            named[parameter.name] = value
    return given, named


def bound(right: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    """All arguments of a call in the order of the parameters, those that were left out, too.

    Parameters
    ----------
    right
        The solution's function.
    args, kwargs
        What it is called with.
    """
    call = inspect.signature(right).bind(*args, **kwargs)
    call.apply_defaults()
    return list(call.arguments.values())


def call(name: str, right: Any, inputs: Sequence[Any]) -> tuple[list[str], str]:
    """Lines that give the inputs names, and the call.

    Parameters
    ----------
    name
        The function's.
    right
        The solution's function.
    inputs
        In the order of its parameters.
    """
    given, named = arguments(right, inputs)
    lines, words = [], []
    for parameter, value in zip(_parameters(right, inputs), given, strict=False):
        if isinstance(value, bool | int | float):
            words.append(repr(value))
        else:
            lines.append(f"{parameter.name} = {literal(value)}")
            words.append(parameter.name)
    words += [f"{key}={literal(value)}" for key, value in named.items()]
    return lines, f"{name}({', '.join(words)})"


def text(name: str, right: Any, inputs: Sequence[Any], found: Difference, word: str = "") -> str:
    """A cell that can be run, with what it gives and what is right.

    Parameters
    ----------
    name
        The function's.
    right
        The solution's function.
    inputs
        In the order of its parameters.
    found
        How the results differ.
    word
        What of the result it is that differs, where the call does not show it.
    """
    lines, call_ = call(name, right, inputs)
    place = "" if word else found.place
    lines.append(f"{call_}{place}")
    about = f"{word}: " if word else ""
    return "\n".join(
        [*lines, f"# {about}yours is {found.yours}", f"# {about}right is {found.right}"]
    )


def literal(value: Any) -> str:
    """A value as one would type it.

    Parameters
    ----------
    value
        A number, an array, a function, or lists, tuples and dicts of them.
    """
    if isinstance(value, Function):
        return value.text
    if isinstance(value, np.ndarray):
        kind = "" if value.dtype in (np.float64, np.int64) else f", np.{value.dtype}"
        return f"np.array({value.tolist()!r}{kind})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {literal(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        inside = ", ".join(map(literal, value)) + ("," if len(value) == 1 else "")
        return f"({inside})" if isinstance(value, tuple) else f"[{inside}]"
    return repr(value.item() if isinstance(value, np.generic) else value)


def parameters(right: Any) -> list[inspect.Parameter]:
    """The parameters of the solution's function.

    Parameters
    ----------
    right
        The function.
    """
    return list(inspect.signature(right).parameters.values())


def _parameters(right: Any, inputs: Sequence[Any]) -> list[inspect.Parameter]:
    found = parameters(right)
    if len(found) != len(inputs):
        raise ValueError(f"a generator of {len(inputs)} inputs for {len(found)} parameters")
    return found


def _same(value: Any, default: Any) -> bool:
    return type(value) is type(default) and bool(value == default)
