"""What a course makes ready for its judges."""

import sys

import pytest

from course_utils.grading.judging import hooks

LOADS = "from course_utils import datasets\ntrain = datasets.load('mnist')"


def test_settings_that_name_none_have_the_packages_own_where_cells_mention_it():
    """Those written before there were hooks do so."""
    assert hooks.chosen(None, ["import numpy", LOADS]) == hooks.OWN
    assert hooks.chosen(None, ["import numpy"]) is None
    assert hooks.chosen("mine:ready", [LOADS]) == "mine:ready"


def test_the_packages_own_makes_the_samples_that_cells_load(tmp_path, monkeypatch):
    pytest.importorskip("sklearn", reason="samples are made of its pictures")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))

    (name, folder), *others = hooks.call(hooks.OWN, [LOADS]).items()

    assert not others and folder == tmp_path / name
    assert [path.name.partition("-")[0] for path in folder.iterdir() if path.is_dir()] == ["mnist"]


def test_where_only_the_grader_is_installed_it_makes_nothing(monkeypatch):
    monkeypatch.setitem(sys.modules, "course_utils.datasets", None)

    assert hooks.call(hooks.OWN, [LOADS]) == {}


def test_another_one_that_is_not_there_is_a_fault():
    with pytest.raises(ImportError, match="no_such_module"):
        hooks.call("no_such_module:ready", [])
