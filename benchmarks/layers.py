"""Our NumPy convolution beside torch's and beside the plain loops: forward and backward.

    python benchmarks/layers.py [--runs 11] [--only NAME ...] [--json FILE]

prints a table in Markdown: one thread each, float32, the same arrays, in turns in one process. A
ratio is that of two neighbouring turns. The products are the three that a convolution by im2col
multiplies, one for outputs, kernels and images each, with nothing copied: NumPy can hardly be
quicker. The loops run on one image and a few channels, and are scaled up by their number of
multiplications. Memory is what our forward and backward pass take at most above the arrays that go
in, as tracemalloc counts it. It takes about a minute.

The ratio depends on the kernels that NumPy's OpenBLAS takes; the first line names them. Where
OPENBLAS_CORETYPE forbids it what the processor can do, torch, which it does not bind, gains.
"""

from __future__ import annotations

import tracemalloc
from functools import partial

import numpy as np
import torch
from threadpoolctl import threadpool_limits

import measuring
from course_utils.layers import Conv2D, naive
from measuring import Spread, seconds

# Images, channels, height and width; outputs, kernel, padding, stride.
CASES = {
    "LeNet C1, 5x5": ((64, 1, 32, 32), (6, 5, 0, 1)),
    "LeNet C3, 5x5": ((64, 6, 14, 14), (16, 5, 0, 1)),
    "VGG conv1-2, 3x3": ((4, 64, 112, 112), (64, 3, 1, 1)),
    "VGG conv3-1, 3x3": ((8, 128, 56, 56), (256, 3, 1, 1)),
    "VGG conv5-1, 3x3": ((16, 512, 14, 14), (512, 3, 1, 1)),
    "ResNet conv2, 3x3": ((16, 64, 56, 56), (64, 3, 1, 1)),
    "ResNet conv4, 3x3, stride 2": ((16, 128, 28, 28), (256, 3, 1, 2)),
    "GoogLeNet 3a, 5x5": ((16, 16, 28, 28), (32, 5, 2, 1)),
}
COLUMNS = {
    "layer": "",
    "images -> channels": "",
    "ours, ms": ".1f",
    "torch, ms": ".1f",
    "ratio": ".2f",
    "products / torch": ".2f",
    "loops / ours": ",.0f",
    "memory, MB": ".1f",
    "images, MB": ".1f",
}


def ours(layer: Conv2D, x: np.ndarray, gradient: np.ndarray):
    def run():
        layer.forward(x)
        layer.backward(gradient)

    return run


def theirs(layer: Conv2D, x: np.ndarray, gradient: np.ndarray, padding: int, stride: int):
    weight, bias = (
        torch.from_numpy(layer.parameters[name]).requires_grad_() for name in ("weight", "bias")
    )
    images, back = torch.from_numpy(x).requires_grad_(), torch.from_numpy(gradient)

    def run():
        for tensor in (images, weight, bias):
            tensor.grad = None
        y = torch.nn.functional.conv2d(images, weight, bias, stride, padding)
        y.backward(back)

    return run


def products(layer: Conv2D, x: np.ndarray, gradient: np.ndarray):
    """The products alone, image by image: numbers do not matter, so each has the same columns."""
    weight = layer.parameters["weight"].reshape(gradient.shape[1], -1)
    above = gradient[0].reshape(gradient.shape[1], -1)
    rng = np.random.default_rng(0)
    columns = rng.normal(size=(weight.shape[1], above.shape[1])).astype(x.dtype)
    factors = [
        (weight, columns),
        (above, np.ascontiguousarray(columns.T)),
        (np.ascontiguousarray(weight.T), above),
    ]
    results = [np.empty((len(a), b.shape[1]), x.dtype) for a, b in factors]

    def run():
        for _ in x:
            for (a, b), result in zip(factors, results, strict=True):
                np.matmul(a, b, out=result)

    return run


def loops(x, weight, padding: int, stride: int):
    """Seconds that the loops would take for all of it: a corner is timed and scaled up."""
    corner = np.pad(x[:1, :2], [(0, 0), (0, 0), (padding,) * 2, (padding,) * 2])[..., :16, :16]
    kernels = weight[:2, :2]
    gradient = naive.convolve(corner, kernels, stride=(stride, stride))
    outputs = [(n + 2 * padding - weight.shape[2]) // stride + 1 for n in x.shape[2:]]
    products = len(x) * np.prod(outputs) * weight.size
    scale = products / (gradient.size * kernels[0].size)

    def run():
        naive.convolve(corner, kernels, stride=(stride, stride))
        naive.convolve_backward(gradient, corner, kernels, (stride, stride))

    return lambda: scale * seconds(run)


def peak(run) -> float:
    """Megabytes."""
    tracemalloc.start()
    run()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


def row(name: str, runs: int) -> tuple:
    """The cells of a case."""
    shape, (outputs, kernel, padding, stride) = CASES[name]
    rng = np.random.default_rng(0)
    x = rng.normal(size=shape).astype(np.float32)
    layer = Conv2D(shape[1], outputs, kernel, padding=padding, stride=stride)
    gradient = rng.normal(size=layer(x).shape).astype(np.float32)
    run = ours(layer, x, gradient)
    contenders = {
        "ours": partial(seconds, run),
        "torch": partial(seconds, theirs(layer, x, gradient, padding, stride)),
        "products": partial(seconds, products(layer, x, gradient)),
        "loops": loops(x, layer.parameters["weight"], padding, stride),
    }
    a, b, least, slow = measuring.turns(contenders, runs, warm_ups=1).values()
    return (
        name,
        f"{'x'.join(map(str, shape))} -> {outputs}",
        Spread.of(1000 * one for one in a),
        Spread.of(1000 * one for one in b),
        Spread.of(one / other for one, other in zip(a, b, strict=True)),
        Spread.of(one / other for one, other in zip(least, b, strict=True)),
        Spread.of(one / other for one, other in zip(slow, a, strict=True)),
        peak(run),
        x.nbytes / 1e6,
    )


def main() -> None:
    options = measuring.parser(__doc__, runs=11, only=CASES).parse_args()
    torch.set_num_threads(1)
    with threadpool_limits(1), measuring.Results("layers", options.json) as results:
        results.table("Convolutions, forward and backward", COLUMNS)
        for name in options.only:
            results.row(*row(name, options.runs))


if __name__ == "__main__":
    main()
