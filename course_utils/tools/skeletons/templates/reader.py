"""TITLE: the format of its files, and where that is described."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from . import idx
from .facts import Card
from .store import Allocate, Content

FILES = {
    "train": ("train-images.gz", "train-labels.gz"),
    "test": ("test-images.gz", "test-labels.gz"),
}


def read(folder: Path, card: Card, allocate: Allocate) -> Content:
    """Images `(N, 8, 8)` uint8 and labels `(N,)` int64 of every split, and the class names.

    Raises
    ------
    ValueError
        If a file is not what it should be; its name and the number that does not fit are said.
    """
    splits = {}
    for split, names in FILES.items():
        pixels, labels = (idx.read(folder / name) for name in names)
        if pixels.dtype != np.uint8 or pixels.shape[1:] != card.shape:
            raise ValueError(
                f"{folder / names[0]} holds {pixels.dtype} {pixels.shape}; expected uint8 "
                f"(N, {', '.join(map(str, card.shape))})"
            )
        if labels.shape != pixels.shape[:1] or labels.dtype != np.uint8:
            raise ValueError(
                f"{folder}: {split} images {pixels.shape} and labels {labels.shape} do not match"
            )
        if len(labels) and labels.max() >= len(card.classes):
            raise ValueError(
                f"{folder / names[1]} has a label {labels.max()}; expected 0 to "
                f"{len(card.classes) - 1}"
            )
        images = allocate(split, pixels.shape)
        images[:] = pixels
        splits[split] = images, labels.astype(np.int64)
    return splits, card.classes


def write_sample(folder: Path, card: Card) -> None:
    """Write the sample in the original format: stripes, lying or standing, drawn from a seed."""
    for number, (split, names) in enumerate(FILES.items()):
        rng = np.random.default_rng(number)
        labels = np.arange(card.counts[split], dtype=np.uint8) % len(card.classes)
        images = rng.integers(0, 100, (len(labels), *card.shape), dtype=np.uint8)
        images[labels == 0, ::2] += 150
        images[labels == 1, :, ::2] += 150
        idx.write(folder / names[0], images)
        idx.write(folder / names[1], labels)
