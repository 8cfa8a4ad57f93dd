"""Small arrays as grids of numbers, with cells picked out."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from .display import describe
from .style import COLOURS, tint

CELL = 0.42  # inches


def number_grids(
    grids: Mapping[str, np.ndarray],
    *,
    colours: Collection[str] = (),
    picked: Mapping[str, Collection[tuple[int, int]]] | None = None,
    padding: Mapping[str, Collection[tuple[int, int]]] | None = None,
    columns: int | None = None,
    title: str = "",
    digits: int | Mapping[str, int] | None = None,
    shaded: Collection[str] = (),
    rows: Mapping[str, Collection[str]] | None = None,
) -> Figure:
    """Arrays `(H, W)` as grids of numbers, side by side.

    Parameters
    ----------
    grids
        From title to array. NaN leaves a cell empty.
    colours
        A name of `COLOURS` for each grid ("input", "kernel", "output"); "input" by default.
    picked
        From title to the cells `(row, column)` that get a strong frame.
    padding
        From title to the cells that are padding, and look like it.
    columns
        Grids in a row; by default all of them.
    title
        Of the whole figure: what is to be seen.
    digits
        Decimals of every number, or from title to decimals; by default as many as it has.
    shaded
        Titles of grids in which the larger a number is, without its sign, the stronger its
        colour.
    rows
        From title to the names of its rows, which are written to their left.

    Returns
    -------
    Figure
        Its alternative text holds every number, row by row.

    Examples
    --------
    >>> figure = number_grids({"image": np.eye(2), "kernel": [[0.5]]}, title="Small")
    >>> figure.alt
    'Small. Grids of numbers. image: 1 0; 0 1. kernel: 0.5.'
    """
    arrays = {name: np.asarray(grid, float) for name, grid in grids.items()}
    decimals = dict(digits) if isinstance(digits, Mapping) else dict.fromkeys(arrays, digits)
    names = [*colours, *["input"] * len(arrays)][: len(arrays)]
    columns = columns or len(arrays)
    lines = -(-len(arrays) // columns)
    width = [max(a.shape[1] for a in list(arrays.values())[c::columns]) for c in range(columns)]
    height = [
        max(a.shape[0] for a in list(arrays.values())[r * columns : (r + 1) * columns])
        for r in range(lines)
    ]
    figure, axes = plt.subplots(
        lines,
        columns,
        figsize=(
            CELL * (sum(width) + columns),
            CELL * (sum(height) + 1.5 * lines) + 0.4 * bool(title),
        ),
        width_ratios=width,
        height_ratios=height,
        squeeze=False,
        layout="constrained",
    )
    for ax in axes.flat:
        ax.set_axis_off()
    texts = {name: _texts(array, decimals.get(name)) for name, array in arrays.items()}
    for ax, (name, array), colour in zip(axes.flat, arrays.items(), names, strict=False):
        shades = np.abs(array) / np.nanmax(np.abs(array)) if name in shaded else None
        cells = (picked or {}).get(name, ()), (padding or {}).get(name, ())
        _draw(ax, texts[name], colour, *cells, shades)
        ax.set_title(name, fontsize=10)
        for row, words in enumerate((rows or {}).get(name, ())):
            ax.text(-0.2, row + 0.5, words, ha="right", va="center", fontsize=9)
    if title:
        figure.suptitle(title, fontsize=12)
    contents = ". ".join(f"{name}: {_in_words(written)}" for name, written in texts.items())
    start = f"{title}. " if title else ""
    return describe(figure, f"{start}Grids of numbers. {contents}.")


def _texts(array: np.ndarray, digits: int | None) -> np.ndarray:
    """Every number as it is printed: an array of strings."""
    if digits is None:
        form, array = "{:g}", array + 0.0  # no -0
    else:
        form, array = f"{{:.{digits}f}}", np.round(array, digits) + 0.0
    texts = ["" if np.isnan(value) else form.format(value) for value in array.ravel()]
    return np.array(texts, object).reshape(array.shape)


def _draw(ax, texts: np.ndarray, colour: str, picked, padding, shades) -> None:
    height, width = texts.shape
    for (row, column), text in np.ndenumerate(texts):
        strong, name = (row, column) in picked, colour
        if (row, column) in padding:
            name = "padding"
        strength = 0.45 if strong or name == "padding" else 0.15
        if shades is not None:
            strength = 0.06 + 0.8 * np.nan_to_num(shades[row, column])
        face = tint(name, strength)
        ax.add_patch(Rectangle((column, row), 1, 1, facecolor=face, edgecolor="white"))
        ink = COLOURS["background" if strength > 0.6 else "text"]
        place = (column + 0.5, row + 0.5)
        ax.text(*place, text.replace("-", "−"), color=ink, ha="center", va="center", fontsize=9)
    for row, column in picked:
        edge = COLOURS[colour]
        ax.add_patch(Rectangle((column, row), 1, 1, fill=False, edgecolor=edge, linewidth=1.8))
    ax.set(xlim=(-0.05, width + 0.05), ylim=(height + 0.05, -0.05), aspect="equal")


def _in_words(texts: np.ndarray) -> str:
    return "; ".join(" ".join(text or "empty" for text in row) for row in texts)
