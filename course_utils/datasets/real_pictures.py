"""A few real pictures of collections that are large, or that nobody may pass on: to look at.

The package foolbox brings twenty of each; of MNIST, Fashion-MNIST and CIFAR-10 they are the first
twenty test images. They are enough to show what a collection looks like and what a trained network
makes of it, and far too few to train one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from .. import packaged
from ..models import imagenet
from . import catalogue
from .dataset import Dataset
from .facts import Card, UnknownDataset
from .loading import load

if TYPE_CHECKING:
    from PIL import Image

PACKAGE = "foolbox"
BEGINNINGS = {  # of the files' names
    "cifar10": "cifar10",
    "fashion_mnist": "fashionMNIST",
    "imagenet": "imagenet",
    "mnist": "mnist",
}
COUNT = 20
SIDE = 512  # of a photograph of ImageNet, in pixels
NAME = re.compile(r"[A-Za-z0-9]+_(?P<number>\d\d)_(?P<label>\d{1,3})\.(png|jpg)")


def pictures(name: str) -> Dataset:
    """The real pictures of a collection that need no network, with their labels.

    Parameters
    ----------
    name
        "mnist", "fashion_mnist", "cifar10" or "imagenet".

    Raises
    ------
    UnknownDataset
        If there are none of this collection.
    packaged.NotInstalled
        If the package foolbox, in which they lie, is not installed, and nothing can stand in for
        them, as for ImageNet's; for the others the first images of the sample do, and a printed
        line says so.
    ValueError
        If one of its files is not such a picture.
    """
    if name not in BEGINNINGS:
        raise UnknownDataset(
            f"there are no pictures of {name!r}: there are some of {', '.join(BEGINNINGS)}"
        )
    if not packaged.folders(PACKAGE) and name != "imagenet":
        print(
            f"{name}: the sample's images, as {PACKAGE} is not installed: course data packages "
            "brings the real pictures"
        )
        return load(name, "test", source="sample").subset(slice(0, COUNT))
    card = _card(name)
    files = sorted(_folder().glob(f"{BEGINNINGS[name]}_*"))
    if len(files) != COUNT:
        raise ValueError(f"{_folder()} has {len(files)} pictures of {name}; expected {COUNT}")
    images, labels = zip(*(_read(file, card) for file in files), strict=True)
    return Dataset(
        np.stack(images),
        np.array(labels, np.int64),
        card.classes,
        card,
        "val" if name == "imagenet" else "test",
        "pictures",
        card.mean,
        card.std,
    )


def _card(name: str) -> Card:
    """The card: ImageNet's stands apart, as `load` does not open it."""
    if name != "imagenet":
        return catalogue.card(name)
    shown = catalogue.read_card(catalogue.FOLDER / "shown" / "imagenet.toml")
    return replace(shown, classes=imagenet.labels())


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
            pixels = np.asarray(_square(image) if card.name == "imagenet" else image)
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise ValueError(f"{file} is no picture, or a damaged one: {error}") from None
    if pixels.dtype != np.uint8 or pixels.shape != card.shape:
        raise ValueError(
            f"{file} is {pixels.dtype} {pixels.shape}; expected uint8 {tuple(card.shape)}"
        )
    return pixels, label


def _square(photograph: Image.Image) -> Image.Image:
    """The middle of a photograph of ImageNet, 512 pixels wide: one of the twenty is larger."""
    side = min(photograph.size)
    left, top = ((length - side) // 2 for length in photograph.size)
    square = photograph.crop((left, top, left + side, top + side))
    return square if side == SIDE else square.resize((SIDE, SIDE))
