"""MNIST: the original files, and a sample of real digits in the same form."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from . import idx

FILES = {
    "train": ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
    "test": ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"),
}
SAMPLE_TRAIN = 1500  # of scikit-learn's 1,797 digits


def read(folder: Path, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Images `(N, 28, 28)` uint8 and labels `(N,)` int64 from the original files."""
    images, labels = (idx.read(folder / name) for name in FILES[split])
    if images.ndim != 3 or labels.shape != images.shape[:1]:
        raise ValueError(
            f"{folder} is no MNIST: images {images.shape} and labels {labels.shape} do not match"
        )
    return images, labels.astype(np.int64)


def write_sample(folder: Path) -> None:
    """Write the sample in MNIST's own format: the files a download would bring, but small."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    images, labels = enlarge(digits.images), digits.target.astype(np.uint8)
    parts = {"train": slice(None, SAMPLE_TRAIN), "test": slice(SAMPLE_TRAIN, None)}
    for split, part in parts.items():
        for name, array in zip(FILES[split], (images, labels), strict=True):
            idx.write(folder / name, array[part])


def enlarge(digits: np.ndarray) -> np.ndarray:
    """Digits `(N, 8, 8)` of 0 to 16, enlarged to 20x20 and centred in `(N, 28, 28)` uint8.

    Bilinear, in whole numbers, so that every machine gets the same pixels.
    """
    centre = 8 * (2 * np.arange(20) + 1) - 20  # pixel centres, in fortieths of a small pixel
    low, weight = np.clip(centre, 0, 280) // 40, np.clip(centre, 0, 280) % 40
    high = np.minimum(low + 1, 7)
    small = digits.astype(np.int64)
    rows = small[:, low] * (40 - weight)[:, None] + small[:, high] * weight[:, None]
    both = rows[:, :, low] * (40 - weight) + rows[:, :, high] * weight
    canvas = np.zeros((len(digits), 28, 28), np.uint8)
    canvas[:, 4:24, 4:24] = (both * 255 + 12800) // 25600  # 16 * 40 * 40, rounded
    return canvas
