"""What a file of hints says, and which of its ladders fits what a test says."""

import pytest

from course_utils import hints
from course_utils.hints import Hint, HintsError

LADDER = 'ask = "Is it?"\ntry = "Draw it."\nread = "Lecture 03"\n'
RUNGS = ("Is it?", "Draw it.", "Lecture 03")


def written(folder, text):
    file = folder / "hints.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_a_file_is_read_with_one_phrase_or_several_or_none(tmp_path):
    text = (
        f'[[test_f]]\nsays = "count  that"\n{LADDER}[[test_f]]\nsays = ["a", "b"]\n{LADDER}'
        f'[["*"]]\n{LADDER}'
    )

    assert hints.read(written(tmp_path, text)) == [
        Hint("test_f", ("count that",), RUNGS),
        Hint("test_f", ("a", "b"), RUNGS),
        Hint("*", (), RUNGS),
    ]


def test_where_there_is_no_file_there_are_no_hints(tmp_path):
    assert hints.of(tmp_path / "ps1") == []


def test_a_courses_own_file_comes_behind_the_assignments(tmp_path):
    written(tmp_path, f'[["*"]]\n{LADDER}')
    written(tmp_path / "ps1", f"[[test_f]]\n{LADDER}")

    assert [hint.cell for hint in hints.of(tmp_path / "ps1")] == ["test_f", "*"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[test_f]", "ps1/hints.toml cannot be read as TOML: "),
        (f"[test_f]\n{LADDER}", "ps1/hints.toml, test_f: begin each of its hints with [[test_f]]"),
        ('[[test_f]]\nask = "Is it?"\n', "ps1/hints.toml, test_f: a hint has no 'try', something"),
        (f"[[test_f]]\n{LADDER}hint = 3\n", "ps1/hints.toml, test_f: 'hint' is not one of says,"),
        (f"[[test_f]]\nsays = [3]\n{LADDER}", "ps1/hints.toml, test_f: `says` is a phrase of what"),
    ],
)
def test_what_is_wrong_with_a_file_is_a_line_with_its_place(tmp_path, text, said):
    with pytest.raises(HintsError) as raised:
        hints.read(written(tmp_path / "ps1", text))

    assert str(raised.value).startswith(said)


@pytest.mark.parametrize(
    ("said", "best"),
    [
        (["f(1): count that too"], "phrase"),
        (["f(1): count\n  that too"], "phrase"),
        (["f(1) should be 2"], "rest"),
        (["SyntaxError: expected ':'"], "any cell"),
        (["lost 1 of 2 points: even: 4", "lost 1 of 2 points: odd: count that too"], "phrase"),
        (["SyntaxError: count that too"], "phrase"),
    ],
)
def test_the_first_thing_said_that_a_phrase_is_found_in_decides(said, best):
    ladders = {
        "any cell": Hint("*", ("SyntaxError",), RUNGS),
        "rest": Hint("test_f", (), RUNGS),
        "another": Hint("test_g", ("count that",), RUNGS),
        "phrase": Hint("test_f", ("count that",), RUNGS),
    }

    assert hints.fitting(list(ladders.values()), "test_f", said) is ladders[best]


def test_what_nothing_fits_gets_no_hint():
    known = [Hint("test_f", ("count that",), RUNGS)]

    assert hints.fitting(known, "test_f", ["f(1) should be 2"]) is None
    assert hints.fitting(known, "test_g", ["count that"]) is None
    assert hints.fitting([Hint("test_f", (), RUNGS)], "test_f", []) is None


def test_what_is_written_is_read_as_it_was(tmp_path):
    known = [
        Hint("test_f", ('he said "no"', "back\\slash"), ("Why ε?", "Print `a - b`.", "Lecture 03")),
        Hint("*", (), RUNGS),
    ]

    assert hints.read(written(tmp_path, hints.written(known))) == known
