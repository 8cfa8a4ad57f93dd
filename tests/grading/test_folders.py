"""A folder is replaced as a whole, by however many at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from course_utils.grading.folders import is_notebook, remove_tree, replace_folder


def test_several_who_replace_or_remove_a_folder_at_once_do_not_meet(tmp_path):
    """As two graders of one class do; what stands there in the end is whole, and nothing else."""
    target = tmp_path / "autograded" / "ps0"
    versions = [{f"{n}.txt": bytes([n]) for n in range(start, start + 20)} for start in range(4)]

    def replace(version):
        for _ in range(20):
            replace_folder(target, version, 0o444)
            remove_tree(target)
        replace_folder(target, version, 0o444)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(replace, versions))

    assert {file.name: file.read_bytes() for file in target.iterdir()} in versions
    assert list(target.parent.iterdir()) == [target]


def test_a_notebook_is_one_in_capitals_too():
    assert is_notebook("ps1 (2).ipynb") and is_notebook("below/PS1.IPYNB")
    assert not is_notebook("ps1.ipynb.zip") and not is_notebook("ipynb")


@pytest.mark.parametrize("names", [["a", "a/b"], ["x" * 300]])
def test_files_that_have_no_place_leave_nothing_behind(tmp_path, names):
    with pytest.raises(OSError):
        replace_folder(tmp_path / "there", dict.fromkeys(names, b""), 0o644)

    assert list(tmp_path.iterdir()) == []
