"""Points with names, and the fronts among them: what costs how much, and what it gives."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import product

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from .charts import STYLES, WIDTH, entitle, lettered
from .display import describe
from .dressing import short
from .style import COLOURS

SMALL = 9  # points, the size of a name's letters
GREY = "#666666"  # of points on no front, and their names: dark enough to be read on white
NEAR = 7  # points from a point to its name
FAR = (1, 1.8, 2.8, 4, 6, 8)  # times as far, where there is no room
SIDES = [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)]
INKS = ("output", "kernel", "input")


@lettered
def fronts(
    points: Mapping[str, tuple[float, float]],
    *,
    xlabel: str,
    ylabel: str,
    title: str,
    lines: Mapping[str, Sequence[str]] | None = None,
    named: Collection[str] = (),
    xlog: bool = True,
    ylog: bool = False,
    equal: str = "",
) -> Figure:
    """Points over two measures, and lines that join those on a front.

    Parameters
    ----------
    points
        From name to its place `(x, y)`.
    xlabel, ylabel
        What is measured, with its unit.
    title
        What is to be seen.
    lines
        From the name of a front to the names of the points that it joins, from left to right; up
        to three.
    named
        Points that have their names written beside them; those on a front always have, wherever
        there is room that no other name or point takes.
    xlog, ylog
        Which axes are logarithmic.
    equal
        What a dashed line means on which both measures are equal; "" for none.

    Returns
    -------
    Figure
        Its alternative text holds the least and greatest values and every point of the lines.

    Raises
    ------
    ValueError
        If a line or `named` asks for a point that is not there, or there are too many lines.

    Examples
    --------
    >>> points = {"A": (1, 50), "B": (2, 60), "C": (3, 55)}
    >>> labels = {"xlabel": "work", "ylabel": "accuracy", "title": "C is beaten"}
    >>> fronts(points, lines={"front": ["A", "B"]}, **labels).alt
    'C is beaten. accuracy from 50 (A) to 60 (B) over work from 1 (A) to 3 (C). front: A, B.'
    """
    lines = lines or {}
    if len(lines) > len(INKS):
        raise ValueError(f"{len(lines)} fronts cannot be told apart: draw at most {len(INKS)}")
    wanted = dict.fromkeys([name for line in lines.values() for name in line] + list(named))
    missing = [name for name in wanted if name not in points]
    if missing:
        raise ValueError(f"there are no points called {', '.join(missing)}")
    figure, ax = plt.subplots(figsize=(WIDTH, 4.4), layout="constrained")
    for place in points.values():
        ax.plot(*place, "o", color=GREY, markersize=4, alpha=0.7, markeredgewidth=0)
    inks = {name: GREY for name in wanted}
    for (label, names), ink, style in zip(lines.items(), INKS, STYLES, strict=False):
        x, y = zip(*(points[name] for name in names), strict=True)
        ax.plot(x, y, style, color=COLOURS[ink], markersize=6, label=label)
        inks |= dict.fromkeys(names, COLOURS[ink])
    ax.set(xlabel=xlabel, ylabel=ylabel)
    entitle(figure, title)
    ax.margins(0.09)
    if xlog:
        ax.set_xscale("log")
    if ylog:
        ax.set_yscale("log")
    if equal:
        low, high = ax.get_xlim()  # the line goes through the whole picture
        both = min(low, ax.get_ylim()[0]), max(high, ax.get_ylim()[1])
        ax.plot([low, high], [low, high], "--", color=COLOURS["text"], linewidth=1, label=equal)
        ax.set(xlim=(low, high), ylim=both)
    if lines or equal:
        figure.legend(loc="outside lower center", ncols=2, frameon=False)
    ax.grid(color="0.92")
    ax.set_axisbelow(True)
    _write_names(figure, ax, points, inks)
    return describe(figure, _words(points, lines, xlabel, ylabel, title))


def _write_names(figure: Figure, ax, points: Mapping, inks: Mapping[str, str]) -> None:
    """Each beside its point, on the first side where it covers nothing, else a little way off."""
    figure.draw_without_rendering()
    unit = figure.dpi / 72
    taken = []
    for place in points.values():
        x, y = ax.transData.transform(place)
        taken.append(Bbox.from_extents(x - 2 * unit, y - 2 * unit, x + 2 * unit, y + 2 * unit))
    inside = ax.get_window_extent()
    for name, ink in inks.items():
        tried = []  # how much is covered, text, box
        for far, side in product(FAR, SIDES):
            text = _written(ax, name, points[name], side, far, ink)
            box = Text.get_window_extent(text)  # without the line to its point
            outside = not (inside.contains(box.x0, box.y0) and inside.contains(box.x1, box.y1))
            tried.append((sum(map(box.overlaps, taken)) + 10 * outside, text, box))
            if tried[-1][0] == 0:
                break
        best = min(tried, key=lambda each: each[0])  # the first of equals
        taken.append(best[2])
        for each in tried:
            if each is not best:
                each[1].remove()


def _written(ax, name: str, place: tuple, side: tuple[int, int], far: float, ink: str):
    """A name on one side of its point, and where it is far away a line from one to the other."""
    right, up = side
    text = ax.annotate(
        name,
        place,
        (NEAR * far * right, NEAR * far * up),
        textcoords="offset points",
        ha={1: "left", 0: "center", -1: "right"}[right],
        va={1: "bottom", 0: "center", -1: "top"}[up],
        fontsize=SMALL,
        color=ink,
        arrowprops=dict(arrowstyle="-", color="0.7", lw=0.6) if far > 1 else None,
    )
    text.update_positions(ax.figure.canvas.get_renderer())
    text.set_in_layout(False)  # so that the axes stay where they are
    return text


def _words(points: Mapping, lines: Mapping, xlabel: str, ylabel: str, title: str) -> str:
    def ends(axis: int) -> str:
        low, high = (pick(points, key=lambda n: points[n][axis]) for pick in (min, max))
        said = (f"{short(float(f'{points[n][axis]:.3g}'))} ({n})" for n in (low, high))
        return "from {} to {}".format(*said)

    joined = "".join(f" {label}: {', '.join(names)}." for label, names in lines.items())
    return f"{title}. {ylabel} {ends(1)} over {xlabel} {ends(0)}.{joined}"
