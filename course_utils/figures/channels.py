"""Filters slide over an image of several channels: what each channel gives, and the sum of all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from .animation import Animation
from .board import Board, Cast, factor, number, signed, size
from .style import tint

CELL = 28  # pixels: there are many


@dataclass(frozen=True)
class Volume:
    """What is to be drawn.

    Attributes
    ----------
    padded : `(C, H, W)`, with its padding
    real : bool, `(H, W)`: False where the padding is
    filters : `(F, C, h, w)`
    biases : `(F,)`
    parts : `(F, C, H', W')`, what each channel gives to each value of the output
    stride, dilation : steps of the filters, and of their weights
    cast : what plays the parts of input, kernel and output
    """

    padded: np.ndarray
    real: np.ndarray
    filters: np.ndarray
    biases: np.ndarray
    parts: np.ndarray
    stride: int
    dilation: int
    cast: Cast

    @property
    def output(self) -> np.ndarray:
        """`(F, H', W')`: the sum over channels, and the bias."""
        return self.parts.sum(axis=1) + self.biases[:, None, None]

    def window(self, at: tuple[int, int]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
        """For each weight of a kernel its cell, and the pixel it lies on for the output's `at`."""
        return [
            (
                cell,
                tuple(i * self.stride + a * self.dilation for i, a in zip(at, cell, strict=True)),
            )
            for cell in np.ndindex(*self.filters.shape[2:])
        ]

    def sums(self, which: int, at: tuple[int, int]) -> list[list[str]]:
        """A sum for each channel, and the sum of these, in pieces that stay together.

        Parameters
        ----------
        which
            The filter.
        at
            The output's cell, `(row, column)`.
        """
        lines = []
        for c, (kernel, image) in enumerate(zip(self.filters[which], self.padded, strict=True)):
            pairs = [(kernel[cell], image[pixel]) for cell, pixel in self.window(at)]
            terms = [_term(weight, value) for weight, value in pairs if weight] or ["+ 0"]
            terms[0] = terms[0].removeprefix("+ ").replace("− ", "−")
            sum_here = f"= {number(self.parts[which, c][at])}"
            lines.append([f"channel {c}:", *terms, sum_here])
        first, *others = self.parts[(which, slice(None), *at)]
        place = ", ".join(map(str, (which, *at)))
        total = [f"{self.cast.names['output']}[{place}] =", number(first)]
        total += [signed(value).replace("+", "+ ").replace("−", "− ") for value in others]
        if self.biases.any():
            total.append(
                f"{'−' if self.biases[which] < 0 else '+'} bias {number(abs(self.biases[which]))}"
            )
        return [*lines, [*total, f"= {number(self.output[(which, *at)])}"]]


def _term(weight: float, value: float) -> str:
    return f"{'−' if weight < 0 else '+'} {number(abs(weight))}·{factor(value)}"


def animation(
    padded: np.ndarray,
    real: np.ndarray,
    filters: np.ndarray,
    steps: tuple[int, int],
    biases: np.ndarray,
    cast: Cast,
    settings: str,
) -> Animation:
    """Filters slide over a padded image, one after another; `figures.slide` calls it.

    Parameters
    ----------
    padded, real, filters, biases, cast
        As in `Volume`.
    steps
        Stride and dilation.
    settings
        These in words, as far as they are unusual.
    """
    parts = np.array(
        [
            [correlate(x, k, *steps) for x, k in zip(padded, kernels, strict=True)]
            for kernels in filters
        ]
    )
    volume = Volume(padded, real, filters, biases, parts, *steps, cast)
    output = volume.output
    maps = [
        f"channel {f}: " + "; ".join(" ".join(f"{v:g}" for v in row) for row in values)
        for f, values in enumerate(output)
    ]
    inner = (len(padded), *(int(real.any(axis=1 - axis).sum()) for axis in (0, 1)))
    sizes = [size(shape) for shape in (filters.shape[1:], inner, output.shape)]
    names = cast.names
    under = "image" if names["input"] == "input" else names["input"]
    what = "filters" if names["kernel"] == "kernel" else names["kernel"]
    added = f", biases {', '.join(f'{b:g}' for b in biases)}" if biases.any() else ""
    alt = (
        f"Animation: {len(filters)} {what} of {sizes[0]} slide over a {sizes[1]} {under}{settings}"
        f"{added}. The {names['output']} has {sizes[2]} values: {'. '.join(maps)}."
    )
    sizes = [text.replace("x", "×") for text in sizes]
    heading = f"{len(filters)} {what} of {sizes[0]} on {sizes[1]}{settings}: {sizes[2]} values"
    return Animation(tuple(_draw(volume, heading)), alt)


def correlate(image: np.ndarray, kernel: np.ndarray, stride: int, dilation: int) -> np.ndarray:
    """Every sum of products of a `kernel` and an `image` of one channel: `(H', W')`.

    Parameters
    ----------
    image, kernel
        `(H, W)` and `(h, w)`.
    stride, dilation
        Steps of the kernel, and of its weights.
    """
    reach = [dilation * (n - 1) + 1 for n in kernel.shape]
    windows = np.lib.stride_tricks.sliding_window_view(image, reach)[::stride, ::stride]
    return np.einsum("ijab,ab->ij", windows[:, :, ::dilation, ::dilation], kernel)


def _draw(volume: Volume, heading: str) -> list[Image.Image]:
    """A frame for each position of each filter; all of them have the same size."""
    names, colours, columns = {}, {}, []

    def column(role: str, title: str, count: int, shape, prefix: str) -> None:
        """Grids of one role below one another, the first with the role's name above it."""
        keys = [f"{prefix}{n}" for n in range(count)]
        for n, key in enumerate(keys):
            names[key] = title.format(n)
            colours[key] = volume.cast.colours[role]
        columns.append(dict.fromkeys(keys, shape))

    cast, count = volume.cast.names, len(volume.padded)
    column("input", f"{cast['input']}, channel {{}}", count, volume.padded.shape[1:], "x")
    for f in range(len(volume.filters)):
        kernel = "filter" if cast["kernel"] == "kernel" else cast["kernel"]
        column("kernel", f"{kernel} {f}, channel {{}}", count, volume.filters.shape[2:], f"w{f} ")
    maps = volume.output
    column("output", f"{cast['output']}, channel {{}}", len(maps), maps.shape[1:], "y")
    board = Board(columns, names, colours, heading, CELL)
    places = [(f, (i, j)) for f, i, j in np.ndindex(*maps.shape)]
    sums = {
        place: [line for first, *rest in volume.sums(*place) for line in board.broken(first, rest)]
        for place in places
    }
    lines = max(map(len, sums.values()))
    return [_frame(volume, board, place, sums[place], lines) for place in places]


def _frame(volume: Volume, board: Board, place, sums: list[str], lines: int) -> Image.Image:
    """One position of one filter: its kernels on the channels, the sums, the output so far."""
    (which, at), picture, paints = place, board.begin(lines), volume.cast.colours
    window = volume.window(at)
    under = {pixel for _, pixel in window}
    for c, channel in enumerate(volume.padded):
        for cell, value in np.ndenumerate(channel):
            fill = tint(paints["input"], 0.14) if volume.real[cell] else tint("padding", 0.45)
            fill = tint(paints["kernel"], 0.3) if cell in under else fill
            board.cell(f"x{c}", cell, number(value), fill)
        for pixel in under:
            board.frame_cell(f"x{c}", pixel, paints["kernel"], 2)
    for (f, c, i, j), weight in np.ndenumerate(volume.filters):
        strength = 0.3 if f == which else 0.1
        board.cell(f"w{f} {c}", (i, j), number(weight), tint(paints["kernel"], strength))
        if f == which:
            board.frame_cell(f"w{f} {c}", (i, j), paints["kernel"], 2)
    for (f, i, j), value in np.ndenumerate(volume.output):
        known, here = (f, (i, j)) <= place, (f, (i, j)) == place
        strength = (0.45 if here else 0.18) if known else 0
        text = number(value) if known else ""
        board.cell(f"y{f}", (i, j), text, tint(paints["output"], strength))
    board.frame_cell(f"y{which}", at, paints["output"], 3)
    board.lines(sums)
    return picture
