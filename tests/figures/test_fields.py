"""A drawn receptive field is the one that a gradient finds."""

import pytest
from matplotlib.colors import to_hex

from course_utils import figures


@pytest.mark.parametrize(
    ("kernels", "strides", "dilations", "seen", "span"),
    [
        ([3], [], [], 3, 3),
        ([3, 3], [], [], 5, 5),
        ([3, 3, 3], [2, 2], [], 15, 15),
        ([2] * 3, [], [1, 2, 4], 8, 8),
        ([3], [], [2], 3, 5),
        ([1, 2], [4], [], 2, 5),
    ],
)
def test_it_is_as_large_as_the_gradient_says(kernels, strides, dilations, seen, span):
    torch = pytest.importorskip("torch")
    full = ([*given, *[1] * len(kernels)][: len(kernels)] for given in (strides, dilations))
    stack = torch.nn.Sequential(
        *(torch.nn.Conv1d(1, 1, k, s, 0, d) for k, s, d in zip(kernels, *full, strict=True))
    )
    for parameter in stack.parameters():
        torch.nn.init.ones_(parameter)
    x = torch.zeros(1, 1, 40, requires_grad=True)
    stack(x)[0, 0, 0].backward()
    positions = x.grad[0, 0].nonzero().ravel().tolist()

    figure = figures.receptive_field(kernels, strides, dilations)

    assert (len(positions), positions[-1] + 1) == (seen, span)
    assert f"sees {seen} input values" in figure.alt
    assert (f"spread over {span}" in figure.alt) == (seen < span)


def test_there_is_a_line_for_each_weight_that_is_used():
    """One value of layer 2 uses 3 weights, the three below it 3 each."""
    assert len(figures.receptive_field([3, 3]).axes[0].lines) == 3 + 9


def test_its_title_and_its_words_name_layers_kernels_and_settings():
    figure = figures.receptive_field([3, 2], strides=[2], dilations=[1, 4])

    assert figure.axes[0].get_title() == "One value of layer 2 sees 6 input values, spread over 11"
    assert figure.alt.startswith(
        "Stack of 1-D convolutions with kernels 3, 2, strides 2, 1, dilations 1, 4: "
    )


def test_inputs_that_are_passed_over_are_hollow():
    hollow, seen, *_ = figures.receptive_field([2], dilations=[3]).axes[0].collections

    assert hollow.get_offsets()[:, 0].tolist() == [1, 2]
    assert to_hex(hollow.get_facecolor()[0]) == "#ffffff"
    assert to_hex(seen.get_facecolor()[0]).upper() == figures.COLOURS["output"]
