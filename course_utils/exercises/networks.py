"""One contract for networks of either library: weights in, outputs out.

An exercise that may be solved in PyTorch or in Keras is judged by what its network computes with
weights that the test chooses. Weights find their places by their shapes, so that neither names nor
the order in which layers were made matter; of several layers of one shape, every order is tried.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice, permutations, product

import numpy as np

__all__ = ["outputs"]

ORDERS = 200  # of layers of one shape, tried at most


def outputs(
    network,
    x: np.ndarray,
    weights: list[np.ndarray],
    what: str,
    expected: np.ndarray | None = None,
) -> np.ndarray:
    """What a network gives for `x` in evaluation mode, with these weights.

    Parameters
    ----------
    network
        An `nn.Module` of PyTorch, or a model or layer of Keras, which may have its axes in the
        order `N, H, W, C`: images and feature maps are turned for it, and back.
    x
        `(N, C, H, W)` or `(N, C)`. It is given as float32, or as float64 where a network of
        PyTorch takes that alone.
    weights
        All arrays that the network holds, running statistics included, as PyTorch keeps them:
        kernels `(outputs, inputs, h, w)`, dense layers `(outputs, inputs)`, which may as well be
        convolutions of 1x1. Of arrays of one shape, those of one layer follow each other as in
        both libraries: scale, shift, mean, variance.
    what
        The call, as a student would write it: it begins every message.
    expected
        What comes out if it is right. Several layers of one shape may have been made in any
        order: the first one that leads to this counts, else that in which they were made.

    Raises
    ------
    AssertionError
        If it is no network, or holds arrays of other shapes.
    """
    held = _held(network, what)
    held.run(x)  # what is made at the first call is there then
    placed = _placed(held, [np.asarray(w, np.float32) for w in weights], what)
    held.put(placed)
    y = held.run(x)
    if expected is None:
        return y
    for order in islice(_orders(held.shapes()), ORDERS):
        held.put([placed[n] for n in order])
        other = held.run(x)
        if other.shape == np.shape(expected) and np.allclose(other, expected, 1e-3, 1e-3):
            return other
    return y


def _held(network, what: str) -> _InTorch | _InKeras:
    if network is None:
        raise AssertionError(f"{what} returned None: is a `return` missing?")
    for library in (_InTorch, _InKeras):
        if all(hasattr(network, name) for name in library.METHODS):
            return library(network, what)
    raise AssertionError(
        f"{what} should give a network, an nn.Module of PyTorch or a model or layer of Keras; "
        f"yours is a {type(network).__name__}"
    )


class _InTorch:
    METHODS = ("state_dict", "load_state_dict", "eval")

    def __init__(self, network, what: str):
        self.network, self.what = network, what
        self.of_doubles = False

    def run(self, x: np.ndarray) -> np.ndarray:
        import torch

        self.network.eval()
        images = torch.tensor(np.asarray(x, np.float32))
        try:
            y = self.network(images.double() if self.of_doubles else images)
        except RuntimeError as error:
            # A network of doubles takes nothing else. Its arrays cannot be asked beforehand: those
            # of lazy layers are made at the first call.
            try:
                y = self.network(images.double())
            except RuntimeError:
                raise error from None
            self.of_doubles = True
        return _array(y, self.what)

    def _state(self) -> dict:
        state = self.network.state_dict()
        return {name: value for name, value in state.items() if value.ndim}  # no count of batches

    def shapes(self) -> list[tuple[int, ...]]:
        return [tuple(value.shape) for value in self._state().values()]

    def ways(self, axes: int) -> list[tuple[int, ...]]:
        return [tuple(range(axes))]

    def put(self, arrays: list[np.ndarray]) -> None:
        import torch

        named = zip(self._state(), arrays, strict=True)
        self.network.load_state_dict({n: torch.tensor(a) for n, a in named}, strict=False)


class _InKeras:
    METHODS = ("get_weights", "set_weights")

    def __init__(self, network, what: str):
        self.network, self.what = network, what

    def run(self, x: np.ndarray) -> np.ndarray:
        x = np.asarray(x, np.float32)
        x = np.moveaxis(x, 1, -1) if x.ndim == 4 else x
        y = _array(self.network(x, training=False), self.what)
        return np.moveaxis(y, -1, 1) if y.ndim == 4 else y

    def shapes(self) -> list[tuple[int, ...]]:
        return [value.shape for value in self.network.get_weights()]

    def ways(self, axes: int) -> list[tuple[int, ...]]:
        if axes == 4:  # a kernel, or one of a depthwise layer
            return [(3, 2, 0, 1), (2, 3, 0, 1)]
        return [tuple(reversed(range(axes)))]

    def put(self, arrays: list[np.ndarray]) -> None:
        self.network.set_weights(arrays)


def _bare(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A 1x1 convolution is a dense layer at every place."""
    return shape[:2] if shape[2:] == (1, 1) else shape


def _placed(held: _InTorch | _InKeras, weights: list[np.ndarray], what: str) -> list[np.ndarray]:
    """For each array of a network the weights that belong there, in the network's own layout."""
    waiting, placed, unknown = list(weights), [], []
    for shape in held.shapes():
        for axes in held.ways(len(shape)):
            turned = tuple(shape[axis] for axis in axes)  # as PyTorch would have it
            found = [n for n, w in enumerate(waiting) if _bare(w.shape) == _bare(turned)]
            if found:
                weight = waiting.pop(found[0]).reshape(turned)
                placed.append(weight.transpose(np.argsort(axes)))
                break
        else:
            unknown.append(_bare(tuple(shape[axis] for axis in held.ways(len(shape))[0])))
    missing = [_bare(weight.shape) for weight in waiting]
    if unknown or missing:
        raise AssertionError(_explanation(what, len(weights), missing, unknown))
    return placed


def _layers(shapes: list[tuple[int, ...]]) -> list[list[int]]:
    """Which arrays belong together: a kernel with its bias, or the four of a batch norm."""
    layers: list[list[int]] = []
    n = 0
    while n < len(shapes):
        start, end = n, n + 1
        first = start + (len(shapes[start]) > 1)
        while end < len(shapes) and len(shapes[end]) == 1 and shapes[end] == shapes[first]:
            end += 1
        flat = end - start - 1 if len(shapes[start]) > 1 else end - start
        size = 4 if len(shapes[start]) == 1 and flat >= 4 else 1
        size += len(shapes[start]) > 1 and flat % 4 == 1
        layers.append(list(range(n, n + size)))
        n += size
    return layers


def _orders(shapes: list[tuple[int, ...]]) -> Iterator[list[int]]:
    """Which of the placed arrays goes where, for each order of the layers of one shape."""
    alike: dict[tuple, list[list[int]]] = {}
    for places in _layers(shapes):
        alike.setdefault(tuple(shapes[n] for n in places), []).append(places)
    for chosen in product(*(permutations(group) for group in alike.values())):
        order = list(range(len(shapes)))
        for group, others in zip(alike.values(), chosen, strict=True):
            for places, sources in zip(group, others, strict=True):
                for place, source in zip(places, sources, strict=True):
                    order[place] = source
        yield order


def _explanation(what: str, total: int, missing: list, unknown: list) -> str:
    words = [f"{_listed(missing)} missing"] if missing else []
    words += [f"{_listed(unknown)} too many"] if unknown else []
    hint = ""
    if unknown and not missing and all(len(shape) == 1 for shape in unknown):
        hint = "; has a layer a bias that it should not have?"
    elif missing and not unknown and all(len(shape) == 1 for shape in missing):
        norms = all(number % 4 == 0 for number in Counter(missing).values())
        hint = "; is a batch norm missing, or one used twice?" if norms else "; is a bias missing?"
    return (
        f"{what}: its weights should be {total} arrays; of these shapes, as PyTorch has them, are "
        f"{', and '.join(words)}{hint}"
    )


def _listed(shapes: list[tuple[int, ...]]) -> str:
    counted = Counter(shapes)
    return ", ".join(f"{shape}" + (f" {n} times" if n > 1 else "") for shape, n in counted.items())


def _array(y, what: str) -> np.ndarray:
    """A tensor of either library as an array."""
    if y is None:
        raise AssertionError(f"{what}: the network returns None: is a `return` missing?")
    if hasattr(y, "detach"):
        y = y.detach()
    return np.array(y.numpy() if hasattr(y, "numpy") else y)
