"""A plane is painted with the classes that a classifier gives, and points keep their own."""

import numpy as np
import pytest

from course_utils import figures

POINTS = np.array([[0.0, 0], [1, 0], [0, 1], [1, 1]])
LABELS = np.array([0, 1, 0, 1])


def right_half(points):
    return (points[:, 0] > 0.5).astype(int)


def test_the_plane_is_painted_as_the_classifier_says():
    painted = figures.regions(right_half, POINTS, LABELS, title="Halves").axes[0].images[0]
    classes = painted.get_array()

    left, right, *_ = painted.get_extent()
    half = (0.5 - left) / (right - left)
    assert (classes == 1).mean() == pytest.approx(1 - half, abs=0.01)
    assert classes[0, 0] == 0 and classes[0, -1] == 1


def test_words_count_the_points_that_lie_in_a_region_of_their_class():
    made = figures.regions(right_half, POINTS, np.array([0, 1, 1, 1]), title="Nearly")

    assert made.alt == (
        "Nearly. A plane with 4 points of 2 classes; 3 of them lie in a region of their own class."
    )


@pytest.mark.parametrize("line", [(1, 1, -0.5), (1, 0, -0.5), (0, 1, -0.5)])
def test_a_line_is_drawn_where_its_equation_holds(line):
    ax = figures.regions(right_half, POINTS, LABELS, title="Line", lines=[line]).axes[0]
    x, y = (np.asarray(values, float) for values in ax.lines[0].get_data())

    assert np.allclose(line[0] * x + line[1] * y + line[2], 0)
    assert np.ptp(x) + np.ptp(y) > 1
