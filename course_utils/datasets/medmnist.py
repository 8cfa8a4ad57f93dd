"""MedMNIST v2: 18 sets of small medical images; their cards, files, metrics and samples.

Counts, labels, licences, addresses and checksums are those of the package medmnist, whose table
is read without running the package: it needs torch, its downloader torchvision, and ours neither.

Paper: J. Yang et al., Scientific Data 10:41, 2023.
"""

from __future__ import annotations

import ast
import importlib.util
import math
import zipfile
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .archives import reading, the_one
from .facts import Card, File, UnknownDataset
from .store import Allocate, Content

INSTALL = "for MedMNIST's 18 sets, pip install medmnist"
SIZES = {2: (28, 64, 128, 224), 3: (28, 64)}
# Not MedMNIST's own, but the same bytes as the 28-pixel files of Zenodo.
MIRROR = "https://huggingface.co/datasets/albertvillanova/medmnist-v2/resolve/main/data/"
CITATION = (
    "J. Yang, R. Shi, D. Wei, Z. Liu, L. Zhao, B. Ke, H. Pfister, B. Ni: MedMNIST v2, a "
    "large-scale lightweight benchmark for 2D and 3D biomedical image classification. Scientific "
    "Data 10:41, 2023. Cite the source of the images as well: the description names it."
)
FLAWS = {
    "dermamnist": "Images of one lesion can be in more than one split.",
    "organamnist": "OrganA, OrganC and OrganS are slices of the same patients.",
    "organcmnist": "OrganA, OrganC and OrganS are slices of the same patients.",
    "organsmnist": "OrganA, OrganC and OrganS are slices of the same patients.",
    "chestmnist": "A program read the labels out of reports; about half of the images have none.",
}
DRAWN = (
    "Not medical at all: shapes drawn by the course's own generator on a noisy ground, with the "
    "same task and as many classes; the class names say what is drawn."
)
STAND_INS = {  # at 28 pixels; of the other kinds of images there is no real one to be cut up
    "pathmnist": "Real tissue, but none of PathMNIST: tiles of one photograph of a colon, stained "
    "for a protein (ihc.png of scikit-image, by CMMI Gosselies, no known restrictions), turned and "
    "mirrored. Its nine classes are no kinds of tissue: they say how much of a tile is brown or "
    "blue, measured on its pixels. No pixel is in two splits, but all are of one slide.",
    "retinamnist": "A real eye ground, but none of RetinaMNIST: tiles of one normal eye "
    "(retina.jpg of scikit-image, CC0, by M. Häggström) at half its size, turned and mirrored. Its "
    "five grades are none of a disease: they say how much of a tile is darker than what is "
    "around, as vessels are, measured on its pixels. No pixel is in two splits, but all are of "
    "one eye.",
}
NOT_CLINICAL = "Made for teaching and for comparing methods, not for use in a clinic."
SPLITS = ("train", "val", "test")
CHUNK = 1 << 22  # bytes read at a time, so that the largest sets never fill the memory


# --- cards ---------------------------------------------------------------------------------


@cache
def _table() -> dict[str, dict]:
    """The package's table INFO, read as text; empty where the package is not installed."""
    package = importlib.util.find_spec("medmnist")
    if package is None or package.origin is None:
        return {}
    source = Path(package.origin).with_name("info.py").read_text("utf-8")
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "INFO":
            return ast.literal_eval(statement.value)
    raise ImportError(f"this medmnist has no table INFO ({package.origin}): {INSTALL}")


def names() -> list[str]:
    """The 18 sets, those of volumes last; none where the package is not installed."""
    return sorted(_table(), key=lambda name: (name.endswith("3d"), name))


def card(name: str, size: int | None = None) -> Card:
    """The card of a set.

    Parameters
    ----------
    name
        One of `names()`.
    size
        The side of its images in pixels; None is the smallest that is offered, 28.

    Raises
    ------
    UnknownDataset
        If the set is not offered in that size.
    """
    info = _table()[name]
    dimensions = 3 if name.endswith("3d") else 2
    sizes = SIZES[dimensions]
    side = sizes[0] if size is None else size
    if side not in sizes:
        offered = ", ".join(map(str, sizes))
        raise UnknownDataset(f"{name} has no size {size!r}: it is offered in {offered}")
    suffix = "" if side == sizes[0] else f"_{side}"
    colour = info["n_channels"] == 3
    shape = (side,) * dimensions + (3,) * colour
    counts = {split: info["n_samples"][split] for split in SPLITS}
    file = File(
        name=f"{name}{suffix}.npz",
        urls=(info[f"url{suffix}"], *([] if suffix else [f"{MIRROR}{name}.npz"])),
        largest=1_000_000 + 2 * sum(counts.values()) * math.prod(shape),
        md5=info[f"MD5{suffix}"],
    )
    return Card(
        name=name,
        title=f"{info['python_class']}, from MedMNIST v2",
        description=info["description"],
        task=info["task"],
        axes="DHW" if dimensions == 3 else "HWC" if colour else "HW",
        shape=shape,
        sizes=sizes,
        classes=tuple(info["label"][str(index)] for index in range(len(info["label"]))),
        counts=counts,
        licence=info["license"],
        citation=CITATION,
        homepage="https://medmnist.com",
        known_flaws=f"{NOT_CLINICAL} {FLAWS.get(name, '')}".strip(),
        stand_in=STAND_INS.get(name, DRAWN) if side == sizes[0] else DRAWN,
        reader="medmnist",
        files=(file,),
    )


# --- files ---------------------------------------------------------------------------------


def read(folder: Path, card: Card, allocate: Allocate) -> Content:
    """Every split of a set's file, and its class names.

    Images are uint8 `(N, *card.shape)`; labels int64 `(N,)`, or `(N, classes)` of 0 and 1.

    Parameters
    ----------
    folder
        Where the npz file lies.
    card
        Says its name, and what shape and labels it must have.
    allocate
        Gives the memory for the images of a split.

    Raises
    ------
    ValueError
        If the file is not such a set; nothing in it is unpickled.
    """
    return _read(folder / card.files[0].name, card, allocate, SPLITS)


def read_part(folder: Path, card: Card, allocate: Allocate) -> Content:
    """What `read` gives, of an npz file of any name, with any number of images and some splits.

    Parameters
    ----------
    folder, card, allocate
        As for `read`.

    Raises
    ------
    FileNotFoundError
        If there is no npz file, or there are several.
    ValueError
        As for `read`.
    """
    path = the_one(folder, card.files[0].name, "*.npz")
    with reading(path, "npz file"), zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    present = tuple(split for split in SPLITS if f"{split}_images.npy" in names)
    return _read(path, card, allocate, present or SPLITS)


def _read(path: Path, card: Card, allocate: Allocate, present: tuple[str, ...]) -> Content:
    splits = {}
    with reading(path, "npz file"), zipfile.ZipFile(path) as archive:
        for split in present:
            images = _array(archive, f"{split}_images", path, allocate, split, card.shape)
            labels = _array(archive, f"{split}_labels", path)
            splits[split] = images, _labels(labels, len(images), card, path)
        named = "class_names.npy" in archive.namelist()  # a sample says what it drew
        classes = tuple(_array(archive, "class_names", path)) if named else card.classes
    return splits, tuple(map(str, classes))


def _array(archive, name, path, allocate=None, split="", shape=None) -> np.ndarray:
    """One array of an npz file, read piece by piece into the memory that `allocate` gives."""
    try:
        member = archive.open(f"{name}.npy")
    except KeyError:
        raise ValueError(f"{path} has no array {name!r}: this is no MedMNIST file") from None
    with member:
        found, in_columns, dtype = _header(member, name, path)
        if dtype.hasobject:
            raise ValueError(f"{path}: {name} holds Python objects, which are never unpickled")
        if shape is not None and (dtype != np.uint8 or in_columns or found[1:] != shape):
            raise ValueError(
                f"{path}: {name} is {dtype} {found}; expected uint8 (N, {str(shape)[1:]}"
            )
        size = dtype.itemsize * math.prod(found)
        short = ValueError(f"{path}: {name} is cut short: its shape {found} needs {size} bytes")
        if size > archive.getinfo(f"{name}.npy").file_size:
            raise short
        array = allocate(split, found) if allocate else np.empty(found, dtype)
        target = array.reshape(-1).view(np.uint8)
        for start in range(0, size, CHUNK):
            wanted = min(CHUNK, size - start)
            piece = member.read(wanted)
            if len(piece) != wanted:
                raise short
            target[start : start + wanted] = np.frombuffer(piece, np.uint8)
        if member.read(1):
            raise ValueError(f"{path}: {name} has bytes at its end that do not belong")
    return array


def _header(member, name: str, path: Path) -> tuple[tuple[int, ...], bool, np.dtype]:
    try:
        version = np.lib.format.read_magic(member)
        reader = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        return reader(member)
    except (ValueError, KeyError, SyntaxError, TypeError) as error:
        raise ValueError(f"{path}: {name} is no NumPy array: {error}") from None


def _labels(labels: np.ndarray, count: int, card: Card, path: Path) -> np.ndarray:
    """Labels as the course has them, checked against the card."""
    columns = len(card.classes) if card.multi_label else 1
    if labels.shape != (count, columns) or labels.dtype.kind not in "iu":
        raise ValueError(
            f"{path}: labels are {labels.dtype} {labels.shape}; expected whole numbers "
            f"({count}, {columns})"
        )
    largest = 1 if card.multi_label else len(card.classes) - 1
    if count and not 0 <= labels.min() <= labels.max() <= largest:
        raise ValueError(
            f"{path}: labels go from {labels.min()} to {labels.max()}; expected 0 to {largest}"
        )
    labels = labels.astype(np.int64)
    return labels if card.multi_label else labels[:, 0]


def write_sample(folder: Path, card: Card) -> str:
    """Write the sample into `folder` as the file of `card` that a download brings, but small.

    Returns what it is: "stand-in".
    """
    from .samples import medical, motifs

    most = {split: count // 2 for split, count in card.counts.items()}  # small beside the real set
    if card.name in medical.SETS and card.shape[0] == medical.SIDE:
        splits, classes = medical.tiles(card.name, most)
    else:
        splits, classes = motifs.motifs(card.task, len(card.classes), card.shape, most)
    arrays: dict[str, Any] = {"class_names": np.array(classes)}
    for split, (images, labels) in splits.items():
        arrays |= {f"{split}_images": images, f"{split}_labels": labels}
    np.savez_compressed(folder / card.files[0].name, **arrays)
    return "stand-in"


# --- metrics -------------------------------------------------------------------------------


class Metrics(NamedTuple):
    """MedMNIST's two measures, from 0 to 1."""

    AUC: float
    ACC: float


def evaluate(dataset, scores: np.ndarray) -> Metrics:
    """AUC and accuracy of scores as MedMNIST's own evaluator computes them.

    Parameters
    ----------
    dataset
        A split with labels.
    scores
        From 0 to 1: `(N, classes)`; for a binary task also `(N,)`, of class 1.

    Raises
    ------
    ValueError
        If there are no labels, a class never occurs, or the scores are not such numbers.
    """
    if dataset.labels is None:
        raise ValueError(f"{dataset!r} has no labels to compare with")
    labels, scores = dataset.labels, np.asarray(scores, dtype=np.float64)
    task, classes = dataset.card.task, len(dataset.class_names)
    allowed = [(len(labels), classes)] + [(len(labels),)] * (task == "binary-class")
    if scores.shape not in allowed:
        raise ValueError(f"scores are {scores.shape}; expected {' or '.join(map(str, allowed))}")
    if not np.isfinite(scores).all():
        raise ValueError(f"{(~np.isfinite(scores)).sum()} scores are not finite numbers")
    columns = labels if labels.ndim == 2 else labels[:, None] == np.arange(classes)
    poor = columns.all(axis=0) | ~columns.any(axis=0)
    if poor.any():
        raise ValueError(
            "AUC compares images with and without each label, and for "
            f"{dataset.class_names[int(poor.argmax())]!r} there are only ones of a kind"
        )
    try:
        from medmnist.evaluator import getACC, getAUC
    except ImportError as error:
        raise ImportError(
            f"the metrics are those of the package medmnist ({error}): {INSTALL}"
        ) from None
    return Metrics(float(getAUC(labels, scores, task)), float(getACC(labels, scores, task)))
