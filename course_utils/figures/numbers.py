"""Small arrays as grids of numbers, with cells picked out."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from .display import describe
from .style import COLOURS, tint

CELL = 0.44  # inches


def number_grids(
    grids: Mapping[str, np.ndarray],
    *,
    colours: Collection[str] = (),
    picked: Mapping[str, Collection[tuple[int, int]]] | None = None,
) -> Figure:
    """Arrays `(H, W)` as grids of numbers, side by side.

    Parameters
    ----------
    grids
        From title to array.
    colours
        A name of `COLOURS` for each grid ("input", "kernel", "output"); "input" by default.
    picked
        From title to the cells `(row, column)` that get a strong frame.

    Returns
    -------
    Figure
        Its alternative text holds every number, row by row.
    """
    arrays = {title: np.asarray(grid) for title, grid in grids.items()}
    names = [*colours, *["input"] * len(arrays)][: len(arrays)]
    widths = [array.shape[1] for array in arrays.values()]
    rows = max(array.shape[0] for array in arrays.values())
    figure, axes = plt.subplots(
        1,
        len(arrays),
        figsize=(CELL * (sum(widths) + len(widths)), CELL * (rows + 1.5)),
        width_ratios=widths,
        squeeze=False,
        layout="constrained",
    )
    for ax, (title, array), name in zip(axes[0], arrays.items(), names, strict=True):
        _draw(ax, array, name, (picked or {}).get(title, ()))
        ax.set_title(title, fontsize=10)
    words = (f"{title}: {_in_words(array)}" for title, array in arrays.items())
    return describe(figure, "Grids of numbers. " + ". ".join(words) + ".")


def _draw(ax, array: np.ndarray, name: str, picked: Collection[tuple[int, int]]) -> None:
    height, width = array.shape
    for (row, column), value in np.ndenumerate(array):
        strong = (row, column) in picked
        face = tint(name, 0.45 if strong else 0.15)
        ax.add_patch(Rectangle((column, row), 1, 1, facecolor=face, edgecolor="white"))
        ax.text(column + 0.5, row + 0.5, f"{value:g}", ha="center", va="center", fontsize=9)
    for row, column in picked:
        frame = {"fill": False, "edgecolor": COLOURS[name], "linewidth": 1.8}
        ax.add_patch(Rectangle((column, row), 1, 1, **frame))
    ax.set(xlim=(-0.05, width + 0.05), ylim=(height + 0.05, -0.05), aspect="equal")
    ax.set_axis_off()


def _in_words(array: np.ndarray) -> str:
    return "; ".join(" ".join(f"{value:g}" for value in row) for row in array)
