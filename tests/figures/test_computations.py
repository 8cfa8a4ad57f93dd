"""The graph of a computation is laid out by what was made of what."""

from types import SimpleNamespace

import pytest

from course_utils import figures


def number(value, *parts):
    return SimpleNamespace(value=value, gradient=1.0, parts=parts)


def a_neuron():
    x, w, b = number(2.0), number(-0.5), number(0.7)
    product = number(-1.0, (x, -0.5), (w, 2.0))
    total = number(-0.3, (product, 1.0), (b, 1.0))
    return {"x": x, "w": w, "b": b, "x w": product, "sum": total}


def columns(figure):
    boxes = [text for text in figure.axes[0].texts if "gradient" in text.get_text()]
    return {box.get_text().split(" = ")[0]: box.get_position()[0] for box in boxes}


def test_a_number_stands_behind_its_parts_and_a_given_one_next_to_its_use():
    drawn = figures.computation(a_neuron(), title="A neuron")

    assert columns(drawn) == {"x": 0, "w": 0, "b": 1, "x w": 1, "sum": 2}


def test_boxes_of_a_column_do_not_cover_each_other():
    figure = figures.computation(a_neuron(), title="A neuron")
    places = [text.get_position() for text in figure.axes[0].texts if "grad" in text.get_text()]

    assert len(set(places)) == len(places) == 5


def test_words_hold_values_gradients_and_derivatives():
    alt = figures.computation(a_neuron(), title="A neuron").alt

    assert alt.startswith("A neuron. Boxes: x = 2, gradient 1; w = -0.5, gradient 1; b = 0.7,")
    assert "Arrows: x to x w (-0.5); w to x w (2); x w to sum (1); b to sum (1)." in alt


def test_a_number_used_twice_has_one_arrow_with_both_derivatives():
    x = number(3.0)
    made = figures.computation({"x": x, "y": number(9.0, (x, 3.0), (x, 3.0))}, title="A square")

    assert made.alt.endswith("Arrows: x to y (3 + 3).")


def test_parts_without_a_name_are_left_out():
    made = figures.computation({"y": number(9.0, (number(3.0), 3.0))}, title="Alone")

    assert made.alt == "Alone. Boxes: y = 9, gradient 1. Arrows: ."


def test_boxes_take_the_colours_they_are_given():
    made = figures.computation(a_neuron(), title="A neuron", colours={"w": "kernel"})
    edges = {
        text.get_text()[0]: text.get_bbox_patch().get_edgecolor()
        for text in made.axes[0].texts
        if "gradient" in text.get_text()
    }

    assert edges["w"] != edges["b"]


def test_a_number_before_its_parts_is_refused():
    x = number(3.0)
    with pytest.raises(ValueError, match="'y' is made of 'x': put 'x' before it"):
        figures.computation({"y": number(9.0, (x, 6.0)), "x": x}, title="Backwards")
