"""Figures show what they should, and say it in words."""

import html
import io
import re
import subprocess
import sys

import matplotlib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

matplotlib.use("Agg")

import matplotlib.pyplot as plt  # noqa: E402

from course_utils import figures  # noqa: E402
from course_utils.figures import style  # noqa: E402

IMAGE = np.arange(25).reshape(5, 5) % 7
KERNEL = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])


@pytest.fixture(autouse=True)
def no_figure_is_left_open():
    yield
    plt.close("all")


def values_in(alt):
    """The output that an animation's words spell out."""
    rows = re.search(r"values: (.*)\.$", alt).group(1).split("; ")
    return np.array([[float(value) for value in row.split()] for row in rows])


@settings(max_examples=25)
@given(st.integers(1, 3), st.integers(0, 2), st.integers(1, 2))
def test_an_animation_shows_what_pytorch_computes(stride, padding, dilation):
    torch = pytest.importorskip("torch")
    x, k = (torch.tensor(array, dtype=torch.float64)[None, None] for array in (IMAGE, KERNEL))
    expected = torch.nn.functional.conv2d(x, k, None, stride, padding, dilation)[0, 0].numpy()

    animation = figures.slide(IMAGE, KERNEL, stride=stride, padding=padding, dilation=dilation)

    np.testing.assert_array_equal(values_in(animation.alt), expected)
    assert len(animation.frames) == expected.size


def test_an_animation_says_its_settings_and_sizes():
    alt = figures.slide(IMAGE, KERNEL, stride=2, padding=(0, 1)).alt

    assert alt.startswith(
        "Animation: a 3x3 kernel slides over a 5x5 image, stride 2, padding (0, 1). "
        "The output has 2x2 values: "
    )


def test_a_gif_has_a_frame_for_each_position_and_is_light():
    data = figures.slide(IMAGE, KERNEL, padding=1).gif()

    assert Image.open(io.BytesIO(data)).n_frames == 25
    assert len(data) < 150_000


def test_a_gif_has_the_same_bytes_in_another_process():
    code = (
        "import hashlib, numpy as np; from course_utils import figures;"
        "g = figures.slide(np.arange(25).reshape(5, 5) % 7, np.eye(3)).gif();"
        "print(hashlib.sha256(g).hexdigest())"
    )
    runs = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
        for _ in range(2)
    }
    assert len(runs) == 1 and len(runs.pop()) == 65


def test_an_animation_is_an_image_with_its_words_in_a_notebook():
    animation = figures.slide(IMAGE, KERNEL)
    shown = animation._repr_html_()

    assert re.fullmatch(r'<img src="data:image/gif;base64,[\w+/=]+" alt="[^"]+">', shown)
    assert html.escape(animation.alt) in shown


def test_the_kernel_is_drawn_where_it_stands():
    """The first frame frames the cells of the first window in the kernel's colour, no others."""
    frame = figures.slide(np.zeros((3, 4), int), np.ones((2, 2), int)).frames[0]
    colour = tuple(int(style.COLOURS["kernel"][i : i + 2], 16) for i in (1, 3, 5))
    rows, columns = np.nonzero((np.asarray(frame) == colour).all(axis=2))

    assert (rows.min(), columns.min()) == (24, 24)
    assert (rows.max(), columns.max()) == (24 + 80, 24 + 80)


def test_a_kernel_that_does_not_fit_is_refused_with_both_sizes():
    with pytest.raises(ValueError, match="reaches over 5x5 pixels does not fit 4x6: add padding"):
        figures.slide(np.zeros((4, 6)), np.ones((3, 3)), dilation=2)


def test_a_figure_without_words_is_not_shown():
    figure, _ = plt.subplots()

    with pytest.raises(ValueError, match="this figure has no alternative text: say what"):
        figures.show(figure)


def test_a_figure_is_shown_with_its_words_and_closed(monkeypatch):
    from course_utils.figures import display

    shown = []
    monkeypatch.setattr(display, "display", lambda *args, **kwargs: shown.append((args, kwargs)))
    figure = figures.image_row({"a digit": np.eye(8)})

    figures.show(figure)
    figures.show(figures.image_row({"a digit": np.eye(8)}), alt="A diagonal.")

    alts = [options["metadata"]["image/png"]["alt"] for _, options in shown]
    assert alts == ["Pictures side by side: a digit.", "A diagonal."]
    assert not plt.fignum_exists(figure.number)


def test_a_row_has_a_picture_with_its_title_for_each_entry():
    figure = figures.image_row({"one": np.eye(4), "two": np.zeros((4, 8, 3))})

    assert [ax.get_title() for ax in figure.axes] == ["one", "two"]


def test_signed_pictures_share_one_scale_round_zero():
    figure = figures.image_row({"a": np.array([[-3.0, 1.0]]), "b": np.ones((1, 2))}, signed=True)

    assert [ax.images[0].get_clim() for ax in figure.axes] == [(-3, 3), (-3, 3)]


def test_a_grid_holds_every_number_in_the_picture_and_in_words():
    figure = figures.number_grids({"x": [[1, 2], [3, 0.5]]}, picked={"x": [(0, 1)]})

    assert [text.get_text() for text in figure.axes[0].texts] == ["1", "2", "3", "0.5"]
    assert figure.alt == "Grids of numbers. x: 1 2; 3 0.5."


@pytest.mark.parametrize(
    ("kernels", "strides", "dilations", "size"),
    [
        ([3], [], [], 3),
        ([3, 3], [], [], 5),
        ([3, 3, 3], [2, 2], [], 15),
        ([2] * 3, [], [1, 2, 4], 8),
    ],
)
def test_a_receptive_field_is_as_large_as_the_gradient_says(kernels, strides, dilations, size):
    torch = pytest.importorskip("torch")
    strides, dilations = ([*given, 1, 1, 1][: len(kernels)] for given in (strides, dilations))
    layers = [
        torch.nn.Conv1d(1, 1, *settings)
        for settings in zip(kernels, strides, [0] * len(kernels), dilations, strict=True)
    ]
    x = torch.zeros(1, 1, 40, requires_grad=True)
    torch.nn.Sequential(*layers)(x)[0, 0, 0].backward()

    figure = figures.receptive_field(kernels, strides, dilations)

    assert int((x.grad != 0).sum()) == size
    assert figure.alt.endswith(f"one output sees {size} inputs.")


def test_colours_are_told_apart_by_their_lightness_from_the_paper():
    """Text on a tinted cell keeps a contrast of at least 4.5 to 1 (WCAG 2.1)."""

    def lightness(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    text = lightness(style.COLOURS["text"])
    for name in ("input", "kernel", "output", "padding"):
        assert (lightness(style.tint(name, 0.45)) + 0.05) / (text + 0.05) > 4.5
