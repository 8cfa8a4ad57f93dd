"""Grids of numbers and rows of pictures hold what they were given."""

import numpy as np
import pytest
from matplotlib.colors import to_hex
from test_style import contrast

from course_utils import figures


def texts_of(ax):
    return [text.get_text() for text in ax.texts]


def test_a_row_has_a_picture_with_its_title_for_each_entry():
    figure = figures.image_row({"one": np.eye(4), "two": np.zeros((4, 8, 3))}, title="Both")

    assert [ax.get_title() for ax in figure.axes] == ["one", "two"]
    assert figure.get_suptitle() == "Both"
    assert figure.alt == "Both. Pictures side by side: one, two."


def test_signed_pictures_share_one_scale_round_zero():
    figure = figures.image_row({"a": np.array([[-3.0, 1.0]]), "b": np.ones((1, 2))}, signed=True)

    assert [ax.images[0].get_clim() for ax in figure.axes] == [(-3, 3), (-3, 3)]


def test_a_grid_holds_every_number_in_the_picture_and_in_words():
    figure = figures.number_grids({"x": [[1, 2], [3, 0.5]]}, picked={"x": [(0, 1)]})

    assert texts_of(figure.axes[0]) == ["1", "2", "3", "0.5"]
    assert figure.alt == "Grids of numbers. x: 1 2; 3 0.5."


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (-0.001, 2, "0.00"),
        (-0.0, None, "0"),
        (-1.5, 1, "−1.5"),
        (2 / 3, 2, "0.67"),
        (np.nan, 1, ""),
    ],
)
def test_numbers_are_written_as_in_a_book(value, digits, text):
    figure = figures.number_grids({"x": [[value]]}, digits=digits)

    assert texts_of(figure.axes[0]) == [text]


def test_an_empty_cell_is_empty_in_words_too():
    assert figures.number_grids({"x": [[np.nan, 1]]}).alt == "Grids of numbers. x: empty 1."


def test_grids_stand_in_as_many_columns_as_asked():
    grids = {name: np.eye(2) for name in "abcde"}

    figure = figures.number_grids(grids, columns=3, title="Five")

    assert [ax.get_title() for ax in figure.axes] == ["a", "b", "c", "d", "e", ""]
    assert figure.axes[0].get_gridspec().nrows == 2
    assert figure.get_suptitle() == "Five"


def test_padding_looks_like_padding_and_picked_cells_are_framed():
    figure = figures.number_grids({"x": [[0, 7]]}, padding={"x": [(0, 0)]}, picked={"x": [(0, 1)]})
    zero, seven, frame = figure.axes[0].patches

    assert to_hex(zero.get_facecolor()).upper() == figures.tint("padding", 0.45)
    assert to_hex(seven.get_facecolor()).upper() == figures.tint("input", 0.45)
    assert frame.get_xy() == (1, 0)
    assert to_hex(frame.get_edgecolor()).upper() == figures.COLOURS["input"]


def test_decimals_may_differ_from_grid_to_grid():
    made = figures.number_grids({"a": [[1.0]], "b": [[0.126]]}, digits={"b": 2})

    assert made.alt == "Grids of numbers. a: 1. b: 0.13."


def test_in_a_shaded_grid_larger_numbers_are_stronger_and_their_ink_readable():
    made = figures.number_grids({"a": [[0, -1, 2, -4]]}, shaded=["a"])
    faces = [sum(patch.get_facecolor()[:3]) for patch in made.axes[0].patches]
    inks = [text.get_color() for text in made.axes[0].texts]

    assert faces == sorted(faces, reverse=True)
    assert inks == [figures.COLOURS["text"]] * 3 + [figures.COLOURS["background"]]


def test_pictures_may_stand_in_several_rows():
    made = figures.image_row({f"n{n}": np.eye(4) for n in range(5)}, columns=3)

    assert len(made.axes) == 6
    assert [len(ax.images) for ax in made.axes] == [1, 1, 1, 1, 1, 0]


def test_a_box_frames_the_pixels_that_it_names():
    made = figures.image_row({"a": np.eye(8)}, boxes={"a": [(2, 1, 3, 4, "error")]})
    frame = made.axes[0].patches[0]

    assert frame.get_bbox().extents.tolist() == [0.5, 1.5, 4.5, 4.5]


def test_rows_of_a_grid_may_have_names():
    made = figures.number_grids({"a": [[1], [2]]}, rows={"a": ["cat", "dog"]})
    texts = {text.get_text(): text.get_position()[1] for text in made.axes[0].texts}

    assert texts["cat"] == texts["1"] and texts["dog"] == texts["2"]


def test_columns_of_a_grid_may_have_names_below_them():
    made = figures.number_grids({"a": [[1, 2]]}, column_names={"a": ["cat", "dog"]})
    places = {text.get_text(): text.get_position() for text in made.axes[0].texts}

    assert [int(places[word][0]) for word in ("cat", "dog")] == [0, 1]
    assert min(places["cat"][1], places["dog"][1]) > 1


def faces(made, number=0):
    return [to_hex(patch.get_facecolor()).upper() for patch in made.axes[number].patches]


def test_grey_shading_is_that_of_the_pixels():
    """0 is black and the largest white; bytes are white at 255, whether one is there or not."""
    numbers = figures.number_grids({"a": [[0, 45, 90]], "b": [[30, np.nan]]}, shade="grey")
    pixels = figures.number_grids({"a": np.array([[0, 51]], np.uint8)}, shade="grey")

    assert faces(numbers) == ["#000000", "#808080", "#FFFFFF"]
    assert faces(numbers, 1)[0] == "#555555"  # on the scale of the whole figure
    assert faces(pixels) == ["#000000", "#333333"]


def test_numbers_are_legible_on_every_grey():
    made = figures.number_grids({"a": np.arange(256).reshape(16, 16)}, shade="grey")

    for patch, text in zip(made.axes[0].patches, made.axes[0].texts, strict=True):
        ground, ink = (
            contrast(to_hex(c), "#000000") for c in (patch.get_facecolor(), text.get_color())
        )
        assert max(ground, ink) / min(ground, ink) >= 4


def test_signed_shading_tells_the_sign_by_colour_and_the_size_by_strength():
    grids = {"response": [[-2, -1, 0, 1, 2]], "weights": [[-1, 1]]}
    made = figures.number_grids(grids, colours=["output", "kernel"], shade="signed")

    assert faces(made) == [
        figures.tint(*shade)
        for shade in [
            ("kernel", 0.86),
            ("kernel", 0.46),
            ("output", 0.06),
            ("output", 0.46),
            ("output", 0.86),
        ]
    ]
    assert faces(made, 1) == [figures.tint("input", 0.86), figures.tint("kernel", 0.86)]


def test_grids_of_one_figure_may_be_shaded_differently():
    grids = {"image": [[0, 1]], "response": [[0, -1]], "plain": [[0, 1]]}
    made = figures.number_grids(grids, shade={"image": "grey", "response": "signed"})

    assert faces(made)[1] == "#FFFFFF"
    assert faces(made, 1)[1] == figures.tint("kernel", 0.86)
    assert faces(made, 2) == [figures.tint("input", 0.15)] * 2


@pytest.mark.parametrize(
    ("shade", "said"), [("gray", "shade='gray' of 'x'"), ({"y": "grey"}, "of 'y'")]
)
def test_a_shading_that_is_not_there_is_refused(shade, said):
    with pytest.raises(ValueError, match=f"{said}: name one of the grids"):
        figures.number_grids({"x": [[1]]}, shade=shade)


def test_grids_that_are_called_gradients_have_their_colour():
    made = figures.number_grids({"gradient at the input": [[1]], "image": [[1]]})

    assert [faces(made, n)[0] for n in (0, 1)] == [
        figures.tint(n, 0.15) for n in ("gradient", "input")
    ]
