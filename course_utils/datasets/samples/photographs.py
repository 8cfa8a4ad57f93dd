"""Stand-ins for CIFAR-10 and Tiny-ImageNet: tiles of real photographs and textures.

A class is one photograph. Each is cut into blocks, and each block belongs to one split: no pixel
is in two of them. The light of every tile is its own (brightness, contrast, colour cast), so that
its mean colour tells little and its texture much.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np

from ...seeds import example

# What a class is called, the file, and whose it is.
SOURCES = {
    "grass": ("skimage", "grass.png", "CC0, by linolafett"),
    "gravel": ("skimage", "gravel.png", "CC0, CC0Textures Gravel04"),
    "brick wall": ("skimage", "brick.png", "CC0, CC0Textures Bricks25"),
    "cat": ("skimage", "chelsea.png", "CC0, Stéfan van der Walt"),
    "galaxies": ("skimage", "hubble_deep_field.jpg", "public domain, NASA"),
    "stained tissue": ("skimage", "ihc.png", "no known restrictions, CMMI Gosselies"),
    "coffee table": ("skimage", "coffee.png", "CC0, Rachel Michetti"),
    "temple": ("sklearn", "china.jpg", "CC BY 2.0, danielbuechele on Flickr"),
    "astronaut": ("skimage", "astronaut.png", "public domain, NASA"),
    "eye ground": ("skimage", "retina.jpg", "CC0, Mikael Häggström"),
    "flower": ("sklearn", "flower.jpg", "CC BY 2.0, vultilion on Flickr"),
    "cameraman": ("skimage", "camera.png", "CC0, Lav Varshney"),
}
FOLDERS = {
    "skimage": "data",
    "sklearn": "datasets/images",
}
CLASSES = {32: 10, 64: 12}  # the first so many
PER_CLASS = {
    32: {"train": 150, "test": 50},
    64: {"train": 80, "val": 20, "test": 20},
}
SHARES = {"train": 3, "val": 1, "test": 1}  # of the blocks
LEAST_CONTRAST = 10  # of a block, in grey values


def tiles(
    size: int, splits: tuple[str, ...]
) -> tuple[dict[str, tuple[np.ndarray, np.ndarray]], tuple[str, ...]]:
    """Tiles `(N, size, size, 3)` uint8 and labels `(N,)` uint8 of each split, and class names.

    Classes are balanced, and every tile differs from every other.

    Parameters
    ----------
    size
        The side of a tile in pixels, 32 or 64.
    splits
        Their names: some of "train", "val" and "test".
    """
    names = tuple(SOURCES)[: CLASSES[size]]
    found: dict[str, list] = {split: [] for split in splits}
    for label, name in enumerate(names):
        rng = example(size, label)
        blocks = _blocks(_photograph(name), size, splits, rng)
        for split in splits:
            cut = [_tile(blocks[split], size, rng) for _ in range(PER_CLASS[size][split])]
            found[split] += [(tile, label) for tile in cut]
    result = {}
    for split, rows in found.items():
        order = example(size).permutation(len(rows))
        images = np.stack([rows[row][0] for row in order])
        result[split] = images, np.array([rows[row][1] for row in order], np.uint8)
    return result, names


def _photograph(name: str) -> np.ndarray:
    """The photograph, `(H, W, 3)` uint8."""
    from PIL import Image

    package, file, _ = SOURCES[name]
    spec = importlib.util.find_spec(package)
    assert spec is not None and spec.origin is not None  # the course requires both packages
    root = Path(spec.origin).parent
    with Image.open(root / FOLDERS[package] / file) as image:
        return np.asarray(image.convert("RGB"))


def _blocks(photograph, size: int, splits, rng) -> dict[str, list[np.ndarray]]:
    """The blocks of each split: squares of one and a half tiles, none in two splits."""
    side = size * 3 // 2
    height, width = photograph.shape[:2]
    blocks = [
        photograph[top : top + side, left : left + side]
        for top in range(0, height - side + 1, side)
        for left in range(0, width - side + 1, side)
    ]
    blocks = [block for block in blocks if _contrast(block) > LEAST_CONTRAST]
    order = rng.permutation(len(blocks))
    bounds = np.cumsum([SHARES[split] for split in splits])
    starts = [0, *(bounds * len(blocks) // bounds[-1])]
    return {
        split: [blocks[k] for k in order[start:stop]]
        for split, start, stop in zip(splits, starts[:-1], starts[1:], strict=True)
    }


def _tile(blocks: list[np.ndarray], size: int, rng) -> np.ndarray:
    """One tile out of one of the blocks, perhaps mirrored, in a light of its own."""
    tile = max((_cut(blocks, size, rng) for _ in range(3)), key=_contrast)
    if rng.integers(2):
        tile = tile[:, ::-1]
    tile = tile.astype(np.int64)
    centre = tile.mean(axis=(0, 1)).astype(np.int64)
    contrast = rng.integers(70, 131)  # per cent
    light = rng.integers(70, 187) + rng.integers(-25, 26, 3)  # of each channel: a cast
    return np.clip(light + (tile - centre) * contrast // 100, 0, 255).astype(np.uint8)


def _cut(blocks: list[np.ndarray], size: int, rng) -> np.ndarray:
    """A square of the right size, anywhere in any of the blocks."""
    block = blocks[rng.integers(len(blocks))]
    top, left = rng.integers(0, block.shape[0] - size + 1, 2)
    return block[top : top + size, left : left + size]


def _contrast(tile: np.ndarray) -> float:
    """Standard deviation of the grey values: empty sky is no texture."""
    return float(tile.astype(np.float64).mean(axis=2).std())
