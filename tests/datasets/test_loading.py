"""What `load` gives, whatever the collection: shapes, real words, a sample that says so."""

import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import datasets
from course_utils.datasets.dataset import KINDS

NAMES = datasets.names()


@pytest.fixture(scope="module", params=NAMES)
def sample(request):
    """Every split of a collection's sample."""
    card = datasets.card(request.param)
    return {split: datasets.load(card.name, split, source="sample") for split in card.counts}


def test_a_sample_has_the_shapes_of_its_collection(sample):
    for split, part in sample.items():
        card = part.card
        assert part.images.dtype == np.uint8
        assert part.images.shape == (len(part), *card.shape)
        assert part.split == split and len(part) < card.counts[split]
        if split in card.unlabelled:
            assert part.labels is None
        else:
            columns = (len(card.classes),) if card.multi_label else ()
            assert part.labels.dtype == np.int64
            assert part.labels.shape == (len(part), *columns)


def test_a_sample_says_whether_it_is_real_or_stands_in(sample):
    part = sample["test"]

    assert part.source in ("sample", "stand-in")
    assert f"{part.card.name} test, {part.source}: {len(part)} images" in repr(part)
    figure = part.picture(columns=2, rows=2)
    plt.close(figure)
    assert KINDS[part.source] in figure._suptitle.get_text()
    assert part.card.sample if part.source == "sample" else part.card.stand_in


def test_a_sample_has_the_statistics_of_its_training_pixels(sample):
    part = sample["train"]
    pixels = part.images.reshape(-1, part.card.channels) / 255

    np.testing.assert_allclose(part.mean, pixels.mean(0), rtol=1e-9)
    np.testing.assert_allclose(part.std, pixels.std(0), rtol=1e-9)
    assert sample["test"].mean == part.mean


def test_the_classes_of_a_sample_are_balanced(sample):
    for split, part in sample.items():
        if part.labels is None:
            continue
        classes = np.arange(len(part.class_names))
        labels = part.labels if part.labels.ndim == 2 else part.labels[:, None] == classes
        counts = labels.sum(0)
        assert min(counts) > 0
        if part.labels.ndim == 1:
            assert max(counts) <= 1.3 * min(counts) + 1, (split, counts)


def test_no_image_of_a_sample_is_there_twice(sample):
    """Training, validation and test images have none in common."""
    images = [image.tobytes() for part in sample.values() for image in part.images]

    assert len(set(images)) == len(images)


def test_changing_a_set_does_not_change_the_next():
    digits = datasets.load("mnist", source="sample")
    digits.images[:] = 0
    digits.labels[:] = 0

    again = datasets.load("mnist", source="sample")
    assert again.images.max() == 255 and again.labels.max() == 9


def test_a_medmnist_sample_comes_in_the_size_that_is_asked_for():
    pytest.importorskip("medmnist")

    assert datasets.load("bloodmnist", source="sample", size=64).images.shape[1:] == (64, 64, 3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mnits"], "unknown data set 'mnits': did you mean 'mnist'"),
        (["mnist", "validation"], "mnist has no split 'validation': it has train, test"),
        (["mnist", "train", "web"], "unknown source 'web': use one of auto, full, sample, or a"),
        (["mnist", "train", "sample", 32], "mnist has no size 32: its images are 28 wide"),
    ],
)
def test_a_wrong_word_is_named_with_the_right_ones(arguments, message):
    with pytest.raises(ValueError, match=message):
        datasets.load(*arguments)


def test_importing_it_imports_nothing_heavy():
    code = (
        "import sys, course_utils.datasets as d; d.load('mnist', source='sample');"
        "heavy = {'sklearn', 'pooch', 'requests', 'torch', 'tensorflow', 'matplotlib', 'PIL'};"
        "print(heavy & set(sys.modules))"
    )
    datasets.load("mnist", source="sample")  # made once, opened quickly ever after
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout

    assert printed == "set()\n"
