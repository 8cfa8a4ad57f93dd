"""One list of requirements: loose enough for Colab, pinned for tests, the same for conda."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).parents[1]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
CORE = [Requirement(line) for line in PROJECT["dependencies"]]
ALL = CORE + [Requirement(line) for lines in EXTRAS.values() for line in lines]

# The simulated Colab has a tensorflow without GPU code, and torch from the tests' environment.
COLAB = {"tensorflow": "2.20.0", "torch": "2.11.0"}
for line in (REPOSITORY / "tests/colab/colab.txt").read_text("utf-8").splitlines():
    if match := re.match(r"([\w.-]+)==([\w.]+)", line):
        COLAB[canonicalize_name(match[1])] = match[2]


def pins():
    lines = (REPOSITORY / "constraints.txt").read_text("utf-8").splitlines()
    found = (re.fullmatch(r"([\w.-]+)==([\w.]+)", line) for line in lines if line[:1] != "#")
    return {canonicalize_name(match[1]): match[2] for match in found}


@pytest.mark.parametrize("requirement", CORE, ids=str)
def test_colab_has_what_the_core_needs(requirement):
    assert requirement.specifier.contains(COLAB[requirement.name])


@pytest.mark.parametrize("requirement", CORE, ids=str)
def test_the_core_asks_for_nothing_older_than_colab_may_have(requirement):
    """Colab only ever goes up: an upper bound would break every notebook on some morning."""
    assert {each.operator for each in requirement.specifier} == {">="}


@pytest.mark.parametrize("extra", ["torch", "tensorflow"])
def test_colabs_frameworks_are_new_enough(extra):
    for requirement in map(Requirement, EXTRAS[extra]):
        assert requirement.specifier.contains(COLAB[requirement.name])


@pytest.mark.parametrize("requirement", ALL, ids=str)
def test_every_requirement_is_pinned_within_its_range(requirement):
    assert requirement.specifier.contains(pins()[canonicalize_name(requirement.name)])


def test_the_tests_run_with_what_is_pinned():
    for requirement in ALL:
        name = canonicalize_name(requirement.name)
        assert version(name).partition("+")[0] == pins()[name]


def test_supported_pythons_are_three():
    supported = SpecifierSet(PROJECT["requires-python"])

    assert [minor for minor in range(20) if f"3.{minor}.0" in supported] == [11, 12, 13]


def test_conda_installs_python_and_pip_and_leaves_the_rest_to_the_one_list():
    environment = yaml.safe_load((REPOSITORY / "environment.yml").read_text("utf-8"))
    *packages, by_pip = environment["dependencies"]

    assert [re.match(r"\w+", package).group() for package in packages] == ["python", "pip"]
    assert by_pip["pip"] == [
        "--constraint constraints.txt",
        f"--editable .[{','.join(EXTRAS)}]",
    ]
    assert f"[{','.join(EXTRAS)}]" in (REPOSITORY / "Makefile").read_text("utf-8")
