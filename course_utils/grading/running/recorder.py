"""Writes down what came of submissions: graded notebooks, gradebook, journal. There is one writer.

Rows are nbgrader's own, as `nbgrader autograde` writes them. Those of a group of submissions are
written in one transaction; the notebooks are put in their place just before it. Who is killed in
between has not recorded these submissions, and grades them again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, timedelta
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path

from nbgrader.api import (
    Gradebook,
    MissingEntry,
    Student,
    SubmittedAssignment,
)
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from ... import hints
from .. import enrolment, late, roster
from ..course import Assignment
from ..folders import remove_tree, replace_folder
from ..judging import ladders
from ..judging.notebooks import staging
from ..judging.submitted_notebook import Graded
from . import by_student, journal, origins, pages, rows
from .journal import Record
from .origins import Origin, Withdrawn
from .rows import Cells, Submitted
from .work import AssignmentSource, HandIn

TRIES = 8  # where somebody else writes at the same moment


@dataclass(frozen=True)
class Finished:
    """A submission that was judged: what was handed in, what came of it, its row of the journal."""

    hand_in: HandIn
    graded: list[Graded]
    record: Record

    @property
    def student(self) -> str:
        """Whose it is."""
        return self.record.student


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
        # A question by itself: on a server, a transaction would take two more round trips.
        self.questions = self.gradebook.engine.execution_options(isolation_level="AUTOCOMMIT")
        for table in (journal.TABLE, origins.TABLE):
            by_student.create(self.gradebook.engine, table)
        found = self.gradebook.find_assignment(self.name)
        self.assignment_id = found.id
        self.cells = {
            notebook.name: Cells(
                notebook.id,
                {cell.name: cell.id for cell in [*notebook.grade_cells, *notebook.task_cells]},
                {cell.name: cell.id for cell in [*notebook.solution_cells, *notebook.task_cells]},
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

    def record_of(self, student: str) -> Record | None:
        """The last record of a student, with what was judged."""
        with self.questions.connect() as connection:
            found = journal.read(connection, self.name, student)
            if found is None or found.problem:
                return found
            graded = select(SubmittedAssignment.id).where(
                SubmittedAssignment.assignment_id == self.assignment_id,
                SubmittedAssignment.student_id == student,
            )
            # None: somebody took the grades out of the gradebook.
            return found if connection.scalar(graded) is not None else None

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
        with self.questions.connect() as connection:
            return journal.read(connection, journal.tried(self.name), student)

    def given_by_hand(self, students: list[str] | None = None) -> dict[str, set[str]]:
        """The graded cells for which a person has given points, by student.

        Parameters
        ----------
        students
            Whose; everybody's by default.
        """
        with self.questions.connect() as connection:
            return rows.given_by_hand(connection, self.assignment_id, self.cells, students)

    def values(self, students: list[str]) -> dict[str, dict[str, dict]]:
        """What the feedback pages of students say, by notebook, as nbgrader's GetGrades has it.

        Parameters
        ----------
        students
            Whose: a few queries serve all of them, so that there should not be too many at once.
        """
        found = rows.values(self.session, self.assignment_id, self.cells, students)
        self.session.remove()
        if self.hints:
            for notebooks in found.values():
                for said in notebooks.values():
                    said["hints"] = self.hints
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

    def grades(self, source: AssignmentSource, group: list[Finished]) -> None:
        """Record graded submissions: all of them, or none where this is stopped.

        Parameters
        ----------
        source
            The instructor's side, whose files lie beside the graded notebooks.
        group
            What was judged, each of another student. Of what was handed in, the other files are
            kept beside the graded notebooks too.
        """
        students = [each.student for each in group]
        by_hand = self.given_by_hand(students)
        submitted = []
        for each in group:
            same = self._unchanged(each) if each.student in by_hand else set()
            submitted.append(Submitted(each.student, each.hand_in.received, each.graded, same))
        for each in group:
            self._write_notebooks(each.hand_in, source, each.graded)

        def write() -> None:
            rows.write(self.session, self.assignment_id, self.cells, submitted, self._extension)
            late.penalize(self.session, self.name, self.penalties, students)
            journal.write(self.session, self.name, [each.record for each in group])
            journal.forget(self.session, journal.tried(self.name), students)

        self._transaction(write)

    def try_out(self, records: list[Record]) -> None:
        """Keep what was judged to see what a change would do: whoever grades then takes it.

        Parameters
        ----------
        records
            One for each student; the grades stay as they are.
        """

        def write() -> None:
            journal.write(self.session, journal.tried(self.name), records)

        self._transaction(write)

    def withdrawn(self, now: dict[str, Origin], whole: bool) -> Withdrawn:
        """What the class's files said of hand-ins at the last run, and say no more.

        Parameters
        ----------
        now
            What they say, by student.
        whole
            Whether that is everybody.
        """
        before = origins.read_all(self.session, self.name)
        self.session.remove()
        return origins.withdrawn(before, now, self.name, self.roster, whole)

    def begin(self, now: dict[str, Origin], gone: Withdrawn) -> None:
        """Let what the class's files say, and points that people have given since, count.

        What they say no more is forgotten by `end`, and not before: who is stopped half-way is told
        of it again.

        Parameters
        ----------
        now
            What they say of hand-ins, by student.
        gone
            What they say no more.
        """

        def write() -> None:
            for student, _ in gone.left:
                self._remove(student)
                journal.forget(self.session, self.name, [student])
            timeless = select(SubmittedAssignment).where(
                SubmittedAssignment.assignment_id == self.assignment_id,
                SubmittedAssignment.student_id.in_(gone.timeless),
            )
            for submission in self.session.scalars(timeless) if gone.timeless else ():
                submission.timestamp = None
            before = origins.read_all(self.session, self.name)
            changed = {s: origin for s, origin in now.items() if before.get(s) != origin}
            told = {s: origin for s, origin in changed.items() if s not in gone.timeless}
            origins.write(self.session, self.name, told)
            late.settle(self.session, self.course, self.name)

        self._transaction(write)
        for student, _ in gone.left:
            remove_tree(self.assignment.autograded(student))
            pages.remove(self.assignment, student)

    def end(self, now: dict[str, Origin], gone: Withdrawn) -> None:
        """Remember what the class's files say, once everybody who is concerned was told.

        Parameters
        ----------
        now, gone
            As for `begin`.
        """

        def write() -> None:
            timeless = {student: now[student] for student in gone.timeless}
            origins.write(self.session, self.name, timeless)
            origins.forget(self.session, self.name, [student for student, _ in gone.left])

        self._transaction(write)

    def _remove(self, student: str) -> None:
        """Take a student's submission out of the gradebook, if it is there."""
        try:
            self.gradebook.remove_submission(self.name, student)
        except MissingEntry:
            pass

    def problem(self, record: Record) -> None:
        """Record that there are no grades: no old ones stand for a new hand-in that is broken.

        Parameters
        ----------
        record
            The row of the journal, with the reason.
        """

        def write() -> None:
            self._remove(record.student)
            journal.write(self.session, self.name, [record])

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

    def _extension(self, student: str, before: timedelta | None) -> timedelta | None:
        return enrolment.extension(self.roster, student, self.name, self.due, before)

    # --- files ---

    def _unchanged(self, finished: Finished) -> set[str]:
        """The answers of a submission that are as they lie there graded, by grade_id."""
        folder = self.assignment.autograded(finished.student)
        before = _answers(file.read_bytes() for file in folder.glob("*.ipynb") if file.is_file())
        now = _answers(notebook.text.encode() for notebook in finished.graded)
        return {name for name, text in now.items() if before.get(name) == text}

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


def _answers(notebooks: Iterable[bytes]) -> dict[str, str]:
    """The answers in graded notebooks, by grade_id."""
    found = {}
    for data in notebooks:
        try:
            cells = json.loads(data)["cells"]
        except ValueError:
            continue  # somebody else's file: then everything has changed
        for cell in cells:
            own = cell["metadata"].get("nbgrader", {})
            if own.get("solution"):
                found[own["grade_id"]] = "".join(cell["source"])
    return found
