"""CONTRIBUTING.md keeps its word: each recipe is followed to the letter, in a copy of it all."""

import json
import re
import tomllib

import nbformat
import pytest
import yaml

from copied import REPOSITORY, Copy
from course_utils.tools import cli
from course_utils.tools.cli import new

PAGE = (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8")
ORIGINALS = """
import numpy as np
from course_utils.datasets import idx
for split, count in {"train": 60, "test": 20}.items():
    labels = np.arange(count, dtype=np.uint8) % 2
    images = np.full((count, 8, 8), 7, np.uint8)
    images[labels == 0, ::2] = images[labels == 1, :, ::2] = 200
    idx.write(f"{split}-images.gz", images)
    idx.write(f"{split}-labels.gz", labels)
"""


def section(title):
    return re.search(rf"^## {title}\n(.+?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)[1]


def commands(title):
    """The lines of a recipe that are typed."""
    blocks = re.findall(r"^ *```sh\n(.+?)^ *```$", section(title), re.MULTILINE | re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines()]


def follow(copy, title):
    """Type every line, in order; returns what the last one, pytest, printed."""
    said = ""
    for command in commands(title):
        done = copy.run(command)
        assert done.returncode == 0, f"{command}\n{done.stdout}"
        said = done.stdout
    for name in re.findall(r"`([\w.-]+/[\w./-]+\.\w+)`", section(title)):
        assert (copy.root / name).is_file(), f"{title} speaks of {name}"
    return said


def passed(said):
    (count,) = re.findall(r"(\d+) passed", said)
    assert "failed" not in said and "skipped" not in said
    return int(count)


@pytest.fixture
def copy(tmp_path):
    return Copy(tmp_path / "course")


@pytest.mark.proof
def test_a_lecture(copy):
    said = follow(copy, "A lecture")

    notebook = nbformat.read(copy.root / "lectures" / "18_attention.ipynb", as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert "Open In Colab" in notebook.cells[0].source
    assert any("image/png" in output.get("data", {}) for c in code for output in c.outputs)
    assert "[18 Attention](18_attention.ipynb)" in (copy.root / "lectures/README.md").read_text()
    assert passed(said) >= 14 + len(code)


@pytest.mark.proof
def test_an_exercise(copy):
    said = follow(copy, "An exercise")

    folder = copy.root / "assignments"
    source, release = (
        (folder / step / "ps6_attention" / "ps6_attention.ipynb").read_text("utf-8")
        for step in ("source", "release")
    )
    assert "return 2 * x" in source and "HIDDEN TESTS" in source
    assert "return 2 * x" not in release and "HIDDEN TESTS" not in release
    assert "NotImplementedError" in release and "softmax([1, 3])" in release
    assert passed(said) >= 3


@pytest.mark.proof
def test_a_network(copy):
    said = follow(copy, "A network")

    rows = copy.run("course models").stdout.splitlines()
    (row,) = [row for row in rows if row.startswith("convmixer ")]
    weights, biases = 3 * 16 * 3 * 3 + 16 * 10, 16 + 10  # of a convolution and a dense layer
    assert f"{weights + biases} " in row
    assert "| `convmixer` |" in (copy.root / "course_utils/models/README.md").read_text("utf-8")
    assert passed(said) >= 9


@pytest.mark.proof
def test_a_data_set(copy):
    copy.run(f"python -c '{ORIGINALS}'")
    said = follow(copy, "A data set")

    assert passed(said) >= 7
    mirror = copy.root / "mirror" / "stripes"
    mirror.mkdir(parents=True)
    for file in copy.root.glob("*.gz"):
        file.rename(mirror / file.name)
    code = (
        "from course_utils import datasets; "
        "whole = datasets.load('stripes', 'test', source='full'); "
        "print(whole.images.shape, whole.labels.tolist()[:4], whole.class_names)"
    )
    full = copy.run(f'COURSE_DATA_MIRROR="{mirror.parent}" python -c "{code}"').stdout
    assert full.endswith("(20, 8, 8) [0, 1, 0, 1] ('horizontal', 'vertical')\n")
    (mirror / "test-labels.gz").write_bytes(b"another file")
    copy.run("course data clear stripes")
    damaged = copy.run(f'COURSE_DATA_MIRROR="{mirror.parent}" python -c "{code}"').stdout
    assert "test-labels.gz could not be had" in damaged


def test_the_recipes_use_commands_that_exist():
    """The first word behind `course`, its options, and the files that pytest is given."""
    typed = [
        line for title in ("A lecture", "An exercise", "A network") for line in commands(title)
    ]
    assert len(typed) >= 10
    for line in typed:
        words = line.split()
        if words[0] == "course":
            cli.parser().parse_args(words[1:])
        else:
            assert words[0] == "pytest"
            for word in words[1:]:
                written = word == "tests/datasets/test_stripes.py" or (REPOSITORY / word).exists()
                assert written or not word.startswith(("tests/", "lectures"))


def test_the_page_names_every_part_of_the_package():
    """And the folders that it names are there."""
    rooms = {
        path.stem for path in (REPOSITORY / "course_utils").iterdir() if path.stem[0] not in "._"
    }
    table = section("Where things are").partition("| in `course_utils/` |")[2].partition("\n\n")[0]

    assert set(re.findall(r"`(\w+)/?`", table)) - {"course"} == rooms


def test_the_page_names_what_make_lint_calls():
    hooks = yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    programs = {hook["entry"].split()[0] for repo in hooks for hook in repo["hooks"]}
    checks = section("Where things are").partition("| check |")[2]
    ours = {"course", "python", "check-added-large-files", "check-merge-conflict"}

    for program in programs - ours:
        assert {"lint-imports": "import-linter"}.get(program, program) in checks


def test_the_page_is_short_enough_to_be_read():
    assert len(PAGE.split()) < 1800


# --- what `course new` refuses ---------------------------------------------------------------


@pytest.fixture
def here(copy, monkeypatch):
    """`course new` writes into the copy, in this process."""
    monkeypatch.setattr(new, "REPOSITORY", copy.root)
    return copy.root


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lecture", "attention"], "'attention' will not do as a name here: write it like 18_"),
        (["exercise", "ps6 attention", "f"], "'ps6 attention' will not do as a name here"),
        (["exercise", "ps6_attention", "Softmax"], "'Softmax' will not do as a name here"),
        (["exercise", "ps6_attention", "lambda"], "'lambda' will not do as a name here"),
        (["exercise", "ps6_attention", "setup"], "has a cell 'setup' already: choose another"),
        (["network", "resnet"], "resnet.py is there already: choose another name"),
        (["network", "resnet18"], "there is a network resnet18 already: choose another name"),
        (["network", "class"], "'class' will not do as a name here"),
        (["dataset", "mnist", "pyproject.toml"], "mnist.toml is there already"),
        (["dataset", "stripes", "missing.gz"], "there is no file missing.gz: give the files as"),
    ],
)
def test_what_cannot_be_begun_is_said_in_a_line_and_nothing_is_written(
    arguments, message, here, capsys, monkeypatch
):
    monkeypatch.chdir(here)
    before = sorted(here.rglob("*"))

    assert cli.main(["new", *arguments]) == 2
    said = capsys.readouterr().err

    assert message in said and said.count("\n") == 1
    assert sorted(here.rglob("*")) == before


def test_what_cannot_be_read_or_written_is_said_in_a_line(here, capsys, monkeypatch):
    monkeypatch.chdir(here)
    source = here / "assignments/source/ps6_attention/ps6_attention.ipynb"
    source.parent.mkdir(parents=True)
    source.write_text("<<<<<<< ours")
    (here / "lectures/topics.toml").unlink()

    assert cli.main(["new", "exercise", "ps6", "softmax"]) == 2
    broken = capsys.readouterr().err
    assert cli.main(["new", "lecture", "18_attention"]) == 2
    missing = capsys.readouterr().err
    (here / "pyproject.toml").unlink()
    assert cli.main(["new", "network", "convmixer"]) == 2
    installed = capsys.readouterr().err

    assert f"{source} is not a notebook: restore it" in broken
    assert missing.startswith("course: lectures/topics.toml cannot be read or written: ")
    assert "writes into a clone of the repository" in installed
    assert [said.count("\n") for said in (broken, missing, installed)] == [1, 1, 1]


def test_a_file_with_an_odd_name_is_written_into_its_card(here, capsys):
    original = here / 'train "1".gz'
    original.write_bytes(b"as published")

    assert cli.main(["new", "dataset", "stripes", str(original)]) == 0

    card = tomllib.loads((here / "course_utils/datasets/cards/stripes.toml").read_text("utf-8"))
    assert [file["name"] for file in card["files"]] == [original.name]


def test_two_lectures_do_not_share_a_number(here, capsys):
    assert cli.main(["new", "lecture", "18_attention"]) == 0
    assert cli.main(["new", "lecture", "18_graphs"]) == 2
    assert "18_attention.ipynb has the number 18 already" in capsys.readouterr().err


def test_a_second_exercise_joins_the_first(here, capsys):
    assert cli.main(["new", "exercise", "ps6_attention", "softmax"]) == 0
    assert cli.main(["new", "exercise", "ps6", "scores"]) == 0
    assert cli.main(["new", "exercise", "ps6_graphs", "scores"]) == 2
    assert "ps6_attention is ps6 already: take another" in capsys.readouterr().err
    folder = here / "assignments"
    notebook = json.loads((folder / "source/ps6_attention/ps6_attention.ipynb").read_text("utf-8"))
    text = ["".join(cell["source"]) for cell in notebook["cells"]]

    assert [line.split(":")[0] for line in text if line.startswith("## ")] == [
        "## Exercise 1",
        "## Exercise 2",
    ]
    assert text[-1] == "checks.overview(exercises=2)"
    assert "scores-second-solution" in (folder / "mistakes/ps6_attention/class.toml").read_text()
    hints = tomllib.loads((folder / "mistakes/ps6_attention/hints.toml").read_text("utf-8"))
    assert list(hints) == ["test_softmax", "test_scores"]


def test_a_beginning_has_the_courses_style(here, copy, capsys):
    (here / "train-images.gz").write_bytes(b"as published")
    for words in (
        "lecture 18_attention",
        "exercise ps6_attention softmax",
        "network convmixer",
        "network zoomed_out",  # the last of every list
        f"dataset stripes {here}/train-images.gz",
    ):
        assert cli.main(["new", *words.split()]) == 0

    written = "course_utils lectures assignments tests/datasets"
    checked = copy.run(f"ruff check {written} && ruff format --check {written}")

    assert checked.returncode == 0, checked.stdout
