"""Pictures side by side."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from .display import describe


def image_row(
    pictures: Mapping[str, np.ndarray],
    *,
    height: float = 2.2,
    signed: bool = False,
    title: str = "",
) -> Figure:
    """A row of pictures with their titles.

    Parameters
    ----------
    pictures
        From title to image: `(H, W)` in grey, or `(H, W, 3)` in colour.
    height
        Of the pictures, in inches.
    signed
        Show 0 in the same grey everywhere and use one scale for all grey pictures.
    title
        Of the whole row: what is to be seen.

    Returns
    -------
    Figure
        Its alternative text lists the titles; give `show` a better one where you can.
    """
    images = [np.asarray(image) for image in pictures.values()]
    widths = [max(image.shape[1] / image.shape[0], 0.8) for image in images]
    size = (height * sum(widths) + 0.3 * len(images), height + 0.5 + 0.3 * bool(title))
    figure, axes = plt.subplots(
        1, len(images), figsize=size, width_ratios=widths, squeeze=False, layout="constrained"
    )
    limit = max((np.nanmax(np.abs(image)) for image in images if image.ndim == 2), default=1)
    scale = {"vmin": -limit, "vmax": limit} if signed else {}
    for ax, name, image in zip(axes[0], pictures, images, strict=True):
        ax.imshow(image, cmap="gray", **(scale if image.ndim == 2 else {}))
        ax.set_title(name, fontsize=10)
        ax.set_axis_off()
    if title:
        figure.suptitle(title, fontsize=12)
    start = f"{title}. " if title else ""
    return describe(figure, f"{start}Pictures side by side: {', '.join(pictures)}.")
