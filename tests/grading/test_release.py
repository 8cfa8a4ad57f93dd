"""The students' version follows its source, and is never half there."""

import pytest

from course_utils.grading import CourseError, release

pytestmark = pytest.mark.slow

PS0 = "ps0_numbers"


def test_a_release_has_neither_solutions_nor_hidden_tests(course):
    text = (release.release(course, PS0) / "numbers.ipynb").read_text()

    assert "NotImplementedError" in text
    assert "double(1) == 2" in text
    for secret in ("return 2 * x", "double(-3)", "BEGIN SOLUTION", "BEGIN HIDDEN"):
        assert secret not in text


def test_a_release_is_out_of_date_once_its_source_changes(course):
    release.release(course, PS0)
    assert release.differences(course, PS0) == []

    source = course.notebooks(PS0)[0]
    source.write_text(source.read_text().replace("Write `halve`", "Now write `halve`"))

    assert release.differences(course, PS0) == [
        f"release/{PS0}/numbers.ipynb is out of date: run `course release {PS0}`"
    ]


def test_a_release_that_fails_leaves_the_old_one_as_it_was(course):
    target = release.release(course, PS0) / "numbers.ipynb"
    before = target.read_bytes()
    source = course.notebooks(PS0)[0]
    source.write_text(source.read_text().replace("### END SOLUTION", "### END OF IT"))

    with pytest.raises(CourseError, match="ps0_numbers cannot be released: .*"):
        release.release(course, PS0)

    assert target.read_bytes() == before
    assert not list(course.root.glob(".release-*"))
