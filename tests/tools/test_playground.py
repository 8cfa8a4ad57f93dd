"""Networks of the book's playground: trained as in the lectures, stored, and the same again."""

import ast
import base64
import json
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch
from skimage import data
from torch import nn

from course_utils import datasets, training
from course_utils.datasets.samples.real_digits import real_digits
from course_utils.models import torch as networks
from course_utils.tools import cli
from course_utils.tools.book.playground import digits, lenet, pages, photograph, scripts, stored
from course_utils.tools.cli import playground

REPOSITORY = Path(__file__).parents[2]
FILE = REPOSITORY / "book/_static/playground/lenet5.js"
PAGE = REPOSITORY / "book/playground/draw_a_digit.md"


@pytest.fixture
def network():
    """The stored network, in PyTorch."""
    network = networks.lenet5().eval()
    stored.load(FILE, lenet.layers(network))
    return network


@torch.no_grad()
def says(network):
    """What it says of each test digit, and what each is."""
    images, labels = datasets.load("mnist", "test", source="sample").torch().tensors
    return network(lenet.bordered(images)).argmax(1).numpy(), labels.numpy()


def test_it_is_as_good_as_its_file_and_its_page_say(network):
    answers, labels = says(network)
    facts = scripts.read(FILE)

    assert (facts["right"], facts["of"]) == ((answers == labels).sum(), len(labels))
    assert f"Of {facts['of']:,} others it\nclassifies {facts['right']} correctly" in (
        PAGE.read_text("utf-8")
    )


@pytest.mark.proof
def test_grad_cam_is_to_be_trusted_as_far_as_the_page_says(network):
    """What a cover of 6x6 pixels takes from a score: where Grad-CAM is largest, and elsewhere."""
    images = datasets.load("mnist", "test", source="sample").torch().tensors[0]
    x = lenet.bordered(images)
    with torch.no_grad():
        scores, answers = network(x).max(1)
        maps = torch.relu(network.c3(network.s2(torch.relu(network.c1(x)))))
    maps.requires_grad_()
    c5 = torch.relu(network.c5(network.s4(maps))).flatten(1)
    score = network.output(torch.relu(network.f6(c5))).gather(1, answers[:, None]).sum()
    weights = torch.autograd.grad(score, maps)[0].mean((2, 3), keepdim=True)
    cams = (weights * maps).sum(1).relu().detach().flatten(1)

    there, mean, most = (
        torch.tensor(falls)
        for falls in zip(
            *map(lambda *each: _falls(network, *each), images[:, 0], scores, answers, cams),
            strict=True,
        )
    )

    text = " ".join(PAGE.read_text("utf-8").split())
    assert f"fell by {there.mean():.1f} on average" in text
    assert f"at random, it falls by {mean.mean():.1f}; with" in text
    assert f"most harmful cover, by {most.mean():.1f}." in text


@torch.no_grad()
def _falls(network, image, score, answer, cam):
    """How much the score falls where `cam` is largest, at all places with ink, and at most."""
    covered, places = [], []
    for place in range(100):  # of the middle of what a number of C3 sees
        top, left = 2 * (place // 10) + 2, 2 * (place % 10) + 2
        cover = image.clone()
        cover[top : top + 6, left : left + 6] = 0
        if not torch.equal(cover, image):
            covered.append(cover)
            places.append(place)
    falls = score - network(lenet.bordered(torch.stack(covered)[:, None]))[:, answer]
    return float(falls[cam[places].argmax()]), float(falls.mean()), float(falls.max())


def test_it_offers_a_right_digit_of_each_class_and_ten_that_it_gets_wrong(network):
    answers, labels = says(network)
    offered = scripts.read(FILE)["offered"]

    assert labels[offered[:10]].tolist() == answers[offered[:10]].tolist() == list(range(10))
    assert (labels[offered[10:]] != answers[offered[10:]]).all() and len(set(offered)) == 20


def test_pages_get_the_digits_themselves(tmp_path):
    (tmp_path / "lenet5.js").write_bytes(FILE.read_bytes())

    digits.write(tmp_path)

    text = (tmp_path / "digits.js").read_text("utf-8")
    written = json.loads(text.removeprefix("playground.digits = "))
    images, labels = real_digits()["test"]
    for row, digit in zip(scripts.read(FILE)["offered"], written, strict=True):
        assert digit["label"] == labels[row]
        assert base64.b64decode(digit["pixels"]) == images[row].tobytes()


def test_pages_get_the_photograph_itself(tmp_path):
    photograph.write(tmp_path)

    text = (tmp_path / "photograph.js").read_text("utf-8")
    written = base64.b64decode(text.removeprefix('playground.photograph = "').rstrip('"\n'))
    whole = data.camera().astype(float)
    means = whole.reshape(128, 4, 128, 4).mean(axis=(1, 3))
    assert (
        np.abs(np.frombuffer(written, np.uint8).reshape(128, 128) - means).max() <= 1
    )  # rounded twice


def test_a_page_says_which_lectures_it_belongs_to(tmp_path):
    (tmp_path / "book/playground").mkdir(parents=True)
    page = tmp_path / "book/playground/two.md"
    page.write_text("---\nplayground: a.js\nlectures: 03 12\n---\n\n# Two `things`\n")
    page.with_name("none.md").write_text("# None\n\nlectures: 03\n")

    of = {number: pages.of_lecture(tmp_path, number) for number in ("03", "12", "31")}

    assert of["03"] == of["12"] == {"book/playground/two.md": "Two `things`"}
    assert of["31"] == {}
    shown = {"book/playground/draw_a_digit.md": "Draw a digit"}
    assert [pages.of_lecture(REPOSITORY, number) for number in ("08", "01")] == [shown, {}]


def test_a_network_comes_back_as_it_was_stored(tmp_path):
    torch.manual_seed(1)
    ours, theirs = networks.lenet5(), networks.lenet5()
    stored.rounded(ours)
    file = tmp_path / "small.js"

    stored.Stored("small", lenet.layers(ours), 1, 2, [3]).write(file)
    stored.load(file, lenet.layers(theirs))

    for name, values in ours.state_dict().items():
        assert torch.equal(values, theirs.state_dict()[name]), name
    assert file.stat().st_size < 200_000
    facts = scripts.read(file)
    assert (facts["right"], facts["of"], facts["offered"]) == (1, 2, [3])
    kinds = [layer["kind"] for layer in facts["layers"]]
    assert kinds == ["convolution", "pooling"] * 2 + ["convolution", "dense", "dense"]


@pytest.mark.parametrize(
    "module",
    [
        nn.Conv2d(1, 2, 3, padding=1),
        nn.Conv2d(1, 2, 3, stride=2),
        nn.Conv2d(1, 2, (3, 5)),
        nn.MaxPool2d(3, 2),
        nn.BatchNorm2d(2),
    ],
    ids=["padding", "stride", "oblong", "overlapping", "normalisation"],
)
def test_what_pages_cannot_run_is_not_stored(module, tmp_path):
    with pytest.raises(stored.StoredError, match="c1: pages cannot run "):
        stored.Stored("odd", [stored.Weighted("c1", module)], 0, 0, []).write(tmp_path / "odd.js")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_something_else_is_refused(tmp_path):
    (tmp_path / "lenet5.js").write_text("playground.networks.lenet5 = {}\n")
    layers = lenet.layers(networks.lenet5())

    with pytest.raises(stored.StoredError, match="not written by `course playground`: write it"):
        scripts.read(tmp_path / "lenet5.js")
    with pytest.raises(stored.StoredError, match=r"has other layers than \['c1', 's2'\]"):
        stored.load(FILE, layers[:2])


@pytest.mark.proof
def test_the_command_trains_as_lecture_08_does_and_stores_what_is_stored(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(playground, "REPOSITORY", tmp_path)
    monkeypatch.setattr(playground, "FOLDER", tmp_path / "playground")
    threads = torch.get_num_threads()

    assert cli.main(["playground"]) == 0
    theirs = lectures_own()
    torch.set_num_threads(threads)

    ours = networks.lenet5()
    stored.load(tmp_path / "playground/lenet5.js", lenet.layers(ours))
    for name, values in theirs.state_dict().items():
        assert torch.allclose(values, ours.state_dict()[name], atol=1e-3), name
    again, kept = scripts.read(tmp_path / "playground/lenet5.js"), scripts.read(FILE)
    assert abs(again["right"] - kept["right"]) <= 20  # another processor, another rounding
    assert f"{again['right']} of 1000 test digits are classified correctly." in (
        capsys.readouterr().out
    )


def lectures_own():
    """The first of lecture 08's `readers`, by the lecture's own functions."""
    path = REPOSITORY / "lectures/08_lenet_to_vgg.ipynb"
    code = [cell.source for cell in nbformat.read(path, as_version=4).cells]
    names = {"torch": torch, "nn": nn, "np": np, "networks": networks, "training": training}
    names["epochs"] = None  # a default that is not used
    names["digits"] = {
        split: datasets.load("mnist", split, source="sample") for split in ("train", "test")
    }
    for name in ("bordered", "trained", "reader_of"):
        (source,) = [text for text in code if f"\ndef {name}(" in f"\n{text}"]
        (function,) = [
            node
            for node in ast.parse(source).body
            if isinstance(node, ast.FunctionDef) and node.name == name
        ]
        exec(ast.unparse(function), names)
    return names["reader_of"](0)
