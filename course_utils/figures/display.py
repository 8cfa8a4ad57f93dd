"""Show a figure with its alternative text: a picture that nobody is excluded from."""

from __future__ import annotations

import base64
import dataclasses
import io

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from matplotlib.figure import Figure
from PIL import Image

from .animation import Animation

DPI = 100


def describe(figure: Figure, alt: str) -> Figure:
    """The figure, with the words that stand for it.

    Parameters
    ----------
    figure
        A figure of matplotlib; it is changed.
    alt
        What is to be seen, in a sentence: `show` takes it from the figure's attribute `alt`.
    """
    figure.alt = alt  # type: ignore[attr-defined]  # matplotlib has no place for such words
    return figure


def show(figure: Figure | Animation | None = None, alt: str | None = None) -> None:
    """Display a figure or an animation in the notebook with its alternative text.

    Parameters
    ----------
    figure
        A figure of matplotlib, which is closed afterwards, or an animation; by default
        matplotlib's current figure.
    alt
        What is to be seen, in a sentence. Figures made by this package bring their own.

    Raises
    ------
    ValueError
        If nobody has said what is to be seen.

    Notes
    -----
    Pictures are stored with 256 colours, chosen for each of them: a notebook then weighs less
    than half, and nobody can see the difference.
    """
    figure = plt.gcf() if figure is None else figure
    data, metadata = bundle(figure, alt)
    display(data, metadata=metadata, raw=True)


def bundle(figure: Figure | Animation, alt: str | None = None) -> tuple[dict, dict]:
    """What a notebook stores of a figure, which is closed, or of an animation: data, metadata.

    Parameters
    ----------
    figure, alt
        As in `show`.

    Raises
    ------
    ValueError
        If nobody has said what is to be seen.
    """
    alt = alt or getattr(figure, "alt", None)
    if not alt:
        raise ValueError(
            "this figure has no alternative text: say what is to be seen, "
            'like show(figure, alt="The loss falls from 2.3 to 0.4 in ten epochs.")'
        )
    if isinstance(figure, Animation):
        return dataclasses.replace(figure, alt=alt)._repr_mimebundle_()
    data = {"image/png": base64.b64encode(_png(figure)).decode(), "text/plain": repr(figure)}
    plt.close(figure)
    return data, {"image/png": {"alt": alt}}


def _png(figure: Figure) -> bytes:
    """The figure on white paper, as a small file."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=DPI, bbox_inches="tight", facecolor="white")
    full = Image.open(file).convert("RGB")
    light = full.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette = np.array(light.getpalette()).reshape(-1, 3)
    palette[np.asarray(light)[0, 0]] = np.asarray(full)[0, 0]  # white stays white
    light.putpalette(palette.ravel().tolist())
    file = io.BytesIO()
    light.save(file, "PNG", optimize=True)
    return file.getvalue()
