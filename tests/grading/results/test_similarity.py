"""Who answered alike: copies are found, however they are dressed; honest works are not."""

import json
import os
import subprocess
import sys

import pytest

from course_utils.grading.authoring.mistakes import read_answers
from course_utils.grading.results import similarity
from course_utils.grading.results.similarity import Comparison, Likeness
from course_utils.tools import cli

pytest.importorskip("copydetect")

LOOPS = """
def correlate(image, kernel):
    rows = image.shape[0] - kernel.shape[0] + 1
    columns = image.shape[1] - kernel.shape[1] + 1
    result = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = image[i : i + kernel.shape[0], j : j + kernel.shape[1]]
            result[i, j] = np.sum(window * kernel)
    return result
"""
VIEWS = """
def correlate(image, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(float), kernel.shape)
    return np.einsum("ijab,ab->ij", windows, kernel.astype(float))
"""
RENAMED = (
    LOOPS.replace("rows", "height").replace("columns", "w").replace("window", "patch")
    + "\n# my very own idea\n"
)


def test_a_copy_with_other_names_and_comments_is_found():
    works = {"ada": LOOPS, "bela": RENAMED, "cora": VIEWS}

    (pair,) = similarity.compare(works).pairs
    assert (pair.one, pair.other) == ("ada", "bela") and pair.share > 0.9


def test_what_everybody_was_given_does_not_count():
    given = LOOPS
    own = {name: f"{LOOPS}\n{body}" for name, body in (("ada", VIEWS), ("bela", "def f(x): 3"))}

    assert similarity.compare(own, given) == Comparison([], ["bela"])


def test_works_that_are_too_short_are_alike_to_nobody_and_named():
    works = {"cora": "x = 1", "bela": "", "ada": "", "dina": LOOPS}

    assert similarity.compare(works) == Comparison([], ["ada", "bela", "cora"])


@pytest.mark.usefixtures("released")
def test_who_is_not_compared_is_said(course, hand_in, capsys):
    hand_in("ada")
    hand_in("bela", {"double": LOOPS})
    where = ["ps0", "--course", str(course.root)]
    cli.main(["grade", *where])
    capsys.readouterr()
    line = "not compared, as there is too little of their own: 1 student (ada)"

    assert cli.main(["alike", *where]) == 0
    said = capsys.readouterr().out
    assert said == f"students: 2, pairs 80 % alike or more: 0\n{line}\n"
    assert cli.main(["alike", *where, "--json", "-"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out) == [] and line in said.err


def test_code_that_is_slow_to_read_stops_nobody(monkeypatch):
    monkeypatch.setattr(similarity, "SECONDS", 2)
    slow = LOOPS + "a." * 30_000
    works = {"ada": slow, "bela": slow, "cora": VIEWS}

    (pair,) = similarity.compare(works).pairs
    assert (pair.one, pair.other) == ("ada", "bela")


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_the_same_works_are_as_alike_in_every_process(seed):
    works = {"ada": LOOPS, "bela": LOOPS[:250] + VIEWS}
    program = f"from {similarity.__name__} import compare; print(compare({works}, least=0))"
    program = f"if __name__ == '__main__':\n    {program}"  # its fork server imports it
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == str(similarity.compare(works, least=0))


def test_progress_is_told():
    seen = []
    similarity.compare({str(n): LOOPS for n in range(5)}, on_pair=lambda *pair: seen.append(pair))

    assert seen == [(10, 10)]


def test_the_most_alike_come_first():
    assert sorted([Likeness(0.8, "b", "c"), Likeness(0.9, "a", "b")])[0].share == 0.8
    pairs = similarity.compare({"a": LOOPS, "b": LOOPS, "c": RENAMED}, least=0.5).pairs
    assert [pair.share for pair in pairs] == sorted((p.share for p in pairs), reverse=True)


def test_different_right_answers_of_the_course_are_not_alike():
    from pathlib import Path

    folder = Path(__file__).parents[3] / "assignments" / "mistakes" / "ps1_convolution"
    answers = read_answers(folder)
    works = {
        name: answers["max_pool", name].source for name in ("takes_the_mean", "starts_at_zero")
    }

    assert similarity.compare(works).pairs == []
