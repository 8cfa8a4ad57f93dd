"""What a term came to: everyone's points over all assignments, the lowest dropped."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...files import replace_text
from .. import tables
from ..course import Assignment, Course, CourseError, NobodyGraded
from . import export, grades
from .grades import ClassGrades, number


@dataclass(frozen=True)
class Total:
    """A student's term.

    Attributes
    ----------
    student
        Who.
    points
        Of each assignment, by its name.
    dropped
        The names of the assignments that do not count.
    total, of
        The points that count, and how many there were.
    """

    student: str
    points: dict[str, float]
    dropped: tuple[str, ...]
    total: float
    of: float


def graded(course: Course) -> list[ClassGrades]:
    """The grades of each assignment in which somebody is graded, with everyone in the class.

    Parameters
    ----------
    course
        Whose class it is.

    Raises
    ------
    CourseError
        If there is none.
    """
    found = []
    for assignment in course.assignments():
        try:
            found.append(export.with_everyone(grades.read_all(assignment, penalize=True)))
        except NobodyGraded:
            continue
    if not found:
        raise CourseError("nobody is graded in any assignment yet: course grade ASSIGNMENT")
    return found


def add_up(classes: list[ClassGrades], drop: int = 0) -> list[Total]:
    """Everyone's total over some assignments.

    Parameters
    ----------
    classes
        The grades of each assignment.
    drop
        How many assignments do not count for a student: those with the smallest share of their
        points, and of equal ones those with the fewest points.
    """
    maximum = {each.assignment.name: each.maximum for each in classes}
    earned: dict[str, dict[str, float]] = {}
    for each in classes:
        for student in each.students:
            earned.setdefault(student.student, {})[each.assignment.name] = student.total
    found = []
    for name in sorted(earned):
        points = dict.fromkeys(maximum, 0.0) | earned[name]
        worst = sorted(maximum, key=lambda a: (points[a] / (maximum[a] or 1.0), maximum[a], a))
        dropped = tuple(worst[: min(drop, len(worst) - 1)])
        counted = [assignment for assignment in maximum if assignment not in dropped]
        total, of = (sum(each[a] for a in counted) for each in (points, maximum))
        found.append(Total(name, points, dropped, total, of))
    return found


def write(classes: list[ClassGrades], totals: list[Total], target: Path) -> Path:
    """Write a table of everyone's points and totals in one step; returns the file.

    Parameters
    ----------
    classes
        The grades that were added up.
    totals
        As `add_up` has them.
    target
        The file, which is replaced.
    """
    assignments: list[Assignment] = [each.assignment for each in classes]
    known = export.people(assignments[0])
    columns = ["student", "first name", "last name", "email", *map(str, assignments)]
    rows = []
    for each in totals:
        person = known.get(each.student, export.Person(each.student))
        points = [number(each.points[assignment.name]) for assignment in assignments]
        share = number(round(100 * each.total / each.of, 2)) if each.of else ""
        words = [each.student, person.first, person.last, person.email]
        row = [*map(export.harmless, words), *points, number(each.total), number(each.of), share]
        rows.append([*row, " ".join(each.dropped)])
    replace_text(target, tables.write([*columns, "total", "of", "percent", "dropped"], rows))
    return target
