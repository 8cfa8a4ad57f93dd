"""Curves, bars and dots, drawn alike in every lecture."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from .display import describe
from .style import COLOURS

WIDTH = 6.4  # inches
LETTERS: Any = {  # in points, of which a page has 72 an inch, and 100 pixels
    "font.size": 11,
    "figure.titlesize": 12.5,
}
STYLES = ("o-", "s--", "D:", "^-.")
MARKED = 40  # positions; with more of them a curve has no marks
SIZES = (7, 9, 5, 6)  # so that marks on the same spot are all seen
SYMBOLS = "●■◆▲"  # the marks, as letters
LONGEST = 26  # letters of a name that still stands beside its line; longer ones stand below all
APART = 16  # points from a line of text to the next
TITLE = 62  # letters of a line of a title: what is longer goes on below
SIDE = 30  # letters of a line beside the axis of values
THICK = 0.6  # of a bar: the rest is between it and the next


def lettered(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """A chart whose letters are as large as the page's.

    Parameters
    ----------
    draw
        What draws it.
    """

    @wraps(draw)
    def drawn(*args, **options) -> Figure:
        with plt.rc_context(LETTERS):
            return draw(*args, **options)

    return drawn


def entitle(figure: Figure, title: str) -> None:
    """Write a title over the whole figure, names included, in as many lines as it needs.

    Parameters
    ----------
    figure
        It becomes higher by the lines after the first.
    title
        Its breaks are made anew.
    """
    lines = textwrap.wrap(" ".join(title.split()), TITLE)
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height + 0.24 * (len(lines) - 1))
    figure.suptitle("\n".join(lines), x=0.01, ha="left")


@lettered
def curves(
    x: Sequence,
    lines: Mapping[str, Sequence],
    *,
    xlabel: str,
    ylabel: str,
    title: str,
    colours: Sequence[str] = ("input", "kernel", "output", "error"),
    ylim: tuple[float, float] | None = None,
    log: bool = False,
    joined: bool = True,
    form: str = "",
) -> Figure:
    """Up to four curves over the same positions, each with its own colour, mark and dashes.

    Parameters
    ----------
    x
        Positions, or words to be set side by side: `(N,)`.
    lines
        From name to values `(N,)`; or `(runs, N)`, shown as faint dots, and a curve through
        their means.
    colours
        A name of `COLOURS` for each line.
    ylim
        The ends of the axis of values; by default they follow from the values.
    log
        Whether the values are drawn on a logarithmic axis.
    joined
        Whether the points are joined by lines; if not, those of different lines stand side by
        side.
    form
        How the value at each point is written next to it, such as "{:.0f} %"; by default not.

    Returns
    -------
    Figure
        Its alternative text says where each curve begins and ends, and where it is lowest and
        highest if that is somewhere else.

    Raises
    ------
    ValueError
        If there are too many lines to be told apart, or one does not fit `x`.

    Examples
    --------
    >>> curves([1, 2], {"loss": [2.3, 0.4]}, xlabel="epoch", ylabel="loss", title="It learns").alt
    'It learns. loss over epoch: loss from 2.3 to 0.4.'
    """
    if len(lines) > min(len(STYLES), len(colours)):
        raise ValueError(
            f"{len(lines)} lines cannot be told apart with {len(colours)} colours: draw at most "
            f"{len(STYLES)} in a figure, and name a colour for each"
        )
    words = any(isinstance(value, str) for value in x)
    places = np.arange(len(x)) if words else np.asarray(x)
    figure, ax = plt.subplots(figsize=(WIDTH, 3.2), layout="constrained")
    ends = []
    for n, (name, values) in enumerate(lines.items()):
        paint = COLOURS[colours[n]]
        runs = np.atleast_2d(np.asarray(values, float))
        if runs.shape[1] != len(places):
            raise ValueError(f"{name!r} has {runs.shape[1]} values for {len(places)} positions")
        means = runs.mean(axis=0)
        at = places if joined else places + 0.12 * (n - (len(lines) - 1) / 2)
        if len(runs) > 1:
            ax.plot(at, runs.T, "o", color=paint, alpha=0.45, markeredgewidth=0)
        shape = STYLES[n] if joined else STYLES[n][0]
        if joined and len(places) > MARKED:
            shape = STYLES[n][1:]
        ax.plot(at, means, shape, color=paint, label=name, markersize=SIZES[n])
        for i, mean in enumerate(means if form else ()):
            _write_beside(ax, (at[i], mean), form.format(mean), left=i == 0)
        ends.append(f"{name} {_course_of(means, x)}")
    if words:
        ax.set_xticks(places, x)
        ax.margins(x=0.25)
    ax.set(xlabel=xlabel, ylabel=textwrap.fill(ylabel, SIDE))
    entitle(figure, title)
    if log:
        ax.set_yscale("log")
    if ylim:
        ax.set_ylim(ylim)
    ax.grid(color="0.92")
    ax.set_axisbelow(True)
    _name_lines(figure, ax, [line for line in ax.lines if line.get_label() in lines])
    return describe(figure, f"{title}. {ylabel} over {xlabel}: {'; '.join(ends)}.")


@lettered
def bars(
    values: Mapping[str, float],
    *,
    xlabel: str,
    title: str,
    colour: str = "kernel",
    log: bool = False,
    form: str = "{:,.3g}",
) -> Figure:
    """A bar for each value, the first on top, with its number.

    Parameters
    ----------
    values
        From name to value.
    colour
        A name of `COLOURS`.
    log
        Whether the axis is logarithmic.
    form
        How the numbers are written.

    Returns
    -------
    Figure
        Its alternative text holds every name and number.

    Examples
    --------
    >>> bars({"AlexNet": 61, "VGG-16": 138}, xlabel="million parameters", title="Heavy").alt
    'Heavy. Bars, million parameters: AlexNet 61, VGG-16 138.'
    """
    figure, ax = plt.subplots(figsize=(WIDTH, 0.45 * len(values) + 1), layout="constrained")
    drawn = ax.barh(list(values), list(values.values()), height=THICK, color=COLOURS[colour])
    numbers = [form.format(value) for value in values.values()]
    ax.bar_label(drawn, numbers, padding=4)
    ax.set(xlabel=xlabel)
    entitle(figure, title)
    if log:
        ax.set_xscale("log")
        low = min(1, 10 ** np.floor(np.log10(min(values.values())) - 0.3))
        ax.set_xlim(low, low * (max(values.values()) / low) ** 1.3)
    else:
        ax.margins(x=0.06 + 0.02 * max(map(len, numbers)))
    ax.invert_yaxis()
    ax.tick_params(axis="y", length=0)
    pairs = ", ".join(f"{name} {number}" for name, number in zip(values, numbers, strict=True))
    scale = ", on a logarithmic axis" if log else ""
    return describe(figure, f"{title}. Bars{scale}, {xlabel}: {pairs}.")


@lettered
def dots(
    draws: Mapping[str, Sequence[float]],
    *,
    xlabel: str,
    title: str,
    colour: str = "output",
    form: str = "{:.3g}",
    xlim: tuple[float, float] | None = None,
    interval: bool = False,
    yardstick: float | None = None,
) -> Figure:
    """Where chance decides: a dot for each draw of an experiment, a stroke at their mean.

    Parameters
    ----------
    draws
        From name to the values of its draws, such as `claims.Draws`; the first on top.
    xlabel
        What the values are, with their unit.
    title
        What is to be seen.
    colour
        A name of `COLOURS`.
    form
        How means are written.
    xlim
        The ends of the axis.
    interval
        Whether a line spans the 95 % confidence interval of each mean (Student's t, from the draws
        of that row alone), in place of the least and the greatest value in the alternative text.
    yardstick
        What the values are to be compared with: a line at it through all rows, such as 0 where
        they are differences.

    Returns
    -------
    Figure
        Its alternative text holds every name, mean, least and greatest value.

    Raises
    ------
    ValueError
        If an interval is asked for of a single draw.

    Examples
    --------
    >>> draws = {"deep": [91, 93, 92], "wide": [88, 89, 90]}
    >>> dots(draws, xlabel="accuracy in %", title="Deeper is better").alt
    'Deeper is better. accuracy in %, 3 draws: deep 92 (91 to 93); wide 89 (88 to 90).'
    """
    figure, ax = plt.subplots(figsize=(WIDTH, 0.45 * len(draws) + 1), layout="constrained")
    said = []
    if yardstick is not None:
        ax.axvline(yardstick, color="0.5", linewidth=1, zorder=0.5)
    for row, (name, drawn) in enumerate(draws.items()):
        values = np.asarray(list(drawn), float)
        mean, low, high = values.mean(), values.min(), values.max()
        if interval:
            low, high = _interval(name, values)
            ax.plot([low, high], [row, row], color="black", linewidth=1.2, alpha=0.8)
        ax.plot(values, np.full(len(values), row), "o", color=COLOURS[colour], alpha=0.5, mew=0)
        ax.plot([mean], [row], "|", color="black", markersize=16, markeredgewidth=2)
        ax.annotate(
            form.format(mean),
            (1, row),
            (6, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            va="center",
        )
        words = " ".join(name.split())  # a name may be broken into lines
        said.append(f"{words} {form.format(mean)} ({form.format(low)} to {form.format(high)})")
    ax.set_yticks(range(len(draws)), [name for name in draws])
    ax.set(xlabel=xlabel, ylim=(len(draws) - 0.4, -0.6))
    entitle(figure, title)
    if xlim:
        ax.set_xlim(xlim)
    ax.grid(axis="x", color="0.92")
    ax.tick_params(axis="y", length=0)
    ax.set_axisbelow(True)
    counts = sorted({len(list(values)) for values in draws.values()})
    times = " or ".join(map(str, counts))
    times += " draws, with 95 % intervals of the means" if interval else " draws"
    return describe(figure, f"{title}. {xlabel}, {times}: {'; '.join(said)}.")


def _interval(name: str, values: np.ndarray) -> tuple[float, float]:
    """The 95 % confidence interval of a mean, by Student's t."""
    if len(values) < 2:
        raise ValueError(f"{name!r} has one draw, which has no interval: draw at least twice")
    from scipy.special import stdtrit  # half a second, and only few charts need it

    half = stdtrit(len(values) - 1, 0.975) * values.std(ddof=1) / len(values) ** 0.5
    return float(values.mean() - half), float(values.mean() + half)


def _write_beside(ax, point: tuple[float, float], text: str, *, left: bool) -> None:
    away = {"xytext": (-9, 0), "ha": "right"} if left else {"xytext": (9, 0), "ha": "left"}
    ax.annotate(text, point, textcoords="offset points", va="center", fontsize=10, **away)


def _name_lines(figure: Figure, ax, lines: Sequence) -> None:
    """Write each line's name beside its end; where names are long, all of them below."""
    if max(len(line.get_label()) for line in lines) > LONGEST:
        figure.legend(handles=lines, loc="outside lower center", ncols=2, frameon=False)
        return
    low, high = ax.get_ylim()
    ends = [float(np.clip(_last(line), low, high)) for line in lines]
    points = 72 / figure.dpi
    heights = [ax.transData.transform((0, end))[1] * points for end in ends]
    for n, (line, place) in enumerate(zip(lines, _apart(heights), strict=True)):
        symbol = f"{SYMBOLS[n]} " if len(lines) > 1 else ""
        ax.annotate(
            symbol + line.get_label(),
            (1, ends[n]),
            (8, place - heights[n]),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            color=line.get_color(),
            va="center",
            annotation_clip=False,
        )


def _course_of(values: np.ndarray, x: Sequence) -> str:
    """Where a curve begins and ends, and its extremes in between, in words."""
    words = f"from {values[0]:.3g} to {values[-1]:.3g}"
    if not np.isfinite(values).any():
        return words
    extremes = {"least": int(np.nanargmin(values)), "greatest": int(np.nanargmax(values))}
    for name, at in extremes.items():
        if values[at] not in (values[0], values[-1]):
            place = " ".join(x[at].split()) if isinstance(x[at], str) else f"{x[at]:g}"
            words += f", {name} {values[at]:.3g} at {place}"
    return words


def _last(line) -> float:
    values = np.asarray(line.get_ydata(), float)
    finite = values[np.isfinite(values)]
    return finite[-1] if len(finite) else 0.0


def _apart(heights: Sequence[float]) -> list[float]:
    """Heights that are moved as little as it takes to be `APART` from each other."""
    order = np.argsort(heights)
    placed = np.asarray(heights, float)[order]
    for _ in range(100):
        gaps = np.diff(placed)
        short = np.maximum(APART - gaps, 0) / 2
        if not short.any():
            break
        placed[:-1] -= short
        placed[1:] += short
    result = np.empty(len(placed))
    result[order] = placed
    return result.tolist()
