"""Tiny-ImageNet-200: a zip archive of 64x64 JPEG files, a folder a class.

    tiny-imagenet-200/wnids.txt                     the classes, as WordNet ids
    tiny-imagenet-200/words.txt                     what each id of WordNet means
    tiny-imagenet-200/train/ID/images/ID_0.JPEG     500 images a class
    tiny-imagenet-200/val/images/val_0.JPEG         their classes are in val/val_annotations.txt
    tiny-imagenet-200/test/images/test_0.JPEG       their classes were never published

Label 0 is the first id in alphabetical order, as torchvision's ImageFolder and Keras'
image_dataset_from_directory count too. The archive is read where it lies, never unpacked.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import numpy as np

from .archives import reading, the_one
from .facts import Card
from .jpeg import SIDE, decode_into
from .store import Allocate, Content

ROOT = "tiny-imagenet-200"
LARGEST_TEXT = 20_000_000  # bytes; words.txt has 2.7 million
TRAIN = re.compile(rf"{ROOT}/train/(?P<id>\w+)/images/(?P=id)_(?P<number>\d+)\.JPEG")
OTHER = re.compile(rf"{ROOT}/(?P<split>val|test)/images/(?P=split)_(?P<number>\d+)\.JPEG")


def read(folder: Path, card: Card, allocate: Allocate) -> Content:
    """Images `(N, 64, 64, 3)` uint8 and labels `(N,)` int64 of every split, and the class names.

    Grey JPEGs get three equal channels. The test split has no labels: None.

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
        If the archive is damaged, or does not have this layout; the message names the file.
    """
    return _read(folder / card.files[0].name, allocate)


def read_part(folder: Path, card: Card, allocate: Allocate) -> Content:
    """What `read` gives, of an archive of any name and with any number of images.

    Parameters
    ----------
    folder, card, allocate
        As for `read`.

    Raises
    ------
    FileNotFoundError
        If there is no zip archive, or there are several.
    ValueError
        As for `read`.
    """
    return _read(the_one(folder, card.files[0].name, "*.zip"), allocate)


def _read(path: Path, allocate: Allocate) -> Content:
    with reading(path, "zip archive"), zipfile.ZipFile(path) as archive:
        ids, classes = _classes(archive, path)
        files = _files(archive, ids, path)
        val_labels = _val_labels(archive, ids, [name for name, _ in files["val"]], path)
    labels = {
        "train": np.array([label for _, label in files["train"]], np.int64),
        "val": val_labels,
        "test": None,
    }
    images = {split: allocate(split, (len(files[split]), SIDE, SIDE, 3)) for split in files}
    decode_into(images, path, {split: [name for name, _ in files[split]] for split in files})
    return {split: (images[split], labels[split]) for split in files}, classes


def _classes(archive: zipfile.ZipFile, path: Path) -> tuple[list[str], tuple[str, ...]]:
    """The ids in alphabetical order, and for each its first word in words.txt."""
    ids = _text(archive, "wnids.txt", path).split()
    if not ids or len(set(ids)) != len(ids):
        raise ValueError(f"{path}: wnids.txt has {len(ids)} ids, {len(set(ids))} of them different")
    lines = (line.partition("\t") for line in _text(archive, "words.txt", path).splitlines())
    words = {wnid: meaning.split(",")[0].strip() for wnid, _, meaning in lines}
    unknown = [wnid for wnid in ids if not words.get(wnid)]
    if unknown:
        raise ValueError(f"{path}: words.txt does not say what {unknown[0]} means")
    return sorted(ids), tuple(words[wnid] for wnid in sorted(ids))


def _files(archive, ids: list[str], path: Path) -> dict[str, list[tuple[str, int]]]:
    """The JPEG files of each split with their labels (-1 where the name does not tell)."""
    label = {wnid: index for index, wnid in enumerate(ids)}
    found: dict[str, list[tuple[int, int, str]]] = {"train": [], "val": [], "test": []}
    names = [name for name in archive.namelist() if name.endswith(".JPEG")]
    if len(set(names)) != len(names):
        raise ValueError(f"{path} holds two files of one name")
    for name in names:
        if match := TRAIN.fullmatch(name):
            if match["id"] not in label:
                raise ValueError(f"{path}: {name} is of a class that wnids.txt does not list")
            found["train"].append((label[match["id"]], int(match["number"]), name))
        elif match := OTHER.fullmatch(name):
            found[match["split"]].append((-1, int(match["number"]), name))
        else:
            raise ValueError(f"{path}: {name} has no place in this data set")
    if not found["train"] or not found["val"]:
        raise ValueError(f"{path} has no training or no validation images")
    return {split: [(name, k) for k, _, name in sorted(rows)] for split, rows in found.items()}


def _val_labels(archive, ids: list[str], names: list[str], path: Path) -> np.ndarray:
    """Labels from val_annotations.txt: file name, id and the box, separated by tabs."""
    label = {wnid: index for index, wnid in enumerate(ids)}
    lines = _text(archive, "val/val_annotations.txt", path).splitlines()
    annotated = dict(line.split("\t")[:2] for line in lines if line.count("\t") >= 1)
    labels = np.empty(len(names), np.int64)
    for row, name in enumerate(names):
        wnid = annotated.get(name.rpartition("/")[2])
        if wnid not in label:
            said = f"says {wnid!r}, which wnids.txt does not list" if wnid else "does not name it"
            raise ValueError(f"{path}: {name}: val_annotations.txt {said}")
        labels[row] = label[wnid]
    return labels


def _text(archive: zipfile.ZipFile, name: str, path: Path) -> str:
    try:
        member = archive.getinfo(f"{ROOT}/{name}")
    except KeyError:
        raise ValueError(f"{path} has no {ROOT}/{name}: this is not Tiny-ImageNet") from None
    if member.file_size > LARGEST_TEXT:
        raise ValueError(f"{path}: {name} unpacks to {member.file_size} bytes, too many for a text")
    return archive.read(member).decode("utf-8", "replace")


def write_sample(folder: Path, card: Card) -> str:
    """Write the sample into `folder` as the archive of `card` that a download brings, but small.

    Returns what it is: "stand-in".
    """
    from PIL import Image

    from .samples.photographs import tiles

    splits, classes = tiles(SIDE, ("train", "val", "test"))
    ids = [f"s{index:08}" for index in range(len(classes))]  # no ids of WordNet, and none of them
    annotations = []
    counted = dict.fromkeys(ids, 0)
    with zipfile.ZipFile(folder / card.files[0].name, "w") as archive:

        def write(name: str, content: bytes) -> None:  # always the same bytes: no time of day
            archive.writestr(zipfile.ZipInfo(f"{ROOT}/{name}"), content)

        write("wnids.txt", "".join(f"{wnid}\n" for wnid in ids).encode())
        words = zip(ids, classes, strict=True)
        write("words.txt", "".join(f"{wnid}\t{name}\n" for wnid, name in words).encode())
        for split, (images, labels) in splits.items():
            for row, (pixels, label) in enumerate(zip(images, labels, strict=True)):
                grey = (pixels == pixels[..., :1]).all()  # stored with one channel, as some are
                file = io.BytesIO()
                Image.fromarray(pixels[..., 0] if grey else pixels).save(file, "JPEG", quality=95)
                wnid = ids[label]
                if split == "train":
                    write(f"train/{wnid}/images/{wnid}_{counted[wnid]}.JPEG", file.getvalue())
                    counted[wnid] += 1
                else:
                    write(f"{split}/images/{split}_{row}.JPEG", file.getvalue())
                if split == "val":
                    annotations.append(f"val_{row}.JPEG\t{wnid}\t0\t0\t63\t63\n")
        write("val/val_annotations.txt", "".join(annotations).encode())
    return "stand-in"
