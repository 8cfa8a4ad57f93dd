"""MNIST and Fashion-MNIST: four IDX files each, and what stands in for them in the same form."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from .. import packaged
from . import idx
from .facts import Card
from .store import Allocate, Content, Splits

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
    files = {split: (folder / images, folder / labels) for split, (images, labels) in FILES.items()}
    return _read(files, card, allocate), card.classes


def read_part(folder: Path, card: Card, allocate: Allocate) -> Content:
    """What `read` gives, of the splits that lie in a folder, whatever their number of images.

    Files may be gzipped or not, and named with a dot before "idx", as some unpack them.

    Parameters
    ----------
    folder, card, allocate
        As for `read`.

    Raises
    ------
    FileNotFoundError
        If there is not one split, or a split has images without labels or labels without images.
    ValueError
        As for `read`.
    """
    files = {}
    for split, names in FILES.items():
        found = [_found(folder, name) for name in names]
        present = [path for path in found if path]
        if len(present) == 2:
            files[split] = present[0], present[1]
        elif present:
            missing = names[found.index(None)]
            raise FileNotFoundError(f"{folder} has no {missing} beside {present[0].name}")
    if not files:
        raise FileNotFoundError(f"{folder} has no {' and no '.join(n[0] for n in FILES.values())}")
    return _read(files, card, allocate), card.classes


def _found(folder: Path, name: str) -> Path | None:
    plain = name.removesuffix(".gz")
    dotted = plain.replace("-idx", ".idx")
    names = (name, plain, f"{dotted}.gz", dotted)
    return next((folder / each for each in names if (folder / each).is_file()), None)


def _read(files: Mapping[str, tuple[Path, Path]], card: Card, allocate: Allocate) -> Splits:
    splits = {}
    for split, (image_file, label_file) in files.items():
        pixels, labels = idx.read(image_file), idx.read(label_file)
        if pixels.dtype != np.uint8 or pixels.shape[1:] != card.shape:
            raise ValueError(
                f"{image_file} holds {pixels.dtype} {pixels.shape}; expected uint8 (N, 28, 28)"
            )
        if labels.shape != pixels.shape[:1] or labels.dtype.kind not in "iu":
            raise ValueError(
                f"{image_file.parent}: {split} images {pixels.shape} and labels {labels.shape} "
                "do not match"
            )
        if len(labels) and not 0 <= labels.min() <= labels.max() < len(card.classes):
            raise ValueError(f"{label_file} has a label {labels.max()}; expected 0 to 9")
        images = allocate(split, pixels.shape)
        images[:] = pixels
        splits[split] = images, labels.astype(np.int64)
    return splits


def write_sample(folder: Path, card: Card) -> str:
    """Write what there is of a collection offline as the files of a download, but smaller ones.

    Parameters
    ----------
    folder
        Where to.
    card
        Which collection.

    Returns
    -------
    str
        What it is: "sample" where the images are the collection's own, else "stand-in".
    """
    kind, content = _small(card)
    for split, arrays in content.items():
        for name, array in zip(FILES[split], arrays, strict=True):
            idx.write(folder / name, array)
    return kind


def _small(card: Card) -> tuple[str, Mapping[str, tuple[np.ndarray, np.ndarray]]]:
    if card.name != "mnist":
        from .samples.garments import garments

        return "stand-in", garments()
    try:
        from .samples.real_digits import real_digits

        return "sample", real_digits()
    except packaged.NotInstalled:
        from .samples.digits import digits

        return "stand-in", digits()
