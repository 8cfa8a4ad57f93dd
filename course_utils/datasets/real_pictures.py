"""A few real pictures of collections that are too large to come along: to look at.

The package foolbox brings twenty of each; of MNIST, Fashion-MNIST and CIFAR-10 they are the first
twenty test images. They are enough to show what a collection looks like and what a trained network
makes of it, and far too few to train one.
"""

from __future__ import annotations

import re

import numpy as np

from .. import packaged
from . import catalogue
from .dataset import Dataset
from .facts import Card, UnknownDataset

PACKAGE = "foolbox"
BEGINNINGS = {  # of the files' names
    "cifar10": "cifar10",
    "fashion_mnist": "fashionMNIST",
    "mnist": "mnist",
}
COUNT = 20
NAME = re.compile(r"[A-Za-z0-9]+_(?P<number>\d\d)_(?P<label>\d{1,3})\.(png|jpg)")


def pictures(name: str) -> Dataset:
    """The real pictures of a collection that need no network, with their labels.

    Parameters
    ----------
    name
        "mnist", "fashion_mnist" or "cifar10".

    Raises
    ------
    UnknownDataset
        If there are none of this collection.
    packaged.NotInstalled
        If the package foolbox, in which they lie, is not installed.
    ValueError
        If one of its files is not such a picture.
    """
    if name not in BEGINNINGS:
        raise UnknownDataset(
            f"there are no pictures of {name!r}: there are some of {', '.join(BEGINNINGS)}"
        )
    card = catalogue.card(name)
    files = sorted(_folder().glob(f"{BEGINNINGS[name]}_*"))
    if len(files) != COUNT:
        raise ValueError(f"{_folder()} has {len(files)} pictures of {name}; expected {COUNT}")
    images, labels = zip(*(_read(file, card) for file in files), strict=True)
    return Dataset(
        np.stack(images),
        np.array(labels, np.int64),
        card.classes,
        card,
        "test",
        "pictures",
        card.mean,
        card.std,
    )


def _folder():
    return packaged.file(PACKAGE, "data/mnist_00_7.png").parent


def _read(file, card: Card) -> tuple[np.ndarray, int]:
    """Pixels and label of one picture."""
    from PIL import Image, UnidentifiedImageError

    match = NAME.fullmatch(file.name)
    label = int(match["label"]) if match else -1
    if not 0 <= label < len(card.classes):
        raise ValueError(f"{file}: its name says no class of {card.name}")
    try:
        with Image.open(file) as image:
            pixels = np.asarray(image)
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise ValueError(f"{file} is no picture, or a damaged one: {error}") from None
    if pixels.dtype != np.uint8 or pixels.shape != card.shape:
        raise ValueError(
            f"{file} is {pixels.dtype} {pixels.shape}; expected uint8 {tuple(card.shape)}"
        )
    return pixels, label
