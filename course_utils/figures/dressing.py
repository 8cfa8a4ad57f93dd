"""What makes a figure look made, whoever drew it: no box round it, ticks that mean something."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import (
    AutoLocator,
    FuncFormatter,
    LogFormatter,
    LogFormatterSciNotation,
    MaxNLocator,
    ScalarFormatter,
)

GREY = "0.45"  # of what frames the data
MANY = 1e5  # from here on an axis counts in k, M and G, in place of an offset at its end
UNITS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def dress(figure: Figure) -> None:
    """Take the boxes away from a `figure`, and let its ticks be whole numbers where its data are.

    Axes with pictures, and those that are switched off, stay as they are.
    """
    for ax in figure.axes:
        if not ax.axison or ax.images or ax.name != "rectilinear" or ax.get_label() == "<colorbar>":
            continue
        ax.spines[["top", "right"]].set_visible(False)
        ax.spines[["left", "bottom"]].set_color(GREY)
        ax.tick_params(color=GREY, which="both")
        if _is_whole(ax) and type(ax.xaxis.get_major_locator()) is AutoLocator:
            ax.xaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10], integer=True))
        for axis in (ax.xaxis, ax.yaxis):
            _say_large_numbers_in_words(axis)


def _is_whole(ax: Axes) -> bool:
    """Whether all that is drawn over the x-axis stands at whole numbers: epochs, layers."""
    places = [np.asarray(line.get_xdata(), float) for line in ax.lines]
    every = np.concatenate(places) if places else np.array([])
    return bool(len(every)) and bool(np.all(every == np.round(every)))


def _say_large_numbers_in_words(axis: Axis) -> None:
    for formatter, set_formatter in (
        (axis.get_major_formatter(), axis.set_major_formatter),
        (axis.get_minor_formatter(), axis.set_minor_formatter),
    ):
        if type(formatter) is LogFormatterSciNotation:
            set_formatter(_Short(labelOnlyBase=formatter.labelOnlyBase))
    largest = max(abs(end) for end in axis.get_view_interval())
    if type(axis.get_major_formatter()) is ScalarFormatter and largest >= MANY:
        axis.set_major_formatter(FuncFormatter(lambda value, place: short(value)))


class _Short(LogFormatter):
    """Numbers of a logarithmic axis as people say them: 0.1, 10, 1k, 1M."""

    def __call__(self, x, pos=None):
        return short(x) if super().__call__(x, pos) else ""


def short(value: float) -> str:
    """A `value` with as few letters as can be.

    Examples
    --------
    >>> short(0.01), short(200), short(1000), short(2.5e6)
    ('0.01', '200', '1k', '2.5M')
    """
    for unit, letter in UNITS:
        if abs(value) >= unit:
            return f"{value / unit:g}{letter}"
    return f"{value:g}"
