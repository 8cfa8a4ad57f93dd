"""Blocks for the stages of a network tell every shape, in the picture and in words."""

import pytest

from course_utils import figures

SHAPES = {"image": (3, 32, 32), "maps": (16, 8, 4), "scores": (10,)}


def labels(figure):
    return [tick.get_text() for tick in figure.axes[0].get_xticklabels()]


def test_every_stage_has_its_name_its_shape_and_its_note():
    made = figures.stages(SHAPES, title="Small", notes={"maps": "432 weights"})

    assert labels(made) == ["image\n3×32×32", "maps\n16×8×4\n432 weights", "scores\n10"]
    assert made.alt == (
        "Small. Blocks for the stages of a network: image 3x32x32, maps 16x8x4, scores 10."
    )


def test_more_pixels_are_higher_and_more_channels_thicker():
    def front(shape):
        corners = figures.stages({"x": shape}).axes[0].patches[0].get_xy()
        return corners.max(axis=0) - corners.min(axis=0)

    thickness, height = front((16, 8, 8))
    assert front((64, 8, 8))[0] == pytest.approx(2 * thickness)
    assert front((16, 32, 8))[1] == pytest.approx(2 * height)


def test_a_long_network_fits_the_width_of_a_notebook():
    made = figures.stages({f"layer {n}": (8, 8, 8) for n in range(20)})

    assert made.get_size_inches()[0] <= 10
