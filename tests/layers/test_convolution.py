"""Convolution: equal to torch's, to central differences and to its own definition."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from against_torch import assert_agrees
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from course_utils.layers import Conv2D, ConvTranspose2D, ShapeError, gradient_check, naive

small = st.integers(1, 3)
BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@st.composite
def convolutions(draw):
    """A convolution of any kind and images that it takes."""
    groups = draw(small)
    inputs, outputs = groups * draw(small), groups * draw(small)
    pair = st.tuples(small, small)
    kernel, stride, dilation = draw(pair), draw(pair), draw(pair)
    padding = draw(
        st.one_of(
            st.just("valid"),
            st.integers(0, 3),
            st.tuples(st.integers(0, 3), st.integers(0, 3)),
        )
    )
    options = dict(stride=stride, padding=padding, dilation=dilation, groups=groups)
    layer = Conv2D(inputs, outputs, kernel, **options, bias=draw(st.booleans()), dtype=np.float64)
    size = [draw(st.integers(d * (k - 1) + 1, 9)) for k, d in zip(kernel, dilation, strict=True)]
    x = np.random.default_rng(draw(st.integers(0, 99))).normal(size=(draw(small), inputs, *size))
    return layer, x


def as_torch(layer, torch):
    weight = layer.parameters["weight"]
    padding = {"valid": 0}.get(layer.padding, layer.padding)
    twin = torch.nn.Conv2d(
        layer.inputs,
        len(weight),
        layer.kernel,
        stride=layer.stride,
        padding=padding,
        dilation=layer.dilation,
        groups=layer.groups,
        bias="bias" in layer.parameters,
        dtype=torch.float64,
    )
    return twin


@settings(max_examples=200)
@given(convolutions())
def test_forward_and_every_gradient_are_torchs(case):
    layer, x = case
    torch = pytest.importorskip("torch")

    assert_agrees(layer, x, as_torch(layer, torch))


@settings(max_examples=25)
@given(convolutions())
def test_the_gradients_pass_central_differences(case):
    layer, x = case

    check = gradient_check(layer, x[:1])
    assert check.error < 1e-6, str(check)


@settings(max_examples=60)
@given(
    st.tuples(small, small),
    st.tuples(small, small),
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    st.integers(0, 9),
)
def test_same_padding_is_tensorflows(kernel, stride, size, seed):
    """ceil(size / stride) outputs, an odd zero at the end: compared with explicit padding."""
    x = np.random.default_rng(seed).normal(size=(2, 2, *size))
    layer = Conv2D(2, 3, kernel, stride=stride, padding="same", dtype=np.float64)
    y = layer(x)

    assert y.shape[2:] == tuple(-(-n // s) for n, s in zip(size, stride, strict=True))
    total = [
        max((-(-n // s) - 1) * s + k - n, 0) for n, s, k in zip(size, stride, kernel, strict=True)
    ]
    explicit = [(t // 2, t - t // 2) for t in total]
    twin = Conv2D(2, 3, kernel, stride=stride, padding=explicit, dtype=np.float64)
    np.testing.assert_array_equal(y, twin(x))


def test_same_padding_is_that_of_keras():
    keras = pytest.importorskip("keras")
    x = np.random.default_rng(0).normal(size=(2, 3, 8, 7)).astype(np.float32)
    for kernel, stride in (((3, 3), 2), ((4, 2), 1), ((5, 4), 3)):
        layer = Conv2D(3, 4, kernel, stride=stride, padding="same")
        theirs = keras.layers.Conv2D(4, kernel, strides=stride, padding="same", use_bias=False)
        theirs.build((None, 8, 7, 3))
        theirs.set_weights([layer.parameters["weight"].transpose(2, 3, 1, 0)])
        y = np.asarray(theirs(x.transpose(0, 2, 3, 1))).transpose(0, 3, 1, 2)
        np.testing.assert_allclose(layer(x), y, atol=1e-4)


@settings(max_examples=25)
@given(
    st.tuples(small, small),
    st.tuples(small, small),
    st.tuples(small, small),
    st.tuples(st.integers(3, 6), st.integers(3, 6)),
)
def test_the_loops_and_the_matrix_product_agree(channels, kernel, stride, size):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, channels[0], *size))
    layer = Conv2D(*channels, kernel, stride=stride, bias=False, dtype=np.float64)
    weight = layer.parameters["weight"]
    y = layer(x)
    gradient = rng.normal(size=y.shape)
    for_x = layer.backward(gradient)

    np.testing.assert_allclose(y, naive.convolve(x, weight, stride=stride), atol=1e-12)
    loops = naive.convolve_backward(gradient, x, weight, stride)
    np.testing.assert_allclose(for_x, loops[0], atol=1e-12)
    np.testing.assert_allclose(layer.gradients["weight"], loops[1], atol=1e-12)


def test_many_images_in_parts_are_the_same_as_all_at_once(monkeypatch):
    from course_utils.layers import convolution

    x = np.random.default_rng(0).normal(size=(7, 3, 9, 9))
    layer = Conv2D(3, 4, 3, padding=1, dtype=np.float64)
    results = []
    for cache in (1 << 30, 1):
        monkeypatch.setattr(convolution, "CACHE", cache)
        y = layer(x)
        results.append((y, layer.backward(np.cos(y)), layer.gradients["weight"]))

    for one, other in zip(*results, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)


@settings(max_examples=60)
@given(st.integers(1, 3), st.tuples(small, small), st.tuples(small, small), st.integers(0, 2))
def test_mirrored_kernels_and_folding_give_the_same_gradient(groups, kernel, dilation, padding):
    from course_utils.layers import convolution

    padding = min(padding, *(d * (k - 1) for k, d in zip(kernel, dilation, strict=True)))
    x = np.random.default_rng(0).normal(size=(2, 2 * groups, 9, 8))
    layer = Conv2D(
        2 * groups,
        3 * groups,
        kernel,
        padding=padding,
        dilation=dilation,
        groups=groups,
        dtype=np.float64,
    )
    y = layer(x)
    ways = []
    with pytest.MonkeyPatch.context() as patch:
        for mirrored in (True, False):
            patch.setattr(convolution, "_moves_less", lambda *_, answer=mirrored: answer)
            ways.append(layer.backward(np.cos(y)))

    np.testing.assert_allclose(*ways, atol=1e-12)


@pytest.fixture
def benchmark(monkeypatch):
    pytest.importorskip("torch")
    monkeypatch.syspath_prepend(BENCHMARKS)
    spec = importlib.util.spec_from_file_location("layers", BENCHMARKS / "layers.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows(benchmark):
    """Each row's name, its layer, images, and a gradient of the outputs."""
    rng = np.random.default_rng(0)
    for name, (shape, (outputs, kernel, padding, stride)) in benchmark.CASES.items():
        layer = Conv2D(shape[1], outputs, kernel, padding=padding, stride=stride)
        size = [(n + 2 * padding - kernel) // stride + 1 for n in shape[2:]]
        x, gradient = rng.normal(size=shape), rng.normal(size=(shape[0], outputs, *size))
        yield name, layer, x.astype(np.float32), gradient.astype(np.float32)


@pytest.mark.proof
def test_the_benchmarks_rows_are_torchs(benchmark):
    """In float32, as they are measured: to a part in 100,000 of the largest number."""
    import torch

    for name, layer, x, gradient in rows(benchmark):
        _, (_, _, padding, stride) = benchmark.CASES[name]
        images = torch.from_numpy(x).requires_grad_()
        weight, bias = (
            torch.from_numpy(layer.parameters[key].copy()).requires_grad_()
            for key in ("weight", "bias")
        )
        expected = torch.nn.functional.conv2d(images, weight, bias, stride, padding)
        expected.backward(torch.from_numpy(gradient))
        found = {"outputs": layer(x), "images": layer.backward(gradient), **layer.gradients}
        theirs = [expected.detach(), images.grad, weight.grad, bias.grad]
        for (part, ours), tensor in zip(found.items(), theirs, strict=True):
            wanted = tensor.numpy()
            close = 1e-5 * np.abs(wanted).max()
            np.testing.assert_allclose(ours, wanted, rtol=0, atol=close, err_msg=f"{name}, {part}")


@pytest.mark.proof
def test_the_benchmarks_rows_take_little_memory(benchmark):
    """Twice images, outputs and kernels, and what is unfolded at a time; im2col of all is more."""
    from course_utils.layers import convolution

    for name, layer, x, gradient in rows(benchmark):
        arrays = x.nbytes + gradient.nbytes + layer.parameters["weight"].nbytes
        most = (2 * arrays + convolution.CACHE * x.itemsize) / 1e6
        assert benchmark.peak(benchmark.ours(layer, x, gradient)) <= most, name


@st.composite
def transposed(draw):
    groups = draw(small)
    inputs, outputs = groups * draw(small), groups * draw(small)
    kernel, stride, dilation = (draw(st.tuples(small, small)) for _ in range(3))
    extra = tuple(
        draw(st.integers(0, max(s, d) - 1)) for s, d in zip(stride, dilation, strict=True)
    )
    size = (draw(st.integers(1, 5)), draw(st.integers(1, 5)))
    padding = (draw(st.integers(0, 2)), draw(st.integers(0, 2)))
    left = [
        (n - 1) * s + d * (k - 1) + 1 - 2 * p + e
        for n, s, d, k, p, e in zip(size, stride, dilation, kernel, padding, extra, strict=True)
    ]
    assume(min(left) > 0)
    layer = ConvTranspose2D(
        inputs,
        outputs,
        kernel,
        stride=stride,
        padding=padding,
        extra=extra,
        dilation=dilation,
        groups=groups,
        dtype=np.float64,
    )
    x = np.random.default_rng(draw(st.integers(0, 99))).normal(size=(2, inputs, *size))
    return layer, x, padding


@settings(max_examples=150)
@given(transposed())
def test_a_transposed_convolution_is_torchs(case):
    layer, x, padding = case
    torch = pytest.importorskip("torch")
    twin = torch.nn.ConvTranspose2d(
        layer.inputs,
        layer.outputs,
        layer.kernel,
        stride=layer.stride,
        padding=padding,
        output_padding=layer.extra,
        dilation=layer.dilation,
        groups=layer.groups,
        dtype=torch.float64,
    )

    assert_agrees(layer, x, twin)


def test_a_transposed_convolution_passes_central_differences():
    layer = ConvTranspose2D(2, 3, 3, stride=2, padding=1, extra=1, dtype=np.float64)
    check = gradient_check(layer, np.random.default_rng(0).normal(size=(2, 2, 3, 3)))

    assert check.error < 1e-6, str(check)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_numbers_keep_their_precision(dtype):
    layer = Conv2D(2, 3, 3, padding="same", dtype=dtype)
    y = layer(np.ones((1, 2, 5, 5), dtype))

    assert y.dtype == layer.backward(y).dtype == layer.gradients["weight"].dtype == dtype


@pytest.mark.parametrize(
    ("make", "shape", "message"),
    [
        (lambda: Conv2D(3, 4, 3), (2, 1, 8, 8), r"takes 3 channels, and \(2, 1, 8, 8\) has 1"),
        (lambda: Conv2D(3, 4, 3), (3, 8, 8), r"takes images \(N, C, H, W\), and these are \(3, 8"),
        (
            lambda: Conv2D(1, 1, 5),
            (1, 1, 4, 9),
            "too small: 4 pixels and 0 of padding, .* covers 5",
        ),
        (lambda: Conv2D(1, 1, 3, dilation=4), (1, 1, 8, 8), "the kernel covers 9"),
        (lambda: Conv2D(3, 4, 3, groups=2), None, "2 groups do not divide 3 and 4"),
        (lambda: Conv2D(3, 4, 0), None, "kernel is 0; expected whole numbers from 1 on"),
        (lambda: Conv2D(3, 4, 3, stride=(1, 2, 3)), None, r"stride is \(1, 2, 3\); expected"),
        (
            lambda: Conv2D(3, 4, 3, padding="full"),
            None,
            "unknown padding 'full': use 'valid', 'same'",
        ),
        (lambda: Conv2D(3, 4, 3, padding=-1), None, "padding is -1; expected"),
        (lambda: ConvTranspose2D(1, 1, 1, padding=1), (1, 1, 1, 1), "nothing is left: .* of -1x-1"),
        (lambda: ConvTranspose2D(1, 1, 2, padding="same"), None, "has no 'same' padding"),
    ],
    ids=lambda value: "",
)
def test_a_broken_rule_is_a_sentence_with_its_numbers(make, shape, message):
    with pytest.raises(ValueError, match=message):
        make()(np.zeros(shape))


def test_a_gradient_of_another_shape_is_refused():
    layer = Conv2D(1, 1, 3)
    layer(np.zeros((1, 1, 5, 5), np.float32))

    with pytest.raises(ShapeError, match=r"returned \(1, 1, 3, 3\), and the gradient is \(1, 1, 5"):
        layer.backward(np.zeros((1, 1, 5, 5)))


def test_rows_that_no_window_reaches_get_a_gradient_of_zero():
    """6x6 with a 3x3 kernel and stride 2: windows begin at 0 and 2, and the last row is left."""
    x, weight = np.ones((1, 1, 6, 6)), np.ones((1, 1, 3, 3))
    layer = Conv2D(1, 1, 3, stride=2, bias=False, dtype=np.float64)
    layer.parameters["weight"][:] = weight
    gradient = np.ones_like(layer(x))
    expected = np.outer([1, 1, 2, 1, 1, 0], [1, 1, 2, 1, 1, 0])

    np.testing.assert_array_equal(layer.backward(gradient)[0, 0], expected)
    np.testing.assert_array_equal(
        naive.convolve_backward(gradient, x, weight, (2, 2))[0][0, 0], expected
    )


@settings(max_examples=40)
@given(
    st.tuples(small, small),
    st.tuples(small, small),
    st.tuples(st.integers(0, 2), st.integers(0, 2)),
    st.tuples(st.integers(3, 6), st.integers(3, 6)),
)
def test_the_loops_with_padding_and_a_rest_are_torchs(kernel, stride, padding, size):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    x, weight = rng.normal(size=(2, 2, *size)), rng.normal(size=(3, 2, *kernel))
    images, kernels = (torch.from_numpy(each).requires_grad_() for each in (x, weight))
    expected = torch.nn.functional.conv2d(images, kernels, None, stride, padding)
    gradient = rng.normal(size=expected.shape)
    expected.backward(torch.from_numpy(gradient))

    y = naive.convolve(x, weight, stride=stride, padding=padding)
    np.testing.assert_allclose(y, expected.detach().numpy(), rtol=0, atol=1e-10)
    found = naive.convolve_backward(gradient, x, weight, stride, padding)
    for ours, theirs in zip(found, (images.grad, kernels.grad), strict=True):
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=0, atol=1e-10)
