"""Decoded arrays on disk: whole or not at all, right, and quick to open."""

import errno
import json
import os
import time
import tracemalloc

import numpy as np
import pytest

from course_utils.datasets import store


def fill(folder, count=20, shape=(8, 8, 3), seed=0):
    """A store with made-up images; returns them by split."""
    rng = np.random.default_rng(seed)
    made = {split: rng.integers(0, 256, (count, *shape), np.uint8) for split in ("train", "test")}

    def read(allocate):
        splits = {}
        for split, pixels in made.items():
            images = allocate(split, pixels.shape)
            images[:] = pixels
            splits[split] = images, np.arange(count) if split == "train" else None
        return splits, ("a", "b")

    store.build(folder, read)
    return made


def test_what_is_built_is_opened(tmp_path):
    made = fill(tmp_path / "s")

    for split, pixels in made.items():
        images, labels = store.arrays(tmp_path / "s", split)
        np.testing.assert_array_equal(images, pixels)
    assert labels is None
    assert store.arrays(tmp_path / "s", "train")[1].tolist() == list(range(20))
    assert store.index(tmp_path / "s")["classes"] == ["a", "b"]
    assert store.damage(tmp_path / "s") == []


def test_the_statistics_are_those_of_the_training_pixels(tmp_path):
    made = fill(tmp_path / "s", count=3000)
    pixels = made["train"].reshape(-1, 3) / 255
    statistics = store.index(tmp_path / "s")["statistics"]

    np.testing.assert_allclose(statistics["mean"], pixels.mean(0), rtol=1e-12)
    np.testing.assert_allclose(statistics["std"], pixels.std(0), rtol=1e-12)


def test_changed_pixels_stay_in_this_process(tmp_path):
    made = fill(tmp_path / "s")
    store.arrays(tmp_path / "s", "train")[0][:] = 0

    np.testing.assert_array_equal(store.arrays(tmp_path / "s", "train")[0], made["train"])


def test_a_new_store_takes_the_place_of_an_old_one(tmp_path):
    fill(tmp_path / "s", seed=1)
    made = fill(tmp_path / "s", seed=2)

    np.testing.assert_array_equal(store.arrays(tmp_path / "s", "test")[0], made["test"])
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


@pytest.mark.parametrize("error", [ValueError("no"), OSError("no"), KeyboardInterrupt()])
def test_a_build_that_fails_leaves_what_was_there(tmp_path, error):
    made = fill(tmp_path / "s")

    def read(allocate):
        allocate("train", (3, 3))[:] = 7
        raise error

    with pytest.raises(type(error)):
        store.build(tmp_path / "s", read)
    np.testing.assert_array_equal(store.arrays(tmp_path / "s", "test")[0], made["test"])
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="this system cannot reserve room")
def test_room_is_reserved_so_that_a_full_disk_is_an_error_and_no_crash(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(OSError, match="No space left on device"):
        fill(tmp_path / "s")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"version": 0}', '{"version": 1}'])
def test_a_damaged_index_is_no_index(tmp_path, content):
    fill(tmp_path / "s")
    (tmp_path / "s" / store.INDEX).write_text(content)

    assert store.index(tmp_path / "s") is None


@pytest.mark.parametrize("harm", ["shorten", "lengthen", "remove"])
def test_an_incomplete_store_is_none(tmp_path, harm):
    fill(tmp_path / "s")
    path = tmp_path / "s" / "test_images.npy"
    if harm == "remove":
        path.unlink()
    else:
        os.truncate(path, path.stat().st_size + (1 if harm == "lengthen" else -1))

    assert store.index(tmp_path / "s") is None


def test_a_changed_byte_is_found_by_reading_everything(tmp_path):
    fill(tmp_path / "s")
    path = tmp_path / "s" / "test_images.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)

    assert store.index(tmp_path / "s") is not None
    assert store.damage(tmp_path / "s") == ["test_images.npy"]


def test_opening_reads_no_pixels(tmp_path):
    """A store of 300 MB, nearly all of it a hole in the file, is opened with hardly any memory."""
    fill(tmp_path / "s")
    path = tmp_path / "s" / "train_images.npy"
    big = np.lib.format.open_memmap(path, "w+", np.uint8, (100_000, 32, 32, 3))
    big.flush()
    index = json.loads((tmp_path / "s" / store.INDEX).read_text())
    index["files"][path.name]["size"] = path.stat().st_size
    (tmp_path / "s" / store.INDEX).write_text(json.dumps(index))

    tracemalloc.start()
    started = time.perf_counter()
    assert store.index(tmp_path / "s")
    images, _ = store.arrays(tmp_path / "s", "train")
    seconds = time.perf_counter() - started
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert images.shape == (100_000, 32, 32, 3)
    assert peak < 1_000_000
    assert seconds < 5  # generous: benchmarks/datasets.py measures it
