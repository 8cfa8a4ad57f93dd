"""`course demo`, on a repository with one small assignment and one small lecture."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.tools import cli
from course_utils.tools.cli import demo

pytestmark = pytest.mark.proof

DOUBLE = '# %% adds_one points={"test_double": 0}\ndef double(x):\n    return x + 1\n'
CLASS = """
[students.ada]
[students.bela]
answers = { double = "adds_one" }
[students.cora]
hands_in = "missing_notebook"
"""


@pytest.fixture
def repository(course, tmp_path, monkeypatch):
    """A repository that holds the small course, a demo class for it, and a lecture."""
    course.root.rename(tmp_path / "assignments")
    folder = tmp_path / "assignments/mistakes/ps0_numbers"
    folder.mkdir(parents=True)
    (folder / "double.py").write_text(DOUBLE)
    (folder / "class.toml").write_text(CLASS)
    (tmp_path / "lectures").mkdir()
    lecture = new_notebook(cells=[new_code_cell("print(6 * 7)")])
    nbformat.write(lecture, tmp_path / demo.LECTURE)
    monkeypatch.setattr(demo, "REPOSITORY", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path


def test_a_demo_leaves_everything_it_names_and_a_second_one_does_nothing_again(repository, capsys):
    assert cli.main(["demo", "ps0"]) == 0

    printed = capsys.readouterr().out
    places = [line.split()[-1] for line in printed.splitlines() if "build/demo/" in line]
    assert len(places) == 6
    assert all((repository / place).exists() for place in places)
    assert "cora -5 no notebook in the folder" in " ".join(printed.split())
    assert "make lab" in printed.splitlines()[-1]
    assert ">42\n<" in (repository / "build/demo/03_convolution.html").read_text()
    assert not list((repository / "assignments").glob("gradebook.db"))

    kept = ["03_convolution.html", "autograded/ada/ps0_numbers", "feedback/bela", "release"]
    times = [(repository / "build/demo" / name).stat().st_mtime_ns for name in kept]

    cli.main(["demo", "ps0"])

    first, second = printed.splitlines(), capsys.readouterr().out.splitlines()
    news = [(one, two) for one, two in zip(first, second, strict=True) if one != two]
    assert len(news) == 1 and "3 students: 3 graded;" in news[0][0]
    assert "3 students: 3 graded before;" in news[0][1]
    assert [(repository / "build/demo" / name).stat().st_mtime_ns for name in kept] == times
