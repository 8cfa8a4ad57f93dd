"""The book itself, built without a warning: complete, and without what students must not see."""

import re
import zlib
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest

from course_utils import claims, datasets, figures, layers, models
from course_utils.exercises import checks, networks, quiz
from course_utils.grading import Course
from course_utils.grading.authoring import leaks
from course_utils.tools.book.contents import pages
from course_utils.tools.notebooks import last_run

pytestmark = pytest.mark.proof

REPOSITORY = Path(__file__).parents[2]


class _Images(HTMLParser):
    def __init__(self):
        super().__init__()
        self.alts = []

    def handle_starttag(self, tag, attributes):
        alt = dict(attributes).get("alt")
        if tag == "img" and alt != "Colab logo":  # the theme's
            self.alts.append(alt)


def html_of(site, page):
    return (site / f"{page}.html").read_text("utf-8")


def words_for_pictures(path):
    """What a notebook has stored for its pictures; an animation says it in its HTML."""
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                yield output.metadata["image/png"]["alt"]


def test_every_picture_of_a_lecture_has_the_words_that_its_notebook_has(book_site):
    for path in sorted(REPOSITORY.glob("lectures/*.ipynb")):
        images = _Images()
        images.feed(html_of(book_site, f"lectures/{path.stem}"))

        assert images.alts == list(words_for_pictures(path)), path.name


def test_every_notebook_has_a_button_for_colab_and_downloads_as_it_is(book_site):
    files = [file for file in pages(REPOSITORY) if file.endswith(".ipynb")]

    lectures = list(REPOSITORY.glob("lectures/*.ipynb"))
    sets = list(REPOSITORY.glob("assignments/source/*"))
    assert len(files) == len(lectures) + len(sets)
    for file in files:
        text = html_of(book_site, file.removesuffix(".ipynb"))
        assert re.search(rf'class="button" href="https://colab[^"]*/{re.escape(file)}"', text), file
        assert f'/_sources/{file}" download' in text
        assert (book_site / "_sources" / file).read_bytes() == (REPOSITORY / file).read_bytes()


def test_a_notebook_that_knows_its_last_run_shows_it(book_site):
    for path in sorted(REPOSITORY.glob("lectures/*.ipynb")):
        run = last_run.read(nbformat.read(path, as_version=4).metadata)
        shown = html_of(book_site, f"lectures/{path.stem}")
        assert not run or f"{run.date:%B %Y}, in {run.seconds} s" in shown
        assert not run or f"NumPy {run.versions['numpy']}" in shown


def test_printed_sentences_wrap_on_a_phone_and_columns_do_not(book_site):
    text = html_of(book_site, "lectures/01_perceptrons_and_backprop")
    printed = re.findall(r'<div class="(output stream[^"]*)".*?<pre>(.*?)</pre>', text, re.DOTALL)

    wrapped = {words: "sentences" in classes.split() for classes, words in printed}
    assert all(
        wraps for words, wraps in wrapped.items() if "(at least" in words and "  " not in words
    )
    assert not any(wraps for words, wraps in wrapped.items() if re.search(r"\S {2,}\S", words))
    assert set(wrapped.values()) == {True, False}


def test_nothing_that_students_must_not_see_is_in_it(book_site):
    made_from = {f"{page}.html": file for file, page in pages(REPOSITORY).items()}
    shown = {path.relative_to(book_site).as_posix(): path for path in book_site.rglob("*.html")}
    read = [(made_from[name], shown[name].read_bytes()) for name in made_from.keys() & shown.keys()]

    assert len(read) == len(made_from)
    assert leaks.secrets(Course(REPOSITORY / "assignments")).find(read) == []


def test_the_reference_has_every_public_name(book_site):
    listed = inventory(book_site)
    for module in (checks, claims, networks, datasets, figures, layers, models, quiz):
        for name in getattr(module, "__all__", ["check"]):
            if name in {"naive", "schedules"}:  # modules, whose functions are listed
                assert any(entry.startswith(f"{module.__name__}.{name}.") for entry in listed)
            else:
                assert f"{module.__name__}.{name}" in listed


def inventory(site):
    """The names that Sphinx knows; its file says how it is compressed."""
    data = (site / "objects.inv").read_bytes().split(b"\n", 4)[4]
    return {line.split()[0] for line in zlib.decompress(data).decode().splitlines()}


def test_commands_terms_and_collections_have_their_places(book_site):
    command_line = html_of(book_site, "reference/commands")
    for name in ("check", "grade", "export", "release", "doctor", "site"):
        assert f'id="course-{name}"' in command_line
    assert 'id="term-receptive-field"' in html_of(book_site, "glossary")
    for card in REPOSITORY.glob("datasets/*.md"):
        assert (book_site / f"datasets/{card.stem}.html").exists()
