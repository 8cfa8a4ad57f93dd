"""The cache: after every fault complete and right, or as it was."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time

import numpy as np
import pytest

from course_utils import datasets, fetching
from course_utils.datasets import DownloadError, cache, catalogue, store


def test_a_download_is_announced_and_then_read_as_the_full_set(small_mnist, own_cache, capsys):
    small_mnist("ok")

    digits = datasets.load("mnist", split="test", source="full")

    announced = capsys.readouterr().out
    folder = own_cache / "mnist"
    assert re.fullmatch(
        rf"Downloading mnist: \d+\.\d kB into {re.escape(str(folder))}\n", announced
    )
    assert (digits.source, len(digits)) == ("full", 297)
    assert sorted(path.name for path in folder.iterdir()) == [
        "decoded",
        "t10k-images-idx3-ubyte.gz",
        "t10k-labels-idx1-ubyte.gz",
        "train-images-idx3-ubyte.gz",
        "train-labels-idx1-ubyte.gz",
    ]


def test_what_is_in_the_cache_is_neither_fetched_nor_decoded_again(
    small_mnist, capsys, monkeypatch
):
    card = small_mnist("ok")
    datasets.load("mnist", source="full")
    asked = len(small_mnist.server.requests)
    monkeypatch.setattr(store, "build", None)
    capsys.readouterr()

    for split in card.counts:
        datasets.load("mnist", split, source="full")

    assert capsys.readouterr().out == ""
    assert len(small_mnist.server.requests) == asked


def assert_fails_and_leaves_nothing(own_cache, reason):
    with pytest.raises(DownloadError, match=reason) as caught:
        datasets.load("mnist", source="full")
    assert "\n" not in str(caught.value)
    assert "use source='sample'" in str(caught.value)
    assert not (own_cache / "mnist").exists()


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("404", "HTTP status 404"),
        ("html", "it sent a web page"),
        ("wrong", "the file there has another checksum"),
        ("cut-0", "the connection broke"),
    ],
)
def test_a_failed_download_is_one_line_and_leaves_nothing(small_mnist, own_cache, fault, reason):
    small_mnist(fault)

    assert_fails_and_leaves_nothing(own_cache, f"^mnist: t10k-images.* could not be had .*{reason}")


def test_a_failure_after_some_files_keeps_those_and_fetches_the_rest_later(
    small_mnist, own_cache, published
):
    small_mnist("ok")
    last = small_mnist.server.contents.pop("train-labels-idx1-ubyte.gz")
    with pytest.raises(DownloadError, match="train-labels-idx1-ubyte.gz could not be had"):
        datasets.download("mnist")
    assert len(list((own_cache / "mnist").iterdir())) == 3

    small_mnist.server.contents["train-labels-idx1-ubyte.gz"] = last
    small_mnist.server.requests.clear()
    datasets.download("mnist")

    assert [name for _, name, _ in small_mnist.server.requests] == ["train-labels-idx1-ubyte.gz"]


def test_a_file_that_was_put_there_by_hand_is_used(small_mnist, own_cache, published):
    small_mnist("404")
    (own_cache / "mnist").mkdir(parents=True)
    for name, content in published.items():
        (own_cache / "mnist" / name).write_bytes(content)

    assert len(datasets.load("mnist", source="full")) == 1500


def test_a_wrong_file_that_was_put_there_by_hand_is_replaced(
    small_mnist, own_cache, published, capsys
):
    small_mnist("ok")
    (own_cache / "mnist").mkdir(parents=True)
    path = own_cache / "mnist" / "t10k-labels-idx1-ubyte.gz"
    path.write_bytes(b"?" * len(published[path.name]))

    datasets.load("mnist", source="full")

    said = "mnist: t10k-labels-idx1-ubyte.gz is not the published file, and comes anew"
    assert said in capsys.readouterr().out
    assert path.read_bytes() == published[path.name]


def test_a_wrong_file_stays_where_no_right_one_can_be_had(small_mnist, own_cache, published):
    small_mnist("500")
    (own_cache / "mnist").mkdir(parents=True)
    path = own_cache / "mnist" / "t10k-labels-idx1-ubyte.gz"
    path.write_bytes(b"mine")

    with pytest.raises(DownloadError):
        datasets.load("mnist", source="full")

    assert path.read_bytes() == b"mine"


# --- a damaged cache -------------------------------------------------------------------------


@pytest.mark.parametrize("harm", ["shorten", "remove", "index", "folder"])
def test_damage_that_shows_is_repaired_from_the_original_files(small_mnist, own_cache, harm):
    small_mnist("ok")
    before = datasets.load("mnist", source="full").images.copy()
    images = own_cache / "mnist" / "decoded" / "train_images.npy"
    small_mnist.server.contents.clear()
    if harm == "shorten":
        os.truncate(images, images.stat().st_size - 1)
    elif harm == "remove":
        images.unlink()
    elif harm == "index":
        (images.parent / "index.json").write_text("{")
    else:
        shutil.rmtree(images.parent)

    np.testing.assert_array_equal(datasets.load("mnist", source="full").images, before)


def flip_a_byte(path):
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def test_damage_that_does_not_show_is_found_by_verify_and_repaired_by_download(
    small_mnist, own_cache
):
    card = small_mnist("ok")
    folder = datasets.download("mnist")
    assert datasets.verify(card) == []
    flip_a_byte(folder / "decoded" / "train_images.npy")
    flip_a_byte(folder / "t10k-labels-idx1-ubyte.gz")

    assert datasets.verify(card) == [
        "t10k-labels-idx1-ubyte.gz is not the published file",
        "decoded/train_images.npy is damaged",
    ]
    datasets.download("mnist")
    assert datasets.verify(card) == []


def test_a_decoding_that_was_killed_leaves_nothing_behind(small_mnist, own_cache, monkeypatch):
    small_mnist("ok")

    def stop(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(store, "_statistics", stop)
        with pytest.raises(KeyboardInterrupt):
            datasets.load("mnist", source="full")
    leftover = own_cache / "mnist" / ".decoded-killed"
    leftover.mkdir()  # what kill -9 would have left
    assert not (own_cache / "mnist" / "decoded").exists()

    assert len(datasets.load("mnist", source="full")) == 1500
    assert not leftover.exists()


def test_clear_frees_what_was_fetched_and_leaves_what_is_yours(small_mnist, own_cache):
    card = small_mnist("ok")
    folder = datasets.download("mnist")
    (folder / "notes.txt").write_text("mine")

    freed = datasets.clear(card)

    assert freed > 1500 * 28 * 28
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]
    (folder / "notes.txt").unlink()
    assert datasets.clear(card) == 0
    assert not folder.exists()


# --- where and whether -----------------------------------------------------------------------


def test_offline_nothing_is_tried(small_mnist, own_cache, monkeypatch):
    small_mnist("ok")
    monkeypatch.setenv("COURSE_OFFLINE", "1")

    assert_fails_and_leaves_nothing(own_cache, "COURSE_OFFLINE is set: unset it to download")
    assert small_mnist.server.requests == []


@pytest.mark.parametrize("where", ["cache", "mirror"])
@pytest.mark.parametrize("name", ["cifar-10-python.tar.gz", "cifar-10-batches-py"])
def test_the_python_version_of_cifar_10_is_named(own_cache, monkeypatch, tmp_path, where, name):
    """It is the one that most people have; it is made of pickles, which run what they like."""
    folder = tmp_path / where / "cifar10"
    folder.mkdir(parents=True)
    (folder / name).write_bytes(b"")
    monkeypatch.setenv("COURSE_DATA_MIRROR", str(tmp_path / "mirror"))
    monkeypatch.setenv("COURSE_OFFLINE", "1")

    with pytest.raises(
        DownloadError,
        match=rf"\({re.escape(name)} in .*cifar10 is the Python version, and this course reads "
        r"cifar-10-binary.tar.gz\)",
    ):
        datasets.load("cifar10", source="full")
    assert (folder / name).exists()


def test_a_mirror_of_ones_own_is_asked_first(small_mnist, own_cache, monkeypatch):
    small_mnist("404")
    mirror = small_mnist.server.place("ok", "").rstrip("/")
    monkeypatch.setenv("COURSE_DATA_MIRROR", mirror)

    assert len(datasets.load("mnist", source="full")) == 1500
    assert {fault for fault, _, _ in small_mnist.server.requests} == {"ok"}


@pytest.mark.parametrize("form", ["{}", "file://{}"])
def test_a_folder_is_a_mirror_even_offline(
    small_mnist, own_cache, published, tmp_path, monkeypatch, form
):
    """A cache folder is one: what the instructor has downloaded serves a class."""
    small_mnist("ok")
    (tmp_path / "class" / "mnist").mkdir(parents=True)
    for name, content in published.items():
        (tmp_path / "class" / "mnist" / name).write_bytes(content)
    monkeypatch.setenv("COURSE_DATA_MIRROR", form.format(tmp_path / "class"))
    monkeypatch.setenv("COURSE_OFFLINE", "1")

    assert len(datasets.load("mnist", source="full")) == 1500
    assert small_mnist.server.requests == []


def test_a_mirror_that_lacks_the_file_is_followed_by_the_others(small_mnist, tmp_path, monkeypatch):
    small_mnist("ok")
    monkeypatch.setenv("COURSE_DATA_MIRROR", str(tmp_path))

    assert len(datasets.load("mnist", source="full")) == 1500


def test_a_cache_that_cannot_be_written_to_is_named(small_mnist, tmp_path, monkeypatch):
    small_mnist("ok")
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "file" / "cache"))

    with pytest.raises(DownloadError, match="mnist cannot be written to .*: let COURSE_DATA name"):
        datasets.load("mnist", source="full")


def test_a_sample_needs_no_cache(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "file" / "cache"))

    assert len(datasets.load("fashion_mnist", source="sample")) == 1500


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs another user")
def test_a_complete_cache_can_be_read_by_those_who_cannot_write_it(small_mnist, monkeypatch):
    """As in a class room: the instructor's cache, the students' processes."""
    card = small_mnist("ok")
    with tempfile.TemporaryDirectory() as shared:
        os.chmod(shared, 0o755)
        monkeypatch.setenv("COURSE_DATA", shared)
        datasets.download("mnist")
        code = (
            "import mmap, os; from course_utils.datasets import cache, store; os.setuid(65534);"
            f"folder = cache.base() / {card.key!r} / cache.DECODED; assert store.index(folder);"
            "print(store.arrays(folder, 'test')[0].shape, os.access(folder, os.W_OK))"
        )
        result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert result.stdout == "(297, 28, 28) False\n", result.stderr


def test_a_disk_without_room_for_the_decoded_set_is_told_first(small_mnist, monkeypatch):
    small_mnist("ok")
    monkeypatch.setattr(fetching.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 10**6}))

    with pytest.raises(DownloadError, match="are needed in .*, and 1.0 MB are free: make room"):
        datasets.load("mnist", source="full")
    assert small_mnist.server.requests == []


# --- several processes -----------------------------------------------------------------------

LOAD = textwrap.dedent(
    """
    import sys
    from dataclasses import replace
    from course_utils import datasets
    from course_utils.datasets import cache, loading
    from faulty_server import as_file
    from pathlib import Path
    place, published = sys.argv[1], Path(sys.argv[2])
    files = tuple(
        as_file(path.name, path.read_bytes(), [place + path.name])
        for path in sorted(published.iterdir())
    )
    card = replace(datasets.card("mnist"), files=files, counts={"train": 1500, "test": 297})
    cache.card = loading.card = lambda name, size=None: card
    print(datasets.load("mnist", source="full"), flush=True)
    """
)


@pytest.fixture
def start(published, own_cache, tmp_path, serve):
    """Start a program that loads MNIST from a server with this fault."""
    folder = tmp_path / "published"
    folder.mkdir()
    for name, content in published.items():
        (folder / name).write_bytes(content)
    server = serve(dict(published))

    def start(fault):
        return subprocess.Popen(
            [sys.executable, "-c", LOAD, server.place(fault, ""), str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )

    start.server = server
    return start


def test_of_several_processes_at_once_one_downloads(start):
    programs = [start("slow") for _ in range(3)]
    answers = [program.communicate(timeout=300)[0] for program in programs]

    assert all("mnist train, full: 1500 images" in answer for answer in answers)
    names = [name for _, name, _ in start.server.requests]
    assert len(names) == len(set(names)) == 4
    assert any("another program is bringing it" in answer for answer in answers)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_the_lock_of_a_killed_process_is_free(start, own_cache):
    program = start("slow")
    while not list(own_cache.glob("mnist/.*.part")):
        assert program.poll() is None
        time.sleep(0.01)
    program.kill()
    program.communicate()

    answer, _ = start("ok").communicate(timeout=300)

    assert "mnist train, full: 1500 images" in answer
    assert not list(own_cache.glob("mnist/.*.part"))


def test_of_several_processes_that_make_a_sample_each_gets_it(own_cache):
    code = "from course_utils.datasets import load; print(load('fashion_mnist', source='sample'))"
    programs = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    answers = {program.communicate(timeout=300)[0] for program in programs}

    assert answers == {"fashion_mnist train, stand-in: 1500 images (28, 28), 10 classes\n"}


# --- "auto" ----------------------------------------------------------------------------------


def test_auto_takes_the_full_set_where_it_can_be_had(small_mnist, own_cache, capsys):
    small_mnist("ok")

    assert datasets.load("mnist").source == "full"
    assert f"mnist: the full set, now in {own_cache / 'mnist'}" in capsys.readouterr().out
    assert datasets.load("mnist").source == "full"
    assert capsys.readouterr().out == f"mnist: the full set, from {own_cache / 'mnist'}\n"


@pytest.mark.parametrize("fault", ["404", "slow"])
def test_auto_takes_the_sample_where_the_full_set_cannot_be_had_soon(small_mnist, capsys, fault):
    small_mnist(fault)

    assert datasets.load("mnist").source in ("sample", "stand-in")
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("mnist: a small sample, as the full set cannot be had (mnist: ")


def test_auto_downloads_nothing_very_large_unasked(own_cache, monkeypatch, capsys):
    pytest.importorskip("medmnist")
    monkeypatch.setattr(fetching, "fetch", None)

    assert datasets.load("pathmnist", size=224).source in ("sample", "stand-in")
    said = capsys.readouterr().out
    assert said.startswith(
        "pathmnist_224: a small sample, as the full set is large (up to 16.1 GB)"
    )


def test_where_drawing_is_forbidden_the_sample_that_was_made_is_taken(own_cache, monkeypatch):
    """As for an answer that is graded without `course_utils.datasets.samples`."""
    facts = catalogue.card("fashion_mnist")
    made = cache.sample(facts)
    monkeypatch.setattr(cache, "_generation", lambda: "another")
    monkeypatch.setitem(sys.modules, "course_utils.datasets.samples.garments", None)

    assert cache.sample(facts) == made
    shutil.rmtree(made)
    with pytest.raises(ImportError):
        cache.sample(facts)
