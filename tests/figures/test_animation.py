"""Animations are the same bytes everywhere, light, and never without words."""

import base64
import html
import io
import re
import subprocess
import sys

import numpy as np
from PIL import Image

from course_utils import figures
from course_utils.figures import animation

IMAGE = np.arange(25).reshape(5, 5) % 7
KERNEL = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])


def test_a_gif_has_a_frame_for_each_position_and_is_light():
    data = figures.slide(IMAGE, KERNEL, padding=1).gif()

    assert Image.open(io.BytesIO(data)).n_frames == 25
    assert len(data) < 100_000


def test_a_gif_is_played_twice_and_ends_on_its_last_frame():
    """A file says how often it is played again; 0 would be for ever."""
    assert Image.open(io.BytesIO(figures.slide(IMAGE, KERNEL).gif())).info["loop"] == 1


def test_a_step_is_one_frame_with_its_number_and_its_words():
    made = figures.slide(IMAGE, KERNEL)
    data, metadata = made.step(4)
    shown = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))

    different = np.asarray(shown.convert("RGB")).astype(int) - np.asarray(made.frames[3])
    assert (different == 0).all(axis=2).mean() > 0.97  # all but soft edges of letters
    assert metadata["image/png"]["alt"] == data["text/plain"] == f"Step 4 of 9. {made.alt}"


def test_a_gif_has_the_same_bytes_in_another_process():
    code = (
        "import hashlib, numpy as np; from course_utils import figures;"
        "g = figures.slide(np.arange(25).reshape(5, 5) % 7, np.eye(3), padding=(0, 1)).gif();"
        "print(hashlib.sha256(g).hexdigest())"
    )
    runs = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
        for _ in range(2)
    }
    assert len(runs) == 1 and len(runs.pop()) == 65


def test_plain_areas_and_the_colours_of_the_course_come_out_exactly():
    made = figures.slide(IMAGE, KERNEL)
    gif = Image.open(io.BytesIO(made.gif()))

    for n, frame in enumerate(made.frames):
        gif.seek(n)
        shown, drawn = (np.asarray(image.convert("RGB")).astype(int) for image in (gif, frame))
        same = (shown == drawn).all(axis=2)
        assert same.mean() > 0.97  # all but soft edges of letters
        for colour in figures.COLOURS.values():
            here = (drawn == [int(colour[i : i + 2], 16) for i in (1, 3, 5)]).all(axis=2)
            assert same[here].all(), colour


def test_more_colours_than_a_gif_may_have_are_rounded_to_near_ones():
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    pictures = (Image.fromarray(ramp), Image.fromarray(ramp[:, ::-1].copy()))
    gif = Image.open(io.BytesIO(figures.Animation(pictures, "A ramp from black to white.").gif()))

    distinct = len(set(np.asarray(gif.convert("L")).ravel().tolist()))

    assert distinct <= animation.COLOURS_IN_GIF


def test_an_animation_is_an_image_with_its_words_in_a_notebook():
    made = figures.slide(IMAGE, KERNEL)
    data, _ = made._repr_mimebundle_()
    shown = data["text/html"]

    assert re.fullmatch(r'<img src="data:image/gif;base64,[\w+/=]+" alt="[^"]+">', shown)
    assert html.escape(made.alt) in shown


def test_beside_an_animation_stands_its_last_frame_for_print():
    made = figures.slide(IMAGE, KERNEL)
    data, metadata = made._repr_mimebundle_()
    still = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))

    assert still.size == made.frames[-1].size
    assert metadata["image/png"]["alt"] == data["text/plain"] == made.alt
    assert len(made.still()) < 20_000


def test_many_frames_go_by_faster():
    few = figures.slide(np.eye(3), np.ones((2, 2)))
    many = figures.slide(np.eye(9), np.ones((2, 2)))

    first_frames = [Image.open(io.BytesIO(made.gif())).info["duration"] for made in (few, many)]
    assert first_frames == [1000, 460]  # milliseconds, in a GIF by tens


def test_where_there_are_no_pictures_its_words_stand_for_it():
    made = figures.slide(IMAGE, KERNEL)

    assert repr(made) == made.alt
