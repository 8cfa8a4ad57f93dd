"""`load`: images and labels of any collection, full or as a sample."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cache as remember
from importlib import import_module
from pathlib import Path

import numpy as np

from . import cache
from .cards import Card, card

SOURCES = ("auto", "full", "sample")


@dataclass(frozen=True, repr=False, eq=False)
class Dataset:
    """A split of a collection.

    Attributes
    ----------
    images : uint8, `(N, H, W)` or `(N, H, W, C)`
    labels : int64, `(N,)`
    class_names : what the labels 0, 1, ... mean
    card : the collection's facts
    split : "train", "test" ...
    source : "full" or "sample"
    """

    images: np.ndarray
    labels: np.ndarray
    class_names: tuple[str, ...]
    card: Card
    split: str
    source: str

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        shape = self.images.shape[1:]
        return (
            f"{self.card.name} {self.split}, {self.source}: {len(self)} images {shape}, "
            f"{len(self.class_names)} classes"
        )

    def torch(self):
        """A `torch.utils.data.TensorDataset`: float32 `(N, C, H, W)` in [0, 1], int64 labels."""
        import torch

        images = self._with_channel().transpose(0, 3, 1, 2).astype(np.float32) / 255
        return torch.utils.data.TensorDataset(
            torch.from_numpy(images), torch.from_numpy(self.labels.copy())
        )

    def tf(self):
        """A `tf.data.Dataset` of single images: float32 `(H, W, C)` in [0, 1], int64 label."""
        import tensorflow

        images = self._with_channel().astype(np.float32) / 255
        return tensorflow.data.Dataset.from_tensor_slices((images, self.labels))

    def _with_channel(self) -> np.ndarray:
        return self.images if self.images.ndim == 4 else self.images[..., None]


def load(name: str, split: str = "train", source: str = "auto") -> Dataset:
    """Return a split of a collection.

    Parameters
    ----------
    name
        One of `names()`.
    split
        One of the splits on the collection's card, such as "train" or "test".
    source
        "full": the original files, downloaded once and checked. "sample": a small stand-in
        that needs no network. "auto": the full set if it is in the cache or can be had,
        else the sample; one printed line says which.

    Raises
    ------
    ValueError
        If there is no such collection, split or source.
    DownloadError
        If the full set was asked for and cannot be had.
    """
    facts = card(name)
    if split not in facts.counts:
        raise ValueError(f"{name} has no split {split!r}: it has {', '.join(facts.counts)}")
    if source not in SOURCES:
        raise ValueError(f"unknown source {source!r}: use one of {', '.join(SOURCES)}")
    if source == "auto":
        source = _choose(name)
    collection = import_module(f"{__package__}.{name}")
    if source == "full":
        images, labels = collection.read(cache.download(name), split)
    else:
        images, labels = (array.copy() for array in _sample(name)[split])
    return Dataset(images, labels, facts.classes, facts, split, source)


def _choose(name: str) -> str:
    """The source that "auto" stands for here and now, said in one line."""
    if cache.is_complete(name):
        print(f"{name}: the full set, from {cache.folder(name)}")
        return "full"
    try:
        cache.download(name)
    except cache.DownloadError as error:
        print(f"{name}: a small sample, as the full set cannot be had ({error})")
        return "sample"
    print(f"{name}: the full set, now in {cache.folder(name)}")
    return "full"


@remember
def _sample(name: str) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Every split of the sample: written in the original format, read by the same parser."""
    collection = import_module(f"{__package__}.{name}")
    with tempfile.TemporaryDirectory() as folder:
        collection.write_sample(Path(folder))
        return {split: collection.read(Path(folder), split) for split in card(name).counts}
