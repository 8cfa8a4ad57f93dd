"""Arrows point one way: `lint-imports`, which `make lint` calls, names every one that does not."""

import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import grimp
import pytest

from copied import REPOSITORY

SETTINGS = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
CONTRACTS = {contract["id"]: contract for contract in SETTINGS["contracts"]}


def lint(root):
    """Exit status and words of `lint-imports` on the package in a folder."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=root,
        env={"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def test_no_arrow_points_back_up():
    status, said = lint(REPOSITORY)

    assert status == 0, said


@pytest.mark.parametrize(
    ("room", "line", "broken"),
    [
        ("errors.py", "from . import datasets", "rooms"),
        ("seeds.py", "import course_utils.runtime", "rooms"),
        ("layers/dense.py", "from ..grading import Course", "rooms"),
        ("training.py", "from .tools import doctor", "rooms"),
        ("grading/folders.py", "from .. import figures", "grader"),
        ("grading/judging/verdicts.py", "from ..running import work", "grading"),
        ("grading/authoring/release.py", "from ..results import grades", "grading"),
        ("grading/judging/sandbox/walls.py", "from ..across import wire", "judging"),
        ("tools/notebooks/files.py", "from ..cli import main", "tools"),
        ("layers/dense.py", "import matplotlib", "layers"),
        ("models/torch/lenet.py", "import tqdm", "torch"),
        ("models/keras/lenet.py", "import torch", "keras"),
        ("attic.py", "", "rooms"),  # a room of which nobody has said where it belongs
    ],
)
def test_one_that_does_is_named(room, line, broken, package):
    file = package / "course_utils" / room
    before = file.read_text("utf-8") if file.exists() else None
    file.write_text(f"{before or ''}\n\ndef _():\n    {line or 'pass'}\n", "utf-8")
    try:
        status, said = lint(package)
    finally:
        file.unlink() if before is None else file.write_text(before, "utf-8")

    assert status == 1
    assert f"{CONTRACTS[broken]['name']} BROKEN" in said


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A copy of the package's code."""
    root = tmp_path_factory.mktemp("arrows")
    for file in [REPOSITORY / "pyproject.toml", *(REPOSITORY / "course_utils").rglob("*.py")]:
        target = root / file.relative_to(REPOSITORY)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    return root


@pytest.mark.parametrize(
    ("contract", "allowed"),
    [("layers", {"numpy"}), ("torch", {"numpy", "torch"}), ("keras", {"keras", "numpy"})],
)
def test_of_third_parties_a_room_imports_what_its_name_says(contract, allowed):
    """The contracts name what they forbid; here is what is left of everything."""
    (room,) = CONTRACTS[contract]["source_modules"]
    graph = grimp.build_graph("course_utils", include_external_packages=True, cache_dir=None)
    rooms = {room, *graph.find_descendants(room)}
    found = set().union(*(graph.find_modules_directly_imported_by(module) for module in rooms))

    assert found & set(packages_distributions()) - {"course_utils"} <= allowed
    assert not allowed & set(CONTRACTS[contract]["forbidden_modules"])
