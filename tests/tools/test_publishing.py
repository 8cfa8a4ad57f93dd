"""The students' edition: whole, usable, without a secret, and never written over anybody's work."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest

from course_utils.grading import Course
from course_utils.grading.authoring import leaks
from course_utils.grading.folders import files_below
from course_utils.tools import cli, publishing
from course_utils.tools.publishing import Unpublishable, edition, folder, modules

REPOSITORY = Path(__file__).parents[2]
FILES = {"README.md": b"# A course\n", "lectures/01.ipynb": b"{}"}


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """The edition of this repository, as `course publish` writes it."""
    target = tmp_path_factory.mktemp("published") / "cnn-course"
    return publishing.publish(REPOSITORY, target)


@pytest.fixture(scope="module")
def secrets():
    return leaks.secrets(Course(REPOSITORY / "assignments"))


ALONE = """import sys
sys.meta_path[:] = [f for f in sys.meta_path if "editable" not in getattr(f, "__module__", "")]
"""


def run_there(published, *command):
    """Run a command with the edition in the place of the installed package, without a network.

    What the edition lacks would otherwise come from the repository, where that is installed as
    editable: Python reads `sitecustomize.py` before anything else.
    """
    place = str(published.folder)
    alone = published.folder.with_name("alone")
    alone.mkdir(exist_ok=True)
    (alone / "sitecustomize.py").write_text(ALONE)
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([place, str(alone)]),
        "COURSE_OFFLINE": "1",
    }
    return subprocess.run(
        [sys.executable, *command],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


# --- what is in it -------------------------------------------------------------------------------


def test_it_holds_lectures_releases_data_pages_and_the_students_part_of_the_package(published):
    names = {name for name, _ in files_below(published.folder)}

    assert {"LICENSE", "README.md", "pyproject.toml", "environment.yml", "Makefile"} <= names
    for folder_ in ("lectures/*.ipynb", "assignments/release/*/*.ipynb", "datasets/*.md"):
        taken = {str(path.relative_to(REPOSITORY)) for path in REPOSITORY.glob(folder_)}
        assert taken and taken <= names
        for name in taken:
            assert (published.folder / name).read_bytes() == (REPOSITORY / name).read_bytes()
    for part in ("datasets", "figures", "layers", "models"):
        assert f"course_utils/{part}/__init__.py" in names


def test_nothing_of_the_instructors_is_in_it(published):
    names = [name for name, _ in files_below(published.folder)]
    forbidden = re.compile(
        r"assignments/(?!release/)|grading|publishing|course_utils/book|tests?/|benchmarks|mistakes"
        r"|gradebook|\.pyc$|~$|\.git/|\.github|\.ipynb_checkpoints|cli/(grade|release|demo|mutants|draws)"
    )

    assert [name for name in names if forbidden.search(name)] == []
    assert {Path(name).suffix for name in names} <= {
        *(".ipynb", ".json", ".md", ".py", ".cfg", ".toml", ".txt", ".yml"),
        "",
    }


def test_no_notebook_of_a_problem_set_holds_an_output_or_a_mark(published):
    for file in published.folder.glob("assignments/release/*/*.ipynb"):
        for cell in nbformat.read(file, as_version=4).cells:
            assert not cell.get("outputs")
            assert not re.search("(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)", cell.source)


def test_its_settings_name_what_students_need_and_nothing_of_the_graders(published):
    project = tomllib.loads((published.folder / "pyproject.toml").read_text())
    ours = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]

    assert project["tool"]["course"] == ours["tool"]["course"]
    for key in ("name", "version", "dependencies", "requires-python", "scripts"):
        assert project["project"][key] == ours["project"][key]
    assert set(extras) == {"lectures", "torch", "tensorflow", "medmnist", "lab"}
    assert extras.items() <= ours["project"]["optional-dependencies"].items()
    for file in ("Makefile", "environment.yml"):
        assert f".[{','.join(extras)}]" in (published.folder / file).read_text()


def test_its_readme_leads_to_every_notebook(published):
    text = (published.folder / "README.md").read_text()
    links = re.findall(r"\]\(([^)]+)\)", text)

    assert {link for link in links if not (published.folder / link).exists()} == set()
    notebooks = {str(p.relative_to(published.folder)) for p in published.folder.rglob("*.ipynb")}
    assert notebooks <= set(links)
    assert "{{" not in text


# --- that it works -------------------------------------------------------------------------------


@pytest.mark.proof
def test_its_notebooks_imports_and_its_commands_need_nothing_that_students_do_not_get(published):
    """Import statements of all notebooks, every module, and the command line, in one process."""
    statements = set()
    for file in published.folder.rglob("*.ipynb"):
        for cell in nbformat.read(file, as_version=4).cells:
            if cell.cell_type == "code":
                found = re.findall(r"^ *((?:from|import) course_utils.*)$", cell.source, re.M)
                statements |= set(found)
    names = [
        name.removesuffix(".py").replace("/", ".")
        for name, _ in files_below(published.folder, "*.py")
        if not re.search("models/(torch|keras)|__init__", name)
    ]
    commands = "from course_utils import cli; cli.main(['data', 'list']); cli.main([])"
    absent = (
        "import importlib.util as there\n"
        f"assert not [n for n in {modules.NEVER} if there.find_spec(f'course_utils.{{n}}')]"
    )
    program = [*sorted(statements), *(f"import {name}" for name in names), absent, commands]

    done = run_there(published, "-c", "\n".join([*program, "print(course_utils.__file__)"]))

    assert len(statements) > 10
    assert done.returncode == 0, done.stderr
    offered = set(re.findall(r"^  (\w+) {2,}\S", done.stdout, re.MULTILINE))
    assert offered == set(modules.COMMANDS)
    assert "cifar10" in done.stdout
    assert done.stdout.splitlines()[-1] == str(published.folder / "course_utils/__init__.py")


@pytest.mark.proof
def test_course_check_works_in_it(published):
    done = run_there(published, "-m", "course_utils.tools.cli", "check", "ps1")

    assert done.returncode == 1, done.stderr  # something is left to do
    assert "0 of 12 pass" in done.stdout and "not solved yet" in done.stdout


# --- what keeps it from being written ------------------------------------------------------------


@pytest.mark.parametrize("name", ["README.md", "course_utils/layers/dense.py", "datasets/mnist.md"])
def test_a_line_of_a_solution_that_slips_into_the_edition_is_found(published, secrets, name):
    data = (published.folder / name).read_bytes()
    planted = b"\nreturn filters * (in_channels * h * w + bool(bias))\n"

    assert secrets.find([(name, data)]) == []
    leak, *_ = secrets.find([(name, data + planted)])
    assert str(leak).startswith(f"{name}: a line of the solution of conv_parameters")


def test_what_is_out_of_date_is_said_and_nothing_is_written(tmp_path, monkeypatch):
    """Nothing is gathered then: a notebook that a merge has broken is out of date, too."""
    line = "release/ps1/ps1.ipynb is out of date: run `course release ps1`"
    monkeypatch.setattr(publishing.release, "differences", lambda course, name: [line])
    monkeypatch.setattr(publishing.stamp, "check_all", lambda root: ["lectures/01: out of date"])
    monkeypatch.setattr(edition, "make", lambda *_: pytest.fail("gathered all the same"))

    with pytest.raises(Unpublishable) as refused:
        publishing.publish(REPOSITORY, tmp_path / "edition")

    assert refused.value.lines == ["lectures/01: out of date", *[line] * 6]
    assert str(refused.value).startswith("nothing was published:\n  ")
    assert list(tmp_path.iterdir()) == []


def test_what_leaks_is_said_with_the_remedy_and_nothing_is_written(tmp_path, monkeypatch):
    line = b"return filters * (in_channels * h * w + bool(bias))\n"
    monkeypatch.setattr(publishing.release, "differences", lambda course, name: [])
    monkeypatch.setattr(publishing.stamp, "check_all", lambda root: [])
    monkeypatch.setattr(edition, "make", lambda *_: edition.Edition({"a.md": line}, ()))

    with pytest.raises(Unpublishable) as refused:
        publishing.publish(REPOSITORY, tmp_path / "edition")

    first, *_, last = refused.value.lines
    assert first.startswith("a.md: a line of the solution of conv_parameters in ps1_convolution: ")
    assert last.endswith("on purpose, say so in assignments/shown.toml")
    assert list(tmp_path.iterdir()) == []


def test_a_module_that_leans_on_the_instructors_part_is_refused(tmp_path):
    package = tmp_path / "course_utils"
    (package / "grading").mkdir(parents=True)
    (package / "cli").mkdir()
    (package / "__init__.py").write_text('__all__ = ["quiz"]')
    (package / "quiz.py").write_text("def ask():\n    from .grading import Course")
    for name in ("__init__", "__main__", "command", *modules.COMMANDS):
        (package / "cli" / f"{name}.py").write_text("")
    (package / "errors.py").write_text("")
    (package / "cards" / ".ipynb_checkpoints").mkdir(parents=True)
    (package / "cards" / "__init__.py").write_text("")
    (package / "cards" / ".ipynb_checkpoints" / "draft-checkpoint.py").write_text("")
    (package / "__init__.py").write_text('__all__ = ["quiz", "cards"]')

    found = {file.name for file in modules.of_students(package, [])}
    (package / "quiz.py").write_text("from .grading import Course")

    assert {"quiz.py", "errors.py"} <= found and "grading" not in str(found)
    assert "draft-checkpoint.py" not in found
    with pytest.raises(modules.Unwanted, match=r"quiz.py imports course_utils.grading, which"):
        modules.of_students(package, [])


# --- the folder ----------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path):
    return folder.Folder(tmp_path / "edition", REPOSITORY)


def content(place):
    return {name: file.read_bytes() for name, file in files_below(place.path)}


def test_an_edition_takes_the_place_of_the_one_before_and_git_stays(place):
    place.replace(FILES)
    (place.path / ".git").mkdir()
    (place.path / ".git" / "HEAD").write_text("ref: refs/heads/main")

    assert place.objections() == []
    changes = place.replace({"README.md": b"# Another\n", "lectures/02.ipynb": b"{}"})

    assert (place.path / ".git" / "HEAD").read_text() == "ref: refs/heads/main"
    assert set(content(place)) - {".git/HEAD"} == {folder.MARKER, "README.md", "lectures/02.ipynb"}
    assert changes == folder.Changes(("lectures/02.ipynb",), ("README.md",), ("lectures/01.ipynb",))
    assert [path.name for path in place.path.parent.iterdir()] == ["edition"]


def test_the_same_source_gives_the_same_bytes(place, tmp_path):
    other = folder.Folder(tmp_path / "other", REPOSITORY)
    place.replace(FILES)
    other.replace(dict(reversed(FILES.items())))

    assert content(place) == content(other)
    assert not place.replace(FILES)


def test_a_folder_that_no_edition_wrote_is_left_alone(place):
    place.path.mkdir()
    (place.path / "thesis.tex").write_text("years of work")

    (line,) = place.objections(overwrite=True)

    assert "holds what no edition wrote (thesis.tex): name an empty folder" in line


def test_a_link_is_not_taken_for_nothing(place, tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "mnist").write_bytes(b"downloaded")
    place.path.mkdir()
    (place.path / "datasets").symlink_to(tmp_path / "disk")

    (line,) = place.objections(overwrite=True)
    assert "holds what no edition wrote (datasets): name an empty folder" in line

    (place.path / "datasets").unlink()
    place.replace(FILES)
    (place.path / "README.md").unlink()
    (place.path / "README.md").symlink_to(tmp_path / "disk")
    (place.path / "datasets").symlink_to(tmp_path / "disk")
    (line,) = place.objections()
    assert "was changed since it was published (README.md, datasets)" in line

    changes = place.replace(FILES)
    assert changes == folder.Changes((), ("README.md",), ("datasets",))
    assert content(place)["README.md"] == FILES["README.md"]
    assert (tmp_path / "disk" / "mnist").read_bytes() == b"downloaded"


def test_data_that_somebody_downloaded_there_are_nobodys_change_and_stay(place):
    """Whoever tries an edition in its folder loads data; git ignores them there, too."""
    files = FILES | {"datasets/mnist.md": b"# MNIST\n"}
    place.replace(files)
    data = place.path / "datasets" / ".samples" / "index.json"
    data.parent.mkdir()
    data.write_text("{}")

    assert place.objections() == []
    changes = place.replace(files | {"datasets/mnist.md": b"# MNIST, again\n"})

    assert changes == folder.Changes((), ("datasets/mnist.md",), ())
    assert data.read_text() == "{}"
    assert (place.path / "datasets" / "mnist.md").read_bytes() == b"# MNIST, again\n"
    (place.path / "datasets" / "mnist.md").write_text("changed here")
    assert "(datasets/mnist.md)" in place.objections()[0]


def test_an_empty_clone_is_as_good_as_an_empty_folder(place):
    (place.path / ".git").mkdir(parents=True)

    assert place.objections() == []


def test_what_somebody_changed_in_an_edition_is_not_lost_without_being_asked(place):
    place.replace(FILES)
    (place.path / "README.md").write_text("# A course, corrected by a student\n")
    (place.path / "notes.md").write_text("mine")
    (place.path / "__pycache__").mkdir()
    (place.path / "__pycache__" / "a.pyc").write_bytes(b"\0")

    (line,) = place.objections()

    assert "was changed since it was published (README.md, notes.md)" in line
    assert place.objections(overwrite=True) == []


def test_ends_of_lines_that_git_changed_on_windows_are_no_change(place):
    place.replace(FILES)
    (place.path / "README.md").write_bytes(b"# A course\r\n")

    assert place.objections() == []


@pytest.mark.parametrize(
    "where", [REPOSITORY, REPOSITORY / "lectures", REPOSITORY.parent, Path("/")]
)
def test_the_course_itself_is_never_overwritten(where):
    (line,) = folder.Folder(where, REPOSITORY).objections(overwrite=True)

    assert "and the course itself overlap: choose a folder beside the course" in line


@pytest.mark.parametrize("step", range(1, 5))
def test_it_is_there_completely_or_not_at_all_wherever_it_is_stopped(place, step, monkeypatch):
    """The power fails at one of the moves; the next attempt finds all of one edition, and git."""
    place.replace(FILES)
    (place.path / ".git").mkdir()
    (place.path / ".git" / "HEAD").write_text("main")
    before = content(place)
    moves, rename = [], os.rename

    def failing(*paths):
        moves.append(paths)
        if len(moves) >= step:
            raise KeyboardInterrupt
        rename(*paths)

    monkeypatch.setattr(folder.os, "rename", failing)
    monkeypatch.setattr(folder, "remove_tree", lambda path: None)
    if step < 4:
        with pytest.raises(KeyboardInterrupt):
            place.replace({"README.md": b"# New\n"})
    monkeypatch.undo()

    assert place.objections() == []
    assert content(place) == before
    assert [path.name for path in place.path.parent.iterdir()] == ["edition"]


def test_nothing_beside_a_wrong_target_is_touched(tmp_path):
    """Not even what looks like the rest of an attempt that was stopped."""
    course = tmp_path / "course"
    course.mkdir()
    mine = tmp_path / ".course.old" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("years of work")

    assert folder.Folder(course, course).objections()
    assert mine.read_text() == "years of work"


# --- the command ---------------------------------------------------------------------------------


def test_a_folder_that_cannot_be_written_is_a_line(tmp_path, monkeypatch, capsys):
    def refuse(self, overwrite=False):
        raise PermissionError(13, "Permission denied", str(tmp_path / ".edition.draft"))

    monkeypatch.setattr(folder.Folder, "objections", refuse)

    assert cli.main(["publish", str(tmp_path / "edition")]) == 2
    assert f"{tmp_path}/.edition.draft: Permission denied: see" in capsys.readouterr().err


def test_the_command_says_what_it_wrote_and_what_to_do_next(tmp_path, monkeypatch, capsys):
    made = edition.Edition(FILES, ("lectures/01.ipynb~",))
    monkeypatch.setattr(publishing.release, "differences", lambda course, name: [])
    monkeypatch.setattr(publishing.stamp, "check_all", lambda root: [])
    monkeypatch.setattr(edition, "make", lambda root, course: made)
    target = tmp_path / "edition"
    (target / ".git").mkdir(parents=True)

    assert cli.main(["publish", str(target)]) == 0
    said = capsys.readouterr()
    assert f"{target}: 2 files, 0.0 MB; 2 added." in said.out
    assert "git add --all && git commit && git push" in said.out
    assert "left out, as no part of the course: lectures/01.ipynb~" in said.err

    assert cli.main(["publish", str(target), "--check"]) == 0
    assert "is up to date" in capsys.readouterr().out
    made.files["LICENSE"] = b"MIT"
    assert cli.main(["publish", str(target), "--check", "--json", "-"]) == 1
    assert json.loads(capsys.readouterr().out)["changes"]["added"] == ["LICENSE"]
    assert not (target / "LICENSE").exists()

    (target / "README.md").write_text("changed here")
    assert cli.main(["publish", str(target)]) == 2
    assert "was changed since it was published (README.md)" in capsys.readouterr().err
    assert cli.main(["publish", str(target), "--overwrite"]) == 0
    assert (target / "README.md").read_bytes() == FILES["README.md"]
