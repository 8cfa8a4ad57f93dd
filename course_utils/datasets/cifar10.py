"""CIFAR-10 in its binary version, which needs no pickle: a tar archive of fixed records.

A record is one byte of label and 3,072 bytes of pixels: 1,024 red, then green, then blue, each
row by row (A. Krizhevsky: Learning multiple layers of features from tiny images, 2009, and the
page of the data set). Nothing of the archive is written to disk.
"""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

import numpy as np

from .archives import reading
from .facts import Card
from .store import Allocate, Content

FOLDER = "cifar-10-batches-bin"
NAMES = "batches.meta.txt"
BATCHES = {
    "train": [f"data_batch_{number}.bin" for number in range(1, 6)],
    "test": ["test_batch.bin"],
}
UNPACKED = {"train": "data_batch*.bin", "test": "test_batch*.bin"}
OTHER_VERSIONS = {  # files that people have, and that this course does not read
    "cifar-10-python.tar.gz": "the Python version",
    "cifar-10-batches-py": "the Python version",
    "cifar-10-matlab.tar.gz": "the Matlab version",
    "cifar-10-batches-mat": "the Matlab version",
}
RECORD = 1 + 3 * 32 * 32
LARGEST = 400_000_000  # bytes unpacked; the original has 184 million


def read(folder: Path, card: Card, allocate: Allocate) -> Content:
    """Images `(N, 32, 32, 3)` uint8 and labels `(N,)` int64 of both splits, and the class names.

    Parameters
    ----------
    folder
        Where the archive lies.
    card
        Says what the archive is called.
    allocate
        Gives the memory for the images of a split.

    Raises
    ------
    ValueError
        If the archive is damaged, lacks a batch, or a batch is not made of such records.
    """
    path = folder / card.files[0].name
    contents = _members(path, [NAMES, *BATCHES["train"], *BATCHES["test"]])
    classes = _classes(contents[NAMES])
    splits = {
        split: _joined(split, {f"{path}: {n}": contents.pop(n) for n in names}, classes, allocate)
        for split, names in BATCHES.items()
    }
    return splits, classes


def read_part(folder: Path, card: Card, allocate: Allocate) -> Content:
    """What `read` gives, of batches that lie unpacked in a folder, however many records they have.

    `data_batch*.bin` are for training, `test_batch*.bin` for testing, each in the order of their
    names; `batches.meta.txt` names the classes, where it is there. An archive is read too.

    Parameters
    ----------
    folder, card, allocate
        As for `read`.

    Raises
    ------
    FileNotFoundError
        If there is no batch.
    ValueError
        As for `read`.
    """
    if (folder / card.files[0].name).is_file():
        return read(folder, card, allocate)
    inner = folder / FOLDER
    here = inner if inner.is_dir() else folder
    batches = {split: sorted(here.glob(pattern)) for split, pattern in UNPACKED.items()}
    if not any(batches.values()):
        raise FileNotFoundError(f"{folder} has no {' and no '.join(UNPACKED.values())}")
    names = here / NAMES
    classes = _classes(names.read_bytes()) if names.is_file() else card.classes
    splits = {}
    for split, paths in batches.items():
        if sum(path.stat().st_size for path in paths) > LARGEST:
            raise ValueError(f"{here} holds more than {LARGEST} bytes of {UNPACKED[split]}")
        if paths:
            contents = {str(path): path.read_bytes() for path in paths}
            splits[split] = _joined(split, contents, classes, allocate)
    return splits, classes


def _classes(content: bytes) -> tuple[str, ...]:
    """The names, a line each."""
    lines = content.decode("utf-8", "replace").split("\n")
    return tuple(name.strip() for name in lines if name.strip())


def _joined(
    split: str, contents: dict[str, bytes], classes: tuple[str, ...], allocate: Allocate
) -> tuple[np.ndarray, np.ndarray]:
    """Images and labels of all batches of a split; `contents` are their bytes by name."""
    batches = [parse(content, name, len(classes)) for name, content in contents.items()]
    images = allocate(split, (sum(len(labels) for _, labels in batches), 32, 32, 3))
    start = 0
    for pixels, labels in batches:
        images[start : start + len(labels)] = pixels
        start += len(labels)
    return images, np.concatenate([labels for _, labels in batches])


def parse(
    content: bytes, name: str = "the batch", classes: int = 10
) -> tuple[np.ndarray, np.ndarray]:
    """Images `(N, 32, 32, 3)`, a view of the bytes, and labels `(N,)` int64 of one batch.

    Parameters
    ----------
    content
        The bytes of the batch: records one after another.
    name
        What the error messages call it.
    classes
        How many there are: labels go from 0 to `classes - 1`.

    Raises
    ------
    ValueError
        If the bytes are not whole records, or a label is not one of the classes.
    """
    if len(content) % RECORD:
        raise ValueError(
            f"{name} is cut short or no CIFAR-10 batch: {len(content)} bytes are not a multiple "
            f"of {RECORD}, the size of a record"
        )
    records = np.frombuffer(content, np.uint8).reshape(-1, RECORD)
    labels = records[:, 0].astype(np.int64)
    if len(labels) and labels.max() >= classes:
        row = int(labels.argmax())
        raise ValueError(
            f"{name}: record {row} has label {labels[row]}; expected 0 to {classes - 1}"
        )
    return records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1), labels


def encode(images: np.ndarray, labels: np.ndarray) -> bytes:
    """The bytes of a batch: images `(N, 32, 32, 3)` uint8, labels `(N,)` from 0 to 255."""
    records = np.empty((len(images), RECORD), np.uint8)
    records[:, 0] = labels
    records[:, 1:] = images.transpose(0, 3, 1, 2).reshape(len(images), RECORD - 1)
    return records.tobytes()


def _members(path: Path, wanted: list[str]) -> dict[str, bytes]:
    """The wanted files of the archive, by their last name; never more than `LARGEST` bytes."""
    found: dict[str, bytes] = {}
    with (
        reading(path, "tar.gz archive"),
        gzip.open(path) as unpacked,
        tarfile.open(fileobj=_Limited(unpacked, path), mode="r|", bufsize=1 << 20) as archive,
    ):
        for member in archive:
            folder, _, name = member.name.removeprefix("./").rpartition("/")
            if folder != FOLDER or name not in wanted:
                continue
            if not member.isreg():
                raise ValueError(f"{path}: {name} is a link or a device, not a file")
            if name in found:
                raise ValueError(f"{path}: {name} is there twice")
            file = archive.extractfile(member)
            assert file is not None  # as it is for all but links and devices
            found[name] = file.read()
    missing = [name for name in wanted if name not in found]
    if missing:
        raise ValueError(f"{path} has no {FOLDER}/{missing[0]}: this is not the binary CIFAR-10")
    return found


class _Limited(io.RawIOBase):
    """A stream that ends in an error where an archive unpacks to more than it should."""

    def __init__(self, stream, path: Path):
        self.stream, self.path, self.left = stream, path, LARGEST

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(min(size, self.left + 1) if size >= 0 else self.left + 1)
        self.left -= len(data)
        if self.left < 0:
            raise ValueError(f"{self.path} unpacks to more than {LARGEST} bytes")
        return data


def write_sample(folder: Path, card: Card) -> str:
    """Write the sample into `folder` as the archive of `card` that a download brings, but small.

    Returns what it is: "stand-in".
    """
    from .samples.photographs import tiles

    splits, classes = tiles(32, ("train", "test"))
    contents = {NAMES: "".join(f"{name}\n" for name in classes).encode()}
    for split, (images, labels) in splits.items():
        parts = np.array_split(np.arange(len(labels)), len(BATCHES[split]))
        for name, rows in zip(BATCHES[split], parts, strict=True):
            contents[name] = encode(images[rows], labels[rows])
    with (
        open(folder / card.files[0].name, "wb") as file,
        gzip.GzipFile(fileobj=file, mode="wb", filename="", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for name, content in contents.items():
            member = tarfile.TarInfo(f"{FOLDER}/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return "stand-in"
