"""What a run over a class comes to."""

from course_utils.grading import Assignment
from course_utils.grading.results import summary
from course_utils.grading.results.grades import ClassGrades, StudentGrades
from course_utils.grading.running.grade_class import ClassRun


def test_of_all_that_was_put_right_only_what_was_left_out_is_to_be_looked_at():
    """Whatever the sentences say: the field decides."""
    ada = StudentGrades(
        "ada",
        repairs=("zero bytes were left out", "a.ipynb: too large"),
        left_out=("a: too large",),
    )
    assignment = Assignment(None, "ps1")

    found = summary.summarize(ClassRun(assignment), ClassGrades(assignment, [], [ada]))

    assert found.attention == [("ada", "a: too large")]
