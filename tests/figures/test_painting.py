"""What the animation paints in the end is the gradient that PyTorch computes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils import figures
from course_utils.figures import board

sizes = st.integers(1, 3)


@given(st.tuples(sizes, sizes), st.tuples(sizes, sizes), st.integers(1, 3), st.integers(0, 99))
def test_the_last_frame_holds_torchs_gradient(outputs, kernel, stride, seed):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(seed)
    gradient, weights = (rng.integers(-9, 9, size) for size in (outputs, kernel))
    made = figures.paint(gradient, weights, stride=stride)

    arrays = (torch.from_numpy(a.astype(float))[None, None] for a in (gradient, weights))
    wanted = torch.nn.functional.conv_transpose2d(*arrays, stride=stride)[0, 0].numpy()

    words = made.alt.rpartition("In the end: ")[2].rstrip(".")
    painted = np.array([[float(text) for text in row.split()] for row in words.split("; ")])
    assert np.array_equal(painted, wanted)
    assert len(made.frames) == gradient.size


@pytest.mark.parametrize("shape", [(6, 6), (5, 6), (7, 7)])
@pytest.mark.parametrize("padding", [0, 1, 2])
def test_padding_is_cut_off_and_what_no_window_reaches_keeps_0(shape, padding):
    """Torch differentiates the forward pass; the animation knows only how to go back."""
    torch = pytest.importorskip("torch")
    kernel = np.array([[1, 0, -1], [2, 0, -2], [1, 4, -1]])
    x = torch.zeros(1, 1, *shape, dtype=torch.float64, requires_grad=True)
    weight = torch.tensor(kernel, dtype=torch.float64)[None, None]
    y = torch.nn.functional.conv2d(x, weight, stride=2, padding=padding)
    dy = np.arange(1, y.numel() + 1).reshape(y.shape[2:])
    y.backward(torch.tensor(dy, dtype=torch.float64)[None, None])

    made = figures.paint(dy, kernel, stride=2, padding=padding, shape=shape)

    words = made.alt.rpartition("In the end: ")[2].rstrip(".")
    painted = np.array([[float(text) for text in row.split()] for row in words.split("; ")])
    np.testing.assert_array_equal(painted, x.grad[0, 0].numpy())


def test_painting_forwards_has_its_own_names():
    names = {"input": "input", "output": "output"}
    made = figures.paint(np.eye(2), np.ones((3, 3)), stride=2, names=names)

    assert made.alt.startswith(
        "Animation: each value of a 2x2 input paints a 3x3 kernel onto a 5x5 output, stride 2. "
    )


def test_all_pictures_have_one_size():
    made = figures.paint(np.arange(9).reshape(3, 3), -np.ones((3, 3)), stride=2)

    assert len({frame.size for frame in made.frames}) == 1


def test_numbers_that_are_added_carry_their_sign():
    assert [board.signed(value) for value in (2, 0, -2.5)] == ["+2", "+0", "−2.5"]


@pytest.mark.parametrize(
    ("gradient", "kernel", "options", "message"),
    [
        ((2, 2, 2), (3, 3), {}, r"the gradient has shape \(2, 2, 2\): paint needs two axes"),
        ((2, 2), (3,), {}, r"the kernel has shape \(3,\): paint needs two axes"),
        ((2, 2), (3, 3), {"stride": 0}, "stride 0 makes no step: let it be 1 or more"),
        ((2, 2), (3, 3), {"padding": -1}, "padding -1 is negative: let it be 0 or more"),
        ((1, 1), (3, 3), {"padding": 2}, "with padding 2 nothing is left of the input"),
        (
            (2, 2),
            (3, 3),
            {"shape": (5, 4)},
            "5x4 values does not give 2x2: let shape be from 4x4",
        ),
    ],
)
def test_what_cannot_be_painted_is_refused_with_the_reason(gradient, kernel, options, message):
    with pytest.raises(ValueError, match=message):
        figures.paint(np.zeros(gradient), np.ones(kernel), **options)
