"""What a change of the tests would do, as an instructor sees it."""

import csv

import pytest

from course_utils.grading.results import what_if
from course_utils.grading.results.grades import Exercise
from course_utils.grading.running.what_if import Change

EXERCISES = [Exercise(1, "Doubling", ("a", "b"), 4.0), Exercise(2, "Halving", ("c",), 3.0)]
CHANGES = [
    Change("ada", "a", 0.0, 2.0, 2.0, "negative numbers", ""),
    Change("ada", "b", 2.0, 1.0, 2.0, "", "zero"),
    Change("bela", "a", 0.0, 2.0, 2.0, "negative numbers", ""),
    Change("cora", "b", 2.0, 0.0, 2.0, "", "=zero"),
    Change("cora", "gone", 1.0, None, 1.0, "", "there was no such test"),
]


def test_gains_and_losses_are_a_students_in_an_exercise():
    doubling, gone = what_if.effects(CHANGES, EXERCISES)

    assert (doubling.number, doubling.gain, doubling.lose, doubling.points) == (1, 2, 1, 1.0)
    assert doubling.reasons[0] == ("negative numbers", "", 2)
    assert (gone.title, gone.gain, gone.lose, gone.points) == ("no longer there", 0, 1, -1.0)


def test_the_list_has_a_row_for_each_test_and_no_formula(tmp_path):
    what_if.write(CHANGES, EXERCISES, tmp_path / "list.csv")
    rows = list(csv.reader((tmp_path / "list.csv").read_text("utf-8").splitlines()))

    assert rows[0][:4] == ["student", "exercise", "test", "before"]
    assert rows[1] == ["ada", "1", "a", "0", "2", "2", "negative numbers", ""]
    assert rows[4][-1] == "'=zero"
    assert rows[5][1:6] == ["0", "gone", "1", "?", "1"]


@pytest.mark.parametrize(
    ("before", "after", "difference"), [(1.0, 3.0, 2.0), (None, 2.0, 0.0), (2.0, None, 0.0)]
)
def test_points_that_a_person_has_yet_to_give_count_nothing(before, after, difference):
    assert Change("ada", "a", before, after, 3.0, "", "").difference == difference
