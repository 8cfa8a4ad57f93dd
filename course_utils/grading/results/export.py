"""Grades for the places that keep them: spreadsheets, Canvas, Moodle, Gradescope."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ...files import replace_text
from .. import gradebook as gradebooks
from .. import nbgrader_process
from ..course import Assignment, Course, CourseError
from .grades import ClassGrades, StudentGrades, number


@dataclass(frozen=True)
class Person:
    """A student as the gradebook knows them, and when they handed in."""

    student: str
    first: str = ""
    last: str = ""
    email: str = ""
    lms: str = ""
    received: str = ""
    late: float = 0.0  # seconds


def people(assignment: Assignment) -> dict[str, Person]:
    """Everyone in the gradebook by name, with when they handed in this assignment."""
    from nbgrader.api import Gradebook, MissingEntry

    found = {}
    with Gradebook(assignment.course.database) as gradebook:
        for student in gradebook.students:
            try:
                submission = gradebook.find_submission(assignment.name, student.id)
                received, late = str(submission.timestamp or ""), submission.total_seconds_late
            except MissingEntry:
                received, late = "", 0.0
            found[student.id] = Person(
                student.id,
                student.first_name or "",
                student.last_name or "",
                student.email or "",
                student.lms_user_id or "",
                received,
                late,
            )
    return found


def penalize_again(assignment: Assignment) -> None:
    """Let lateness count the points that people have given since the class was graded.

    Parameters
    ----------
    assignment
        Which one; nothing is done where nobody is graded yet.
    """
    from nbgrader.api import Gradebook

    from .. import late

    course = assignment.course
    if course.has_gradebook:
        gradebooks.check(course)
        with Gradebook(course.database, course.directory.course_id) as gradebook:
            late.penalize_all(gradebook.db, assignment.name, late.policy(course))
            gradebook.db.commit()


def write(grades: ClassGrades, form: str, target: Path) -> Path:
    """Write an assignment's grades as a table, in one step; returns the file.

    Points are what is left after late penalties. A text that a spreadsheet would take for a formula
    is marked as text: some of them are what a student's answer said.

    Parameters
    ----------
    grades
        Of the class.
    form
        A key of `FORMATS`: which columns there are, and what they are called.
    target
        The file, which is replaced.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    known = people(grades.assignment)
    for row in FORMATS[form](grades, known):
        table.writerow([number(x) if isinstance(x, float) else harmless(str(x)) for x in row])
    replace_text(target, text.getvalue())
    return target


def waiting(grades: ClassGrades) -> list[str]:
    """The students in `grades` of whose work a part waits for a person, or for a second look."""
    return [
        student.student
        for student in grades.students
        if any(mark.points is None or mark.outdated for mark in student.marks.values())
    ]


def harmless(text: str) -> str:
    """A table's cell with this `text` that no spreadsheet computes.

    Examples
    --------
    >>> harmless("=HYPERLINK(...)")
    "'=HYPERLINK(...)"
    >>> harmless("-5")
    '-5'
    """
    if text[:1] in ("=", "+", "-", "@", "\t", "\r") and text:
        try:
            float(text)
        except ValueError:
            return f"'{text}"
    return text


def _people(grades: ClassGrades, known: dict[str, Person]):
    for student in grades.students:
        yield student, known.get(student.student, Person(student.student))


def _exercises(grades: ClassGrades, student: StudentGrades) -> list:
    points = [student.points(e) if student.marks else 0.0 for e in grades.exercises]
    return ["" if value is None else float(value) for value in points]


def _csv(grades: ClassGrades, known: dict[str, Person]) -> Iterator[list]:
    names = [f"{exercise.number} {exercise.title}" for exercise in grades.exercises]
    head = ["student", "first name", "last name", "email", "total", "of", "late penalty"]
    yield [*head, *names, "problem"]
    for student, person in _people(grades, known):
        row = [person.student, person.first, person.last, person.email, student.total]
        row += [grades.maximum, student.penalty, *_exercises(grades, student)]
        yield [*row, student.problem or ""]


def _canvas(grades: ClassGrades, known: dict[str, Person]) -> Iterator[list]:
    yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", grades.assignment.name]
    yield ["Points Possible", "", "", "", "", grades.maximum]
    for student, person in _people(grades, known):
        name = ", ".join(filter(None, (person.last, person.first))) or person.student
        yield [name, person.lms, "", person.student, "", student.total]


def _moodle(grades: ClassGrades, known: dict[str, Person]) -> Iterator[list]:
    head = ["username", "First name", "Last name", "ID number", "Email address"]
    yield [*head, grades.assignment.name, "Feedback"]
    for student, person in _people(grades, known):
        row = [person.student, person.first, person.last, person.lms, person.email]
        yield [*row, student.total, _feedback(student, person)]


def _gradescope(grades: ClassGrades, known: dict[str, Person]) -> Iterator[list]:
    head = ["First Name", "Last Name", "SID", "Email", "Total Score", "Max Points", "Status"]
    head += ["Submission Time", "Lateness (H:M:S)"]
    parts = [f"{e.number}: {e.title} ({number(e.points)} pts)" for e in grades.exercises]
    yield [*head, *parts]
    for student, person in _people(grades, known):
        name = [person.first or person.student, person.last, person.lms or person.student]
        hours, rest = divmod(int(person.late), 3600)
        late = f"{hours:02}:{rest // 60:02}:{rest % 60:02}"
        points = [student.total, grades.maximum, "Graded"]
        row = [*name, person.email, *points, person.received, late]
        yield [*row, *_exercises(grades, student)]


def _feedback(student: StudentGrades, person: Person) -> str:
    """What was lost and why, in a line."""
    lines = [student.problem] if student.problem else []
    for cell, mark in student.losses():
        if mark.points is not None:
            lines.append(f"{cell} -{number(mark.maximum - mark.points)}: {mark.reason}")
    if student.penalty:
        lines.append(f"late -{number(student.penalty)}")
    return "; ".join(lines)


FORMATS: dict[str, Callable] = {
    "csv": _csv,
    "canvas": _canvas,
    "moodle": _moodle,
    "gradescope": _gradescope,
}


def write_gradebook(course: Course, target: Path) -> Path:
    """Write nbgrader's own export: every student and assignment, late penalties applied.

    Parameters
    ----------
    course
        Whose gradebook is exported.
    target
        The CSV file, which is replaced; returned when it is there.

    Raises
    ------
    CourseError
        If nbgrader cannot; the old file stays then.
    """
    draft = target.with_name(f".{target.name}")
    outcome = nbgrader_process.run("export", "--to", str(draft), root=course.root)
    if not outcome.ok:
        draft.unlink(missing_ok=True)
        raise CourseError(f"the gradebook cannot be exported: {outcome.last_error()}")
    draft.replace(target)
    return target
