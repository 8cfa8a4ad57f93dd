"""Every notebook is stored as readers need it: run in order, light, words for each picture.

That its outputs are right is for nbval, which runs each of them in the same test run.
"""

import json
import re
from pathlib import Path

import nbformat
import pytest

from course_utils.tools.notebooks import folded

REPOSITORY = Path(__file__).parents[1]
LECTURES = sorted(REPOSITORY.glob("lectures/*.ipynb"))
NOTEBOOKS = [*LECTURES, *sorted(REPOSITORY.glob("assignments/source/*/*.ipynb"))]
LARGEST = 1_500_000  # bytes, outputs included
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/svg+xml")
# Nothing else may be exempt from comparison or from having to succeed.
TAGS = {"setup", "raises-exception", "nbval-ignore-output", "hide-input", "solution"}

everyone = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def code_cells(path):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def test_there_are_notebooks_to_look_at():
    assert REPOSITORY / "lectures/03_convolution.ipynb" in NOTEBOOKS
    assert REPOSITORY / "assignments/source/ps1_convolution/ps1_convolution.ipynb" in NOTEBOOKS


@everyone
def test_it_was_run_from_top_to_bottom(path):
    """nbval compares nothing in a cell that is stored without having been run."""
    counts = [cell.execution_count for cell in code_cells(path)]

    assert counts == list(range(1, len(counts) + 1))


@everyone
def test_it_holds_no_error_and_nothing_written_to_stderr(path):
    for cell in code_cells(path):
        for output in cell.outputs:
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", output.text


@everyone
def test_it_is_light(path):
    assert path.stat().st_size <= LARGEST


@everyone
def test_every_picture_has_words(path):
    for cell in code_cells(path):
        for output in cell.outputs:
            for kind in set(output.get("data", {})) & set(PICTURES):
                alt = output.metadata.get(kind, {}).get("alt", "")
                assert len(alt) >= 20, f"a picture without words: {cell.source}"
            for tag in re.findall(r"<img [^>]*>", output.get("data", {}).get("text/html", "")):
                assert re.search(r'alt="[^"]{20,}"', tag), f"a picture without words: {cell.source}"


@everyone
def test_an_exempt_cell_says_why(path):
    """A tag that switches a comparison off comes with a comment that begins with its reason."""
    for cell in code_cells(path):
        tags = set(cell.metadata.get("tags", []))
        assert tags <= TAGS
        if tags & {"raises-exception", "nbval-ignore-output"}:
            assert re.search(r"^# Not compared: .{15,}", cell.source, re.MULTILINE), cell.source


@everyone
def test_a_folded_cell_is_folded_everywhere_and_says_what_it_does(path):
    for cell in nbformat.read(path, as_version=4).cells:
        assert list(folded.faults(cell)) == [], cell.source


@everyone
def test_its_metadata_is_accepted_everywhere(path):
    """GitHub refuses notebooks with half a widget state; Colab and Jupyter want a Python kernel."""
    metadata = json.loads(path.read_text("utf-8"))["metadata"]

    assert "widgets" not in metadata
    assert metadata["kernelspec"]["name"] == "python3"


@pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)
def test_code_cells_of_a_lecture_fit_a_screen(path):
    for cell in code_cells(path):
        assert len(cell.source.splitlines()) <= 25, cell.source
