"""`course validity`: what is wrongly judged is counted, said, and kept for the book."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from course_utils.errors import UserError
from course_utils.grading.authoring import fairness
from course_utils.grading.validity import report, table
from course_utils.grading.validity.rates import Rate
from course_utils.tools.book import how_valid
from course_utils.tools.cli import main

pytest.importorskip("copydetect")

ANSWERS = """
# %% adds points={}
def double(x):
    return x + x

# %% picky points={}
def double(x):
    if x == 11:
        raise ValueError("not eleven")
    return x + x

# %% triples points={"test_double": 0}
def double(x):
    return 3 * x

# %% shy points={"test_double": 0}
def double(x):
    return 2 * x if x < 9 else 0
"""


@pytest.fixture
def unfair(course, monkeypatch):
    """A course whose hidden test draws one number from 1 to 12, which is too little."""
    monkeypatch.setattr(fairness, "SECONDS", 5)
    (file,) = course.assignment("ps0_numbers").notebooks()
    notebook = nbformat.read(file, as_version=4)
    (test,) = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("points") == 2]
    test.source = (
        "number = checks.generator(1).integers(1, 13)\nassert double(number) == 2 * number"
    )
    notebook.cells.insert(0, new_code_cell("from course_utils import checks"))
    nbformat.write(notebook, file)
    folder = course.root / "mistakes" / "ps0_numbers"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "double.py").write_text(ANSWERS)
    return course


def test_wrong_verdicts_are_counted_and_said(unfair, capsys):
    arguments = ["validity", "ps0", "-n", "30", "--store", "--course", str(unfair.root)]

    assert main(arguments) == 1
    said = capsys.readouterr().out
    found = report.read(unfair)["ps0_numbers"]
    (double,) = [each for each in found.exercises if each.grade_id == "double"]
    # Solution and `adds` are never failed, `picky` in about a twelfth of the draws.
    assert double.false_fail.trials == 90 and 0 < double.false_fail.hits < 15
    # `triples` never passes, `shy` in two thirds.
    assert double.false_pass.trials == 60 and 10 < double.false_pass.hits < 30
    assert found.unsteady.hits == 2
    assert "depends on the seed: double: picky" in said
    assert "not reached: right answers lose points" in said
    assert "not reached: wrong answers get all points" in said
    assert f"Answers whose points depend on the seed: 2 of {found.unsteady.trials}" in said


def test_what_is_kept_comes_back_and_stands_in_the_book(unfair):
    found = report.measure(unfair.assignment("ps0_numbers"), 2)
    report.write(unfair, found)

    assert report.read(unfair) == {"ps0_numbers": found}
    page = how_valid.sections(report.read(unfair))
    assert "### 0: numbers" in page and "| `double` | 2 |" in page
    assert table.sentences(found)[0] in page
    assert not any(answer in page for answer in found.unsteady_answers)
    assert how_valid.sections({}) == ""


def test_a_damaged_file_is_named_and_left_alone(unfair):
    file = unfair.root / report.FILE
    file.write_text('{"ps0_numbers": {"seeds": 3}}')

    with pytest.raises(UserError, match=r"validity.json cannot be read .*restore it from git"):
        report.read(unfair)
    assert json.loads(file.read_text()) == {"ps0_numbers": {"seeds": 3}}


def test_goals_that_are_reached_are_not_mentioned():
    exact = report.Rates("a", 5, Rate(0, 1000), Rate(0, 500), Rate(1, 100))
    found = report.Validity("ps0", None, 20, (exact,), Rate(0, 9), None, None)

    assert found.missed() == []
    assert found.false_pass == Rate(1, 600)
