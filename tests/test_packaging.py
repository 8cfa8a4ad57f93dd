"""One list of requirements: loose enough for Colab, pinned for tests, the same for conda."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions, requires, version
from pathlib import Path

import pytest
import setuptools
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).parents[1]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
CORE = [Requirement(line) for line in PROJECT["dependencies"]]
NOTEBOOKS = CORE + [Requirement(line) for line in EXTRAS["lectures"]]
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


@pytest.mark.parametrize("requirement", NOTEBOOKS, ids=str)
def test_colab_has_what_notebooks_need(requirement):
    assert requirement.specifier.contains(COLAB[requirement.name])


@pytest.mark.parametrize("requirement", NOTEBOOKS, ids=str)
def test_notebooks_ask_for_nothing_older_than_colab_may_have(requirement):
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


def test_a_library_is_asked_for_in_the_same_versions_wherever_it_is_listed():
    asked = {requirement.name: set() for requirement in ALL}
    for requirement in ALL:
        asked[requirement.name].add(str(requirement.specifier))

    assert {name for name, specifiers in asked.items() if len(specifiers) > 1} == set()


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


# --- the grader alone ----------------------------------------------------------------------------

GRADER = CORE + [Requirement(line) for line in EXTRAS["grading"]]
HEAVY = {"keras", "matplotlib", "pandas", "scikit-image", "scikit-learn", "scipy", "tensorflow"}
HEAVY |= {"torch"}
# Other extras', imported where they are used.
OPTIONAL = {"canvasapi", "copydetect", "distributed", "torch"}
WITHOUT = """
import importlib, pkgutil, sys
sys.modules |= dict.fromkeys(sys.argv[1:])  # None: for Python it is not installed
import course_utils.grading
from course_utils.tools import cli
cli.parser()
for found in pkgutil.walk_packages(course_utils.grading.__path__, "course_utils.grading."):
    if not found.name.endswith("forkserver_process"):  # it is a program
        importlib.import_module(found.name)
from course_utils.grading.results import similarity
try:
    similarity.compare({})
except course_utils.grading.CourseError as error:
    print(error)
"""


def brought_by(requirements):
    """The names of all libraries that are installed with these, as the installed ones say."""
    found, wanted = set(), list(requirements)
    while wanted:
        each = wanted.pop()
        asked = {(canonicalize_name(each.name), extra) for extra in ("", *each.extras)} - found
        found |= asked
        for name, extra in asked:
            needed = map(Requirement, requires(name) or [])
            wanted += [r for r in needed if not r.marker or r.marker.evaluate({"extra": extra})]
    return {name for name, _ in found}


def test_the_grader_brings_nothing_that_teaches():
    tests = [Requirement(line) for line in EXTRAS["dev"]]

    assert brought_by(GRADER) & HEAVY == set()
    assert brought_by(GRADER + tests) & HEAVY == set()  # CI tests it so


def test_the_grader_imports_nothing_but_what_its_extra_brings():
    homes, brought = packages_distributions(), brought_by(GRADER)
    strange = {}
    for file in (REPOSITORY / "course_utils/grading").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            for name in {name.partition(".")[0] for name in names} - {*OPTIONAL, "course_utils"}:
                theirs = {canonicalize_name(home) for home in homes.get(name, [])}
                if name not in sys.stdlib_module_names and not theirs & brought:
                    strange[f"{file.name}: {name}"] = theirs

    assert strange == {}


def test_without_what_teaches_every_module_of_the_grader_can_be_imported():
    """And what is optional says in a line what to install."""
    homes, brought = packages_distributions(), brought_by(GRADER)
    absent = {
        name for name, theirs in homes.items() if not brought & {*map(canonicalize_name, theirs)}
    }
    absent -= {"course_utils", "__editable___course_utils_0_1_0_finder"}
    inside = Path(setuptools.__file__).with_name("_vendor")  # what setuptools has of its own
    absent -= {path.name.partition("-")[0] for path in inside.glob("*")}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, *sorted(absent)], capture_output=True, text=True
    )

    assert {"matplotlib", "skimage", "torch", "copydetect"} <= absent
    assert done.stdout == "comparing answers requires copydetect: pip install copydetect\n", (
        done.stderr
    )
