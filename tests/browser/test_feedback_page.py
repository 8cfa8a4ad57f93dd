"""A feedback page in a browser: reasons are in sight, hints open one after the other."""

from nbformat import v4

from course_utils.grading.judging import feedback_page, ladders
from course_utils.grading.judging.feedback_page import Wanted
from course_utils.hints import Hint

REASON = "lost 1 of 2 points: " + "the frame of zeros is as wide as the kernel reaches, " * 4


def shown(page, notebook, **values):
    own = {"notebook": "ps1", "score": 1, "max_score": 2, "late_penalty": 0}
    known = {"own": own, "scores": {}, "comments": {}}
    page.set_content(feedback_page.render(Wanted(v4.writes(notebook), known | values, "nothing")))


def test_the_end_of_a_long_reason_is_in_sight(page):
    cell = v4.new_code_cell("f(1)", outputs=[v4.new_output("stream", text=REASON)])
    page.set_viewport_size({"width": 800, "height": 900})
    shown(page, v4.new_notebook(cells=[cell]))

    box = page.get_by_text("lost 1 of 2 points")
    assert box.evaluate("e => e.scrollWidth <= e.clientWidth")


def test_hints_open_one_after_the_other(page):
    hint = Hint("f", (), ("Which way?", "Print `f(1)`.", "Lecture 03"))
    output = v4.new_output("display_data", data={"text/html": ladders.folded(hint)})
    shown(page, v4.new_notebook(cells=[v4.new_code_cell("f(1)", outputs=[output])]))

    for rung, words in enumerate(("Which way?", "Print", "Lecture 03"), start=1):
        assert not page.get_by_text(words).is_visible()
        page.get_by_text(f"Hint {rung} of 3").click()
        assert page.get_by_text(words).is_visible()
