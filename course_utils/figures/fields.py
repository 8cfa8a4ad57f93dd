"""What part of the input a value deep in a network sees."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from .display import describe
from .style import COLOURS


def receptive_field(
    kernels: Sequence[int], strides: Sequence[int] = (), dilations: Sequence[int] = ()
) -> Figure:
    """The receptive field of one output value in a stack of 1-D convolutions.

    Parameters
    ----------
    kernels
        Kernel size of each layer, the first layer first.
    strides, dilations
        As many, or fewer: what is missing is 1.

    Returns
    -------
    Figure
        The input at the bottom; every line is one weight; its alternative text says how many
        input values are seen.
    """
    layers = len(kernels)
    strides = [*strides, *[1] * layers][:layers]
    dilations = [*dilations, *[1] * layers][:layers]
    seen = [{0}]  # positions by level, from the output down to the input
    links = []
    for kernel, stride, dilation in zip(kernels[::-1], strides[::-1], dilations[::-1], strict=True):
        taps = {at: [at * stride + k * dilation for k in range(kernel)] for at in seen[-1]}
        links.append(taps)
        seen.append({position for positions in taps.values() for position in positions})
    size = max(seen[-1]) + 1

    figure, ax = plt.subplots(
        figsize=(min(8, 0.4 * size + 2), 0.8 * layers + 1), layout="constrained"
    )
    places = [{position: float(position) for position in seen[-1]}]  # from the input up
    for taps in reversed(links):
        below = places[0]  # a value stands above the middle of what it sees
        middles = {at: sum(below[p] for p in ps) / len(ps) for at, ps in taps.items()}
        places.insert(0, middles)
    for level, taps in enumerate(links):
        for at, positions in taps.items():
            for position in positions:
                x = places[level][at], places[level + 1][position]
                ax.plot(
                    x, (layers - level, layers - level - 1), color="0.6", linewidth=0.8, zorder=1
                )
    for level, positions in enumerate(places):
        name = "output" if level == 0 else "input" if level == layers else "kernel"
        y = [layers - level] * len(positions)
        ax.scatter(list(positions.values()), y, s=70, color=COLOURS[name], zorder=2)
    ax.set_yticks(range(layers + 1), ["input", *(f"layer {i + 1}" for i in range(layers))])
    ax.set_xticks([])
    ax.spines[:].set_visible(False)
    ax.set_title(f"one value of layer {layers} sees {size} input values", fontsize=10)
    sizes = ", ".join(map(str, kernels))
    return describe(
        figure, f"Stack of 1-D convolutions with kernels {sizes}: one output sees {size} inputs."
    )
