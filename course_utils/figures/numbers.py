"""Small arrays as grids of numbers, with cells picked out."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from .display import describe
from .style import COLOURS, colour_of, ink_on, tint

CELL = 0.42  # inches
LETTER = 0.075  # inches, the width of one of a row's name
SHADES = ("grey", "signed", "size")


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
    shade: str | Mapping[str, str] | None = None,
    rows: Mapping[str, Collection[str]] | None = None,
    column_names: Mapping[str, Collection[str]] | None = None,
) -> Figure:
    """Arrays `(H, W)` as grids of numbers, side by side.

    Parameters
    ----------
    grids
        From title to array. NaN leaves a cell empty.
    colours
        A name of `COLOURS` for each grid ("input", "kernel", "output"). By default "gradient"
        for whatever is called so, and "input" for all others.
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
        Titles of grids that are shaded by "size".
    shade
        How the cells of every grid are filled, or from title to how: "grey" as pixels are, 0
        black and the largest number white, or 255 if the pixels are bytes; "signed", stronger
        for larger numbers, and those below 0 orange (in a kernel, which is orange, indigo);
        "size" without regard to signs.
    rows
        From title to the names of its rows, which are written to their left.
    column_names
        From title to the names of its columns, which are written slanted below them.

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
    usual = [colour_of(name, "input") for name in arrays]
    names = [*colours, *usual[len(colours) :]][: len(arrays)]
    ways = _ways(arrays, shade, shaded)
    grey = [name for name, way in ways.items() if way == "grey"]
    limits = _grey_limits([grids[n] for n in grey], [arrays[n] for n in grey])
    columns = columns or len(arrays)
    lines = -(-len(arrays) // columns)
    width = [max(a.shape[1] for a in list(arrays.values())[c::columns]) for c in range(columns)]
    height = [
        max(a.shape[0] for a in list(arrays.values())[r * columns : (r + 1) * columns])
        for r in range(lines)
    ]
    beside, below = (_longest(words) for words in (rows, column_names))
    figure, axes = plt.subplots(
        lines,
        columns,
        figsize=(
            CELL * (sum(width) + columns) + beside,
            CELL * (sum(height) + 1.5 * lines) + 0.4 * bool(title) + 0.7 * below,
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
        strong, added = (picked or {}).get(name, ()), (padding or {}).get(name, ())
        faces = _faces(array, colour, ways[name], limits, strong, added)
        edge = COLOURS["padding"] if ways[name] == "grey" else "white"
        _draw(ax, texts[name], faces, colour, strong, edge)
        ax.set_title(name, fontsize=11)
        for row, words in enumerate((rows or {}).get(name, ())):
            ax.text(-0.2, row + 0.5, words, ha="right", va="center", fontsize=10)
        slanted = {"ha": "right", "va": "top", "rotation": 40, "rotation_mode": "anchor"}
        for column, words in enumerate((column_names or {}).get(name, ())):
            ax.text(column + 0.6, array.shape[0] + 0.15, words, fontsize=10, **slanted)
    if title:
        figure.suptitle(title, fontsize=12)
    named = [(name.replace("\n", " "), _in_words(written)) for name, written in texts.items()]
    contents = ". ".join(f"{name}: {words}" for name, words in named)
    start = f"{title}. " if title else ""
    return describe(figure, f"{start}Grids of numbers. {contents}.")


def _longest(names: Mapping[str, Collection[str]] | None) -> float:
    """The room that the longest of these names takes, in inches."""
    return (
        max((len(word) for words in (names or {}).values() for word in words), default=0) * LETTER
    )


def _texts(array: np.ndarray, digits: int | None) -> np.ndarray:
    """Every number as it is printed: an array of strings."""
    if digits is None:
        form, array = "{:g}", array + 0.0  # no -0
    else:
        form, array = f"{{:.{digits}f}}", np.round(array, digits) + 0.0
    texts = ["" if np.isnan(value) else form.format(value) for value in array.ravel()]
    return np.array(texts, object).reshape(array.shape)


def _draw(ax, texts: np.ndarray, faces, colour: str, picked, edge: str) -> None:
    height, width = texts.shape
    size = 10.5 if max(map(len, texts.ravel()), default=0) <= 4 else 9
    for (row, column), text in np.ndenumerate(texts):
        face = faces[row, column]
        ax.add_patch(Rectangle((column, row), 1, 1, facecolor=face, edgecolor=edge))
        place, ink = (column + 0.5, row + 0.5), ink_on(face)
        ax.text(*place, text.replace("-", "−"), color=ink, ha="center", va="center", fontsize=size)
    for row, column in picked:
        frame = COLOURS[colour]
        ax.add_patch(Rectangle((column, row), 1, 1, fill=False, edgecolor=frame, linewidth=1.8))
    ax.set(xlim=(-0.05, width + 0.05), ylim=(height + 0.05, -0.05), aspect="equal")


def _faces(array: np.ndarray, colour: str, way: str | None, limits, picked, padding) -> np.ndarray:
    """The colour of each cell, "#RRGGBB"."""
    faces = np.empty(array.shape, object)
    for cell, value in np.ndenumerate(array):
        name = "padding" if cell in padding else colour
        if way is None or np.isnan(value):
            faces[cell] = tint(name, 0.45 if cell in picked or name == "padding" else 0.15)
        elif way == "grey":
            black, white = limits
            level = round(255 * (value - black) / ((white - black) or 1))
            faces[cell] = f"#{level:02X}{level:02X}{level:02X}"
        else:
            if way == "signed" and value < 0:
                name = "input" if colour == "kernel" else "kernel"
            faces[cell] = tint(name, 0.06 + 0.8 * abs(value) / (np.nanmax(np.abs(array)) or 1))
    return faces


def _grey_limits(grids: Collection, arrays: Collection[np.ndarray]) -> tuple[float, float]:
    """What is black and what is white, in all grids alike: bytes have their own white."""
    least = min((np.nanmin(array) for array in arrays), default=0)
    largest = max((np.nanmax(array) for array in arrays), default=1)
    bytes_ = any(getattr(grid, "dtype", None) == np.uint8 for grid in grids)
    return min(0, least), max(255, largest) if bytes_ else largest


def _ways(names: Collection[str], shade, shaded: Collection[str]) -> dict[str, str | None]:
    """How each grid is shaded, if at all."""
    ways = dict.fromkeys(shaded, "size")
    ways |= (
        dict(shade) if isinstance(shade, Mapping) else dict.fromkeys(names if shade else (), shade)
    )
    for name, way in ways.items():
        if name not in names or way not in SHADES:
            raise ValueError(
                f"shade={way!r} of {name!r}: name one of the grids ({', '.join(names)}) and one of "
                f"{', '.join(SHADES)}"
            )
    return {name: ways.get(name) for name in names}


def _in_words(texts: np.ndarray) -> str:
    return "; ".join(" ".join(text or "empty" for text in row) for row in texts)
