"""What is going away is an error in our tests: the setting in pyproject.toml is tried."""

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
TINY = """
import warnings

import ours
import pytest

KINDS = [DeprecationWarning, PendingDeprecationWarning, FutureWarning]


@pytest.mark.parametrize("kind", KINDS)
def test_caused_by_the_test(kind):
    warnings.warn("going away", kind)


@pytest.mark.parametrize("kind", KINDS)
def test_raised_in_a_module(kind):
    ours.old(kind)


def test_an_ordinary_warning():
    warnings.warn("take care", UserWarning)


def test_one_that_is_expected():
    with pytest.warns(DeprecationWarning, match="going away"):
        ours.old(DeprecationWarning)
"""
MODULE = """
import warnings


def old(kind):
    warnings.warn("going away", kind)
"""


@pytest.mark.proof
def test_what_is_going_away_fails_a_test_also_side_by_side(tmp_path):
    (tmp_path / "ours.py").write_text(MODULE)
    (tmp_path / "test_tiny.py").write_text(TINY)

    ended = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-n2", "-q", "-rfp", "-p", "no:cacheprovider"),
            *("-c", REPOSITORY / "pyproject.toml", "--rootdir", tmp_path, tmp_path),
        ],
        capture_output=True,
        text=True,
        timeout=120,
    )

    lines = ended.stdout.splitlines()
    failed = {line.split("::")[1].split(" ")[0] for line in lines if line.startswith("FAILED")}
    passed = {line.split("::")[1] for line in lines if line.startswith("PASSED")}
    kinds = ["DeprecationWarning", "PendingDeprecationWarning", "FutureWarning"]
    assert failed == {
        f"{test}[{kind}]"
        for test in ("test_caused_by_the_test", "test_raised_in_a_module")
        for kind in kinds
    }
    assert passed == {"test_an_ordinary_warning", "test_one_that_is_expected"}
