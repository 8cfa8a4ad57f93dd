"""A convolution taken apart: what comes out, a picture for programs, and a widget for people."""

import sys

import numpy as np
import pytest
import torch
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook, new_output

from course_utils import figures
from course_utils.figures import apart

IMAGE = np.zeros((6, 7))
IMAGE[2:4, 3:5] = [[1, 2], [3, 4]]
KERNEL = [[0, 3], [1, -2]]
WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def shown(monkeypatch):
    """What is displayed: pairs of data and metadata."""
    things = []

    def display(data, metadata, raw):
        things.append((data, metadata))

    monkeypatch.setattr(apart, "display", display)
    return things


@pytest.fixture
def somebody(monkeypatch):
    monkeypatch.setattr(apart, "somebody_is_here", lambda: True)


def words(shown):
    ((_, metadata),) = shown
    return metadata["image/png"]["alt"]


def test_a_program_gets_a_picture_of_the_largest_number_with_its_words(shown, capsys):
    figures.take_apart(IMAGE, KERNEL)

    ((data, _),) = shown
    assert set(data) == {"image/png", "text/plain"}
    # Where the upper right weight, 3, lies on the 4, and the others on zeros.
    assert words(shown) == (
        "What a 2x2 convolution makes of an image: input with a frame round a window, and the "
        "output. There, in row 4, column 4, stands its largest number, 12.000, the sum of 4 "
        "products."
    )
    assert capsys.readouterr().out == ""


def test_layers_of_pytorch_are_taken_as_they_are(shown):
    torch.manual_seed(0)
    layer = torch.nn.Conv2d(5, 3, 3)
    maps = torch.randn(5, 9, 8, requires_grad=True)

    figures.take_apart(maps, layer.weight, layer.bias, relu=True)

    out = torch.relu(layer(maps)).detach().numpy()
    filter_, row, column = np.unravel_index(out.argmax(), out.shape)
    assert f"the output, map {filter_ + 1}. There, in row {row + 1}, column {column + 1}, " in (
        words(shown)
    )
    assert f"number, {out.max():.3f}, the sum of 45 products and a bias, after a ReLU. 2 more" in (
        words(shown)
    )


def test_a_person_without_anywidget_gets_the_picture_and_is_told(
    shown, somebody, monkeypatch, capsys
):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    apart._widget_class.cache_clear()

    figures.take_apart(IMAGE, KERNEL)

    assert WIDGET not in shown[0][0] and "image/png" in shown[0][0]
    assert capsys.readouterr().out == (
        "To choose any number, install anywidget: %pip install anywidget\n"
    )


def test_a_person_gets_what_can_be_clicked_on_and_after_it_the_picture(
    shown, somebody, monkeypatch
):
    pytest.importorskip("anywidget", reason="the extra `widgets` is not installed")
    apart._widget_class.cache_clear()
    kind, made = apart._widget_class(), []

    def make(**facts):
        made.append(kind(**facts))
        return made[0]

    monkeypatch.setattr(apart, "_widget_class", lambda: make)

    figures.take_apart(IMAGE, KERNEL, bias=[0.5])

    (clicked, _), (data, metadata) = shown
    assert clicked[WIDGET]["model_id"] == made[0].model_id
    assert set(clicked) == {WIDGET}  # else a program that shows no widgets would show its name
    assert set(data) == {"image/png", "text/plain"} and metadata["image/png"]["alt"]
    assert np.array_equal(np.frombuffer(made[0].image).reshape(made[0].shape)[0], IMAGE)
    assert made[0].layer["weight"] == np.ravel(KERNEL).tolist()
    assert (made[0].layer["bias"], made[0].layer["relu"]) == ([0.5], False)


@pytest.mark.filterwarnings("ignore:Your element with mimetype.*widget-view")
def test_a_web_page_of_the_notebook_shows_the_picture(shown, somebody):
    """What somebody ran and saved, without the state of its widgets, as JupyterLab saves it."""
    pytest.importorskip("anywidget", reason="the extra `widgets` is not installed")
    figures.take_apart(IMAGE, KERNEL)
    outputs = [new_output("display_data", data, metadata=about) for data, about in shown]

    page, _ = HTMLExporter().from_notebook_node(
        new_notebook(cells=[new_code_cell("", outputs=outputs)])
    )

    assert page.count('src="data:image/png;base64,') == 1
    assert "widget-view" not in page


def test_its_module_is_the_books_own_scripts_and_only_its_end_is_its_own():
    texts = {name: (apart.FOLDER / name).read_text("utf-8") for name in apart.SCRIPTS}

    assert [name for name, text in texts.items() if "export default" in text] == ["notebook.js"]
    assert list(texts)[-1] == "notebook.js"
    page = (apart.FOLDER.parents[3] / "book/playground/slide_a_kernel.md").read_text("utf-8")
    assert set(texts) - {"notebook.js"} <= set(page.partition("\nlectures")[0].split())


@pytest.mark.parametrize(
    ("image", "kernel", "bias", "message"),
    [
        ((6, 6), (2, 3), None, r"kernel \(2, 3\), image \(6, 6\): needed are a square kernel"),
        ((6, 6, 1, 1), (2, 2), None, r"image \(6, 6, 1, 1\): needed are a square kernel"),
        ((3, 6, 6), (2, 2), None, r"kernel \(2, 2\), image \(3, 6, 6\): the kernel does not fit"),
        ((2, 2), (3, 3), None, r"kernel \(3, 3\), image \(2, 2\): the kernel does not fit"),
        ((6, 6), (2, 2), [1, 2], "2 biases for 1 filters: give each one"),
    ],
)
def test_what_does_not_fit_is_said(image, kernel, bias, message):
    with pytest.raises(ValueError, match=message):
        figures.take_apart(np.ones(image), np.ones(kernel), bias)
