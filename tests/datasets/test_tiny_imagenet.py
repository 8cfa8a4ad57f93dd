"""Tiny-ImageNet's zip archive: its layout, its grey files, its ways to be wrong."""

import io
import zipfile

import numpy as np
import pytest
from mutations import read_changed, some_bytes_changed
from PIL import Image

from course_utils import datasets
from course_utils.datasets import jpeg, store, tiny_imagenet

CARD = datasets.card("tiny_imagenet")
ROOT = tiny_imagenet.ROOT


def allocate(split, shape):
    return np.empty(shape, np.uint8)


def picture(value, size=(64, 64), mode="RGB", kind="JPEG"):
    """The bytes of an image of one colour."""
    file = io.BytesIO()
    Image.new(mode, size, value).save(file, kind)
    return file.getvalue()


def layout():
    """Two classes in the original layout, ids not in alphabetical order; n2 comes second."""
    files = {
        "wnids.txt": b"n2\nn1\n",
        "words.txt": b"n1\tgoldfish, Carassius auratus\nn2\tbus\nn3\tnobody, none\n",
        "val/val_annotations.txt": b"val_1.JPEG\tn2\t0\t1\t2\t3\nval_0.JPEG\tn1\t0\t0\t0\t0\n",
        "train/n1/n1_boxes.txt": b"n1_0.JPEG\t0\t0\t1\t1\n",
        "test/images/test_0.JPEG": picture((9, 9, 9)),
    }
    for row in (0, 1, 2, 10):
        files[f"train/n1/images/n1_{row}.JPEG"] = picture((200, row, 0))
        files[f"train/n2/images/n2_{row}.JPEG"] = picture(row * 10, mode="L")
    for row in (1, 0):
        files[f"val/images/val_{row}.JPEG"] = picture((0, 0, 100 * row))
    return {f"{ROOT}/{name}": content for name, content in files.items()}


def read(folder, files, **options):
    with zipfile.ZipFile(folder / CARD.files[0].name, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return tiny_imagenet.read(folder, CARD, options.get("allocate", allocate))


def test_the_layout_gives_three_splits_and_names(tmp_path):
    splits, classes = read(tmp_path, layout())

    assert classes == ("goldfish", "bus")
    assert splits["train"][1].tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert splits["val"][1].tolist() == [0, 1]
    assert splits["test"][1] is None
    assert {split: len(images) for split, (images, _) in splits.items()} == {
        "train": 8,
        "val": 2,
        "test": 1,
    }


def test_files_are_in_the_order_of_their_numbers(tmp_path):
    images = read(tmp_path, layout())[0]["train"][0]

    np.testing.assert_allclose(images[:4, 0, 0, 1], [0, 1, 2, 10], atol=2)


def test_a_grey_file_has_three_equal_channels(tmp_path):
    images = read(tmp_path, layout())[0]["train"][0]

    assert (images[4:] == images[4:, ..., :1]).all()
    assert images[7].mean() == pytest.approx(100, abs=1)


def test_every_core_decodes_a_share_and_the_pixels_are_the_same(tmp_path, monkeypatch):
    files = layout()
    for row in range(100, 140):
        files[f"{ROOT}/train/n1/images/n1_{row}.JPEG"] = picture((row, 255 - row, 0))
    alone, _ = read(tmp_path, files)
    monkeypatch.setattr(jpeg, "FEW", 10)
    monkeypatch.setattr(jpeg, "_cores", lambda: 3)

    store.build(tmp_path / "s", lambda allocate: tiny_imagenet.read(tmp_path, CARD, allocate))

    for split, (images, _) in alone.items():
        np.testing.assert_array_equal(store.arrays(tmp_path / "s", split)[0], images)


def test_a_fault_found_by_one_of_many_processes_is_told_and_nothing_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(jpeg, "FEW", 1)
    monkeypatch.setattr(jpeg, "_cores", lambda: 2)
    files = layout() | {f"{ROOT}/val/images/val_1.JPEG": b"no picture"}
    with zipfile.ZipFile(tmp_path / CARD.files[0].name, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)

    with pytest.raises(ValueError, match="val_1.JPEG cannot be decoded"):
        store.build(tmp_path / "s", lambda allocate: tiny_imagenet.read(tmp_path, CARD, allocate))
    assert [path.name for path in tmp_path.iterdir()] == [CARD.files[0].name]


def test_a_set_without_test_images_is_read_too(tmp_path):
    files = {name: content for name, content in layout().items() if "/test/" not in name}
    read(tmp_path, files)

    store.build(tmp_path / "s", lambda allocate: tiny_imagenet.read(tmp_path, CARD, allocate))

    assert store.arrays(tmp_path / "s", "test")[0].shape == (0, 64, 64, 3)


TRAIN = "train/n1/images/n1_0.JPEG"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"wnids.txt": None}, f"has no {ROOT}/wnids.txt: this is not Tiny-ImageNet"),
        ({"wnids.txt": b""}, "wnids.txt has 0 ids"),
        ({"wnids.txt": b"n1\nn1\nn2\n"}, "wnids.txt has 3 ids, 2 of them different"),
        ({"words.txt": b"n1\tgoldfish\n"}, "words.txt does not say what n2 means"),
        ({"wnids.txt": b"n1\n"}, "n2_0.JPEG is of a class that wnids.txt does not list"),
        (
            {"val/val_annotations.txt": b"val_0.JPEG\tn1\n"},
            "val_1.JPEG: val_annotations.txt does not name it",
        ),
        (
            {"val/val_annotations.txt": b"val_0.JPEG\tn1\nval_1.JPEG\tn3\n"},
            "val_1.JPEG: val_annotations.txt says 'n3', which wnids.txt does not list",
        ),
        ({"train/n1/n1_0.JPEG": b""}, "train/n1/n1_0.JPEG has no place in this data set"),
        ({"train/n1/images/n2_0.JPEG": b""}, "n2_0.JPEG has no place in this data set"),
        ({TRAIN: b""}, "n1_0.JPEG cannot be decoded"),
        ({TRAIN: picture(0)[:-300]}, "n1_0.JPEG cannot be decoded"),
        ({TRAIN: picture(0, kind="PNG")}, "n1_0.JPEG cannot be decoded"),
        ({TRAIN: picture(0, (32, 64))}, "n1_0.JPEG cannot be decoded: it has 32x64 pixels"),
        ({TRAIN: picture(0, (30000, 3))}, "n1_0.JPEG cannot be decoded: it has 30000x3"),
        ({TRAIN: bytes(2_000_000)}, "n1_0.JPEG unpacks to 2000000 bytes"),
        ({"words.txt": bytes(30_000_000)}, "words.txt unpacks to 30000000 bytes"),
    ],
    ids=lambda value: "",
)
def test_a_malformed_archive_is_refused_with_what_does_not_fit(tmp_path, changes, message):
    files = layout() | {f"{ROOT}/{name}": content for name, content in changes.items()}
    files = {name: content for name, content in files.items() if content is not None}

    with pytest.raises(ValueError, match=message):
        read(tmp_path, files)


@pytest.mark.parametrize("name", ["../evil.JPEG", "/evil.JPEG", f"{ROOT}/train/../../evil.JPEG"])
def test_a_file_with_a_hostile_name_is_refused_and_written_nowhere(tmp_path, name):
    with pytest.raises(ValueError, match="has no place in this data set"):
        read(tmp_path, layout() | {name: picture(0)})
    assert [path.name for path in tmp_path.iterdir()] == [CARD.files[0].name]


def test_an_archive_cut_at_any_tenth_is_refused(tmp_path):
    read(tmp_path, layout())
    path = tmp_path / CARD.files[0].name
    content = path.read_bytes()
    for tenth in range(10):
        path.write_bytes(content[: len(content) * tenth // 10])
        with pytest.raises(ValueError, match="no zip archive, or a damaged one"):
            tiny_imagenet.read(tmp_path, CARD, allocate)


@some_bytes_changed
def test_a_file_with_other_bytes_gives_arrays_or_a_value_error(tmp_path_factory, position, bytes_):
    path = tmp_path_factory.getbasetemp() / "changed-tiny_imagenet" / CARD.files[0].name

    found = read_changed(
        path,
        lambda: read(path.parent, layout()),
        lambda: tiny_imagenet.read(path.parent, CARD, allocate),
        position,
        bytes_,
    )

    assert found is None or found[0]["train"][0].shape[1:] == (64, 64, 3)
