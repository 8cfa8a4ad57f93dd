"""Lectures run many times: nothing is measured twice, and nothing that was measured is lost."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.tools import cli
from course_utils.tools.cli import claims
from course_utils.tools.evidence import measuring, stored, survey
from course_utils.tools.evidence.measuring import Made, Run
from course_utils.tools.evidence.variation import Variation

SETUP = "from course_utils import runtime\nruntime.prepare(seed=0)"
UNIFORM = """\
import numpy as np
from course_utils.claims import claim
SOURCE = "sample"
claim("a uniform number is", np.random.default_rng(0).random(), at_least=-1)"""


@pytest.fixture
def lecture(tmp_path):
    """Write a lecture of some cells."""

    def write(name, *cells):
        folder = tmp_path / "lectures"
        folder.mkdir(exist_ok=True)
        cells = [new_markdown_cell("# A lecture"), *map(new_code_cell, (SETUP, *cells))]
        nbformat.write(new_notebook(cells=cells), folder / f"{name}.ipynb")
        return folder / f"{name}.ipynb"

    return write


class Measured:
    """In the place of running notebooks: what a run gives, and which runs there were."""

    def __init__(self):
        self.runs = []
        self.outcome = lambda notebook, variation: Run((made(95 + variation.draw),))

    def __call__(self, notebook, variation, *, seconds):
        self.runs.append((notebook.stem, survey.FULL if variation.full else variation.draw))
        return self.outcome(notebook, variation)


def made(number, at_least=90):
    return Made("it classifies", "%", at_least, None, number, number >= at_least)


@pytest.fixture
def measured(monkeypatch):
    fake = Measured()
    monkeypatch.setattr(survey, "measure", fake)
    return fake


# --- what is kept ----------------------------------------------------------------------------


def test_every_lecture_is_run_as_often_as_asked(lecture, measured, tmp_path):
    files = [lecture("04_pooling", UNIFORM), lecture("08_lenet", UNIFORM)]
    steps = []

    pooling, lenet = survey.survey(
        files, 3, tmp_path / "kept", on_done=lambda *step: steps.append(step)
    )

    assert sorted(measured.runs) == [
        (name, draw) for name in ("04_pooling", "08_lenet") for draw in range(3)
    ]
    assert steps == [(done, 6) for done in range(7)]
    assert (pooling.draws, pooling.claims[0].numbers, pooling.failures) == (3, (95, 96, 97), ())
    assert lenet.lecture == "08_lenet"


def test_what_was_run_is_not_run_again(lecture, measured, tmp_path):
    file = lecture("04_pooling", UNIFORM)
    survey.survey([file], 2, tmp_path / "kept")
    measured.runs.clear()

    (found,) = survey.survey([file], 4, tmp_path / "kept")

    assert sorted(measured.runs) == [("04_pooling", 2), ("04_pooling", 3)]
    assert found.claims[0].numbers == (95, 96, 97, 98)


def test_only_a_lecture_whose_code_has_changed_is_run_again(lecture, measured, tmp_path):
    pooling, lenet = lecture("04_pooling", UNIFORM), lecture("08_lenet", UNIFORM)
    survey.survey([pooling, lenet], 2, tmp_path / "kept")
    measured.runs.clear()

    lecture("08_lenet", UNIFORM + "\n# other code")
    content = nbformat.read(pooling, 4)
    content.cells[0].source = "# Another title"
    content.cells[1].outputs = []
    nbformat.write(content, pooling)
    survey.survey([pooling, lenet], 2, tmp_path / "kept")

    assert sorted(measured.runs) == [("08_lenet", 0), ("08_lenet", 1)]


def test_a_run_that_fails_is_named_and_made_again_and_its_claims_count(lecture, measured, tmp_path):
    file = lecture("04_pooling", UNIFORM)
    reason = "04_pooling.ipynb fails in code cell 3: MemoryError"
    measured.outcome = lambda notebook, variation: Run(
        (made(95 + variation.draw),), reason if variation.draw == 1 else ""
    )

    (found,) = survey.survey([file], 3, tmp_path / "kept")
    assert (found.draws, found.failures) == (2, (reason,))
    assert found.claims[0].numbers == (95, 96, 97)

    measured.runs.clear()
    survey.survey([file], 3, tmp_path / "kept")
    assert measured.runs == [("04_pooling", 1)]


def test_a_damaged_record_is_measured_again(lecture, measured, tmp_path):
    file = lecture("04_pooling", UNIFORM)
    survey.survey([file], 2, tmp_path / "kept")
    (record,) = (tmp_path / "kept").glob("*/1.json")
    record.write_text(record.read_text()[:40])
    measured.runs.clear()

    survey.survey([file], 2, tmp_path / "kept")

    assert measured.runs == [("04_pooling", 1)]


def test_a_full_disk_is_said_and_earlier_runs_are_kept(lecture, measured, tmp_path, monkeypatch):
    file = lecture("04_pooling", UNIFORM)
    survey.survey([file], 2, tmp_path / "kept")

    def full(target, text):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(survey.NotSurveyed) as refused:
        patch.setattr(survey, "replace_text", full)
        survey.survey([file], 4, tmp_path / "kept")

    assert str(refused.value).endswith(
        "2.json cannot be written: No space left on device; what was measured before is kept"
    )
    measured.runs.clear()
    survey.survey([file], 3, tmp_path / "kept")
    assert measured.runs == [("04_pooling", 2)]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{}", "04_pooling.ipynb is not a notebook: restore it"),
        ("no JSON", "04_pooling.ipynb is not a notebook: restore it"),
        (None, "04_pooling.ipynb cannot be read: No such file or directory"),
    ],
)
def test_a_lecture_that_cannot_be_read_is_named(measured, tmp_path, text, complaint):
    file = tmp_path / "04_pooling.ipynb"
    if text is not None:
        file.write_text(text)

    with pytest.raises(survey.NotSurveyed, match=complaint):
        survey.survey([file], 2, tmp_path / "kept")
    assert measured.runs == []


def test_whole_collections_are_taken_once_and_stand_beside_the_samples(lecture, measured, tmp_path):
    file = lecture("04_pooling", UNIFORM)
    measured.outcome = lambda notebook, variation: Run((made(80 if variation.full else 95),))

    (found,) = survey.survey([file], 2, tmp_path / "kept", full=[file])

    assert measured.runs == [("04_pooling", 0), ("04_pooling", 1), ("04_pooling", survey.FULL)]
    assert (found.claims[0].numbers, found.claims[0].full.number) == ((95, 95), 80)


def test_collections_that_are_not_here_are_named(lecture, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "nothing"))
    file = lecture("04_pooling", UNIFORM, 'load("mnist")', "load('cifar10')", "cifar100 = 1")

    assert survey.missing_collections(file) == ["cifar10", "mnist"]


# --- real notebooks --------------------------------------------------------------------------


@pytest.mark.proof
def test_a_notebook_is_run_otherwise_and_its_claims_are_written_down(lecture):
    file = lecture("04_pooling", UNIFORM, 'print(SOURCE)\nassert SOURCE == "full"', "1 / 0")
    before = file.read_bytes()

    plain = measuring.measure(file, Variation(), seconds=60)
    other = measuring.measure(file, Variation(1, seed=1, full=True), seconds=60)

    assert plain.failure.startswith("04_pooling.ipynb fails in code cell 3: AssertionError")
    assert other.failure.startswith("04_pooling.ipynb fails in code cell 4: ZeroDivisionError")
    (mine,), (theirs,) = plain.claims, other.claims
    assert mine.sentence == theirs.sentence == "a uniform number is"
    assert mine.number == pytest.approx(0.6369616873214543)
    assert theirs.number != mine.number
    assert Run.from_record(json.loads(json.dumps(other.as_record()))) == other
    assert file.read_bytes() == before


@pytest.mark.proof
def test_ctrl_c_ends_all_kernels_and_keeps_what_was_measured(lecture, tmp_path):
    marker = tmp_path / "begun"
    wait = "import time\nfrom pathlib import Path\n"
    wait += f"Path({str(marker)!r}).touch()\ntime.sleep(300)"
    quick, slow = lecture("04_pooling", UNIFORM), lecture("08_lenet", UNIFORM, wait)
    code = f"""
from pathlib import Path
from course_utils.tools.evidence import survey
survey.survey([Path({str(quick)!r}), Path({str(slow)!r})], 1, Path({str(tmp_path / "kept")!r}))
"""
    command = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not marker.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    kernels = psutil.Process(command.pid).children(recursive=True)
    assert marker.exists() and kernels

    os.kill(command.pid, signal.SIGINT)
    command.communicate(timeout=60)
    _, alive = psutil.wait_procs(kernels, timeout=20)

    assert alive == []
    (record,) = (tmp_path / "kept").glob("*/*.json")
    assert record.parent.name.startswith("04_pooling") and record.name == "0.json"


# --- the command -----------------------------------------------------------------------------


@pytest.fixture
def repository(lecture, measured, tmp_path, monkeypatch):
    """A repository of two lectures, the second of which makes a claim that falls once."""
    lecture("04_pooling", UNIFORM)
    lecture("08_lenet", UNIFORM + '\nload("mnist")')
    monkeypatch.setattr(claims, "REPOSITORY", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    measured.outcome = lambda notebook, variation: Run(
        (made(95 if notebook.stem == "04_pooling" or variation.draw != 1 else 85),)
    )
    return tmp_path


def test_it_shows_each_claim_and_fails_where_one_fell(repository, capsys):
    assert cli.main(["claims", "-n", "4"]) == 1

    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "it classifies at least 90 % 95 4 of 4 always the same" in lines
    assert "it classifies at least 90 % 92.5 ± 5 3 of 4 0.5" in lines
    assert lines[-1] == (
        "2 claims of 2 lectures: 1 fell in more than one run of a hundred "
        "(every number: build/claims.json)"
    )
    kept = json.loads((repository / "build/claims.json").read_text())
    assert kept["08_lenet"]["claims"][0]["numbers"] == [95, 85, 95, 95]


def test_it_ends_well_where_every_claim_held(repository, capsys):
    assert cli.main(["claims", "04", "--draws", "3"]) == 0

    assert "\n1 claim of 1 lecture: each held (every number: " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["99"], "course: there is no notebook 99*.ipynb in "),
        (["nothing.ipynb"], "course: there is no notebook nothing.ipynb\n"),
    ],
)
def test_an_unknown_lecture_is_one_line(repository, measured, capsys, arguments, complaint):
    assert cli.main(["claims", *arguments]) == 2

    said = capsys.readouterr().err
    assert said.startswith(complaint) and said.count("\n") == 1
    assert measured.runs == []


def test_a_failed_run_is_one_line_and_no_success(repository, measured, capsys):
    measured.outcome = lambda notebook, variation: Run((made(95),), "04 fails in code cell 3: no")

    assert cli.main(["claims", "04", "-n", "2"]) == 1
    assert capsys.readouterr().err == "course: 04 fails in code cell 3: no\n"


def test_what_is_not_here_in_full_is_said(repository, measured, capsys, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(repository / "nothing"))

    cli.main(["claims", "-n", "2", "--full"])

    assert ("04_pooling", survey.FULL) in measured.runs
    assert ("08_lenet", survey.FULL) not in measured.runs
    assert capsys.readouterr().err == (
        "course: 08_lenet is not run on whole collections: mnist not here "
        "(course data download mnist)\n"
    )


def test_json_holds_every_number(repository, capsys):
    cli.main(["claims", "04", "-n", "2", "--json", "-"])

    record = json.loads(capsys.readouterr().out)["04_pooling"]
    assert record["draws"] == 2
    assert record["claims"] == [
        {
            "sentence": "it classifies",
            "unit": "%",
            "at_least": 90,
            "at_most": None,
            "numbers": [95, 95],
            "held": 2,
            "runs": 2,
            "full": None,
        }
    ]


def test_a_result_is_stored_beside_those_of_other_lectures(repository):
    cli.main(["claims", "08", "-n", "2", "--store"])
    cli.main(["claims", "04", "-n", "3", "--store"])

    kept = stored.read(repository)
    assert {name: each.survey.draws for name, each in kept.items()} == {
        "04_pooling": 3,
        "08_lenet": 2,
    }
    assert kept["08_lenet"].survey.claims[0].held == 1
    assert kept["04_pooling"].processor and kept["04_pooling"].versions["python"]


def test_a_damaged_store_is_named_and_left_alone(repository, capsys):
    file = repository / stored.FILE
    file.write_text('{"04_pooling": {}}')

    assert cli.main(["claims", "04", "-n", "2", "--store"]) == 2
    assert "claims.json cannot be read (KeyError" in capsys.readouterr().err
    assert Path(file).read_text() == '{"04_pooling": {}}'
