"""The students' edition: whole, usable, without a secret, and never written over anybody's work."""

import ast
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
from course_utils.tools.publishing import Unpublishable, edition, folder, guides, modules

REPOSITORY = Path(__file__).parents[2]
STUDENTS_COMMANDS = ("lab", "check", "data", "models", "doctor", "completion")
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
        r"assignments/(?!release/)|tests?/|benchmarks|mistakes|gradebook|(^|/)book|\.in$"
        r"|grading|tools/(book|evidence|publishing|skeletons)|classroom|workshop|inspection|stamp"
        r"|\.pyc$|~$|\.git/|\.github|\.ipynb_checkpoints"
    )

    assert [name for name in names if forbidden.search(name)] == []
    assert {Path(name).suffix for name in names} <= {
        *(".ipynb", ".json", ".md", ".py", ".cfg", ".toml", ".txt", ".yml", ".css", ".js"),
        "",
    }


def test_of_the_tools_it_has_what_students_commands_import_and_no_more(published):
    below = published.folder / "course_utils/tools"
    found = {name.removesuffix(".py") for name, _ in files_below(below)}

    assert found == {
        *("__init__", "lab", "jupyter/labconfig/default_setting_overrides.json"),
        *(f"cli/{name}" for name in ("__init__", "__main__", "command", *STUDENTS_COMMANDS)),
        *(f"doctor/{name}" for name in ("__init__", "findings", "machine", "packages", "supplies")),
        *(
            f"notebooks/{name}"
            for name in ("__init__", "execution", "exercise_check", "forbidden_uses")
        ),
    }


def test_libraries_are_in_it_whole(published):
    """Some of their modules are found by name: a reader of data, a network, a figure."""
    for part in ("datasets", "exercises", "figures", "layers", "models"):
        ours = {name for name, _ in files_below(REPOSITORY / "course_utils" / part)}
        theirs = {name for name, _ in files_below(published.folder / "course_utils" / part)}

        assert {name for name in ours if Path(name).suffix in (".py", ".toml")} <= theirs <= ours


def test_what_it_imports_is_there_save_where_a_function_asks_first(published):
    """`course lab` and the doctor look whether this edition grades at all."""
    package = published.folder / "course_utils"
    absent = set()
    for name, file in files_below(package, "*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level and node.col_offset:
                above = file.parents[node.level - 1]
                place = above.joinpath(*(node.module or "").split("."))
                for each in [place] if node.module else [place / n.name for n in node.names]:
                    if not each.is_dir() and not each.with_suffix(".py").is_file():
                        absent.add((name, each.relative_to(package).as_posix()))

    assert absent - {("tools/cli/site.py", "tools/cli/parser")} == {
        ("tools/cli/check.py", "grading/authoring"),  # for instructors: --course
        ("tools/cli/check.py", "grading/judging/verdicts"),
        ("tools/cli/command.py", "grading"),
        ("tools/cli/lab.py", "grading"),
        ("tools/cli/lab.py", "tools/cli/demo"),
        ("tools/doctor/__init__.py", "tools/doctor/classroom"),
        ("tools/doctor/__init__.py", "tools/doctor/workshop"),
        ("tools/lab.py", "grading"),  # for types alone
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


def test_its_settings_install_the_data_that_its_modules_read(published):
    settings = tomllib.loads((published.folder / "pyproject.toml").read_text())
    package = published.folder / "course_utils"
    patterns = settings["tool"]["setuptools"]["package-data"]["course_utils"]
    installed = {path for pattern in patterns for path in package.glob(pattern)}
    data = {file for _, file in files_below(package) if file.suffix not in (".py", ".md")}

    assert data and data <= installed


def test_its_readme_leads_to_every_notebook_and_guide(published):
    text = (published.folder / "README.md").read_text()
    links = re.findall(r"\]\(([^)]+)\)", text)

    pages = {*published.folder.rglob("*.ipynb"), *published.folder.glob("guides/*.md")}
    assert {str(page.relative_to(published.folder)) for page in pages} <= set(links)
    assert "{{" not in text


def test_nothing_is_said_to_be_left_out_that_never_is_in_it(published):
    assert (REPOSITORY / edition.FOR_THE_BOOK).is_file()
    assert published.left_out == ()


def test_no_link_of_its_pages_is_dead(published):
    """Nor is a place in a page, as GitHub names its headings."""
    pages = [file for _, file in files_below(published.folder, "*.md")]
    text = {file.resolve(): file.read_text("utf-8") for file in pages}
    dead = []
    for file, words in text.items():
        for address, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)", words):
            target = (file.parent / address).resolve() if address else file
            headings = re.findall(r"^#+ (.+)$", text.get(target, ""), re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}
            if not target.exists() or (anchor and target in text and anchor not in slugs):
                dead.append((file.name, address, anchor))

    assert len(pages) > 8 and dead == []


def test_its_guides_are_those_of_the_book_without_what_only_instructors_need(published):
    below = published.folder / "guides"
    pages = {name: file.read_text("utf-8") for name, file in files_below(below)}

    assert set(pages) == {"students.md", "colab.md", "jupyter.md"}
    for text in pages.values():
        assert not re.search("OWNER/NAME|<!--|-->|course grade", text)
    assert f"git clone https://github.com/{published.repository}" in pages["students.md"]
    assert "## You teach" in (REPOSITORY / "book/jupyter.md").read_text("utf-8")
    assert "You teach" not in pages["jupyter.md"]


def test_a_guide_that_leads_to_what_students_do_not_get_is_refused(tmp_path):
    (tmp_path / "book").mkdir()
    for page in guides.PAGES:
        (tmp_path / f"book/{page}.md").write_text("[Data](data.md), [here](#here), [x](https://x)")
    made = guides.guides(tmp_path, "ada/cnn", {"README.md"})
    (tmp_path / "book/colab.md").write_text("# Colab\n\n[How sure](how_sure.md)")

    expected = b"[Data](../README.md#data), [here](#here), [x](https://x)\n"
    assert set(made.values()) == {expected}
    with pytest.raises(guides.LeadsNowhere, match=r"book/colab.md: the link to how_sure.md leads"):
        guides.guides(tmp_path, "ada/cnn", {"README.md"})


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
    overview = "from course_utils.tools import cli; cli.main([])"
    program = [*sorted(statements), *(f"import {name}" for name in names), overview]

    done = run_there(published, "-c", "\n".join([*program, "print(course_utils.__file__)"]))

    assert len(statements) > 10
    assert done.returncode == 0, done.stderr
    offered = set(re.findall(r"^  (\w+) {2,}\S", done.stdout, re.MULTILINE))
    assert offered == set(STUDENTS_COMMANDS)
    assert done.stdout.splitlines()[-1] == str(published.folder / "course_utils/__init__.py")


STARTS_LAB = """
import os
from course_utils.tools import cli
os.execve = lambda program, command, environment: print(command, environment)
cli.main(["lab"])
"""


@pytest.mark.proof
@pytest.mark.parametrize(
    "words, status, said",
    [
        ("check ps1", 1, "not solved yet.*0 of 12 pass"),  # something is left to do
        ("data list", 0, "cifar10"),
        ("data show mnist", 0, "centred in 28x28"),
        ("models", 0, "resnet50"),
        ("completion bash", 0, "_ARGCOMPLETE"),
        ("doctor data", 0, "To load data: ready"),
        ("doctor grading", 1, "this edition of the course is for students"),
        ("lab --formgrader", 2, "no class is graded here"),
    ],
)
def test_the_students_commands_work_in_it(published, words, status, said):
    done = run_there(published, "-m", "course_utils.tools.cli", *words.split())

    assert done.returncode == status, done.stderr
    assert re.search(said, done.stdout + done.stderr, re.DOTALL)


@pytest.mark.proof
def test_the_doctor_there_looks_at_what_students_want(published):
    done = run_there(published, "-m", "course_utils.tools.cli", "doctor")

    assert re.findall(r"^To .+(?=:)", done.stdout, re.MULTILINE) == [
        "To run the lectures",
        "To load data",
    ]
    assert "course_utils" not in done.stdout + done.stderr.replace(str(published.folder), "")


@pytest.mark.proof
def test_course_lab_there_opens_the_first_lecture_with_the_courses_settings(published):
    done = run_there(published, "-c", STARTS_LAB)

    assert "JupyterLab opens on lectures/00_start_here.ipynb" in done.stdout, done.stderr
    assert str(published.folder / "course_utils/tools/jupyter") in done.stdout


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
    monkeypatch.setattr(publishing.release, "differences", lambda assignment: [line])
    monkeypatch.setattr(publishing.stamp, "check_all", lambda root: ["lectures/01: out of date"])
    monkeypatch.setattr(edition, "make", lambda *_: pytest.fail("gathered all the same"))

    with pytest.raises(Unpublishable) as refused:
        publishing.publish(REPOSITORY, tmp_path / "edition")

    sets = [*REPOSITORY.glob("assignments/source/*")]
    assert refused.value.lines == ["lectures/01: out of date", *[line] * len(sets)]
    assert str(refused.value).startswith("nothing was published:\n  ")
    assert list(tmp_path.iterdir()) == []


def test_what_leaks_is_said_with_the_remedy_and_nothing_is_written(tmp_path, monkeypatch):
    line = b"return filters * (in_channels * h * w + bool(bias))\n"
    monkeypatch.setattr(publishing.release, "differences", lambda assignment: [])
    monkeypatch.setattr(publishing.stamp, "check_all", lambda root: [])
    monkeypatch.setattr(edition, "make", lambda *_: edition.Edition({"a.md": line}, ()))

    with pytest.raises(Unpublishable) as refused:
        publishing.publish(REPOSITORY, tmp_path / "edition")

    first, *_, last = refused.value.lines
    assert first.startswith("a.md: a line of the solution of conv_parameters in ps1_convolution: ")
    assert last.endswith("on purpose, say so in assignments/shown.toml")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def package(tmp_path):
    """A package of which a command and a quiz are for students."""
    texts = {
        "__init__": 'HOMES = {"quiz": "exercises.quiz", "seeds": "seeds"}',
        "seeds": "",
        "exercises/__init__": "",
        "exercises/quiz": "def ask():\n    from ..grading import Course",
        "exercises/spare": "",
        "grading/__init__": "from .. import files",
        "files": "",
        "tools/__init__": "",
        "tools/lab": 'PAGE = Path(__file__).with_name("pages")',
        "tools/notebooks/__init__": "",
        "tools/notebooks/execution": "import course_utils.errors",
        "tools/notebooks/running": "",
        "errors": "",
    }
    commands = ["__init__", "__main__", "command", *modules.COMMANDS, "grade"]
    texts |= {f"tools/cli/{name}": "" for name in commands}
    texts["tools/cli/check"] = "def run():\n    from ..notebooks import execution"
    texts["tools/cli/lab"] = "from .. import lab\ndef run():\n    from .grade import show"
    for name, text in texts.items():
        file = tmp_path / "course_utils" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    draft = tmp_path / "course_utils/exercises/.ipynb_checkpoints/draft-checkpoint.py"
    for file in (draft, tmp_path / "course_utils/tools/pages/settings.json"):
        file.parent.mkdir()
        file.write_text("{}")
    return tmp_path / "course_utils"


def taken(package, *cells):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
    nbformat.write(notebook, package.parent / "01.ipynb")
    found = modules.of_students(package, [package.parent / "01.ipynb"])
    names = {file.relative_to(package).as_posix().removesuffix(".py") for file in found}
    return {name for name in names if not name.startswith("tools/cli/")}


ALWAYS_TAKEN = {
    *("__init__", "seeds", "exercises/__init__", "exercises/quiz", "exercises/spare", "errors"),
    *("tools/__init__", "tools/lab", "tools/pages/settings.json"),
    *("tools/notebooks/__init__", "tools/notebooks/execution"),
}


@pytest.mark.parametrize(
    "cell, more",
    [
        ("", set()),
        ("from course_utils import quiz, files", {"files"}),
        ("%matplotlib inline\nimport course_utils.files as f", {"files"}),
        ("from course_utils.tools.notebooks.running import run", {"tools/notebooks/running"}),
        ("if TYPE_CHECKING:\n    from course_utils import files", set()),
        ("this is no Python: from course_utils import files", set()),
    ],
)
def test_what_is_imported_is_taken_with_its_data_and_of_libraries_all(package, cell, more):
    assert taken(package, cell) == ALWAYS_TAKEN | more


@pytest.mark.parametrize(
    "file, text, complaint",
    [
        ("seeds", "from .grading import Course", "seeds.py imports course_utils.grading, which"),
        ("seeds", "try:\n    from . import grading\nexcept ImportError: ...", "seeds.py imports"),
        ("tools/cli/lab", "from .grade import show", "lab.py imports course_utils.tools.cli.grade"),
    ],
)
def test_a_module_that_leans_on_the_instructors_part_is_refused(package, file, text, complaint):
    (package / f"{file}.py").write_text(text)

    with pytest.raises(modules.Unwanted, match=complaint):
        taken(package, "")


def test_a_lecture_that_leans_on_the_instructors_part_is_refused(package):
    with pytest.raises(modules.Unwanted, match=r"^01.ipynb imports course_utils.grading, which"):
        taken(package, "x = 1", "from course_utils.grading import Course")


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
    monkeypatch.setattr(publishing.release, "differences", lambda assignment: [])
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
