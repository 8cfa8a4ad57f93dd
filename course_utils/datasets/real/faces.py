"""Faces, and pieces of the same photographs that are none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ... import packaged
from ...seeds import example
from .collection import Collection, card

FILE = "data/lfw_subset.npy"
EACH, SIDE = 100, 25
FOR_TRAINING = 70  # of the hundred photographs

CARD = card("faces")


@dataclass(frozen=True, eq=False, repr=False)
class Faces(Collection):
    """Faces and backgrounds.

    Attributes
    ----------
    images : uint8, `(N, 25, 25)`
    labels : int64, `(N,)`; 1 is a face
    """

    images: np.ndarray
    labels: np.ndarray

    def _counted(self) -> str:
        return f"{len(self)} images {self.images.shape[1:]}, {int(self.labels.sum())} of them faces"

    def picture(self, columns: int = 10):
        """A figure of the first faces and, below them, the first that are none.

        Parameters
        ----------
        columns
            How many of each.
        """
        from ... import figures

        rows = [np.flatnonzero(self.labels == label)[:columns] for label in (1, 0)]
        pictures = {
            ("face", "none")[row] + " " * n: self.images[n] for row in (0, 1) for n in rows[row]
        }
        return figures.image_row(pictures, height=0.9, columns=len(rows[0]), title=self._heading)


def read(split: str) -> Faces:
    """The real images of a `split`."""
    path = packaged.file(CARD.package, FILE)
    images = _checked(path)
    return _part(np.rint(255 * images).astype(np.uint8), split, "real")


def _checked(path: Path) -> np.ndarray:
    """The array `(200, 25, 25)`, values from 0 to 1; nothing in the file is unpickled."""
    shape = (2 * EACH, SIDE, SIDE)
    try:
        images = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise ValueError(f"{path} is no array of images: {error}") from None
    if images.shape != shape or images.dtype.kind != "f":
        raise ValueError(f"{path} holds {images.dtype} {images.shape}; expected floats {shape}")
    if not (images.min() >= 0 and images.max() <= 1):  # NaN is neither
        raise ValueError(f"{path} has values {images.min()} to {images.max()}; expected 0 to 1")
    return images


def stand_in(split: str) -> Faces:
    """Images of a `split` that the course draws."""
    rng = example(16, 5)
    v, u = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]
    images = np.empty((2 * EACH, SIDE, SIDE))
    for n in range(2 * EACH):
        a, b, c = rng.uniform(-3, 3, 3)
        images[n] = 110 + 50 * np.sin(a * u + b * v + c)
        if n < EACH:
            y, x = v - rng.uniform(-0.1, 0.1), u - rng.uniform(-0.1, 0.1)
            head = (x / rng.uniform(0.6, 0.8)) ** 2 + (y / 0.9) ** 2 < 1
            images[n][head] = rng.uniform(90, 210)
            images[n][np.hypot(abs(x) - 0.3, y + 0.2) < 0.13] = 40
            images[n][(abs(x) < 0.3) & (abs(y - 0.45) < 0.07)] = 60
    images += rng.normal(0, 8, images.shape)
    return _part(np.clip(images, 0, 255).astype(np.uint8), split, "stand-in")


def _part(images: np.ndarray, split: str, source: str) -> Faces:
    numbers = np.arange(2 * EACH) % EACH
    rows = np.flatnonzero((numbers < FOR_TRAINING) == (split == "train"))
    return Faces(CARD, split, source, images[rows], (rows < EACH).astype(np.int64))
