"""Convolution as matrix products, forward and backward.

Every place where a row of the kernel comes to lie becomes a column of numbers (im2col); the rows of
the kernels are matrices; the sum of their products holds all outputs. What networks call
convolution is, as everywhere, a cross-correlation: the kernel is not flipped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .layer import Layer
from .shapes import (
    ShapeError,
    expect_gradient,
    expect_images,
    output_size,
    pair,
    resolve_padding,
    sides,
)

CACHE = (
    1 << 19
)  # numbers in the columns of a few images at a time: what stays in the cache is quick


@dataclass(frozen=True)
class Geometry:
    """How a kernel `(KH, KW)` moves over images: along height and along width."""

    kernel: tuple[int, int]
    stride: tuple[int, int]
    dilation: tuple[int, int]
    before: tuple[int, int]
    after: tuple[int, int]
    outputs: tuple[int, int]

    @classmethod
    def of(cls, size, kernel, stride, padding, dilation) -> Geometry:
        """For images of this height and width."""
        parts = list(zip(size, kernel, stride, dilation, strict=True))
        zeros = [resolve_padding(p, *part) for p, part in zip(sides(padding), parts, strict=True)]
        outputs = [output_size(*part, *z) for part, z in zip(parts, zeros, strict=True)]
        before, after = zip(*zeros, strict=True)
        return cls(tuple(kernel), tuple(stride), tuple(dilation), before, after, tuple(outputs))

    def pad(self, x: np.ndarray) -> np.ndarray:
        """Zeros round the images."""
        if not any(self.before + self.after):
            return x
        around = [(0, 0), (0, 0), *zip(self.before, self.after, strict=True)]
        return np.pad(x, around)

    def taps(self):
        """Each element of the kernel, and the pixels of the padded image that it ever meets."""
        for i, j in np.ndindex(self.kernel):
            yield (
                i,
                j,
                *(
                    slice(k * d, k * d + s * (n - 1) + 1, s)
                    for k, d, s, n in zip(
                        (i, j), self.dilation, self.stride, self.outputs, strict=True
                    )
                ),
            )


def unfold(padded: np.ndarray, geometry: Geometry) -> np.ndarray:
    """im2col along the width: `(N, C, KW, H, W')`, what each column of the kernel meets.

    The rows stay as they are: a row of the kernel then meets neighbouring rows of this array, and
    for none of them has anything to be copied again.
    """
    (_, kernel), (_, step), (_, spread) = geometry.kernel, geometry.stride, geometry.dilation
    width = geometry.outputs[1]
    result = np.empty((*padded.shape[:2], kernel, padded.shape[2], width), padded.dtype)
    for j in range(kernel):
        result[:, :, j] = padded[..., j * spread : j * spread + step * (width - 1) + 1 : step]
    return result


def fold(unfolded: np.ndarray, padded: np.ndarray, geometry: Geometry) -> None:
    """col2im: add each number of an unfolded array to the pixel that it came from."""
    step, spread, width = geometry.stride[1], geometry.dilation[1], geometry.outputs[1]
    for j in range(geometry.kernel[1]):
        columns = slice(j * spread, j * spread + step * (width - 1) + 1, step)
        padded[..., columns] += unfolded[:, :, j]


def rows_met(unfolded: np.ndarray, i: int, geometry: Geometry) -> np.ndarray:
    """The rows of an unfolded array that row `i` of the kernel meets: `(N, C, KW, H', W')`."""
    first, step, count = i * geometry.dilation[0], geometry.stride[0], geometry.outputs[0]
    return unfolded[:, :, :, first : first + step * (count - 1) + 1 : step]


def as_matrices(weight: np.ndarray, groups: int) -> np.ndarray:
    """Each row of the kernels as a matrix: `(KH, groups, O / groups, C / groups * KW)`."""
    matrices = weight.transpose(2, 0, 1, 3).reshape(weight.shape[2], groups, -1)
    return np.ascontiguousarray(matrices.reshape(*matrices.shape[:2], len(weight) // groups, -1))


def convolve(x: np.ndarray, weight: np.ndarray, geometry: Geometry, groups: int) -> np.ndarray:
    """Images `(N, C, H, W)` and kernels `(O, C / groups, KH, KW)` give `(N, O, H', W')`."""
    padded, matrices = geometry.pad(x), as_matrices(weight, groups)
    result = np.zeros((len(x), groups, len(weight) // groups, np.prod(geometry.outputs)), x.dtype)
    for part in _parts(padded, geometry):
        unfolded = unfold(padded[part], geometry)
        for i, matrix in enumerate(matrices):
            met = rows_met(unfolded, i, geometry)
            result[part] += matrix @ met.reshape(len(met), groups, matrix.shape[2], -1)
    return result.reshape(len(x), len(weight), *geometry.outputs)


def weight_gradient(
    gradient: np.ndarray, x: np.ndarray, geometry: Geometry, groups: int
) -> np.ndarray:
    """From the gradient `(N, O, H', W')` that of the kernels, `(O, C / groups, KH, KW)`."""
    padded, (height, width) = geometry.pad(x), geometry.kernel
    outputs, inputs = gradient.shape[1], x.shape[1] // groups
    result = np.zeros((height, groups, outputs // groups, inputs * width), x.dtype)
    for part in _parts(padded, geometry):
        unfolded = unfold(padded[part], geometry)
        above = gradient[part].reshape(len(unfolded), groups, outputs // groups, -1)
        for i in range(height):
            met = rows_met(unfolded, i, geometry).reshape(len(above), groups, inputs * width, -1)
            for one, other in zip(above, met, strict=True):
                result[i] += one @ other.swapaxes(1, 2)
    return result.reshape(height, outputs, inputs, width).transpose(1, 2, 0, 3).copy()


def input_gradient(
    gradient: np.ndarray, weight: np.ndarray, size: tuple[int, ...], geometry: Geometry, groups: int
) -> np.ndarray:
    """From the gradient `(N, O, H', W')` that of the images, `(N, C, H, W)` of this `size`."""
    channels, matrices = weight.shape[1] * groups, as_matrices(weight, groups).swapaxes(2, 3)
    edges = zip(geometry.before, size, geometry.after, strict=True)
    padded = np.zeros((len(gradient), channels, *map(sum, edges)), gradient.dtype)
    for part in _parts(padded, geometry):
        above = gradient[part].reshape(len(padded[part]), groups, matrices.shape[3], -1)
        shape = (len(above), channels, geometry.kernel[1], padded.shape[2], geometry.outputs[1])
        unfolded = np.zeros(shape, gradient.dtype)
        for i, matrix in enumerate(matrices):
            met = rows_met(unfolded, i, geometry)
            met += (matrix @ above).reshape(met.shape)
        fold(unfolded, padded[part], geometry)
    (top, left), (height, width) = geometry.before, size
    return padded[:, :, top : top + height, left : left + width]


def _parts(padded: np.ndarray, geometry: Geometry):
    """A few images at a time, so that what is unfolded of them stays in the processor's cache."""
    one = padded.shape[1] * padded.shape[2] * geometry.kernel[1] * geometry.outputs[1]
    step = max(1, CACHE // max(one, 1))
    for start in range(0, len(padded), step):
        yield slice(start, start + step)


class _Kernels(Layer):
    """What both kinds of convolution have: kernels, biases, and how they move."""

    def __init__(
        self, inputs, outputs, kernel, *, stride, dilation, groups, bias, seed, dtype, transposed
    ):
        super().__init__()
        if groups < 1 or inputs % groups or outputs % groups:
            raise ShapeError(
                f"{groups} groups do not divide {inputs} and {outputs} channels evenly"
            )
        self.inputs, self.outputs, self.groups = inputs, outputs, groups
        self.kernel, self.stride = pair(kernel, "kernel"), pair(stride, "stride")
        self.dilation = pair(dilation, "dilation")
        first, second = (inputs, outputs) if transposed else (outputs, inputs)
        shape = (first, second // groups, *self.kernel)
        weight = np.random.default_rng(seed).normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        self.parameters["weight"] = weight.astype(dtype)
        if bias:
            self.parameters["bias"] = np.zeros(outputs, dtype)

    def _with_bias(self, y: np.ndarray) -> np.ndarray:
        return y + self.parameters["bias"][:, None, None] if "bias" in self.parameters else y

    def _learn(self, weight: np.ndarray, gradient: np.ndarray) -> None:
        self.gradients["weight"] = weight
        if "bias" in self.parameters:
            self.gradients["bias"] = gradient.sum(axis=(0, 2, 3))


class Conv2D(_Kernels):
    """Convolution of images `(N, C, H, W)` to `(N, O, H', W')`.

    Parameters
    ----------
    inputs, outputs
        Channels C and O.
    kernel
        Height and width, or one number for both.
    stride, dilation
        Steps between places, and between the pixels that a kernel meets.
    padding
        "valid", "same" (as in TensorFlow), a number, `(height, width)` or
        `((top, bottom), (left, right))`.
    groups
        Each of so many parts of the outputs sees one part of the inputs; `groups=inputs` is a
        depthwise convolution.
    seed
        Of the kernels, drawn as K. He et al. (2015) advise for ReLU; the biases begin with 0.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel,
        *,
        stride=1,
        padding="valid",
        dilation=1,
        groups: int = 1,
        bias: bool = True,
        seed: int = 0,
        dtype=np.float32,
    ):
        super().__init__(
            inputs,
            outputs,
            kernel,
            stride=stride,
            dilation=dilation,
            groups=groups,
            bias=bias,
            seed=seed,
            dtype=dtype,
            transposed=False,
        )
        sides(padding)
        self.padding = padding

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        expect_images(x, self.inputs, "this convolution")
        self.x = x
        self.geometry = Geometry.of(
            x.shape[2:], self.kernel, self.stride, self.padding, self.dilation
        )
        return self._with_bias(convolve(x, self.parameters["weight"], self.geometry, self.groups))

    def backward(self, gradient: np.ndarray) -> np.ndarray:
        weight = self.parameters["weight"]
        shape = (len(self.x), self.outputs, *self.geometry.outputs)
        expect_gradient(gradient, shape, "this convolution")
        self._learn(weight_gradient(gradient, self.x, self.geometry, self.groups), gradient)
        return input_gradient(gradient, weight, self.x.shape[2:], self.geometry, self.groups)


class ConvTranspose2D(_Kernels):
    """Transposed convolution of `(N, C, H, W)` to larger `(N, O, H', W')`.

    It is the backward pass of a convolution, used forward: every pixel paints its kernel onto the
    output. `H' = (H - 1) * stride + dilation * (KH - 1) + 1 - padding + extra`; the weight is
    `(C, O / groups, KH, KW)`, as in PyTorch (M. Zeiler et al.: Deconvolutional networks, 2010).
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel,
        *,
        stride=1,
        padding=0,
        extra=0,
        dilation=1,
        groups: int = 1,
        bias: bool = True,
        seed: int = 0,
        dtype=np.float32,
    ):
        super().__init__(
            inputs,
            outputs,
            kernel,
            stride=stride,
            dilation=dilation,
            groups=groups,
            bias=bias,
            seed=seed,
            dtype=dtype,
            transposed=True,
        )
        self.padding, self.extra = sides(padding), pair(extra, "extra", 0)
        if "same" in self.padding:
            raise ValueError("a transposed convolution has no 'same' padding: give numbers")

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        expect_images(x, self.inputs, "this transposed convolution")
        zeros = [(0, 0) if p == "valid" else p for p in self.padding]
        size = tuple(
            (n - 1) * s + d * (k - 1) + 1 - sum(z) + e
            for n, s, d, k, z, e in zip(
                x.shape[2:], self.stride, self.dilation, self.kernel, zeros, self.extra, strict=True
            )
        )
        if min(size) < 1:
            raise ShapeError(
                f"nothing is left: {x.shape} gives images of {size[0]}x{size[1]} pixels"
            )
        self.x, self.shape = x, (len(x), self.outputs, *size)
        before, after = zip(*zeros, strict=True)
        self.geometry = Geometry(
            self.kernel, self.stride, self.dilation, before, after, x.shape[2:]
        )
        result = input_gradient(x, self.parameters["weight"], size, self.geometry, self.groups)
        return np.ascontiguousarray(self._with_bias(result))

    def backward(self, gradient: np.ndarray) -> np.ndarray:
        expect_gradient(gradient, self.shape, "this transposed convolution")
        self._learn(weight_gradient(self.x, gradient, self.geometry, self.groups), gradient)
        return convolve(gradient, self.parameters["weight"], self.geometry, self.groups)
