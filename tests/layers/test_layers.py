"""All other layers and the losses: equal to torch's, and to central differences."""

import numpy as np
import pytest
from against_torch import TOLERANCE, assert_agrees
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils import layers
from course_utils.layers import gradient_check, naive

sizes = st.integers(1, 6)
images = st.tuples(st.integers(1, 3), st.integers(1, 4), sizes, sizes)
seeds = st.integers(0, 99)


def normal(shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch")


# --- elementwise -----------------------------------------------------------------------------

ACTIVATIONS = {
    "relu": (layers.ReLU, lambda nn: nn.ReLU()),
    "leaky relu": (lambda: layers.LeakyReLU(0.2), lambda nn: nn.LeakyReLU(0.2)),
    "elu": (lambda: layers.ELU(1.3), lambda nn: nn.ELU(1.3)),
    "gelu": (layers.GELU, lambda nn: nn.GELU()),
    "gelu, tanh": (lambda: layers.GELU("tanh"), lambda nn: nn.GELU("tanh")),
    "silu": (layers.SiLU, lambda nn: nn.SiLU()),
    "sigmoid": (layers.Sigmoid, lambda nn: nn.Sigmoid()),
    "tanh": (layers.Tanh, lambda nn: nn.Tanh()),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
@settings(max_examples=20)
@given(shape=images, seed=seeds, scale=st.sampled_from([1.0, 30.0, 800.0]))
def test_an_activation_is_torchs(torch, name, shape, seed, scale):
    ours, theirs = ACTIVATIONS[name]

    assert_agrees(ours(), scale * normal(shape, seed), theirs(torch.nn))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_passes_central_differences_and_keeps_its_precision(name):
    layer = ACTIVATIONS[name][0]()

    assert gradient_check(layer, normal((3, 7))).error < 1e-5
    for dtype in (np.float32, np.float64):
        y = layer(normal((2, 3)).astype(dtype))
        assert y.dtype == layer.backward(y).dtype == dtype


@given(st.integers(1, 4), st.integers(1, 3), seeds)
def test_maxout_takes_the_largest_piece(pieces, channels, seed):
    layer = layers.Maxout(pieces)
    x = normal((2, pieces * channels, 3, 2), seed)
    expected = np.stack(
        [x[:, k * pieces : (k + 1) * pieces].max(axis=1) for k in range(channels)], axis=1
    )

    np.testing.assert_array_equal(layer(x), expected)
    assert gradient_check(layer, x).error < 1e-6


def test_maxout_says_what_does_not_divide():
    with pytest.raises(ValueError, match="5 channels are not a multiple of 2 pieces"):
        layers.Maxout(2)(np.zeros((1, 5)))


# --- dense, flatten, dropout -----------------------------------------------------------------


@given(st.integers(1, 5), st.integers(1, 5), st.integers(1, 5), st.booleans())
def test_a_dense_layer_is_torchs(torch, n, inputs, outputs, bias):
    layer = layers.Dense(inputs, outputs, bias=bias, dtype=np.float64)

    assert_agrees(
        layer,
        normal((n, inputs)),
        torch.nn.Linear(inputs, outputs, bias=bias, dtype=torch.float64),
    )


def test_a_dense_layer_says_what_does_not_fit():
    with pytest.raises(layers.ShapeError, match=r"takes \(N, 3\), and this is \(2, 4\)"):
        layers.Dense(3, 1)(np.zeros((2, 4)))


@given(images)
def test_flatten_and_back(shape):
    layer, x = layers.Flatten(), normal(shape)

    assert layer(x).shape == (shape[0], np.prod(shape[1:]))
    np.testing.assert_array_equal(layer.backward(layer(x)), x)


def test_dropout_leaves_out_a_share_and_keeps_the_mean():
    layer, x = layers.Dropout(0.3, seed=1), np.ones((200, 200))
    y = layer(x, training=True)

    assert set(np.unique(y)) == {0, 1 / 0.7}
    assert y.mean() == pytest.approx(1, abs=0.02)
    np.testing.assert_array_equal(layer.backward(x), y)
    assert layer(x) is x and layer.backward(x) is x


def test_dropout_refuses_a_rate_of_1():
    with pytest.raises(ValueError, match="rate is 1; expected a number from 0 up to"):
        layers.Dropout(1)


# --- pooling ---------------------------------------------------------------------------------


@st.composite
def windows(draw):
    kernel = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    stride = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    padding = tuple(draw(st.integers(0, k // 2)) for k in kernel)
    size = [draw(st.integers(k, 7)) for k in kernel]
    return kernel, stride, padding, normal((2, 3, *size), draw(seeds))


@settings(max_examples=100)
@given(windows())
def test_max_pooling_is_torchs(torch, case):
    kernel, stride, padding, x = case

    assert_agrees(
        layers.MaxPool2D(kernel, stride=stride, padding=padding),
        x,
        torch.nn.MaxPool2d(kernel, stride, padding),
    )


@settings(max_examples=100)
@given(windows())
def test_average_pooling_is_torchs(torch, case):
    kernel, stride, padding, x = case

    assert_agrees(
        layers.AveragePool2D(kernel, stride=stride, padding=padding),
        x,
        torch.nn.AvgPool2d(kernel, stride, padding),
    )


@settings(max_examples=30)
@given(windows())
def test_pooling_is_what_the_loops_say(case):
    kernel, stride, _, x = case

    np.testing.assert_array_equal(
        layers.MaxPool2D(kernel, stride=stride)(x), naive.pool(x, kernel, stride)
    )
    np.testing.assert_allclose(
        layers.AveragePool2D(kernel, stride=stride)(x),
        naive.pool(x, kernel, stride, choose=np.mean),
        atol=1e-12,
    )


def test_of_equal_values_one_gets_the_gradient():
    layer = layers.MaxPool2D(2)
    layer(np.zeros((1, 1, 4, 4)))

    assert layer.backward(np.ones((1, 1, 2, 2))).sum() == 4


@pytest.mark.parametrize("kernel", [(16, 16), (17, 17), (1, 300)])
def test_a_window_of_more_than_256_pixels_remembers_its_largest(torch, kernel):
    """The numbers of its pixels do not fit into a byte."""
    x = normal((1, 2, 2 * kernel[0], 2 * kernel[1]))

    assert_agrees(layers.MaxPool2D(kernel), x, torch.nn.MaxPool2d(kernel))


@given(images)
def test_global_average_pooling_is_a_mean(torch, shape):
    class Twin:
        def __call__(self, x):
            return torch.nn.functional.adaptive_avg_pool2d(x, 1)[:, :, 0, 0]

    assert_agrees(layers.GlobalAveragePool2D(), normal(shape), Twin())


@pytest.mark.parametrize("layer", [layers.MaxPool2D(2), layers.AveragePool2D(3)])
def test_pooling_says_what_is_too_small(layer):
    with pytest.raises(layers.ShapeError, match="too small: 1 pixels and 0 of padding"):
        layer(np.zeros((1, 1, 1, 5)))


# --- normalisation ---------------------------------------------------------------------------

NAMES = {"scale": "weight", "shift": "bias"}


@settings(max_examples=40)
@given(st.one_of(st.tuples(st.integers(2, 5), sizes), images), seeds, st.booleans())
def test_batch_norm_is_torchs(torch, shape, seed, training):
    if training and np.prod(shape) == shape[1]:
        shape = (2, *shape[1:])
    channels, kind = shape[1], torch.nn.BatchNorm1d if len(shape) == 2 else torch.nn.BatchNorm2d
    layer, twin = layers.BatchNorm(channels, dtype=np.float64), kind(channels, dtype=torch.float64)
    layer.parameters["scale"][:] = normal(channels, seed)
    layer.parameters["shift"][:] = normal(channels, seed + 1)
    warm = 3 * normal((4, *shape[1:]), seed) + 2
    layer(warm, training=True)
    with torch.no_grad():
        twin(torch.from_numpy(warm))
    twin.train(training)

    assert_agrees(layer, normal(shape, seed + 2), twin, NAMES, training)
    np.testing.assert_allclose(layer.running_mean, twin.running_mean, atol=TOLERANCE)
    np.testing.assert_allclose(layer.running_variance, twin.running_var, atol=TOLERANCE)


def test_batch_norm_passes_central_differences():
    assert (
        gradient_check(layers.BatchNorm(3, dtype=np.float64), normal((4, 3)), training=True).error
        < 1e-5
    )


def test_batch_norm_needs_two_values_a_channel():
    with pytest.raises(layers.ShapeError, match=r"\(1, 3\) has one value a channel"):
        layers.BatchNorm(3)(np.zeros((1, 3)), training=True)


@settings(max_examples=40)
@given(st.integers(1, 5), images, seeds)
def test_local_response_norm_is_torchs(torch, size, shape, seed):
    """PyTorch divides alpha by the size."""
    layer = layers.LocalResponseNorm(size, alpha=0.3, beta=0.6, k=1.5)
    twin = torch.nn.LocalResponseNorm(size, alpha=0.3 * size, beta=0.6, k=1.5)

    assert_agrees(layer, normal(shape, seed), twin)


rows = st.lists(sizes, min_size=1, max_size=3).flatmap(
    lambda shape: st.integers(2, 6).map(lambda width: (*shape, width))
)


@settings(max_examples=40)
@given(rows, seeds)
def test_layer_norm_is_torchs(torch, shape, seed):
    layer = layers.LayerNorm(shape[-1], dtype=np.float64)
    layer.parameters["scale"][:] = normal(shape[-1], seed)
    layer.parameters["shift"][:] = normal(shape[-1], seed + 1)

    assert_agrees(
        layer, normal(shape, seed + 2), torch.nn.LayerNorm(shape[-1], dtype=torch.float64), NAMES
    )
    assert gradient_check(layer, normal((3, shape[-1]), seed)).error < 1e-4


def test_layer_norm_says_what_does_not_fit():
    with pytest.raises(layers.ShapeError, match=r"takes \(\.\.\., 4\), and this is \(2, 3\)"):
        layers.LayerNorm(4)(np.zeros((2, 3)))


# --- attention -------------------------------------------------------------------------------

IN_TORCH = {
    "in_weight": "in_proj_weight",
    "in_bias": "in_proj_bias",
    "out_weight": "out_proj.weight",
    "out_bias": "out_proj.bias",
}


def attention(torch, width, heads, seed=0):
    """Ours, and torch's as a function of its tokens."""
    layer = layers.SelfAttention(width, heads, seed=seed, dtype=np.float64)
    for number, (name, value) in enumerate(layer.parameters.items()):
        if name.endswith("bias"):
            value[:] = normal(value.shape, seed + number)

    class Twin(torch.nn.MultiheadAttention):
        def forward(self, x):
            return super().forward(x, x, x, need_weights=False)[0]

    return layer, Twin(width, heads, batch_first=True, dtype=torch.float64)


@settings(max_examples=40)
@given(st.tuples(sizes, sizes), st.integers(1, 3), st.integers(1, 3), seeds)
def test_attention_is_torchs(torch, batch, heads, each, seed):
    layer, twin = attention(torch, heads * each, heads, seed)

    assert_agrees(layer, normal((*batch, heads * each), seed), twin, IN_TORCH)


def test_attention_passes_central_differences_and_its_weights_are_shares(torch):
    layer, twin = attention(torch, 4, 2)
    x = normal((2, 3, 4))

    assert gradient_check(layer, x).error < 1e-5
    layer(x)
    weights = torch.nn.MultiheadAttention.forward(
        twin, *[torch.from_numpy(x)] * 3, average_attn_weights=False
    )[1]
    assert layer.attention.shape == weights.shape == (2, 2, 3, 3)
    np.testing.assert_allclose(layer.attention.sum(3), 1)


def test_tokens_in_another_order_give_the_same_in_that_order(torch):
    """Attention does not know where a token stands: somebody has to add its place."""
    layer, _ = attention(torch, 6, 2)
    x, order = normal((2, 5, 6)), [3, 0, 4, 1, 2]

    np.testing.assert_allclose(layer(x)[:, order], layer(x[:, order]))


def test_attention_keeps_its_precision():
    layer = layers.SelfAttention(4, 2)
    y = layer(normal((1, 3, 4)).astype(np.float32))

    assert y.dtype == layer.backward(y).dtype == np.float32


def test_attention_says_what_does_not_fit():
    with pytest.raises(ValueError, match="6 numbers a token cannot be shared by 4 heads"):
        layers.SelfAttention(6, 4)
    with pytest.raises(layers.ShapeError, match=r"takes \(N, T, 6\), and this is \(2, 6\)"):
        layers.SelfAttention(6)(np.zeros((2, 6)))
    with pytest.raises(TypeError, match="uint8"):
        layers.SelfAttention(6)(np.zeros((2, 3, 6), np.uint8))


# --- losses ----------------------------------------------------------------------------------


@given(st.integers(1, 5), st.integers(2, 6), seeds, st.sampled_from([1.0, 1e3]))
def test_cross_entropy_is_torchs(torch, n, classes, seed, scale):
    logits = scale * normal((n, classes), seed)
    labels = np.random.default_rng(seed).integers(0, classes, n)
    loss = layers.SoftmaxCrossEntropy()
    input_ = torch.from_numpy(logits).requires_grad_()
    expected = torch.nn.functional.cross_entropy(input_, torch.from_numpy(labels))
    expected.backward()

    assert loss(logits, labels) == pytest.approx(expected.item(), abs=1e-9)
    np.testing.assert_allclose(loss.backward(), input_.grad, atol=TOLERANCE)
    np.testing.assert_allclose(layers.softmax(logits), input_.softmax(1).detach(), atol=TOLERANCE)


@given(images, seeds)
def test_mean_squared_error_is_torchs(torch, shape, seed):
    y, target = normal(shape, seed), normal(shape, seed + 1)
    loss, input_ = layers.MeanSquaredError(), torch.from_numpy(y).requires_grad_()
    expected = torch.nn.functional.mse_loss(input_, torch.from_numpy(target))
    expected.backward()

    assert loss(y, target) == pytest.approx(expected.item(), abs=TOLERANCE)
    np.testing.assert_allclose(loss.backward(), input_.grad, atol=TOLERANCE)


@pytest.mark.parametrize(
    ("logits", "labels", "message"),
    [
        ((2, 3), [0, 3], "labels go from 0 to 3; expected 0 to 2"),
        ((2, 3), [-1, 0], "labels go from -1 to 0; expected 0 to 2"),
        ((2, 3), [0.0, 1.0], "labels are float64; expected whole numbers"),
        ((2, 3), [0, 1, 2], r"logits are \(2, 3\) and labels \(3,\)"),
    ],
)
def test_labels_that_do_not_fit_are_said(logits, labels, message):
    with pytest.raises(ValueError, match=message):
        layers.SoftmaxCrossEntropy()(np.zeros(logits), np.array(labels))


# --- the check itself ------------------------------------------------------------------------


def test_the_gradient_check_finds_a_wrong_derivative_and_says_where():
    class Wrong(layers.Tanh):
        def backward(self, gradient):
            result = super().backward(gradient)
            result[1, 2] *= 1.01
            return result

    check = gradient_check(Wrong(), normal((2, 3)))

    assert check.error == pytest.approx(0.01, rel=0.02)
    assert (check.where, check.index) == ("input", (1, 2))
    assert "at input[1, 2]: backward says" in str(check)


def test_the_gradient_check_finds_a_wrong_parameter():
    class Wrong(layers.Dense):
        def backward(self, gradient):
            result = super().backward(gradient)
            self.gradients["bias"] = self.gradients["bias"] * 0
            return result

    assert gradient_check(Wrong(2, 2, dtype=np.float64), normal((3, 2))).where == "bias"


def test_the_gradient_check_refuses_float32():
    with pytest.raises(ValueError, match="input is float32; differences need float64"):
        gradient_check(layers.ReLU(), np.zeros((1, 1), np.float32))
