"""Where outputs are compared, a claim's words and bound count, not the digits measured."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from course_utils.claims import Claim, Draws
from course_utils.tools.notebooks import running
from course_utils.tools.notebooks.running import without_digits

REPOSITORY = Path(__file__).parents[3]
GIF = 'src="data:image/gif;base64,'
HERE = Claim("it classifies", 96.8, "%", at_least=90)
MORE = Claim("better by", Draws([3.0, 3.5, 3.2]) - Draws([1.0, 1.0, 1.1]), "points", at_least=1)


@pytest.mark.parametrize(
    ("stored", "now"),
    [
        (HERE, Claim("it classifies", 91.24, "%", at_least=90)),
        (HERE, Claim("it classifies", 100, "%", at_least=90)),
        (MORE, Claim("better by", Draws([9, 8, 9]) - Draws([1, 1, 2]), "points", at_least=1)),
        (Claim("off by", 3e-8, at_most=1e-5), Claim("off by", 0.0, at_most=1e-5)),
        (Claim("weights", 1_234_567, at_least=1e6), Claim("weights", 2e6, at_least=1e6)),
        (Claim("moved", -3.1, at_most=0), Claim("moved", -0.001, at_most=0)),
    ],
)
def test_other_digits_are_the_same_claim(stored, now):
    assert str(stored) != str(now)
    assert without_digits(str(stored)) == without_digits(str(now))


@pytest.mark.parametrize(
    "now",
    [
        Claim("it classifies", 89.9, "%", at_least=90),  # does not hold
        Claim("it classifies", float("nan"), "%", at_least=90),
        Claim("it classifies", 96.8, "%", at_least=95),  # another bound
        Claim("it classifies", 96.8, "%", at_most=99),
        Claim("it classifies", 96.8, "points", at_least=90),
        Claim("it reads", 96.8, "%", at_least=90),
    ],
)
def test_another_sentence_bound_or_verdict_is_another_claim(now):
    assert without_digits(str(HERE)) != without_digits(str(now))


def test_of_an_animation_the_words_are_compared_and_not_how_it_is_compressed():
    one, other, wrong = (
        f'<img src="data:image/gif;base64,{data}" alt="{alt}">'
        for data, alt in [("R0lG/+8=", "2 1; 1 2"), ("R0lGODlh", "2 1; 1 2"), ("R0lG", "2 1; 1 3")]
    )

    assert without_digits(one) == without_digits(other) != without_digits(wrong)


def test_numbers_that_are_exact_are_compared_to_the_last_digit():
    exact = str(Claim("parameters", 61_100_840, at_least=61_100_840, at_most=61_100_840))

    assert without_digits(exact) == exact == "parameters: 61,100,840 (exactly)"
    assert without_digits("61,100,840 parameters") == "61,100,840 parameters"
    assert without_digits("it is about time: 5") == "it is about time: 5"


def notebook(folder, name, stored, source):
    cell = new_code_cell(
        source, execution_count=1, outputs=[new_output("stream", name="stdout", text=stored)]
    )
    nbformat.write(new_notebook(cells=[cell]), folder / f"{name}.ipynb")
    return folder / f"{name}.ipynb"


def test_nbval_compares_so(tmp_path):
    made = 'from course_utils.claims import claim\nclaim("it reads", {}, "%", at_least=90)'
    stored = "it reads: about 96.8 % (at least 90)\n"
    notebook(tmp_path, "other_digits", stored, made.format(91.7))
    notebook(tmp_path, "broken", stored, made.format(89.7))
    notebook(tmp_path, "another_bound", stored.replace("90", "95"), made.format(96.8))
    notebook(tmp_path, "other_bytes", f'{GIF}abc=" alt', f"print('{GIF}x/y+\" alt', end='')")

    ended = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-rfp", "-p", "no:cacheprovider"),
            *("-c", REPOSITORY / "pyproject.toml", "--confcutdir", REPOSITORY),
            *("-p", "conftest", tmp_path),
        ],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
    )

    found = re.findall(r"^(FAILED|PASSED) (?:\S*/)?(\w+)\.ipynb::", ended.stdout, re.MULTILINE)
    verdicts = {name: verdict for verdict, name in found}
    assert verdicts == {"other_digits": "PASSED", "broken": "FAILED", "another_bound": "FAILED"} | {
        "other_bytes": "PASSED"
    }


def test_course_run_keeps_an_output_of_which_only_digits_changed(tmp_path):
    made = 'print("it reads: about {} % (at least 90)")'
    file = notebook(
        tmp_path, "digits", "it reads: about 96.8 % (at least 90)\n", made.format("91.7")
    )

    assert running.run(file, keep=True).changed == ()
    assert running.run(file, save=False).changed == ()
    assert running.run(file).changed == (1,)
