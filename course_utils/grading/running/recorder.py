"""Writes down what came of a submission: graded notebooks, gradebook, journal. There is one writer.

Rows are nbgrader's own, as `nbgrader autograde` writes them, and all of a submission are written in
one transaction; the notebooks are put in their place just before it. Who is killed in between has
not recorded the submission, and grades it again.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from nbgrader.api import (
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

from .. import late
from ..course import Assignment
from ..folders import remove_tree, replace_folder
from ..judging import plugin
from ..judging.notebooks import staging
from ..judging.submitted_notebook import Graded
from . import journal
from .journal import Record
from .work import AssignmentSource, HandIn

TRIES = 8  # where somebody else writes at the same moment


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
        self.penalties = late.policy(course)
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

    def values(self, student: str) -> dict[str, dict]:
        """What a student's feedback pages say, by notebook, as nbgrader's GetGrades has it."""
        submission = self.gradebook.find_submission(self.name, student)
        found = {}
        for notebook in submission.notebooks:
            penalty = notebook.late_submission_penalty or 0
            own = {"notebook": notebook.name, "max_score": notebook.max_score}
            own |= {"score": notebook.score - penalty, "late_penalty": penalty}
            found[notebook.name] = {
                "own": own,
                "scores": {grade.name: [grade.score, grade.max_score] for grade in notebook.grades},
                "comments": {comment.name: comment.comment for comment in notebook.comments},
            }
        self.session.remove()
        return found

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
                self.session.refresh(submission)
                late.penalize(submission, self.penalties)
            journal.write(self.session, self.name, record)

        self._transaction(write)

    def penalize_again(self) -> None:
        """Let lateness count the points that people have given since."""
        self._transaction(lambda: late.penalize_all(self.session, self.name, self.penalties))

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
        mine = self._of(hand_in.student)
        notebooks = selectinload(SubmittedAssignment.notebooks)
        submission = self.session.scalar(
            mine.options(  # all in a few queries
                notebooks.selectinload(SubmittedNotebook.grades).joinedload(Grade.cell),
                notebooks.selectinload(SubmittedNotebook.comments).joinedload(Comment.cell),
            )
        )
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
