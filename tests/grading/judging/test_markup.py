"""Pages in which nothing runs: what is sanitised, what stays, and how long it may take."""

import time

import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
    new_raw_cell,
    writes,
)

from course_utils.grading.judging import feedback_page, markup
from course_utils.grading.judging.feedback_page import Wanted
from payloads import MARKDOWN, NOTEBOOKS, harmful

OWN = {"own": {"notebook": "n", "score": 1, "max_score": 2, "late_penalty": 0}}
VALUES = {**OWN, "scores": {}, "comments": {}}


def feedback(notebook) -> str:
    """The page that a student gets."""
    return feedback_page.render(Wanted(writes(notebook), VALUES, "nothing"))


def formgrader(notebook) -> str:
    """The page that Formgrader shows, by an exporter with the settings of `configure`."""
    exporter = HTMLExporter(filters=markup.FILTERS, sanitize_html=True, template_name="classic")
    return exporter.from_notebook_node(notebook, {})[0]


@pytest.mark.parametrize("page", [feedback, formgrader])
def test_no_payload_is_left_on_a_page(page):
    texts = [new_markdown_cell(text) for text in MARKDOWN]
    made = page(new_notebook(cells=texts))

    assert harmful(made) == []
    for notebook in NOTEBOOKS:
        assert harmful(page(notebook)) == []


def test_the_search_for_what_harms_finds_it():
    """Else the test above would pass whatever is on a page."""
    exporter = HTMLExporter(template_name="basic")
    pages = [
        exporter.from_notebook_node(new_notebook(cells=[new_markdown_cell(text)]))[0]
        for text in MARKDOWN
    ]

    assert sum(bool(harmful(page)) for page in pages) > len(pages) / 2


KEPT = {
    "**a** _b_ `c` ~~d~~": ["<strong>a</strong>", "<em>b</em>", "<code>c</code>", "<del>d</del>"],
    "$a < b$ and $$\\frac{1}{2}$$": ["$a &lt; b$", "$$\\frac{1}{2}$$"],
    "\\begin{align}a&=b\\end{align}": ["\\begin{align}a&amp;=b\\end{align}"],
    "[x](https://example.org/?a=1&b=2)": ['<a href="https://example.org/?a=1&amp;b=2"'],
    "[x](mailto:ada@example.org)": ['href="mailto:ada@example.org"'],
    "# A title\n\n[there](#A-title)": ['<h1 id="text-A-title">', 'href="#text-A-title"'],
    "![x](data:image/png;base64,iVBORw0KGgo=)": ['src="data:image/png;base64,iVBORw0KGgo="'],
    "![x](images/figure 1.png)": [],
    "![x](figure.svg)": ['src="figure.svg"'],
    "| a | b |\n|:-|-:|\n| 1 | 2 |": ['<td style="text-align:right">2</td>'],
    "```python\nx = 1\n```": ['<div class="highlight">', '<span class="n">x</span>'],
    "<details><summary>A hint</summary>Look.</details>": ["<details><summary>A hint</summary>"],
    '<div class="alert alert-info">Note</div>': ['<div class="alert alert-info">Note</div>'],
    "a & b, 1 < 2, Zoë": ["a &amp; b, 1 &lt; 2, Zoë"],
}


@pytest.mark.parametrize("text", KEPT)
def test_what_is_honest_stays(text):
    page = feedback(new_notebook(cells=[new_markdown_cell(text)]))

    for part in KEPT[text]:
        assert part.replace("&amp;=", "&amp;=") in page


def test_attached_and_drawn_pictures_stay():
    cell = new_markdown_cell("![x](attachment:x.png)", attachments={"x.png": {"image/png": "iVBO"}})
    drawn = new_output("display_data", data={"image/png": "iVBORw0K"})
    page = feedback(new_notebook(cells=[cell, new_code_cell("plot()", outputs=[drawn])]))

    assert 'src="data:image/png;base64,iVBO"' in page
    assert 'src="data:image/png;base64,iVBORw0K"' in page


@pytest.mark.parametrize("page", [feedback, formgrader])
def test_the_words_of_a_picture_are_its_alternative_text_and_nothing_else(page):
    from bs4 import BeautifulSoup

    alt = 'a 4" onload="alert(1)"><script>alert(2)</script>'
    metadata = {"image/png": {"alt": alt, "width": 20}}
    drawn = new_output("display_data", data={"image/png": "iVBORw0K"}, metadata=metadata)
    made = page(new_notebook(cells=[new_code_cell("plot()", outputs=[drawn])]))
    (picture,) = BeautifulSoup(made, "html.parser").select(".output_png img")

    assert picture["alt"] == alt
    assert (picture["width"], picture.get("onload")) == ("20", None)
    assert harmful(made) == []


@pytest.mark.parametrize("page", [feedback, formgrader])
def test_code_is_highlighted_and_what_it_printed_is_text(page):
    said = new_output("stream", text="\x1b[31mred <b>\x1b[0m")
    made = page(new_notebook(cells=[new_code_cell("def f(x):\n    return x", outputs=[said])]))

    assert '<span class="k">def</span>' in made
    assert "<pre>red &lt;b&gt;</pre>" in made


def test_places_of_a_text_are_not_taken_for_those_of_the_page():
    """Formgrader finds the fields for points by their names."""
    for text in ('<b id="test_pool">x</b>', "# test_pool", '<a name="test_pool">x</a>'):
        page = formgrader(new_notebook(cells=[new_markdown_cell(text)]))
        assert 'id="test_pool"' not in page and 'name="test_pool"' not in page


SLOW = {
    "names of names": new_code_cell("a." * 25_000),
    "many such": [new_code_cell(f"x{n}\n" + ("a." * 400 + "\n") * 30) for n in range(20)],
    "tracebacks": new_code_cell("Traceback (most recent call last):\n" * 1_400),
    "openings of formulas": new_markdown_cell("\\\\(" * 16_000),
    "environments": new_markdown_cell("\\begin{a}" * 5_500),
    "brackets": new_markdown_cell("[" * 50_000),
    "tags that end in another order": new_markdown_cell("<i>" * 8_000 + "</b>" * 5_000),
    "tables in tables": new_markdown_cell("<table><tr><td>" * 3_300),
    "titles": new_markdown_cell("# a\n" * 12_000),
    "a raw cell": new_raw_cell("<b><i>" * 8_000, metadata={"format": "text/html"}),
}


@pytest.mark.parametrize("page", [feedback, formgrader])
def test_a_page_is_made_whatever_is_slow_to_render(page):
    cells = [
        cell for some in SLOW.values() for cell in (some if isinstance(some, list) else [some])
    ]
    page(new_notebook())  # a fork server is there
    began = time.process_time()
    made = page(new_notebook(cells=[*cells, new_markdown_cell("**the end**")]))

    assert time.process_time() - began < 5
    assert len(made) < 5_000_000
    assert "the end" in made


@pytest.mark.proof
@pytest.mark.parametrize("name", SLOW)
def test_nothing_that_is_slow_to_render_alone_stops_a_page(name):
    cells = SLOW[name] if isinstance(SLOW[name], list) else [SLOW[name]]
    made = feedback(new_notebook(cells=[*cells, new_markdown_cell("**the end**")]))

    assert "<strong>the end</strong>" in made or name == "many such"


def test_a_missing_attachment_costs_only_its_text():
    page = feedback(
        new_notebook(cells=[new_markdown_cell("![x](attachment:no)"), new_markdown_cell("*b*")])
    )

    assert "![x](attachment:no)" in page and "<em>b</em>" in page


PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC"
PICTURED = new_notebook(
    cells=[
        new_markdown_cell(f"A ![](data:image/png;base64,{PNG}) and <img src='a.png'>, & $a < b$"),
        new_code_cell(
            "f(1) < 2 & 3",
            outputs=[
                new_output("display_data", {"image/png": PNG}),
                new_output("stream", text="1 < 2 & 'a' \x1b[31mred\x1b[0m\n"),
                new_output("error", ename="E", evalue="<b>", traceback=['E: <b> & "c"']),
            ],
        ),
        new_raw_cell("<p title='a > b <img'>raw</p>"),
    ]
)


def kinds(notebook) -> set[str]:
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return {kind for output in outputs for kind in output.get("data", {})}


GRADED = [PICTURED, *(each for each in NOTEBOOKS if kinds(each) <= {"image/png", "text/plain"})]


@pytest.mark.parametrize("notebook", GRADED, ids=lambda notebook: "notebook")
def test_a_page_says_what_nbconvert_says_after_a_second_reading(notebook):
    """Which it does to describe pictures that nobody has described."""
    from bs4 import BeautifulSoup
    from nbgrader.converters import GenerateFeedback
    from nbgrader.coursedir import CourseDirectory

    config = GenerateFeedback(coursedir=CourseDirectory()).config
    exporter = HTMLExporter(config=config, filters=markup.FILTERS, sanitize_html=True)
    page = feedback(notebook).replace(feedback_page.STYLE, "", 1)
    again, _ = exporter.from_notebook_node(notebook, {"nbgrader": VALUES["own"]})

    assert str(BeautifulSoup(page, features="html.parser")) == again
    assert not BeautifulSoup(page, features="html.parser").select("img:not([alt])")


def test_pages_that_are_made_together_are_those_that_are_made_alone():
    slow = new_notebook(cells=[new_markdown_cell("[" * 40_000), new_markdown_cell("**a**")])
    notebooks = [*GRADED, slow, *reversed(GRADED)]
    wanted = [Wanted(writes(notebook), VALUES, "nothing") for notebook in notebooks]

    assert feedback_page.render_all(wanted) == [feedback_page.render(each) for each in wanted]


def test_whose_page_cannot_be_made_costs_nobody_else_his():
    wanted = [Wanted(writes(PICTURED), VALUES, "nothing"), Wanted("no notebook", VALUES, "nothing")]

    first, second, third = feedback_page.render_all([*wanted, wanted[0]])

    assert first == third == feedback_page.render(wanted[0])
    assert second is None
