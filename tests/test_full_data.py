"""The switches `SOURCE` and `PUBLISHED`: what they say they cost, and runs where the files are."""

import os
import re
from pathlib import Path

import nbformat
import pytest

from course_utils import datasets
from course_utils.tools.notebooks.execution import execute

LECTURES = sorted((Path(__file__).parents[1] / "lectures").glob("*.ipynb"))
SWITCH = re.compile(r'^SOURCE = "sample"(?P<menu>.*)$', re.MULTILINE)
MIRROR = os.environ.get("COURSE_DATA_MIRROR", "")


def code(lecture):
    cells = nbformat.read(lecture, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "code")


SWITCHED = [lecture for lecture in LECTURES if SWITCH.search(code(lecture))]


def collections(lecture):
    """The collections that a lecture loads by name and through the switch."""
    named = re.findall(r'load\(\s*"(\w+)",[^)]*source=SOURCE', code(lecture))
    return sorted(set(named))


def here(lecture):
    """Whether the mirror, a folder, has the original files of all that a lecture loads."""
    names = collections(lecture)
    files = [
        Path(MIRROR) / name / file.name for name in names for file in datasets.card(name).files
    ]
    return bool(MIRROR and files) and all(file.is_file() for file in files)


@pytest.mark.parametrize("lecture", SWITCHED, ids=lambda path: path.stem)
def test_the_switch_is_a_menu_that_says_what_the_full_data_cost(lecture):
    source = code(lecture)
    assert SWITCH.search(source)["menu"].endswith('# @param ["sample", "full"]')
    said = " ".join(re.findall(r"^# @markdown (.*)$", source, re.MULTILINE))
    assert re.search(r"minutes?\b", said) and "GPU" in said, said
    megabytes = re.search(r"([\d.]+) (MB|GB)", said)
    told = float(megabytes[1]) * {"MB": 1, "GB": 1000}[megabytes[2]]
    sizes = [datasets.card(name).size for name in collections(lecture)]
    assert told >= sum(size or 0 for size in sizes) / 1e6 - 0.06


@pytest.mark.proof
@pytest.mark.parametrize("lecture", SWITCHED, ids=lambda path: path.stem)
def test_a_lecture_runs_on_the_full_data(lecture, tmp_path):
    """`COURSE_DATA_MIRROR=FOLDER pytest -m proof tests/test_full_data.py`: minutes for each."""
    if not here(lecture):
        pytest.skip(f"the files of {', '.join(collections(lecture))} are not in a mirror here")
    notebook = nbformat.read(lecture, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = SWITCH.sub('SOURCE = "full"', cell.source)

    execute(notebook, lecture, seconds=1200, environment={"COURSE_DATA": str(tmp_path)})

    printed = "\n".join(
        output.text
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream"
    )
    assert printed and "sample:" not in printed


PUBLISHED = re.compile(r"^PUBLISHED = False(?P<menu>.*)$", re.MULTILINE)
WITH_WEIGHTS = [lecture for lecture in LECTURES if PUBLISHED.search(code(lecture))]


@pytest.mark.parametrize("lecture", WITH_WEIGHTS, ids=lambda path: path.stem)
def test_published_weights_are_a_menu_that_says_what_they_cost(lecture):
    assert PUBLISHED.search(code(lecture))["menu"].endswith('# @param {type:"boolean"}')
    said = " ".join(re.findall(r"^# @markdown (.*)$", code(lecture), re.MULTILINE))
    assert re.search(r"PUBLISHED .*\b\d+ MB", said), said


@pytest.mark.proof
@pytest.mark.skipif(
    not os.environ.get("COURSE_PUBLISHED"),
    reason="COURSE_PUBLISHED=1 says that the weights are here, or may be downloaded",
)
@pytest.mark.parametrize("lecture", WITH_WEIGHTS, ids=lambda path: path.stem)
def test_a_lecture_runs_with_published_weights(lecture):
    notebook = nbformat.read(lecture, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = PUBLISHED.sub("PUBLISHED = True", cell.source)

    execute(notebook, lecture, seconds=1200)
