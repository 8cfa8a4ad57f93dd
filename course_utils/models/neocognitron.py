"""The Neocognitron: what a convolutional network was before backpropagation.

K. Fukushima: Neocognitron: a self-organizing neural network model for a mechanism of pattern
recognition unaffected by shift in position. Biological Cybernetics 36, 1980.

S-cells find a feature, C-cells tolerate its position. A plane of S-cells shares its weights, and
learns without a teacher: the cell that responds best makes what it sees its own. Here every C-layer
halves the size; the paper gives sizes in its figure 3.

    network = Neocognitron(planes=(8, 16, 16))
    network.learn(images, passes=5)
    responses = network(images)

Activities are never negative. Maps of one image are `(planes, H, W)`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


class SLayer:
    """Cells that respond where their feature is, and only there: section 2 of the paper.

    `u = r relu((1 + a * x) / (1 + 2r / (1 + r) b v) - 1)` with `v = sqrt(c * x^2)`, where `*` is
    convolution, `a` is learnt and excites, `b` is learnt and inhibits, `c` is fixed and falls with
    distance. The response is about 1 to a feature that was learnt, and 0 to one whose cosine with
    it is below `r / (1 + r)`.

    Parameters
    ----------
    inputs, planes
        Numbers of maps.
    size
        Of the window, odd.
    selectivity
        `r`: 4 means a threshold of 0.8.
    rate
        `q`: how strongly a winner is changed.
    rng
        What draws the weights before learning.
    """

    def __init__(self, inputs: int, planes: int, size: int, selectivity: float, rate: float, rng):
        self.selectivity, self.rate = selectivity, rate
        nearness = _falling(size)[None].repeat(inputs, axis=0)  # c
        self.nearness = nearness / nearness[0].sum()
        self.excitation = 1e-3 * rng.uniform(size=(planes, inputs, size, size))  # a
        self.inhibition = np.zeros(planes)  # b

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """The responses of all cells, `(planes, H, W)`; around the image there is nothing.

        Parameters
        ----------
        x
            Maps of one image, `(inputs, H, W)`.

        Raises
        ------
        ValueError
            If `x` has another shape.
        """
        return self._respond(self._windows(x))

    def learn(self, x: np.ndarray, column: int = 3) -> np.ndarray:
        """Reinforce the winners: section 3 of the paper. Returns the responses before.

        A cell wins if none responds better within `column` places of any plane; a plane has at most
        one winner, the best, and all of the plane becomes as it.

        Parameters
        ----------
        x
            Maps of one image, `(inputs, H, W)`.
        column
            Height and width of the neighbourhood in which cells compete, odd.
        """
        windows = self._windows(x)
        responses = self._respond(windows)
        best = _pooled(responses.max(axis=0), column)
        for plane, response in enumerate(responses):
            row, col = np.unravel_index(response.argmax(), response.shape)
            wins = 0 < response[row, col] == best[row, col]
            if wins and not self._tied(responses, plane, row, col):
                seen = windows[row, col]
                self.excitation[plane] += self.rate * self.nearness * seen
                self.inhibition[plane] += self.rate / 2 * np.sqrt((self.nearness * seen**2).sum())
        return responses

    @staticmethod
    def _tied(responses: np.ndarray, plane: int, row: int, col: int) -> bool:
        """Whether an earlier plane responds as well at the same place: then that one wins."""
        return bool((responses[:plane, row, col] == responses[plane, row, col]).any())

    def _windows(self, x: np.ndarray) -> np.ndarray:
        """`(H, W, inputs, size, size)`: what the cells at each place see."""
        inputs, size = self.excitation.shape[1], self.excitation.shape[-1]
        if x.ndim != 3 or len(x) != inputs:
            raise ValueError(f"an S-layer takes maps ({inputs}, H, W), and these are {x.shape}")
        edge = size // 2
        padded = np.pad(x, ((0, 0), (edge, edge), (edge, edge)))
        return sliding_window_view(padded, (size, size), axis=(1, 2)).transpose(1, 2, 0, 3, 4)

    def _respond(self, windows: np.ndarray) -> np.ndarray:
        r = self.selectivity
        excited = np.tensordot(self.excitation, windows, axes=([1, 2, 3], [2, 3, 4]))
        seen = np.sqrt(np.tensordot(windows**2, self.nearness, axes=([2, 3, 4], [0, 1, 2])))
        inhibited = 2 * r / (1 + r) * self.inhibition[:, None, None] * seen
        return r * np.maximum((1 + excited) / (1 + inhibited) - 1, 0)


class CLayer:
    """Cells that respond if their feature is anywhere near: section 2 of the paper.

    `u = psi((1 + d * x) / (1 + v) - 1)`, `psi(z) = z / (alpha + z)` for positive z; `v` is the mean
    of `d * x` over all planes, and `d` is fixed and falls with distance.

    Parameters
    ----------
    size
        Of the window, odd.
    stride
        Only every `stride`-th cell is kept, along height and width.
    alpha
        The excitation at which a cell responds with one half.
    """

    def __init__(self, size: int, stride: int = 2, alpha: float = 0.5):
        self.weights, self.stride, self.alpha = _falling(size), stride, alpha

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """The responses, `(planes, H / stride, W / stride)`, rounded up.

        `x` are maps of one image, `(planes, H, W)`.
        """
        size = len(self.weights)
        edge = size // 2
        padded = np.pad(x, ((0, 0), (edge, edge), (edge, edge)))
        windows = sliding_window_view(padded, (size, size), axis=(1, 2))
        windows = windows[:, :: self.stride, :: self.stride]
        excited = np.tensordot(windows, self.weights, axes=2)
        z = np.maximum((1 + excited) / (1 + excited.mean(axis=0)) - 1, 0)
        return z / (self.alpha + z)


class Neocognitron:
    """Pairs of an S- and a C-layer; what the last C-layer gives is pooled to one number a plane.

    Parameters
    ----------
    planes
        Of each pair.
    sizes
        Of the S-cells' windows.
    selectivities, rates
        `r` and `q` of each pair; the paper has 4 and 1 in the first, 1.5 and 16 in the others.
    seed
        Of the weights before learning, which only break ties.
    """

    def __init__(
        self,
        planes: Sequence[int] = (24, 24, 24),
        sizes: Sequence[int] = (5, 5, 5),
        selectivities: Sequence[float] = (4.0, 1.5, 1.5),
        rates: Sequence[float] = (1.0, 16.0, 16.0),
        seed: int = 0,
    ):
        lengths = {len(planes), len(sizes), len(selectivities), len(rates)}
        if len(lengths) != 1:
            raise ValueError(f"every pair of layers needs all four settings; there are {lengths}")
        rng = np.random.default_rng(seed)
        inputs = (1, *planes[:-1])
        rows = zip(inputs, planes, sizes, selectivities, rates, strict=True)
        self.pairs = [(SLayer(*row, rng), CLayer(5)) for row in rows]

    def maps(self, image: np.ndarray) -> list[np.ndarray]:
        """The responses of every layer to one `image` `(H, W)`: S1, C1, S2, C2 and so on."""
        found, x = [], self._check(image)
        for s_layer, c_layer in self.pairs:
            found += [s_layer(x), c_layer(s_layer(x))]
            x = found[-1]
        return found

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """The strongest response of each plane of the last layer, `(N, planes)`.

        Parameters
        ----------
        images
            `(N, H, W)`, no number below 0.

        Raises
        ------
        ValueError
            If an image is not of this kind.
        """
        return np.stack([self.maps(image)[-1].max(axis=(1, 2)) for image in images])

    def learn(self, images: np.ndarray, passes: int = 5) -> None:
        """Show the images to each S-layer, the first one first. No labels.

        Parameters
        ----------
        images
            `(N, H, W)`, no number below 0.
        passes
            How often each layer sees all of them.
        """
        current = [self._check(image) for image in images]
        for s_layer, c_layer in self.pairs:
            for _ in range(passes):
                for x in current:
                    s_layer.learn(x)
            current = [c_layer(s_layer(x)) for x in current]

    @staticmethod
    def _check(image: np.ndarray) -> np.ndarray:
        image = np.asarray(image, float)
        if image.ndim != 2 or not np.isfinite(image).all() or image.min() < 0:
            raise ValueError(
                f"the Neocognitron takes images (H, W) of numbers from 0 on; this is {image.shape}"
                + (f", from {image.min():.3g} on" if image.size else "")
            )
        return image[None]


def _falling(size: int) -> np.ndarray:
    """Weights that fall with the distance from the middle, where they are 1."""
    if size % 2 == 0:
        raise ValueError(f"a window has a middle: its size is odd, not {size}")
    offsets = np.arange(size) - size // 2
    return 0.9 ** np.hypot(*np.meshgrid(offsets, offsets)) ** 2


def _pooled(x: np.ndarray, size: int) -> np.ndarray:
    """The largest value around each place."""
    edge = size // 2
    padded = np.pad(x, edge)
    return sliding_window_view(padded, (size, size)).max(axis=(2, 3))
