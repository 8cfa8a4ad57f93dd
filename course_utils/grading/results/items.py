"""How the exercises did: which were hard, which tell students apart, what commonly fails."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from statistics import mean, median

from .grades import ClassGrades, StudentGrades


@dataclass(frozen=True)
class Item:
    """What a class made of one exercise.

    Attributes
    ----------
    difficulty
        The mean share of its points, from 0 (nobody got any) to 1 (everybody got all).
    discrimination
        Pearson's correlation of its points with the points of all other exercises, from -1 to 1;
        None where one of the two is the same for everybody.
    reasons
        The commonest reasons for lost points with how many students they concern.
    seconds
        The median time of its tests.
    """

    number: int
    title: str
    points: float
    difficulty: float
    discrimination: float | None
    reasons: tuple[tuple[str, int], ...]
    seconds: float


def analyse(grades: ClassGrades, most: int = 3) -> list[Item]:
    """Statistics of every exercise, over the students whose notebook could be graded by now.

    Parameters
    ----------
    grades
        Of the class.
    most
        How many of an exercise's commonest reasons are kept.
    """
    graded = [
        (student, row)
        for student in grades.students
        if student.marks and (row := _points(grades, student)) is not None
    ]
    students, rows = [student for student, _ in graded], [row for _, row in graded]
    items = []
    for column, exercise in enumerate(grades.exercises):
        own = [row[column] for row in rows]
        rest = [sum(row) - row[column] for row in rows]
        reasons: Counter[str] = Counter()
        seconds = []
        for student in students:
            marks = [student.marks[cell] for cell in exercise.cells if cell in student.marks]
            lost = {
                f"{cell}: {_alike(reason)}"
                for cell in exercise.cells
                if cell in student.marks and (reason := student.marks[cell].reason)
            }
            reasons.update(lost)
            seconds.append(sum(mark.seconds for mark in marks))
        items.append(
            Item(
                exercise.number,
                exercise.title,
                exercise.points,
                mean(own) / exercise.points if own and exercise.points else math.nan,
                correlation(own, rest),
                tuple(reasons.most_common(most)),
                median(seconds) if seconds else 0.0,
            )
        )
    return items


def correlation(x: list[float], y: list[float]) -> float | None:
    """Pearson's correlation of `x` and `y`, which are equally long; None where it is not defined.

    Examples
    --------
    >>> correlation([1, 2, 3], [2, 4, 6])
    1.0
    >>> correlation([1, 1, 1], [2, 4, 6]) is None
    True
    """
    if len(x) < 2:
        return None
    dx, dy = ([value - mean(values) for value in values] for values in (x, y))
    spread = math.sqrt(sum(d * d for d in dx) * sum(d * d for d in dy))
    if spread < 1e-12:
        return None
    return max(-1.0, min(1.0, sum(a * b for a, b in zip(dx, dy, strict=True)) / spread))


def _points(grades: ClassGrades, student: StudentGrades) -> list[float] | None:
    """Of each exercise; None while a part of one waits for a person."""
    points = [student.points(exercise) for exercise in grades.exercises]
    known = [value for value in points if value is not None]
    return known if len(known) == len(points) else None


def _alike(reason: str) -> str:
    """A reason without what differs from student to student."""
    return re.sub(r", yours is .*", "", reason)
