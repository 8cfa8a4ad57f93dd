"""Pictures side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from .display import describe
from .style import COLOURS


def image_row(
    pictures: Mapping[str, np.ndarray],
    *,
    height: float = 2.2,
    columns: int | None = None,
    signed: bool = False,
    boxes: Mapping[str, Sequence[tuple[float, float, float, float, str]]] | None = None,
    title: str = "",
) -> Figure:
    """A row of pictures with their titles, or several rows.

    Parameters
    ----------
    pictures
        From title to image: `(H, W)` in grey, or `(H, W, 3)` in colour. Blanks round a title
        are not shown: they tell pictures of the same title apart.
    height
        Of the pictures, in inches.
    columns
        Pictures in a row; by default all of them.
    signed
        Show 0 in the same grey everywhere and use one scale for all grey pictures.
    boxes
        From title to frames on that picture: (top, left, height, width) in pixels, and the name
        of a colour.
    title
        Of the whole row: what is to be seen.

    Returns
    -------
    Figure
        Its alternative text lists the titles; give `show` a better one where you can.
    """
    images = [np.asarray(image) for image in pictures.values()]
    columns = columns or len(images)
    rows = -(-len(images) // columns)
    shares = [max(image.shape[1] / image.shape[0], 0.8) for image in images]
    widths = [max(shares[column::columns]) for column in range(columns)]
    named = 0.3 if any(name.strip() for name in pictures) else 0.05
    size = (
        height * sum(widths) + 0.3 * columns,
        (height + named) * rows + 0.2 + 0.3 * bool(title),
    )
    figure, axes = plt.subplots(
        rows, columns, figsize=size, width_ratios=widths, squeeze=False, layout="constrained"
    )
    for ax in axes.flat:
        ax.set_axis_off()
    limit = max((np.nanmax(np.abs(image)) for image in images if image.ndim == 2), default=1)
    scale = {"vmin": -limit, "vmax": limit} if signed else {}
    for ax, name, image in zip(axes.flat, pictures, images, strict=False):
        ax.imshow(image, cmap="gray", **(scale if image.ndim == 2 else {}))
        ax.set_title(name.strip(), fontsize=11)
        for top, left, tall, wide, colour in (boxes or {}).get(name, ()):
            corner, edge = (left - 0.5, top - 0.5), COLOURS[colour]
            ax.add_patch(Rectangle(corner, wide, tall, fill=False, linewidth=2.2, edgecolor=edge))
    if title:
        figure.suptitle(title, fontsize=12)
    start = f"{title}. " if title else ""
    return describe(figure, f"{start}Pictures side by side: {', '.join(pictures)}.")
