"""The film in a player is the animation, frame by frame; a page says what its knobs need."""

import io
import re

import numpy as np
import pytest
from PIL import Image, ImageSequence

from course_utils import figures
from course_utils.tools.book.player import Film


def made(frames):
    return figures.slide(np.arange(frames + 1).reshape(1, -1), [[1, -1]])


@pytest.mark.parametrize("frames", [1, 2, 4, 5, 12])
def test_a_film_has_every_frame_as_the_gif_shows_it(frames):
    gif = made(frames).gif()
    film = Film.of(gif)
    sheet = Image.open(io.BytesIO(film.png)).convert("RGB")
    shown = [f.convert("RGB") for f in ImageSequence.Iterator(Image.open(io.BytesIO(gif)))]

    assert film.frames == len(shown) == frames
    for number, frame in enumerate(shown):
        left, top = number % film.columns * film.width, number // film.columns * film.height
        cut = sheet.crop((left, top, left + film.width, top + film.height))
        assert cut.tobytes() == frame.tobytes(), number


def test_a_film_weighs_about_what_the_gif_does():
    animation = figures.slide(np.arange(49).reshape(7, 7) % 9, np.ones((3, 3)))

    assert len(Film.of(animation.gif()).png) < 1.5 * len(animation.gif())


def test_a_page_knows_how_many_frames_how_fast_and_where_the_last_is():
    before, after = Film.of(made(5).gif()).around()

    assert 'aria-label="Animation, 5 steps" data-milliseconds="1000"' in before
    for setting in ("columns: 3", "rows: 2", "last-column: 1", "last-row: 1"):
        assert f"--{setting}" in before
    assert 'min="1" max="5"' in after
    assert (before + after).count("<span") == (before + after).count("</span>")


def test_every_knob_has_a_name():
    """A button's is its text or its label; nothing else on a page says what it does."""
    _, after = Film.of(made(3).gif()).around()
    knobs = re.findall(r"<(?:button|input)[^>]*>[^<]*", after)

    assert len(knobs) == 4
    assert all("aria-label=" in knob or knob.endswith(">Play") for knob in knobs)
