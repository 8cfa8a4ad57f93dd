"""Getting a notebook out of Colab under its own name; tests/colab does it on a whole machine."""

import os
import sys
import time
from types import ModuleType

import pytest

from course_utils.exercises import handing_in

NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "source": ["# Numbers\n", "Hand in `ps1_numbers.ipynb`."]},
        {"cell_type": "code", "source": ["x = 'für alle'"]},
    ],
    "metadata": {"colab": {"name": "Copy of ps1_numbers.ipynb"}},
    "nbformat": 4,
    "nbformat_minor": 0,
}


@pytest.fixture
def colab(tmp_path, monkeypatch):
    """Colab with a notebook on its page: `colab.answer`; what is downloaded: `colab.downloads`."""
    colab = ModuleType("google.colab")
    colab.answer, colab.downloads = {"ipynb": NOTEBOOK}, []
    colab._message = ModuleType("google.colab._message")
    colab._message.blocking_request = lambda kind, request, timeout_sec: colab.answer
    colab.files = ModuleType("google.colab.files")
    colab.files.download = colab.downloads.append
    monkeypatch.setitem(sys.modules, "google.colab", colab)
    monkeypatch.chdir(tmp_path)
    return colab


@pytest.mark.parametrize("name", ["ps1_numbers", "ps1_numbers.ipynb", "somewhere/ps1_numbers"])
def test_a_copy_in_drive_is_downloaded_under_its_own_name(colab, tmp_path, name, capsys):
    handing_in.download(name)

    assert colab.downloads == ["ps1_numbers.ipynb"]
    assert "x = 'für alle'" in (tmp_path / "ps1_numbers.ipynb").read_text("utf-8")
    assert capsys.readouterr().out.startswith("ps1_numbers.ipynb is on its way to the folder")


@pytest.mark.parametrize("answer", [None, {}, {"ipynb": None}])
def test_where_colab_does_not_answer_two_clicks_are_named(colab, answer):
    colab.answer = answer

    with pytest.raises(handing_in.HandingInError) as caught:
        handing_in.download("ps1_numbers")

    assert str(caught.value) == (
        "Colab did not hand out the notebook: choose File > Download > Download .ipynb, "
        "and call the file ps1_numbers.ipynb"
    )
    assert colab.downloads == []


def test_the_same_is_said_should_colab_change_what_it_never_promised(colab):
    del colab._message

    with pytest.raises(handing_in.HandingInError, match="choose File > Download > Download .ipynb"):
        handing_in.download("ps1_numbers")


def test_another_notebook_is_not_downloaded_under_a_wrong_name(colab, tmp_path):
    with pytest.raises(handing_in.HandingInError) as caught:
        handing_in.download("ps2_backprop")

    assert (
        str(caught.value) == "this notebook is not ps2_backprop.ipynb: it says nowhere that it is"
    )
    assert list(tmp_path.iterdir()) == []


def test_elsewhere_the_file_is_named_and_when_it_was_saved(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "ps1_numbers.ipynb"
    file.touch()
    handing_in.download("ps1_numbers")
    os.utime(file, (time.time() - 600,) * 2)
    handing_in.download("ps1_numbers")

    assert capsys.readouterr().out.splitlines() == [
        f"Hand in {file}, last saved less than a minute ago.",
        f"Hand in {file}, last saved 10 min ago.",
    ]
