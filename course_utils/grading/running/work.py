"""What grading a submission depends on, by value: it can be sent to another machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec

from ...errors import one_line
from .. import enrolment, late, roster
from ..course import CONFIG, Assignment, CourseError, Submission
from ..fingerprint import digest, environment
from ..judging import hooks, judge_process, kept_ways, submitted_notebook
from ..judging.notebooks import staging
from ..judging.rehearsal import Ways
from ..judging.sandbox.walls import Limits
from ..judging.submitted_notebook import Graded, NotebookSource

LOOKED_AT = 2_000_000  # bytes of a notebook; pictures and all, few have as many


@dataclass(frozen=True)
class AssignmentSource:
    """The instructor's side of an assignment, by value.

    Attributes
    ----------
    name
        The assignment's.
    notebooks
        The instructor's notebooks.
    files
        What lies beside them.
    limits
        What answers may use.
    unsafe
        Whether they run without walls.
    lateness
        What lateness costs and from when on: it decides no verdict, but what is recorded.
    prepare
        The course's own hook: see `judging.plugin.configure`.
    ways
        How graded cells are judged, by notebook and grade_id: it follows from all else.
    """

    name: str
    notebooks: tuple[NotebookSource, ...]
    files: dict[str, bytes] = field(repr=False)
    limits: Limits
    unsafe: bool = False
    lateness: str = ""
    prepare: str | None = None
    ways: dict[str, Ways] = field(default_factory=dict, repr=False)

    @property
    def files_wanted(self) -> list[str]:
        """The names of the files that a student hands in."""
        return [f"{notebook.name}.ipynb" for notebook in self.notebooks]

    @cached_property
    def key(self) -> str:
        """A hash of all that a grade depends on besides the submission."""
        texts = {notebook.name: notebook.text.encode() for notebook in self.notebooks}
        released = [repr(notebook.released) for notebook in self.notebooks]
        facts = (self.name, *released, repr(self.limits), repr(self.unsafe), self.lateness)
        facts += (repr(self.prepare), environment(*(each.text for each in self.notebooks)))
        return digest(texts | {f"beside {name}": data for name, data in self.files.items()}, *facts)


@dataclass(frozen=True)
class HandIn:
    """What one student handed in, read once, and what is known of it.

    `notes` say what was put right in reading it, `received` when it came, in nbgrader's words;
    `seeds` are by notebook; `before` is what was judged at an earlier time, by notebook;
    `extension` says how much longer than others its student has, in words.
    """

    student: str
    files: dict[str, bytes] = field(repr=False)
    notes: tuple[str, ...]
    received: str | None
    seeds: dict[str, int]
    before: dict[str, bytes] = field(default_factory=dict, repr=False)
    extension: str = ""

    def key(self, source: AssignmentSource) -> str:
        """A hash of all that is recorded of it.

        Parameters
        ----------
        source
            The instructor's side.
        """
        notebooks = (data for name, data in self.files.items() if name.endswith(".ipynb"))
        imports = environment(*map(_text, notebooks))
        facts = [source.key, imports, self.received or "", *self.notes]
        return digest(self.files, *facts, *([self.extension] if self.extension else []))


def read(
    assignment: Assignment, unsafe: bool = False, cells: str | None = None
) -> AssignmentSource:
    """The instructor's side of a released assignment.

    Parameters
    ----------
    assignment
        Which one.
    unsafe
        Run answers without walls, whatever the course's settings say.
    cells
        The URL of the gradebook that holds its cells; the course's own by default.

    Raises
    ------
    CourseError
        If the course's settings ask nbgrader for steps that `course grade` does not take, or name a
        hook that is not there.
    """
    from nbgrader.api import Gradebook

    from ..judging import plugin

    course, config = assignment.course, assignment.course.config
    _check_hook(course.prepare)
    steps = config.Autograde.get("autograde_preprocessors", [])
    if [str(step) for step in steps] != plugin.AUTOGRADE:
        raise CourseError(
            f"{CONFIG} sets Autograde.autograde_preprocessors to steps of its own, which `course "
            "grade` does not take: use `nbgrader autograde`, or leave them to `configure(c)`"
        )
    known = roster.read(course)
    with Gradebook(cells or course.database) as gradebook:
        sources = tuple(
            plugin.read_source(gradebook, file, assignment.name) for file in assignment.notebooks()
        )
    with Gradebook(course.database) as gradebook:
        due = gradebook.find_assignment(assignment.name).duedate
    due = enrolment.due_of(course, known, assignment.name, due)
    limits = Limits(cell_seconds=plugin.cell_seconds(config))
    files = plugin.read_beside(assignment.source)
    policies = [
        late.settings(course, known).get(name) for name in ("AssignLatePenalties", "LatePolicy")
    ]
    return AssignmentSource(
        assignment.name,
        sources,
        files,
        limits,
        unsafe or course.unsafe,
        f"{due} {policies}",
        course.prepare,
    )


def _check_hook(prepare: str | None) -> None:
    """Else every notebook would be found ungraded, one by one."""
    if prepare is None:
        return
    module = hooks.module_of(prepare)
    try:
        found = find_spec(module)
    except ImportError:
        found = None
    if found is None:
        raise CourseError(
            f"{CONFIG} says prepare={prepare!r}, and there is no module {module}: install it, or "
            "name another"
        )


def read_hand_in(
    source: AssignmentSource,
    submission: Submission,
    received: str | None,
    secret: bytes,
    trusts_timestamps: bool = False,
) -> HandIn:
    """Read what a student handed in, whatever it is.

    Parameters
    ----------
    source
        The instructor's side.
    submission
        Where it lies.
    received
        When it came, if that was written down, in nbgrader's words.
    secret
        The course's own: seeds come from it.
    trusts_timestamps
        Whether `timestamp.txt` says when it came, where nothing else does.
    """
    if trusts_timestamps and not received:
        received = staging.timestamp(submission.folder)
    files, notes = staging.collect(submission.folder, source.files_wanted)
    words = submission.author or submission.student, source.name
    seeds = {
        notebook.name: judge_process.seed_of(secret, *words, notebook.name, bits=256)
        for notebook in source.notebooks
    }
    return HandIn(submission.student, files, tuple(notes), received, seeds)


def judge(source: AssignmentSource, hand_in: HandIn) -> list[Graded]:
    """The graded notebooks of a submission: a function of its arguments, wherever it runs.

    Parameters
    ----------
    source, hand_in
        The instructor's side, and the student's.
    """
    files = [(notebook, hand_in.files[f"{notebook.name}.ipynb"]) for notebook in source.notebooks]
    rebuilt = submitted_notebook.prepare_all(files, list(hand_in.notes))
    return [
        submitted_notebook.grade(
            prepared,
            notebook.name,
            files=source.files,
            handed_in=hand_in.files,
            limits=source.limits,
            seed=hand_in.seeds[notebook.name],
            unsafe=source.unsafe,
            prepare=source.prepare,
            environment=environment(notebook.text, _text(data)),
            before=hand_in.before.get(notebook.name, b""),
            ways=source.ways.get(notebook.name, {}),
        )
        for prepared, (notebook, data) in zip(rebuilt, files, strict=True)
    ]


def keys_of_ways(source: AssignmentSource) -> dict[str, str]:
    """What the ways of its notebooks depend on, by name: see `kept_ways.key_of`.

    Parameters
    ----------
    source
        The instructor's side.
    """
    return {
        notebook.name: kept_ways.key_of(
            notebook, source.files, source.limits, source.unsafe, source.prepare
        )
        for notebook in source.notebooks
    }


def rehearse(source: AssignmentSource, name: str) -> Ways:
    """How the graded cells of a notebook are judged: a function of its arguments, anywhere.

    Parameters
    ----------
    source
        The instructor's side.
    name
        The notebook's.
    """
    (notebook,) = (each for each in source.notebooks if each.name == name)
    return submitted_notebook.rehearse(
        notebook,
        files=source.files,
        limits=source.limits,
        unsafe=source.unsafe,
        prepare_hook=source.prepare,
    )


def _text(data: bytes) -> str:
    """Where imports are looked for: it is done here, while everybody waits."""
    return data[:LOOKED_AT].decode("utf-8", "replace")


def shown(error: BaseException) -> str:
    """An error of the grader's own, in one line.

    Parameters
    ----------
    error
        Which one.
    """
    return one_line(f"{type(error).__name__}: {error}")
