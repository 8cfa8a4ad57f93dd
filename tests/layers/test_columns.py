"""im2col and col2im: torch's unfold and fold, and both passes of a convolution."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils import layers
from course_utils.layers import ShapeError, col2im, im2col

small = st.integers(1, 3)
zeros = st.integers(0, 2)


@st.composite
def windows(draw):
    """Images, and a window of any kind that fits them; often with a rest that none reaches."""
    pair = st.tuples(small, small)
    kernel, stride, dilation = draw(pair), draw(pair), draw(pair)
    size = [draw(st.integers(d * (k - 1) + 1, 9)) for k, d in zip(kernel, dilation, strict=True)]
    x = np.random.default_rng(draw(st.integers(0, 99))).normal(size=(draw(small), 2, *size))
    return x, kernel, dict(stride=stride, dilation=dilation, padding=draw(st.tuples(zeros, zeros)))


@settings(max_examples=100)
@given(windows())
def test_they_are_torchs_unfold_and_fold(case):
    functional = pytest.importorskip("torch").nn.functional
    torch = pytest.importorskip("torch")
    x, kernel, options = case
    columns = im2col(x, kernel, **options)
    back = col2im(columns, x.shape[2:], kernel, **options)

    unfolded = functional.unfold(torch.from_numpy(x), kernel, **options)
    np.testing.assert_array_equal(columns, unfolded.numpy())
    folded = functional.fold(unfolded, x.shape[2:], kernel, **options)
    np.testing.assert_allclose(back, folded.numpy(), rtol=0, atol=1e-12)


@settings(max_examples=50)
@given(windows())
def test_one_is_the_others_transpose(case):
    """<im2col x, c> = <x, col2im c> for every x and c."""
    x, kernel, options = case
    columns = im2col(x, kernel, **options)
    others = np.random.default_rng(1).normal(size=columns.shape)

    assert np.vdot(columns, others) == pytest.approx(
        np.vdot(x, col2im(others, x.shape[2:], kernel, **options)), abs=1e-9
    )


def test_a_window_of_two_in_a_row_of_four_by_hand():
    row = np.array([1.0, 2, 3, 4]).reshape(1, 1, 1, 4)
    columns = im2col(row, (1, 2))

    np.testing.assert_array_equal(columns[0], [[1, 2, 3], [2, 3, 4]])
    np.testing.assert_array_equal(col2im(columns, (1, 4), (1, 2)).ravel(), [1, 4, 6, 4])
    left = im2col(row, (1, 3), stride=(1, 3))  # the fourth is a rest
    np.testing.assert_array_equal(col2im(left, (1, 4), (1, 3), stride=(1, 3)).ravel(), [1, 2, 3, 0])


@pytest.mark.parametrize("padding", ["same", "valid", 2])
def test_both_passes_of_a_convolution_are_products_of_matrices(padding):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 3, 8, 7))
    layer = layers.Conv2D(3, 4, 3, stride=2, padding=padding, bias=False, dtype=np.float64)
    matrix = layer.parameters["weight"].reshape(4, -1)
    y = layer(x)
    gradient = rng.normal(size=y.shape)
    flat = gradient.reshape(2, 4, -1)
    columns = im2col(x, 3, stride=2, padding=padding)

    np.testing.assert_allclose((matrix @ columns).reshape(y.shape), y, atol=1e-12)
    back = col2im(matrix.T @ flat, (8, 7), 3, stride=2, padding=padding)
    np.testing.assert_allclose(back, layer.backward(gradient), atol=1e-12)
    weight = (flat @ columns.swapaxes(1, 2)).sum(axis=0)
    np.testing.assert_allclose(weight, layer.gradients["weight"].reshape(4, -1), atol=1e-12)


def test_columns_that_do_not_fit_are_a_sentence():
    with pytest.raises(
        ShapeError, match=r"takes \(N, C \* 9, 4\) for images of 4x4 pixels, and this is \(1, 9, 5"
    ):
        col2im(np.zeros((1, 9, 5)), (4, 4), 3)
    with pytest.raises(ShapeError, match=r"im2col takes images \(N, C, H, W\), and these are \(4"):
        im2col(np.zeros((4, 4)), 3)


@pytest.mark.parametrize(
    "layer",
    [
        layers.Conv2D(1, 4, 3),
        layers.ConvTranspose2D(1, 4, 3),
        layers.AveragePool2D(2),
        layers.MaxPool2D(2, padding=1),
        layers.LocalResponseNorm(),
        lambda x: layers.naive.pool(x, (2, 2), (2, 2), np.mean),
        lambda x: layers.naive.convolve(x, np.ones((1, 1, 3, 3))),
        lambda x: layers.naive.convolve_backward(np.ones((1, 1, 6, 6)), x, np.ones((1, 1, 3, 3))),
    ],
    ids=lambda layer: type(layer).__name__,
)
@pytest.mark.parametrize(
    ("kind", "remedy"),
    [
        (np.uint8, r"images are uint8: use x.astype\(np.float32\) / 255"),
        (np.int64, r"images are int64: use x.astype\(np.float32\)$"),
    ],
)
def test_pixels_as_bytes_get_a_sentence(layer, kind, remedy):
    """As an image file holds them: sums of them would overflow."""
    with pytest.raises(TypeError, match=f"computes with floats, and these {remedy}"):
        layer(np.full((1, 1, 8, 8), 200, kind))


def test_the_largest_of_bytes_is_a_byte():
    pooled = layers.MaxPool2D(2)(np.arange(16, dtype=np.uint8).reshape(1, 1, 4, 4))

    np.testing.assert_array_equal(pooled.ravel(), [5, 7, 13, 15])
