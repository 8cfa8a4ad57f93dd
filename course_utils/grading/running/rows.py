"""What nbgrader's gradebook holds of submissions, read and written for many of them at a time.

The rows are those that `nbgrader autograde` writes, and a few statements on nbgrader's own tables
serve a whole group: an object for each row, as nbgrader makes one, takes ten times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from nbgrader.api import (
    Comment,
    Grade,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from nbgrader.utils import parse_utc
from sqlalchemy import Table, bindparam, func, insert, select, update

from ..judging import plugin
from ..judging.submitted_notebook import Graded

Wanted = TypeVar("Wanted")
Key = tuple[str, str]
TOGETHER = 500  # notebooks whose rows are asked for at once


@dataclass(frozen=True)
class Cells:
    """What the gradebook knows of a notebook: its identity, and those of its cells by name.

    Those that have points are `graded`, those on which something can be said `commented`.
    """

    notebook: str
    graded: dict[str, str]
    commented: dict[str, str]


@dataclass(frozen=True)
class Submitted:
    """What is written down of a submission.

    `received` says when it came, in nbgrader's words, or None if nobody knows; `same` are the
    answers that are known to be as they were when a person gave points, by grade_id.
    """

    student: str
    received: str | None
    graded: list[Graded]
    same: set[str]


def write(
    session,
    assignment: str,
    cells: dict[str, Cells],
    group: Iterable[Submitted],
    extension: Callable[[str, timedelta | None], timedelta | None],
) -> None:
    """Write down points and comments; what a person gave is left alone.

    Parameters
    ----------
    session
        SQLAlchemy's, of the gradebook; its owner commits.
    assignment
        The assignment's identity in the gradebook.
    cells
        The assignment's, by notebook.
    group
        What is written, each of another student.
    extension
        How much longer than others a student has, by what the gradebook says of it now.
    """

    def of_submission(each: Submitted, old) -> dict:
        timestamp = parse_utc(each.received) if each.received else old and old.timestamp
        longer = old and old.extension
        return {
            "timestamp": timestamp,
            "extension": extension(each.student, longer) if timestamp else longer,
        }

    def of_grade(what: tuple[Graded, str, set[str]], old) -> dict:
        graded, name, same = what
        manual = old and old.manual_score
        points, waits = plugin.mark(graded, name, manual)
        looked_at = manual is not None and name in same
        waits = old.needs_manual_grade if looked_at else waits
        return {"auto_score": points, "needs_manual_grade": waits}

    def of_comment(what: tuple[Graded, str], old) -> dict:
        return {"auto_comment": plugin.remark(*what)}

    submissions = {(assignment, each.student): each for each in group}
    ids, old = _put(session, SubmittedAssignment, submissions, of_submission)
    notebooks = {
        (cells[graded.name].notebook, ids[key]): (graded, each.same)
        for key, each in submissions.items()
        for graded in each.graded
    }
    ids, old = _put(session, SubmittedNotebook, notebooks, lambda what, old: {}, old)
    grades: dict[Key, tuple[Graded, str, set[str]]] = {}
    comments: dict[Key, tuple[Graded, str]] = {}
    for key, (graded, same) in notebooks.items():
        known = cells[graded.name]
        grades |= {(cell, ids[key]): (graded, n, same) for n, cell in known.graded.items()}
        comments |= {(cell, ids[key]): (graded, n) for n, cell in known.commented.items()}
    _put(session, Grade, grades, of_grade, old)
    _put(session, Comment, comments, of_comment, old)


def _put(
    session,
    kind,
    wanted: dict[Key, Wanted],
    values: Callable[[Wanted, Any], dict],
    below: set[str] | None = None,
) -> tuple[dict[Key, str], set[str]]:
    """Let a table hold what is wanted, by the two columns that tell its rows apart.

    Returns their ids, and those of rows that were there before. Where the second column names rows
    of another table, only `below` those of them that were there can there be any.

    Rows that are there are locked, and all are written in one order, so that two graders never wait
    for each other crosswise. The columns are those of the table's index: a search by one of them
    alone would look through what the whole class has.
    """
    table: Table = kind.__table__
    first, second = (table.c[name] for name in _KEYS[kind])
    sought = [key for key in wanted if below is None or key[1] in below]
    query = (
        select(table)
        .where(first.in_({key[0] for key in sought}), second.in_({key[1] for key in sought}))
        .order_by(first, second)
        .with_for_update()
    )
    rows = session.execute(query) if sought else ()
    found = {(row._mapping[first], row._mapping[second]): row for row in rows}
    new, changed, ids = [], [], {}
    for key, what in sorted(wanted.items(), key=lambda item: item[0]):
        old = found.get(key)
        say = values(what, old)
        ids[key] = old.id if old else new_uuid()
        if old is None:
            new.append({"id": ids[key], first.name: key[0], second.name: key[1], **say})
        elif any(old._mapping[name] != value for name, value in say.items()):
            changed.append({"row": old.id, **say})
    if new:
        session.execute(insert(table), new)
    if changed:
        session.execute(update(table).where(table.c.id == bindparam("row")), changed)
    return ids, {row.id for row in found.values()}


_KEYS = {
    SubmittedAssignment: ("assignment_id", "student_id"),
    SubmittedNotebook: ("notebook_id", "assignment_id"),
    Grade: ("cell_id", "notebook_id"),
    Comment: ("cell_id", "notebook_id"),
}


def given_by_hand(
    session, assignment: str, cells: dict[str, Cells], students: list[str] | None
) -> dict[str, set[str]]:
    """The graded cells for which a person has given points, by student.

    Cells and notebooks are named by their ids: they begin the indices by which grades are found,
    and a search without them would look through all grades of the class for each group.

    Parameters
    ----------
    session, assignment, cells
        As for `write`.
    students
        Whose; everybody's if None.
    """
    submitted = (
        select(SubmittedNotebook.id, SubmittedAssignment.student_id)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .where(
            SubmittedAssignment.assignment_id == assignment,
            SubmittedNotebook.notebook_id.in_([each.notebook for each in cells.values()]),
        )
    )
    if students is not None:
        submitted = submitted.where(SubmittedAssignment.student_id.in_(students))
    whose = dict(session.execute(submitted).all())
    graded = {cell: name for each in cells.values() for name, cell in each.graded.items()}
    ids = list(whose)
    found: dict[str, set[str]] = {}
    for begin in range(0, len(ids), TOGETHER):
        given = select(Grade.notebook_id, Grade.cell_id).where(
            Grade.cell_id.in_(graded),
            Grade.notebook_id.in_(ids[begin : begin + TOGETHER]),
            Grade.manual_score.is_not(None),
        )
        for notebook, cell in session.execute(given):
            found.setdefault(whose[notebook], set()).add(graded[cell])
    return found


def values(
    session, assignment: str, cells: dict[str, Cells], students: list[str]
) -> dict[str, dict[str, dict]]:
    """What nbgrader's GetGrades says of the notebooks of students, by notebook.

    Parameters
    ----------
    session, assignment, cells
        As for `write`.
    students
        Whose.
    """
    names = {each.notebook: name for name, each in cells.items()}
    submitted = session.execute(
        select(
            SubmittedAssignment.student_id,
            SubmittedNotebook.id,
            SubmittedNotebook.notebook_id,
            SubmittedNotebook.late_submission_penalty,
        )
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .where(
            SubmittedAssignment.assignment_id == assignment,
            SubmittedAssignment.student_id.in_(students),
            SubmittedNotebook.notebook_id.in_(names),
        )
    ).all()
    ids = [row.id for row in submitted]
    graded = {cell: name for each in cells.values() for name, cell in each.graded.items()}
    commented = {cell: name for each in cells.values() for name, cell in each.commented.items()}
    of_grades = Grade.cell_id.in_(graded), Grade.notebook_id.in_(ids)
    of_comments = Comment.cell_id.in_(commented), Comment.notebook_id.in_(ids)
    score = select(Grade.notebook_id, Grade.cell_id, Grade.score, Grade.max_score)
    remark = select(Comment.notebook_id, Comment.cell_id, Comment.comment)
    scores = _by_notebook(session, score.where(*of_grades), graded)
    comments = _by_notebook(session, remark.where(*of_comments), commented)
    sums = select(Grade.notebook_id, func.sum(Grade.score)).where(*of_grades)
    total = dict(session.execute(sums.group_by(Grade.notebook_id)).all())
    most = select(Notebook.id, Notebook.max_score).where(Notebook.id.in_(names))
    maximum = dict(session.execute(most).all())
    found: dict[str, dict[str, dict]] = {}
    for student, id, notebook, penalty in submitted:
        own = {"notebook": names[notebook], "max_score": maximum[notebook]}
        own |= {"score": total.get(id, 0.0) - (penalty or 0), "late_penalty": penalty or 0}
        found.setdefault(student, {})[names[notebook]] = {
            "own": own,
            "scores": {name: list(points) for name, points in scores.get(id, {}).items()},
            "comments": {name: comment for name, (comment,) in comments.get(id, {}).items()},
        }
    return found


def _by_notebook(session, query, names: dict[str, str]) -> dict[str, dict[str, tuple]]:
    """What a query for notebooks, cells and more says of each notebook, by the cells' names."""
    found: dict[str, dict[str, tuple]] = {}
    for notebook, cell, *more in session.execute(query):
        found.setdefault(notebook, {})[names[cell]] = tuple(more)
    return found
