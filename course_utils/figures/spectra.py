"""Spectrograms: how strong each frequency is at each moment, on axes with their units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from .charts import WIDTH, entitle, lettered
from .display import describe

STEPS = (1, 2, 5)  # of ticks, times a power of ten, where rows are equally far apart
OCTAVES = (125, 250, 500, 1000, 2000, 4000, 8000)  # Hz: ticks where they are not
TICKS = 6  # at most


@lettered
def spectrograms(
    pictures: Mapping[str, np.ndarray],
    *,
    hertz: Sequence[float],
    milliseconds: float,
    title: str,
    columns: int | None = None,
    unit: str = "dB",
) -> Figure:
    """Spectrograms side by side: time to the right, frequency upwards, bright where it is strong.

    Parameters
    ----------
    pictures
        From a title to the strengths `(F, T)`, the lowest frequency in row 0; all on one scale.
        NaN stays white.
    hertz
        The frequency of each row, `(F,)`, growing. Rows are drawn equally high, so an axis of mel
        bands is as uneven as the bands are.
    milliseconds
        From one column to the next.
    title
        What is to be seen.
    columns
        Spectrograms in a row; by default all of them.
    unit
        Of the strengths, written at the scale.

    Returns
    -------
    Figure
        Its alternative text says for each where it is strongest.

    Raises
    ------
    ValueError
        If a picture has not a row for each frequency, or frequencies do not grow.

    Examples
    --------
    >>> tone = np.array([[0, 0, 0], [20, 30, 20]])
    >>> figure = spectrograms({"tone": tone}, hertz=[500, 1000], milliseconds=10, title="One tone")
    >>> figure.alt.partition(". ")[2]
    'Spectrograms, 500 to 1000 Hz, 0 to 30 dB: tone 30 ms long, strongest at 1000 Hz after 10 ms.'
    """
    images, rows = {n: np.asarray(p, float) for n, p in pictures.items()}, np.asarray(hertz, float)
    if rows.ndim != 1 or np.any(np.diff(rows) <= 0):
        raise ValueError("frequencies have to grow from row to row: hertz is (F,), lowest first")
    for name, image in images.items():
        if image.ndim != 2 or len(image) != len(rows):
            raise ValueError(
                f"{name!r} is {image.shape}; expected ({len(rows)}, T): a row for each frequency"
            )
    columns = columns or len(images)
    down = -(-len(images) // columns)
    every = np.concatenate([image.ravel() for image in images.values()])
    low, high = np.nanmin(every), np.nanmax(every)
    size = (WIDTH, 1.85 * down + 0.9)
    figure, axes = plt.subplots(
        down, columns, figsize=size, squeeze=False, sharex=True, sharey=True, layout="constrained"
    )
    for ax in axes.flat[len(images) :]:
        ax.set_axis_off()
    said, longest = [], max(image.shape[1] for image in images.values())
    for ax, (name, image) in zip(axes.flat, images.items(), strict=False):
        right = (image.shape[1] - 0.5) * milliseconds
        extent = (-0.5 * milliseconds, right, -0.5, len(rows) - 0.5)
        drawn = ax.imshow(
            image, cmap="magma", vmin=low, vmax=high, origin="lower", aspect="auto", extent=extent
        )
        ax.set_xlim(-0.5 * milliseconds, (longest - 0.5) * milliseconds)
        ax.set_title(name)
        row, column = np.unravel_index(np.nanargmax(image), image.shape)
        said.append(
            f"{name} {image.shape[1] * milliseconds:.0f} ms long, strongest at {rows[row]:.0f} Hz "
            f"after {column * milliseconds:.0f} ms"
        )
    ticks = _ticks(rows)
    axes[0, 0].set_yticks(np.interp(ticks, rows, np.arange(len(rows))), [f"{t:g}" for t in ticks])
    for ax in axes[:, 0]:
        ax.set_ylabel("frequency in Hz")
    for ax in axes[-1]:
        ax.set_xlabel("time in ms")
    figure.colorbar(drawn, ax=axes, label=unit, pad=0.02)
    entitle(figure, title)
    scale = f"{rows[0]:.0f} to {rows[-1]:.0f} Hz, {low:.0f} to {high:.0f} {unit}"
    return describe(figure, f"{title}. Spectrograms, {scale}: {'; '.join(said)}.")


def _ticks(rows: np.ndarray) -> list[float]:
    """Round frequencies: equally far apart if the rows are, else an octave apart."""
    steps = np.diff(rows)
    if len(rows) > 2 and steps.max() > 1.01 * steps.min():
        return [float(f) for f in OCTAVES if rows[0] <= f <= rows[-1]]
    span = rows[-1] - rows[0] or 1.0
    power = 10.0 ** np.floor(np.log10(span / TICKS))
    step = next(s for s in (*STEPS, 10) if span / (s * power) <= TICKS) * power
    return list(np.arange(np.ceil(rows[0] / step), rows[-1] / step + 1e-9) * step)
