"""Animations that every notebook shows: a GIF inside the page, the same bytes every time."""

from __future__ import annotations

import base64
import html
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from .style import COLOURS

SECONDS = 1.0  # a frame, unless there are many
LONGEST = 30.0  # seconds: more frames go by faster
COLOURS_IN_GIF = 64
AGAIN = 1  # once more, and then the last frame stays: nothing on a page moves for ever


@dataclass(frozen=True, repr=False)
class Animation:
    """Frames of one size, and the words that stand for them.

    A notebook shows it as an image in HTML, with nothing to fetch and no script: so it plays
    in JupyterLab, in Colab and on a page without a kernel. Beside it the notebook keeps the last
    frame as a still picture, for print and for places that do not show HTML.
    """

    frames: tuple[Image.Image, ...]
    alt: str

    @property
    def milliseconds(self) -> int:
        """How long a frame is shown."""
        return int(1000 * min(SECONDS, LONGEST / len(self.frames)))

    def gif(self) -> bytes:
        """The animation as a GIF that is played twice and ends on its last frame."""
        pixels = [np.asarray(frame.convert("RGB"), np.int64) for frame in self.frames]
        codes = [rgb @ [1 << 16, 1 << 8, 1] for rgb in pixels]
        palette, index_of = _palette(codes)
        still = []
        for code in codes:
            known, place = np.unique(code, return_inverse=True)
            indices = np.array([index_of[c] for c in known.tolist()], np.uint8)[place]
            frame = Image.frombytes("P", code.shape[::-1], indices.tobytes())
            frame.putpalette(palette)
            still.append(frame)
        durations = [self.milliseconds] * len(still)
        durations[-1] *= 3  # time to look at the result
        file = io.BytesIO()
        still[0].save(
            file, "GIF", save_all=True, append_images=still[1:], duration=durations, loop=AGAIN
        )
        return file.getvalue()

    def __repr__(self) -> str:
        return self.alt

    def still(self) -> bytes:
        """The last frame, on which everything is to be seen, as a PNG."""
        return self._png(len(self.frames))

    def step(self, number: int) -> tuple[dict, dict]:
        """What a notebook shows of one frame: data, metadata; `number` counts from 1."""
        words = f"Step {number} of {len(self.frames)}. {self.alt}"
        return _bundle("png", self._png(number), self._png(number), words)

    def _png(self, number: int) -> bytes:
        file = io.BytesIO()
        self.frames[number - 1].quantize(COLOURS_IN_GIF).save(file, "PNG", optimize=True)
        return file.getvalue()

    def _repr_mimebundle_(self, include=None, exclude=None) -> tuple[dict, dict]:
        return _bundle("gif", self.gif(), self.still(), self.alt)


def _bundle(kind: str, picture: bytes, still: bytes, words: str) -> tuple[dict, dict]:
    """A picture as HTML, which has its words everywhere, and as a PNG where there is no HTML."""
    shown, png = (base64.b64encode(data).decode() for data in (picture, still))
    image = f'<img src="data:image/{kind};base64,{shown}" alt="{html.escape(words, quote=True)}">'
    data = {"text/html": image, "image/png": png, "text/plain": words}
    return data, {"image/png": {"alt": words}}


def _palette(frames: Sequence[np.ndarray]) -> tuple[bytes, dict[int, int]]:
    """The course's and the most frequent colours, and for every colour which stands for it.

    Plain areas keep their exact colour; only the soft edges of letters are rounded.
    """
    counts: Counter[int] = Counter()
    for frame in frames:
        colours, times = np.unique(frame, return_counts=True)
        counts.update(dict(zip(colours.tolist(), times.tolist(), strict=True)))
    ours = [int(colour[1:], 16) for colour in COLOURS.values()]
    often = sorted(counts, key=lambda colour: (-counts[colour], colour))
    chosen = list(dict.fromkeys([*ours, *often]))[:COLOURS_IN_GIF]
    table = _channels(chosen)
    nearest = ((_channels(list(counts))[:, None] - table) ** 2).sum(axis=2).argmin(axis=1)
    return bytes(table.ravel().tolist()), dict(zip(counts, nearest.tolist(), strict=True))


def _channels(codes: Sequence[int]) -> np.ndarray:
    """Red, green and blue of colours `0xRRGGBB`: `(N, 3)`."""
    return np.array(codes)[:, None] >> [16, 8, 0] & 255
