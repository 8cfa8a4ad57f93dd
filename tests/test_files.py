"""A file that is written is there completely, or stays as it was."""

import pytest

from course_utils.files import replace_text


def test_its_folder_is_made_and_nothing_else_is_left(tmp_path):
    target = tmp_path / "a" / "b" / "points.csv"

    replace_text(target, "név,5\n")

    assert target.read_bytes() == "név,5\n".encode()
    assert list(target.parent.iterdir()) == [target]


def test_permissions_stay(tmp_path):
    target = tmp_path / "points.csv"
    target.touch(0o600)

    replace_text(target, "5\n")

    assert target.stat().st_mode & 0o777 == 0o600


def test_a_text_that_cannot_be_written_changes_nothing(tmp_path):
    target = tmp_path / "points.csv"
    target.write_text("5\n")

    with pytest.raises(UnicodeEncodeError):
        replace_text(target, "half of it, then \udc80")

    assert target.read_text() == "5\n"
    assert list(tmp_path.iterdir()) == [target]
