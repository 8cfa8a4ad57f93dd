"""Points and reasons: what the gradebook and the graded notebooks say about a class."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from ...errors import one_line
from .. import gradebook as gradebooks
from ..course import Assignment, NobodyGraded
from ..judging.verdicts import losses
from ..running import journal
from ..running.journal import Record

OUTDATED = "a person graded it before it was handed in or graded anew: look at it again"
AT_ONCE = 200  # students whose rows are in memory


@dataclass(frozen=True)
class Exercise:
    """An exercise as students see it: a heading, and the graded cells below it."""

    number: int
    title: str
    cells: tuple[str, ...]
    points: float


@dataclass(frozen=True)
class Mark:
    """What one graded cell got: points out of a maximum, and why not all of them.

    `points` is None while the cell waits for a person to grade it; `seconds` are what it ran,
    `peak` is the most memory that answers held until then, in bytes, and `kind` is how the test
    ended, in the words of `judging.verdicts`; `inside` says why it was judged beside the answers,
    if it was. `outdated` says that a person gave the points before the answer was handed in anew.
    `smallest` is a cell with the smallest input found on which answer and solution differ.
    """

    points: float | None
    maximum: float
    reason: str | None = None
    seconds: float = 0.0
    kind: str = ""
    peak: int = 0
    inside: str = ""
    outdated: bool = False
    smallest: str = ""


@dataclass(frozen=True)
class StudentGrades:
    """One student's marks by grade_id; `problem` says why nothing could be graded, if so.

    `repairs` are what was put right in the notebook before it was graded, `left_out` those of them
    that say of what nothing counts; `refused` what answers asked the kernel for and did not get, by
    cell: for the instructor alone. `penalty` are the points that lateness costs; `total` is what is
    left.
    """

    student: str
    marks: dict[str, Mark] = field(default_factory=dict)
    problem: str | None = None
    repairs: tuple[str, ...] = ()
    refused: dict[str, dict[str, int]] = field(default_factory=dict)
    penalty: float = 0.0
    left_out: tuple[str, ...] = ()

    @property
    def total(self) -> float:
        return max(sum(mark.points or 0.0 for mark in self.marks.values()) - self.penalty, 0.0)

    def points(self, exercise: Exercise) -> float | None:
        """Points in one exercise; None if a part of it waits for a person."""
        marks = [self.marks[cell].points for cell in exercise.cells if cell in self.marks]
        known = [points for points in marks if points is not None]
        return sum(known) if len(known) == len(marks) else None

    def losses(self) -> list[tuple[str, Mark]]:
        """The graded cells that did not get full points."""
        return [
            (cell, mark)
            for cell, mark in self.marks.items()
            if mark.points is None or mark.points < mark.maximum
        ]


@dataclass(frozen=True)
class ClassGrades:
    """The grades of everyone who handed in an assignment."""

    assignment: Assignment
    exercises: list[Exercise]
    students: list[StudentGrades]

    @property
    def maximum(self) -> float:
        return sum(exercise.points for exercise in self.exercises)


def number(points: float | None) -> str:
    """How people write `points`: 8, 2.5, or ? while nobody has graded them."""
    return "?" if points is None else f"{points:g}"


def exercises(assignment: Assignment) -> list[Exercise]:
    """The exercises of an assignment in their order: graded cells under the nearest heading."""
    from nbgrader.utils import is_grade, is_task

    found: dict[str, list[tuple[str, float]]] = {}
    for file in assignment.notebooks():
        title = file.stem
        for cell in _read(file).cells:
            if cell.cell_type == "markdown":
                headings = re.findall(r"^#{1,3} +(.+?)\s*$", cell.source, re.MULTILINE)
                title = headings[-1] if headings else title
            if is_grade(cell) or is_task(cell):
                settings = cell.metadata["nbgrader"]
                found.setdefault(title, []).append(
                    (settings["grade_id"], float(settings["points"]))
                )
    return [
        Exercise(
            number,
            re.sub(r"^Exercise \d+\W*", "", title),
            tuple(cell for cell, _ in cells),
            sum(points for _, points in cells),
        )
        for number, (title, cells) in enumerate(found.items(), start=1)
    ]


def read(assignment: Assignment, done: list[Record]) -> ClassGrades:
    """The grades of students, with a reason for every lost point.

    Parameters
    ----------
    assignment
        Which one; it gives the exercises.
    done
        The journal's records of those students, in the order that the grades are to have.
    """
    from nbgrader.api import Gradebook

    students = []
    with Gradebook(assignment.course.database) as gradebook:
        for record, submission in _submissions(gradebook, assignment, done):
            if submission is None:
                problem = record.problem or "nothing in the gradebook: grade again"
                students.append(StudentGrades(record.student, problem=problem))
                continue
            folder = assignment.autograded(record.student)
            notebooks = [_read(file) for file in sorted(folder.glob("*.ipynb"))]
            notes = [notebook.metadata.get("course", {}) for notebook in notebooks]
            damage = [note.get("damage") for note in notes]
            if damage and all(damage):
                students.append(StudentGrades(record.student, problem=one_line(damage[0])))
                continue
            reasons, verdicts = _reasons(notebooks), _verdicts(notebooks)
            marks = {
                grade.name: _mark(grade, reasons.get(grade.name), verdicts.get(grade.name, {}))
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            repairs, left_out = _lines(notes, "repairs"), _lines(notes, "left_out")
            refused = {cell: calls for note in notes for cell, calls in _refused(note)}
            penalty = float(submission.late_submission_penalty or 0.0)
            students.append(
                StudentGrades(
                    record.student, marks, record.problem, repairs, refused, penalty, left_out
                )
            )
    return ClassGrades(assignment, exercises(assignment), students)


def _lines(notes: list[dict], key: str) -> tuple[str, ...]:
    """What the notebooks of a submission say, each line once."""
    return tuple(dict.fromkeys(one_line(line) for note in notes for line in note.get(key, [])))


def _refused(note: dict):
    return note.get("refused", {}).items()


def _submissions(gradebook, assignment: Assignment, done: list[Record]):
    """Each record with the gradebook's rows on it, or None: a few queries for many students."""
    from nbgrader.api import Assignment as _Assignment
    from nbgrader.api import Grade, SubmittedAssignment, SubmittedNotebook
    from sqlalchemy import select
    from sqlalchemy.orm import joinedload, selectinload, undefer

    grades = selectinload(SubmittedAssignment.notebooks).selectinload(SubmittedNotebook.grades)
    for first in range(0, len(done), AT_ONCE):
        part = done[first : first + AT_ONCE]
        rows = gradebook.db.scalars(
            select(SubmittedAssignment)
            .join(_Assignment, SubmittedAssignment.assignment_id == _Assignment.id)
            .where(_Assignment.name == assignment.name)
            .where(SubmittedAssignment.student_id.in_([record.student for record in part]))
            .options(
                grades.joinedload(Grade.cell),
                grades.undefer(Grade.max_score),
                joinedload(SubmittedAssignment.student),
                undefer(SubmittedAssignment.late_submission_penalty),
            )
        )
        found = {submission.student_id: submission for submission in rows}
        for record in part:
            yield record, found.get(record.student)
        gradebook.db.expunge_all()


def read_all(assignment: Assignment, *, penalize: bool = False) -> ClassGrades:
    """The grades of everyone who was graded in an assignment, as they stand now.

    Parameters
    ----------
    assignment
        Which one.
    penalize
        First let what the class's files say, and points that people have given since, count.

    Raises
    ------
    CourseError
        If nobody is graded yet, or the gradebook is one of an older nbgrader.
    """
    from nbgrader.api import Gradebook, MissingEntry

    from .. import late

    found, course = {}, assignment.course
    if course.has_gradebook:
        gradebooks.check(course)
        with Gradebook(course.database, course.directory.course_id) as gradebook:
            if penalize:
                late.settle(gradebook.db, course, assignment.name)
                gradebook.db.commit()
            found = journal.read_all(gradebook.db, assignment.name)
            try:
                for submission in gradebook.assignment_submissions(assignment.name):
                    student = submission.student_id
                    found.setdefault(student, Record(student, "", None, 0.0))
            except MissingEntry:
                pass
    if not found:
        raise NobodyGraded(assignment)
    return read(assignment, [found[student] for student in sorted(found)])


def _mark(grade, reason: str | None, verdict: dict) -> Mark:
    ran = (
        verdict.get("seconds", 0.0),
        verdict.get("kind", ""),
        verdict.get("peak", 0),
        verdict.get("inside", ""),
    )
    if grade.needs_manual_grade and grade.manual_score is None:
        return Mark(None, grade.max_score, reason or "waits for a person to grade it", *ran)
    if grade.needs_manual_grade:
        return Mark(grade.score, grade.max_score, OUTDATED, *ran, outdated=True)
    if grade.score >= grade.max_score:
        return Mark(grade.score, grade.max_score, None, *ran)
    if not verdict:  # an answer in words, which no test looks at
        reason = "not answered" if grade.manual_score is None else "graded by a person"
    shown = verdict.get("smallest", "")
    return Mark(grade.score, grade.max_score, reason or "no reason was given", *ran, smallest=shown)


def _reasons(notebooks: list) -> dict[str, str]:
    """Why graded cells lost points, by grade_id, from the verdicts in the graded notebooks."""
    reasons = {}
    for notebook in notebooks:
        for cell in notebook.cells:
            verdict = cell.metadata.get("course_verdict")
            if verdict:
                waits = verdict["points"] is None  # then the detail is for the instructor to mend
                words = (
                    f"{verdict['message']}: {verdict['detail']}" if waits else verdict["message"]
                )
                reason = one_line(words) or _printed_losses(cell.outputs)
                if reason:
                    reasons[verdict["grade_id"]] = reason
    return reasons


def _verdicts(notebooks: list) -> dict[str, dict]:
    """What the judge said, by grade_id."""
    found = [cell.metadata.get("course_verdict") for nb in notebooks for cell in nb.cells]
    return {verdict["grade_id"]: verdict for verdict in found if verdict}


def _printed_losses(outputs) -> str | None:
    text = "".join(output.text for output in outputs if output.get("name") == "stdout")
    return losses(text) or None


def _read(file: Path):
    import nbformat

    return nbformat.v4.reads(file.read_text("utf-8"))  # written by us: validating takes longer
