"""Under a failed test a feedback page has three hints, folded in each other, and nothing hidden."""

import json
import re

import pytest
from nbformat.v4 import writes

from course_utils.grading.judging import feedback_page, judge_process, ladders, outputs
from course_utils.grading.judging.feedback_page import Wanted
from course_utils.grading.judging.notebooks.rebuild import rebuild
from course_utils.grading.judging.sandbox.walls import missing
from course_utils.hints import Hint
from small_notebooks import answer, exam, handed_in, notebook

TEST = """assert f(1) == 2, "visible words"
### BEGIN HIDDEN TESTS
assert f(21) == 42, "hidden words"
### END HIDDEN TESTS"""
PARTS = """### BEGIN HIDDEN TESTS
points = 1.0 * (f(2) == 4)
if not points:
    print("lost 1 of 2 points: even: hidden parts")
points + 1
### END HIDDEN TESTS"""
KNOWN = [
    Hint("one", ("visible words",), ("Which 1?", "Print `f(1) < 2`.", "Lecture 01")),
    Hint("one", ("hidden words",), ("Which 2?", "Print it.", "Lecture 02")),
    Hint("two", ("hidden parts",), ("Which 3?", "Draw it.", "Lecture 03")),
    Hint("*", ("SyntaxError",), ("Which line?", "Look at it.", "Lecture 00")),
]
VALUES = {
    "own": {"notebook": "ps1", "score": 1, "max_score": 4, "late_penalty": 0},
    "scores": {"one": [0, 2], "two": [1, 2]},
    "comments": {},
}


def judged(source):
    nb = notebook(answer("def f(x): return 2 * x"), exam(TEST, "one", 2), exam(PARTS, "two", 2))
    rebuilt = rebuild(nb, handed_in(nb, {"answer": source}))
    outputs.fill(rebuilt.notebook, judge_process.judge(rebuilt, unsafe=missing() is not None))
    return rebuilt.notebook


def asked(nb, known=KNOWN):
    return {name: hint.rungs[0] for name, hint in ladders.found(nb, known).items()}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def f(x): return 2 * x", {}),
        ("def f(x): return 0", {"one": "Which 1?", "two": "Which 3?"}),
        ("def f(x): return 2 if x == 1 else 0", {"one": "Which 2?", "two": "Which 3?"}),
        ("def f(x) return 2", {"one": "Which line?", "two": "Which line?"}),
        ("def f(x): raise NotImplementedError()", {}),
    ],
)
def test_a_hint_belongs_to_what_the_judge_really_said(source, found):
    assert asked(judged(source)) == found


def test_without_hints_nothing_is_looked_for_and_nothing_shown():
    nb = judged("def f(x): return 0")
    before = writes(nb)

    ladders.put_in(nb, ladders.found(nb, []))

    assert writes(nb) == before


@pytest.mark.parametrize("reveal", list(outputs.Reveal))
def test_a_page_shows_them_folded_and_no_more_of_hidden_tests_than_before(reveal):
    text = writes(judged("def f(x): return 2 if x == 1 else 0"))
    known = json.loads(json.dumps(ladders.as_data(KNOWN)))

    plain = feedback_page.render(Wanted(text, VALUES, reveal))
    page = feedback_page.render(Wanted(text, VALUES | {"hints": known}, reveal))

    assert page.count("<details>") == 6 and "<details" not in plain
    assert all(feedback_page.STYLE in text.partition("</head>")[0] for text in (page, plain))
    assert "open" not in "".join(re.findall(r"<details[^>]*>", page))
    order = [
        page.index(words) for words in ("Hint 1 of 3", "Which 2?", "Hint 2 of 3", "Lecture 02")
    ]
    assert order == sorted(order)
    for words in ("hidden words", "hidden parts"):
        assert (words in page) == (words in plain) == (reveal == "messages")


def test_code_is_set_as_code_and_nothing_of_a_hint_is_a_tag():
    hint = Hint("one", (), ("Is `a<b>` so?", "<script>alert(1)</script>", "one ` too many"))

    page = ladders.folded(hint)

    assert "Is <code>a&lt;b&gt;</code> so?" in page
    assert "<script" not in page and "one ` too many" in page
