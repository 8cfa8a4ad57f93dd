"""Which class a classifier gives to every point of the plane."""

from __future__ import annotations

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from .display import describe
from .style import COLOURS, tint

PAINTS = ("input", "kernel", "output", "error")
MARKS = "os^D"
FINE = 200  # points along an axis


def regions(
    classify: Callable[[np.ndarray], np.ndarray],
    points: np.ndarray,
    labels: np.ndarray,
    *,
    title: str,
    lines: np.ndarray | None = None,
) -> Figure:
    """Points of up to four classes, on the regions that a classifier gives to each class.

    Parameters
    ----------
    classify
        From points `(N, 2)` to classes `(N,)`, whole numbers from 0.
    points, labels
        `(N, 2)` and `(N,)`.
    title
        What is to be seen.
    lines
        Straight lines to draw, a row each: `a x + b y + c = 0` as `(a, b, c)`.

    Returns
    -------
    Figure
        Its alternative text says how many points lie in a region of their own class.

    Examples
    --------
    >>> corners = np.array([[0, 0], [1, 1]])
    >>> regions(lambda p: (p[:, 0] > 0.5) * 1, corners, np.array([0, 1]), title="Halves").alt
    'Halves. A plane with 2 points of 2 classes; 2 of them lie in a region of their own class.'
    """
    points, labels = np.asarray(points, float), np.asarray(labels)
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.25 * (high - low).max()
    axes = [np.linspace(a - margin, b + margin, FINE) for a, b in zip(low, high, strict=True)]
    plane = np.stack(np.meshgrid(*axes), axis=-1)
    classes = np.asarray(classify(plane.reshape(-1, 2))).reshape(FINE, FINE)
    figure, ax = plt.subplots(figsize=(5, 3.4), layout="constrained")
    colours = ListedColormap([tint(paint, 0.22) for paint in PAINTS])
    extent = (axes[0][0], axes[0][-1], axes[1][0], axes[1][-1])
    ax.imshow(classes, cmap=colours, vmin=0, vmax=3, extent=extent, origin="lower", aspect="auto")
    for number in np.unique(labels):
        chosen = points[labels == number]
        x, y = chosen.T
        paint, mark, name = COLOURS[PAINTS[number]], MARKS[number], f"class {number}"
        ax.scatter(x, y, 38, color=paint, edgecolor="white", marker=mark, label=name)
    for a, b, c in () if lines is None else lines:
        at = axes[0] if abs(b) > 1e-9 else np.full(2, -c / a)
        ax.plot(at, -(a * at + c) / b if abs(b) > 1e-9 else extent[2:], "--", color=COLOURS["text"])
    ax.set(
        xlim=extent[:2], ylim=extent[2:], title=title, xlabel="first input", ylabel="second input"
    )
    ax.legend(fontsize=10, frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    right = int((np.asarray(classify(points)) == labels).sum())
    count = f"{len(points)} points of {len(np.unique(labels))} classes"
    words = f"A plane with {count}; {right} of them lie in a region of their own class."
    return describe(figure, f"{title}. {words}")
