"""What was put right before grading: a line a student, and one for all who share it."""

from rich.console import Console

from course_utils.grading.results.grades import ClassGrades, StudentGrades
from course_utils.grading.results.terminal import repairs_table


def lines(*students):
    console = Console(width=120, record=True, file=open("/dev/null", "w"))
    console.print(repairs_table(ClassGrades("ps", [], list(students))))
    return [line.strip() for line in console.export_text().splitlines() if line.strip()]


def test_a_class_that_colab_changed_alike_is_one_line():
    colab = ("8 tests were missing, and were put back: a, b, c and 5 more", "no metadata")
    students = [StudentGrades(f"s{n:02}", {}, repairs=colab) for n in range(24)]
    found = lines(
        *students,
        StudentGrades("tess", {}, repairs=("left out: 2 damaged cells",)),
        StudentGrades("zoe", {}),
    )

    assert len(found) == 2
    assert found[0].startswith("s00, s01, s02 and 21 more") and found[0].endswith("no metadata")
    assert found[1].split(maxsplit=1) == ["tess", "left out: 2 damaged cells"]
