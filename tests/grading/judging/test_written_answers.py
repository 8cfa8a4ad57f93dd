"""Answers in words go to a person wherever they were written; 0 is only for nothing."""

from copy import deepcopy

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.utils import compute_checksum

from course_utils.grading.judging import submitted_notebook
from course_utils.grading.judging.submitted_notebook import NotebookSource
from small_notebooks import notebook, shared, written

WORDS = "Because the threshold was wrong."


def release():
    """A question, where its answer goes, and what follows."""
    place = written("why", 5)
    place.source = "YOUR ANSWER HERE"
    question = new_markdown_cell("Why does it declare everybody ill?")
    nb = notebook(question, place, new_markdown_cell("## The next exercise"), shared("x = 1"))
    return nbformat.reads(nbformat.writes(nb), as_version=4)


def below(nb):
    nb.cells.insert(2, new_markdown_cell(WORDS))


def above(nb):
    nb.cells.insert(1, new_markdown_cell(WORDS))


def in_the_question(nb):
    nb.cells[0].source += f"\n\n{WORDS}"


def behind_a_code_cell_of_their_own(nb):
    nb.cells[2:2] = [new_code_cell("1 + 1"), new_markdown_cell(WORDS)]


def in_place(nb):
    nb.cells[1].source = WORDS


def in_place_of_a_cell_without_metadata(nb):
    in_place(nb)
    for cell in nb.cells:
        cell.metadata.clear()


def nowhere(nb):
    pass


def in_an_empty_cell(nb):
    nb.cells.insert(2, new_markdown_cell(" \n"))


def in_code(nb):
    nb.cells.insert(2, new_code_cell("2 + 2"))


def after_the_next_heading(nb):
    nb.cells.append(new_markdown_cell("A good exercise."))


def graded(write):
    source = release()
    place = source.cells[1]
    place.metadata.nbgrader.checksum = compute_checksum(place)
    told = (("why", place.source, compute_checksum(place)),)
    theirs = deepcopy(source)
    write(theirs)
    prepared = submitted_notebook.prepare(
        NotebookSource("nb", nbformat.writes(source), told), nbformat.writes(theirs).encode(), []
    )
    return submitted_notebook.grade(prepared, "nb", files={}, handed_in={}, unsafe=True, ways={})


@pytest.mark.parametrize(
    "write",
    [
        in_place,
        in_place_of_a_cell_without_metadata,
        below,
        above,
        in_the_question,
        behind_a_code_cell_of_their_own,
    ],
)
def test_words_wait_for_a_person(write):
    result = graded(write)

    assert result.points == {"why": None} and result.unanswered == set()
    assert WORDS in result.text


@pytest.mark.parametrize("write", [nowhere, in_an_empty_cell, in_code, after_the_next_heading])
def test_nothing_written_is_not_answered(write):
    result = graded(write)

    assert result.points == {"why": 0.0} and result.unanswered == {"why"}
