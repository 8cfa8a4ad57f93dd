"""A course small enough to read: two exercises, and what students make of them."""

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import hypothesis
import nbformat
import pytest
from filelock import FileLock
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils import fetching, seeds
from course_utils.grading import Course
from course_utils.grading.authoring import release
from course_utils.grading.judging.sandbox.walls import missing
from faulty_server import Server

# Some tests use TensorFlow, and later ones in the same process PyTorch.
seeds.triton_first()
# No deadlines: the machine is shared with the other half of the tests. In CI always the same cases.
hypothesis.settings.register_profile("course", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("course")

SETTINGS = f"""
from pathlib import Path
from course_utils.grading import configure
c = get_config()
c.CourseDirectory.root = str(Path(__file__).parent.resolve())
c.Execute.timeout = 5
configure(c, reveal="messages", unsafe_no_sandbox={missing() is not None})
"""

DOUBLE = """def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION"""
TEST_DOUBLE = """assert double(1) == 2, f"double(1) is 2, yours is {double(1)}"
### BEGIN HIDDEN TESTS
assert double(-3) == -6, "negative numbers are doubled too"
### END HIDDEN TESTS"""
HALVE = """def halve(x):
    ### BEGIN SOLUTION
    return x / 2
    ### END SOLUTION"""
TEST_HALVE = """assert halve(4) is not None, "halve returns nothing"
### BEGIN HIDDEN TESTS
points = 2.0 * (halve(4) == 2)
if not points:
    print("lost 2 of 3 points: even numbers")
points += halve(3) == 1.5
if points % 2 == 0:
    print("lost 1 of 3 points: odd numbers")
float(points)
### END HIDDEN TESTS"""


def _cell(grade_id, source, *, points=None):
    settings = {
        "grade_id": grade_id,
        "schema_version": 3,
        "grade": points is not None,
        "solution": points is None,
        "locked": points is not None,
        "task": False,
    }
    if points is not None:
        settings["points"] = points
    return new_code_cell(source, id=grade_id.replace("_", "-"), metadata={"nbgrader": settings})


@pytest.fixture(scope="session")
def once(tmp_path_factory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Do work once for everybody who runs tests at the same time.

    `once(name, make)` is a folder that `make` has filled, here or in another process.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    shared = tmp_path_factory.getbasetemp().parent / run if run else tmp_path_factory.mktemp("once")

    def once(name, make):
        folder = shared / name
        folder.mkdir(parents=True, exist_ok=True)
        done = folder.with_suffix(".done")
        with FileLock(folder.with_suffix(".lock")):
            if not done.exists():
                make(folder)
                done.touch()
        return folder

    return once


@pytest.fixture
def course(tmp_path) -> Course:
    """A course with the assignment ps0_numbers, nothing released and nobody in it."""
    return _new_course(tmp_path / "course")


@pytest.fixture
def released(course, once) -> None:
    """`course` is one whose assignment is released: copied, as nbgrader takes seconds for that."""

    def make(folder):
        release.ensure_released(_new_course(folder / "course").assignment("ps0"))

    shutil.copytree(once("released", make) / "course", course.root, dirs_exist_ok=True)


def _new_course(root: Path) -> Course:
    source = root / "source" / "ps0_numbers"
    source.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(SETTINGS)
    notebook = new_notebook(
        cells=[
            new_markdown_cell("# Numbers", id="title"),
            new_markdown_cell("## Exercise 1: Doubling\nWrite `double`.", id="one"),
            _cell("double", DOUBLE),
            _cell("test_double", TEST_DOUBLE, points=2),
            new_markdown_cell("## Exercise 2: Halving\nWrite `halve`.", id="two"),
            _cell("halve", HALVE),
            _cell("test_halve", TEST_HALVE, points=3),
        ],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
    )
    nbformat.write(notebook, source / "numbers.ipynb")
    return Course(root)


@pytest.fixture
def hand_in(course):
    """Hand in for a student: answers by grade_id, or the text of a file that is no notebook."""

    def hand_in(student: str, answers: dict[str, str] | str = {}) -> Path:  # noqa: B006
        folder = course.assignment("ps0_numbers").submitted(student)
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / "numbers.ipynb"
        if isinstance(answers, str):
            target.write_text(answers)
            return target
        notebook = nbformat.read(course.assignment("ps0").notebooks()[0], as_version=4)
        for cell in notebook.cells:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            cell.source = answers.get(grade_id, cell.source)
        nbformat.write(notebook, target)
        return target

    return hand_in


@pytest.fixture(scope="session")
def book_site(once):
    """The course book."""
    from course_utils.tools import book, cli

    root = Path(__file__).parents[1]
    return once("book", lambda folder: book.build(root, cli.parser(), folder)) / "site"


@pytest.fixture
def serve(hurry):
    """Serve these contents; returns the server."""
    servers = []

    def serve(contents):
        server = Server(contents)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return server

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def hurry(monkeypatch):
    """Seconds in place of minutes before a place is given up."""
    monkeypatch.setattr(fetching, "CONNECT_TIMEOUT", 2)
    monkeypatch.setattr(fetching, "READ_TIMEOUT", 1.5)
    monkeypatch.setattr(fetching, "WINDOW", 0.3)


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    """An empty cache, and nothing in the environment that says where data come from."""
    for name in ("COURSE_OFFLINE", "COURSE_DATA_MIRROR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "cache"))
    return tmp_path / "cache"
