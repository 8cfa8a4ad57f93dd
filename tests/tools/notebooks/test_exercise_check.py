"""A student's notebook is run before it is handed in, and its visible tests say how it stands."""

import nbformat
import pytest

from course_utils.tools import cli
from course_utils.tools.notebooks import exercise_check

VISIBLE = "from course_utils import checks\nwith checks.exercise({number}):\n    {test}"


@pytest.fixture
def written(course, tmp_path):
    """A notebook with the two exercises, as a student has it: answers, and visible tests."""

    def write(double="def double(x):\n    return 2 * x", halve="def halve(x):\n    return x / 2"):
        notebook = nbformat.read(course.assignment("ps0_numbers").notebooks()[0], as_version=4)
        sources = {
            "double": double,
            "halve": halve,
            "test_double": VISIBLE.format(number=1, test="checks.close(double(1), 2, 'double(1)')"),
            "test_halve": VISIBLE.format(number=2, test="checks.close(halve(4), 2, 'halve(4)')"),
        }
        for cell in notebook.cells:
            cell.source = sources.get(
                cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source
            )
        file = tmp_path / "ps0_numbers.ipynb"
        nbformat.write(notebook, file)
        return file

    return write


def said(file):
    return {o.cell: (o.passes, o.message) for o in exercise_check.rehearse(file, seconds=5)}


def test_a_solved_and_an_unsolved_exercise(written):
    file = written(halve="def halve(x):\n    raise NotImplementedError()")
    before = file.read_bytes()

    assert said(file) == {"test_double": (True, ""), "test_halve": (False, "not solved yet")}
    assert file.read_bytes() == before


def test_a_wrong_answer_an_error_and_a_loop_each_cost_their_own_exercise_only(written):
    assert said(written(double="def double(x):\n    return 3 * x")) == {
        "test_double": (False, "double(1) should be 2, yours is 3"),
        "test_halve": (True, ""),
    }
    assert said(written(double="def double(x):\n    return x / 0"))["test_double"] == (
        False,
        "ZeroDivisionError: division by zero",
    )
    looping = said(written(double="def double(x):\n    while True: pass"))
    assert looping["test_double"] == (False, "KeyboardInterrupt")
    assert looping["test_halve"] == (True, "")


WARNS = """import sys
def double(x):
    print("  0%| | 0/3", end="", file=sys.stderr, flush=True)
    print("a warning", file=sys.stderr, flush=True)
    return {factor} * x"""


def test_what_an_answer_writes_on_standard_error_is_a_note_and_fails_nothing(written):
    (double, _) = exercise_check.rehearse(written(WARNS.format(factor=2)), seconds=5)

    assert (double.passes, double.message) == (True, "")
    assert double.note == "0%| | 0/3a warning"
    assert "(note, which costs nothing: 0%| | 0/3a warning)" in "\n".join(
        exercise_check.lines("ps0", [double], 100)
    )


def test_what_an_answer_writes_hides_no_failure(written):
    assert said(written(WARNS.format(factor=3)))["test_double"] == (
        False,
        "double(1) should be 2, yours is 3",
    )


def add_rule(file, rule):
    notebook = nbformat.read(file, as_version=4)
    cell = nbformat.v4.new_code_cell(f"### RULES {rule}")
    cell.metadata["nbgrader"] = {"grade": False, "solution": False, "locked": True, "grade_id": "r"}
    notebook.cells.insert(1, cell)
    nbformat.write(notebook, file)


def test_a_rule_that_nobody_can_follow_is_said_to_be_no_fault_of_the_students(written, capsys):
    file = written()
    add_rule(file, "forbid=")

    assert cli.main(["check", str(file)]) == 2
    assert capsys.readouterr().err == (
        f"course: {file} cannot be checked, and that is no fault of yours: its exercises have a "
        "line that nobody can follow (RULES forbid=: expected names of libraries, as "
        "torch,tensorflow); tell whoever gave them to you\n"
    )


def test_an_answer_that_imports_what_is_forbidden_fails_as_it_will_for_the_grader(written):
    file = written(
        halve="import fractions\ndef halve(x):\n    return float(fractions.Fraction(x, 2))"
    )
    add_rule(file, "forbid=fractions")

    assert said(file) == {
        "test_double": (True, ""),
        "test_halve": (
            False,
            "fractions may not be used in this assignment, and the grader has not got it",
        ),
    }


def test_a_placeholder_is_not_answered(written):
    file = written()
    notebook = nbformat.read(file, as_version=4)
    own = {"grade": True, "solution": True, "grade_id": "words", "points": 2}
    for text, message in [
        ("YOUR ANSWER HERE", "not answered: write in the place of YOUR ANSWER HERE, in that cell"),
        ("I would not.", "3 words, which a person reads and grades"),
    ]:
        notebook.cells.append(nbformat.v4.new_markdown_cell(text, metadata={"nbgrader": own}))
        nbformat.write(notebook, file)
        notebook.cells.pop()
        assert said(file)["words"] == (None, message)


def test_an_answer_that_is_no_python_says_so_below_its_test(written):
    passes, message = said(written(double="def double(x) return 2 * x"))["test_double"]

    assert not passes and message.startswith("SyntaxError: expected ':'")


def test_course_check_prints_what_to_look_at_and_finds_the_notebook(written, monkeypatch, capsys):
    monkeypatch.chdir(written(double="def double(x):\n    return 3 * x").parent)

    status = cli.main(["check", "ps0"])

    assert status == 1
    assert capsys.readouterr().out == (
        "ps0_numbers.ipynb, as far as the tests can tell that you see:\n"
        "\nExercise 1: Doubling\n"
        "    2 points  test_double  double(1) should be 2, yours is 3\n"
        "\nExercise 2: Halving\n"
        "    3 points  test_halve   the tests you see pass\n"
        "\n1 of 2 pass. Hidden tests decide: they try other cases too.\n"
    )
    written()
    assert cli.main(["check", "ps0_numbers.ipynb"]) == 0


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("ps7.ipynb", "there is no notebook ps7.ipynb"),
        ("ps7", "there is no notebook ps7*.ipynb in"),
        ("ps0", "'ps0' could be any of ps0.ipynb, ps0_x.ipynb in"),
        ("broken.ipynb", "broken.ipynb cannot be read as a notebook: NotJSONError"),
    ],
)
def test_what_cannot_be_run_is_one_line(tmp_path, monkeypatch, capsys, asked, answer):
    for name in ("ps0.ipynb", "ps0_x.ipynb", "broken.ipynb"):
        (tmp_path / name).write_text('{"cells": [')
    monkeypatch.chdir(tmp_path)

    assert cli.main(["check", asked]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and printed.err.startswith(f"course: {answer}")
    assert printed.err.count("\n") == 1


HINTS = """[[test_double]]
says = "yours is 3"
ask = "Which number is doubled?"
try = "Print it."
read = "Lecture 01"
"""


def test_a_hint_is_shown_one_rung_at_a_time_and_only_when_asked_for(written, monkeypatch, capsys):
    file = written(double="def double(x):\n    return 3 * x")
    (file.parent / "hints.toml").write_text(HINTS)
    monkeypatch.chdir(file.parent)

    cli.main(["check", "ps0"])
    plain = capsys.readouterr().out
    cli.main(["check", "ps0", "--hint"])
    first = capsys.readouterr().out
    cli.main(["check", "ps0", "--hint", "3"])
    all_three = capsys.readouterr().out

    indent = " " * 14
    assert "hint 1" not in plain
    assert plain.endswith("\nStuck? A hint: add --hint to the same command.\n")
    assert f"yours is 3\n{indent}hint 1: Which number is doubled?\n\n" in first
    assert first.endswith("\nStill stuck? Add --hint 2 to the same command.\n")
    assert f"{indent}hint 2: Print it.\n{indent}hint 3: Lecture 01\n" in all_three
    assert all_three.endswith("they try other cases too.\n")


def test_hints_lie_beside_the_notebook_or_where_it_was_released(written, tmp_path):
    file = written(double="def double(x):\n    return 3 * x")
    released = tmp_path / "release/ps0_numbers"
    released.mkdir(parents=True)
    (released / file.name).write_bytes(file.read_bytes())
    (released / "hints.toml").write_text(HINTS)
    wrong = exercise_check.Outcome("test_double", "", 2, False, "double(1) should be 2, yours is 3")
    right = exercise_check.Outcome("test_double", "", 2, True, "")
    unsolved = exercise_check.Outcome("test_double", "", 2, False, "not solved yet")

    def hints(places):
        found = exercise_check.with_hints([wrong, right, unsolved], file, places)
        return [bool(outcome.hints) for outcome in found]

    assert hints([]) == [False, False, False]
    assert hints([tmp_path, released]) == [True, False, False]
