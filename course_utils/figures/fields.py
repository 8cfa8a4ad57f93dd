"""What part of the input a value deep in a network sees."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from .display import describe
from .style import COLOURS, tint


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
        The input at the bottom, with a hollow dot for each value that is passed over; every
        line is one weight; its alternative text says how many input values are seen.

    Examples
    --------
    >>> receptive_field([3, 3]).alt
    'Stack of 1-D convolutions with kernels 3, 3: one value of layer 2 sees 5 input values.'
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
    count, span = len(seen[-1]), max(seen[-1]) + 1

    figure, ax = plt.subplots(
        figsize=(min(9, 0.4 * span + 2.4), 0.75 * layers + 1.1), layout="constrained"
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
                ends = (layers - level, layers - level - 1)
                ax.plot(x, ends, color=COLOURS["kernel"], linewidth=1, zorder=1)
    skipped = sorted(set(range(span)) - seen[-1])
    ax.scatter(skipped, [0] * len(skipped), s=70, color="white", edgecolor=COLOURS["input"])
    for level, across in enumerate(places):
        colour = COLOURS["input"] if level == layers else tint("output", 0.5 if level else 1)
        y = [layers - level] * len(across)
        ax.scatter(list(across.values()), y, s=70, color=colour, zorder=2)
    ax.set_yticks(range(layers + 1), ["input", *(f"layer {i + 1}" for i in range(layers))])
    ax.tick_params(length=0)
    ax.set_xticks([])
    ax.spines[:].set_visible(False)
    words = f"one value of layer {layers} sees {count} input values"
    words += f", spread over {span}" if skipped else ""
    ax.set_title(words.capitalize(), fontsize=11)
    sizes = ", ".join(map(str, kernels))
    settings = "".join(
        f", {name} {', '.join(map(str, values))}"
        for name, values in {"strides": strides, "dilations": dilations}.items()
        if set(values) != {1}
    )
    return describe(figure, f"Stack of 1-D convolutions with kernels {sizes}{settings}: {words}.")
