"""A player for a page's animations: they wait, and go on by steps or by themselves, once.

Made from a GIF, such as notebooks have stored: its frames become one picture, of which the page
shows one frame at a time. `book/_static/player.js` turns the knobs and `book.css` does the rest.
Without JavaScript, and on paper, the last frame is seen.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

from PIL import Image, ImageSequence

_BUTTON = (
    '<button type="button" data-step="{step}" aria-label="One step {way}">'
    '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="{path}"/></svg></button>'
)
_BACK = _BUTTON.format(step=-1, way="back", path="M4 2v12H2V2zm10 0v12L5 8z")
_ON = _BUTTON.format(step=1, way="forward", path="M12 2v12h2V2zM2 2v12l9-6z")


@dataclass(frozen=True)
class Film:
    """The frames of an animation as one picture, in columns and rows.

    Attributes
    ----------
    png : the picture
    frames, columns : how many there are, and how many side by side
    width, height : of a frame, in pixels
    milliseconds : for which a frame is shown
    """

    png: bytes
    frames: int
    columns: int
    width: int
    height: int
    milliseconds: int

    @classmethod
    def of(cls, gif: bytes) -> Film:
        """The film of an animated `gif`."""
        moving = Image.open(io.BytesIO(gif))
        milliseconds = moving.info.get("duration", 1000)
        pictures = [frame.convert("RGB") for frame in ImageSequence.Iterator(moving)]
        columns = math.isqrt(len(pictures) - 1) + 1
        width, height = pictures[0].size
        sheet = Image.new("RGB", (columns * width, -(-len(pictures) // columns) * height))
        for number, picture in enumerate(pictures):
            sheet.paste(picture, (number % columns * width, number // columns * height))
        file = io.BytesIO()
        sheet.quantize(256, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        return cls(file.getvalue(), len(pictures), columns, width, height, milliseconds)

    def around(self) -> tuple[str, str]:
        """The HTML before and after the picture's own element; it may stand in a paragraph."""
        rows = -(-self.frames // self.columns)
        last = self.frames - 1
        style = (
            f"--columns: {self.columns}; --rows: {rows}; --width: {self.width}px; "
            f"--ratio: {self.width} / {self.height}; "
            f"--last-column: {last % self.columns}; --last-row: {last // self.columns}"
        )
        before = (
            f'<span class="player" role="group" aria-label="Animation, {self.frames} steps" '
            f'data-milliseconds="{self.milliseconds}" style="{style}">\n<span class="film">'
        )
        after = (
            f'</span>\n<span class="controls" hidden>{_BACK}'
            f'<button type="button" class="play">Play</button>{_ON}'
            f'<input type="range" min="1" max="{self.frames}" value="1" aria-label="Step">'
            '<span class="count" aria-hidden="true"></span></span>\n</span>\n'
        )
        return before, after
