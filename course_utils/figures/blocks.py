"""The stages of a network as blocks: more pixels make them higher, more channels thicker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from .display import describe
from .style import COLOURS, tint

CROWDED = 8  # more stages have narrower labels
SLANT = 0.35  # how far a block leans back, as a share of its height


def stages(
    shapes: Mapping[str, Sequence[int]], *, title: str = "", notes: Mapping[str, str] | None = None
) -> Figure:
    """What flows through a network, a block for each stage.

    Parameters
    ----------
    shapes
        From a stage's name to its shape, `(C, H, W)` or `(features,)`, the input first. Blanks
        round a name are not shown: they tell stages of the same name apart.
    title
        What is to be seen.
    notes
        From a stage's name to a line below its shape.

    Returns
    -------
    Figure
        Heights and thicknesses grow with the square root of pixels and channels. The
        alternative text holds every shape.

    Examples
    --------
    >>> stages({"image": (3, 32, 32), "scores": (10,)}, title="Two stages").alt
    'Two stages. Blocks for the stages of a network: image 3x32x32, scores 10.'
    """
    figure, ax = plt.subplots(figsize=(min(10, 1.15 * len(shapes) + 1), 3), layout="constrained")
    left, ticks, labels = 0.0, [], []
    for number, (name, shape) in enumerate(shapes.items()):
        channels, height, width = shape if len(shape) == 3 else (shape[0], 1, 1)
        tall, deep = height**0.5, SLANT * width**0.5
        thick = 0.25 * channels**0.5
        colour = "input" if number == 0 else "output"
        _block(ax, left, thick, tall, deep, colour)
        ticks.append(left + (thick + deep) / 2)
        size = "×".join(map(str, shape))
        if len(shapes) > CROWDED:
            size = size.replace("×", "×\n", 1)
        lines = [name.strip(), size, (notes or {}).get(name, "")]
        labels.append("\n".join(line for line in lines if line))
        left += max(thick + deep, 2.6) + 1.2
    ax.autoscale_view()
    ax.set_xticks(ticks, labels, fontsize=9)
    ax.tick_params(length=0)
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    ax.set(aspect="equal", xlim=(-1.5, left), title=title)
    words = ", ".join(
        f"{name.strip()} {'x'.join(map(str, shape))}" for name, shape in shapes.items()
    )
    start = f"{title}. " if title else ""
    return describe(figure, f"{start}Blocks for the stages of a network: {words}.")


def _block(ax, left: float, thick: float, tall: float, deep: float, colour: str) -> None:
    """A box seen from its upper right; its middle is at height 0."""
    low, high, lean = -tall / 2, tall / 2, deep * 0.8
    faces = {
        0.25: [(left, low), (left + thick, low), (left + thick, high), (left, high)],
        0.12: [
            (left, high),
            (left + thick, high),
            (left + thick + deep, high + lean),
            (left + deep, high + lean),
        ],
        0.4: [
            (left + thick, low),
            (left + thick + deep, low + lean),
            (left + thick + deep, high + lean),
            (left + thick, high),
        ],
    }
    for strength, corners in faces.items():
        face = tint(colour, strength)
        ax.add_patch(Polygon(corners, facecolor=face, edgecolor=COLOURS[colour], linewidth=0.8))
