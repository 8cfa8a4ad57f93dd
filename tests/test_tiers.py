"""`make test` and `make proof` leave nothing out, and nothing is run by both."""

import argparse
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
MIXED = """
import pytest

def test_fast(): pass

@pytest.mark.proof
def test_slow(): pass
"""
ALL_SLOW = """
import pytest

pytestmark = pytest.mark.proof

@pytest.mark.parametrize("n", [1, 2])
def test_slow(n): pass
"""
NOTEBOOK = """{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
    {"cell_type": "code", "id": "a", "source": "1", "metadata": {}, "outputs": [],
     "execution_count": null}]}"""


def options(target, *settings):
    """What pytest is told by `make` when it makes a target."""
    said = subprocess.run(
        ["make", "--dry-run", target, "CONSTRAINTS=/dev/null", *settings],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    (line,) = re.findall(r"-m pytest (.+)", said.stdout)
    return shlex.split(line)


@pytest.fixture
def few_tests(tmp_path):
    """A folder with our settings, and tests of every kind: marked, unmarked, a notebook."""
    for name in ("pyproject.toml", "conftest.py"):
        shutil.copy(REPOSITORY / name, tmp_path)
    (tmp_path / "lectures").mkdir()
    (tmp_path / "lectures/01.ipynb").write_text(NOTEBOOK)
    (tmp_path / "assignments/source").mkdir(parents=True)
    (tmp_path / "tests").mkdir()
    for number in range(5):
        (tmp_path / f"tests/test_{number}.py").write_text(ALL_SLOW if number % 2 else MIXED)
    return tmp_path


def collected(folder, *options):
    plugins = ["-p", "nbval.plugin", "-p", "xdist.plugin", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", *plugins, *options],
        cwd=folder,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if "::" in line]


def test_a_test_is_in_one_of_the_two_and_never_in_both(few_tests):
    everything = collected(few_tests)
    fast, long = (collected(few_tests, *options(target)) for target in ("test", "proof"))

    assert len(everything) == 3 * 2 + 2 * 2 + 1
    assert sorted(fast + long) == sorted(everything)
    assert any(".ipynb" in test for test in fast)
    assert all("test_slow" in test for test in long)
    assert {options(target)[-1] for target in ("test", "proof")} == {"proof", "not proof"}


def test_shards_are_all_of_the_proof(few_tests):
    whole = collected(few_tests, *options("proof"))
    shards = [collected(few_tests, *options("proof", f"SHARD={n}/3")) for n in (1, 2, 3)]

    assert all(shards) and sorted(sum(shards, [])) == sorted(whole)
    assert len({test.partition("::")[0] for test in shards[0]} & {*shards[1], *shards[2]}) == 0


@pytest.fixture(scope="module")
def ours():
    """The repository's conftest.py, as a module."""
    spec = importlib.util.spec_from_file_location("ours", REPOSITORY / "conftest.py")
    ours = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(ours)
    return ours


@pytest.mark.parametrize("shard", ["0/4", "5/4", "2", "a/b"])
def test_a_shard_that_cannot_be_is_refused(shard, ours):
    with pytest.raises(argparse.ArgumentTypeError, match=f"'{shard}' is no K/N such as 1/4"):
        ours.shard(shard)


def test_what_is_named_as_longest_is_there(ours):
    for start in ours.LONGEST:
        assert any(REPOSITORY.glob(f"{start}*")), start


@pytest.mark.parametrize(
    ("test", "scope"),
    [
        ("lectures/01_perceptrons.ipynb::Cell 3", "lectures/01_perceptrons.ipynb"),
        ("tests/test_files.py::test_a[ps1_x]", "tests/test_files.py"),
        ("tests/test_assignments.py::test_a", "tests/test_assignments.py"),
        ("tests/test_assignments.py::test_a[ps1_x]", "tests/test_assignments.py[ps1_x]"),
    ],
)
def test_a_worker_runs_whole_files_but_for_the_longest_which_is_shared(test, scope, ours):
    assert ours.scope(test) == scope


PYTHON = """#!/usr/bin/env bash
echo "$@"
case "$*" in *"$FAILS"*) exit 1;; esac
"""


@pytest.mark.parametrize("fails", ["-m not proof", "-m proof", "-m pytest", "nothing"])
def test_what_ci_runs_is_both_even_if_one_fails(tmp_path, fails):
    """The script and the Makefile are ours, with a stand-in for Python."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt", ".ci/run"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(REPOSITORY / name, tmp_path / name)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").write_text(PYTHON)
    (tmp_path / ".venv/bin/python").chmod(0o755)
    (tmp_path / ".venv/.installed").touch()

    done = subprocess.run(
        ["bash", ".ci/run"], cwd=tmp_path, env={"PATH": "/usr/bin:/bin", "FAILS": fails},
        capture_output=True, text=True,
    )  # fmt: skip

    ran = done.stdout.splitlines()
    assert ran == [f"-m pytest -n auto -m {expression}" for expression in ("not proof", "proof")]
    assert (done.returncode == 0) == (fails == "nothing")


@pytest.mark.parametrize(("until", "outcome"), [("1", "4 skipped"), ("1e12", "4 passed")])
def test_what_a_run_has_no_time_left_for_is_skipped_and_said(few_tests, until, outcome):
    alone = [
        "-p",
        "no:cacheprovider",
        "-o",
        "addopts=",
        "-rs",
        "tests/test_0.py",
        "tests/test_1.py",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "nbval.plugin", *alone],
        cwd=few_tests,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COURSE_TESTS_UNTIL": until},
        capture_output=True,
        text=True,
    )

    assert outcome in done.stdout, done.stdout + done.stderr
    assert ("COURSE_TESTS_UNTIL is over" in done.stdout) == ("skipped" in outcome)
