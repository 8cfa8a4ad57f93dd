"""`load`: images and labels of any collection, full or as a sample."""

from __future__ import annotations

from ..fetching import DownloadError
from . import cache, store
from .catalogue import card
from .dataset import Dataset
from .facts import Card, in_words

SOURCES = ("auto", "full", "sample")
LARGEST_AUTOMATIC = 1_000_000_000  # bytes that "auto" downloads unasked


def load(name: str, split: str = "train", source: str = "auto", size: int | None = None) -> Dataset:
    """Return a split of a collection.

    Parameters
    ----------
    name
        One of `names()`.
    split
        One of the splits on the collection's card, such as "train" or "test".
    source
        "full": the original files, downloaded once and checked. "sample": a small stand-in
        that needs no network. "auto": the full set if it is in the cache or can be had
        soon, else the sample; one printed line says which.
    size
        The side of the images in pixels, for MedMNIST: 28 (the default), 64, 128 or 224.

    Raises
    ------
    ValueError
        If there is no such collection, split, source or size.
    DownloadError
        If the full set was asked for and cannot be had.
    """
    facts = card(name, size)
    if split not in facts.counts:
        raise ValueError(f"{facts.name} has no split {split!r}: it has {', '.join(facts.counts)}")
    if source not in SOURCES:
        raise ValueError(f"unknown source {source!r}: use one of {', '.join(SOURCES)}")
    if source == "auto":
        source = _choose(facts)
    folder = cache.full(facts) if source == "full" else cache.sample(facts)
    index = store.index(folder)
    assert index is not None  # the cache has just looked
    images, labels = store.arrays(folder, split)
    classes, statistics = tuple(index["classes"]), index["statistics"]
    mean, std = tuple(statistics["mean"]), tuple(statistics["std"])
    return Dataset(images, labels, classes, facts, split, source, mean, std)


def _choose(facts: Card) -> str:
    """The source that "auto" stands for here and now, said in one line."""
    here = cache.folder(facts)
    sample = f"{facts.key}: a small sample, as the full set"
    there = cache.is_complete(facts)
    if not there and (facts.size or facts.decoded_size) > LARGEST_AUTOMATIC:
        size = in_words(facts.size or facts.decoded_size)
        print(f"{sample} is large (up to {size}): ask for it with source='full'")
        return "sample"
    try:
        cache.full(facts, patient=False)
    except DownloadError as error:
        print(f"{sample} cannot be had ({error})")
        return "sample"
    print(f"{facts.key}: the full set, {'from' if there else 'now in'} {here}")
    return "full"
