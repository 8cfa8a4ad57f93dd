"""What a judged notebook shows: verdicts, nothing hidden to students, nothing that runs."""

import base64
import re
import struct

import pytest
from nbconvert.filters import markdown2html

from course_utils.grading.judging import judge_process, outputs
from course_utils.grading.judging.notebooks.rebuild import rebuild
from course_utils.grading.judging.sandbox.walls import missing
from course_utils.grading.results import grades
from small_notebooks import answer, exam, handed_in, need, notebook, shared

TEST = """assert f(1) == 2, "visible: f(1) is 2"
### BEGIN HIDDEN TESTS
assert f(21) == 42, "hidden: f(21) is 42"
### END HIDDEN TESTS"""
PARTS = """print("visible words")
### BEGIN HIDDEN TESTS
print("lost 1 of 2 points: even: hidden words")
1.0
### END HIDDEN TESTS"""
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def judged(source):
    nb = notebook(answer("def f(x): return 2 * x"), exam(TEST, "one", 2), exam(PARTS, "two", 2))
    rebuilt = rebuild(nb, handed_in(nb, {"answer": source}))
    outputs.fill(rebuilt.notebook, judge_process.judge(rebuilt, unsafe=missing() is not None))
    return rebuilt.notebook


def words(cell) -> str:
    return "".join(o.get("text", "") + "".join(o.get("traceback", [])) for o in cell.outputs)


@pytest.mark.parametrize(
    "reveal, failed, lost",
    [
        ("nothing", "Wrong: a hidden test fails", "lost 1 of 2 points\n"),
        ("names", "Wrong: a hidden test fails", "lost 1 of 2 points: even\n"),
        (
            "messages",
            "Wrong: hidden: f(21) is 42",
            "visible words\nlost 1 of 2 points: even: hidden words\n",
        ),
    ],
)
def test_students_see_of_hidden_tests_what_the_course_says(reveal, failed, lost):
    nb = judged("def f(x): return 2")
    outputs.hide(nb, reveal)
    _, one, two = nb.cells

    assert words(one) == failed
    assert words(two) == lost
    assert one.source == 'assert f(1) == 2, "visible: f(1) is 2"'
    assert "HIDDEN" not in one.source + two.source


@pytest.mark.parametrize(
    "line", ["lost 8431.25", "lost 8431 of 9 points: x", "lost 3 of 8431 points: x"]
)
def test_what_an_answer_prints_is_no_line_of_lost_points(line):
    test = "print(f(0))\nassert True\n### BEGIN HIDDEN TESTS\nf(8431.25)\n### END HIDDEN TESTS"
    nb = notebook(answer("def f(x): return x"), exam(test, "one", 2))
    rebuilt = rebuild(nb, handed_in(nb, {"answer": f"def f(x): return {line!r}"}))
    outputs.fill(rebuilt.notebook, judge_process.judge(rebuilt, unsafe=missing() is not None))
    outputs.hide(rebuilt.notebook)

    assert words(rebuilt.notebook.cells[1]) == ""


def test_what_visible_tests_say_is_always_said():
    nb = judged("def f(x): return 0")
    outputs.hide(nb, "nothing")

    assert words(nb.cells[1]) == "Wrong: visible: f(1) is 2"


def test_the_instructor_sees_everything():
    nb = judged("def f(x): return 2")

    assert "hidden: f(21) is 42" in words(nb.cells[1])
    assert nb.cells[1].metadata[outputs.KEY]["points"] == 0


BROKEN = """class Local: pass
f(Local())
### BEGIN HIDDEN TESTS
assert f(21) == 42
### END HIDDEN TESTS"""


def test_a_test_that_cannot_be_judged_says_why_to_the_instructor_only():
    nb = notebook(answer("def f(x): return 2 * x"), exam(BROKEN, "one", 2))
    rebuilt = rebuild(nb, handed_in(nb))
    outputs.fill(rebuilt.notebook, judge_process.judge(rebuilt, unsafe=missing() is not None))
    cell = rebuilt.notebook.cells[1]

    assert cell.metadata[outputs.KEY]["points"] is None
    assert "a __main__.Local cannot be given to an answer" in words(cell)
    assert grades._reasons([rebuilt.notebook])["one"].startswith(
        "the test itself fails: a person will look at it: a __main__.Local cannot be given"
    )
    outputs.hide(rebuilt.notebook, "messages")
    assert words(cell) == "Grader: the test itself fails: a person will look at it"


HOSTILE = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt :alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](&#x6A;avascript&colon;alert(1))",
    "[x]: javascript:alert(1)\n\n[x]",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<style>body{display:none}</style>",
    "<form action=/formgrader/api><button>x</button></form>",
    "<b onclick=alert(1)>x</b>",
    "$\\href{javascript:alert(1)}{x}$",
    "<!--><script>alert(1)</script>-->",
    "`<script>`<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;",
    "![who looks](http://evil.example/x.png)",
    "<math><mtext><script>alert(1)</script>",
    "```html\n</pre><script>alert(1)</script>\n```",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_student_runs_or_loads_anything(text):
    page = markdown2html(outputs.harmless(text))

    for tag in re.findall(r"<\s*([a-zA-Z/]+)([^>]*)>", page):
        name, rest = tag[0].strip("/").lower(), tag[1].lower()
        assert name not in ("script", "img", "svg", "iframe", "style", "form", "button", "math")
        assert not re.search(r"\son\w+\s*=", rest), tag
        assert "javascript" not in rest, tag
    assert "javascript:" not in page.replace(" ", "").lower()


@pytest.mark.parametrize(
    "text",
    [
        "Because **it** is, see `a < b & c`.",
        "$a < b$ and $x > 0$, [a link](https://example.org)",
        "> a quotation\n\n1. one\n2. two\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        "<b>bold</b> H<sub>2</sub>O",
        "Zoë's ansåwer: 3 > 2",
    ],
)
def test_honest_text_stays_as_it_was(text):
    assert outputs.harmless(text) == text


def test_what_is_printed_is_text_and_only_text():
    nb = judged("print('\\x1b[31m<b>\\x00\\u202e')\ndef f(x): return 2 * x")

    assert [output.output_type for output in nb.cells[0].outputs] == ["stream"]
    assert nb.cells[0].outputs[0].text == "[31m<b>\n"


PICTURES = {
    "a small one": (PNG + struct.pack(">II", 3, 2) + b"\x08", True),
    "a bomb": (PNG + struct.pack(">II", 60_000, 60_000) + b"\x08", False),
    "without size": (PNG + struct.pack(">II", 0, 0) + b"\x08", False),
    "a script": (b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", False),
    "a text": ("iVBORw0KGgo=", False),
    "svg": (b"<svg onload=alert(1)>", False),
}


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_small_pngs_or_none(name):
    from course_utils.grading.judging.judge import _pictures

    data, good = PICTURES[name]

    found = _pictures({"pictures": [{"png": data}, {"png": data}, data]})
    assert found == ([{"png": base64.b64encode(data).decode()}] * 2 if good else [])


WORDS = {
    "a text and a width": ({"alt": "a four", "width": 2}, {"alt": "a four", "width": 2}),
    "no text": ({"alt": b"a four", "width": 2}, {"width": 2}),
    "wider than it is": ({"alt": "a four", "width": 4}, {"alt": "a four"}),
    "a width that is none": ({"width": True}, {}),
    "a width in words": ({"width": "2 onload=alert(1)"}, {}),
    "more than anybody reads": ({"alt": "a" * 10**6}, {"alt": "a" * 4_000}),
    "something else": ({"src": "https://example.org"}, {}),
}


@pytest.mark.parametrize("name", WORDS)
def test_of_a_picture_only_its_words_and_its_width_are_taken(name):
    from course_utils.grading.judging.judge import _pictures

    told, taken = WORDS[name]
    png = PNG + struct.pack(">II", 3, 2) + b"\x08"

    (found,) = _pictures({"pictures": [{"png": png, **told}]})
    assert found == {"png": base64.b64encode(png).decode()} | taken


def test_what_the_course_draws_is_shown_with_its_words():
    """It reaches the notebook as base64, as a file of a notebook has it, at half its size."""
    need("matplotlib")
    nb = notebook(
        shared("from course_utils import figures\nimport numpy as np"),
        answer("four = np.eye(4)"),
        shared('figures.show(figures.image_row({"four": four}), alt=\'A "four".\')'),
        exam("assert four.sum() == 4"),
    )
    rebuilt = rebuild(nb, handed_in(nb))
    outputs.fill(rebuilt.notebook, judge_process.judge(rebuilt, unsafe=missing() is not None))
    (output,) = rebuilt.notebook.cells[2].outputs
    png = base64.b64decode(output.data["image/png"])
    words = output.metadata["image/png"]

    assert words["alt"] == 'A "four".'
    assert round(struct.unpack(">I", png[16:20])[0] / words["width"]) in (1, 2)


def test_a_figure_is_shown():
    need("matplotlib")
    nb = notebook(
        shared("import matplotlib.pyplot as plt"),
        answer("plt.plot([1, 2])\nplt.show()\nf = 1"),
        exam("assert f == 1"),
    )
    rebuilt = rebuild(nb, handed_in(nb))
    outputs.fill(rebuilt.notebook, judge_process.judge(rebuilt, unsafe=missing() is not None))
    (output,) = [o for o in rebuilt.notebook.cells[1].outputs if o.output_type == "display_data"]

    assert base64.b64decode(output.data["image/png"]).startswith(PNG)


def test_long_cells_are_cut_where_they_are_shown():
    nb = notebook(answer("x = 1"), exam("assert x == 1"))
    rebuilt = rebuild(nb, handed_in(nb, {"answer": "x = 1 #" + "9" * 10**6}))
    outputs.shorten(rebuilt.notebook, rebuilt.theirs)

    assert len(rebuilt.notebook.cells[0].source) < 51_000
    assert "950007 characters more were handed in" in rebuilt.notebook.cells[0].source
    assert len(rebuilt.steps[0].student) > 10**6
