"""MedMNIST: cards out of the package's table, files without pickle, the package's own metrics."""

import io
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from mutations import read_changed, some_bytes_changed

from course_utils import datasets
from course_utils.datasets import medmnist

package = pytest.importorskip("medmnist")

NAMES = medmnist.names()


def allocate(split, shape):
    return np.empty(shape, np.uint8)


def arrays(card, count=3, seed=0):
    """What a set's file holds, with `count` images a split."""
    rng = np.random.default_rng(seed)
    columns = len(card.classes) if card.multi_label else 1
    largest = 1 if card.multi_label else len(card.classes) - 1
    return {
        f"{split}_{kind}": values
        for split in medmnist.SPLITS
        for kind, values in {
            "images": rng.integers(0, 256, (count, *card.shape), dtype=np.uint8),
            "labels": rng.integers(0, largest + 1, (count, columns), dtype=np.uint8),
        }.items()
    }


def read(folder, card, contents):
    np.savez_compressed(folder / card.files[0].name, **contents)
    return medmnist.read(folder, card, allocate)


# --- cards -----------------------------------------------------------------------------------


def test_there_are_twelve_sets_of_images_and_six_of_volumes():
    assert set(NAMES) == set(package.INFO)
    assert sum(datasets.card(name).axes == "DHW" for name in NAMES) == 6


@pytest.mark.parametrize("name", NAMES)
def test_a_card_says_what_the_package_says(name):
    info = package.INFO[name]
    for size in (28, 64, 128, 224):
        if f"url_{size}" not in info and size != 28:
            with pytest.raises(ValueError, match=f"{name} has no size {size}: it is offered in 28"):
                datasets.card(name, size)
            continue
        suffix = "" if size == 28 else f"_{size}"
        card = datasets.card(name, size)
        assert card.files[0].md5 == info[f"MD5{suffix}"]
        assert card.files[0].urls[0] == info[f"url{suffix}"]
        assert card.counts == info["n_samples"]
        assert dict(enumerate(card.classes)) == {int(k): v for k, v in info["label"].items()}
        assert (card.task, card.licence, card.channels) == (
            info["task"],
            info["license"],
            info["n_channels"],
        )
        assert set(card.shape[:2]) == {size}


def test_the_table_is_read_without_running_the_package():
    code = (
        "import sys; from course_utils import datasets; datasets.card('pathmnist');"
        "print({'medmnist', 'torch', 'pandas', 'sklearn'} & set(sys.modules))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout

    assert printed == "set()\n"


def test_where_the_package_is_missing_the_remedy_is_said(monkeypatch):
    monkeypatch.setattr(medmnist, "_table", dict)
    datasets.card.cache_clear()

    for name in ("pathmnist", "MedMNIST"):
        with pytest.raises(ValueError, match="for MedMNIST's 18 sets, pip install medmnist"):
            datasets.card(name)
    assert datasets.names() == ["cifar10", "fashion_mnist", "mnist", "tiny_imagenet"]


# --- files -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_each_kind_of_set_is_read(tmp_path, name):
    card = datasets.card(name)
    contents = arrays(card)

    splits, classes = read(tmp_path, card, contents)

    assert classes == card.classes
    for split, (images, labels) in splits.items():
        np.testing.assert_array_equal(images, contents[f"{split}_images"])
        expected = contents[f"{split}_labels"]
        np.testing.assert_array_equal(labels, expected if card.multi_label else expected[:, 0])
        assert labels.dtype == np.int64


CARD = datasets.card("breastmnist")


def changed(**changes):
    return {k: v for k, v in (arrays(CARD) | changes).items() if v is not None}


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        (changed(val_images=None), "has no array 'val_images': this is no MedMNIST file"),
        (
            changed(train_images=np.zeros((3, 64, 64), np.uint8)),
            r"train_images is uint8 \(3, 64, 64\); expected uint8 \(N, 28, 28\)",
        ),
        (
            changed(train_images=np.zeros((3, 28, 28), np.float32)),
            r"train_images is float32 \(3, 28, 28\); expected uint8",
        ),
        (
            changed(train_labels=np.zeros((2, 1), np.uint8)),
            r"labels are uint8 \(2, 1\); expected whole numbers \(3, 1\)",
        ),
        (changed(test_labels=np.full((3, 1), 2)), "labels go from 2 to 2; expected 0 to 1"),
        (changed(test_labels=np.full((3, 1), -1)), "labels go from -1 to -1; expected 0 to 1"),
        (
            changed(test_labels=np.array([[None], [1], [1]], object)),
            "test_labels holds Python objects, which are never unpickled",
        ),
    ],
    ids=lambda value: "",
)
def test_a_malformed_file_is_refused_with_what_does_not_fit(tmp_path, contents, message):
    with pytest.raises(ValueError, match=message):
        read(tmp_path, CARD, contents)


def npy(array) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "train_images is no NumPy array"),
        (b"\x93NUMPY\x09\x00", "train_images is no NumPy array"),
        (npy(np.zeros((3, 28, 28), np.uint8))[:-1], "is cut short|damaged"),
        (npy(np.zeros((3, 28, 28), np.uint8)) + b"!", "has bytes at its end that do not belong"),
        (
            npy(np.zeros((3, 28, 28), np.uint8)).replace(
                b"(3, 28, 28), }", b"(9999999, 28, 28), }"
            ),
            "train_images is cut short|is no NumPy array",
        ),
    ],
    ids=lambda value: "",
)
def test_an_array_that_lies_about_itself_is_refused(tmp_path, content, message):
    with zipfile.ZipFile(tmp_path / CARD.files[0].name, "w") as archive:
        for name, array in arrays(CARD).items():
            archive.writestr(f"{name}.npy", content if name == "train_images" else npy(array))

    with pytest.raises(ValueError, match=message):
        medmnist.read(tmp_path, CARD, allocate)


@some_bytes_changed
def test_a_file_with_other_bytes_gives_arrays_or_a_value_error(tmp_path_factory, position, bytes_):
    path = tmp_path_factory.getbasetemp() / "changed-medmnist" / CARD.files[0].name

    found = read_changed(
        path,
        lambda: read(path.parent, CARD, arrays(CARD)),
        lambda: medmnist.read(path.parent, CARD, allocate),
        position,
        bytes_,
    )

    assert found is None or found[0]["train"][0].shape[1:] == (28, 28)


# --- metrics ---------------------------------------------------------------------------------


def made_up(task, labels, classes):
    """A split with these labels."""
    name = next(name for name in NAMES if datasets.card(name).task == task)
    card = datasets.card(name)
    images = np.zeros((len(labels), *card.shape), np.uint8)
    return datasets.Dataset(images, labels, tuple(map(str, range(classes))), card, "test", "full")


@pytest.mark.parametrize(
    ("task", "classes"),
    [
        ("binary-class", 2),
        ("multi-class", 7),
        ("ordinal-regression", 5),
        ("multi-label, binary-class", 14),
    ],
)
def test_the_metrics_are_those_of_the_packages_evaluator(tmp_path, task, classes):
    """Its Evaluator reads labels from a file; ours has them in hand."""
    rng = np.random.default_rng(1)
    several = task.startswith("multi-label")
    labels = rng.integers(0, 2 if several else classes, (200, classes) if several else 200)
    scores = rng.random((200, classes))
    dataset = made_up(task, labels, classes)
    name = dataset.card.name
    columns = labels if several else labels[:, None]
    np.savez(
        tmp_path / f"{name}.npz", test_labels=columns, train_labels=columns, val_labels=columns
    )

    theirs = package.Evaluator(name, "test", root=str(tmp_path)).evaluate(scores)

    assert datasets.evaluate(dataset, scores) == pytest.approx((theirs.AUC, theirs.ACC), abs=1e-12)


def test_perfect_scores_are_perfect():
    dataset = made_up("binary-class", np.array([0, 1, 1, 0]), 2)

    assert datasets.evaluate(dataset, [0.1, 0.9, 0.8, 0.3]) == (1, 1)


@pytest.mark.parametrize(
    ("labels", "scores", "message"),
    [
        ([0, 1, 1], np.ones((2, 2)), r"scores are \(2, 2\); expected \(3, 2\) or \(3,\)"),
        ([0, 1, 1], [1, 0, np.nan], "1 scores are not finite numbers"),
        ([1, 1, 1], [1, 0, 1], "for '0' there are only ones of a kind"),
    ],
)
def test_scores_that_cannot_be_measured_are_said(labels, scores, message):
    with pytest.raises(ValueError, match=message):
        datasets.evaluate(made_up("binary-class", np.array(labels), 2), scores)
