"""Questions about somebody's own code: their keys are unique, and hidden in quizzes."""

import io
import re
from contextlib import redirect_stdout

import nbformat
import numpy as np
import pytest

from course_utils.grading.judging.watching import noting
from course_utils.grading.judging.watching.asked import Change, Exercise, Watch
from course_utils.grading.judging.watching.described import described
from course_utils.grading.judging.watching.notes import Notes
from course_utils.grading.judging.watching.watch import valid_notes
from course_utils.grading.results.questions import (
    asking,
    choosing,
    handed_in,
    quiz,
    sealing,
    sheet,
)
from course_utils.grading.results.questions.asking import About
from course_utils.grading.results.questions.sheet import Asked
from course_utils.tools import cli
from executed_again import COUNT, traced, with_notes


def made(fact, changes=(), places=(), is_call=True):
    """The questions that a fact gives."""
    base = {"notes": None, "changed": [None] * len(changes)}
    if is_call:
        base |= {"setup": "", "call": "f(1)", "result": described(5), "drawn": True}
    else:
        base |= {"source": "assert f(1)", "passes": True}
    facts = {"calls" if is_call else "tests": [base | fact]}
    watch = Watch("f", "f", "", "", (), tuple(changes), seed="1")
    return asking.questions(watch, places, facts)


def changes(count):
    return [Change(n, f"line {n}: `{n}` becomes `{n + 1}`", "") for n in range(1, count + 1)]


def test_a_choice_has_exactly_one_right_option():
    noticed = made({"changed": [False, True, False, False, None]}, changes(5), is_call=False)
    two = made({"changed": [False, True, True, False]}, changes(4), is_call=False)

    (question,) = noticed
    assert question.about is About.UNNOTICED and "overlook" in question.text
    assert question.options[asking.LETTERS.index(question.key)].startswith("line 2:")
    assert two == []  # of two and two, none is the only one


def test_a_change_of_a_type_or_of_last_digits_is_not_asked_about():
    results = [described(5.0), described(5.1), described(7), None, described([5])]

    found = made({"changed": results}, changes(5))

    assert [q.key for q in found if q.about is About.CHANGED] == ["7", "[5]"]
    assert not [q for q in found if q.about is About.HARMLESS]


@pytest.mark.parametrize(
    "line, changes",
    [
        ("return x / h**2", set()),  # as text it is x / h * 2; and nobody writes h ** 2 for it
        ("return x - 1", {"line 2: `x - 1` becomes `x + 1`", "line 2: `x - 1` becomes `x - 2`"}),
        ("return x+1", set()),  # the change would be of `x + 1`, which does not stand there
        ("return f(x - 1, x - 1)", set()),  # which of the two?
    ],
)
def test_a_change_is_one_that_can_be_made_in_the_text_of_its_line(line, changes):
    source = f"def f(x, h=2):\n    {line}"
    watch, _ = asking.asked(Exercise("f", "f", source, (), False), "1")

    found = {change.words for change in watch.changes if not change.words.endswith("deleted")}
    assert found == changes


def test_a_change_leaves_no_name_to_what_another_cell_calls_so():
    """`right = ...` was deleted, and an earlier exercise had a `right` of its own."""
    source = "def f(x):\n    right = x - 1\n    right = right * x\n    return right"
    watch, _ = asking.asked(Exercise("f", "f", source, (), False), "1")
    once = source.replace("    right = right * x\n", "")
    other, _ = asking.asked(Exercise("f", "f", once, (), False), "1")

    deleted = "line {}: `right = {}` is deleted"
    assert deleted.format(3, "right * x") in {change.words for change in watch.changes}
    assert deleted.format(2, "x - 1") in {change.words for change in watch.changes}
    assert deleted.format(2, "x - 1") not in {change.words for change in other.changes}


def test_what_a_visible_test_expects_is_not_asked_for():
    assert [q.about for q in made({})] == [About.RESULT]
    assert made({"drawn": False}) == []


def test_the_same_seed_chooses_the_same_questions_and_they_are_of_different_kinds():
    facts = {
        "notes": with_notes(COUNT, "count([1, 3, 5])")[2],
        "changed": [described(n) for n in (7, 8)],
    }
    found = made(facts, changes(2), noting.noted(COUNT)[1])

    first, again, other = (choosing.choose(found, seed) for seed in ("1", "1", "2"))

    assert first == again and len(first) == 5
    assert {q.text for q in first} != {q.text for q in other}
    assert len({q.about for q in first}) >= 3


@pytest.mark.parametrize(
    "source, call, line, times",
    [
        ("def f(n):\n    return 0 if n == 0 else 1 + f(n - 1)", "f(3)", 2, "4"),
        ("def g(x):\n    return 2 * x\ndef f(x):\n    return g(x) + g(x + 1)", "f(3)", 2, "2"),
        ("def f(x):\n    for _ in range(3):\n        x += 1\n    return x", "f(0)", 3, "3"),
        ("def f(x):\n    for _ in range(3):\n        x = max(\n            x, 1\n        )\n"
         "        x += 1\n    return x", "f(0)", 6, "3"),
    ],
)  # fmt: skip
def test_a_line_that_runs_twice_in_a_row_is_counted_twice_by_both_means(source, call, line, times):
    notes = with_notes(source, call)[2]
    found = made({"call": call, "notes": notes}, (), noting.noted(source)[1])

    (question,) = (q for q in found if q.about is About.COUNT and q.line == line)

    assert question.key == traced(question, source, {}) == times


@pytest.mark.parametrize("times, total", [(3, ["14"]), (30, []), (40, [])])
def test_a_total_is_asked_for_only_where_all_layers_were_seen_to_be_one_network(times, total):
    """A loop that trained one network for long, and then another: notes end within the first."""
    torch = pytest.importorskip("torch")
    networks = [torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Linear(2, 2)) for _ in "12"]

    with Notes() as notes:
        for _ in range(times):
            networks[0](torch.zeros(1, 3))
        for _ in range(times > 3):
            networks[1](torch.zeros(1, 3))
        found = made({"notes": valid_notes(notes.take())}, is_call=False)

    assert [q.key for q in found if "all together" in q.text] == total


# --- on paper, and in a notebook -----------------------------------------------------------------

EVIL = "</pre><script>alert(1)</script>"


def asked(student="ada", source=COUNT):
    facts = {"notes": with_notes(COUNT, "count([1, 3, 5])")[2]}
    found = made(facts, (), noting.noted(COUNT)[1])
    return Asked(student, tuple(choosing.choose(found, "1")), {"f": source})


def test_a_sheet_has_a_page_for_each_student_without_keys_and_runs_nothing():
    everybody = [asked("ada"), asked(f"bela {EVIL}", f"x = '{EVIL}'")]

    sheets, keys = sheet.questions(everybody, "ps1"), sheet.keys(everybody, "ps1")

    assert sheets.count("<section") == keys.count("<section") == 2
    for page in (sheets, keys):
        assert "<script" not in page and "default-src 'none'" in page
    for question in everybody[0].questions:
        assert f"<b>{question.key}</b>" in keys and f"<b>{question.key}</b>" not in sheets


def test_a_quiz_says_what_is_right_and_holds_no_key():
    own = asked()
    book = quiz.notebook(own, "ps1", "seed")
    nbformat.validate(book)
    code = [cell.source for cell in book.cells if cell.cell_type == "code"]
    right = [
        re.sub("answer = None", f"answer = {question.key!r}", cell)
        for question, cell in zip(own.questions, code[1:], strict=False)
    ]

    said = []
    wrong = code[1].replace("None", "'no'")
    for cells in (code, [code[0], *right, code[-1]], [code[0], wrong]):
        printed, space = io.StringIO(), {}
        with redirect_stdout(printed):
            for cell in cells:
                exec(cell, space)
        said.append(printed.getvalue())
    assert said[0].count("not answered yet") == 5 and "0 of 5" in said[0]
    assert said[1].count(": right.") == 5 and "Right answers: 5 of 5." in said[1]
    assert "not yet" in said[2]
    assert all(f"= {question.key}\n" not in cell for question in own.questions for cell in code)


def test_code_in_a_quiz_cannot_leave_its_fence():
    book = quiz.notebook(
        asked(source='x = """\n```\n# <img src=x onerror=alert(1)>\n"""'), "ps1", "1"
    )

    assert "````text" in book.cells[2].source


@pytest.mark.parametrize(
    "one, other",
    [
        ("(2, 3)", [2, 3]), ("[[1, 2]]", np.array([[1.0, 2.0]])), ("3", 3.0), ("b", " B "),
        ("ValueError", "valueerror"), ("True", True), ("2.5", 2.5),
    ],
)  # fmt: skip
def test_answers_that_mean_the_same_have_one_form(one, other):
    assert sealing.normal(one) == sealing.normal(other)


def test_answers_that_differ_have_different_seals():
    assert sealing.sealed("3", "00") == sealing.sealed(3, "00")
    assert len({sealing.sealed(x, s) for x in ("3", "4", "[3]") for s in ("00", "01")}) == 6


def test_a_class_gets_sheets_keys_and_quizzes_the_same_each_time(course, hand_in, tmp_path):
    hand_in("ada")
    hand_in("bela", {"double": "def double(x):\n    y = x\n    return y + x"})
    hand_in("cora", "no notebook")
    assignment = course.assignment("ps0")

    first, again = handed_in.ask(assignment), handed_in.ask(assignment)
    files = handed_in.write(first, assignment, 1, tmp_path)

    assert [each.student for each in first] == ["ada", "bela", "cora"]
    assert first == again
    assert first[2].questions == () and "damaged" in first[2].why_few
    sheets, keys, quizzes = files
    assert sheets.read_text().count("<section") == 3 and keys.is_file()
    assert sorted(path.name for path in quizzes.iterdir()) == ["ada.ipynb", "bela.ipynb"]


def test_questions_for_one_student_or_others_for_all_leave_the_pages_of_the_class(course, hand_in):
    for student in ("ada", "bela"):
        hand_in(student)
    where = ["--course", str(course.root)]
    folder = course.root / "questions" / "ps0_numbers"

    cli.main(["questions", "ps0", *where])
    before = {path: path.read_text() for path in folder.rglob("*") if path.is_file()}
    cli.main(["questions", "ps0", "ada", *where])
    cli.main(["questions", "ps0", "--attempt", "2", *where])

    assert before == {path: path.read_text() for path in before}
    assert (folder / "ada" / "sheets.html").read_text().count("<section") == 1
    assert (folder / "attempt_2" / "keys.html").read_text().count("<section") == 2
    assert [path.name for path in folder.glob("ada/quizzes/*")] == ["ada.ipynb"]
