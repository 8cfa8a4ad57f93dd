"""What grading a submission depends on, by value: it can be sent to another machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from ..course import CONFIG, Course, CourseError, Submission
from ..fingerprint import digest, environment
from ..judging import submitted_notebook
from ..judging.notebooks import staging
from ..judging.sandbox.walls import Limits
from ..judging.submitted_notebook import Graded, Source
from ..text import one_line


@dataclass(frozen=True)
class Exercise:
    """The instructor's side of an assignment: notebooks, files beside them, limits.

    `lateness` is what lateness costs and from when on: it decides no verdict, but what is recorded;
    `prepare` is the course's own hook: see `judging.plugin.configure`.
    """

    assignment: str
    sources: tuple[Source, ...]
    files: dict[str, bytes] = field(repr=False)
    limits: Limits
    unsafe: bool = False
    lateness: str = ""
    prepare: str | None = None

    @property
    def notebooks(self) -> list[str]:
        """The names of the notebooks' files."""
        return [f"{source.name}.ipynb" for source in self.sources]

    @cached_property
    def key(self) -> str:
        """A hash of all that a grade depends on besides the submission."""
        texts = {source.name: source.text.encode() for source in self.sources}
        released = [repr(source.released) for source in self.sources]
        facts = (self.assignment, *released, repr(self.limits), repr(self.unsafe), self.lateness)
        facts += (repr(self.prepare), environment())
        return digest(texts | {f"beside {name}": data for name, data in self.files.items()}, *facts)


@dataclass(frozen=True)
class HandIn:
    """What one student handed in, read once, and what is known of it.

    `notes` say what was put right in reading it, `received` when it came, in nbgrader's words;
    `seeds` are by notebook; `before` is what was judged at an earlier time, by notebook.
    """

    student: str
    files: dict[str, bytes] = field(repr=False)
    notes: tuple[str, ...]
    received: str | None
    seeds: dict[str, int]
    before: dict[str, bytes] = field(default_factory=dict, repr=False)

    def key(self, exercise: Exercise) -> str:
        """A hash of all that is recorded of it."""
        return digest(self.files, exercise.key, self.received or "", *self.notes)


def read(course: Course, assignment: str, unsafe: bool = False) -> Exercise:
    """The instructor's side of a released assignment.

    Raises
    ------
    CourseError
        If the course's settings ask nbgrader for steps that `course grade` does not take.
    """
    from nbgrader.api import Gradebook

    from ..judging import plugin

    config = course.config
    steps = config.Autograde.get("autograde_preprocessors", [])
    if [str(step) for step in steps] != plugin.AUTOGRADE:
        raise CourseError(
            f"{CONFIG} sets Autograde.autograde_preprocessors to steps of its own, which `course "
            "grade` does not take: use `nbgrader autograde`, or leave them to `configure(c)`"
        )
    place = course.folder("source", assignment)
    with Gradebook(course.database) as gradebook:
        sources = tuple(
            plugin.read_source(gradebook, file, assignment) for file in course.notebooks(assignment)
        )
        due = gradebook.find_assignment(assignment).duedate
    limits = Limits(cell_seconds=float(config.Judge.get("seconds", Limits.cell_seconds)))
    files = plugin.read_beside(place)
    policies = [config.get(name) for name in ("AssignLatePenalties", "LatePolicy")]
    return Exercise(
        assignment,
        sources,
        files,
        limits,
        unsafe or course.unsafe,
        f"{due} {policies}",
        course.prepare,
    )


def read_hand_in(
    course: Course, exercise: Exercise, submission: Submission, received: str | None, secret: bytes
) -> HandIn:
    """Read what a student handed in, whatever it is."""
    from ..judging import judge_process

    if course.trusts_timestamps and not received:
        received = staging.timestamp(submission.folder)
    files, notes = staging.collect(submission.folder, exercise.notebooks)
    words = submission.student, exercise.assignment
    seeds = {
        source.name: judge_process.seed_of(secret, *words, source.name)
        for source in exercise.sources
    }
    return HandIn(submission.student, files, tuple(notes), received, seeds)


def judge(exercise: Exercise, hand_in: HandIn) -> list[Graded]:
    """The graded notebooks of a submission: a function of its arguments, wherever it runs."""
    graded = []
    for source in exercise.sources:
        data = hand_in.files[f"{source.name}.ipynb"]
        prepared = submitted_notebook.prepare(source, data, list(hand_in.notes))
        graded.append(
            submitted_notebook.grade(
                prepared,
                source.name,
                files=exercise.files,
                handed_in=hand_in.files,
                limits=exercise.limits,
                seed=hand_in.seeds[source.name],
                unsafe=exercise.unsafe,
                prepare=exercise.prepare,
                environment=environment(),
                before=hand_in.before.get(source.name, b""),
            )
        )
    return graded


def shown(error: BaseException) -> str:
    """An error of the grader's own, in one line."""
    return one_line(f"{type(error).__name__}: {error}")
