"""Control groups of both versions, in folders that look as the kernel's do."""

import os
from pathlib import Path

import pytest

from course_utils.grading.judging.sandbox import cgroups


def laid(root: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    return root


SECOND = {
    "cgroup.controllers": "cpu memory pids\n",
    "cgroup.subtree_control": "memory pids\n",
    "cgroup.procs": "",
}


def test_beside_our_own_of_the_second_version(tmp_path):
    own = {f"session/{name}": text for name, text in SECOND.items()}
    root = laid(tmp_path, SECOND | own)

    assert cgroups.places(root, "0::/session\n") == {"memory": (root, 2), "pids": (root, 2)}


def test_controllers_of_the_first_version_are_taken_one_by_one(tmp_path):
    root = laid(tmp_path, {"memory/a/b/cgroup.procs": "", "pids/cgroup.procs": ""})
    own = "4:memory:/a/b\n3:cpu,cpuacct:/\n2:pids:/\n1:name=systemd:/\n0::/\n"

    found = cgroups.places(root, own)
    assert found == {"memory": (root / "memory/a/b", 1), "pids": (root / "pids", 1)}


@pytest.mark.parametrize("own", ["", "0::/\n", "4:memory:/gone\n", "0::/../elsewhere\n"])
def test_where_there_are_none_nothing_is_found(tmp_path, own):
    assert cgroups.places(tmp_path, own) == {}


def test_a_group_without_the_controllers_is_none(tmp_path):
    files = SECOND | {"cgroup.subtree_control": "cpu\n"}
    own = {f"session/{name}": text for name, text in files.items()}

    assert cgroups.places(laid(tmp_path, files | own), "0::/session\n") == {}


@pytest.mark.skipif(os.geteuid() == 0, reason="root needs no delegated group")
def test_processes_of_a_delegated_group_move_aside(tmp_path):
    files = {
        "scope/cgroup.controllers": "memory pids\n",
        "scope/cgroup.subtree_control": "",
        "scope/cgroup.procs": "11\n12\n",
    }
    root = laid(tmp_path, files)
    cgroups.settle(root, "0::/scope\n")

    assert (root / "scope" / cgroups.REST / "cgroup.procs").read_text() == "12"
    assert (root / "scope/cgroup.subtree_control").read_text() == "+memory +pids"


def test_where_one_can_be_had_it_counts_and_is_removed():
    """For real: a child joins a group of its own."""
    if not cgroups.places():
        pytest.skip("no control group can be had here")
    source, target = os.pipe()
    child = os.fork()
    if child == 0:
        group = cgroups.join()
        if group is not None:
            group.allow(100_000_000)
            os.write(target, Path("/proc/self/cgroup").read_bytes())
        os._exit(0)
    os.close(target)
    os.waitpid(child, 0)
    with open(source) as file:
        said = file.read()
    folders = [p / f"{cgroups.NAME}{child}" for p, _ in cgroups.places().values()]

    assert f"{cgroups.NAME}{child}" in said
    assert any(folder.is_dir() for folder in folders)
    cgroups.leave_behind(child)
    assert not any(folder.exists() for folder in folders)
