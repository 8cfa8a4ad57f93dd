"""Real medical photographs for two sets of MedMNIST: tiles of stained tissue, and of an eye ground.

Both pictures come with scikit-image. What a tile is called is measured on it and says no more than
that: how much of it is stained brown or blue, or how much of it is darker than what is around, as
vessels are. Tiles in between two classes are left out. A picture is cut into blocks, and each block
belongs to one split: no pixel is in two of them.

The measures are whole numbers, so that a tile has the same class on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ... import packaged
from ...seeds import example

SIDE, BLOCK = 28, 36  # pixels of a tile, and of the blocks that tiles are cut from
COUNTS = {"train": 3000, "val": 600, "test": 1000}
DEAL = ("train", "val", "train", "test", "train")  # blocks that are alike go round like this
BROWN, BLUE = 45, 12  # by which red exceeds blue, or blue red, in a pixel that is stained
AROUND, DARKER = 31, 7  # pixels to compare with, and by how much a dark one is less green

# Per cent of the tile that must be brown and blue; blue stains nuclei, brown a protein (FHL2).
STAINS = {
    "no stain": ((0, 2), (0, 1)),
    "a little blue": ((0, 2), (4, 13)),
    "some blue": ((0, 2), (18, 29)),
    "much blue": ((0, 2), (36, 100)),
    "blue and brown": ((10, 70), (10, 100)),
    "a quarter brown": ((12, 34), (0, 2)),
    "half brown": ((44, 58), (0, 2)),
    "most of it brown": ((68, 80), (0, 2)),
    "all brown": ((90, 100), (0, 2)),
}
# Per cent of the tile that must be dark: the grades are in order.
VESSELS = {
    "no dark pixels": (0, 0.5),
    "4 to 6 % dark": (4, 6),
    "10 to 13 % dark": (10, 13),
    "18 to 22 % dark": (18, 22),
    "30 % dark or more": (30, 100),
}


class Graded(NamedTuple):
    """A picture `(H, W, 3)`, and the class of the tile at each place, -1 for none."""

    picture: np.ndarray
    labels: np.ndarray
    names: tuple[str, ...]


def tissue() -> Graded:
    """The stained tissue: how much of a tile is brown, and how much blue."""
    picture = _picture("ihc.png")
    red, _, blue = picture.astype(np.int64).transpose(2, 0, 1)
    shares = _share(red - blue > BROWN), _share(blue - red > BLUE)
    labels = np.full(shares[0].shape, -1)
    for label, ranges in enumerate(STAINS.values()):
        labels[np.logical_and(*map(_within, shares, ranges))] = label
    return Graded(picture, labels, tuple(STAINS))


def retina() -> Graded:
    """The eye ground at half its size: how much of a tile is darker than what is around it."""
    whole = _picture("retina.jpg")[:1410, :1410].astype(np.int64)
    picture = (whole.reshape(705, 2, 705, 2, 3).sum(axis=(1, 3)) + 2) // 4
    green, inside = picture[..., 1], picture[..., 0] > 100  # the camera's round field
    dark = np.zeros(green.shape, bool)
    edge = AROUND // 2
    middle = green[edge:-edge, edge:-edge]
    dark[edge:-edge, edge:-edge] = (middle + DARKER) * AROUND**2 < _sums(green, AROUND)
    share, whole_tile = _share(dark), _sums(inside, SIDE) == SIDE**2
    labels = np.full(share.shape, -1)
    for label, range_ in enumerate(VESSELS.values()):
        labels[_within(share, range_) & whole_tile] = label
    return Graded(picture.astype(np.uint8), labels, tuple(VESSELS))


SETS: dict[str, Callable[[], Graded]] = {"pathmnist": tissue, "retinamnist": retina}


def tiles(
    name: str, most: dict[str, int] | None = None
) -> tuple[dict[str, tuple[np.ndarray, np.ndarray]], tuple[str, ...]]:
    """Tiles `(N, 28, 28, 3)` uint8 and labels `(N, 1)` uint8 of each split, and class names.

    Classes are balanced. Tiles of one split overlap; each is turned or mirrored at random, and no
    two are the same.

    Parameters
    ----------
    name
        One of `SETS`.
    most
        Tiles of each split that there may be at most.
    """
    picture, labels, names = SETS[name]()
    rng = example(len(names))
    result = {}
    for split, blocks in deal(labels, rng).items():
        count = min(COUNTS[split], (most or {}).get(split, COUNTS[split]))
        wanted = rng.permutation(np.arange(count) % len(names))
        places = [_places(labels, blocks, label) for label in range(len(names))]
        seen: set[bytes] = set()
        images = np.stack([_new_tile(picture, places[label], rng, seen) for label in wanted])
        result[split] = images, wanted.astype(np.uint8)[:, None]
    return result, names


def deal(labels: np.ndarray, rng) -> dict[str, list[tuple[int, int]]]:
    """The upper left corners of each split's blocks; those of one kind go round all splits.

    Parameters
    ----------
    labels
        The class of the tile at each place, -1 for none.
    rng
        Decides which blocks of a kind go where.
    """
    kinds: dict[int, list[tuple[int, int]]] = {}
    height, width = (length + SIDE - 1 for length in labels.shape)
    for top in range(0, height - BLOCK + 1, BLOCK):
        for left in range(0, width - BLOCK + 1, BLOCK):
            inside = _inside(labels, top, left)
            if (inside >= 0).any():
                usual = int(np.bincount(inside[inside >= 0]).argmax())
                kinds.setdefault(usual, []).append((top, left))
    alike = [blocks[n] for _, blocks in sorted(kinds.items()) for n in rng.permutation(len(blocks))]
    dealt: dict[str, list[tuple[int, int]]] = {split: [] for split in COUNTS}
    for number, block in enumerate(alike):
        dealt[DEAL[number % len(DEAL)]].append(block)
    return dealt


def _picture(file: str) -> np.ndarray:
    from PIL import Image

    with Image.open(packaged.file("skimage", f"data/{file}")) as image:
        return np.asarray(image.convert("RGB"))


def _sums(values: np.ndarray, side: int) -> np.ndarray:
    """The sum of each square of that side, by its upper left corner."""
    total = np.pad(values.astype(np.int64).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    return total[side:, side:] - total[:-side, side:] - total[side:, :-side] + total[:-side, :-side]


def _share(mask: np.ndarray) -> np.ndarray:
    """For each tile, a hundred times the pixels that are in the mask."""
    return 100 * _sums(mask, SIDE)


def _within(share: np.ndarray, range_: tuple[float, float]) -> np.ndarray:
    low, high = range_
    return (share >= low * SIDE**2) & (share <= high * SIDE**2)


def _inside(labels: np.ndarray, top: int, left: int) -> np.ndarray:
    """The classes of all tiles in a block."""
    room = BLOCK - SIDE + 1
    return labels[top : top + room, left : left + room]


def _places(labels: np.ndarray, blocks, label: int) -> list[tuple[int, int]]:
    """Where the tiles of a class are, in these blocks."""
    return [
        (top + down, left + right)
        for top, left in blocks
        for down, right in np.argwhere(_inside(labels, top, left) == label).tolist()
    ]


def _new_tile(picture: np.ndarray, places, rng, seen: set[bytes]) -> np.ndarray:
    """A tile that is not among those seen; it is added to them."""
    while (content := (tile := _tile(picture, places, rng)).tobytes()) in seen:
        pass
    seen.add(content)
    return tile


def _tile(picture: np.ndarray, places: list[tuple[int, int]], rng) -> np.ndarray:
    """A tile at one of the places, in one of its eight positions."""
    top, left = places[rng.integers(len(places))]
    tile = np.rot90(picture[top : top + SIDE, left : left + SIDE], rng.integers(4))
    return tile[:, ::-1] if rng.integers(2) else tile
