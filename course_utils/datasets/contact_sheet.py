"""A contact sheet: what the images of each class look like."""

from __future__ import annotations

import textwrap

import numpy as np

from .dataset import KINDS

SIDE, LABELS, TITLE = 0.62, 1.5, 0.35  # inches: of an image, left of it, above


def contact_sheet(dataset, columns: int, rows: int | None):
    """The first images of each class as a figure, a row per class.

    Parameters
    ----------
    dataset
        A `Dataset`. Of volumes the middle slice is shown; where images have several labels or
        none, there are five rows, which follow the order of the data.
    columns
        Images in a row.
    rows
        How many classes are shown, from the first on; None: at most 20.
    """
    import matplotlib.pyplot as plt

    from ..figures import describe

    labels = dataset.labels
    if labels is not None and labels.ndim == 1:
        chosen = [
            np.flatnonzero(labels == label)[:columns] for label in range(len(dataset.class_names))
        ]
        names = list(dataset.class_names)
    else:
        chosen = np.array_split(np.arange(min(len(dataset), 5 * columns)), 5)
        names = [""] * len(chosen)
    chosen, names = chosen[: rows or 20], names[: rows or 20]
    width, height = SIDE * columns + LABELS, SIDE * len(chosen) + TITLE
    figure, axes = plt.subplots(len(chosen), columns, figsize=(width, height), squeeze=False)
    figure.subplots_adjust(LABELS / width, 0.02, 1, 1 - TITLE / height, 0.06, 0.06)
    for line, name, axis_row in zip(chosen, names, axes, strict=True):
        for axis in axis_row:
            axis.set_axis_off()
        for axis, row in zip(axis_row, line, strict=False):
            image = dataset.subset([row]).images[0]
            if dataset.card.axes == "DHW":
                image = image[len(image) // 2]
            axis.imshow(image, cmap="gray", vmin=0, vmax=255)
        label = "\n".join(textwrap.wrap(name, 20)[:2])
        axis_row[0].text(
            -0.15, 0.5, label, transform=axis_row[0].transAxes, ha="right", va="center", fontsize=8
        )
    what = KINDS[dataset.source]
    figure.suptitle(f"{dataset.card.key}, {dataset.split} ({what})", fontsize=11, y=0.99)
    kinds = f"one row each for {', '.join(filter(None, names))}" if any(names) else "in rows"
    return describe(figure, f"Images of {dataset.card.key}, {dataset.split}, {what}: {kinds}.")
