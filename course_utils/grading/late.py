"""What lateness costs: a plug-in for nbgrader, in a course's `nbgrader_config.py`:

c.AssignLatePenalties.plugin_class = "course_utils.grading.late.LatePolicy"
c.LatePolicy.percent = 10        # of the points that were earned
c.LatePolicy.unit = "day"        # for each that has begun
c.LatePolicy.grace = 15          # minutes that cost nothing
c.LatePolicy.cap = 50            # percent that are lost at most

A table [late] in `class.toml` says the same to `course grade`, and goes before it.
"""

from __future__ import annotations

import math
from copy import deepcopy

from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.plugins import BasePlugin
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import func, or_, select
from sqlalchemy.orm.attributes import set_committed_value
from traitlets import Enum, Float, TraitError, validate

from . import enrolment, roster
from .course import Course, CourseError
from .roster import Roster

SECONDS = {"hour": 3600, "day": 86400}
TOGETHER = 500  # notebooks whose points are asked for at once


class LatePolicy(BasePlugin):
    """Percent of the earned points for each hour or day that has begun.

    Examples
    --------
    >>> LatePolicy(percent=10, unit="day").late_submission_penalty("ada", 80.0, 3600.0)
    8.0
    """

    percent = Float(10.0, help="of the earned points, lost for each unit that has begun").tag(
        config=True
    )
    unit = Enum(tuple(SECONDS), "day", help="of lateness: hour or day").tag(config=True)
    grace = Float(0.0, help="minutes that cost nothing; who is later pays from the start").tag(
        config=True
    )
    cap = Float(100.0, help="percent that are lost at most").tag(config=True)

    @validate("percent", "cap", "grace")
    def _not_negative(self, proposal):
        name, value = proposal.trait.name, proposal.value
        if not 0 <= value < math.inf or (name == "cap" and value > 100):
            limit = " and at most 100" if name == "cap" else ""
            raise TraitError(f"LatePolicy.{name} = {value}: expected at least 0{limit}")
        return value

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        """Points that a notebook loses; None if it is not late.

        Parameters
        ----------
        student_id
            Whose it is, which makes no difference here.
        score
            The points that were earned.
        total_seconds_late
            Since the deadline.
        """
        if total_seconds_late <= 60 * self.grace:
            return None
        units = math.ceil(total_seconds_late / SECONDS[self.unit])
        return score * min(units * self.percent, self.cap) / 100


def settings(course: Course, known: Roster):
    """The course's settings, with what `class.toml` says of lateness in them.

    Parameters
    ----------
    course
        Whose settings.
    known
        Its class.
    """
    if not known.late:
        return course.config
    config = deepcopy(course.config)
    config.AssignLatePenalties.plugin_class = f"{__name__}.LatePolicy"
    config.LatePolicy.update(known.late)
    return config


def policy(course: Course, known: Roster) -> AssignLatePenalties:
    """The late policy that a course's settings or its class name, ready to be asked.

    Parameters
    ----------
    course
        Whose settings.
    known
        Its class.

    Raises
    ------
    CourseError
        If `class.toml` says what no policy can be.
    """
    unknown = known.late.keys() - LatePolicy.class_own_traits(config=True).keys()
    if unknown:
        raise CourseError(f"{roster.CLASS}, [late]: unknown key {', '.join(sorted(unknown))}")
    penalties = AssignLatePenalties(config=settings(course, known))
    try:
        penalties.init_plugin()
    except TraitError as error:
        if not known.late:
            raise
        raise CourseError(f"{roster.CLASS}, [late]: {error}") from None
    return penalties


def settle(session, course: Course, assignment: str) -> None:
    """Let what holds now decide: the class's files, points that were given since, the policy.

    Parameters
    ----------
    session
        SQLAlchemy's, of the gradebook; its owner commits.
    course
        Whose gradebook it is.
    assignment
        Its name.
    """
    known = roster.read(course)
    enrolment.enter(course, known, session, assignment)
    session.flush()
    session.expire_all()
    penalize(session, assignment, policy(course, known))


def _penalize(
    submission: SubmittedAssignment, notebook: SubmittedNotebook, penalties: AssignLatePenalties
) -> None:
    """Set what lateness costs a notebook of a submission, of all its points."""
    late = submission.total_seconds_late
    penalty = None
    if late > 0:
        penalty = penalties.plugin_inst.late_submission_penalty(
            submission.student_id, notebook.score, late
        )
    if penalty is not None:
        penalty = penalties._check_late_penalty(notebook, penalty)
    if notebook.late_submission_penalty != penalty:
        notebook.late_submission_penalty = penalty


def penalize(
    session, assignment: str, penalties: AssignLatePenalties, students: list[str] | None = None
) -> None:
    """Set what lateness costs everyone who was late in an assignment, or has paid for it.

    Points that a person has given since count as those of the judge do. Cells and notebooks are
    named by their ids: they begin the indices of the gradebook, and a search without them would
    look through what the whole class has.

    Parameters
    ----------
    session
        SQLAlchemy's, of the gradebook; its owner commits.
    assignment
        Its name.
    penalties
        As `policy` has it.
    students
        Only these; all by default.
    """
    inside = select(BaseCell.notebook_id, BaseCell.id)
    inside = inside.join(Notebook).join(Assignment).where(Assignment.name == assignment)
    cells = session.execute(inside).all()
    late = SubmittedAssignment.timestamp > Assignment.duedate
    paid = SubmittedNotebook.late_submission_penalty.is_not(None)
    concerned = (
        select(SubmittedAssignment, SubmittedNotebook)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .where(
            Assignment.name == assignment,
            SubmittedNotebook.notebook_id.in_({notebook for notebook, _ in cells}),
            or_(late, paid),
        )
    )
    if students is not None:
        concerned = concerned.where(SubmittedAssignment.student_id.in_(students))
    found = session.execute(concerned).all()
    for begin in range(0, len(found), TOGETHER):
        some = found[begin : begin + TOGETHER]
        points = select(Grade.notebook_id, func.sum(Grade.score)).where(
            Grade.cell_id.in_([cell for _, cell in cells]),
            Grade.notebook_id.in_([notebook.id for _, notebook in some]),
        )
        earned = dict(session.execute(points.group_by(Grade.notebook_id)).all())
        for submission, notebook in some:
            # Else a query for each.
            set_committed_value(notebook, "score", earned.get(notebook.id) or 0.0)
            _penalize(submission, notebook, penalties)
