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


def test_all_pictures_have_one_size():
    made = figures.paint(np.arange(9).reshape(3, 3), -np.ones((3, 3)), stride=2)

    assert len({frame.size for frame in made.frames}) == 1


def test_numbers_that_are_added_carry_their_sign():
    assert [board.signed(value) for value in (2, 0, -2.5)] == ["+2", "+0", "−2.5"]


@pytest.mark.parametrize(
    ("gradient", "kernel", "stride", "message"),
    [
        ((2, 2, 2), (3, 3), 1, r"the gradient has shape \(2, 2, 2\): paint needs two axes"),
        ((2, 2), (3,), 1, r"the kernel has shape \(3,\): paint needs two axes"),
        ((2, 2), (3, 3), 0, "stride 0 makes no step: let it be 1 or more"),
    ],
)
def test_what_cannot_be_painted_is_refused_with_the_reason(gradient, kernel, stride, message):
    with pytest.raises(ValueError, match=message):
        figures.paint(np.zeros(gradient), np.ones(kernel), stride=stride)
