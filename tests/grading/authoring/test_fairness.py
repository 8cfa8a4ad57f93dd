"""A test that draws badly fails some right answers, and the survey says which and how often."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from course_utils.grading.authoring import fairness
from course_utils.tools.cli import main

DRAWS = """
### BEGIN HIDDEN TESTS
for number in checks.generator(1).integers({low}, {high}, 2):
    assert double(number) == 2 * number
### END HIDDEN TESTS
"""
ANSWERS = """
# %% adds points={}
def double(x):
    return x + x

# %% never_ends points={"test_double": 0}
def double(x):
    while True: pass

# %% shy points={"test_double": 0}
def double(x):
    return 2 * x if x < 9 else 0
"""


@pytest.fixture
def drawing(course):
    """A course whose test draws numbers, and the answers to its exercise; called with a range."""

    def drawing(low, high):
        (file,) = course.assignment("ps0_numbers").notebooks()
        notebook = nbformat.read(file, as_version=4)
        (test,) = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("points") == 2]
        test.source = "assert double(1) == 2" + DRAWS.format(low=low, high=high)
        notebook.cells.insert(0, new_code_cell("from course_utils import checks"))
        nbformat.write(notebook, file)
        folder = course.root / "mistakes" / "ps0_numbers"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "double.py").write_text(ANSWERS)
        return course

    return drawing


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(fairness, "SECONDS", 2)


def test_a_draw_that_lets_a_wrong_answer_through_is_found(drawing):
    (found,) = fairness.survey(drawing(0, 12).assignment("ps0_numbers"), 12, workers=2)

    assert (found.grade_id, found.answer, found.cell) == ("double", "shy", "test_double")
    assert not found.is_right
    assert found.draws.keys() == {0.0, 2.0} and sum(found.draws.values()) == 12


def test_right_answers_that_some_draws_fail_are_found_alone(drawing):
    course = drawing(0, 12)
    file = course.root / "mistakes" / "ps0_numbers" / "double.py"
    file.write_text(ANSWERS.replace('shy points={"test_double": 0}', "shy points={}"))

    (found,) = fairness.survey(course.assignment("ps0_numbers"), 12, only_right=True)

    assert (found.answer, found.is_right) == ("shy", True)


def test_where_every_draw_tells_right_from_wrong_nothing_is_found(drawing, capsys):
    course = drawing(9, 90)

    assert main(["draws", "ps0", "-n", "5", "--course", str(course.root)]) == 0
    assert (
        "5 draws of ps0_numbers: answers whose points depend on them: 0" in capsys.readouterr().out
    )


def test_the_command_says_how_many_draws_gave_which_points(drawing, capsys):
    course = drawing(0, 12)

    assert main(["draws", "ps0", "-n", "12", "--course", str(course.root)]) == 1
    assert "double, shy (wrong), in test_double, points: 0 (" in capsys.readouterr().out
