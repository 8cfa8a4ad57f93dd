"""The course's colours are told apart by everybody, and text on them is legible."""

from itertools import combinations

import numpy as np
import pytest

from course_utils.figures import COLOURS, tint
from course_utils.figures.style import dark

THINGS = ["input", "kernel", "output", "padding", "error", "gradient"]
# What is left of red, green and blue: Machado, Oliveira and Fernandes,
# IEEE Transactions on Visualization and Computer Graphics 15, 2009, severity 1.
VISION = {
    "usual": np.eye(3),
    "no red cones": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green cones": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "no blue cones": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour):
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(light):
    """CIE L*a*b*, in which equal distances look about equally different."""
    ratio = TO_XYZ @ np.clip(light, 0, 1) / TO_XYZ.sum(axis=1)
    x, y, z = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(one, other):
    """WCAG 2.1: from 1, none, to 21, black on white."""
    dark, light = sorted((TO_XYZ[1] @ linear(colour)) + 0.05 for colour in (one, other))
    return light / dark


@pytest.mark.parametrize("vision", VISION)
def test_no_two_things_look_alike_with_any_kind_of_colour_vision(vision):
    """2 is just noticeable; in this test at least ten times that."""
    seen = {name: lab(np.array(VISION[vision]) @ linear(COLOURS[name])) for name in THINGS}

    for one, other in combinations(THINGS, 2):
        assert np.linalg.norm(seen[one] - seen[other]) > 20, (one, other)


@pytest.mark.parametrize("name", ["input", "kernel", "output", "error", "gradient"])
def test_lines_stand_out_from_the_paper(name):
    assert contrast(COLOURS[name], COLOURS["background"]) >= 3


@pytest.mark.parametrize("name", ["input", "kernel", "output", "padding", "gradient"])
def test_text_is_legible_on_the_strongest_tint_that_is_used(name):
    assert contrast(tint(name, 0.45), COLOURS["text"]) >= 4.5


@pytest.mark.parametrize("name", ["input", "kernel", "output", "gradient"])
def test_small_letters_are_legible_on_a_tint_and_on_paper(name):
    assert contrast(tint(name, 0.3), dark(name)) >= 4.5
    assert contrast("#FFFFFF", dark(name)) >= 4.5


def test_a_tint_lies_between_the_colour_and_white():
    assert tint("input", 1) == COLOURS["input"]
    assert tint("input", 0) == "#FFFFFF"
