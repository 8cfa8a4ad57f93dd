"""Statistics of exercises, compared with what one computes by hand and NumPy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading.results import items
from course_utils.grading.results.grades import ClassGrades, Exercise, Mark, StudentGrades

EXERCISES = [Exercise(1, "one", ("a", "b"), 5), Exercise(2, "two", ("c",), 2)]


def student(name, a, b, c, reason="wrong, yours is 3", seconds=0.5):
    points = {"a": (a, 2), "b": (b, 3), "c": (c, 2)}
    marks = {
        cell: Mark(got, most, reason if got is not None and got < most else None, seconds)
        for cell, (got, most) in points.items()
    }
    return StudentGrades(name, marks)


def test_difficulty_discrimination_and_reasons():
    students = [
        student("ada", 2.0, 3.0, 2.0),
        student("bela", 2.0, 0.0, 1.0),
        student("cora", 0.0, 0.0, 0.0, "wrong, yours is 7"),
    ]
    one, two = items.analyse(ClassGrades("ps", EXERCISES, students))

    assert one.difficulty == pytest.approx((5 + 2 + 0) / 15)
    assert two.difficulty == pytest.approx(0.5)
    assert one.discrimination == pytest.approx(np.corrcoef([5, 2, 0], [2, 1, 0])[0, 1])
    assert one.reasons == (("b: wrong", 2), ("a: wrong", 1))
    assert (one.seconds, two.seconds) == (1.0, 0.5)


def test_who_has_no_points_yet_does_not_count():
    students = [
        student("ada", 2.0, 3.0, 2.0),
        student("bela", None, 3.0, 2.0),
        StudentGrades("cora", problem="damaged"),
    ]
    one, _ = items.analyse(ClassGrades("ps", EXERCISES, students))

    assert one.difficulty == 1.0 and one.discrimination is None


def test_a_class_without_grades_has_no_numbers():
    one, _ = items.analyse(ClassGrades("ps", EXERCISES, []))

    assert math.isnan(one.difficulty) and one.discrimination is None


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=2, max_size=20))
def test_correlation_is_numpys(pairs):
    x, y = map(list, zip(*pairs, strict=True))
    found = items.correlation(x, y)

    if len(set(x)) == 1 or len(set(y)) == 1:
        assert found is None
    else:
        assert found == pytest.approx(np.corrcoef(x, y)[0, 1], abs=1e-9)
