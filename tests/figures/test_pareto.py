"""Fronts: the right points are joined, names cover nothing, words say what is seen."""

import pytest
from matplotlib.text import Text

from course_utils import figures

LABELS = {"xlabel": "work", "ylabel": "accuracy", "title": "Who is beaten?"}
POINTS = {"A": (1, 50), "B": (2, 60), "C": (3, 55)}


def test_a_line_joins_the_points_of_its_front():
    (ax,) = figures.fronts(POINTS, lines={"front": ["A", "B"]}, **LABELS).axes

    (line,) = [line for line in ax.lines if line.get_label() == "front"]
    assert line.get_xydata().tolist() == [[1, 50], [2, 60]]
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "linear")


def test_names_do_not_cover_each_other_even_where_points_lie_close():
    points = {f"network {n}": (1 + n / 50, 70 + n / 50) for n in range(8)} | {"far": (9, 90)}
    figure = figures.fronts(points, named=list(points), **LABELS)
    (ax,) = figure.axes
    figure.draw_without_rendering()

    boxes = [Text.get_window_extent(text).get_points() for text in ax.texts]
    assert [text.get_text() for text in ax.texts] == list(points)
    for n, ((left, low), (right, high)) in enumerate(boxes):
        for (x0, y0), (x1, y1) in boxes[:n]:
            assert right <= x0 or x1 <= left or high <= y0 or y1 <= low


def test_a_dashed_line_shows_where_both_measures_are_equal():
    points = {"A": (0.01, 5), "B": (9, 200)}
    (ax,) = figures.fronts(points, ylog=True, equal="alike", **LABELS).axes

    (line,) = [line for line in ax.lines if line.get_label() == "alike"]
    assert line.get_xdata().tolist() == line.get_ydata().tolist() == list(ax.get_xlim())
    assert ax.get_ylim()[0] <= ax.get_xlim()[0] and ax.get_ylim()[1] > 200  # all of it is seen


def test_its_words_say_the_ends_and_the_front():
    figure = figures.fronts(POINTS, lines={"front": ["A", "B"]}, **LABELS)

    assert figure.alt == (
        "Who is beaten? accuracy from 50 (A) to 60 (B) over work from 1 (A) to 3 (C). front: A, B."
    )


@pytest.mark.parametrize(
    "options, message",
    [
        ({"named": ["D"]}, "there are no points called D"),
        ({"lines": {n: ["A"] for n in "abcd"}}, "4 fronts cannot be told apart: draw at most 3"),
    ],
)
def test_what_cannot_be_drawn_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        figures.fronts(POINTS, **options, **LABELS)
