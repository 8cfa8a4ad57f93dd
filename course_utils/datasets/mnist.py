"""MNIST and Fashion-MNIST: four IDX files each, and samples in the same form."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from . import idx
from .facts import Card
from .store import Allocate, Content

FILES = {
    "train": ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
    "test": ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"),
}


def read(folder: Path, card: Card, allocate: Allocate) -> Content:
    """Images `(N, 28, 28)` uint8 and labels `(N,)` int64 of every split, and the class names.

    Parameters
    ----------
    folder
        Where the original files lie.
    card
        Says how large the images are, and which classes there are.
    allocate
        Gives the memory for the images of a split.

    Raises
    ------
    ValueError
        If a file is no IDX file, or they do not belong together.
    """
    splits = {}
    for split, names in FILES.items():
        pixels, labels = (idx.read(folder / name) for name in names)
        if pixels.dtype != np.uint8 or pixels.shape[1:] != card.shape:
            raise ValueError(
                f"{folder / names[0]} holds {pixels.dtype} {pixels.shape}; expected uint8 "
                f"(N, 28, 28)"
            )
        if labels.shape != pixels.shape[:1] or labels.dtype.kind not in "iu":
            raise ValueError(
                f"{folder}: {split} images {pixels.shape} and labels {labels.shape} do not match"
            )
        if len(labels) and not 0 <= labels.min() <= labels.max() < len(card.classes):
            raise ValueError(f"{folder / names[1]} has a label {labels.max()}; expected 0 to 9")
        images = allocate(split, pixels.shape)
        images[:] = pixels
        splits[split] = images, labels.astype(np.int64)
    return splits, card.classes


def write_sample(folder: Path, card: Card) -> None:
    """Write the sample of `card` into `folder`: the files a download would bring, but small."""
    if card.name == "mnist":
        from .samples.digits import digits as draw
    else:
        from .samples.garments import garments as draw
    for split, arrays in draw().items():
        for name, array in zip(FILES[split], arrays, strict=True):
            idx.write(folder / name, array)
