"""A notebook becomes a page with what it computed, or says which cell failed."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.tools.notebooks.render import NotebookFailed, to_html


def write_notebook(path, *sources):
    nbformat.write(new_notebook(cells=[new_code_cell(source) for source in sources]), path)
    return path


def test_a_page_holds_what_the_cells_computed_just_now(tmp_path):
    notebook = write_notebook(
        tmp_path / "sums.ipynb", "import os", "print(1000 + 234)", "os.getcwd()"
    )
    before = notebook.read_bytes()
    seen = []

    page = to_html(notebook, tmp_path / "sums.html", on_cell=lambda *counts: seen.append(counts))

    assert "1234" in page.read_text() and str(tmp_path) in page.read_text()
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert notebook.read_bytes() == before


@pytest.mark.parametrize(
    ("failing", "message"),
    [
        ("1 / 0", "broken.ipynb fails in code cell 2: ZeroDivisionError: division by zero"),
        ("while True: pass", "broken.ipynb fails in code cell 2: it took more than 3 s"),
        ("import os; os._exit(1)", "broken.ipynb fails in code cell 2: its kernel died"),
    ],
)
def test_a_cell_that_fails_is_named_and_no_page_is_left(tmp_path, failing, message):
    notebook = write_notebook(tmp_path / "broken.ipynb", "x = 1", failing)

    with pytest.raises(NotebookFailed, match=message):
        to_html(notebook, tmp_path / "broken.html", seconds=3)

    assert [path.name for path in tmp_path.iterdir()] == ["broken.ipynb"]
