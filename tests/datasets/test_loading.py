"""What `load` gives: real digits, the same everywhere, in the shapes that frameworks expect."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from course_utils import datasets

REPOSITORY = Path(__file__).parents[2]
REAL = REPOSITORY.parent / "shared/data/mnist"


@pytest.fixture(scope="module")
def sample():
    return {split: datasets.load("mnist", split, source="sample") for split in ("train", "test")}


def test_the_sample_has_the_shapes_of_mnist(sample):
    for split, count in {"train": 1500, "test": 297}.items():
        digits = sample[split]
        assert (digits.images.shape, digits.images.dtype) == ((count, 28, 28), np.uint8)
        assert (digits.labels.shape, digits.labels.dtype) == ((count,), np.int64)
        assert set(digits.labels) == set(range(10))
        assert repr(digits) == f"mnist {split}, sample: {count} images (28, 28), 10 classes"


def test_the_sample_has_the_same_pixels_on_every_machine(sample):
    digest = hashlib.sha256(sample["train"].images.tobytes()).hexdigest()

    assert digest[:16] == "8b05376cf83ac777"


def test_the_sample_shows_scikit_learns_digits(sample):
    """Shrunk again to 8x8, an enlarged digit is the one it was made from."""
    from sklearn.datasets import load_digits

    originals = load_digits().images[:1500] / 16
    centre = sample["train"].images[:, 4:24, 4:24] / 255
    shrunk = np.zeros_like(originals)
    for row, column in np.ndindex(8, 8):
        top, left = round(2.5 * row + 0.75), round(2.5 * column + 0.75)
        shrunk[:, row, column] = centre[:, top, left]
    likeness = [
        np.corrcoef(a, b)[0, 1]
        for a, b in zip(shrunk.reshape(-1, 64), originals.reshape(-1, 64), strict=True)
    ]
    assert min(likeness) > 0.9
    assert (sample["train"].labels == load_digits().target[:1500]).all()


def test_the_border_of_a_digit_is_empty_as_in_mnist(sample):
    assert sample["train"].images[:, :4].max() == 0
    assert sample["train"].images.max() == 255


def test_changing_a_set_does_not_change_the_next(sample):
    digits = datasets.load("mnist", source="sample")
    digits.images[:] = 0

    assert datasets.load("mnist", source="sample").images.max() == 255


def test_the_torch_view_is_n_c_h_w_between_0_and_1(sample):
    torch = pytest.importorskip("torch")
    images, labels = sample["test"].torch().tensors

    assert (images.shape, images.dtype) == ((297, 1, 28, 28), torch.float32)
    assert labels.dtype == torch.int64
    np.testing.assert_array_equal((images[:, 0].numpy() * 255).round(), sample["test"].images)
    np.testing.assert_array_equal(labels.numpy(), sample["test"].labels)


def test_the_tensorflow_view_is_h_w_c_between_0_and_1(sample):
    pytest.importorskip("tensorflow")
    images, labels = map(np.stack, zip(*sample["test"].tf().as_numpy_iterator(), strict=True))

    assert (images.shape, images.dtype) == ((297, 28, 28, 1), np.float32)
    np.testing.assert_array_equal((images[..., 0] * 255).round(), sample["test"].images)
    np.testing.assert_array_equal(labels, sample["test"].labels)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mnits"], "unknown data set 'mnits': did you mean 'mnist'. There are: mnist"),
        (["mnist", "validation"], "mnist has no split 'validation': it has train, test"),
        (["mnist", "train", "web"], "unknown source 'web': use one of auto, full, sample"),
    ],
)
def test_a_wrong_word_is_named_with_the_right_ones(arguments, message):
    with pytest.raises(ValueError, match=message):
        datasets.load(*arguments)


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not on this machine")
def test_the_real_files_are_read_and_agree_with_the_card(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    shutil.copytree(REAL, tmp_path / "mnist")

    for split, count in datasets.card("mnist").counts.items():
        digits = datasets.load("mnist", split, source="full")
        assert digits.images.shape == (count, 28, 28)
        assert np.bincount(digits.labels).min() > 0.08 * count
    assert digits.labels[:5].tolist() == [7, 2, 1, 0, 4]  # the test set's famous beginning
    for file in datasets.card("mnist").files:
        assert hashlib.md5((REAL / file.name).read_bytes()).hexdigest() == file.md5


def test_importing_it_imports_nothing_heavy():
    code = (
        "import sys, course_utils.datasets;"
        "print({'sklearn', 'pooch', 'torch', 'tensorflow'} & set(sys.modules))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout

    assert printed == "set()\n"


@pytest.mark.parametrize("name", datasets.names())
def test_the_card_for_people_is_the_card_the_code_reads(name):
    page = REPOSITORY / "datasets" / f"{name}.md"

    assert page.read_text("utf-8") == datasets.card(name).markdown()


@pytest.mark.parametrize("name", datasets.names())
def test_a_card_has_all_that_a_download_needs(name):
    card = datasets.card(name)

    assert card.mirrors and all(
        url.startswith("http") and url.endswith("/") for url in card.mirrors
    )
    assert len({file.name for file in card.files}) == len(card.files)
    for file in card.files:
        assert len(file.sha256) == 64 and len(file.md5) == 32 and file.size > 0
    assert str(card).startswith(card.title)
