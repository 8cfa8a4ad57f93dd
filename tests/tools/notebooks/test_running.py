"""`course run`: a notebook is stored whole or not at all, and carries what its run took."""

import base64
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from course_utils.tools import cli
from course_utils.tools.notebooks import execution, last_run, running, yardstick
from course_utils.tools.notebooks.last_run import LastRun, LastRunError

REPOSITORY = Path(__file__).parents[3]
FOLDERS = ("lectures", "assignments/source/*", "assignments/release/*")
NOTEBOOKS = [path for folder in FOLDERS for path in sorted(REPOSITORY.glob(f"{folder}/*.ipynb"))]
COLAB_MEMORY = 12_000  # megabytes that a free machine there has
SOME = LastRun(date(2026, 11, 25), 12, 480, {"python": "3.11.7", "numpy": "2.4.6"})
PICTURE = """\
import io
from IPython.display import Image
from PIL import Image as Picture
into = io.BytesIO()
Picture.new("RGB", (2, 2), "{colour}").save(into, "png")
Image(into.getvalue(), metadata={{"alt": "four pixels, all of one colour"}})"""


def picture(colour, **packing):
    """The same pixels as in `PICTURE`, as a notebook holds them."""
    into = io.BytesIO()
    Image.new("RGB", (2, 2), colour).save(into, "png", **packing)
    return base64.b64encode(into.getvalue()).decode() + "\n"


@pytest.fixture
def written(tmp_path):
    """Write a notebook of some cells into a folder of its own."""

    def write(*cells):
        numbered = [
            new_code_cell(cell, id=f"cell-{i}") if isinstance(cell, str) else cell
            for i, cell in enumerate(cells)
        ]
        file = tmp_path / "numbers.ipynb"
        nbformat.write(new_notebook(cells=numbered), file)
        return file

    return write


def outputs(file):
    cells = nbformat.read(file, as_version=4).cells
    return [cell.outputs for cell in cells if cell.cell_type == "code"]


def test_what_another_course_left_to_keras_changes_nothing(written, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    file = written("import os\nprint(os.environ['KERAS_BACKEND'])")
    content = nbformat.read(file, as_version=4)
    execution.execute(content, file, seconds=60, kernel="python3")

    assert content.cells[0].outputs[0].text == "tensorflow\n"


# --- what a notebook carries ---------------------------------------------------------------


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_every_notebook_carries_a_run_that_fits_a_free_machine(path):
    run = last_run.read(nbformat.read(path, as_version=4).metadata)

    assert run is not None, f"run `course run {path.stem}`, then release it if it is an exercise"
    assert date(2026, 11, 1) <= run.date <= datetime.now(UTC).date()
    assert {"python", "course-utils", "numpy", "torch", "tensorflow"} <= set(run.versions)
    assert 30 <= run.megabytes <= COLAB_MEMORY
    assert 1 <= run.seconds / run.slowness <= 60  # a minute, on a machine of usual speed


def test_how_slow_a_machine_is_by_the_faster_of_two_tries(monkeypatch):
    tries = iter([9 * yardstick.USUAL, 2.5 * yardstick.USUAL])
    monkeypatch.setattr(yardstick, "_seconds", lambda: next(tries))
    assert yardstick.slowness() == 2.5

    monkeypatch.setattr(yardstick, "_seconds", lambda: yardstick.USUAL / 3)
    assert yardstick.slowness() == 1.0  # a fast machine must not excuse a long lecture


def test_what_is_written_is_what_is_read_and_json_can_hold_it():
    metadata = {"kernelspec": {"name": "python3"}, "course": {"more": 1}}

    last_run.write(metadata, SOME)

    assert last_run.read(json.loads(json.dumps(metadata))) == SOME
    assert metadata["kernelspec"] and metadata["course"]["more"] == 1
    assert last_run.read({}) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"seconds": "12"},
        {"megabytes": -1},
        {"seconds": True},
        {"slowness": 0.5},
        {"slowness": "2"},
        {"date": "yesterday"},
        {"date": 20261125},
        {"versions": ["3.11.7"]},
        {"versions": {"python": 3}},
        {"speed": "fast"},
    ],
    ids=str,
)
def test_a_record_that_is_none_says_why(wrong):
    metadata = {"course": {"last_run": last_run.as_record(SOME) | wrong}}

    with pytest.raises(LastRunError, match=r"cannot be read \(.+\): run it, `course run`$"):
        last_run.read(metadata)


# --- a run ---------------------------------------------------------------------------------


def test_outputs_are_stored_in_order_beside_everything_else(written):
    file = written(
        new_markdown_cell("# Numbers", id="title"),
        "import os\nos.path.basename(os.getcwd())",
        "for n in range(3):\n    print(n, flush=True)",
    )
    cell = new_code_cell("1 + 1", id="tagged", metadata={"tags": ["setup"]})
    content = nbformat.read(file, as_version=4)
    content.cells.append(cell)
    content.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}
    nbformat.write(content, file)
    seen = []

    stored = running.run(file, lambda done, total: seen.append((done, total)))

    content = nbformat.read(file, as_version=4)
    folder, numbers, two = outputs(file)
    assert folder[0].data["text/plain"] == repr(file.parent.name)
    assert [output.text for output in numbers] == ["0\n1\n2\n"]
    assert two[0].data["text/plain"] == "2"
    assert [cell.id for cell in content.cells] == ["title", "cell-1", "cell-2", "tagged"]
    assert [cell.get("execution_count") for cell in content.cells] == [None, 1, 2, 3]
    assert content.cells[-1].metadata == {"tags": ["setup"]}
    assert "widgets" not in content.metadata and content.cells[1].metadata == {}
    assert stored.changed == (1, 2, 3) and seen == [(1, 3), (2, 3), (3, 3)]
    assert last_run.read(content.metadata) == stored.run
    assert stored.run.versions["numpy"] == __import__("numpy").__version__


def test_a_second_run_changes_nothing_but_the_record(written):
    file = written("print(1)", PICTURE.format(colour="red"))
    running.run(file)
    before = nbformat.read(file, as_version=4)

    assert running.run(file).changed == ()
    after = nbformat.read(file, as_version=4)
    assert before.cells == after.cells


def test_memory_is_the_largest_that_the_run_had(written):
    small = running.run(written("1"), save=False).run
    large = running.run(written("x = b'x' * 300_000_000\ndel x"), save=False).run

    assert 250 < large.megabytes - small.megabytes < 400
    assert small.seconds >= 1 and small.date == datetime.now(UTC).date()


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("1 / 0", "numbers.ipynb fails in code cell 2: ZeroDivisionError: division by zero"),
        (
            "import warnings\nwarnings.warn('old', DeprecationWarning)",
            r"numbers.ipynb: code cell 2 writes to standard error: .*DeprecationWarning: old",
        ),
    ],
)
def test_a_cell_that_fails_or_complains_leaves_the_file_as_it_was(written, cell, message):
    file = written("print('new')", cell)
    before = file.read_bytes()

    with pytest.raises((execution.NotebookFailed, running.NotStored), match=message):
        running.run(file)

    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_what_c_code_logs_is_in_no_cell(written):
    """TensorFlow writes so; under nbval nobody sees it either."""
    file = written("import os\n_ = os.write(2, b'a line of a log')")

    running.run(file)

    assert outputs(file) == [[]]


def test_the_same_picture_packed_otherwise_stays_as_it_is(written):
    file = written(PICTURE.format(colour="red"))
    running.run(file)
    content = nbformat.read(file, as_version=4)
    other = picture("red", compress_level=0)
    assert content.cells[0].outputs[0].data["image/png"] != other
    content.cells[0].outputs[0].data["image/png"] = other
    nbformat.write(content, file)

    assert running.run(file).changed == ()
    assert outputs(file)[0][0].data["image/png"] == other


def test_keep_leaves_another_picture_but_not_another_number(written):
    data = {
        "image/png": picture("blue"),
        "text/plain": "<IPython.core.display.Image object>",
    }
    shown = new_code_cell(
        PICTURE.format(colour="red"), id="shown", outputs=[new_output("execute_result", data)]
    )
    counted = new_code_cell("print(7)", id="n", outputs=[new_output("stream", text="6\n")])
    timed = new_code_cell(
        "print(8)",
        id="t",
        metadata={"tags": ["nbval-ignore-output"]},
        outputs=[new_output("stream", text="about 9\n")],
    )
    file = written(shown, counted, timed)

    assert running.run(file, save=False).changed == (2,)  # as the tests compare
    assert running.run(file, keep=True).changed == (2,)
    (picture_then,), (number,), (time,) = outputs(file)
    assert picture_then.data["image/png"] == picture("blue")
    assert (number.text, time.text) == ("7\n", "about 9\n")
    assert running.run(file).changed == (1, 3)


# --- the command ---------------------------------------------------------------------------


def test_the_command_runs_by_beginnings_of_names_and_goes_on_behind_a_failure(
    written, monkeypatch, capsys
):
    good = written("print(1)")
    (good.parent / "broken.ipynb").write_text("{}")
    monkeypatch.chdir(good.parent)

    assert cli.main(["run", "broken", "numbers"]) == 1

    printed = capsys.readouterr()
    assert printed.out.startswith("numbers.ipynb: ")
    assert printed.out.endswith(" MB, other outputs in code cell 1\n")
    assert printed.err.startswith("course: broken.ipynb is not a notebook: restore it (")
    assert printed.err.count("\n") == 1


def test_checking_stores_nothing_and_json_is_for_scripts(written, monkeypatch, capsys):
    file = written("print(1)")
    before = file.read_bytes()
    monkeypatch.chdir(file.parent)

    assert cli.main(["run", "--check", "--json", "-", "numbers"]) == 1

    said = json.loads(capsys.readouterr().out)["numbers.ipynb"]
    assert said["changed"] == [1] and set(said["run"]) == set(last_run.as_record(SOME))
    assert file.read_bytes() == before


def test_checking_compares_as_the_tests_do(written, monkeypatch, capsys):
    """On another kind of processor measured digits and pictures come out a little otherwise."""
    said = new_output("stream", name="stdout", text="it reads: about 96.8 % (at least 90)\n")
    shown = new_output("execute_result", {"image/png": picture("blue"), "text/plain": "four"})
    file = written(
        new_code_cell("print('it reads: about 91.7 % (at least 90)')", id="n", outputs=[said]),
        new_code_cell(
            PICTURE.format(colour="red").replace("Image(into", "shown = Image(into")
            + "\nshown.__class__.__repr__ = lambda image: 'four'\nshown",
            id="p",
            outputs=[shown],
        ),
    )
    before = file.read_bytes()
    monkeypatch.chdir(file.parent)

    assert cli.main(["run", "--check", "numbers"]) == 0

    assert capsys.readouterr().out.endswith(" MB, outputs as before\n")
    assert file.read_bytes() == before
