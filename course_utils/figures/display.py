"""Show a figure with its alternative text: a picture that nobody is excluded from."""

from __future__ import annotations

import base64
import dataclasses
import io
import re

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from PIL import Image

from .animation import Animation
from .dressing import dress

DPI = 100  # pixels of a page to an inch of a figure
HEAVY = 40_000  # bytes
COLOURS_OF_PICTURES, COLOURS_OF_LINES = 256, 64  # that are stored
MARGIN = 0.1  # inches of white round what is drawn: on dark pages, too, it is on white paper


def describe(figure: Figure, alt: str) -> Figure:
    """The figure, with the words that stand for it.

    Parameters
    ----------
    figure
        A figure of matplotlib; it is changed.
    alt
        What is to be seen, in a sentence: `show` takes it from the figure's attribute `alt`. A
        full stop behind a question, as where the title is one, is left out.
    """
    figure.alt = re.sub(r"(?<=[?!])\.(?=\s|$)", "", alt)  # type: ignore[attr-defined]  # matplotlib has no place for such words
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
    Pictures are stored with twice as many pixels as they are shown with, which sharp screens use,
    and the output's metadata say how wide they are shown. Their colours are 256 at most, chosen for
    each of them: nobody can see the difference, and a notebook weighs less than half.
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
    words = repr(figure)
    png, width = _png(figure)
    plt.close(figure)
    data = {"image/png": base64.b64encode(png).decode(), "text/plain": words}
    return data, {"image/png": {"alt": alt, "width": width}}


def _png(figure: Figure) -> tuple[bytes, int]:
    """The figure on white paper, as a small file; and how many pixels wide it is to be shown.

    It is stored with twice as many, for sharp screens, unless it is a photograph that would weigh
    too much: that is no sharper for it.
    """
    dress(figure)
    box = _paper(figure)
    png = _stored(figure, 2 * DPI, box)
    if len(png) > HEAVY:
        png = _stored(figure, DPI, box)
    return png, round(DPI * box.width)


def _paper(figure: Figure) -> Bbox:
    """What is stored, in inches: as wide as the figure at least, as high as what is on it."""
    figure.draw_without_rendering()
    drawn = figure.get_tightbbox().padded(MARGIN)
    left, right = min(0, drawn.x0), max(figure.get_figwidth(), drawn.x1)
    if figure.get_layout_engine() is None:  # its axes may stand anywhere on the paper
        left, right = drawn.x0, drawn.x1
    return Bbox.from_extents(left, drawn.y0, right, drawn.y1)


def _stored(figure: Figure, dpi: int, box: Bbox) -> bytes:
    file = io.BytesIO()
    quick = {"compress_level": 0}  # it is only read again
    figure.savefig(
        file, format="png", dpi=dpi, bbox_inches=box, facecolor="white", pil_kwargs=quick
    )
    full = Image.open(file).convert("RGB")
    has_pictures = any(ax.images for ax in figure.axes)
    colours = COLOURS_OF_PICTURES if has_pictures else COLOURS_OF_LINES
    light = full.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette = np.array(light.getpalette()).reshape(-1, 3)
    palette[np.asarray(light)[0, 0]] = np.asarray(full)[0, 0]  # white stays white
    light.putpalette(palette.ravel().tolist())
    file = io.BytesIO()
    light.save(file, "PNG", optimize=True)
    return file.getvalue()
