"""Run a rebuilt notebook: set-up cells on both sides, answers behind the wall, tests here.

`python -m course_utils.grading.judging.judge` reads one job in JSON from standard input and writes
one line of JSON for every cell that ended, so that nothing is lost if it is stopped. It is a
process of its own: what a test does, and how long, concerns no other notebook.
"""

from __future__ import annotations

import ast
import builtins
import json
import numbers
import os
import re
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import rules as rules_
from .rebuild import Step
from .session import CannotCross, Session, StudentError, StudentGone
from .show import hidden_lines
from .verdicts import SENTENCES, Kind, Verdict, without
from .walls import Limits, NoWalls, Wall

LARGE_LIBRARIES = ("torch", "tensorflow", "keras", "jax")
SHOWN = 4_000  # characters of a message


class TestTooLong(BaseException):
    """The test itself ran out of time, without waiting for an answer."""


@dataclass
class Job:
    """All that a verdict depends on: steps, limits, files, the submission's own seed."""

    steps: list[Step]
    limits: Limits
    files: str | None = None
    handed_in: str | None = None
    seed: int = 0
    unsafe: bool = False

    @classmethod
    def from_dict(cls, content: dict) -> Job:
        steps = [Step(**step) for step in content["steps"]]
        return cls(**content | {"steps": steps, "limits": Limits(**content["limits"])})


class Judge:
    """One notebook's judge."""

    def __init__(self, job: Job):
        self.job = job
        sources = [step.judge for step in job.steps if step.judge]
        self.rules = rules_.read(sources, job.limits)
        self.limits = self.rules.limits
        self.shell = _shell()
        self.space = self.shell.user_ns
        self.ours: dict[str, int] = {}  # names that the judge's own cells bound, with their ids
        self.expected: set[str] = {name for step in job.steps for name in step.binds}
        self.failed: dict[str, str] = {}  # names of answers whose cell failed, with the reason
        wall = Wall(
            self.limits,
            Path(job.handed_in) if job.handed_in else None,
            self.rules.forbid,
            _large(sources, self.rules.forbid),
            job.unsafe,
            {"COURSE_SEED": str(job.seed)},
        )
        self.session = Session(wall, self.rules.inputs, self._name_of)
        self.setup_names: set[str] = set()
        self.examples = _examples(job.steps)

    def run(self):
        """Yield a dict for every code cell: what it showed, and its verdict if it is graded."""
        with _end_of_time(self.limits.notebook_seconds):
            for index, step in enumerate(self.job.steps):
                yield {"index": index, **getattr(self, f"_{step.kind}")(step)}
        self.session.stop()

    # --- the kinds of cells ---

    def _shared(self, step: Step) -> dict:
        """A set-up cell: here as the instructor wrote it, there as it was handed in."""
        report = {}
        if step.student is not None:
            report = self._at_the_student(step)
        if step.judge is not None and id(step) not in self.examples:
            self.session.begin(self.limits.cell_seconds)
            before = dict(self.space)
            try:
                self._restore()
                result = self._run(step.judge)
                if result.error:
                    report.setdefault("error", result.shown())
            except StudentGone:
                pass  # an example that shows an answer: its test will say so
            self._own(before)
            self.setup_names |= self._bound(before)
        return report

    def _solution(self, step: Step) -> dict:
        return self._at_the_student(step)

    _extra = _solution

    def _at_the_student(self, step: Step) -> dict:
        """Run a cell behind the wall, and take the names it defines as proxies."""
        self.session.begin(self.limits.cell_seconds)
        binds = set(step.binds) | defined_names(step.student)
        try:
            self._restore()
            reply = self.session.run(step.student)
        except StudentGone as gone:
            reason = SENTENCES.get(gone.kind, str(gone))
            self.failed |= dict.fromkeys(binds, reason)
            return {"error": [str(gone.kind), reason], "kind": str(gone.kind)}
        self._bind(reply["names"])
        report = {"printed": _text(reply.get("printed")), "pictures": _pictures(reply)}
        error = reply.get("error")
        if isinstance(error, dict):
            names = error.get("classes") or ["Error"]
            name = str(names[0]).rpartition(".")[2][:100]
            place = f" ({_text(error.get('place'))})" if error.get("place") else ""
            report["error"] = [name, _text(error.get("message")) + place]
            self.failed |= dict.fromkeys(
                binds - set(reply["names"]), f"{name}: {report['error'][1]}"
            )
        return report

    def _test(self, step: Step) -> dict:
        """A graded cell: points for what runs to its end."""
        began = time.monotonic()
        self.session.begin(self.limits.cell_seconds)
        self.session.printed.clear()
        self.session.peak = 0
        before = dict(self.space)
        result = None
        try:
            self._restore()
            result = self._run(step.judge)
            verdict = self._verdict(step, result)
        except StudentGone as gone:
            verdict = without(step.grade_id, step.points, gone.kind, detail=str(gone))
        if self.session.died is not None and verdict.points:  # a bare `except` hid it
            gone = self.session.died
            verdict = without(step.grade_id, step.points, gone.kind, detail=str(gone))
        self._own(before)
        seconds = round(time.monotonic() - began, 3)
        content = verdict.as_dict() | {"seconds": seconds, "peak": self.session.peak}
        content["hidden"] = _failed_in(result, step.judge)
        shown = result.printed if result else ""
        return {
            "verdict": content,
            "printed": shown,
            "said": _text("".join(self.session.printed))[:SHOWN],
        }

    def _verdict(self, step: Step, result: Ran) -> Verdict:
        error = result.error
        if error is None:
            return Verdict(step.grade_id, Kind.OK, *_partial(result.value, step.points))
        message = result.shown()[1]
        if isinstance(error, StudentGone):
            return without(step.grade_id, step.points, error.kind, detail=str(error))
        if isinstance(error, TestTooLong):
            return without(step.grade_id, step.points, Kind.TIMEOUT)
        if isinstance(error, CannotCross):
            return without(step.grade_id, step.points, Kind.BROKEN_TEST, detail=str(error))
        if isinstance(error, MemoryError):
            return without(step.grade_id, step.points, Kind.OUT_OF_MEMORY)
        name = type(error).__name__
        if isinstance(error, NameError) and getattr(error, "name", None) in self.failed:
            message = f"the answer's cell fails: {self.failed[error.name]}"
        elif isinstance(error, NotImplementedError):
            message = "not answered"
        elif isinstance(error, StudentError):
            message = str(error)
        elif not isinstance(error, AssertionError):
            message = f"{name}: {message}" if message else name
        return without(step.grade_id, step.points, Kind.WRONG, message[:SHOWN] or name, detail=name)

    # --- names ---

    def _restore(self) -> None:
        """After a crash: a new process with the same names."""
        names = self.session.ensure()
        if names is not None:
            self._bind(names)

    def _bind(self, names: dict) -> None:
        """Let tests see what an answer defined; never in the place of what is the judge's own."""
        for name, value in names.items():
            if not isinstance(name, str) or not name.isidentifier():
                continue
            foreign = name not in self.ours and not hasattr(builtins, name)
            if name in self.expected or (foreign and name not in _hidden_names(self.shell)):
                self.space[name] = value
                self.ours.pop(name, None)
                self.failed.pop(name, None)

    def _bound(self, before: dict) -> set[str]:
        return {
            name
            for name, value in self.space.items()
            if not name.startswith("_") and before.get(name, self) is not value
        }

    def _own(self, before: dict) -> None:
        self.ours |= dict.fromkeys(self._bound(before), 1)

    def _name_of(self, value: Any) -> str | None:
        """The name of an object that a set-up cell made on both sides."""
        for name in self.setup_names:
            if self.space.get(name) is value:
                return name
        return None

    # --- running a cell of the judge's own ---

    def _run(self, source: str) -> Ran:
        from IPython.utils.capture import capture_output

        seconds = self.session.deadline - time.monotonic() + 1.0
        with capture_output(display=False) as printed, _alarm(seconds):
            result = self.shell.run_cell(source, store_history=False)
        error = result.error_before_exec or result.error_in_exec
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
    if isinstance(value, numbers.Real) and not isinstance(value, bool) or _is_number(value):
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


def _is_number(value: Any) -> bool:
    import numpy as np

    return isinstance(value, np.generic) and value.dtype.kind in "iuf"


def _examples(steps: list[Step]) -> set[int]:
    """Cells after the first answer that no test builds on: pictures of an answer, say."""
    first = next((n for n, step in enumerate(steps) if step.kind == "solution"), len(steps))
    used: set[str] = set()
    found = set()
    for number, step in reversed(list(enumerate(steps))):
        if step.judge is None:
            continue
        if step.kind == "shared" and number > first and not defined_names(step.judge) & used:
            found.add(id(step))
        else:
            used |= set(re.findall(r"[^\W\d]\w*", step.judge))
    return found


def defined_names(source: str | None) -> set[str]:
    """The names that a cell binds at its top level, as far as it can be read."""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        tree = ast.parse(TransformerManager().transform_cell(source or ""))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set(re.findall(r"^(?:def|class)\s+(\w+)", source or "", re.MULTILINE))
    return bound_in(tree.body)


def bound_in(body: list[ast.stmt]) -> set[str]:
    """Names bound by statements, not those inside of functions and classes."""
    found: set[str] = set()
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(statement.name)
            continue
        pending: list[ast.AST] = [statement]
        while pending:
            node = pending.pop()
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found.add(node.name)
                continue
            if isinstance(node, ast.Lambda | ast.comprehension):
                continue
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
            pending.extend(ast.iter_child_nodes(node))
    return found


def _large(sources: list[str], forbidden: tuple[str, ...]) -> tuple[str, ...]:
    """Large libraries that the instructor's cells import: loaded before memory is limited."""
    text = "\n".join(sources)
    found = set(re.findall(r"^\s*(?:import|from)\s+(\w+)", text, re.MULTILINE))
    return tuple(name for name in LARGE_LIBRARIES if name in found and name not in forbidden)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _pictures(reply: dict) -> list[str]:
    """Pictures of a cell, as base64, if they begin as PNG files do."""
    import base64

    pictures = reply.get("pictures")
    good = [
        picture
        for picture in (pictures if isinstance(pictures, list) else [])
        if isinstance(picture, bytes) and picture.startswith(b"\x89PNG\r\n") and len(picture) < 2e6
    ]
    return [base64.b64encode(picture).decode() for picture in good[:20]]


def _hidden_names(shell) -> set[str]:
    return set(shell.user_ns_hidden) | {"get_ipython", "exit", "quit", "open"}


def _shell():
    os.environ.setdefault("MPLBACKEND", "agg")
    from IPython.core.displayhook import DisplayHook
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Keep(DisplayHook):
        """Keeps the value of a last line, which may be points; asks nothing how it looks."""

        def __call__(self, result=None):
            self.fill_exec_result(result)

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.displayhook_class = Keep
    shell = InteractiveShell.instance(config=config)
    shell.showtraceback = shell.showsyntaxerror = lambda *args, **kwargs: None
    shell._showtraceback = lambda *args, **kwargs: None
    return shell


class _alarm:
    """Stops the judge's own Python after so many seconds."""

    def __init__(self, seconds: float):
        self.seconds = max(seconds, 0.1)

    def __enter__(self):
        def ring(*_):
            raise TestTooLong

        self.before = signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, self.seconds)

    def __exit__(self, *error):
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self.before)
        return False


class _end_of_time:
    """Ends this process for good some time after a notebook should have been judged."""

    def __init__(self, seconds: float):
        self.seconds = seconds

    def __enter__(self):
        signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_VIRTUAL, 2 * self.seconds + 60)

    def __exit__(self, *error):
        return False


def main() -> None:
    """Read a job, write a line for each cell."""
    job = Job.from_dict(json.load(sys.stdin))
    out = os.fdopen(os.dup(1), "w")
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.environ["COURSE_SEED"] = str(job.seed)
    if job.files:
        os.chdir(job.files)

    def write(content: dict) -> None:
        out.write(json.dumps(content) + "\n")
        out.flush()

    try:
        for report in Judge(job).run():
            write(report)
    except NoWalls as error:
        write({"refused": str(error)})
    except rules_.RuleError as error:
        write({"refused": str(error)})
    write({"done": True})


if __name__ == "__main__":
    main()
