"""Files of one's own: the original format, any number of images, the same suspicion."""

import gzip
import os
import shutil
import tarfile
import zipfile

import numpy as np
import pytest

from course_utils import datasets
from course_utils.datasets import DownloadError, cache, cifar10, idx

RANDOM = np.random.default_rng(0)


def grey(count):
    return RANDOM.integers(0, 256, (count, 28, 28), np.uint8)


def colour(count):
    return RANDOM.integers(0, 256, (count, 32, 32, 3), np.uint8)


@pytest.fixture(autouse=True)
def own(own_cache):
    return own_cache


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "handed out"
    path.mkdir()
    return path


def test_a_part_of_mnist_has_its_own_counts_and_constants(folder, capsys):
    images, labels = grey(7), np.arange(7, dtype=np.uint8)
    idx.write(folder / "train-images-idx3-ubyte.gz", images)
    idx.write(folder / "train-labels-idx1-ubyte.gz", labels)

    found = datasets.load("mnist", source=folder)

    assert repr(found) == "mnist train, unofficial: 7 images (28, 28), 10 classes"
    assert capsys.readouterr().out == f"mnist: unofficial files from {folder}: 7 train\n"
    np.testing.assert_array_equal(found.images, images)
    assert found.labels.tolist() == labels.tolist()
    assert found.card.counts == {"train": 7} and "unofficial" in str(found.card)
    assert found.mean[0] == pytest.approx(images.mean() / 255)
    assert found.card.mean == found.mean and found.card.std == found.std
    assert "unofficial files" in found.picture(columns=1).alt


def test_a_folder_may_be_named_by_a_string(folder):
    idx.write(folder / "t10k-images-idx3-ubyte", grey(3))
    idx.write(folder / "t10k-labels-idx1-ubyte", np.arange(3, dtype=np.uint8))

    assert len(datasets.load("mnist", "test", source=str(folder))) == 3


@pytest.mark.parametrize("name", ["train-{}-idx{}-ubyte", "train-{}.idx{}-ubyte"])
@pytest.mark.parametrize("zipped", [False, True])
def test_idx_files_are_found_as_people_keep_them(folder, name, zipped):
    for kind, dimensions, array in (("images", 3, grey(4)), ("labels", 1, np.zeros(4, np.uint8))):
        content = idx.encode(array)
        path = folder / (name.format(kind, dimensions) + ".gz" * zipped)
        path.write_bytes(gzip.compress(content) if zipped else content)

    assert len(datasets.load("fashion_mnist", source=folder)) == 4


def test_batches_of_cifar10_may_be_few_and_of_any_length(folder):
    first, second, test = colour(5), colour(2), colour(3)
    (folder / "data_batch_1.bin").write_bytes(cifar10.encode(first, np.arange(5)))
    (folder / "data_batch_2.bin").write_bytes(cifar10.encode(second, np.array([9, 8])))
    (folder / "test_batch_mine.bin").write_bytes(cifar10.encode(test, np.array([1, 2, 3])))

    train = datasets.load("cifar10", source=folder)

    np.testing.assert_array_equal(train.images, np.concatenate([first, second]))
    assert train.labels.tolist() == [0, 1, 2, 3, 4, 9, 8]
    assert train.class_names == datasets.card("cifar10").classes
    assert datasets.load("cifar10", "test", source=folder).card.counts == {"train": 7, "test": 3}


def test_classes_of_ones_own_are_named_by_the_meta_file(folder):
    (folder / "data_batch_1.bin").write_bytes(cifar10.encode(colour(2), np.array([0, 1])))
    (folder / "batches.meta.txt").write_text("leaf\nstone\n\n")

    assert datasets.load("cifar10", source=folder).class_names == ("leaf", "stone")

    (folder / "data_batch_2.bin").write_bytes(cifar10.encode(colour(1), np.array([2])))
    with pytest.raises(ValueError, match="record 0 has label 2; expected 0 to 1"):
        datasets.load("cifar10", source=folder)


def test_the_unpacked_archive_is_found_in_its_own_folder(folder):
    inner = folder / "cifar-10-batches-bin"
    inner.mkdir()
    (inner / "data_batch_1.bin").write_bytes(cifar10.encode(colour(2), np.array([0, 1])))

    assert len(datasets.load("cifar10", source=folder)) == 2


def test_the_archive_itself_is_read_too(folder):
    cifar10.write_sample(folder, datasets.card("cifar10"))
    with tarfile.open(folder / "cifar-10-binary.tar.gz") as archive:
        assert len(archive.getnames()) == 7

    assert len(datasets.load("cifar10", source=folder)) == 1500


def npz(path, **splits):
    arrays = {}
    for split, count in splits.items():
        arrays[f"{split}_images"] = grey(count)
        arrays[f"{split}_labels"] = np.arange(count, dtype=np.uint8)[:, None] % 2
    np.savez(path, **arrays)


def test_an_altered_medmnist_file_of_any_name_is_read(folder):
    pytest.importorskip("medmnist")
    npz(folder / "lungs of our hospital.npz", train=4, test=2)

    found = datasets.load("pneumoniamnist", "test", source=folder)

    assert len(found) == 2 and found.card.counts == {"train": 4, "test": 2}
    with pytest.raises(ValueError, match="has no val of pneumoniamnist: 4 train, 2 test"):
        datasets.load("pneumoniamnist", "val", source=folder)


def test_of_several_files_the_one_with_the_published_name_is_meant(folder):
    pytest.importorskip("medmnist")
    npz(folder / "a.npz", train=1)
    npz(folder / "b.npz", train=2)
    with pytest.raises(DownloadError, match=r"several of \*.npz \(a.npz, b.npz\)"):
        datasets.load("pneumoniamnist", source=folder)

    npz(folder / "pneumoniamnist.npz", train=3)
    assert len(datasets.load("pneumoniamnist", source=folder)) == 3


def test_a_part_of_tiny_imagenet_is_read_under_any_name(folder, own):
    """The sample is such a part: few classes, few images of each."""
    from course_utils.datasets import tiny_imagenet

    tiny_imagenet.write_sample(folder, datasets.card("tiny_imagenet"))
    (folder / "tiny-imagenet-200.zip").rename(folder / "part.zip")

    found = datasets.load("tiny_imagenet", "val", source=folder)

    assert (found.source, len(found), len(found.class_names)) == ("unofficial", 240, 12)


# --- suspicion -------------------------------------------------------------------------------


def test_images_without_labels_are_not_read(folder):
    idx.write(folder / "train-images-idx3-ubyte.gz", grey(2))

    with pytest.raises(DownloadError, match="no train-labels-idx1-ubyte.gz beside train-images"):
        datasets.load("mnist", source=folder)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mnist", "mnist: .* has no train-images-idx3-ubyte.gz and no t10k-images-idx3-ubyte.gz"),
        ("cifar10", r"cifar10: .* has no data_batch\*.bin and no test_batch\*.bin"),
        ("tiny_imagenet", r"tiny_imagenet: .* has no tiny-imagenet-200.zip and no \*.zip"),
    ],
)
def test_an_empty_folder_is_told_what_it_should_hold(folder, name, message):
    with pytest.raises(DownloadError, match=message):
        datasets.load(name, source=folder)


def test_a_folder_that_is_not_there_is_no_source(tmp_path):
    with pytest.raises(ValueError, match="use one of auto, full, sample, or a folder of files"):
        datasets.load("mnist", source=tmp_path / "not there")


def test_a_damaged_file_is_named(folder):
    (folder / "data_batch_1.bin").write_bytes(b"no batch")
    with pytest.raises(ValueError, match="data_batch_1.bin is cut short or no CIFAR-10 batch"):
        datasets.load("cifar10", source=folder)


def test_a_zip_of_something_else_is_refused(folder):
    with zipfile.ZipFile(folder / "holiday.zip", "w") as archive:
        archive.writestr("beach.jpg", b"")
    with pytest.raises(ValueError, match="this is not Tiny-ImageNet"):
        datasets.load("tiny_imagenet", source=folder)


# --- housekeeping ----------------------------------------------------------------------------


def test_what_was_decoded_is_kept_until_the_files_change(folder, own):
    batch = folder / "data_batch_1.bin"
    batch.write_bytes(cifar10.encode(colour(2), np.array([0, 1])))
    datasets.load("cifar10", source=folder)
    decoded = [path for path in (own / cache.OWN).iterdir() if path.is_dir()]
    datasets.load("cifar10", "train", source=folder)
    assert [path for path in (own / cache.OWN).iterdir() if path.is_dir()] == decoded

    batch.write_bytes(cifar10.encode(colour(3), np.array([0, 1, 2])))
    os.utime(batch, (0, 0))

    assert len(datasets.load("cifar10", source=folder)) == 3


def test_nothing_is_written_into_the_folder(folder):
    (folder / "data_batch_1.bin").write_bytes(cifar10.encode(colour(2), np.array([0, 1])))
    before = sorted(folder.rglob("*"))
    datasets.load("cifar10", source=folder)

    assert sorted(folder.rglob("*")) == before


def test_changing_the_images_changes_no_file(folder):
    path = folder / "data_batch_1.bin"
    path.write_bytes(cifar10.encode(colour(2), np.array([0, 1])))
    before = path.read_bytes()
    datasets.load("cifar10", source=folder).images[:] = 0

    assert path.read_bytes() == before
    assert datasets.load("cifar10", source=folder).images.max() > 0
    shutil.rmtree(folder)
