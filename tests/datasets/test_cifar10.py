"""CIFAR-10's binary archive: what is written is read back, and nothing malformed is read at all."""

import gzip
import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from mutations import read_changed, some_bytes_changed

from course_utils import datasets
from course_utils.datasets import cifar10

CARD = datasets.card("cifar10")
NAMES = [name for names in cifar10.BATCHES.values() for name in names]


def allocate(split, shape):
    return np.empty(shape, np.uint8)


def record(label=3):
    """One record with red 1, green 2, blue 3 and its pixels' numbers below that."""
    return bytes([label]) + bytes([1] * 1024 + [2] * 1024 + [3] * 1024)


def archive(path, changes=None, add=None, names=b"cat\ndog\n\n"):
    """An archive of one record a batch; `changes` are contents, `add` writes more members."""
    contents = {cifar10.NAMES: names} | {name: record(1) for name in NAMES} | (changes or {})
    with tarfile.open(path, "w:gz") as packed:
        for name, content in contents.items():
            if content is not None:
                member = tarfile.TarInfo(f"{cifar10.FOLDER}/{name}")
                member.size = len(content)
                packed.addfile(member, io.BytesIO(content))
        if add:
            add(packed)
    return path


def read(tmp_path, *arguments, **options):
    archive(tmp_path / CARD.files[0].name, *arguments, **options)
    return cifar10.read(tmp_path, CARD, allocate)


def test_a_record_is_a_label_and_three_planes():
    pixels = np.arange(3072, dtype=np.uint32).astype(np.uint8)
    images, labels = cifar10.parse(bytes([7]) + pixels.tobytes())

    assert (images.shape, labels.tolist()) == ((1, 32, 32, 3), [7])
    assert images[0, 0, 1].tolist() == [1, 1025 % 256, 2049 % 256]
    assert images[0, 1, 0, 0] == 32


@given(
    hnp.arrays(np.uint8, st.tuples(st.integers(0, 4), st.just(32), st.just(32), st.just(3))),
    st.data(),
)
def test_what_is_encoded_is_parsed_back(images, data):
    labels = data.draw(hnp.arrays(np.int64, len(images), elements=st.integers(0, 9)))
    found, found_labels = cifar10.parse(cifar10.encode(images, labels))

    np.testing.assert_array_equal(found, images)
    np.testing.assert_array_equal(found_labels, labels)


def test_an_archive_gives_both_splits_and_the_names(tmp_path):
    splits, classes = read(tmp_path)

    assert classes == ("cat", "dog")
    assert {split: images.shape for split, (images, _) in splits.items()} == {
        "train": (5, 32, 32, 3),
        "test": (1, 32, 32, 3),
    }
    assert splits["train"][1].dtype == np.int64
    assert splits["train"][0][0, 0, 0].tolist() == [1, 2, 3]


def link(packed):
    member = tarfile.TarInfo(f"{cifar10.FOLDER}/test_batch.bin")
    member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
    packed.addfile(member)


def twin(packed):
    member = tarfile.TarInfo(f"{cifar10.FOLDER}/test_batch.bin")
    member.size = 3073
    packed.addfile(member, io.BytesIO(record()))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"changes": {"test_batch.bin": None}}, "has no cifar-10-batches-bin/test_batch.bin"),
        ({"changes": {cifar10.NAMES: None}}, "has no cifar-10-batches-bin/batches.meta.txt"),
        (
            {"changes": {"data_batch_2.bin": record()[:-1]}},
            "data_batch_2.bin is cut short or no CIFAR-10 batch: 3072 bytes",
        ),
        (
            {"changes": {"data_batch_5.bin": record(1) + record(2)}},
            "data_batch_5.bin: record 1 has label 2; expected 0 to 1",
        ),
        (
            {"changes": {"test_batch.bin": None}, "add": link},
            "test_batch.bin is a link or a device, not a file",
        ),
        ({"add": twin}, "test_batch.bin is there twice"),
    ],
    ids=lambda value: "",
)
def test_a_malformed_archive_is_refused_with_what_does_not_fit(tmp_path, change, message):
    with pytest.raises(ValueError, match=message):
        read(tmp_path, **change)


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", gzip.compress(b"no archive"), gzip.compress(bytes(10240))[:-9]],
    ids=[
        "nothing",
        "a page",
        "a text",
        "cut short",
    ],  # gzip writes the time: two workers, two names
)
def test_what_is_no_archive_is_said(tmp_path, content):
    (tmp_path / CARD.files[0].name).write_bytes(content)

    with pytest.raises(ValueError, match="no tar.gz archive, or a damaged one|has no cifar-10-ba"):
        cifar10.read(tmp_path, CARD, allocate)


def test_an_archive_cut_at_any_tenth_is_refused(tmp_path):
    path = archive(tmp_path / CARD.files[0].name)
    content = path.read_bytes()
    for tenth in range(10):
        path.write_bytes(content[: len(content) * tenth // 10])
        with pytest.raises(ValueError, match="damaged|has no cifar"):
            cifar10.read(tmp_path, CARD, allocate)


def test_a_bomb_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch):
    """A few kilobytes that claim to hold gigabytes."""
    monkeypatch.setattr(cifar10, "LARGEST", 1_000_000)

    with pytest.raises(ValueError, match="unpacks to more than 1000000 bytes"):
        read(tmp_path, {"data_batch_1.bin": bytes(50_000_000)})


def test_members_with_hostile_names_write_nothing_anywhere(tmp_path):
    outside = tmp_path / "outside"

    def add(packed):
        for name in ("../outside", str(outside), f"{cifar10.FOLDER}/../../outside"):
            member = tarfile.TarInfo(name)
            member.size = 1
            packed.addfile(member, io.BytesIO(b"!"))

    before = sorted(Path(tmp_path).iterdir())
    read(tmp_path, add=add)

    assert not outside.exists()
    assert sorted(tmp_path.iterdir()) == [*before, tmp_path / CARD.files[0].name]


@some_bytes_changed
def test_a_file_with_other_bytes_gives_arrays_or_a_value_error(tmp_path_factory, position, bytes_):
    path = tmp_path_factory.getbasetemp() / "changed-cifar10" / CARD.files[0].name

    found = read_changed(
        path,
        lambda: archive(path),
        lambda: cifar10.read(path.parent, CARD, allocate),
        position,
        bytes_,
    )

    assert found is None or found[0]["train"][0].shape[1:] == (32, 32, 3)
