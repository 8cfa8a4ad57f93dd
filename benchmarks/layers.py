"""Our NumPy convolution beside torch's and beside the plain loops: forward and backward.

    python benchmarks/layers.py [--repeats 5]

prints a table in Markdown: one thread each, float32, the same arrays, turn by turn in one process;
the median of each. The loops run on one image and a few channels, and are scaled up by their number
of multiplications. Memory is what our forward and backward pass take at most above the arrays that
go in, as tracemalloc counts it.

The ratio depends on the kernels that NumPy's OpenBLAS takes; the last line names them. Where
OPENBLAS_CORETYPE forbids it what the processor can do, torch, which it does not bind, gains.
"""

from __future__ import annotations

import argparse
import statistics
import time
import tracemalloc

import numpy as np
import torch
from threadpoolctl import threadpool_info, threadpool_limits

from course_utils.layers import Conv2D, naive

# Name; images, channels, height and width; outputs, kernel, padding, stride.
CASES = [
    ("LeNet C1, 5x5", (64, 1, 32, 32), (6, 5, 0, 1)),
    ("LeNet C3, 5x5", (64, 6, 14, 14), (16, 5, 0, 1)),
    ("VGG conv1-2, 3x3", (4, 64, 112, 112), (64, 3, 1, 1)),
    ("VGG conv3-1, 3x3", (8, 128, 56, 56), (256, 3, 1, 1)),
    ("VGG conv5-1, 3x3", (16, 512, 14, 14), (512, 3, 1, 1)),
    ("ResNet conv2, 3x3", (16, 64, 56, 56), (64, 3, 1, 1)),
    ("ResNet conv4, 3x3, stride 2", (16, 128, 28, 28), (256, 3, 1, 2)),
    ("GoogLeNet 3a, 5x5", (16, 16, 28, 28), (32, 5, 2, 1)),
]


def seconds(function) -> float:
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


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


def loops(x, weight, padding: int, stride: int) -> float:
    """Seconds that the loops would take for all of it: a corner is timed and scaled up."""
    corner = np.pad(x[:1, :2], [(0, 0), (0, 0), (padding,) * 2, (padding,) * 2])[..., :16, :16]
    kernels = weight[:2, :2]
    gradient = naive.convolve(corner, kernels, stride=(stride, stride))

    def run():
        naive.convolve(corner, kernels, stride=(stride, stride))
        naive.convolve_backward(gradient, corner, kernels, (stride, stride))

    once = seconds(run)
    outputs = [(n + 2 * padding - weight.shape[2]) // stride + 1 for n in x.shape[2:]]
    products = len(x) * np.prod(outputs) * weight.size
    return once * products / (gradient.size * kernels[0].size)


def peak(run) -> float:
    """Megabytes."""
    tracemalloc.start()
    run()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


def row(
    name: str, shape, outputs: int, kernel: int, padding: int, stride: int, repeats: int
) -> str:
    rng = np.random.default_rng(0)
    x = rng.normal(size=shape).astype(np.float32)
    layer = Conv2D(shape[1], outputs, kernel, padding=padding, stride=stride)
    gradient = rng.normal(size=layer(x).shape).astype(np.float32)
    runs = {
        "ours": ours(layer, x, gradient),
        "torch": theirs(layer, x, gradient, padding, stride),
    }
    times = {key: [] for key in runs}
    for repeat in range(repeats + 1):
        for key, run in runs.items():
            spent = seconds(run)
            if repeat:  # the first is a warm-up
                times[key].append(spent)
    a, b = (statistics.median(times[key]) for key in ("ours", "torch"))
    slow = loops(x, layer.parameters["weight"], padding, stride)
    size = "x".join(map(str, shape))
    return (
        f"| {name} | {size} -> {outputs} | {1000 * a:.1f} | {1000 * b:.1f} | {a / b:.2f} | "
        f"{slow / a:,.0f} | {peak(runs['ours']):.1f} | {x.nbytes / 1e6:.1f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--data", help="taken for the sake of `make bench`, and not needed")
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(
        "| layer | images -> channels | ours, ms | torch, ms | ratio | loops / ours | memory, MB "
        "| images, MB |"
    )
    print("|---|---|---|---|---|---|---|---|")
    with threadpool_limits(1):
        for name, shape, settings in CASES:
            print(row(name, shape, *settings, options.repeats), flush=True)
    kernels = {i["architecture"] for i in threadpool_info() if i["internal_api"] == "openblas"}
    print(f"\nOpenBLAS used its kernels for {', '.join(sorted(kernels)) or '(not OpenBLAS)'}.")


if __name__ == "__main__":
    main()
