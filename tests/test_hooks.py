"""`make lint`, and git before each commit: every check lets good files pass and names bad ones."""

import json
import re
from pathlib import Path

import nbformat
import pytest
import yaml

from copied import REPOSITORY, Copy
from course_utils.tools.notebooks import inspection

CONFIG = yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text("utf-8"))
HOOKS = [hook["id"] for repo in CONFIG["repos"] for hook in repo["hooks"]]
LECTURE = "lectures/09_inception.ipynb"
SOURCE = "assignments/source/ps1_convolution/ps1_convolution.ipynb"
ASSIGNMENT = [f"assignments/{part}/ps1_convolution" for part in ("source", "release")]
HINTS = [f"assignments/mistakes/{part}hints.toml" for part in ("", "ps1_convolution/")]  # released
SAID = {  # of what is done to the copy below
    "style": "Undefined name `undefined`",
    "layout": "2 files reformatted",
    "types": "extra.py:5: error: Incompatible types in assignment",
    "arrows": "course_utils.layers.extra -> torch",
    "spelling": "spelling.md:1: langa" + "uge ==> language",
    "notebooks": "cell 3 is stored with an error, NameError: mend it, then `course run`",
    "stamp": f"{LECTURE}: out of date",
    "release": "is out of date",
    "large-files": "large.bin (1600 KB) exceeds 1500 KB.",
    "conflicts": "notes.md:1: Merge conflict string '<<<<<<<' found",
}


def lint(copy):
    """What the checks say of the copy: by hook, whether it passed, and all that it printed."""
    done = copy.run("git add --all && PRE_COMMIT_HOME=.git/tools pre-commit run --all-files -v")
    parts = re.split(r"^.*?\.{3,}(Passed|Failed)$\n- hook id: (.+)$", done.stdout, flags=re.M)
    found = {name: (state, said) for state, name, said in zip(*[iter(parts[1:])] * 3, strict=True)}
    assert list(found) == HOOKS, done.stdout
    return found


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    copy = Copy(tmp_path_factory.mktemp("linted") / "course", [LECTURE, *ASSIGNMENT, *HINTS])
    assert copy.run("git init -q && python -m course_utils.tools.cli stamp").returncode == 0
    return copy


@pytest.fixture(scope="module")
def good(copy):
    return lint(copy)


@pytest.fixture(scope="module")
def bad(copy, good):
    """A fault for each hook."""
    (copy.root / "style.py").write_text(
        "import os\n\nvalue = 1\nvalue == 2\nimport re\nre, undefined\n"
    )
    (copy.root / "layout.py").write_text("x = [1,2,\n3]\n")
    (copy.root / "course_utils/layers/extra.py").write_text(
        '"""A fault."""\n\nimport torch\n\nx: int = torch.__version__ + ""\n'
    )
    (copy.root / "spelling.md").write_text("One langa" + "uge.\n")
    (copy.root / "notes.md").write_text("<<<<<<< ours\none\n=======\ntwo\n>>>>>>> theirs\n")
    (copy.root / "large.bin").write_bytes(bytes(1600 * 1024))
    lecture = nbformat.read(copy.root / LECTURE, as_version=4)
    error = {"ename": "NameError", "evalue": "no x", "traceback": []}
    code = next(c for c in lecture.cells[2:] if c.cell_type == "code")
    code.outputs = [nbformat.v4.new_output("error", **error)]
    lecture.cells[0].source = lecture.cells[0].source.replace("colab", "collab")
    nbformat.write(lecture, copy.root / LECTURE)
    source = nbformat.read(copy.root / SOURCE, as_version=4)
    source.cells[-1].source += "\nAnd so on."
    nbformat.write(source, copy.root / SOURCE)
    return lint(copy)


@pytest.mark.proof
@pytest.mark.parametrize("hook", HOOKS)
def test_what_is_in_the_repository_passes(hook, good):
    state, said = good[hook]

    assert state == "Passed", said


@pytest.mark.proof
@pytest.mark.parametrize("hook", HOOKS)
def test_a_fault_is_named(hook, bad):
    state, said = bad[hook]

    assert state == "Failed"
    assert SAID[hook] in said


@pytest.mark.proof
def test_layout_is_mended_on_the_spot(bad, copy):
    assert (copy.root / "layout.py").read_text() == "x = [1, 2, 3]\n"


def test_nothing_is_fetched_as_the_tools_are_the_environments_own():
    assert {repo["repo"] for repo in CONFIG["repos"]} == {"local"}
    assert {hook["language"] for repo in CONFIG["repos"] for hook in repo["hooks"]} == {"system"}


def test_releases_are_looked_at_when_the_settings_that_write_them_change():
    (release,) = [h for repo in CONFIG["repos"] for h in repo["hooks"] if h["id"] == "release"]

    assert re.search(release["files"], "assignments/nbgrader_config.py")
    assert re.search(release["files"], SOURCE) and not re.search(release["files"], LECTURE)


def test_make_and_ci_check_the_same_list():
    lint = re.search(r"^lint:.*\n\t(.+)$", (REPOSITORY / "Makefile").read_text("utf-8"), re.M)
    jobs = yaml.safe_load((REPOSITORY / ".github/workflows/ci.yml").read_text("utf-8"))["jobs"]

    assert "pre-commit run --all-files" in lint[1]
    assert "make lint" in [step.get("run") for job in jobs.values() for step in job["steps"]]


# --- notebooks -------------------------------------------------------------------------------


def notebook(path, *cells):
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), path)
    return path


def graded(grade_id, **settings):
    whole = {"grade_id": grade_id, "schema_version": 3, "grade": False, "solution": False}
    whole |= {"locked": False, "task": False} | settings
    return nbformat.v4.new_code_cell("pass", metadata={"nbgrader": whole})


ANSWER = dict(solution=True)
TEST = dict(grade=True, locked=True, points=2)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([("double", ANSWER), ("test_double", TEST)], None),
        ([("double", ANSWER), ("double", TEST)], "'double' is on cells 1 and 2: give each one"),
        ([("double", ANSWER), ("test", TEST | {"points": 0})], "test is graded and has no points"),
        ([("double", ANSWER), ("test", TEST | {"locked": False})], "students may edit: lock it"),
        ([("", ANSWER), ("test", TEST)], "cell 1 has no grade_id: give it one"),
        ([("a", ANSWER), ("test", TEST | {"points": "two"})], "has no points"),
        ([("a b", ANSWER), ("test", TEST)], "nbgrader refuses its settings"),
        ([("a", ANSWER | {"schema_version": 1}), ("test", TEST)], "run `nbgrader update`"),
    ],
)
def test_what_nbgrader_keeps_with_a_cell_is_looked_at(cells, said, tmp_path):
    path = tmp_path / "assignments" / "source" / "ps" / "ps.ipynb"
    notebook(path, *(graded(grade_id, **settings) for grade_id, settings in cells))

    found = inspection.complaints(path)

    assert found == [] if said is None else any(said in line for line in found), found
    assert all(line.startswith(f"{path}: ") for line in found)


def test_a_lecture_may_show_an_error_that_it_announces(tmp_path):
    error = nbformat.v4.new_output("error", ename="ValueError", evalue="too large", traceback=[])
    cell = nbformat.v4.new_code_cell("f()", outputs=[error])
    path = notebook(tmp_path / "lecture.ipynb", cell)
    unannounced = inspection.complaints(path)
    cell.metadata["tags"] = ["raises-exception"]
    notebook(path, cell)

    assert "cell 1 is stored with an error, ValueError" in unannounced[0]
    assert inspection.complaints(path) == []


@pytest.mark.parametrize("text", ["", "{", json.dumps({"cells": 3}), "<<<<<<< ours"])
def test_a_file_that_is_no_notebook_is_said(text, tmp_path):
    path = Path(tmp_path / "broken.ipynb")
    path.write_text(text)

    (line,) = inspection.complaints(path)

    assert line.startswith(f"{path}: not a notebook: restore it from git (")
