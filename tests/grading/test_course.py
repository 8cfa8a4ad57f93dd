"""Bad input to a course gets one clear line, and nothing is written."""

import os

import pytest

from course_utils.grading import Assignment, Course, CourseError
from course_utils.grading.results import grades
from course_utils.grading.running import grade_class

PS0 = "ps0_numbers"


def test_a_folder_without_settings_is_no_course(tmp_path):
    with pytest.raises(CourseError, match="is no nbgrader course: it has no nbgrader_config.py"):
        Course(tmp_path)


def test_an_assignment_is_found_by_the_beginning_of_its_name(course):
    assert course.assignment("ps0") == course.assignment(PS0) == Assignment(course, PS0)


@pytest.mark.parametrize("name", ["ps9", "ps", "ps0_", "", "../source"])
def test_an_unknown_assignment_is_named_with_those_there_are(course, name):
    with pytest.raises(CourseError, match=f"unknown assignment '{name}': course/source has {PS0}"):
        course.assignment(name)


def test_an_empty_class_says_where_notebooks_go(course):
    with pytest.raises(
        CourseError, match="nobody has handed in ps0_numbers: put the notebooks into "
    ):
        course.assignment(PS0).submissions()


def test_a_folder_named_wrongly_gets_a_line_and_the_others_are_found(course, hand_in):
    hand_in("ada")
    submitted = hand_in("bela").parents[2]
    (submitted / "bela" / PS0).rename(submitted / "bela" / "PS0-numbers")
    (submitted / "cora").mkdir()
    (submitted / "dina.zip").write_text("")
    (submitted / "e[mi]l" / PS0).mkdir(parents=True)

    found, misnamed = course.assignment(PS0).submissions()

    assert [submission.student for submission in found] == ["ada"]
    assert misnamed == [
        f"submitted/bela holds PS0-numbers: rename it to {PS0}",
        f"submitted/cora holds no folder: expected submitted/cora/{PS0}/",
        f"submitted/dina.zip is not a student's folder: expected submitted/dina.zip/{PS0}/",
        "submitted/e[mi]l cannot be graded under this name: rename it without * ? [ ]",
    ]


def test_who_handed_in_only_another_assignment_is_not_misnamed(course, hand_in):
    hand_in("ada")
    more = Assignment(course, "ps1_more")
    more.source.mkdir()
    more.submitted("bela").mkdir(parents=True)

    found, misnamed = course.assignment(PS0).submissions()

    assert [submission.student for submission in found] == ["ada"]
    assert misnamed == []


def defect(course):
    return course.assignment(PS0).submissions()[0][0].defect()


def test_a_folder_without_a_notebook_is_told_with_what_is_there_instead(course, hand_in):
    notebook = hand_in("ada")
    notebook.rename(notebook.with_name("numbers.py"))

    assert defect(course) == "no notebook in the folder, which holds numbers.py"


def test_a_folder_with_something_packed_is_told_to_unpack_it(course, hand_in):
    notebook = hand_in("ada")
    notebook.rename(notebook.with_name("numbers.zip"))

    assert defect(course) == (
        "no notebook in the folder, which holds numbers.zip: unpack numbers.zip there"
    )


@pytest.mark.usefixtures("released")
def test_a_notebook_in_a_folder_of_its_own_is_graded(course, hand_in):
    """As it is after unpacking, with what macOS puts beside it."""
    notebook = hand_in("ada")
    for folder, text in (("zipped", notebook.read_bytes()), ("__MACOSX", b"rubbish")):
        (notebook.parent / folder).mkdir()
        (notebook.parent / folder / notebook.name).write_bytes(text)
    notebook.unlink()
    found = grade_class.grade(course.assignment(PS0)).records
    (ada,) = grades.read(course.assignment(PS0), found).students

    assert (ada.total, ada.problem) == (5.0, None)
    assert ada.repairs == ("zipped/numbers.ipynb was taken for numbers.ipynb",)


def test_a_name_that_is_no_utf_8_stops_nobody(course, hand_in):
    """As old archives from Windows have it."""
    hand_in("ada")
    os.makedirs(os.fsencode(course.root / "submitted") + b"/jos\xe9/" + PS0.encode())
    found, misnamed = course.assignment(PS0).submissions()

    assert [submission.student for submission in found] == ["ada"]
    assert misnamed == ["submitted/jos\ufffd has a name that is no UTF-8: rename it"]


def test_an_lms_folder_is_told_where_its_notebook_belongs(course, hand_in):
    hand_in("ada")
    bela = course.root / "submitted" / "Bela B_123_assignsubmission_file"
    bela.mkdir()
    (bela / "numbers.ipynb").write_text("{}")
    here = "submitted/Bela B_123_assignsubmission_file"

    assert course.assignment(PS0).submissions()[1] == [
        f"{here} holds numbers.ipynb: put it into {here}/{PS0}/"
    ]


def test_a_name_cannot_write_to_the_terminal(course, hand_in):
    notebook = hand_in("ada")
    notebook.rename(notebook.with_name("\x1b[31mred\x07\nline"))

    assert defect(course) == "no notebook in the folder, which holds red line"


@pytest.mark.usefixtures("released")
@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_links_and_devices_are_never_opened(course, hand_in, kind):
    """They are graded as what they are: nothing."""
    notebook = hand_in("ada")
    notebook.unlink()
    if kind == "link":
        notebook.symlink_to("/dev/zero")
    else:
        os.mkfifo(notebook)
    found = grade_class.grade(course.assignment(PS0)).records
    (ada,) = grades.read(course.assignment(PS0), found).students

    assert ada.total == 0.0
    assert ada.problem == "numbers.ipynb was left out: it is no ordinary file"


@pytest.mark.usefixtures("released")
def test_a_large_file_beside_the_notebook_is_left_out(course, hand_in):
    with open(hand_in("ada").with_name("data.bin"), "wb") as file:
        file.truncate(10**11)
    found = grade_class.grade(course.assignment(PS0)).records

    assert grades.read(course.assignment(PS0), found).students[0].total == 5.0


def test_a_course_that_trusts_its_students_is_told_how_not_to(course, hand_in):
    hand_in("ada")
    settings = course.root / "nbgrader_config.py"
    settings.write_text("\n".join(settings.read_text().splitlines()[:-1]))
    with pytest.raises(CourseError, match="does not switch the judge on: add `from course_utils"):
        grade_class.grade(Course(course.root).assignment(PS0))
