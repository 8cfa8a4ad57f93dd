"""One truth after a person has given points: pages, lateness and what was handed in anew."""

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell
from nbgrader.api import Gradebook

from course_utils.grading import Course
from course_utils.grading.authoring import release
from course_utils.grading.results import export, grades, summary
from course_utils.grading.running import grade_class
from course_utils.tools import cli

pytestmark = pytest.mark.proof

PS0 = "ps0_numbers"
LATE = 'c.AssignLatePenalties.plugin_class = "course_utils.grading.late.LatePolicy"\n'
WRITTEN = {"grade_id": "why", "grade": True, "solution": True, "locked": False, "task": False}


@pytest.fixture
def essay(course):
    """`course` with a third exercise, of 10 points, that is answered in words."""
    file = course.assignment(PS0).notebooks()[0]
    notebook = nbformat.read(file, as_version=4)
    settings = WRITTEN | {"points": 10, "schema_version": 3}
    notebook.cells += [
        new_markdown_cell("## Exercise 3: Why", id="three"),
        new_markdown_cell("Your words", id="why", metadata={"nbgrader": settings}),
    ]
    nbformat.write(notebook, file)
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text() + LATE)
    course = Course(course.root)
    release.release(course.assignment(PS0))
    with Gradebook(course.database) as gradebook:
        gradebook.update_or_create_assignment(PS0, duedate="2026-01-01 12:00:00 UTC")
    return course


def write(hand_in, words):
    """Hand in right answers and these words."""
    file = hand_in("ada")
    notebook = nbformat.read(file, as_version=4)
    settings = WRITTEN | {"points": 10, "schema_version": 3}
    notebook.cells = [c for c in notebook.cells if c.get("id") != "why"]
    notebook.cells.append(new_markdown_cell(words, id="why", metadata={"nbgrader": settings}))
    nbformat.write(notebook, file)


def by_hand(course, points, comment=None):
    """What a person enters in Formgrader."""
    with Gradebook(course.database) as gradebook:
        (notebook,) = gradebook.find_submission(PS0, "ada").notebooks
        for grade in notebook.grades:
            if grade.name == "why":
                grade.manual_score, grade.needs_manual_grade = points, False
        for remark in notebook.comments:
            if remark.name == "why":
                remark.manual_comment = comment
        gradebook.db.commit()


def run(course, **options):
    """Grade the class; the grades, and what is to be looked at."""
    class_run = grade_class.grade(course.assignment(PS0), **options)
    found = grades.read(course.assignment(PS0), class_run.records)
    return found.students[0], summary.summarize(class_run, found).attention


def page(course):
    return next(course.assignment(PS0).feedback("ada").glob("*.html")).read_text("utf-8")


def test_a_page_says_what_a_person_has_given_since(essay, hand_in):
    write(hand_in, "Because.")
    run(essay, pages=True)
    before = page(essay)
    by_hand(essay, 7.0, "Well argued.")
    run(essay, pages=True)
    after = page(essay)
    run(essay, pages=True)

    assert "Well argued." not in before and "Well argued." in after
    assert "Score: 12.0 / 15.0" in after
    assert page(essay) == after  # nothing has changed since


def test_pages_that_no_longer_hold_are_removed_in_so_many_words(essay, hand_in, capsys):
    words = ["grade", PS0, "--course", str(essay.root)]
    write(hand_in, "Because.")
    cli.main([*words, "--feedback"])
    write(hand_in, "For another reason.")
    cli.main([*words, "--feedback"])
    anew = capsys.readouterr().err
    for student in ("dora", "bela"):
        hand_in(student)
    cli.main([*words, "--feedback"])
    capsys.readouterr()
    for student in ("dora", "bela"):
        hand_in(student, {"double": "def double(x):\n    return x"})
    write(hand_in, "I do not know.")
    cli.main(words)
    removed = capsys.readouterr().err
    cli.main(words)

    assert "removed" not in anew
    assert "the feedback pages of ada, bela, dora no longer held and were removed" in removed
    assert f"`course grade {PS0} --feedback` writes them anew" in removed
    assert not list(essay.assignment(PS0).feedback("ada").glob("*.html"))
    assert "removed" not in capsys.readouterr().err


def test_lateness_counts_the_points_that_a_person_gives(essay, hand_in):
    (essay.root / "submitted").mkdir()
    ledger = "student,time\nada,2026-01-01 13:00:00+00:00\n"
    (essay.root / "submitted" / "received.csv").write_text(ledger)
    write(hand_in, "Because.")
    first, _ = run(essay)
    by_hand(essay, 10.0)
    exported = grades.read_all(essay.assignment(PS0), penalize=True).students[0]
    again, _ = run(essay)
    anew, _ = run(essay, again=True)

    assert (first.penalty, first.total) == (0.5, 4.5)
    for student in (exported, again, anew):
        assert (student.penalty, student.total) == (1.5, 13.5)


def test_words_that_are_handed_in_anew_are_to_be_looked_at_again(essay, hand_in):
    write(hand_in, "A good essay.")
    run(essay)
    by_hand(essay, 10.0)
    _, nothing = run(essay, again=True)
    write(hand_in, "No idea.")
    ada, attention = run(essay)
    result = grades.read_all(essay.assignment(PS0))

    assert nothing == []
    assert ada.marks["why"].points == 10.0 and ada.marks["why"].outdated
    assert attention == [("ada", f"why: {grades.OUTDATED}")]
    assert export.waiting(result) == ["ada"]
