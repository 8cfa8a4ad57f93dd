"""What is known of each collection, for the code and for people."""

from pathlib import Path

import pytest

from course_utils import datasets
from course_utils.datasets import cache, pages

REPOSITORY = Path(__file__).parents[2]
NAMES = datasets.names()


@pytest.mark.parametrize("name", NAMES)
def test_a_card_has_all_that_a_download_needs(name):
    card = datasets.card(name)

    assert len({file.name for file in card.files}) == len(card.files)
    for file in card.files:
        assert file.urls and all(url.startswith("http") for url in file.urls)
        assert len(file.md5) == 32
        assert file.largest if card.reader == "medmnist" else len(file.sha256) == 64 and file.size
    assert str(card).startswith(card.title)


@pytest.mark.parametrize("name", NAMES)
def test_a_card_is_in_itself_consistent(name):
    card = datasets.card(name)

    assert len(card.axes) == len(card.shape)
    assert card.shape[0] in card.sizes
    assert len(set(card.classes)) == len(card.classes) >= 2
    assert {"train", "test"} <= set(card.counts)
    assert all([card.licence, card.citation, card.homepage, card.known_flaws, card.stand_in])
    assert len(card.mean) == len(card.std) and len(card.mean) in (0, card.channels)


def test_several_places_for_what_breaks_most():
    for name in ("mnist", "fashion_mnist", "cifar10", "tiny_imagenet"):
        for file in datasets.card(name).files:
            assert len({url.split("/")[2] for url in file.urls}) >= 2


def test_the_history_of_cifar10_is_told():
    flaws = datasets.card("cifar10").known_flaws

    assert "80 Million Tiny Images" in flaws and "withdrew in 2020" in flaws
    assert "80 Million" not in datasets.card("tiny_imagenet").known_flaws


@pytest.mark.parametrize(
    ("written", "name"),
    [("MNIST", "mnist"), ("Fashion-MNIST", "fashion_mnist"), ("CIFAR-10", "cifar10")],
)
def test_case_and_punctuation_of_a_name_do_not_matter(written, name):
    assert datasets.card(written) is datasets.card(name) or datasets.card(written).name == name


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mnits", "unknown data set 'mnits': did you mean 'mnist'. There are: cifar10, fashion_"),
        ("Tiny-ImageNet-200", "did you mean 'tiny_imagenet'"),
        ("cifar-100", "did you mean 'cifar10'"),
        ("", "unknown data set ''"),
        (None, "unknown data set None"),
    ],
)
def test_an_unknown_name_brings_the_nearest(name, message):
    with pytest.raises(datasets.UnknownDataset, match=message):
        datasets.card(name)


def test_medmnist_is_not_one_set_but_eighteen():
    pytest.importorskip("medmnist")

    with pytest.raises(ValueError, match="MedMNIST is 18 sets: bloodmnist, breastmnist, chestm"):
        datasets.card("MedMNIST")


@pytest.mark.parametrize("size", [64, 0, "28", 28.5])
def test_a_size_that_is_not_offered_is_said(size):
    with pytest.raises(ValueError, match=f"mnist has no size {size!r}: its images are 28 wide"):
        datasets.card("mnist", size)


def test_sizes_do_not_share_a_folder():
    pytest.importorskip("medmnist")

    assert cache.folder(datasets.card("pathmnist")).name == "pathmnist"
    assert cache.folder(datasets.card("pathmnist", 28)).name == "pathmnist"
    assert cache.folder(datasets.card("pathmnist", 64)).name == "pathmnist_64"


def test_the_pages_for_people_are_the_cards_the_code_reads():
    """`course data pages` writes them anew."""
    pytest.importorskip("medmnist")
    written = {
        path.name: path.read_text("utf-8") for path in (REPOSITORY / "datasets").glob("*.md")
    }

    assert written == pages.pages()
