"""A convolution taken apart: choose any number that it computes, and see its sum.

The JavaScript and the style are those of the book's playground, and lie in `static/playground`.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np
from IPython.display import display
from matplotlib.figure import Figure

from ..runtime import somebody_is_here
from .display import bundle, describe
from .images import image_row

SCRIPTS = ("network.js", "painting.js", "maps.js", "sum.js", "tip.js", "notebook.js")
STYLES = ("playground.css", "notebook.css")
FOLDER = Path(__file__).parent / "static/playground"
MOST_SHOWN = 3  # channels in the picture that is stored


def take_apart(image: Any, kernel: Any, bias: Any = None, *, relu: bool = False) -> None:
    """Show what a convolution makes of an image, and let the reader choose any of its numbers.

    Where somebody runs the notebook (JupyterLab, Colab, VS Code) and anywidget is installed, a
    click, or the arrow keys, choose a number of the output; below appear its window, its weights,
    every product and their sum. Where the notebook is only executed or read, there is a picture
    of the largest number and of the window that it comes from.

    Parameters
    ----------
    image
        `(H, W)`, or `(C, H, W)`: an image, or the maps of a layer. An array, or a tensor of a
        network.
    kernel
        `(k, k)`, or as many filters as the output shall have maps, `(F, C, k, k)`: the `weight`
        of an `nn.Conv2d` without padding and with stride 1.
    bias
        A number for each filter, that is added to every sum; by default none.
    relu
        Whether a ReLU follows.

    Raises
    ------
    ValueError
        If the kernel is not square, or does not fit the image.

    Examples
    --------
    >>> take_apart(np.eye(8), [[1, 0], [0, 1]])  # doctest: +SKIP
    """
    image, kernel, biases = _fitting(image, kernel, bias)
    sums = _convolved(image, kernel) + biases[:, None, None]
    made_of = f"the sum of {kernel[0].size} products"
    if bias is not None:
        made_of += " and a bias"
    if relu:
        sums = np.maximum(sums, 0)
        made_of += ", after a ReLU"
    data, metadata = bundle(_picture(image, sums, kernel.shape[2], made_of))
    if somebody_is_here():
        layer = {
            **{"name": "Output", "kind": "convolution", "kernel": kernel.shape[2], "relu": relu},
            **{"inputs": kernel.shape[1], "outputs": len(kernel)},
            "weight": kernel.ravel().tolist(),
        }
        if bias is not None:
            layer["bias"] = biases.tolist()
        try:
            widget = _widget_class()(image=image.tobytes(), shape=list(image.shape), layer=layer)
        except ImportError:
            print("To choose any number, install anywidget: %pip install anywidget")
        else:
            shown, about = widget._repr_mimebundle_()
            shown.pop("text/plain", None)
            display(shown, metadata=about, raw=True)
            # Behind it lies the picture, for a web page that is made of the notebook, and for
            # whoever opens it again: then there is no widget before it is run.
    display(data, metadata=metadata, raw=True)


def _fitting(image: Any, kernel: Any, bias: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The image `(C, H, W)`, the filters `(F, C, k, k)` and a bias for each of these."""
    image, kernel = _array(image), _array(kernel)
    shapes = f"kernel {kernel.shape}, image {image.shape}"
    image = image[None] if image.ndim == 2 else image
    kernel = kernel[None, None] if kernel.ndim == 2 else kernel
    if image.ndim != 3 or kernel.ndim != 4 or kernel.shape[2] != kernel.shape[3]:
        raise ValueError(
            f"{shapes}: needed are a square kernel and an image of two axes, "
            "or filters (F, C, k, k) and an image (C, H, W)"
        )
    if image.shape[0] != kernel.shape[1] or min(image.shape[1:]) < kernel.shape[2]:
        raise ValueError(f"{shapes}: the kernel does not fit, in its channels or in its size")
    biases = np.zeros(len(kernel)) if bias is None else _array(bias).reshape(-1)
    if len(biases) != len(kernel):
        raise ValueError(f"{len(biases)} biases for {len(kernel)} filters: give each one")
    return image, kernel, biases


def _array(values: Any) -> np.ndarray:
    """Numbers in double precision, in one piece; a tensor may be one that a network learns."""
    if hasattr(values, "detach"):
        values = values.detach().cpu()
    return np.ascontiguousarray(values, dtype=np.float64)


def _convolved(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """`(F, H - k + 1, W - k + 1)`: the products of each window, added up."""
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape[2:], axis=(1, 2))
    return np.einsum("chwij,fcij->fhw", windows, kernel)


def _picture(image: np.ndarray, output: np.ndarray, size: int, made_of: str) -> Figure:
    """The picture that is stored: the largest number, and the window that it comes from."""
    filter_, row, column = (int(n) for n in np.unravel_index(output.argmax(), output.shape))
    names = ["input"] if len(image) == 1 else [f"input, channel {n + 1}" for n in range(len(image))]
    into = dict(zip(names[:MOST_SHOWN], image, strict=False))
    out = "output" if len(output) == 1 else f"output, map {filter_ + 1}"
    boxes = {name: [(row, column, size, size, "kernel")] for name in into}
    boxes[out] = [(row, column, 1, 1, "kernel")]
    place = f"row {row + 1}, column {column + 1}"
    value = f"{output.max():.3f}".replace("-", "−")
    figure = image_row(into | {out: output[filter_]}, boxes=boxes, title=f"{place}: {value}")
    left_out = len(image) - MOST_SHOWN
    more = f" {left_out} more channels are not shown." if left_out > 0 else ""
    return describe(
        figure,
        f"What a {size}x{size} convolution makes of {'an image' if len(image) == 1 else 'maps'}: "
        f"{', '.join(into)} with a frame round a window, and the {out}. There, in {place}, stands "
        f"its largest number, {value}, {made_of}.{more}",
    )


@functools.cache
def _widget_class() -> type:
    """What runs in the reader's browser; it needs anywidget, which nobody has to have."""
    import anywidget
    import traitlets

    class Apart(anywidget.AnyWidget):
        _esm = "\n".join((FOLDER / name).read_text("utf-8") for name in SCRIPTS)
        _css = "\n".join((FOLDER / name).read_text("utf-8") for name in STYLES)
        image = traitlets.Bytes().tag(sync=True)
        shape: traitlets.List = traitlets.List().tag(sync=True)
        layer = traitlets.Dict().tag(sync=True)

    return Apart
