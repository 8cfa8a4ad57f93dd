"""Run a rebuilt notebook: set-up cells on both sides, answers behind the wall, tests here.

A judge is a process of its own, made by a fork server: what a test does, and how long, concerns
no other notebook. It reads one job in JSON and writes one line of JSON for every cell that ended,
so that nothing is lost if it is stopped.
"""

from __future__ import annotations

import builtins
import json
import numbers
import os
import resource
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import psutil

from ... import seeds
from . import agreement, hooks, inside
from . import rules as rules_
from .across.made import Made
from .across.proxies import Proxy
from .across.session import (
    CannotCross,
    Session,
    StudentError,
    StudentGone,
    first_class,
    overwrite,
)
from .notebooks.examples import examples
from .notebooks.hidden import hidden_lines
from .notebooks.names import bindable_names, defined_names
from .notebooks.steps import Step, StepKind
from .sandbox import limits, walls
from .sandbox.connections import receive, say
from .sandbox.forkserver import ForkServer
from .sandbox.walls import Limits, Wall
from .smallest import beside
from .smallest.asked import Sought
from .verdicts import SENTENCES, Verdict, VerdictKind, without
from .watching import watch
from .watching.asked import Watch

SETTING_UP = 120.0  # seconds that a set-up cell has at least
MEMORY = 8_000_000_000  # bytes of a judge at most: see `_memory`
LOADED = 1_000_000_000  # of these for libraries
SHOWN = 4_000  # characters of a message
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


class TestTooLong(BaseException):
    """The test itself ran out of time, without waiting for an answer."""


@dataclass
class Job:
    """All that a verdict depends on: steps, limits, files, the submission's own seed.

    `sources` are the instructor's cells, those of `tests` among them: rules are read there,
    whatever the steps are; `forbidden` is what they forbid, by the place of each cell. `claimed`
    are the names that sources bind, or would have bound if they had not failed; of these, `classes`
    are classes, and answers never change what is `fixed`, as tests define it. `total` are seconds
    for all steps, if they are less than the rules give. `sought` are searches that follow,
    `watched` answers that are watched then, `solution` the instructor's own cells for both.
    """

    steps: list[Step]
    limits: Limits
    sources: list[str]
    tests: list[str]
    forbidden: dict[int, tuple[str, ...]]
    claimed: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    total: float | None = None
    files: str | None = None
    handed_in: str | None = None
    seed: int = 0
    unsafe: bool = False
    prepare: str | None = None  # "module:function": see `plugin.configure`
    inside: bool = False  # tests run in the student's process: see `inside`
    stuck: dict[str, str] = field(default_factory=dict)  # by step: how it ended the judge before
    sought: list[Sought] = field(default_factory=list)
    watched: list[Watch] = field(default_factory=list)
    solution: list[str] = field(default_factory=list)

    @classmethod
    def from_dict(cls, content: dict) -> Job:
        """The job of which this is the plain data.

        Parameters
        ----------
        content
            Plain data: steps and limits as dicts.
        """
        steps = [Step.from_dict(step) for step in content["steps"]]
        forbidden = {int(place): tuple(names) for place, names in content["forbidden"].items()}
        limits = Limits(**content["limits"])
        sought = [Sought.from_dict(each) for each in content.get("sought", [])]
        watched = [Watch.from_dict(each) for each in content.get("watched", [])]
        read = {"steps": steps, "limits": limits, "forbidden": forbidden}
        read |= {name: frozenset(content[name]) for name in ("claimed", "fixed", "classes")}
        read |= {"sought": sought, "watched": watched}
        return cls(**content | read)


class Judge:
    """One notebook's judge.

    Parameters
    ----------
    job
        What is judged.
    shell
        IPython's, in which the judge's own cells run.
    servers
        Whom to ask for the student's processes, as `judge_process.forkservers` has them; by default
        fork servers of this process.
    on_more
        Told of the seconds by which a busy machine makes a step take longer than it should.
    """

    def __init__(
        self,
        job: Job,
        shell,
        servers: Sequence[ForkServer | None] = (),
        on_more: Callable[[float], None] = lambda seconds: None,
    ):
        self.job, self.shell = job, shell
        sources = job.sources
        self.rules = rules_.read(sources, job.limits, job.tests)
        self.limits = self.rules.limits
        if job.total is not None:
            total = min(job.total, self.limits.notebook_seconds)
            self.limits = replace(self.limits, notebook_seconds=total)
        self.ours: set[str] = set()  # names that the judge's own cells bound
        self.expected: set[str] = {name for step in job.steps for name in step.binds}
        setting_up = [step for step in job.steps if step.kind is StepKind.SHARED]
        self.set_up = frozenset[str]().union(*(bindable_names(each.judge) for each in setting_up))
        self.failed: dict[str, str] = {}  # names of answers whose cell failed, with the reason
        wall = Wall(
            self.limits,
            Path(job.handed_in) if job.handed_in else None,
            hooks.call(hooks.chosen(job.prepare, sources), sources),
            unsafe=job.unsafe,
        )
        sets = list(dict.fromkeys(job.forbidden.values())) or [self.rules.forbid]
        self.walls = {
            names: replace(wall, forbid=names, server=server)
            for names, server in zip(sets, servers or [None] * len(sets), strict=True)
        }
        classes = job.classes.union(*(step.classes for step in job.steps))
        self.session = Session(self.walls[sets[0]], self._name_of, classes)
        self.session.launch()
        self.space = shell.user_ns
        self.made = Made()
        self.written: set[str] = set()  # names that cells of the student may have bound
        self.session.on_told, self.session.on_more = self._take, on_more
        self.session.shared = self._shared_names
        self.given = sorted({name for step in job.steps for name in step.gives})
        self.overruled: dict[str, Any] = {}  # of these, what an answer put its own in place of
        self.takeable: set[str] = set()  # names that answers have, and the test that runs had
        # Whether a hidden test has run, or nobody looks: what comes then is not shown.
        self.told = bool(job.sought or job.watched)
        # Where answers are watched, these are left out already, and no test is there to say so.
        self.examples = set() if job.watched else examples(job.steps)

    def run(self):
        """Yield a dict for every code cell: what it showed, and its verdict if it is graded."""
        for index, step in enumerate(self.job.steps):
            self._go_behind(self.walls[self.job.forbidden[step.place]])
            seconds = self.limits.cell_seconds
            if (
                step.kind is StepKind.SHARED and step.student == step.judge
            ):  # imports, on a busy machine
                seconds = max(seconds, SETTING_UP)
            yield {"begins": index, "seconds": self.session.replay_seconds(seconds)}
            report = {"index": index, **self._step(index, step, seconds)}
            refused = self.session.refusals()
            yield report | ({"refused": refused} if refused else {})
        for sought in self.job.sought:
            yield {"begins": len(self.job.steps) - 1, "seconds": beside.SECONDS}
            yield {"of": sought.grade_id, "smallest": self._smallest(sought)}
        solution = lru_cache(1)(self._instructor)
        for asked in self.job.watched:
            yield {"begins": len(self.job.steps) - 1, "seconds": watch.SECONDS}
            yield {"of": asked.grade_id, "watched": self._watched(asked, solution)}
        self.session.stop()

    def _go_behind(self, wall: Wall) -> None:
        """Where other libraries are forbidden, answers run in another process."""
        if self.session.wall is not wall:
            self.session.stop()
            self.session.wall = wall

    def _step(self, index: int, step: Step, seconds: float) -> dict:
        """What came of a step, whatever it is that an answer sent."""
        detail = ""
        try:
            if str(index) in self.job.stuck:
                kind = VerdictKind(self.job.stuck[str(index)])
            else:
                with _alarm(self.session.replay_seconds(seconds), self.session.more):
                    self._restore(seconds)
                    self.session.begin(seconds)
                    signal.setitimer(signal.ITIMER_REAL, seconds + 1.0)
                    return self._run_step(step)
        except StudentGone as gone:
            kind, detail = gone.kind, str(gone)
        except TestTooLong:
            kind, detail = VerdictKind.TIMEOUT, "the judge itself was kept busy"
        except MemoryError:
            kind, detail = VerdictKind.OUT_OF_MEMORY, "of the judge itself"
        except Exception as error:
            kind, detail = (
                VerdictKind.INFRA,
                f"the judge fails: {type(error).__name__}: {error}"[:SHOWN],
            )
        self.session.stop()
        if step.kind is not StepKind.TEST:
            self.failed |= dict.fromkeys(step.binds, SENTENCES[kind])
            return {"error": [str(kind), SENTENCES[kind]], "kind": str(kind), "detail": detail}
        verdict = without(step.grade_id, step.points, kind, detail=detail)
        return {"verdict": verdict.as_dict()}

    def _smallest(self, sought: Sought) -> dict:
        """What came of a search, or why nothing did: for the instructor."""
        try:
            with _alarm(beside.SECONDS, self.session.more):
                self._restore(beside.SECONDS)
                self.session.begin(beside.SECONDS)
                answer = self.space.get(sought.function)
                if type(answer) is not Proxy:
                    raise beside.NoSearch("the answer defines no function of this name")
                inputs = rules_.Inputs.SEEN if sought.seen else rules_.Inputs.COPIED
                self._follow(replace(self.rules, inputs=inputs))
                transform = self.shell.transform_cell
                return beside.search(answer, self.job.solution, sought, self.session, transform)
        except (StudentGone, TestTooLong, Exception) as error:
            self.session.stop()
            return {"why": f"{type(error).__name__}: {error}"[:SHOWN]}

    def _watched(self, asked: Watch, solution: Callable[[], beside.Solution]) -> dict:
        """What was seen of an answer, or why nothing was."""
        try:
            with _alarm(watch.SECONDS, self.session.more):
                self._restore(beside.SECONDS)
                watcher = watch.Watcher(
                    asked,
                    self.session,
                    self.space,
                    self.rules,
                    lambda: self._restore(beside.SECONDS),
                    self.shell.transform_cell,
                )
                return watcher.facts(solution)
        except (StudentGone, TestTooLong, Exception) as error:
            self.session.stop()
            return {"why": f"{type(error).__name__}: {error}"[:SHOWN]}

    def _instructor(self) -> beside.Solution:
        """The instructor's own notebook, for the generators in it."""
        tests = [test for asked in self.job.watched for test in asked.tests]
        return beside.Solution(self.job.solution, tests, self.shell.transform_cell)

    # --- the kinds of cells ---

    def _run_step(self, step: Step) -> dict:
        if self.job.inside:
            return self._beside(step)
        match step.kind:
            case StepKind.SHARED:
                return self._shared(step)
            case StepKind.SOLUTION:
                return self._solution(step)
            case StepKind.EXTRA:
                return self._at_the_student(step)
            case StepKind.TEST:
                self._lend(step)
                return self._test(step)
            case StepKind.LENT:
                return self._lend(step)

    def _beside(self, step: Step) -> dict:
        """A cell of a notebook whose tests run in the student's process: all cells do."""
        if step.kind is StepKind.TEST:
            told, self.told = self.told, self.told or bool(hidden_lines(step.judge or ""))
            return inside.examine(self.session, step, told)
        if step.student is not None:
            self.session.run(step.student, draws=False)
        return {}

    def _shared(self, step: Step) -> dict:
        """A set-up cell: here as the instructor wrote it, there as it was handed in."""
        report = {}
        if step.student is not None:
            report = self._at_the_student(step)
        if step.judge is not None and id(step) not in self.examples:
            before = dict(self.space)
            try:
                result = self._run(step.judge)
                if result.error:
                    report.setdefault("error", result.shown())
            except StudentGone:
                pass  # an example that shows an answer: its test will say so
            self._own(before)
            self.made.note({name: self.space[name] for name in self._bound(before)})
        return report

    def _solution(self, step: Step) -> dict:
        before, imported = dict(self.space), set[str]()
        if step.judge:  # what the instructor's answer imports is the judge's own,
            self._run(step.judge)
            imported = self._bound(before)
            self._own(before)
        report: dict = {}
        present: set[str] = set()
        try:
            report, present = self._run_there(step, imported)
        finally:
            for name in imported - present:  # where the student's imports it too
                self.space.pop(name)
                if name in before:
                    self.space[name] = before[name]
                reason = ": ".join(report.get("error") or ["the answer does not import it"])
                self.failed.setdefault(name, reason)
        return report

    def _at_the_student(self, step: Step) -> dict:
        """Run a cell behind the wall, and take the names it defines as proxies."""
        return self._run_there(step)[0]

    def _run_there(self, step: Step, imported: Collection[str] = ()) -> tuple[dict, set[str]]:
        """Run a cell behind the wall; what it showed, and which of `imported` are there now."""
        source = step.student or ""
        binds = set(step.binds) | defined_names(source)
        self.written |= bindable_names(source)
        draws = not (self.told and id(step) in self.examples)
        watch = sorted({*step.binds, *step.changes, *step.called, *imported})
        try:
            reply = self.session.run(source, draws, watch)
        except StudentGone as gone:
            reason = SENTENCES.get(gone.kind, str(gone))
            self.failed |= dict.fromkeys(binds, reason)
            return {"error": [str(gone.kind), reason], "kind": str(gone.kind)}, set()
        bound = reply["names"].keys() & set(self.given) & self.space.keys()
        self.overruled |= {name: self.space[name] for name in bound}
        self._bind(reply["names"], source, step.binds)
        self._changed(step, reply)
        report = {"printed": _text(reply.get("printed")), "pictures": _pictures(reply)}
        error = reply.get("error")
        if type(error) is dict:
            name = first_class(error)
            place = _text(error.get("place"))[:100]
            message = _text(error.get("message"))[:SHOWN] + (f" ({place})" if place else "")
            report["error"] = [name, message]
            self.failed |= dict.fromkeys(binds - set(reply["names"]), f"{name}: {message}")
        return report, {name for name in imported if name in _present(reply)} & self._written()

    def _written(self) -> set[str]:
        """Names that the student's own text may have bound: what a process says is not enough."""
        return set(self.space) if "*" in self.written else self.written

    def _changed(self, step: Step, reply: dict) -> None:
        """Take over what a solution changed in place, as far as the instructor's own does."""
        others = reply.get("globals")
        told = reply["names"] | (others if type(others) is dict else {})
        self._take(told, {*step.binds, *step.changes, *step.called})
        if step.kind is StepKind.SOLUTION:
            self.session.tell = tuple(sorted({*self.session.tell, *step.called} - self.job.fixed))
            for name in set(step.changes) - set(_present(reply)):
                if self._may_change(name):  # the answer took it away
                    self.space.pop(name)

    def _take(self, told: dict, names: Collection[str] | None = None) -> None:
        """Objects of the judge's become what they are at the student's now.

        Parameters
        ----------
        told
            What the student's side says of its globals.
        names
            Those that count; by default those that functions of answers may change.
        """
        for name in self.session.tell if names is None else names:
            if name in told and name not in self.job.fixed and self._may_change(name):
                value = told[name]
                if value is self.space[name]:  # this cell has bound it
                    continue
                if type(value) is type(self.space[name]) in (list, dict, set):
                    overwrite(self.space[name], value)
                else:
                    self.space[name] = value

    def _may_change(self, name: str) -> bool:
        """Whether a global is data: no module, function or class of the judge's is ever changed."""
        if name.startswith("_") or name not in self.space or name in _hidden_names(self.shell):
            return False
        value = self.space[name]
        return type(value) is Proxy or not (callable(value) or isinstance(value, ModuleType))

    def _lend(self, step: Step) -> dict:
        """What a test imports is there for the answers; nothing that comes back is looked at."""
        for line in (step.student or "").splitlines():  # one may be forbidden, the others are not
            self.session.run(line, draws=False)
        return {}

    def _test(self, step: Step) -> dict:
        """A graded cell: points for what runs to its end."""
        began = time.monotonic()
        self.session.printed.clear()
        before, source = dict(self.space), step.judge or ""
        agreement.insist(source)
        self.made.touched(step.changes + step.called)
        self.takeable = (self.expected | self.set_up) & set(before)
        self.told |= bool(hidden_lines(source))
        self._follow(rules_.of_test(source, self.rules))
        result = None
        try:
            result = self._run(source)
            verdict = self._verdict(step, result)
        except StudentGone as gone:
            verdict = without(step.grade_id, step.points, gone.kind, detail=str(gone))
        died = self.session.died
        if died is not None and verdict.points:  # a bare `except` hid it
            verdict = without(step.grade_id, step.points, died.kind, detail=str(died))
        if self.session.refused is not None and verdict.kind in (VerdictKind.OK, VerdictKind.WRONG):
            refused = str(self.session.refused)  # however the test took it
            verdict = without(step.grade_id, step.points, VerdictKind.BROKEN_TEST, detail=refused)
        if self.session.doubted is not None and verdict.kind is VerdictKind.WRONG:
            doubted = self.session.doubted  # a right answer may have been kept from saying so
            verdict = without(step.grade_id, step.points, VerdictKind.BROKEN_TEST, detail=doubted)
        self._own(before)
        self.takeable = set()
        self._follow(self.rules)
        seconds = round(time.monotonic() - began, 3)
        content = verdict.as_dict() | {"seconds": seconds, "peak": self.session.peak()}
        content["hidden"] = _failed_in(result, source)
        shown = result.printed if result else ""
        return {
            "verdict": content,
            "printed": shown,
            "said": _text("".join(self.session.printed))[:SHOWN],
        }

    def _verdict(self, step: Step, result: Ran) -> Verdict:
        error = result.error
        if error is None:
            return Verdict(step.grade_id, VerdictKind.OK, *_partial(result.value, step.points))
        message = result.shown()[1]
        if isinstance(error, StudentGone):
            return without(step.grade_id, step.points, error.kind, detail=str(error))
        if isinstance(error, TestTooLong):
            return without(step.grade_id, step.points, VerdictKind.TIMEOUT)
        if isinstance(error, CannotCross):
            return without(step.grade_id, step.points, VerdictKind.BROKEN_TEST, detail=str(error))
        if isinstance(error, MemoryError):
            return without(step.grade_id, step.points, VerdictKind.OUT_OF_MEMORY)
        name = type(error).__name__
        lacking = getattr(error, "name", None) if isinstance(error, NameError) else None
        if lacking in self.failed:
            message = f"the answer's cell fails: {self.failed[lacking]}"
        elif isinstance(error, NotImplementedError):
            message = "not answered"
        elif isinstance(error, StudentError):
            message = str(error)
        elif not isinstance(error, AssertionError):
            message = f"{name}: {message}" if message else name
        return without(
            step.grade_id, step.points, VerdictKind.WRONG, message[:SHOWN] or name, detail=name
        )

    # --- names ---

    def _shared_names(self) -> dict[str, Any]:
        """What a test has made of names that answers use, for the request that comes next.

        It may take one away, to see whether an answer uses it; it may bind one that only tests
        bind. Nothing comes back that was not there without it.
        """
        gone = sorted(self.takeable.difference(self.space))
        given = {
            name: self.space[name]
            for name in self.given
            if name in self.space
            and self.overruled.get(name, self) is not self.space[name]
            and self.session.can_send(self.space[name])
        }
        return ({"gone": gone} if gone else {}) | ({"given": given} if given else {})

    def _restore(self, seconds: float) -> None:
        """After a crash: a new process with the same names."""
        if self.session.alive():
            return
        for source, names in self.session.ensure(seconds):
            step = next((each for each in self.job.steps if each.student == source), None)
            self._bind(names, source, step.binds if step else [])

    def _bind(self, names: dict, source: str, binds: list[str]) -> None:
        """Let tests see what a cell defined, as far as its source says so.

        Nothing takes the place of what is the judge's own, or will be: no name that begins with an
        underscore, none of Python's own, none that a cell of the instructor's binds, whether it has
        run or not, unless it is this cell in which the instructor defines it too (`binds`).
        """
        readable = bindable_names(source)
        for name in self._foreign(names, binds):
            if name in readable:
                self.space[name] = names[name]
                self.ours.discard(name)
                self.failed.pop(name, None)
            elif name in binds:
                self.failed[name] = f"write `def {name}` or `{name} = ...` into the cell itself"

    def _foreign(self, names: dict, binds: list[str]) -> Iterator[str]:
        """Those names that are not the judge's own."""
        claimed = self.job.claimed | self.ours | _hidden_names(self.shell)
        for name in names:
            if type(name) is not str or name.startswith("_") or hasattr(builtins, name):
                continue
            if (
                name in binds
                or name not in claimed
                and (name in self.expected or "*" not in self.job.claimed)
            ):
                yield name

    def _follow(self, rules: rules_.Rules) -> None:
        self.session.inputs, self.session.gradients = rules.inputs, rules.gradients

    def _bound(self, before: dict) -> set[str]:
        return {
            name
            for name, value in self.space.items()
            if not name.startswith("_") and before.get(name, self) is not value
        }

    def _own(self, before: dict) -> None:
        self.ours |= self._bound(before)

    def _name_of(self, value: Any) -> str | None:
        """The name of an object that a set-up cell made on both sides."""
        return self.made.name_of(value)

    # --- running a cell of the judge's own ---

    def _run(self, source: str) -> Ran:
        from IPython.utils.capture import capture_output

        with capture_output(display=False) as printed:
            result = self.shell.run_cell(source, store_history=False)
        error = result.error_before_exec or result.error_in_exec
        if isinstance(error, TestTooLong):
            signal.setitimer(signal.ITIMER_REAL, 0)
        return Ran(result.result, error, printed.stdout[:20_000])


@dataclass
class Ran:
    """How a cell of the judge's ended."""

    value: Any
    error: BaseException | None
    printed: str

    def shown(self) -> list[str]:
        try:
            words = str(self.error)
        except BaseException:
            words = ""
        return [type(self.error).__name__, words[:SHOWN]]


def _partial(value: Any, maximum: float) -> tuple[float, float]:
    """Points of a test that ran to its end: all, or as many as its last expression says."""
    if type(value) is Proxy:  # would say itself how many it is
        return maximum, maximum
    if isinstance(value, numbers.Real) and not isinstance(value, bool):  # NumPy's are Real too
        points = float(value)
        return (min(points, maximum) if points >= 0 else 0.0), maximum  # nan is not >= 0
    return maximum, maximum


def _failed_in(result: Ran | None, source: str) -> bool:
    """Whether a test failed in its hidden part, or nobody knows where."""
    trace, line = getattr(result and result.error, "__traceback__", None), None
    while trace is not None:
        if "ipython-input" in trace.tb_frame.f_code.co_filename and line is None:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line is None or line in hidden_lines(source)


def _text(value: Any) -> str:
    return value if type(value) is str else ""


def _present(reply: dict) -> list[str]:
    found = reply.get("present")
    return [name for name in found if type(name) is str] if type(found) is list else []


def _pictures(reply: dict) -> list[dict]:
    """Pictures of a cell, as base64, if they begin as PNG files of a bearable size do.

    With each, where it is told: the text that stands for it, and how many pixels wide it is shown.
    """
    import base64

    pictures = reply.get("pictures")
    found: list[dict] = []
    for picture in pictures if type(pictures) is list else []:
        if len(found) == 20:  # an answer may send as many as it likes
            break
        png = picture.get("png") if type(picture) is dict else None
        if type(png) is not bytes or not 24 < len(png) < 2_000_000:
            continue
        width, height = struct.unpack(">II", png[16:24])
        if not (png.startswith(PNG) and 0 < width * height < 20_000_000):
            continue
        shown: dict[str, str | int] = {"png": base64.b64encode(png).decode()}
        if words := _text(picture.get("alt"))[:SHOWN]:
            shown["alt"] = words
        if type(wide := picture.get("width")) is int and 0 < wide <= width:
            shown["width"] = wide
        found.append(shown)
    return found


def _hidden_names(shell) -> set[str]:
    return set(shell.user_ns_hidden) | {"get_ipython", "exit", "quit", "open"}


def _shell():
    os.environ.setdefault("MPLBACKEND", "agg")
    from IPython.core.displayhook import DisplayHook
    from traitlets.config import Config

    from .across.shells import NotebookShell

    class Keep(DisplayHook):
        """Keeps the value of a last line, which may be points; asks nothing how it looks."""

        def __call__(self, result=None):
            self.fill_exec_result(result)

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell = NotebookShell.instance(config=config)
    shell.displayhook = shell.display_trap.hook = Keep(parent=shell, shell=shell)
    shell.showtraceback = shell.showsyntaxerror = lambda *args, **kwargs: None
    shell._showtraceback = lambda *args, **kwargs: None
    return shell


class _alarm:
    """Stops the judge's own Python after so many seconds, and what `more` gives it then."""

    def __init__(self, seconds: float, more: Callable[[], float]):
        self.seconds, self.more = max(seconds, 0.1), more

    def __enter__(self):
        def ring(*_):
            left = self.more()
            if left <= 0:
                raise TestTooLong
            signal.setitimer(signal.ITIMER_REAL, left + 1.0)

        self.before = signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, self.seconds)

    def __exit__(self, *error):
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self.before)
        return False


def prepare():
    """What a fork server does before it forks; returns what its children do."""
    import numpy.random  # noqa: F401 - else imported by every judge
    import numpy.testing  # noqa: F401

    shell = _shell()
    shell.warm_up()
    walls.warm_up()
    return lambda connection: _born(connection, shell)


def _memory(answers: int) -> int:
    """Bytes that a judge may hold: twice what `answers` may, as far as this machine has them.

    On each core a judge and an answer run, so half of a core's share of the machine is a judge's.
    """
    share = psutil.virtual_memory().total // (2 * len(os.sched_getaffinity(0)))
    return min(MEMORY, max(share, answers), LOADED + 2 * answers)


def _born(connection: socket.socket, shell) -> None:
    """Take a job, write a line for each cell."""
    limits.end_with_parent()
    os.setsid()
    say(connection, {"pid": os.getpid()})
    request, (source, target, *controls) = receive(connection)
    with open(source) as file:
        job = Job.from_dict(json.load(file))
    servers = [ForkServer(socket.socket(fileno=control)) for control in controls]
    os.environ["COURSE_SEED"] = str(job.seed)
    seeds.seed_everything(job.seed)
    if job.files:
        os.chdir(job.files)
        sys.path.append(job.files)  # helper modules beside the notebook, the instructor's only
    with open(target, "w") as out:

        def write(content: dict) -> None:
            out.write(json.dumps(content) + "\n")
            out.flush()

        def more(seconds: float) -> None:  # also from a signal's handler, while `out` is in use
            os.write(out.fileno(), json.dumps({"more": seconds}).encode() + b"\n")

        judge = Judge(job, shell, servers, more)
        if sys.platform == "linux":  # whatever an answer makes of it
            resource.setrlimit(resource.RLIMIT_DATA, (_memory(judge.limits.memory),) * 2)
        for report in judge.run():
            write(report)
        write({"done": True})
