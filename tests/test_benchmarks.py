"""Benchmarks say where they ran and how much they vary, and all of them in one form."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.grading.judging.sandbox.walls import missing

REPOSITORY = Path(__file__).parents[1]
BENCHMARKS = REPOSITORY / "benchmarks"
NAMES = sorted(path.stem for path in BENCHMARKS.glob("*.py") if path.stem != "measuring")
# Each at its smallest; those that grade need seconds to load libraries, time and again.
TINY = {
    "layers": ["--only", "LeNet C1, 5x5", "LeNet C3, 5x5", "--runs", "3"],
    "training": ["--only", "LeNet-5", "--images", "64", "--runs", "3"],
    "equal_work": ["--only", "small_vgg", "--images", "100", "--epochs", "1", "--runs", "2"],
}
SLOW = {
    "datasets": ["--only", "pneumoniamnist", "--runs", "2"],
    "grading": ["--only", "numpy_torch", "--students", "2", "--stock", "1", "--runs", "1"],
    "hostile_class": [
        "--attacks",
        "drops_asserts",
        "hands_in_a_pipe",
        "--seconds",
        "1",
        "--runs",
        "1",
    ],
    "one_submission": ["--only", "numpy_torch", "--students", "2", "--runs", "1"],
    "redteam": ["--attacks", "drops_asserts", "--runs", "1"],
    "what_if": ["--students", "3", "--runs", "2"],
    "writer": ["--only", "SQLite", "PostgreSQL, 2 writers", "--students", "20", "--runs", "1"],
}


@pytest.fixture(scope="module")
def measuring():
    spec = importlib.util.spec_from_file_location("measuring", BENCHMARKS / "measuring.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["measuring"] = module  # dataclasses look for their module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["measuring"]


def run(name, *options):
    command = [sys.executable, str(BENCHMARKS / f"{name}.py"), *options]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done


def numbers(row):
    """The cells that were measured several times."""
    return [cell for cell in row.values() if isinstance(cell, dict) and "median" in cell]


def check(content, name):
    """One form for all."""
    assert set(content) == {"machine", "benchmark", "rows"}
    assert content["benchmark"] == name and content["rows"]
    machine = content["machine"]
    assert machine["processor"] and machine["cores"] >= 1
    assert machine["blas"]["numpy"] and {"python", "numpy"} <= set(machine["versions"])
    assert all(row["table"] for row in content["rows"])
    assert any(map(numbers, content["rows"]))
    for number in (number for row in content["rows"] for number in numbers(row)):
        assert set(number) == {"median", "least", "most", "runs"}
        assert number["least"] == min(number["runs"]) and number["most"] == max(number["runs"])
        assert number["least"] <= number["median"] <= number["most"]


# --- what they share -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([3.0, 1.0, 2.0], "2.00 (1.00 to 3.00)"),
        ([1.0, 2.0, 3.0, 4.0], "2.50 (1.00 to 4.00)"),
        ([1.5], "1.50"),
    ],
)
def test_a_quantity_is_told_by_its_median_and_how_far_runs_differ(measuring, values, text):
    assert f"{measuring.Spread.of(values):.2f}" == text


def test_thousands_are_set_apart_in_every_number_of_a_spread(measuring):
    assert f"{measuring.Spread.of([1000, 2000, 30000]):,.0f}" == "2,000 (1,000 to 30,000)"


def test_contenders_take_turns_and_a_warm_up_does_not_count(measuring):
    order = []
    contenders = {name: lambda name=name: order.append(name) or len(order) for name in "ab"}
    found = measuring.turns(contenders, 2, warm_ups=1)
    assert order == ["a", "b"] * 3
    assert found == {"a": [3, 5], "b": [4, 6]}


def test_seconds_are_those_of_the_call(measuring, monkeypatch):
    clock = iter([10.0, 12.5])
    monkeypatch.setattr(measuring.time, "perf_counter", lambda: next(clock))
    assert measuring.seconds(sum, [1, 2]) == 2.5


def test_rows_are_printed_as_they_come_and_written_in_the_end(measuring, tmp_path, capsys):
    file = tmp_path / "new" / "found.json"
    with measuring.Results("bench", str(file)) as results:
        results.table("How long", {"what": "", "ms": ".1f", "more": "g"})
        results.row("ours", measuring.Spread.of([1, 2, 6]), None)
        printed = capsys.readouterr().out
        assert not file.exists()
    assert printed.startswith("bench: ") and "numpy by " in printed
    assert printed.endswith(
        "\nHow long\n\n| what | ms | more |\n|---|---|---|\n| ours | 2.0 (1.0 to 6.0) |  |\n"
    )
    content = json.loads(file.read_text())
    check(content, "bench")
    spread = {"median": 2.0, "least": 1.0, "most": 6.0, "runs": [1.0, 2.0, 6.0]}
    assert content["rows"] == [{"table": "How long", "what": "ours", "ms": spread, "more": None}]


def test_a_dash_leaves_standard_output_to_the_json(measuring, capsys):
    with measuring.Results("bench", "-") as results:
        results.table("How long", {"ms": ".1f"})
        results.row(measuring.Spread.of([1]))
    said = capsys.readouterr()
    check(json.loads(said.out), "bench")
    assert "| 1.0 |" in said.err


def test_what_is_broken_off_writes_no_result(measuring, tmp_path):
    with pytest.raises(KeyboardInterrupt), measuring.Results("bench", str(tmp_path / "found")):
        raise KeyboardInterrupt
    assert not list(tmp_path.iterdir())


def test_a_row_has_a_cell_for_each_column(measuring):
    results = measuring.Results("bench", None)
    results.table("How long", {"ms": ".1f", "s": ".1f"})
    with pytest.raises(ValueError):
        results.row(1.0)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--runs", "0"], "at least 1"),
        (["--json", str(BENCHMARKS)], "is a folder"),
        (["--only", "theirs"], "invalid choice"),
    ],
)
def test_what_cannot_be_is_refused_before_minutes_are_spent(measuring, capsys, options, complaint):
    with pytest.raises(SystemExit):
        measuring.parser("Title.", runs=3, only=["ours"]).parse_args(options)
    assert complaint in capsys.readouterr().err


# --- each of them ----------------------------------------------------------------------------


def test_every_benchmark_has_a_tiny_run_and_says_how_long_it_takes():
    assert sorted([*TINY, *SLOW]) == NAMES
    for name in NAMES:
        doc = (BENCHMARKS / f"{name}.py").read_text().split('"""')[1]
        assert re.search(r"\bminutes?\b", doc), f"how long does {name} take?"
        assert "--json FILE" in doc and f"benchmarks/{name}.py" in doc


@pytest.mark.parametrize("name", TINY)
def test_a_tiny_run_has_the_form_of_all(name, tmp_path):
    file = tmp_path / "found.json"
    done = run(name, *TINY[name], "--json", str(file), "--data", str(tmp_path / "nothing"))
    assert done.stdout.startswith(f"{name}: ") and "|---|" in done.stdout
    check(json.loads(file.read_text()), name)


@pytest.mark.proof
@pytest.mark.parametrize("name", SLOW)
def test_a_small_run_has_the_form_of_all(name):
    if name in ("grading", "hostile_class", "redteam", "what_if", "writer") and missing():
        pytest.skip(f"graded behind walls only: {missing()}")
    if name == "redteam" and shutil.which("bwrap") is None:
        pytest.skip("stock nbgrader is boxed in by bubblewrap, which is not there")
    check(json.loads(run(name, *SLOW[name], "--json", "-").stdout), name)


def test_make_bench_runs_them_all_with_the_options_that_it_was_given():
    command = [
        "make",
        "--dry-run",
        "bench",
        "DATA=/some where",
        "JSON=/else",
        "CONSTRAINTS=/dev/null",
    ]
    said = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    (names,) = re.findall(r"for name in (.+); do", said.stdout)
    assert sorted(names.split()) == NAMES
    assert '--data "/some where"' in said.stdout and '--json "/else/$name.json"' in said.stdout


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_takes_what_make_bench_gives(name):
    said = run(name, "--help").stdout
    assert all(option in said for option in ("--data FOLDER", "--json FILE", "--runs RUNS"))


def test_a_large_class_is_bound_by_what_is_slower(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    from writer import hours

    assert hours(3600, judging=0.5, writing=0.1, machines=1, cores=2) == (0.25, "judging")
    assert hours(3600, judging=0.5, writing=0.1, machines=10, cores=2) == (0.1, "writing")
    assert hours(3600, judging=0.5, writing=0.1, machines=100, writers=4) == (0.025, "writing")
