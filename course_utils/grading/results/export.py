"""Grades for the places that keep them: spreadsheets, Canvas, Moodle, Gradescope."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ...files import replace_text
from .. import nbgrader_process, roster
from ..course import Assignment, Course, CourseError
from ..tables import harmless
from .grades import ClassGrades, StudentGrades, number

ABSENT = "nothing was handed in"


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
    login: str = ""
    sis: str = ""
    section: str = ""


def people(assignment: Assignment) -> dict[str, Person]:
    """Everyone in the class by name, with when they handed in this assignment.

    Who is in the gradebook and not in the class's roster, where there is one, has handed in
    something at some time.
    """
    from nbgrader.api import Assignment as Row
    from nbgrader.api import Gradebook, SubmittedAssignment
    from sqlalchemy import select
    from sqlalchemy.orm import joinedload

    known = roster.read(assignment.course).persons
    found = {
        person.id: Person(person.id, person.first, person.last, person.email, person.lms)
        for person in known.values()
    }
    mine = (
        select(SubmittedAssignment)
        .join(Row, SubmittedAssignment.assignment_id == Row.id)
        .where(Row.name == assignment.name)
        .options(joinedload(SubmittedAssignment.assignment))
    )
    with Gradebook(assignment.course.database) as gradebook:
        submissions = {each.student_id: each for each in gradebook.db.scalars(mine)}
        for student in gradebook.students:
            submission = submissions.get(student.id)
            found[student.id] = Person(
                student.id,
                student.first_name or "",
                student.last_name or "",
                student.email or "",
                student.lms_user_id or "",
                str(submission.timestamp or "") if submission else "",
                submission.total_seconds_late if submission else 0.0,
            )
    for person in known.values():
        found[person.id] = replace(
            found[person.id], login=person.login, sis=person.sis, section=person.section
        )
    return found


def with_everyone(grades: ClassGrades) -> ClassGrades:
    """The grades, and a zero for each person of the class who handed in nothing.

    The class is its roster, or where there is none everyone who has ever handed in anything.

    Parameters
    ----------
    grades
        Of those who handed in.
    """
    course = grades.assignment.course
    known = roster.read(course)
    listed = list(known.persons if known.complete else people(grades.assignment))
    graded = {student.student for student in grades.students}
    absent = [StudentGrades(name, problem=ABSENT) for name in listed if name not in graded]
    students = sorted([*grades.students, *absent], key=lambda student: student.student)
    return replace(grades, students=students)


def title(assignment: Assignment) -> str:
    """What an assignment's column is called: as in the class's gradebook of Canvas, where it can be
    told which one that is; else its name.

    Parameters
    ----------
    assignment
        Which one.
    """
    short = assignment.name.partition("_")[0]
    words = rf"(?<![^\W_])({re.escape(assignment.name)}|{re.escape(short)})(?![^\W_])"
    columns = [
        column
        for column in roster.read(assignment.course).columns
        if re.search(r"\(\d+\)$", column) and re.search(words, column, re.IGNORECASE)
    ]
    return columns[0] if len(columns) == 1 else assignment.name


def write(
    grades: ClassGrades,
    form: str,
    target: Path,
    title: str = "",
    known: dict[str, Person] | None = None,
) -> Path:
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
    title
        What the column of the points is called: the assignment's name unless it is given.
    known
        Who the students are: as `people` has it unless it is given.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    known = people(grades.assignment) if known is None else known
    for row in FORMATS[form](grades, known, title or grades.assignment.name):
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


def _people(grades: ClassGrades, known: dict[str, Person]):
    for student in grades.students:
        yield student, known.get(student.student, Person(student.student))


def _exercises(grades: ClassGrades, student: StudentGrades) -> list:
    points = [student.points(e) if student.marks else 0.0 for e in grades.exercises]
    return ["" if value is None else float(value) for value in points]


def _csv(grades: ClassGrades, known: dict[str, Person], title: str) -> Iterator[list]:
    names = [f"{exercise.number} {exercise.title}" for exercise in grades.exercises]
    head = ["student", "first name", "last name", "email", "total", "of", "late penalty"]
    yield [*head, *names, "problem"]
    for student, person in _people(grades, known):
        row = [person.student, person.first, person.last, person.email, student.total]
        row += [grades.maximum, student.penalty, *_exercises(grades, student)]
        yield [*row, student.problem or ""]


def _canvas(grades: ClassGrades, known: dict[str, Person], title: str) -> Iterator[list]:
    yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title]
    yield ["Points Possible", "", "", "", "", grades.maximum]
    for student, person in _people(grades, known):
        name = ", ".join(filter(None, (person.last, person.first))) or person.student
        login = person.login or person.student
        yield [name, person.lms, person.sis, login, person.section, student.total]


def _moodle(grades: ClassGrades, known: dict[str, Person], title: str) -> Iterator[list]:
    head = ["username", "First name", "Last name", "ID number", "Email address"]
    yield [*head, title, "Feedback"]
    for student, person in _people(grades, known):
        number = person.sis or person.lms
        row = [person.login or person.student, person.first, person.last, number, person.email]
        yield [*row, student.total, feedback(student)]


def _gradescope(grades: ClassGrades, known: dict[str, Person], title: str) -> Iterator[list]:
    head = ["First Name", "Last Name", "SID", "Email", "Total Score", "Max Points", "Status"]
    head += ["Submission Time", "Lateness (H:M:S)"]
    parts = [f"{e.number}: {e.title} ({number(e.points)} pts)" for e in grades.exercises]
    yield [*head, *parts]
    for student, person in _people(grades, known):
        name = [
            person.first or person.student,
            person.last,
            person.sis or person.lms or person.student,
        ]
        hours, rest = divmod(int(person.late), 3600)
        late = f"{hours:02}:{rest // 60:02}:{rest % 60:02}"
        points = [student.total, grades.maximum, "Graded"]
        row = [*name, person.email, *points, person.received, late]
        yield [*row, *_exercises(grades, student)]


def feedback(student: StudentGrades) -> str:
    """What a `student` lost and why, in a line."""
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
