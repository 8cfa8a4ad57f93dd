"""The course book: what it is made of, that nothing in it is dead, secret, or without words."""

import base64
import io
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image, ImageSequence

from course_utils import figures
from course_utils.tools import book, cli
from course_utils.tools.book import building, glossary, notebooks
from course_utils.tools.book.building import lay_out
from course_utils.tools.book.checking import problems
from course_utils.tools.book.contents import pages
from course_utils.tools.book.links import Links
from course_utils.tools.notebooks import last_run
from course_utils.tools.notebooks.stamp import Publication

REPOSITORY = Path(__file__).parents[2]
PUBLISHED = Publication("ada/cnn", "main")
BADGE = "[![Open In Colab](https://x/badge.svg)](https://colab.research.google.com/github/ada/cnn)"


@pytest.fixture
def links():
    return Links(REPOSITORY, pages(REPOSITORY), PUBLISHED)


# --- links -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "file, link, target",
    [
        ("lectures/README.md", "03_convolution.ipynb", "03_convolution.ipynb"),
        (
            "lectures/03_convolution.ipynb",
            "../assignments/release/ps1_convolution/ps1_convolution.ipynb",
            "../assignments/release/ps1_convolution/ps1_convolution.ipynb",
        ),
        ("lectures/00_start_here.ipynb", "README.md", "index.md"),
        ("book/students.md", "../lectures/README.md", "lectures/index.md"),
        ("book/reference/layers.md", "../data.md", "../data.md"),
        ("book/students.md", "glossary.md", "glossary.md"),
        ("lectures/00_start_here.ipynb", "#6.-A-tour-of-one-exercise", "#6-a-tour-of-one-exercise"),
        ("book/data.md", "problem_sets.md#The-sets", "problem_sets.md#the-sets"),
        ("CONTRIBUTING.md", "Makefile", "https://github.com/ada/cnn/blob/main/Makefile"),
        ("CONTRIBUTING.md", "course_utils/", "https://github.com/ada/cnn/tree/main/course_utils"),
        ("CONTRIBUTING.md", "https://docs.pytest.org", "https://docs.pytest.org"),
        ("CONTRIBUTING.md", "mailto:ada@example.org", "mailto:ada@example.org"),
    ],
)  # fmt: skip
def test_a_link_leads_from_page_to_page_or_into_the_repository(links, file, link, target):
    assert links.rewrite(f"see [this]({link}).", file) == f"see [this]({target})."


def test_code_is_no_link(links):
    text = "`x[0](no)` and\n\n```\ny[1](no)\n```\n[yes](README.md)"

    rewritten = links.rewrite(text, "lectures/03_convolution.ipynb")

    assert rewritten == text.replace("README.md", "index.md")


def test_a_picture_comes_along(links):
    assert links.rewrite("![It slides](sliding.gif)", "book/index.md") == (
        "![It slides](pictures/sliding.gif)"
    )
    assert links.pictures == {"book/sliding.gif"}


@pytest.mark.parametrize("link", ["nowhere.md", "../../etc/passwd"])
def test_a_dead_link_is_refused(links, link):
    with pytest.raises(book.BookError, match="lectures/README.md: the link to .* leads nowhere"):
        links.rewrite(f"[here]({link})", "lectures/README.md")


# --- pages -----------------------------------------------------------------------------------


def test_students_versions_are_pages_and_instructors_are_not():
    made_from = pages(REPOSITORY)

    released = sorted(REPOSITORY.glob("assignments/release/*/*.ipynb"))
    assert len(released) == len([*REPOSITORY.glob("assignments/source/*")])
    assert {path.relative_to(REPOSITORY).as_posix() for path in released} <= set(made_from)
    assert not [file for file in made_from if re.match(r"assignments/(source|mistakes)", file)]


def test_elsewhere_there_is_no_book(tmp_path):
    with pytest.raises(book.BookError, match=r"has no book/index\.md"):
        pages(tmp_path)


def test_a_notebook_becomes_a_page_and_stays_as_it_is(links):
    cells = [
        new_markdown_cell(f"# Convolution\n{BADGE} [Others](https://x)\n\n[All](README.md)."),
        new_code_cell("prepare()", metadata={"tags": ["setup"]}),
    ]
    notebook = new_notebook(cells=cells)
    run = last_run.LastRun(date(2026, 11, 5), 12, 1480, {"python": "3.11.7", "numpy": "2.4.6"})
    last_run.write(notebook.metadata, run)
    before = nbformat.writes(notebook)

    page = notebooks.as_page(notebook, "lectures/03_convolution.ipynb", links)

    title = page.cells[0].source
    assert title.startswith("# 03 Convolution\n")
    assert "badge.svg" not in title and "[All](index.md)." in title
    assert '<a class="button" href="https://colab.research.google.com/github/ada/cnn">' in title
    assert 'href="../_sources/lectures/03_convolution.ipynb" download' in title
    assert 'class="button quiet" href="../playground/draw_a_digit.html">Draw a digit</a>' in title
    assert "Last run 5 November 2026, in 12 s and 1.5 GB of memory" in title
    assert "With Python 3.11.7, NumPy 2.4.6." in title
    assert page.cells[1].metadata.tags == ["setup", "hide-input"]
    assert nbformat.writes(notebook) == before


FOLDED = {"jupyter": {"source_hidden": True}, "cellView": "form", "tags": ["hide-input"]}


def folded_page(links, tags):
    """A cell that is folded, as the book has it."""
    cell = new_code_cell("# @title Draw it\n\ndraw()", metadata=FOLDED | {"tags": tags})
    cells = [new_markdown_cell("# Title"), cell]
    page = notebooks.as_page(new_notebook(cells=cells), "lectures/03_convolution.ipynb", links)
    return page.cells[1]


def test_a_folded_cell_is_closed_under_its_title(links):
    cell = folded_page(links, ["hide-input"])

    assert cell.source == "draw()"
    assert set(cell.metadata.mystnb.values()) == {"Draw it"}
    assert "hide-cell" not in cell.metadata.tags


def test_a_solution_is_closed_with_what_it_prints(links):
    assert "hide-cell" in folded_page(links, ["hide-input", "solution"]).metadata.tags


def test_an_animation_becomes_a_file_with_its_words(links):
    gif = base64.b64encode(b"GIF89a").decode()
    image = f'<img src="data:image/gif;base64,{gif}" alt="a &amp; b">'
    still = {"text/html": image, "image/png": "aGk=", "text/plain": "a & b"}
    cells = [
        new_markdown_cell("# Title"),
        new_code_cell("show()", outputs=[new_output("display_data", still)]),
    ]

    page = notebooks.as_page(new_notebook(cells=cells), "lectures/03_convolution.ipynb", links)

    output = page.cells[1].outputs[0]
    assert output.data == {"image/gif": gif, "text/plain": "a & b"}
    assert output.metadata == {"image/gif": {"alt": "a & b"}}


@pytest.mark.parametrize(
    "table, complaint",
    [
        ("no table", "no table below a heading"),
        ("| filter | a kernel (77) |", "names lecture 77"),
        (
            "| term | meaning |\n|---|---|\n| filter | a kernel (03) |\n| stride | a step |",
            r"`\| stride \| a step \|` is not \| term",
        ),
    ],
)
def test_a_glossary_that_cannot_be_read_is_refused(table, complaint):
    notebook = new_notebook(cells=[new_markdown_cell(f"## Glossary\n\n{table}")])

    with pytest.raises(book.BookError, match=complaint):
        glossary.as_page(notebook, pages(REPOSITORY))


def test_the_front_pages_picture_is_drawn_as_the_lectures_are():
    image = [[1, 2, 0, 1, 3], [0, 1, 3, 2, 1], [2, 1, 0, 0, 2], [1, 0, 2, 3, 1], [0, 2, 1, 1, 0]]
    drawn = figures.slide(image, [[1, 0, -1], [2, 0, -2], [1, 0, -1]]).gif()
    stored = (REPOSITORY / "book/sliding.gif").read_bytes()

    assert frames_of(stored) == frames_of(drawn), "write it anew: figures.slide(...).gif()"


def frames_of(gif):
    moving = Image.open(io.BytesIO(gif))
    return [frame.convert("RGB").tobytes() for frame in ImageSequence.Iterator(moving)]


# --- what is wrong with a site ---------------------------------------------------------------


@pytest.mark.parametrize(
    "body, fault",
    [
        ('<a href="b.html#there">', None),
        ('<a href="folder/c.html">', None),
        ('<a href="#here">', None),
        ('<a href="https://example.org/x">', None),
        ('<img src="p.png" alt="a dot">', None),
        ('<link rel="canonical" href="https://example.org/">', None),
        ('<a href="nowhere.html">', "the link to nowhere.html leads nowhere"),
        ('<a href="b.html#gone">', "the link to b.html#gone leads nowhere"),
        ('<a href="../outside.html">', "the link to ../outside.html leads nowhere"),
        ('<a href="folder">', "the link to folder leads nowhere"),
        ('<script src="gone.js">', "the link to gone.js leads nowhere"),
        ('<img src="p.png">', "the picture p.png has no alternative text"),
        ('<img src="p.png" alt="">', "the picture p.png has no alternative text"),
        ('<img src="https://x.org/p.png" alt="p">', "it loads https://x.org/p.png from elsewhere"),
        ('<script src="//x.org/y.js">', "it loads //x.org/y.js from elsewhere"),
        (
            '<link rel="icon" href="https://x.org/i.ico">',
            "it loads https://x.org/i.ico from elsewhere",
        ),
    ],
)
def test_faults_of_a_page_are_found(tmp_path, body, fault):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/c.html").write_text('<p id="down">')
    (tmp_path / "b.html").write_text('<h1 id="there">')
    (tmp_path / "p.png").touch()
    (tmp_path / "a.html").write_text(f'<p id="here">{body}')

    assert problems(tmp_path) == ([f"a.html: {fault}"] if fault else [])


@pytest.mark.proof
def test_a_warning_of_sphinx_is_an_error_with_its_place(tmp_path):
    for name in ("pyproject.toml", "book/conf.py", "lectures/00_start_here.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(REPOSITORY / name, tmp_path / name)
    (tmp_path / "book/_static").mkdir()
    (tmp_path / "course_utils/figures/static").mkdir(parents=True)
    (tmp_path / "book/index.md").write_text("# Book\n\n```{nonsense}\n```\n")
    notebook = new_notebook(cells=[new_markdown_cell("# S\n\n## Glossary"), new_markdown_cell("")])
    notebook.cells[1].source = "## Glossary\n\n| term | a word (00) |"
    nbformat.write(notebook, tmp_path / "lectures/00_start_here.ipynb")

    with pytest.raises(book.BookError, match=r"index\.md:3: WARNING: Unknown directive.*nonsense"):
        book.build(tmp_path, cli.parser())

    listed = (tmp_path / "build/book-faults.txt").read_text("utf-8")
    assert "nonsense" in listed and "document isn't included in any toctree" in listed


def test_a_sphinx_that_ends_without_a_word_has_built_no_book(tmp_path, monkeypatch):
    """Linux may kill it where memory is short."""
    (tmp_path / "book-source").mkdir()
    monkeypatch.setattr(building, "lay_out", lambda root, source, parser: [])
    killed = subprocess.CompletedProcess([], -9, stdout="", stderr="")
    monkeypatch.setattr(building.subprocess, "run", lambda *arguments, **options: killed)

    with pytest.raises(book.BookError, match="Sphinx has ended with status -9 and said nothing"):
        book.build(REPOSITORY, cli.parser(), tmp_path)


def test_its_pages_are_laid_out_whether_or_not_they_were_before(tmp_path):
    once = lay_out(REPOSITORY, tmp_path / "one", cli.parser())

    assert sorted(once) == sorted(
        path.relative_to(tmp_path / "one").with_suffix("").as_posix()
        for path in (tmp_path / "one").rglob("*")
        if path.is_file() and path.parent.name != "pictures"
    )
