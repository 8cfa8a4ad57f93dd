"""Show a figure with its alternative text: a picture that nobody is excluded from."""

from __future__ import annotations

import matplotlib.pyplot as plt
from IPython.display import display
from matplotlib.figure import Figure


def describe(figure: Figure, alt: str) -> Figure:
    """Give a figure the words that stand for it; returns the figure."""
    figure.alt = alt
    return figure


def show(figure: Figure | None = None, alt: str | None = None) -> None:
    """Display a figure in the notebook with its alternative text, and close it.

    Parameters
    ----------
    figure
        The figure; by default matplotlib's current one.
    alt
        What is to be seen, in a sentence. Figures made by this package bring their own.

    Raises
    ------
    ValueError
        If nobody has said what is to be seen.
    """
    figure = plt.gcf() if figure is None else figure
    alt = alt or getattr(figure, "alt", None)
    if not alt:
        raise ValueError(
            "this figure has no alternative text: say what is to be seen, "
            'like show(figure, alt="The loss falls from 2.3 to 0.4 in ten epochs.")'
        )
    display(figure, metadata={"image/png": {"alt": alt}})
    plt.close(figure)
