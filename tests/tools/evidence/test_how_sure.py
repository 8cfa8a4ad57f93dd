"""The book's page: every claim of every lecture that was measured, in a table and a picture."""

from datetime import date

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from PIL import Image

from course_utils.tools.book import how_sure
from course_utils.tools.evidence import survey
from course_utils.tools.evidence.measuring import Made
from course_utils.tools.evidence.stored import Stored
from course_utils.tools.evidence.survey import Survey
from course_utils.tools.evidence.tally import Tally

SURE = Tally("it classifies", "%", 90, None, (95.0, 97.0, 96.0), 3, 3)
FELL = Tally("a|b is off by", "pixels", None, 2.0, (1.0, 3.0, 1.5), 2, 3)
SAME = Tally("modes found", "", 8, 8, (8.0, 8.0), 2, 2, Made("modes found", "", 8, 8, 7, False))


@pytest.fixture
def page(tmp_path):
    """The page's sections for lectures 04, measured with these claims, and 08, which was not."""
    lectures = {tmp_path / f"{name}.ipynb": f"lectures/{name}" for name in ("04_pooling", "08_vgg")}
    for file in lectures:
        nbformat.write(new_notebook(cells=[new_code_cell("1 + 1")]), file)

    def page(*claims, digest=None):
        code = digest or survey.digest(next(iter(lectures)))
        found = Survey("04_pooling", code, 3, claims, ())
        one = Stored(found, date(2026, 11, 26), "A processor", {"torch": "2.13.0"})
        return how_sure.sections({"04_pooling": one}, lectures, tmp_path / "source")

    return page


def test_each_claim_has_a_row_with_all_that_is_known(page):
    text = page(SURE, FELL)

    assert "## 04 Pooling\n\n[The lecture](/lectures/04_pooling). 3 runs, 2026-11-26 on A" in text
    assert "| it classifies | at least 90 % | 96 ± 1 | 3 of 3 | 6.0 |" in text
    assert "| a\\|b is off by | at most 2 pixels | 1.83 ± 1 | **2 of 3** | 0.2 |" in text
    assert "full data" not in text


def test_whole_collections_have_a_column_where_they_were_measured(page):
    text = page(SURE, SAME)

    assert "| held | room | full data |" in text
    assert "| modes found | exactly 8 | 8 | 2 of 2 | always the same | 7, does not hold |" in text


def test_a_count_is_shown_to_its_last_digit_and_drawn_where_it_belongs(page):
    exact = Tally("parameters", "", 102_764_544, 102_764_544, (102_764_544.0,) * 2, 2, 2)
    wrong = Tally("parameters", "", 102_764_544, 102_764_544, (102_764_545.0,) * 2, 0, 2)

    assert "| exactly 102,764,544 | 102,764,544 | 2 of 2 | always the same |" in page(exact)
    assert how_sure._place(exact, exact.numbers[0]) == how_sure.FURTHEST
    assert how_sure._place(wrong, wrong.numbers[0]) < 0


def test_the_picture_is_there_and_its_words_are_true(page, tmp_path):
    fell, held = page(SURE, FELL), page(SURE, SAME)

    assert "![Dots for every run of the 2 claims of lecture 04: claim 2 fell in some" in fell
    assert "nearest to its bound is claim 2.](/pictures/claims-04_pooling.png)" in fell
    assert "claims of lecture 04: all held in all runs; nearest to its bound is claim 1.]" in held
    with Image.open(tmp_path / "source/pictures/claims-04_pooling.png") as picture:
        assert picture.width > 900


def test_a_lecture_that_has_changed_since_says_so(page):
    assert "Its code has changed since." not in page(SURE)
    assert "Its code has changed since." in page(SURE, digest="another")


def test_lectures_without_a_survey_or_a_claim_are_named(page):
    text = page()

    assert "It makes no claim." in text
    assert "## Not measured yet\n\n[08 Vgg](/lectures/08_vgg)." in text
    assert "course claims --store" in how_sure.sections({}, {}, None)
