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


# --- names and colours -----------------------------------------------------------------------

BACKWARD = {
    "input": "gradient at the output",
    "kernel": "kernel, flipped",
    "output": "gradient at the input",
}


def colour_at(frame, x, y):
    return "#{:02X}{:02X}{:02X}".format(*frame.getpixel((x, y)))


def test_things_can_have_other_names_in_the_picture_and_in_words(written):
    made = figures.slide(np.eye(2, dtype=int), KERNEL[::-1, ::-1], padding=2, names=BACKWARD)

    assert set(BACKWARD.values()) <= {text for _, text in written}
    assert written[-1][1].startswith("gradient at the input[3, 3] = ")
    assert made.alt.startswith(
        "Animation: a 3x3 kernel, flipped, slides over a 2x2 gradient at the output, padding 2. "
        "The gradient at the input has 4x4 values: "
    )


def test_every_gradient_has_the_colour_of_gradients_and_padding_stays_grey():
    frame = figures.slide(np.eye(2), np.ones((2, 2)), padding=1, names=BACKWARD).frames[-1]
    x, y, cell = board.MARGIN + 4, board.HEADING + 4, board.CELL

    assert colour_at(frame, x, y) == figures.tint("padding", 0.45)
    assert colour_at(frame, x + cell, y + cell) == figures.tint("gradient", 0.14)
    right = frame.width - board.MARGIN - 3 * cell  # its name is wider than its three columns
    last = [colour_at(frame, at, y + 2 * cell) for at in range(right - 80, frame.width)]
    assert figures.tint("gradient", 0.45) in last


def test_a_colour_that_is_given_is_used():
    made = figures.slide(np.eye(3), np.eye(1), colours={"input": "error"}).frames[-1]

    there = colour_at(made, board.MARGIN + 4, board.HEADING + 4)
    assert there == figures.tint("error", 0.14)


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_zeros_between_the_values_make_a_transposed_convolution(stride):
    torch = pytest.importorskip("torch")
    dy = np.array([[1, -2, 0], [3, 1, 5]])
    arrays = (torch.tensor(array, dtype=torch.float64)[None, None] for array in (dy, KERNEL))
    wanted = torch.nn.functional.conv_transpose2d(*arrays, stride=stride)[0, 0].numpy()

    made = figures.slide(dy, KERNEL[::-1, ::-1], padding=2, zeros_between=stride - 1)

    np.testing.assert_array_equal(values_in(made.alt), wanted)
    words = {1: "padding 2. ", 2: ", 1 zero between its values", 3: "2 zeros between its values"}
    assert words[stride] in made.alt


def test_a_bias_is_added_and_written_out(written):
    made = figures.slide([[1, -2], [3, 4]], [[2, 1], [0, -3]], bias=5)

    assert values_in(made.alt) == -7
    assert f"{written[-2][1]} {written[-1][1].strip()}" == (
        "output[0, 0] = 2·1 + 1·(−2) − 3·4 + bias 5 = −7"
    )


# --- several channels and filters ------------------------------------------------------------

CHANNELS = np.random.default_rng(0).integers(-3, 4, (3, 4, 5))
FILTERS = np.random.default_rng(1).integers(-2, 3, (2, 3, 3, 3))


@pytest.mark.parametrize("options", [{}, dict(stride=2, padding=1), dict(dilation=2, padding=2)])
def test_filters_over_channels_give_what_pytorch_computes(options):
    torch = pytest.importorskip("torch")
    x, w, b = (torch.tensor(a, dtype=torch.float64) for a in (CHANNELS, FILTERS, [1, -4]))
    wanted = torch.nn.functional.conv2d(x[None], w, b, **options)[0].numpy()

    made = figures.slide(CHANNELS, FILTERS, bias=[1, -4], **options)

    maps = re.findall(r"channel \d: ([^.]*)\.", made.alt)
    rows = [[[float(v) for v in row.split()] for row in text.split("; ")] for text in maps]
    np.testing.assert_array_equal(rows, wanted)
    assert len(made.frames) == wanted.size
    assert len({frame.size for frame in made.frames}) == 1


def test_every_channel_has_its_sum_and_they_are_added(written):
    image = np.array([[[1, 2], [3, 4]], [[0, 1], [1, -1]]])
    figures.slide(image, np.array([[[[1, 0], [0, 1]], [[2, 0], [0, -2]]]]), bias=[3])

    assert [text for _, text in written[-3:]] == [
        "channel 0: 1·1 + 1·4 = 5",
        "channel 1: 2·0 − 2·(−1) = 2",
        "output[0, 0, 0] = 5 + 2 + bias 3 = 10",
    ]


def test_channels_and_filters_are_said_in_words():
    assert figures.slide(CHANNELS, FILTERS, padding=1).alt.startswith(
        "Animation: 2 filters of 3x3x3 slide over a 3x4x5 image, padding 1. "
        "The output has 2x4x5 values: channel 0: "
    )


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
        ((4, 4), (3, 3), {"zeros_between": -1}, "-1 zeros between pixels are not possible"),
        (
            (4, 4),
            (3, 3),
            {"names": {"filter": "k"}},
            "'filter' is not one of input, kernel, out",
        ),
        ((4, 4), (3, 3), {"colours": {"input": "red"}}, "'red' is not one of input, kernel, out"),
        ((2, 4, 4), (1, 3, 3, 3), {}, r"filters for 3 channels, kernel \(1, 3, 3, 3\), do not fit"),
    ],
)
def test_what_cannot_slide_is_refused_with_the_reason(image, kernel, options, message):
    with pytest.raises(ValueError, match=message):
        figures.slide(np.zeros(image), np.ones(kernel), **options)
