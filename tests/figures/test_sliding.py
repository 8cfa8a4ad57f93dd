"""The animation of a sliding kernel draws what PyTorch computes, where it belongs."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageDraw

from course_utils import figures
from course_utils.figures import board, sliding

IMAGE = np.arange(25).reshape(5, 5) % 7
KERNEL = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])


def by_torch(image, kernel, stride=1, padding=(0, 0), dilation=1):
    """The same correlation, computed by somebody else."""
    torch = pytest.importorskip("torch")
    x, k = (torch.tensor(array, dtype=torch.float64)[None, None] for array in (image, kernel))
    x = torch.nn.functional.pad(x, (*padding, *padding))
    return torch.nn.functional.conv2d(x, k, stride=stride, dilation=dilation)[0, 0].numpy()


@pytest.fixture
def written(monkeypatch):
    """What is written into pictures from now on, in order: `(place, text)`."""
    notes, write = [], ImageDraw.ImageDraw.text

    def note(self, place, text, *args, **options):
        notes.append((place, text))
        return write(self, place, text, *args, **options)

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", note)
    return notes


def values_in(alt):
    """The output that an animation's words spell out."""
    rows = re.search(r"values: (.*)\.$", alt).group(1).split("; ")
    return np.array([[float(value) for value in row.split()] for row in rows])


@settings(max_examples=30)
@given(st.integers(1, 3), st.tuples(st.integers(0, 2), st.integers(0, 2)), st.integers(1, 2))
def test_an_animation_shows_what_pytorch_computes(stride, padding, dilation):
    expected = by_torch(IMAGE, KERNEL, stride, padding, dilation)

    animation = figures.slide(IMAGE, KERNEL, stride=stride, padding=padding, dilation=dilation)

    np.testing.assert_array_equal(values_in(animation.alt), expected)
    assert len(animation.frames) == expected.size


def test_the_uneven_padding_is_that_of_keras():
    keras = pytest.importorskip("keras")
    image, kernel = np.arange(36.0).reshape(6, 6), np.ones((3, 3))
    theirs = keras.ops.conv(image[None, :, :, None], kernel[:, :, None, None], 2, "same")

    alt = figures.slide(image, kernel, stride=2, padding=(0, 1)).alt

    np.testing.assert_array_equal(values_in(alt), np.asarray(theirs)[0, :, :, 0])


def test_an_animation_says_its_settings_and_sizes():
    alt = figures.slide(IMAGE, KERNEL, stride=2, padding=(0, 1)).alt

    assert alt.startswith(
        "Animation: a 3x3 kernel slides over a 5x5 image, stride 2, padding (0, 1). "
        "The output has 2x2 values: "
    )


def test_the_last_picture_holds_every_number_in_its_cell(written):
    expected = by_torch(IMAGE, KERNEL, padding=(1, 1))
    animation = figures.slide(IMAGE, KERNEL, padding=1)
    picture_starts = [n for n, (_, text) in enumerate(written) if text.startswith("3×3 kernel on")]
    last = {place: text for place, text in written[picture_starts[-1] :]}
    left = animation.frames[0].width - board.MARGIN - 5 * board.CELL
    half = board.CELL // 2

    for (i, j), value in np.ndenumerate(expected):
        place = (left + board.CELL * j + half, board.HEADING + board.CELL * i + half - 1)
        assert last[place] == board.number(value)
    for (i, j), value in np.ndenumerate(np.pad(IMAGE, 1)):
        x, y = board.MARGIN + board.CELL * j, board.HEADING + board.CELL * i
        assert last[x + half, y + half - 1] == board.number(value)


def test_the_output_fills_in_one_cell_a_picture(written):
    figures.slide(np.ones((3, 3)), 5 * np.ones((2, 2)))
    starts = [n for n, (_, text) in enumerate(written) if text.startswith("2×2 kernel on")]
    pictures = [written[a:b] for a, b in zip(starts, [*starts[1:], None], strict=True)]

    assert [sum(text == "20" for _, text in picture) for picture in pictures] == [1, 2, 3, 4]


def test_each_picture_writes_out_its_sum(written):
    figures.slide([[1, -2], [3, 4]], [[2, 1], [0, -3]])

    assert written[-1][1] == "output[0, 0] = 2·1 + 1·(−2) − 3·4 = −12"


@given(st.lists(st.integers(-9, 9), min_size=4, max_size=4))
def test_the_sum_that_is_written_out_is_true(weights):
    image, kernel = np.array([[1, -2], [3, 4]]), np.reshape(weights, (2, 2))
    plan = sliding.Slide(image, image == image, kernel, 1, 1, by_torch(image, kernel))

    sum_in_words = " ".join(plan.terms((0, 0))).replace("·", "*").replace("−", "-")

    assert eval(sum_in_words) == plan.output[0, 0]


@pytest.mark.parametrize("dilation", [1, 2])
def test_the_kernel_is_framed_where_its_weights_lie_holes_left_out(dilation):
    frame = figures.slide(np.zeros((5, 6), int), np.ones((2, 3), int), dilation=dilation).frames[0]
    orange = tuple(int(figures.COLOURS["kernel"][i : i + 2], 16) for i in (1, 3, 5))
    pixels = np.asarray(frame)
    framed = {
        (i, j)
        for i, j in np.ndindex(5, 6)
        for x, y in [(board.MARGIN + 36 * j + 18, board.HEADING + 36 * i + 1)]
        if tuple(pixels[y, x]) == orange
    }

    assert framed == {(a * dilation, b * dilation) for a in range(2) for b in range(3)}


def test_all_pictures_have_one_size_also_when_a_sum_needs_two_lines():
    animation = figures.slide(np.arange(100, 125).reshape(5, 5), np.full((4, 4), 11))

    assert len({frame.size for frame in animation.frames}) == 1


@pytest.mark.parametrize(
    ("image", "kernel", "options", "message"),
    [
        ((4, 6), (3, 3), {"dilation": 2}, "reaches over 5x5 pixels does not fit 4x6: add padding"),
        ((4, 4), (5, 5), {}, "reaches over 5x5 pixels does not fit 4x4: add padding"),
        ((3, 4, 4), (3, 3), {}, r"the image has shape \(3, 4, 4\): slide needs two axes, \(H, W\)"),
        ((4, 4), (3,), {}, r"the kernel has shape \(3,\): slide needs two axes"),
        ((4, 4), (3, 3), {"stride": 0}, "stride 0 makes no step: let it be 1 or more"),
        ((4, 4), (3, 3), {"dilation": 0}, "dilation 0 makes no step: let it be 1 or more"),
        ((4, 4), (3, 3), {"padding": -1}, "padding -1 would cut the image: let it be 0 or more"),
    ],
)
def test_what_cannot_slide_is_refused_with_the_reason(image, kernel, options, message):
    with pytest.raises(ValueError, match=message):
        figures.slide(np.zeros(image), np.ones(kernel), **options)
