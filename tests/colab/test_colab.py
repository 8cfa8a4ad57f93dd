"""On a machine like Colab's, the set-up cell brings the course and leaves the rest as it was."""

import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.tools.notebooks import stamp
from course_utils.tools.notebooks.running import without_digits
from simulated_colab import Machine, nothing_public, published, redirection, set_up

REPOSITORY = Path(__file__).parents[2]
LECTURE = REPOSITORY / "lectures/03_convolution.ipynb"
RELEASE = REPOSITORY / "assignments/release/ps1_convolution/ps1_convolution.ipynb"
PUBLISHED = stamp.publication(REPOSITORY)
SETUP = stamp.setup_source(PUBLISHED)
READY = "Ready: all random numbers start from seed 0.\n"
ADDED = ("course-utils", "fire", "medmnist")

pytestmark = [
    pytest.mark.proof,
    # For other systems there is no tensorflow-cpu.
    pytest.mark.skipif(sys.platform != "linux", reason="Colab's machines run Linux"),
]


@dataclass(frozen=True)
class Session:
    """What happened on a fresh machine: without the repository, then with it."""

    machine: Machine
    git: Path
    before: set[str]
    complaints: list[str]
    unreachable: list
    after_failure: set[str]
    first: list
    seconds: float
    after: set[str]


@pytest.fixture(scope="module")
def session(tmp_path_factory) -> Session:
    folder = tmp_path_factory.mktemp("colab")
    machine = set_up(folder / "machine")
    git = published(folder, PUBLISHED.repository)
    before, complaints = machine.installed(), machine.pip("check")
    with nothing_public() as address:
        nowhere = redirection(folder / "nowhere", PUBLISHED.repository, address)
        unreachable = outputs(machine, nowhere, SETUP)
    after_failure = machine.installed()
    start = time.monotonic()
    first = outputs(machine, git, SETUP, 'print(runtime.report("torch"))')
    seconds = time.monotonic() - start
    return Session(
        machine,
        git,
        before,
        complaints,
        unreachable,
        after_failure,
        first,
        seconds,
        machine.installed(),
    )


def outputs(machine, git, *sources, **environment):
    """The outputs of each cell, run in a new kernel."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    ran = machine.run(notebook, GIT_CONFIG_GLOBAL=str(git), **environment)
    return [cell.outputs for cell in ran.cells]


def printed(cell_outputs):
    """What a cell wrote to standard output; anything else fails the test."""
    assert {output.get("name") for output in cell_outputs} <= {"stdout"}, cell_outputs
    return "".join(output.text for output in cell_outputs)


def test_the_setup_cell_installs_the_course_and_says_so(session):
    setup, _ = session.first

    lines = re.sub(r"\x1b\[[0-9;]*m", "", printed(setup)).splitlines()
    # A pip that is configured in a way of its own may warn of that, and of nothing else.
    assert [line for line in lines if line and not line.startswith("WARNING: Location")] == [
        "Installed where missing: course_utils, medmnist, fire, mlxtend.",
        READY.strip(),
    ]


def test_that_takes_seconds(session):
    """Less than ten where nothing else runs; with the report, which imports torch."""
    assert session.seconds < 60


def test_nothing_that_colab_has_was_changed_or_left_with_a_broken_need(session):
    added = session.after - session.before

    assert session.before - session.after == set()
    assert sorted(line.partition("==")[0].replace("_", "-") for line in added) == sorted(ADDED)
    assert session.machine.pip("check") == session.complaints


def test_the_machine_has_the_versions_of_colab(session):
    """Else the other tests would say nothing about Colab."""
    assert {"ipython==7.34.0", "ipykernel==6.17.1", "numpy==2.1.3"} <= session.before
    assert any(line.startswith("torch==") for line in session.before)
    assert not any(line.startswith("jedi==") for line in session.before)


def test_the_gpu_check_knows_colab_and_says_how_to_get_a_gpu(session):
    _, report = session.first
    text = printed(report)

    assert re.search(r"^Runs in +Google Colab$", text, re.MULTILINE)
    assert re.search(r"^NumPy +2\.1\.3$", text, re.MULTILINE)
    assert "choose Runtime > Change runtime type > T4 GPU > Save" in text


def test_a_repository_that_is_not_public_is_named_with_what_to_do_and_asks_no_password(session):
    (setup,) = session.unreachable
    said, error = setup[:-1], setup[-1]

    assert "git clone" in "".join(output.text for output in said)
    assert (error.output_type, error.ename) == ("error", "ImportError")
    assert f"Can you open https://github.com/{PUBLISHED.repository} in your" in error.evalue
    assert session.after_failure == session.before


def test_lecture_03_runs_from_top_to_bottom_and_prints_what_is_stored(session):
    notebook = nbformat.read(LECTURE, as_version=4)
    stored = [cell.copy() for cell in notebook.cells if cell.cell_type == "code"]

    ran = session.machine.run(notebook, GIT_CONFIG_GLOBAL=str(session.git))

    cells = [cell for cell in ran.cells if cell.cell_type == "code"]
    assert len(cells) == len(stored) > 20
    for before, now in zip(stored, cells, strict=True):
        assert {o.output_type for o in now.outputs} == {o.output_type for o in before.outputs}
        if "nbval-ignore-output" not in now.metadata.get("tags", []):
            assert written(now.outputs) == written(before.outputs), now.source


def written(cell_outputs):
    """What a cell printed, by where it printed it, but for measured digits, which differ between
    processors; pictures differ between versions."""
    names = {output.name for output in cell_outputs if output.output_type == "stream"}
    return {
        n: without_digits("".join(o.text for o in cell_outputs if o.get("name") == n))
        for n in names
    }


def test_medmnist_is_known_there(session):
    code = 'print(datasets.load("pneumoniamnist", source="sample").card.title)'
    _, title = outputs(
        session.machine, session.git, SETUP, f"from course_utils import datasets; {code}"
    )

    assert printed(title) == "PneumoniaMNIST, from MedMNIST v2\n"


def test_work_is_downloaded_under_the_name_that_the_course_expects(session):
    call = 'from course_utils import handing_in; handing_in.download("ps1_convolution")'

    _, said = outputs(session.machine, session.git, SETUP, call, PAGE=str(RELEASE))

    assert printed(said).splitlines() == [
        "[browser] ps1_convolution.ipynb",
        "ps1_convolution.ipynb is on its way to the folder where your browser keeps downloads.",
    ]
    kept = nbformat.read(session.machine.folder / "ps1_convolution.ipynb", as_version=4)
    assert kept == nbformat.read(RELEASE, as_version=4)
