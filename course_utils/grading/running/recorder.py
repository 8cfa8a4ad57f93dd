"""Writes down what came of a submission: graded notebooks, gradebook, journal. There is one writer.

Rows are nbgrader's own, as `nbgrader autograde` writes them, and all of a submission are written in
one transaction; the notebooks are put in their place just before it. Who is killed in between has
not recorded the submission, and grades it again.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path

from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.utils import parse_utc
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import selectinload

from ... import hints
from .. import enrolment, late, roster
from ..course import Assignment
from ..folders import remove_tree, replace_folder
from ..judging import ladders, plugin
from ..judging.notebooks import staging
from ..judging.submitted_notebook import Graded
from . import journal
from .journal import Record
from .work import AssignmentSource, HandIn

TRIES = 8  # where somebody else writes at the same moment
_NOTEBOOKS = selectinload(SubmittedAssignment.notebooks)
_WITH_CELLS = (  # of submissions, all in a few queries
    _NOTEBOOKS.joinedload(SubmittedNotebook.notebook),
    _NOTEBOOKS.selectinload(SubmittedNotebook.grades).joinedload(Grade.cell),
    _NOTEBOOKS.selectinload(SubmittedNotebook.comments).joinedload(Comment.cell),
)


@dataclass(frozen=True)
class _Notebook:
    """What the gradebook knows of a notebook: identities of its cells by name."""

    id: str
    grades: dict[str, str]
    answers: dict[str, str]
    tasks: dict[str, str]


class Recorder:
    """The one writer of an assignment's grades; use it as a context manager.

    Parameters
    ----------
    assignment
        Which one; it has been released.
    """

    def __init__(self, assignment: Assignment):
        self.assignment, self.name = assignment, assignment.name
        course = self.course = assignment.course
        self.gradebook = Gradebook(course.database, course.directory.course_id)
        self.session = self.gradebook.db
        journal.create(self.gradebook.engine)
        found = self.gradebook.find_assignment(self.name)
        self.assignment_id = found.id
        self.structure = {
            notebook.name: _Notebook(
                notebook.id,
                {cell.name: cell.id for cell in notebook.grade_cells},
                {cell.name: cell.id for cell in notebook.solution_cells},
                {cell.name: cell.id for cell in notebook.task_cells},
            )
            for notebook in found.notebooks
        }
        self.roster = roster.read(course)
        self.penalties = late.policy(course, self.roster)
        self.due = enrolment.due_of(course, self.roster, self.name, found.duedate)
        self.session.remove()

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *error) -> None:
        self.gradebook.close()

    # --- what there is ---

    def enter(self, students: list[str]) -> None:
        """Put all `students` into the gradebook: who cannot be graded is listed all the same."""

        def add() -> None:
            known = set(self.session.scalars(select(Student.id)))
            self.session.add_all(Student(id=name) for name in students if name not in known)

        self._transaction(add)

    def records(self) -> dict[str, Record]:
        """The last record of everyone who is in the gradebook, without what was judged."""
        found = journal.read_all(self.session, self.name)
        graded = select(SubmittedAssignment.student_id).where(
            SubmittedAssignment.assignment_id == self.assignment_id
        )
        known = set(self.session.scalars(graded))
        self.session.remove()
        return {name: record for name, record in found.items() if record.problem or name in known}

    def _of(self, student: str):
        """The query for a student's submission."""
        return select(SubmittedAssignment).where(
            SubmittedAssignment.assignment_id == self.assignment_id,
            SubmittedAssignment.student_id == student,
        )

    def record_of(self, student: str) -> Record | None:
        """The last record of a student, with what was judged."""
        found = journal.read(self.session, self.name, student)
        if found is not None and not found.problem:
            if self.session.scalar(self._of(student)) is None:
                found = None  # somebody took the grades out of the gradebook
        self.session.remove()
        return found

    def extension(self, student: str) -> str:
        """How much longer than others a `student` has by `class.toml`, in words; "": no longer."""
        if self.due is None or not self.roster.decides:
            return ""
        longer = self.roster.extension(student, self.name, self.due.replace(tzinfo=UTC))
        return str(longer) if longer else ""

    def tried(self) -> set[str]:
        """Those of whom it was judged what a change would do: see `try_out`."""
        found = set(journal.read_all(self.session, journal.tried(self.name)))
        self.session.remove()
        return found

    def tried_of(self, student: str) -> Record | None:
        """What was judged of a student to see what a change would do."""
        found = journal.read(self.session, journal.tried(self.name), student)
        self.session.remove()
        return found

    def given_by_hand(self) -> dict[str, set[str]]:
        """The graded cells for which a person has given points, by student."""
        rows = self.session.execute(
            select(SubmittedAssignment.student_id, BaseCell.name)
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
            .join(BaseCell, Grade.cell_id == BaseCell.id)
            .where(
                SubmittedAssignment.assignment_id == self.assignment_id,
                Grade.manual_score.is_not(None),
            )
        )
        found: dict[str, set[str]] = {}
        for student, cell in rows:
            found.setdefault(student, set()).add(cell)
        self.session.remove()
        return found

    def values(self, students: list[str]) -> dict[str, dict[str, dict]]:
        """What the feedback pages of students say, by notebook, as nbgrader's GetGrades has it.

        Parameters
        ----------
        students
            Whose: a few queries serve all of them, so that there should not be too many at once.
        """
        rows = self.session.scalars(
            select(SubmittedAssignment)
            .where(
                SubmittedAssignment.assignment_id == self.assignment_id,
                SubmittedAssignment.student_id.in_(students),
            )
            .options(*_WITH_CELLS)
        )
        more = {"hints": self.hints} if self.hints else {}
        found = {row.student_id: {n.name: _values(n) | more for n in row.notebooks} for row in rows}
        self.session.remove()
        return found

    @cached_property
    def hints(self) -> list[dict]:
        """The assignment's hints, as pages are given them.

        Raises
        ------
        HintsError
            If a file of hints cannot be read.
        """
        return ladders.as_data(hints.of(self.assignment.mistakes))

    # --- what is new ---

    def grades(
        self, hand_in: HandIn, source: AssignmentSource, graded: list[Graded], record: Record
    ) -> None:
        """Record a graded submission.

        Parameters
        ----------
        hand_in
            What was handed in, of which the other files are kept beside the graded notebooks.
        source
            The instructor's side, whose files lie beside them too.
        graded
            The graded notebooks.
        record
            The row of the journal.
        """
        before = self._answers(hand_in.student)
        self._write_notebooks(hand_in, source, graded)
        now = self._answers(hand_in.student) if before else {}
        same = {name for name, text in now.items() if before.get(name) == text}

        def write() -> None:
            submission = self._submission(hand_in)
            for notebook in graded:
                self._save(submission, notebook, same)
            self.session.add(submission)  # and all that hangs on it
            self.session.flush()
            if submission.timestamp is not None:
                enrolment.extend(self.roster, submission, self.name, self.due)
                self.session.flush()
                self.session.refresh(submission)
                late.penalize(submission, self.penalties)
            journal.write(self.session, self.name, record)
            journal.forget(self.session, journal.tried(self.name), [record.student])

        self._transaction(write)

    def try_out(self, records: list[Record]) -> None:
        """Keep what was judged to see what a change would do: whoever grades then takes it.

        Parameters
        ----------
        records
            One for each student; the grades stay as they are.
        """

        def write() -> None:
            for record in records:
                journal.write(self.session, journal.tried(self.name), record)

        self._transaction(write)

    def penalize_again(self) -> None:
        """Let what the class's files say, and points that people have given since, count."""
        self._transaction(lambda: late.settle(self.session, self.course, self.name))

    def problem(self, record: Record) -> None:
        """Record that there are no grades: no old ones stand for a new hand-in that is broken.

        Parameters
        ----------
        record
            The row of the journal, with the reason.
        """

        def write() -> None:
            try:
                self.gradebook.remove_submission(self.name, record.student)
            except MissingEntry:
                pass
            journal.write(self.session, self.name, record)

        self._transaction(write)
        remove_tree(self.assignment.autograded(record.student))

    def _transaction(self, write) -> None:
        """All or nothing; again where somebody else wrote at the same moment."""
        for attempt in range(TRIES):
            try:
                write()
                self.session.commit()
                return
            except (OperationalError, IntegrityError):
                self.session.rollback()
                if attempt == TRIES - 1:
                    raise
                time.sleep(0.05 * 2**attempt)
            finally:
                self.session.remove()

    # --- rows ---

    def _submission(self, hand_in: HandIn) -> SubmittedAssignment:
        submission = self.session.scalar(self._of(hand_in.student).options(*_WITH_CELLS))
        if submission is None:
            submission = SubmittedAssignment(
                assignment_id=self.assignment_id, student_id=hand_in.student
            )
        if hand_in.received:
            submission.timestamp = parse_utc(hand_in.received)
        return submission

    def _answers(self, student: str) -> dict[str, str]:
        """The answers in the graded notebooks of a student, as they lie there, by grade_id."""
        found = {}
        for file in self.assignment.autograded(student).glob("*.ipynb"):
            try:
                cells = json.loads(file.read_text("utf-8"))["cells"]
            except (OSError, ValueError):
                continue  # somebody else's file: then everything has changed
            for cell in cells:
                own = cell["metadata"].get("nbgrader", {})
                if own.get("solution"):
                    found[own["grade_id"]] = "".join(cell["source"])
        return found

    def _save(self, submission: SubmittedAssignment, graded: Graded, same: set[str]) -> None:
        known = self.structure[graded.name]
        if submission.id:
            for notebook in submission.notebooks:
                if notebook.notebook_id == known.id:
                    return plugin.save(notebook, graded, same)
        notebook = SubmittedNotebook(notebook_id=known.id, assignment=submission)
        for name, cell in {**known.grades, **known.tasks}.items():
            points, waits = plugin.mark(graded, name)
            Grade(cell_id=cell, notebook=notebook, auto_score=points, needs_manual_grade=waits)
        for name, cell in {**known.answers, **known.tasks}.items():
            Comment(cell_id=cell, notebook=notebook, auto_comment=plugin.remark(graded, name))

    # --- files ---

    def _write_notebooks(
        self, hand_in: HandIn, source: AssignmentSource, graded: list[Graded]
    ) -> None:
        """The folder that nbgrader would have written, but for pages that a student handed in.

        Formgrader serves what lies there: a link to such a page would run its scripts.
        """
        ignored = self.course.directory.ignore
        beside = {**hand_in.files, **source.files}
        files = {
            name: data
            for name, data in beside.items()
            if not name.endswith(".ipynb")
            and (name in source.files or not staging.opens_as_page(name))
            and not any(fnmatch(part, pattern) for part in Path(name).parts for pattern in ignored)
        }
        if hand_in.received:
            files["timestamp.txt"] = hand_in.received.encode()
        files |= {f"{notebook.name}.ipynb": notebook.text.encode() for notebook in graded}
        mode = 0o664 if self.course.directory.groupshared else 0o444
        replace_folder(self.assignment.autograded(hand_in.student), files, mode)


def _values(notebook: SubmittedNotebook) -> dict:
    """What a feedback page says of a notebook."""
    penalty = notebook.late_submission_penalty or 0
    own = {"notebook": notebook.name, "max_score": notebook.max_score}
    return {
        "own": own | {"score": notebook.score - penalty, "late_penalty": penalty},
        "scores": {grade.name: [grade.score, grade.max_score] for grade in notebook.grades},
        "comments": {comment.name: comment.comment for comment in notebook.comments},
    }
