"""NAME: the sample is read as it was drawn, and nothing malformed is read at all."""

from pathlib import Path

import numpy as np
import pytest
from mutations import read_changed, some_bytes_changed

from course_utils import datasets
from course_utils.datasets import idx
from course_utils.datasets.NAME import read, write_sample

CARD = datasets.card("NAME")


def read_all(folder):
    return read(folder, CARD, lambda split, shape: np.empty(shape, np.uint8))


def test_the_sample_shows_what_its_labels_say():
    sample = datasets.load("NAME", "train", source="sample")

    assert sample.images.shape == (60, 8, 8)
    lying = sample.images[sample.labels == 0].astype(float)
    assert (lying[:, ::2].mean(axis=(1, 2)) > lying[:, 1::2].mean(axis=(1, 2)) + 100).all()


@pytest.mark.parametrize(
    ("file", "array", "message"),
    [
        ("train-images.gz", np.zeros((60, 9, 8), np.uint8), r"expected uint8 \(N, 8, 8\)"),
        ("train-labels.gz", np.zeros(59, np.uint8), r"labels \(59,\) do not match"),
        ("test-labels.gz", np.full(20, 2, np.uint8), "has a label 2; expected 0 to 1"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused(file, array, message, tmp_path):
    write_sample(tmp_path, CARD)
    idx.write(tmp_path / file, array)

    with pytest.raises(ValueError, match=message):
        read_all(tmp_path)


@some_bytes_changed
def test_changed_bytes_give_images_or_a_message(tmp_path_factory, position, replacement):
    folder = Path(tmp_path_factory.getbasetemp()) / "NAME"
    read_changed(
        folder / "train-images.gz",
        lambda: write_sample(folder, CARD),
        lambda: read_all(folder),
        position,
        replacement,
    )
