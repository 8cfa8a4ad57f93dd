"""What lectures promise their readers is seen to be kept, and a fold is one everywhere."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.tools.notebooks import files, folded, inspection, readability
from course_utils.tools.notebooks.readability import Promise

FOLDED = {"jupyter": {"source_hidden": True}, "cellView": "form", "tags": ["hide-input"]}
SOLUTION = FOLDED | {"tags": ["hide-input", "solution"]}
PROMISED = Promise(lectures=("03",), words=8, columns=30)
PROSE = "Eight words that a reader reads before code."


def exercises(*cells):
    return new_notebook(cells=[new_markdown_cell(f"## Exercises\n\n{cells[0]}"), *cells[1:]])


def faults(*cells):
    """Of a lecture with these cells and one solved exercise."""
    end = exercises(
        "1. Why?", new_code_cell("# @title Solution to exercise 1\n42", metadata=SOLUTION)
    )
    return list(readability.faults(new_notebook(cells=[*cells, *end.cells]), PROMISED))


# --- folded cells ----------------------------------------------------------------------------


def test_a_folded_cell_has_a_title_and_every_sign():
    cell = new_code_cell("# @title Draw the network\ndraw()", metadata=FOLDED)

    assert folded.is_folded(cell)
    assert folded.title(cell) == "Draw the network"
    assert list(folded.faults(cell)) == []


def test_colabs_settings_are_no_part_of_a_title():
    cell = new_code_cell('# @title Draw it { display-mode: "form" }\ndraw()')

    assert folded.title(cell) == "Draw it"


@pytest.mark.parametrize("sign", FOLDED)
def test_a_sign_that_is_missing_is_named(sign):
    rest = {key: value for key, value in FOLDED.items() if key != sign}
    (fault,) = folded.faults(new_code_cell("# @title Draw it\ndraw()", metadata=rest))

    names = {"jupyter": "jupyter.source_hidden", "cellView": "cellView", "tags": 'tag "hide-input"'}
    assert "folded in one place and not in another" in fault and names[sign] in fault


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (new_code_cell("draw()", metadata=FOLDED), "has no title: let its first line be"),
        (new_code_cell("# @title\ndraw()", metadata=FOLDED), "has no title"),
        (new_code_cell("# @title Draw it\ndraw()"), "not in another"),
        (new_code_cell("# @title Solution", metadata={"tags": ["solution"]}), "not in another"),
        (new_markdown_cell("words", metadata={"tags": ["hide-input"]}), "only code cells can be"),
    ],
)
def test_half_a_fold_is_a_fault(cell, said):
    assert any(said in fault for fault in folded.faults(cell))


def test_the_set_up_cell_and_a_menu_of_colab_are_not_folded():
    menu = new_code_cell('SOURCE = "sample"  # @param ["sample", "full"]')

    assert list(folded.faults(menu)) == []
    assert list(folded.faults(new_code_cell("prepare()", metadata={"tags": ["setup"]}))) == []


# --- what is promised ------------------------------------------------------------------------


def test_a_lecture_that_keeps_its_promise_is_let_be():
    assert faults(new_markdown_cell(PROSE), new_code_cell("x = 1")) == []


def test_a_line_that_pages_cut_is_named_with_its_length():
    (fault,) = faults(new_markdown_cell(PROSE), new_code_cell("x = " + "1" * 30))

    assert "cell 2 has a line of 34 characters" in fault


def test_layout_must_not_be_switched_off():
    (fault,) = faults(new_markdown_cell(PROSE), new_code_cell("x = 1  # fmt: skip"))

    assert "cell 2 switches ruff's layout off" in fault


def test_code_that_is_folded_may_be_long_and_counts_for_nothing():
    long = new_code_cell(
        "# @title Draw\n" + "draw(1234567890, 1234567890)  # and more", metadata=FOLDED
    )

    assert faults(new_markdown_cell(PROSE), new_code_cell("x = 1"), long) == []


def test_prose_is_counted_for_each_line_of_code_that_is_seen():
    """Sources, fenced code and solutions that are folded are not read; comments are code."""
    cells = [
        new_markdown_cell("# Seven words\nand these four more"),
        new_code_cell("# Why?\nx = 1\n\ny = 2"),
        new_markdown_cell("```python\nnot counted here\n```\none two"),
        new_markdown_cell("<details><summary>Solution</summary>\n\nnot counted\n\n</details>"),
        new_markdown_cell("## Sources"),
        new_markdown_cell("nor is this"),
    ]

    assert readability.words_a_line(new_notebook(cells=cells)) == pytest.approx(9 / 3)


def test_too_little_prose_is_a_fault():
    (fault,) = faults(new_code_cell("x = 1\ny = 2"))

    assert "2.0 words of prose a line of code that is seen, where 8 are promised" in fault


@pytest.mark.parametrize(
    ("cells", "unsolved"),
    [
        (["1. Why?\n2. How?"], ["1", "2"]),
        (["1. Why?\n\n<details><summary>Solution</summary>So.</details>\n\n2. How?"], ["2"]),
        (["1. Why?", new_markdown_cell("<details>Solution to exercise 1: so.</details>")], []),
        (
            [
                "1. Why?\n2. How?",
                new_code_cell("# @title Solution to exercise 2\n42", metadata=SOLUTION),
            ],
            ["1"],
        ),
    ],
)
def test_an_exercise_without_a_solution_is_named(cells, unsolved):
    found = list(readability.faults(exercises(*cells), PROMISED))

    said = [fault for fault in found if "has no solution" in fault]
    assert [fault.split()[1] for fault in said] == unsolved


def test_a_lecture_without_exercises_says_so():
    notebook = new_notebook(cells=[new_markdown_cell(PROSE)])

    assert any("no exercises at the end" in f for f in readability.faults(notebook, PROMISED))


def test_only_lectures_that_are_listed_are_held_to_it(tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        '[tool.lectures]\nreadable = ["03"]\nwords = 8\ncolumns = 30\n'
    )
    for name in ("lectures/03_listed.ipynb", "lectures/04_other.ipynb", "elsewhere/03.ipynb"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        nbformat.write(new_notebook(cells=[new_code_cell("x = 1")]), path)
        said = inspection.complaints(path)
        assert bool(said) == (name == "lectures/03_listed.ipynb"), said


def test_a_folder_that_promises_nothing_is_let_be(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[project]\n")

    assert not readability.promise(tmp_path / "lectures/03.ipynb")


def test_words_can_be_asked_for(tmp_path, capsys):
    path = tmp_path / "03.ipynb"
    cells = [new_markdown_cell(PROSE), new_code_cell("x = 1\ny = 2")]
    files.write(new_notebook(cells=cells), path)

    assert inspection.main(["--words", str(path)]) == 0
    assert capsys.readouterr().out == f"{path}: 4.0 words of prose a line of code that is seen\n"


def test_the_course_lists_lectures_that_are_there():
    root = Path(__file__).parents[3]
    promised = readability.promise(root / "lectures/03_convolution.ipynb")

    assert all(list(root.glob(f"lectures/{number}_*.ipynb")) for number in promised.lectures)
    assert promised.columns <= 88
