"""A graph shows its boxes where they were put, and its arrows between them."""

import pytest

from course_utils import figures
from course_utils.figures import Node

NODES = {
    "x": Node(0, 0, "x = 3\ngradient 6", "input"),
    "y": Node(1, 1, "y = 9"),
}


def test_boxes_stand_in_their_columns_and_rows_downwards():
    texts = {text.get_text(): text for text in figures.graph(NODES, [], title="Two").axes[0].texts}

    assert texts["x = 3\ngradient 6"].get_position() == (0, 0)
    assert texts["y = 9"].get_position() == (1, -1)


def test_words_name_every_box_and_every_arrow():
    made = figures.graph(NODES, [("x", "y", "6"), ("x", "y")], title="A square")

    assert made.alt == ("A square. Boxes: x = 3, gradient 6; y = 9. Arrows: x to y (6); x to y.")


@pytest.mark.parametrize(("words", "style"), [("6", "solid"), ("stop gradient", "--")])
def test_an_arrow_that_stops_is_dashed(words, style):
    ax = figures.graph(NODES, [("x", "y", words)], title="Stop").axes[0]
    arrows = [text.arrow_patch for text in ax.texts if getattr(text, "arrow_patch", None)]

    assert [arrow.get_linestyle() for arrow in arrows] == [style]


def test_an_arrow_to_nowhere_is_refused():
    with pytest.raises(ValueError, match="needs a node 'z': there are x, y"):
        figures.graph(NODES, [("x", "z")], title="Lost")
