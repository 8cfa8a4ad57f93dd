"""Decoded arrays on disk: written once, whole or not at all, then mapped into memory.

A store is a folder with one `.npy` file for the images of each split, one for its labels, and
`index.json`, which says what they are and carries their checksums. Opening it reads the index and
the labels; pixels are read when they are used.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

INDEX = "index.json"
VERSION = 1

# How a reader of original files gets memory for the images of a split, and what it returns:
# images and labels (None where there are none) by split, and the class names.
Allocate = Callable[[str, tuple[int, ...]], np.ndarray]
Splits = Mapping[str, tuple[np.ndarray, np.ndarray | None]]
Content = tuple[Splits, tuple[str, ...]]


def build(target: Path, read: Callable[[Allocate], Content], kind: str = "full") -> None:
    """Fill a new store with what `read` returns, and put it at `target`.

    Parameters
    ----------
    target
        The store's folder.
    read
        Gives the content; the memory that it is given lies in the store's files.
    kind
        What the images are: "full", "sample", "stand-in" or "unofficial".
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    for leftover in target.parent.glob(f".{target.name}-*"):  # of a build that was killed
        shutil.rmtree(leftover, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        draft.chmod(0o755)

        def allocate(split: str, shape: tuple[int, ...]) -> np.ndarray:
            path = draft / f"{split}_images.npy"
            images = np.lib.format.open_memmap(path, "w+", np.uint8, shape)
            _reserve(path)
            return images

        splits, classes = read(allocate)
        statistics = _statistics(splits.get("train", next(iter(splits.values())))[0])
        for split, (images, labels) in splits.items():
            assert isinstance(images, np.memmap)  # as it was allocated
            images.flush()
            if labels is not None:
                np.save(draft / f"{split}_labels.npy", labels)
        index = {
            "version": VERSION,
            "kind": kind,
            "classes": classes,
            "splits": {split: labels is not None for split, (_, labels) in splits.items()},
            "counts": {split: len(images) for split, (images, _) in splits.items()},
            "statistics": statistics,
            "files": {
                path.name: {"size": path.stat().st_size, "sha256": _sha256(path)}
                for path in sorted(draft.glob("*.npy"))
            },
        }
        del splits
        (draft / INDEX).write_text(json.dumps(index, indent=1, ensure_ascii=False), "utf-8")
        if target.exists():
            shutil.rmtree(target)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def index(folder: Path) -> dict | None:
    """What the store in `folder` holds; None unless every file is there with its size."""
    try:
        found = json.loads((folder / INDEX).read_text("utf-8"))
        if found["version"] != VERSION:
            return None
        sizes = {name: (folder / name).stat().st_size for name in found["files"]}
        whole = all(sizes[name] == facts["size"] for name, facts in found["files"].items())
        return found if whole else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def arrays(folder: Path, split: str) -> tuple[np.ndarray, np.ndarray | None]:
    """Images, mapped into memory, and labels of a split of the store in `folder`.

    The images can be changed like any array; what is changed stays in this process.
    """
    images = np.load(folder / f"{split}_images.npy", mmap_mode="c", allow_pickle=False)
    images = np.asarray(images)  # the same memory, and it shows itself as an ordinary array
    path = folder / f"{split}_labels.npy"
    return images, np.load(path, allow_pickle=False) if path.is_file() else None


def damage(folder: Path) -> list[str]:
    """The files of the store in `folder` that are not as they were written; reads them all."""
    found = index(folder)
    if found is None:
        return [INDEX]
    return [
        name for name, facts in found["files"].items() if _sha256(folder / name) != facts["sha256"]
    ]


def _reserve(path: Path) -> None:
    """Take the room on the disk now: a mapped file that finds none later kills the process."""
    if hasattr(os, "posix_fallocate"):
        with open(path, "r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _statistics(images: np.ndarray) -> dict[str, list[float]]:
    """Mean and standard deviation of the pixels by channel, from 0 to 1: exact, from counts."""
    channels = images.shape[-1] if images.ndim == 4 and images.shape[-1] == 3 else 1
    counts = np.zeros((channels, 256), np.int64)
    rows = max(1, (1 << 20) // max(1, images[0].size if len(images) else 1))
    for start in range(0, len(images), rows):
        pixels = images[start : start + rows].reshape(-1, channels)
        for channel in range(channels):
            counts[channel] += np.bincount(pixels[:, channel], minlength=256)
    levels = np.arange(256) / 255
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    mean = share @ levels
    variance = (share * (levels - mean[:, None]) ** 2).sum(axis=1)
    return {"mean": mean.tolist(), "std": np.sqrt(variance).tolist()}
