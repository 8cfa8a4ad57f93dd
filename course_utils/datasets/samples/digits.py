"""MNIST's stand-in: the handwritten digits of scikit-learn, enlarged."""

from __future__ import annotations

import numpy as np

TRAIN = 1500  # of 1,797


def digits() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Images `(N, 28, 28)` uint8 and labels `(N,)` uint8 of "train" and "test"."""
    from sklearn.datasets import load_digits

    found = load_digits()
    images, labels = enlarge(found.images), found.target.astype(np.uint8)
    return {"train": (images[:TRAIN], labels[:TRAIN]), "test": (images[TRAIN:], labels[TRAIN:])}


def enlarge(digits: np.ndarray) -> np.ndarray:
    """The `digits`, `(N, 8, 8)` of 0 to 16, enlarged to 20x20 and centred in `(N, 28, 28)` uint8.

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
