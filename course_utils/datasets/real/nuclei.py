"""Nuclei of cells under a fluorescence microscope, each with its own mask."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ... import packaged
from ...seeds import example
from .collection import Collection, card, picture_file

SIDE, TILE = 512, 64  # pixels of the picture, and of a tile
TEST_COLUMNS = 2  # columns of tiles at the right edge
IMAGE, MASK = "data/images/img2d.tif", "data/images/mask2d.tif"

CARD = card("nuclei")


@dataclass(frozen=True, eq=False, repr=False)
class Nuclei(Collection):
    """Tiles with nuclei.

    Attributes
    ----------
    images : uint8, `(N, 64, 64)`
    instances : int64, `(N, 64, 64)`; 0 is ground, 1, 2, ... are the nuclei of that tile
    """

    images: np.ndarray
    instances: np.ndarray

    def _counted(self) -> str:
        nuclei = int(self.instances.max(axis=(1, 2)).sum())
        return f"{len(self)} tiles {self.images.shape[1:]}, {nuclei} nuclei or pieces of them"

    def picture(self, columns: int = 6):
        """A figure of the first tiles and, below them, their masks: a grey for each nucleus.

        Parameters
        ----------
        columns
            How many tiles.
        """
        from ... import figures

        columns = min(columns, len(self))
        pictures = {f"tile {n}": self.images[n] for n in range(columns)}
        pictures |= {
            f"its {self.instances[n].max()}" + " " * n: self.instances[n] % 11
            for n in range(columns)
        }
        return figures.image_row(pictures, height=1.2, columns=columns, title=self._heading)


def read(split: str) -> Nuclei:
    """The tiles of a `split` of the real picture."""
    path = packaged.file(CARD.package, MASK)
    image = picture_file(packaged.file(CARD.package, IMAGE), "TIFF", "I;16", shape=(SIDE, SIDE))
    masks = picture_file(path, "TIFF", "I;16", shape=(SIDE, SIDE)).astype(np.int64)
    if image.max() > 255:
        raise ValueError(
            f"{IMAGE} of {CARD.package} has a value {image.max()}; expected at most 255"
        )
    if not 0 < masks.max() < 1000:
        raise ValueError(f"{path} has nuclei up to number {masks.max()}; expected 1 to 999")
    return _tiles(image.astype(np.uint8), masks, split, "real")


def stand_in(split: str) -> Nuclei:
    """The tiles of a `split` of a picture that the course draws."""
    rng = example(15, 1)
    down, right = np.mgrid[:SIDE, :SIDE]
    image, masks = np.full((SIDE, SIDE), 12.0), np.zeros((SIDE, SIDE), np.int64)
    for _ in range(160):
        (y, x), angle = rng.uniform(8, SIDE - 8, 2), rng.uniform(0, np.pi)
        along = (down - y) * np.cos(angle) + (right - x) * np.sin(angle)
        across = (right - x) * np.cos(angle) - (down - y) * np.sin(angle)
        inside = (along / rng.uniform(11, 18)) ** 2 + (across / rng.uniform(8, 11)) ** 2 < 1
        if not masks[inside].any():
            masks[inside] = masks.max() + 1
            image[inside] = rng.uniform(40, 130)
    image += rng.normal(0, 4, image.shape)
    return _tiles(np.clip(image, 0, 255).astype(np.uint8), masks, split, "stand-in")


def _tiles(image: np.ndarray, masks: np.ndarray, split: str, source: str) -> Nuclei:
    border = SIDE - TEST_COLUMNS * TILE
    part = slice(None, border) if split == "train" else slice(border, None)
    images, cut = (_cut(each[:, part]) for each in (image, masks))
    instances = np.stack(
        [np.unique(tile, return_inverse=True)[1].reshape(tile.shape) for tile in cut]
    )
    instances += (cut.min(axis=(1, 2)) > 0)[:, None, None]  # no ground in sight: numbers from 1
    return Nuclei(CARD, split, source, images, instances.astype(np.int64))


def _cut(picture: np.ndarray) -> np.ndarray:
    """Tiles `(N, 64, 64)`, row by row."""
    rows, columns = (side // TILE for side in picture.shape)
    tiles = picture.reshape(rows, TILE, columns, TILE).swapaxes(1, 2)
    return np.ascontiguousarray(tiles.reshape(-1, TILE, TILE))
