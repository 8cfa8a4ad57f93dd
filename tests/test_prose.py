"""What people read is spelled right, and its links lead somewhere."""

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest

from course_utils.grading.authoring import mistakes
from course_utils.tools.notebooks import stamp

REPOSITORY = Path(__file__).parents[1]
PAGES = [
    *sorted(REPOSITORY.glob("*.md")),
    *(REPOSITORY / name for name in ("lectures/README.md", "assignments/README.md")),
    *sorted(REPOSITORY.glob("book/**/*.md")),
    *sorted(REPOSITORY.glob("lectures/*.ipynb")),
    *sorted(REPOSITORY.glob("assignments/source/*/*.ipynb")),
]

everyone = pytest.mark.parametrize(
    "path", PAGES, ids=lambda path: path.relative_to(REPOSITORY).as_posix()
)


def text_of(path):
    if path.suffix == ".md":
        return path.read_text("utf-8")
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def misspelled(*paths):
    """What `make lint` says of the spelling of files, with the settings of pyproject.toml."""
    program = Path(sys.executable).with_name("codespell")
    done = subprocess.run([program, *paths], cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode in (0, 65), done.stderr
    return done.stdout


def test_nothing_is_misspelled():
    folders = ("assignments/source", "book", "course_utils", "lectures", "tests")

    assert misspelled(*folders, *REPOSITORY.glob("*.md")) == ""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("README.md", "The lectures"),
        ("lectures/03_convolution.ipynb", "kernel"),
        ("course_utils/layers/dense.py", "layer"),
    ],
)
def test_a_slip_of_the_pen_is_found(path, place, tmp_path):
    slip = "langa" + "uge"
    text = (REPOSITORY / path).read_text("utf-8")
    copy = tmp_path / Path(path).name
    copy.write_text(text.replace(place, f"{place} {slip} ", 1), "utf-8")

    assert misspelled(copy).rstrip().endswith(f"{slip} ==> language")


@everyone
def test_its_links_lead_to_files_and_headings_that_are_there(path):
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(path)):
        if re.match(r"https?:|mailto:", target):
            continue
        file, _, heading = unquote(target).partition("#")
        place = (path.parent / file).resolve() if file else path
        assert place.exists(), f"{target} leads to no file"
        if heading:
            headings = re.findall(r"^#+ (.+)$", text_of(place), re.MULTILINE)
            assert heading in {title.replace(" ", "-") for title in headings} | {
                re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in headings
            }, f"{target} leads to no heading"


@pytest.mark.parametrize("path", sorted(REPOSITORY.glob("lectures/*.ipynb")), ids=lambda p: p.stem)
def test_a_lecture_opens_in_colab_where_it_lies(path):
    badge = re.search(
        r"colab\.research\.google\.com/github/[^/]+/[^/]+/blob/[^/]+/(\S+)\)", text_of(path)
    )

    assert REPOSITORY / unquote(badge[1]) == path


def test_the_readme_lists_every_lecture_by_name_with_a_button_that_opens_it():
    """The list is `course stamp`'s; the rows are read here as a visitor's browser reads them."""
    readme = (REPOSITORY / "README.md").read_text("utf-8")
    row = r"^\| (\d\d) \| \[(.+?)\]\((\S+?)\) \| \[!\[Open In Colab\]\(\S+?\)\]\((\S+?)\) \|$"
    rows = re.findall(row, readme, re.MULTILINE)
    published = stamp.publication(REPOSITORY)
    place = f"{stamp.COLAB}/github/{published.repository}/blob/{published.branch}"

    assert [path for _, _, path, _ in rows] == [
        path.relative_to(REPOSITORY).as_posix()
        for path in sorted(REPOSITORY.glob("lectures/*.ipynb"))
    ]
    for number, title, path, button in rows:
        assert path.startswith(f"lectures/{number}_")
        assert text_of(REPOSITORY / path).startswith(f"# {title}\n")
        assert button == f"{place}/{path}"


def test_no_command_in_the_readme_is_wider_than_a_page():
    lines = (REPOSITORY / "README.md").read_text("utf-8").splitlines()

    assert [line for line in lines if line.startswith("    ") and len(line) > 4 + 72] == []


def test_what_the_readme_counts_is_so():
    words = " ".join((REPOSITORY / "README.md").read_text("utf-8").split())
    answers = REPOSITORY.glob("assignments/mistakes/*/*.py")
    attacks = REPOSITORY.glob("tests/redteam/attacks/*.py")

    def parts(files):
        return sum(len(re.findall("^# %% ", f.read_text("utf-8"), re.MULTILINE)) for f in files)

    assert "Twenty-one lectures" in words and "seven problem sets" in words
    assert len([*REPOSITORY.glob("lectures/*.ipynb")]) == 21
    assert len([*REPOSITORY.glob("assignments/source/*")]) == 7
    assert "a demo class of nineteen" in words and "nineteen students' points" in words
    assert len(mistakes.read_class(REPOSITORY / "assignments/mistakes/ps1_convolution")) == 19
    assert f"so are {parts(answers)} answers" in words
    assert "More than eighty attacks" in words and parts(attacks) > 80
