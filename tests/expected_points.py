"""What a demo class must get."""

from collections.abc import Collection

from course_utils.grading import CourseError
from course_utils.grading.authoring.mistakes import DemoStudent


def expected_points(
    student: DemoStudent, maximum: dict[str, float], by_hand: Collection[str] = ()
) -> dict[str, float | None]:
    """The points each graded cell must get, from `maximum`, the points of each cell.

    None stands for those that a person grades, `by_hand`, where there is something to read.
    """
    if student.hands_in != "notebook":
        return dict.fromkeys(maximum, 0.0)
    lost = {
        test: points
        for answer in student.answers.values()
        for test, points in answer.points.items()
    }
    unknown = lost.keys() - maximum.keys()
    if unknown:
        raise CourseError(f"{student.name}: no graded cell is called {', '.join(sorted(unknown))}")
    return maximum | lost | dict.fromkeys(by_hand)
