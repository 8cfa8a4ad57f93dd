"""Convolution as matrix products, forward and backward.

Every place where a row of the kernel comes to lie becomes a column of numbers (im2col); the rows of
the kernels are matrices; the sum of their products holds all outputs. What networks call
convolution is, as everywhere, a cross-correlation: the kernel is not flipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .layer import Layer
from .shapes import (
    Padding,
    Pair,
    ShapeError,
    expect_floats,
    expect_gradient,
    expect_images,
    output_size,
    pair,
    resolve_padding,
    sides,
)

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

# So many numbers, at most, are unfolded at a time: what stays in the processor's cache is fast.
CACHE = 1 << 19


@dataclass(frozen=True)
class Geometry:
    """How a kernel moves over images: each field has one entry for height and one for width.

    Attributes
    ----------
    kernel : size `(KH, KW)`
    stride : pixels from one place of the kernel to the next
    dilation : pixels from one element of the kernel to the next
    before, after : rows and columns of zeros above and left of the image, below and right of it
    outputs : numbers of places, `(H', W')`
    """

    kernel: tuple[int, int]
    stride: tuple[int, int]
    dilation: tuple[int, int]
    before: tuple[int, int]
    after: tuple[int, int]
    outputs: tuple[int, int]

    @classmethod
    def of(
        cls,
        size: tuple[int, ...],
        kernel: tuple[int, int],
        stride: tuple[int, int],
        padding: Padding,
        dilation: tuple[int, int],
    ) -> Geometry:
        """The geometry for images of one size.

        Parameters
        ----------
        size
            Height and width of the images, without padding.
        kernel, stride, dilation
            For height and for width.
        padding
            In any form that `Conv2D` takes.

        Raises
        ------
        ShapeError
            If the kernel is larger than the padded image.
        """
        parts = list(zip(size, kernel, stride, dilation, strict=True))
        zeros = [resolve_padding(p, *part) for p, part in zip(sides(padding), parts, strict=True)]
        rows, columns = (output_size(*part, *z) for part, z in zip(parts, zeros, strict=True))
        before, after = zip(*zeros, strict=True)
        return cls(kernel, stride, dilation, before, after, (rows, columns))

    def pad(self, x: np.ndarray) -> np.ndarray:
        """The images `x`, `(N, C, H, W)`, with zeros around them; `x` itself if there are none."""
        if not any(self.before + self.after):
            return x
        around = [(0, 0), (0, 0), *zip(self.before, self.after, strict=True)]
        return np.pad(x, around)

    def mirrored(self, size: tuple[int, ...]) -> Geometry | None:
        """How mirrored kernels move over the outputs, so that each pixel meets what it went into.

        None where that is no convolution: at strides above 1, and with more padding than a kernel
        reaches.

        Parameters
        ----------
        size
            Height and width of the images, without padding.
        """
        parts = zip(self.kernel, self.dilation, self.before, self.outputs, size, strict=True)
        # Zeros before and after an axis: what a kernel reaches beyond its first element.
        above, beside = ((d * (k - 1) - b, n - m + b) for k, d, b, m, n in parts)
        if self.stride != (1, 1) or min(above + beside) < 0:
            return None
        before, after, (height, width) = (above[0], beside[0]), (above[1], beside[1]), size
        return Geometry(self.kernel, self.stride, self.dilation, before, after, (height, width))

    def taps(self) -> Iterator[tuple[slice, slice]]:
        """The rows and columns of the padded images that each element of the kernel meets."""
        for i, j in np.ndindex(self.kernel):
            yield self.met(0, i), self.met(1, j)

    def met(self, axis: int, place: int) -> slice:
        """The rows (`axis` 0) or columns (1) that row or column `place` of the kernel meets."""
        first, step = place * self.dilation[axis], self.stride[axis]
        return slice(first, first + step * (self.outputs[axis] - 1) + 1, step)


def unfold(padded: np.ndarray, geometry: Geometry) -> np.ndarray:
    """im2col along the width: `(N, C, KW, H, W')`, what each column of the kernel meets.

    The rows stay as they are: a row of the kernel meets neighbouring rows of this array, and for
    none of them does anything have to be copied again.

    Parameters
    ----------
    padded
        Images with their padding, `(N, C, H, W)`.
    geometry
        How the kernel moves.
    """
    width, places = geometry.kernel[1], geometry.outputs[1]
    result = np.empty((*padded.shape[:2], width, padded.shape[2], places), padded.dtype)
    for j in range(width):
        result[:, :, j] = padded[..., geometry.met(1, j)]
    return result


def fold(unfolded: np.ndarray, padded: np.ndarray, geometry: Geometry) -> None:
    """col2im: add each number of an unfolded array to the pixel that it came from.

    Parameters
    ----------
    unfolded
        `(N, C, KW, H, W')`, as `unfold` returns it.
    padded
        `(N, C, H, W)` with its padding; changed in place.
    geometry
        How the kernel moves.
    """
    for j in range(geometry.kernel[1]):
        padded[..., geometry.met(1, j)] += unfolded[:, :, j]


def rows_met(unfolded: np.ndarray, i: int, geometry: Geometry) -> np.ndarray:
    """The rows of an unfolded array that one row of the kernel meets: `(N, C, KW, H', W')`, a view.

    Parameters
    ----------
    unfolded
        `(N, C, KW, H, W')`, as `unfold` returns it.
    i
        The row of the kernel, from 0 to KH - 1.
    geometry
        How the kernel moves.
    """
    return unfolded[:, :, :, geometry.met(0, i)]


def as_matrices(weight: np.ndarray, groups: int) -> np.ndarray:
    """Each row of the kernels as a matrix: `(KH, groups, O / groups, C / groups * KW)`.

    Parameters
    ----------
    weight
        Kernels, `(O, C / groups, KH, KW)`.
    groups
        Parts of the channels that do not see each other.
    """
    matrices = weight.transpose(2, 0, 1, 3).reshape(weight.shape[2], groups, -1)
    return np.ascontiguousarray(matrices.reshape(*matrices.shape[:2], len(weight) // groups, -1))


def mirror(weight: np.ndarray, groups: int) -> np.ndarray:
    """The kernels mirrored in height and width, from outputs to inputs: `(C, O / groups, KH, KW)`.

    Parameters
    ----------
    weight
        Kernels, `(O, C / groups, KH, KW)`.
    groups
        Parts of the channels that do not see each other.
    """
    parts = weight[..., ::-1, ::-1].reshape(groups, -1, *weight.shape[1:])
    return parts.swapaxes(1, 2).reshape(-1, parts.shape[1], *weight.shape[2:])


def convolve(x: np.ndarray, weight: np.ndarray, geometry: Geometry, groups: int) -> np.ndarray:
    """The convolution of images, without bias: `(N, O, H', W')`.

    Parameters
    ----------
    x
        Images without padding, `(N, C, H, W)`.
    weight
        Kernels, `(O, C / groups, KH, KW)`.
    geometry
        How the kernels move, for images of this size.
    groups
        Parts of the channels that do not see each other.
    """
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
    """The loss's gradient with respect to the kernels: `(O, C / groups, KH, KW)`.

    Parameters
    ----------
    gradient
        That with respect to the outputs, `(N, O, H', W')`.
    x
        Images without padding, `(N, C, H, W)`.
    geometry
        How the kernels move, for images of this size.
    groups
        Parts of the channels that do not see each other.
    """
    padded, (height, width) = geometry.pad(x), geometry.kernel
    outputs, inputs = gradient.shape[1], x.shape[1] // groups
    result = np.zeros((height, groups, inputs * width, outputs // groups), x.dtype)
    for part in _parts(padded, geometry):
        unfolded = unfold(padded[part], geometry)
        above = gradient[part].reshape(len(unfolded), groups, outputs // groups, -1)
        # Pixels come first, as products are slower where the right factor is a transposed view.
        above = np.ascontiguousarray(above.swapaxes(2, 3))
        for i in range(height):
            met = rows_met(unfolded, i, geometry).reshape(len(above), groups, inputs * width, -1)
            products = met @ above
            result[i] += products.sum(axis=0) if len(products) > 1 else products[0]
    by_output = result.swapaxes(2, 3).reshape(height, outputs, inputs, width)
    return by_output.transpose(1, 2, 0, 3).copy()


def input_gradient(
    gradient: np.ndarray, weight: np.ndarray, size: tuple[int, ...], geometry: Geometry, groups: int
) -> np.ndarray:
    """The loss's gradient with respect to the images, without their padding: `(N, C, H, W)`.

    At stride 1 it is a convolution of the outputs' gradient with mirrored kernels; where that
    moves more numbers, and at larger strides, each output's share is added to the pixels that it
    came from.

    Parameters
    ----------
    gradient
        That with respect to the outputs, `(N, O, H', W')`.
    weight
        Kernels, `(O, C / groups, KH, KW)`.
    size
        Height and width of the images, without padding.
    geometry
        How the kernels move, for images of this size.
    groups
        Parts of the channels that do not see each other.
    """
    mirrored = geometry.mirrored(size)
    if mirrored and _moves_less(mirrored, geometry, len(weight), weight.shape[1] * groups):
        return convolve(gradient, mirror(weight, groups), mirrored, groups)
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


def _moves_less(mirrored: Geometry, geometry: Geometry, outputs: int, inputs: int) -> bool:
    """Whether convolving with mirrored kernels copies and adds fewer numbers than folding does."""
    (height, width), (rows, columns) = mirrored.outputs, geometry.outputs
    unfolded = outputs * (mirrored.before[0] + rows + mirrored.after[0]) * width
    added = inputs * height * width
    folded = inputs * (geometry.before[0] + height + geometry.after[0]) * columns
    tall, wide = geometry.kernel
    return wide * unfolded + tall * added < tall * wide * folded


def _parts(padded: np.ndarray, geometry: Geometry) -> Iterator[slice]:
    """A few images at a time, so that what is unfolded of them stays in the processor's cache."""
    one = padded.shape[1] * padded.shape[2] * geometry.kernel[1] * geometry.outputs[1]
    step = max(1, CACHE // max(one, 1))
    for start in range(0, len(padded), step):
        yield slice(start, start + step)


class _Kernels(Layer):
    """What both kinds of convolution have: kernels, biases, and how they move."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: Pair,
        *,
        stride: Pair,
        dilation: Pair,
        groups: int,
        bias: bool,
        seed: int,
        dtype: DTypeLike,
        transposed: bool,
    ) -> None:
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
        Pixels from one place of the kernel to the next, and from one of its elements to the next;
        for height and width, or one number for both.
    padding
        "valid", "same" (as in TensorFlow), a number, `(height, width)` or
        `((top, bottom), (left, right))`.
    groups
        Each of so many parts of the outputs sees one part of the inputs; `groups=inputs` is a
        depthwise convolution.
    bias
        Whether a learned number is added to every output channel.
    seed
        Of the kernels, drawn as K. He et al. (2015) advise for ReLU; the biases begin with 0.
    dtype
        Of kernels and biases.

    Raises
    ------
    ShapeError
        If `groups` does not divide both numbers of channels.
    ValueError
        If one of the sizes is not a whole number from 1 on, or `padding` is none of the above.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: Pair,
        *,
        stride: Pair = 1,
        padding: Padding = "valid",
        dilation: Pair = 1,
        groups: int = 1,
        bias: bool = True,
        seed: int = 0,
        dtype: DTypeLike = np.float32,
    ) -> None:
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
        """The convolution of images, plus the bias if there is one.

        Parameters
        ----------
        x
            Images, `(N, C, H, W)`.
        training
            Changes nothing.

        Returns
        -------
        `(N, O, H', W')`.

        Raises
        ------
        ShapeError
            If `x` has another number of channels or axes, or is smaller than the kernel.
        TypeError
            If `x` holds whole numbers.
        """
        expect_images(x, self.inputs, "this convolution")
        expect_floats(x, "this convolution")
        self.x = x
        self.geometry = Geometry.of(
            x.shape[2:], self.kernel, self.stride, self.padding, self.dilation
        )
        return self._with_bias(convolve(x, self.parameters["weight"], self.geometry, self.groups))

    def backward(self, gradient: np.ndarray) -> np.ndarray:
        """The gradient `(N, C, H, W)` of the images; those of kernels and biases go to `gradients`.

        Parameters
        ----------
        gradient
            Of the output, `(N, O, H', W')`.
        """
        weight = self.parameters["weight"]
        shape = (len(self.x), self.outputs, *self.geometry.outputs)
        expect_gradient(gradient, shape, "this convolution")
        self._learn(weight_gradient(gradient, self.x, self.geometry, self.groups), gradient)
        return input_gradient(gradient, weight, self.x.shape[2:], self.geometry, self.groups)


class ConvTranspose2D(_Kernels):
    """Transposed convolution of `(N, C, H, W)` to larger `(N, O, H', W')`.

    It is the backward pass of a convolution, used forward: every pixel paints its kernel onto the
    output. `H' = (H - 1) * stride + dilation * (KH - 1) + 1 - padding + extra`, where `padding` is
    that above and below together; the weight is `(C, O / groups, KH, KW)`, as in PyTorch (M. Zeiler
    et al.: Deconvolutional networks, 2010).

    Parameters
    ----------
    inputs, outputs
        Channels C and O.
    kernel
        Height and width, or one number for both.
    stride, dilation
        Pixels of the output from one painted kernel to the next, and from one element of the kernel
        to the next; for height and width, or one number for both.
    padding
        Rows and columns cut off the output, in the forms that `Conv2D` takes, but not "same".
    extra
        Rows and columns added at the bottom and on the right, PyTorch's `output_padding`.
    groups
        Each of so many parts of the outputs sees one part of the inputs.
    bias
        Whether a learned number is added to every output channel.
    seed
        Of the kernels; the biases begin with 0.
    dtype
        Of kernels and biases.

    Raises
    ------
    ShapeError
        If `groups` does not divide both numbers of channels.
    ValueError
        If a size is not a whole number, or `padding` is "same".
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: Pair,
        *,
        stride: Pair = 1,
        padding: Padding = 0,
        extra: Pair = 0,
        dilation: Pair = 1,
        groups: int = 1,
        bias: bool = True,
        seed: int = 0,
        dtype: DTypeLike = np.float32,
    ) -> None:
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
        """The transposed convolution of images, plus the bias if there is one.

        Parameters
        ----------
        x
            Images, `(N, C, H, W)`.
        training
            Changes nothing.

        Returns
        -------
        `(N, O, H', W')`.

        Raises
        ------
        ShapeError
            If `x` has another number of channels or axes, or the padding cuts everything off.
        TypeError
            If `x` holds whole numbers.
        """
        expect_images(x, self.inputs, "this transposed convolution")
        expect_floats(x, "this transposed convolution")
        zeros = [(0, 0) if isinstance(p, str) else p for p in self.padding]
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
        """The gradient `(N, C, H, W)` of the images; those of kernels and biases go to `gradients`.

        Parameters
        ----------
        gradient
            Of the output, `(N, O, H', W')`.
        """
        expect_gradient(gradient, self.shape, "this transposed convolution")
        self._learn(weight_gradient(self.x, gradient, self.geometry, self.groups), gradient)
        return convolve(gradient, self.parameters["weight"], self.geometry, self.groups)
