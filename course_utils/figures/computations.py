"""The graph of a computation whose numbers remember what they were made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from matplotlib.figure import Figure

from .graphs import Node, graph


class Remembers(Protocol):
    """A number that knows its parts, each with the derivative with respect to it."""

    value: float
    gradient: float

    @property
    def parts(self) -> Sequence[tuple[Remembers, float]]: ...


def computation(
    numbers: Mapping[str, Remembers],
    *,
    title: str,
    colours: Mapping[str, str] | None = None,
    width: float = 9,
    height: float = 3,
) -> Figure:
    """What was computed from what, with values, gradients and the derivative on each arrow.

    Parameters
    ----------
    numbers
        From name to number, in the order in which they were computed. Each has a `value`, a
        `gradient`, and `parts`: pairs of a number and the derivative with respect to it. Parts
        without a name are left out.
    title
        What is to be seen.
    colours
        A name of `COLOURS` for the box of each name; "input" by default for what has no parts,
        "output" for all others.
    width, height
        In inches.

    Returns
    -------
    Figure
        Its alternative text holds every value, gradient and derivative.

    Raises
    ------
    ValueError
        If a number stands before one of its parts.

    Examples
    --------
    >>> from types import SimpleNamespace as Number
    >>> x = Number(value=3, gradient=6, parts=[])
    >>> y = Number(value=9, gradient=1, parts=[(x, 3), (x, 3)])
    >>> computation({"x": x, "y": y}, title="A square").alt
    'A square. Boxes: x = 3, gradient 6; y = 9, gradient 1. Arrows: x to y (3 + 3).'
    """
    names = {id(number): name for name, number in numbers.items()}
    derivatives: dict[tuple[str, str], list[str]] = {}
    column: dict[str, int] = {}
    for name, number in numbers.items():
        parts = [(names[id(p)], derivative) for p, derivative in number.parts if id(p) in names]
        for part, derivative in parts:
            if part not in column:
                raise ValueError(f"{name!r} is made of {part!r}: put {part!r} before it")
            derivatives.setdefault((part, name), []).append(_short(derivative))
        column[name] = max((column[part] + 1 for part, _ in parts), default=0)
    for name in numbers:  # what was given stands next to where it is first used
        used = [column[end] for start, end in derivatives if start == name]
        if column[name] == 0 and used:
            column[name] = min(used) - 1
    made = {end for _, end in derivatives}
    boxes = {}
    for name, number in numbers.items():
        together = [other for other in numbers if column[other] == column[name]]
        row = together.index(name) - (len(together) - 1) / 2
        text = f"{name} = {_short(number.value)}\ngradient {_short(number.gradient)}"
        colour = (colours or {}).get(name, "output" if name in made else "input")
        boxes[name] = Node(column[name], row, text, colour)
    edges = [(*ends, " + ".join(words)) for ends, words in derivatives.items()]
    return graph(boxes, edges, title=title, width=width, height=height)


def _short(number: float) -> str:
    """With two decimals at most."""
    return f"{round(float(number), 2) + 0.0:g}"
