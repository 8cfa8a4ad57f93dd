"""Students get the hints for what they see; no hint holds a token of a solution or hidden test."""

import pytest

from course_utils import hints
from course_utils.grading.authoring import hint_survey, release
from course_utils.grading.judging.sandbox.walls import missing
from course_utils.tools import cli

PS0 = "ps0_numbers"
LADDER = 'ask = "What becomes of 1?"\ntry = "Print it."\nread = "Lecture 01: Numbers"\n'


@pytest.fixture
def say(course):
    """Write the assignment's hints, or with "" the course's."""

    def say(text, name=PS0):
        file = course.root / "mistakes" / name / "hints.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    return say


def entry(cell="test_double", says="", rung=""):
    phrase = f'says = "{says}"\n' if says else ""
    return f'[["{cell}"]]\n{phrase}{LADDER.replace("Print it.", rung or "Print it.")}'


def test_a_release_has_the_hints_for_visible_tests_alone(course, say):
    say(
        entry(says="double(1) is 2")
        + entry(says="negative numbers")  # hidden words
        + entry(says="yours is nan")  # nobody's words
        + entry("test_halve")
        + entry("test_halve", says="even numbers")
    )
    say(entry("*", says="SyntaxError") + entry("*", says="odd numbers"), "")
    assignment = course.assignment(PS0)

    folder = release.release(assignment)

    assert [(hint.cell, *hint.says) for hint in hints.read(folder / "hints.toml")] == [
        ("test_double", "double(1) is 2"),
        ("test_double", "yours is nan"),
        ("test_halve",),
        ("*", "SyntaxError"),
    ]
    assert release.differences(assignment) == []
    say(entry())
    assert release.differences(assignment) == [
        f"release/{PS0}/hints.toml is out of date: run `course release {PS0}`"
    ]


@pytest.mark.usefixtures("released")
def test_without_a_file_nothing_is_released_beside_the_notebook(course):
    assert not (course.assignment(PS0).release / "hints.toml").exists()
    assert release.differences(course.assignment(PS0)) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (entry(rung="Give `2 * x` back."), "hints.toml, test_double: 'try' says '2 * x', as the"),
        (
            entry(rung="negative numbers are doubled too"),
            "hints.toml, test_double: 'try' holds a text in the hidden tests of test_double in",
        ),
        (entry("test_triple"), f"{PS0}/hints.toml: no graded test is called 'test_triple': rename"),
    ],
    ids=["a token of the solution", "words of a hidden test", "a test that is not there"],
)
def test_what_gives_something_away_is_a_line_with_the_remedy(course, say, text, line):
    """What is released is looked into for leaks as well, so that there may be a second line."""
    say(text)

    wrong = release.findings(course.assignment(PS0))

    assert any(found.startswith(line) for found in wrong), wrong


def test_a_name_that_only_the_solution_has_is_given_away(course, say):
    (source,) = course.assignment(PS0).notebooks()
    source.write_text(source.read_text().replace("return x / 2", "middle = x / 2; return middle"))
    say(entry("test_halve", rung="Where is the middle?"))

    (found,) = release.findings(course.assignment(PS0))

    assert found.startswith("hints.toml, test_halve: 'try' says 'middle', as the solution does")


def test_a_courses_file_is_for_all_assignments(course, say):
    say(entry("test_double"), "")

    assert release.findings(course.assignment(PS0)) == [
        """mistakes/hints.toml is for all assignments: use [["*"]] in place of 'test_double'"""
    ]


def test_a_file_that_cannot_be_read_is_a_line(course, say, capsys):
    say("[[test_double]")

    assert cli.main(["release", "ps0", "--course", str(course.root)]) == 2
    assert capsys.readouterr().err.startswith(f"course: {PS0}/hints.toml cannot be read as TOML: ")


KNOWN = """# %% adds points={"test_double": 0}
def double(x):
    return x + 2


# %% forgets_the_sign points={"test_double": 0}
def double(x):
    return abs(2 * x)


# %% adds_it_to_itself points={}
def double(x):
    return x + x
"""


def test_a_survey_judges_known_mistakes_and_says_which_get_a_hint(course, say, capsys, monkeypatch):
    say(entry(says="negative numbers"))
    (course.assignment(PS0).mistakes / "double.py").write_text(KNOWN)
    unsafe = missing() is not None

    found = hint_survey.survey(course.assignment(PS0), unsafe=unsafe)

    assert [(each.answer, each.cell, bool(each.hint)) for each in found] == [
        ("adds", "test_double", False),
        ("forgets_the_sign", "test_double", True),
    ]
    assert found[0].said == ("AssertionError: double(1) is 2, yours is 3",)
    monkeypatch.setattr(hint_survey, "survey", lambda *arguments, **options: found)
    assert cli.main(["hints", "ps0", "--course", str(course.root)]) == 1
    assert capsys.readouterr().out == (
        "double, adds\n"
        "    test_double says: AssertionError: double(1) is 2, yours is 3\n"
        "        no hint\n"
        "wrong answers with a ladder of hints: 1 of 2 (50 %)\n"
    )
    assert cli.main(["hints", "ps0", "--course", str(course.root), "--ladders"]) == 1
    assert "        What becomes of 1?\n        Print it.\n" in capsys.readouterr().out
