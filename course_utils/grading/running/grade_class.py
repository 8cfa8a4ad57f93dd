"""Grade a class: read what was handed in, judge it side by side, write it down one by one."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from ...files import replace_text
from ...rule_lines import RuleError
from .. import gradebook, roster
from .. import received as received_table
from ..authoring import release, source_checks
from ..course import CONFIG, Assignment, Course, CourseError, NobodyGraded, Submission
from ..folders import FOLDER
from ..judging import feedback_page, kept_ways, plugin
from ..judging.feedback_page import Wanted
from ..judging.rehearsal import Ways
from ..judging.sandbox import walls
from ..judging.sandbox.walls import NoWalls
from ..judging.submitted_notebook import Graded
from . import groups, pages, what_if, work
from .executors import Cluster, Threads
from .interrupts import Interrupts
from .journal import Record
from .origins import Origin
from .work import AssignmentSource, HandIn

if TYPE_CHECKING:
    from .recorder import Finished, Recorder

TRIES = 3  # for what is not the student's doing: a killed process, a lost machine
TICK = 0.5  # seconds between two looks for a Ctrl-C that Python dropped, or that a result may wait
AHEAD = 2  # submissions that wait for each one that is judged: bounded, whatever the class
AT_ONCE = 200  # students that the gradebook is asked for together
WRITTEN_AT_ONCE = 50  # submissions in one transaction


class State(StrEnum):
    """How a submission stands to what was graded before."""

    NEW = "new"
    CHANGED = "changed"  # it, its tests, or what they run in
    AGAIN = "again"  # asked for, or failed for no fault of the student's
    DONE = "done"


@dataclass
class ClassRun:
    """What became of a class.

    Attributes
    ----------
    assignment
        What was graded.
    records
        One for each submission, by student.
    misnamed
        A line for each folder that is named wrongly, each row of `received.csv` that counts for
        nobody, each group of which several have handed in, what the roster's remarks are, and what
        the class's files have said of hand-ins and say no more.
    states
        How each submission stood before.
    without_page
        Who has no feedback page, as it could not be made.
    pages_removed
        Whose feedback pages were removed, as they no longer held and no new ones were asked for.
    changes
        Where only a change was tried: the points that would become others.
    not_compared
        Where only a change was tried: who was not graded yet, has handed in anew since, or was
        graded by an earlier version of the grader.
    ways
        How graded cells are judged, by notebook and grade_id.
    seconds
        How long it took.
    """

    assignment: Assignment
    records: list[Record] = field(default_factory=list)
    misnamed: list[str] = field(default_factory=list)
    states: dict[str, State] = field(default_factory=dict)
    without_page: list[str] = field(default_factory=list)
    pages_removed: list[str] = field(default_factory=list)
    changes: list[what_if.Change] = field(default_factory=list)
    not_compared: list[str] = field(default_factory=list)
    ways: dict[str, Ways] = field(default_factory=dict)
    seconds: float = 0.0


def grade(
    assignment: Assignment,
    *,
    students: Iterable[str] | None = None,
    workers: int | None = None,
    again: bool = False,
    dry_run: bool = False,
    unsafe: bool = False,
    dask: str | None = None,
    pages: bool = False,
    on_done: Callable[[int, int], None] = lambda done, total: None,
) -> ClassRun:
    """Grade everything handed in for an assignment that is not graded yet, or was changed.

    Parameters
    ----------
    assignment
        What is graded.
    students
        Only these; all by default.
    workers
        Submissions graded side by side; by default one a processor.
    again
        Judge everything anew, changed or not.
    dry_run
        Only say what would be graded.
    unsafe
        Run answers without walls: only what you would run yourself.
    dask
        The address of a Dask scheduler whose machines judge.
    pages
        Write feedback pages as well.
    on_done
        Called after each submission with how many are done and how many there are.

    Raises
    ------
    CourseError
        If nobody handed in anything, a named student did not, or the course's settings do not
        switch the judge on.
    """
    began = time.monotonic()
    _check(assignment.course, unsafe, walled_here=dask is None and not dry_run)
    class_run, found, times = _found(assignment, students)
    if not found:
        return class_run
    gradebook.check(assignment.course)
    release.ensure_released(assignment)
    source = work.read(assignment, unsafe)

    from .recorder import Recorder  # brings nbgrader's gradebook along, which takes a second

    with Interrupts() as interrupts, Recorder(assignment) as recorder:
        farm = _Farm(
            source,
            recorder,
            class_run,
            _opener(dask, workers),
            interrupts,
            times,
            again=again,
            pages=pages,
        )
        now = {each.student: _origin(each, times) for each in found}
        gone = recorder.withdrawn(now, whole=students is None)
        class_run.misnamed += gone.lines(told_otherwise=assignment.course.trusts_timestamps)
        if dry_run:
            class_run.states = {look.student: look.state for look in farm.looks(found)}
            return class_run
        recorder.enter([submission.student for submission in found])
        recorder.begin(now, gone)
        farm.go(found, on_done)
        recorder.end(now, gone)
    class_run.records.sort(key=lambda record: record.student)
    class_run.seconds = time.monotonic() - began
    return class_run


def try_out(
    assignment: Assignment,
    *,
    students: Iterable[str] | None = None,
    workers: int | None = None,
    unsafe: bool = False,
    dask: str | None = None,
    on_done: Callable[[int, int], None] = lambda done, total: None,
) -> ClassRun:
    """What grading would change for those who are graded already, by the source as it is now.

    Only what has changed is judged. Grades, pages and the release stay as they are; what was judged
    is kept, and `grade` takes it, unless the source or a hand-in is changed again.

    Parameters
    ----------
    assignment
        What is graded.
    students, workers, unsafe, dask, on_done
        As for `grade`.

    Raises
    ------
    CourseError
        As `grade`, or if nobody is graded yet.
    """
    began = time.monotonic()
    course = assignment.course
    _check(course, unsafe, walled_here=dask is None)
    class_run, found, times = _found(assignment, students)
    if not course.has_gradebook:
        raise NobodyGraded(assignment)
    gradebook.check(course)
    if not found:
        return class_run
    with release.entered(assignment) as cells:
        source = work.read(assignment, unsafe, cells)

    from .recorder import Recorder

    with Interrupts() as interrupts, Recorder(assignment) as recorder:
        farm = _Trial(source, recorder, class_run, _opener(dask, workers), interrupts, times)
        farm.go(found, on_done)
    class_run.changes.sort(key=lambda change: (change.student, change.cell))
    class_run.not_compared.sort()
    class_run.seconds = time.monotonic() - began
    return class_run


def _found(
    assignment: Assignment, students: Iterable[str] | None
) -> tuple[ClassRun, list[Submission], dict[str, str]]:
    """A run, what it is to grade, and when each student handed in."""
    found, misnamed = assignment.submissions()
    known = roster.read(assignment.course)
    everybody = assignment.course.class_folder("submitted")
    names = [each.name for each in assignment.course.assignments()]
    times, nobodys = received_table.read(everybody, assignment.name, names)
    found, doubly = groups.share(found, assignment.name, known, times)
    misnamed += [*known.remarks, *nobodys, *doubly]
    if students is not None:
        found = _only(found, students, assignment)
    return ClassRun(assignment, misnamed=misnamed), found, times


def _origin(submission: Submission, times: dict[str, str]) -> Origin:
    author = submission.author or submission.student
    return Origin(author, times.get(author, ""))


def _opener(dask: str | None, workers: int | None) -> Callable[[], Threads | Cluster]:
    return lambda: Cluster(dask, workers) if dask else Threads(workers)


def _check(course: Course, unsafe: bool, walled_here: bool) -> None:
    if not course.judged:
        raise CourseError(
            f"{CONFIG} does not switch the judge on: add `from course_utils.grading import "
            "configure` and `configure(c)`"
        )
    if not course.database.startswith("sqlite") and not course.directory.course_id:
        raise CourseError(
            f"a gradebook on a server needs a name for the course: c.CourseDirectory.course_id in "
            f"{CONFIG}"
        )
    reason = walls.missing() if walled_here and not (unsafe or course.unsafe) else None
    if reason:
        raise CourseError(
            f"answers cannot be walled in here: {reason}; `course doctor` says more; "
            "--unsafe-no-sandbox runs them as you all the same"
        )


def _only(
    found: list[Submission], students: Iterable[str], assignment: Assignment
) -> list[Submission]:
    by_name = {submission.student: submission for submission in found}
    for student in students:
        if student not in by_name:
            raise CourseError(f"{student!r} has not handed in {assignment}")
    return [by_name[student] for student in students]


@dataclass(frozen=True)
class _Look:
    """One submission, read but not judged.

    `problem` says why it cannot be judged; without one there is a `hand_in`. `old` is what was
    recorded of it before, which is there if its state is DONE.
    """

    student: str
    state: State
    hand_in: HandIn | None = None
    key: str = ""
    problem: str | None = None
    old: Record | None = None


class _Farm:
    """One run over a class: what waits, what is judged, what is written."""

    def __init__(
        self,
        source: AssignmentSource,
        recorder: Recorder,
        class_run: ClassRun,
        open_executor: Callable[[], Threads | Cluster],
        interrupts: Interrupts,
        times: dict[str, str],
        *,
        again: bool = False,
        pages: bool = False,
    ):
        self.assignment, self.course = class_run.assignment, class_run.assignment.course
        self.source, self.recorder, self.class_run = source, recorder, class_run
        self.open_executor, self.again, self.pages = open_executor, again, pages
        self.interrupts, self.times = interrupts, times
        self.shared_gradebook = not self.course.database.startswith("sqlite")
        self.known, self.tried = recorder.records(), recorder.tried()
        if pages:
            _ = recorder.hints  # a file that cannot be read is said before anything runs
        self.secret = plugin.secret(self.course.root)
        self.pending: dict[Future, Callable[[Future], None]] = {}
        self.unwritten: list[Finished] = []  # what was judged
        self.write_at = 0.0  # when that is written at the latest, unless there is no end of it
        self.patience = 0.0 if self.shared_gradebook else TICK
        self.unpaged: list[Record] = []  # whose pages are still to be looked at
        self.executor: Threads | Cluster | None = None
        self.shared: object = None

    def go(self, found: list[Submission], on_done: Callable[[int, int], None]) -> None:
        """Grade what waits, to the end or until it is stopped.

        Parameters
        ----------
        found
            What was handed in.
        on_done
            As for `grade`.
        """
        try:
            self.rehearse()
            for done in self.run(found):
                on_done(done, len(found))
        except BaseException:  # Ctrl-C, say: what runs is stopped and not recorded
            self.close(now=True)
            raise
        self.close()

    def run(self, found: list[Submission]) -> Iterator[int]:
        """Grade what waits; yields how many are done."""
        for look in self.looks(found):
            self.interrupts.check()
            self.class_run.states[look.student] = look.state
            if look.state is State.DONE:
                assert look.old is not None
                self._done(look.old)
            elif look.problem is not None:
                self._problem(Record(look.student, look.key, look.problem, 0.0))
            else:
                assert look.hand_in is not None
                self._judge(look.hand_in, look.key)
            yield len(self.class_run.records)
        while self.pending or self.unwritten or self.unpaged:
            if self.pending:
                self._settle()
            elif self.unwritten:
                self._write()
            else:
                self._write_pages()
            yield len(self.class_run.records)

    def rehearse(self) -> None:
        """Find out which way each cell is judged, where that is not known yet.

        Raises
        ------
        CourseError
            If the instructor's notebook cannot be judged at all.
        """
        wrong = source_checks.rules_of(self.assignment)
        if wrong:
            raise CourseError("\n".join(wrong))

        def find(names: list[str]) -> Iterator[Ways]:
            executor = self._started()
            shared = executor.share(self.source)
            futures = [executor.submit(work.rehearse, shared, name) for name in names]
            for name, future in zip(names, futures, strict=True):
                while not wait([future], timeout=TICK).done:
                    self.interrupts.check()
                try:
                    yield future.result()
                except NoWalls as error:
                    raise CourseError(f"{name} cannot be judged: {error}") from None

        keys = work.keys_of_ways(self.source)
        ways = kept_ways.of_assignment(self.course.root, self.assignment.name, keys, find)
        self.source = replace(self.source, ways=ways)
        self.class_run.ways = ways

    def close(self, now: bool = False) -> None:
        """Let go of the executor; `now`: stop what runs."""
        if self.executor is not None:
            self.executor.close(now)

    # --- reading ---

    def looks(self, found: list[Submission]) -> Iterator[_Look]:
        """Each submission as it stands now."""
        if self.shared_gradebook:
            # Others may grade the same class: each goes through it in an order of its own.
            found = Random().sample(found, len(found))
        for submission in found:
            try:
                yield self._look(submission)
            except OSError as error:
                yield _Look(submission.student, State.AGAIN, problem=self._fault(error, submission))

    def _look(self, submission: Submission) -> _Look:
        student, problem = submission.student, submission.defect()
        received = self.times.get(submission.author or student)
        hand_in = work.read_hand_in(
            self.source, submission, received, self.secret, self.course.trusts_timestamps
        )
        hand_in = replace(hand_in, extension=self.recorder.extension(student))
        key = hand_in.key(self.source)
        folder = self.assignment.autograded(student)
        whole = problem is not None or folder.is_dir()
        old = self.known.get(student)
        if old is None or old.key != key or self.again or not whole:
            old = self.recorder.record_of(student)  # perhaps another grader has done it by now
        if old is None:
            state = State.NEW
        elif self.again or not old.key:
            state = State.AGAIN
        elif old.key != key or not whole:
            state = State.CHANGED
        else:
            state = State.DONE
        if old is not None and not self.again:
            tried = self.recorder.tried_of(student) if student in self.tried else None
            hand_in = replace(hand_in, before=(tried or old).judged)
        return _Look(student, state, hand_in, key, problem, old)

    # --- judging ---

    def _opened(self) -> Threads | Cluster:
        """The executor; none is started for a class in which nothing has changed."""
        executor = self._started()
        if self.shared is None:
            self.shared = executor.share(self.source)
        return executor

    def _started(self) -> Threads | Cluster:
        if self.executor is None:
            self.executor = self.open_executor()
        return self.executor

    def _submit(self, settle: Callable[[Future], None], function, *arguments) -> None:
        """Let the executor do something, and then `settle` what came of it."""
        executor = self._opened()
        while len(self.pending) >= executor.width * AHEAD:
            self._settle()
        if function is work.judge:
            arguments = (self.shared, *arguments)
        self.pending[executor.submit(function, *arguments)] = settle

    def _settle(self) -> None:
        """Wait for something to end, and do what follows from it."""
        done: set[Future] = set()
        while not done:
            self.interrupts.check()
            done, _ = wait(self.pending, timeout=TICK, return_when=FIRST_COMPLETED)
            if self.unwritten and not done:
                self._write()
        future = done.pop()
        self.pending.pop(future)(future)
        if self.unwritten and not done and time.monotonic() >= self.write_at:
            self._write()

    def _judge(self, hand_in: HandIn, key: str, attempt: int = 1) -> None:
        def settle(future: Future) -> None:
            error = _error(future)
            if isinstance(error, NoWalls | RuleError):
                raise CourseError(str(error)) from error
            graded: list[Graded] = [] if error else future.result()
            if attempt < TRIES and (error or any(notebook.failed for notebook in graded)):
                if error:  # the machine that is gone may have taken what was shared with it
                    self.shared = self._opened().share(self.source)
                self._judge(hand_in, key, attempt + 1)
            elif error:
                self._problem(Record(hand_in.student, "", self._fault(error, hand_in), 0.0))
            else:
                self._record(hand_in, key, graded)

        self._submit(settle, work.judge, hand_in)

    # --- writing ---

    def _record(self, hand_in: HandIn, key: str, graded: list[Graded]) -> None:
        if any(notebook.failed for notebook in graded):  # not the student's doing: next time again
            key = ""
        judged = {notebook.name: notebook.judged for notebook in graded}
        seconds = round(sum(notebook.seconds for notebook in graded), 3)
        self._keep(hand_in, graded, Record(hand_in.student, key, None, seconds, judged))

    def _keep(self, hand_in: HandIn, graded: list[Graded], record: Record) -> None:
        """Have something written down, with what else comes in the same moment.

        Where others grade the same class, they are to know at once.
        """
        from .recorder import Finished

        if not self.unwritten:
            self.write_at = time.monotonic() + self.patience
        self.unwritten.append(Finished(hand_in, graded, record))
        if len(self.unwritten) >= WRITTEN_AT_ONCE:
            self._write()

    def _write(self) -> None:
        group, self.unwritten = self.unwritten, []
        for finished in group:
            self._remove_pages(finished.student)
        self.recorder.grades(self.source, group)
        for finished in group:
            self._done(finished.record)

    def _problem(self, record: Record) -> None:
        self._remove_pages(record.student)
        self.recorder.problem(record)
        self._done(record)

    def _fault(self, error: BaseException, whose: Submission | HandIn) -> str:
        """A fault of the grader's own: it concerns one submission, and is tried again next time."""
        log = self.course.root / FOLDER / self.assignment.name / f"{whose.student}.log"
        replace_text(log, "".join(traceback.format_exception(error)))
        return f"the grader failed: {work.shown(error)}; see {log.name}"

    def _done(self, record: Record) -> None:
        self.class_run.records.append(replace(record, judged={}))
        if self.pages and record.problem:
            pages.write_problem(self.assignment, record.student, record.problem)
        elif self.pages:
            self.unpaged.append(record)
            if len(self.unpaged) >= AT_ONCE:
                self._write_pages()

    def _remove_pages(self, student: str) -> None:
        if pages.remove(self.assignment, student) and not self.pages:
            self.class_run.pages_removed.append(student)

    def _write_pages(self) -> None:
        """The feedback pages that are missing, or say what no longer holds."""
        students, self.unpaged = [record.student for record in self.unpaged], []
        wanted = [
            (student, file, values[file.stem])
            for student, values in self.recorder.values(students).items()
            for file in pages.outdated(self.assignment, student, values)
        ]
        for some in pages.together(wanted):
            self._write_some_pages(some)

    def _write_some_pages(self, some: list[tuple[str, Path, dict]]) -> None:
        marks = [pages.mark(self.assignment, file, values) for _, file, values in some]

        def settle(future: Future) -> None:
            found = [None] * len(some) if _error(future) else future.result()
            for (student, file, _), made_from, text in zip(some, marks, found, strict=True):
                if text is None:
                    self.class_run.without_page.append(student)
                else:
                    page = f"{text}\n{made_from}\n"
                    pages.write_page(self.assignment, student, file.stem, page)

        reveal = self.course.reveal
        texts = [Wanted(file.read_text("utf-8"), values, reveal) for _, file, values in some]
        self._submit(settle, feedback_page.render_all, texts)


class _Trial(_Farm):
    """One run over a class that only says what would change."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.by_hand = self.recorder.given_by_hand()
        self.before: dict[str, dict[str, bytes]] = {}  # what was judged, while it is judged anew
        self.count = 0

    def run(self, found: list[Submission]) -> Iterator[int]:
        """Judge what has changed; yields how many are done."""
        for look in self.looks(found):
            self.interrupts.check()
            self.class_run.states[look.student] = look.state
            if look.state is State.DONE or (look.problem and look.old and look.old.problem):
                self.count += 1
            elif look.hand_in and not look.problem and what_if.comparable(look.old, look.hand_in):
                assert look.old is not None
                self.before[look.student] = look.old.judged
                self._judge(look.hand_in, look.key)
            else:
                self._done(Record(look.student, "", None, 0.0))
            yield self.count
        while self.pending:
            self._settle()
            yield self.count
        self._write()

    def _record(self, hand_in: HandIn, key: str, graded: list[Graded]) -> None:
        student = hand_in.student
        if any(notebook.failed for notebook in graded):
            return self._done(Record(student, "", None, 0.0))
        judged = {notebook.name: notebook.judged for notebook in graded}
        self.class_run.changes += what_if.changes(
            student, self.before.pop(student), judged, self.by_hand.get(student, ())
        )
        self.count += 1
        self._keep(hand_in, graded, Record(student, key, None, 0.0, judged))

    def _problem(self, record: Record) -> None:
        self._done(record)

    def _done(self, record: Record) -> None:
        self.class_run.not_compared.append(record.student)
        self.count += 1

    def _write(self) -> None:
        group, self.unwritten = self.unwritten, []
        self.recorder.try_out([finished.record for finished in group])


def _error(future: Future) -> BaseException | None:
    """Why a task failed; also one that was lost with the machine it ran on."""
    try:
        return future.exception()
    except CancelledError as error:
        return error
