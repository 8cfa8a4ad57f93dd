"""A kernel slides over an image: every position, every product, as an animation."""

from __future__ import annotations

import base64
import html
import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .style import COLOURS, tint

CELL = 40  # pixels
MARGIN = 24
GAP = 56
SECONDS = 0.9  # a frame
COLOURS_IN_GIF = 64


@dataclass(frozen=True, repr=False)
class Animation:
    """Frames, and the words that stand for them; a notebook shows it as a GIF."""

    frames: tuple[Image.Image, ...]
    alt: str

    def gif(self) -> bytes:
        """The animation as a file, the same bytes every time."""
        first = self.frames[-1].quantize(COLOURS_IN_GIF)  # the last frame has every colour
        still = [frame.quantize(palette=first, dither=Image.Dither.NONE) for frame in self.frames]
        file = io.BytesIO()
        durations = [int(1000 * SECONDS)] * len(still)
        durations[-1] *= 3  # time to look at the result
        still[0].save(
            file, "GIF", save_all=True, append_images=still[1:], duration=durations, loop=0
        )
        return file.getvalue()

    def __repr__(self) -> str:
        return self.alt

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.gif()).decode()
        alt = html.escape(self.alt, quote=True)
        return f'<img src="data:image/gif;base64,{data}" alt="{alt}">'


def slide(
    image: np.ndarray,
    kernel: np.ndarray,
    *,
    stride: int = 1,
    padding: int | tuple[int, int] = 0,
    dilation: int = 1,
) -> Animation:
    """A kernel slides over an image, and every sum of products fills one cell of the output.

    Parameters
    ----------
    image, kernel
        `(H, W)` and `(h, w)`, small: a frame is drawn for each position.
    stride, dilation
        Steps of the kernel, and of its weights.
    padding
        Zeros on every side; or two numbers, (top and left, bottom and right).

    Raises
    ------
    ValueError
        If the kernel does not fit.
    """
    before, after = (padding, padding) if isinstance(padding, int) else padding
    padded = np.pad(np.asarray(image), ((before, after), (before, after)))
    kernel = np.asarray(kernel)
    reach = [dilation * (size - 1) + 1 for size in kernel.shape]
    shape = [(size - r) // stride + 1 for size, r in zip(padded.shape, reach, strict=True)]
    if min(shape) < 1:
        raise ValueError(
            f"a kernel that reaches over {reach[0]}x{reach[1]} pixels does not fit "
            f"{padded.shape[0]}x{padded.shape[1]}: add padding, or take a larger image"
        )
    real = np.pad(np.ones(np.shape(image), bool), ((before, after), (before, after)))
    output = np.full(shape, np.nan)
    frames = []
    for i, j in np.ndindex(*shape):
        cells = {
            (i * stride + a * dilation, j * stride + b * dilation): kernel[a, b]
            for a, b in np.ndindex(*kernel.shape)
        }
        output[i, j] = sum(padded[cell] * weight for cell, weight in cells.items())
        frames.append(_frame(padded, real, cells, output, (i, j)))
    return Animation(tuple(frames), _words(image, kernel, stride, padding, dilation, output))


def _words(image, kernel, stride, padding, dilation, output) -> str:
    settings = {"stride": stride, "padding": padding, "dilation": dilation}
    usual = {"stride": 1, "padding": 0, "dilation": 1}
    unusual = [f"{name} {value}" for name, value in settings.items() if value != usual[name]]
    rows = "; ".join(" ".join(f"{value:g}" for value in row) for row in output)
    return (
        f"Animation: a {'x'.join(map(str, np.shape(kernel)))} kernel slides over a "
        f"{'x'.join(map(str, np.shape(image)))} image"
        + "".join(f", {words}" for words in unusual)
        + f". The output has {'x'.join(map(str, output.shape))} values: {rows}."
    )


def _frame(padded, real, cells, output, at) -> Image.Image:
    """One position: the image with the kernel on it, the sum, the output so far."""
    height, width = padded.shape
    left = MARGIN + CELL * width + GAP
    size = (
        left + CELL * output.shape[1] + MARGIN,
        MARGIN + CELL * max(height, output.shape[0]) + 2 * MARGIN,
    )
    picture = Image.new("RGB", size, COLOURS["background"])
    draw = ImageDraw.Draw(picture)
    for cell in np.ndindex(height, width):
        colour = tint("input", 0.2) if real[cell] else tint("padding", 0.35)
        _cell(draw, MARGIN, cell, f"{padded[cell]:g}", colour)
    for cell, weight in cells.items():
        _cell(draw, MARGIN, cell, f"{padded[cell]:g}", tint("kernel", 0.3), frame="kernel")
        x, y = MARGIN + CELL * cell[1], MARGIN + CELL * cell[0]
        small = ImageFont.load_default(11)
        draw.text(
            (x + CELL - 4, y + CELL - 3), f"x{weight:g}", COLOURS["kernel"], small, anchor="rs"
        )
    for cell in np.ndindex(*output.shape):
        known = not np.isnan(output[cell])
        colour = tint("output", 0.25) if known else COLOURS["background"]
        text = f"{output[cell]:g}" if known else ""
        _cell(draw, left, cell, text, colour, frame="output" if cell == at else None)
    terms = [
        f"{padded[cell]:g}·{weight:g}" if weight >= 0 else f"{padded[cell]:g}·({weight:g})"
        for cell, weight in cells.items()
        if weight
    ]
    text = " + ".join(terms) + f" = {output[at]:g}"
    font = ImageFont.load_default(15 if len(text) < 50 else 12)
    if draw.textlength(text, font) > size[0] - MARGIN:
        text = f"the sum of {len(terms)} products is {output[at]:g}"
    draw.text((MARGIN, size[1] - MARGIN), text, COLOURS["text"], font, anchor="ls")
    return picture


def _cell(draw, left, cell, text, fill, frame: str | None = None) -> None:
    x, y = left + CELL * cell[1], MARGIN + CELL * cell[0]
    box = (x, y, x + CELL, y + CELL)
    outline, width = (COLOURS[frame], 3) if frame else (COLOURS["padding"], 1)
    draw.rectangle(box, fill=fill, outline=outline, width=width)
    font = ImageFont.load_default(16)
    draw.text((x + CELL / 2, y + CELL / 2), text, COLOURS["text"], font, anchor="mm")
