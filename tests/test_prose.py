"""What people read is spelled right, and its links lead somewhere."""

import re
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from spellchecker import SpellChecker

from course_utils.grading.authoring import mistakes

REPOSITORY = Path(__file__).parents[1]
PAGES = [
    *sorted(REPOSITORY.glob("*.md")),
    *(REPOSITORY / name for name in ("lectures/README.md", "assignments/README.md")),
    *sorted(REPOSITORY.glob("book/**/*.md")),
    *sorted(REPOSITORY.glob("lectures/*.ipynb")),
    *sorted(REPOSITORY.glob("assignments/source/*/*.ipynb")),
]
KNOWN = set((Path(__file__).parent / "words.txt").read_text("utf-8").split())

everyone = pytest.mark.parametrize(
    "path", PAGES, ids=lambda path: path.relative_to(REPOSITORY).as_posix()
)


def text_of(path):
    if path.suffix == ".md":
        return path.read_text("utf-8")
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def words_of(text):
    """Words of the prose: no code, formulas, addresses or sources, whose names are endless."""
    text = re.split(r"^## Sources$", text, flags=re.MULTILINE)[0]
    for pattern in (
        r"(?ms)^```.*?^```",  # a block of code
        r"(?m)^ {4}.*$",  # and an indented one
        r"(?s)\$\$.*?\$\$|\$[^$]*\$",  # a formula
        r"`[^`]*`",
        r"\]\([^)]*\)|https?://\S+",
        r"<[^>]*>",
    ):
        text = re.sub(pattern, " ", text)
    found = re.findall(r"(?<![\w.])[A-Za-z][A-Za-z'’]+(?![\w]|\.\w)", text)
    return {word.replace("’", "'").strip("'").removesuffix("'s") for word in found}


@everyone
def test_its_words_are_spelled_right(path):
    """A word that the dictionary does not know, and is right, goes into tests/words.txt."""
    unknown = SpellChecker().unknown(words_of(text_of(path)))

    assert {word for word in unknown if word.lower() not in KNOWN} == set()


def test_the_list_of_words_holds_no_word_in_vain():
    used = {word.lower() for path in PAGES for word in words_of(text_of(path))}

    assert KNOWN - used == set()
    assert SpellChecker().known(KNOWN) == set(), "the dictionary knows these"


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


def test_what_the_readme_counts_is_so():
    words = " ".join((REPOSITORY / "README.md").read_text("utf-8").split())
    answers = REPOSITORY.glob("assignments/mistakes/*/*.py")
    attacks = REPOSITORY.glob("tests/redteam/attacks/*.py")

    def parts(files):
        return sum(len(re.findall("^# %% ", f.read_text("utf-8"), re.MULTILINE)) for f in files)

    assert "Eighteen lectures" in words and "six problem sets" in words
    assert len([*REPOSITORY.glob("lectures/*.ipynb")]) == 18
    assert len([*REPOSITORY.glob("assignments/source/*")]) == 6
    assert "a demo class of nineteen" in words and "nineteen students' points" in words
    assert len(mistakes.read_class(REPOSITORY / "assignments/mistakes/ps1_convolution")) == 19
    assert f"so are {parts(answers)} answers" in words
    assert "More than eighty attacks" in words and parts(attacks) > 80
