"""A split as arrays, parts, batches, and as each framework wants it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils import datasets
from course_utils.datasets import Dataset


def made_up(count=23, name="cifar10", labels="numbers", seed=0):
    """A split with random pixels."""
    rng = np.random.default_rng(seed)
    card = datasets.card(name)
    images = rng.integers(0, 256, (count, *card.shape), np.uint8)
    classes = len(card.classes)
    labels = {
        "numbers": rng.integers(0, classes, count),
        "several": rng.integers(0, 2, (count, classes)),
        "none": None,
    }[labels]
    channels = card.channels
    mean, std = tuple(rng.random(channels)), tuple(0.1 + rng.random(channels))
    return Dataset(images, labels, card.classes, card, "train", "full", mean, std)


KINDS = [("mnist", "numbers"), ("cifar10", "numbers"), ("tiny_imagenet", "none")]
MEDICAL = [("chestmnist", "several"), ("organmnist3d", "numbers"), ("pathmnist", "numbers")]


@pytest.fixture(params=[*KINDS, *MEDICAL], ids=lambda kind: kind[0])
def kind(request):
    name, labels = request.param
    if name not in datasets.names():
        pytest.skip("the package medmnist is not installed")
    return made_up(name=name, labels=labels)


def channels_first(dataset, rows):
    """What a batch should hold, computed another way."""
    images = dataset.images[rows].astype(np.float64) / 255
    return np.moveaxis(images, -1, 1) if dataset.card.axes == "HWC" else images[:, None]


# --- parts -----------------------------------------------------------------------------------


def test_a_subset_has_its_rows_and_copies_nothing_before_it_is_asked():
    whole = made_up()
    part = whole.subset([3, 1, 4]).subset(slice(1, None))

    assert len(part) == 2
    assert part.labels.tolist() == whole.labels[[1, 4]].tolist()
    np.testing.assert_array_equal(part.batch([1])[0], whole.batch([4])[0])
    np.testing.assert_array_equal(part.images, whole.images[[1, 4]])
    np.testing.assert_array_equal(part.batch([1])[0], whole.batch([4])[0])
    assert repr(part).endswith("2 images (32, 32, 3), 10 classes")


@given(st.integers(2, 300), st.floats(0.05, 0.95), st.integers(0, 5))
def test_divided_parts_are_disjoint_complete_and_balanced(count, share, seed):
    whole = made_up(count, "mnist", seed=seed)
    whole = Dataset(
        np.arange(count)[:, None, None],
        whole.labels,
        whole.class_names,
        whole.card,
        "train",
        "full",
    )
    first, second = whole.divide(share, seed)

    together = np.concatenate([first.images.ravel(), second.images.ravel()])
    assert sorted(together) == list(range(count))
    of_each_class = np.bincount(whole.labels)
    for part, size in ((first, share), (second, 1 - share)):
        assert abs(len(part) - size * count) <= 1
        counts = np.bincount(part.labels, minlength=len(of_each_class))
        assert (abs(counts - size * of_each_class) <= 1.001).all()


def test_a_division_depends_on_the_seed_alone():
    whole = made_up()
    parts = [whole.divide(0.5, seed)[0].labels.tolist() for seed in (0, 0, 1)]

    assert parts[0] == parts[1] != parts[2]


@pytest.mark.parametrize("share", [0, 1, 80])
def test_a_share_is_between_0_and_1(share):
    with pytest.raises(ValueError, match=f"share is {share}; expected a number between 0 and 1"):
        made_up().divide(share)


# --- batches ---------------------------------------------------------------------------------


def test_a_batch_is_n_c_h_w_between_0_and_1(kind):
    images, labels = kind.batch([2, 5])

    assert images.dtype == np.float32 and images.flags.c_contiguous
    np.testing.assert_allclose(images, channels_first(kind, [2, 5]), atol=1e-7)
    assert labels is None if kind.labels is None else (labels == kind.labels[[2, 5]]).all()


def test_a_batch_can_have_its_channels_last(kind):
    last, _ = kind.batch([2, 5], layout="channels_last")

    np.testing.assert_array_equal(np.moveaxis(last, -1, 1), kind.batch([2, 5])[0])


@pytest.mark.parametrize("layout", ["channels_first", "channels_last"])
def test_a_normalised_batch_has_the_mean_taken_away(kind, layout):
    images, _ = kind.batch(slice(None), layout=layout, normalise=True)
    if layout == "channels_last":
        images = np.moveaxis(images, -1, 1)
    shape = (1, -1) + (1,) * (images.ndim - 2)
    mean, std = np.reshape(kind.mean, shape), np.reshape(kind.std, shape)

    expected = (channels_first(kind, slice(None)) - mean) / std
    np.testing.assert_allclose(images, expected, atol=1e-5)


@given(st.integers(1, 30), st.integers(1, 40), st.booleans(), st.booleans())
def test_the_batches_of_an_epoch_hold_every_image_once(count, size, shuffle, drop_last):
    dataset = Dataset(
        np.arange(count, dtype=np.uint8)[:, None, None],
        np.arange(count),
        ("only",),
        datasets.card("mnist"),
        "train",
        "full",
    )
    batches = list(dataset.batches(size, shuffle=shuffle, drop_last=drop_last))

    seen = [int(label) for _, labels in batches for label in labels]
    assert len(seen) == len(set(seen)) == (count // size * size if drop_last else count)
    assert all(len(images) == size for images, _ in batches[:-1])
    assert shuffle or seen == list(range(len(seen)))
    for images, labels in batches:
        np.testing.assert_allclose(images[:, 0, 0, 0] * 255, labels, rtol=1e-6)


def test_the_order_depends_on_the_seed_alone():
    orders = [
        np.concatenate([labels for _, labels in made_up().batches(5, shuffle=True, seed=seed)])
        for seed in (1, 1, 2)
    ]

    assert (orders[0] == orders[1]).all() and (orders[0] != orders[2]).any()


@pytest.mark.parametrize("size", [0, -3, 2.5, "all"])
def test_a_batch_size_is_a_whole_number(size):
    with pytest.raises(ValueError, match=f"the batch size is {size!r}; expected a whole number"):
        next(made_up().batches(size))


def test_a_wrong_layout_is_named_with_the_right_ones():
    with pytest.raises(ValueError, match="unknown layout 'NCHW': use one of channels_first, ch"):
        made_up().batch([0], layout="NCHW")


# --- PyTorch ---------------------------------------------------------------------------------


@pytest.fixture
def torch():
    return pytest.importorskip("torch")


def test_the_torch_view_gives_single_images(kind, torch):
    view = kind.torch()
    item = view[3]
    image, label = item if isinstance(item, tuple) else (item, None)

    assert (len(view), image.dtype) == (len(kind), torch.float32)
    np.testing.assert_allclose(image.numpy(), channels_first(kind, [3])[0], atol=1e-7)
    assert label is None if kind.labels is None else (label.numpy() == kind.labels[3]).all()
    assert torch.equal(view[len(view) - 1][0], view[-1][0])
    with pytest.raises(IndexError, match="row 23 of 23"):
        view[23]


@pytest.mark.parametrize("workers", [0, 2])
def test_an_ordinary_data_loader_takes_the_view(torch, workers):
    dataset = made_up()
    loader = torch.utils.data.DataLoader(dataset.torch(), batch_size=10, num_workers=workers)

    batches = list(loader)
    np.testing.assert_array_equal(torch.cat([labels for _, labels in batches]), dataset.labels)
    np.testing.assert_array_equal(
        torch.cat([images for images, _ in batches]), dataset.batch(slice(None))[0]
    )


def test_our_loader_gives_the_same_batches(kind, torch):
    loader = kind.loader(10)
    batches = [batch if isinstance(batch, list | tuple) else (batch,) for batch in loader]

    assert [len(batch[0]) for batch in batches] == [10, 10, 3] and len(loader) == 3
    images = torch.cat([batch[0] for batch in batches])
    np.testing.assert_array_equal(images, kind.batch(slice(None))[0])
    if kind.labels is not None:
        np.testing.assert_array_equal(torch.cat([batch[1] for batch in batches]), kind.labels)


def test_our_loader_shuffles_as_its_generator_says(torch):
    dataset = made_up(100)
    orders = [
        torch.cat(
            [
                y
                for _, y in dataset.loader(
                    7, shuffle=True, drop_last=True, generator=torch.Generator().manual_seed(seed)
                )
            ]
        )
        for seed in (1, 1, 2)
    ]

    assert torch.equal(orders[0], orders[1]) and not torch.equal(orders[0], orders[2])
    assert len(orders[0]) == 98


def test_a_transform_sees_each_image(torch):
    dataset = made_up()
    flipped = dataset.torch(transform=lambda image: image.flip(-1))

    np.testing.assert_array_equal(flipped[2][0], dataset.batch([2])[0][0][..., ::-1])
    loader = dataset.loader(4, transform=lambda image: image[:, :8, :8])
    assert next(iter(loader))[0].shape == (4, 3, 8, 8)


def test_all_tensors_can_be_had_at_once(torch):
    dataset = made_up()
    images, labels = dataset.torch(normalise=True).tensors

    np.testing.assert_array_equal(images, dataset.batch(slice(None), normalise=True)[0])
    np.testing.assert_array_equal(labels, dataset.labels)


# --- TensorFlow ------------------------------------------------------------------------------


@pytest.fixture
def tf():
    return pytest.importorskip("tensorflow")


def test_the_tensorflow_view_gives_single_images_with_channels_last(kind, tf):
    view = kind.tf()
    items = list(view.as_numpy_iterator())
    images = np.stack([item[0] if isinstance(item, tuple) else item for item in items])

    assert len(view) == len(kind) == len(items)
    np.testing.assert_array_equal(images, kind.batch(slice(None), layout="channels_last")[0])
    if kind.labels is not None:
        np.testing.assert_array_equal(np.stack([item[1] for item in items]), kind.labels)


def test_the_tensorflow_view_gives_batches(kind, tf):
    view = kind.tf(10, normalise=True)
    batches = [b if isinstance(b, tuple) else (b,) for b in view.as_numpy_iterator()]

    assert len(view) == 3
    images = np.concatenate([batch[0] for batch in batches])
    expected = kind.batch(slice(None), layout="channels_last", normalise=True)[0]
    np.testing.assert_allclose(images, expected, atol=1e-6)


def test_each_epoch_of_a_shuffled_view_has_an_order_of_its_own(tf):
    dataset = made_up(100)
    view = dataset.tf(10, shuffle=True)
    epochs = [np.concatenate([y for _, y in view.as_numpy_iterator()]) for _ in range(2)]
    again = np.concatenate([y for _, y in dataset.tf(10, shuffle=True).as_numpy_iterator()])

    assert sorted(epochs[0]) == sorted(epochs[1]) == sorted(dataset.labels)
    assert (epochs[0] != epochs[1]).any()
    assert (epochs[0] == again).all()


def test_a_keras_model_takes_the_view(tf):
    keras = pytest.importorskip("keras")
    dataset = made_up(40)
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10)])
    model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))

    history = model.fit(dataset.tf(8, shuffle=True), epochs=2, verbose=0)

    assert len(history.history["loss"]) == 2 and np.isfinite(history.history["loss"]).all()


# --- picture ---------------------------------------------------------------------------------


def test_a_picture_says_what_it_shows_and_whether_it_is_a_sample(kind):
    figure = kind.picture(columns=3, rows=4)

    assert figure._suptitle.get_text() == f"{kind.card.name}, train (full set)"
    assert figure.alt.startswith(f"Images of {kind.card.name}, train, full set")
    assert kind.note == ""
    kind.source = "sample"
    assert "a small sample" in kind.picture().alt and kind.note == " (a sample)"
    kind.source = "stand-in"
    assert "a stand-in, not the collection itself" in kind.picture().alt
    assert "Six garments" + kind.note == "Six garments (stand-ins)"
