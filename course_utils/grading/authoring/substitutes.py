"""Other answers in a solution's place: what points do the solution's own tests give each?

For instructors, about notebooks and answers of their own: nothing here keeps an answer in bounds
as `judging` does. The notebook runs once; before each solution cell it forks, an answer at a time.
"""

from __future__ import annotations

import ast
import builtins
import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from ... import rule_lines
from ..course import CourseError

SECONDS = 60  # of processor time for an answer and its tests; an endless loop ends here
PATIENCE = 10  # as many times longer may it take where others use the processor, or where it sleeps
MEMORY = 4_000_000_000  # bytes
ANSWER = "<answer>"  # the file that a trial's code is said to come from


@dataclass(frozen=True)
class Trial:
    """What is tried: in which solution cell, another source for it, the tests' seed."""

    grade_id: str
    source: str
    seed: int = 0


@dataclass(frozen=True)
class Result:
    """The points of each test cell that ran to its end; and whether all tests gave all points."""

    points: dict[str, float]
    all_points: bool


NOTHING = Result({}, False)  # came of a trial that did not end


def solutions(file: Path) -> dict[str, str]:
    """The sources of the solution cells in an instructor's notebook `file`, by grade_id."""
    import nbformat

    from ..judging.notebooks.rebuild import is_answer

    cells = nbformat.read(file, as_version=4).cells
    code = (cell for cell in cells if cell.cell_type == "code" and is_answer(cell))
    return {cell.metadata.nbgrader.grade_id: cell.source for cell in code}


def run(
    file: Path,
    trials: list[Trial],
    *,
    workers: int = 1,
    to_the_end: bool = False,
    seconds: int = SECONDS,
    on_done: Callable[[int, int], None] = lambda done, total: None,
) -> list[Result]:
    """Try answers in an instructor's notebook.

    Parameters
    ----------
    file
        The notebook, with its worked solutions, which everything but the trial comes from.
    trials
        In the order of the results.
    workers
        Trials of one solution side by side.
    to_the_end
        Run a solution's later tests too when an earlier one did not give all points.
    seconds
        Of processor time, for a trial; then it ends, and the same source is not tried again with
        another seed.
    on_done
        Called after each trial with how many are done and how many there are.

    Raises
    ------
    CourseError
        If a worked solution itself does not get all points.
    """
    spawn = get_context("spawn")
    with spawn.Manager() as manager, ProcessPoolExecutor(1, mp_context=spawn) as pool:
        news = manager.Queue()
        limits = (to_the_end, seconds)
        future = pool.submit(_run_notebook, str(file), trials, workers, limits, news)
        future.add_done_callback(lambda _: news.put(None))
        while (done := news.get()) is not None:
            on_done(done, len(trials))
        return future.result()


def _run_notebook(file: str, trials, workers: int, limits, news) -> list[Result]:
    """In a process of its own: run the notebook; before each solution, fork for each trial."""
    import nbformat

    from ..judging.notebooks.rebuild import is_answer, is_test

    code = [c for c in nbformat.read(file, as_version=4).cells if c.cell_type == "code"]
    starts = [n for n, cell in enumerate(code) if is_answer(cell)]
    ends = dict(zip(starts, [*starts[1:], len(code)], strict=True))
    stated = rule_lines.forbidden(["" if is_answer(cell) else cell.source for cell in code])
    results: dict[int, Result] = {}
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    space: dict = {"__name__": "__main__"}
    for number, cell in enumerate(code):
        if number in ends:
            name = cell.metadata.nbgrader.grade_id
            tests = [c for c in code[number + 1 : ends[number]] if is_test(c)]
            rest = (tests, space, stated[number], limits)
            own = {-1: Trial(name, cell.source)}
            if not all(r.all_points for _, r in _forked(own, 1, *rest)):
                raise CourseError(f"the solution {name} does not get all points itself")
            those = {n: trial for n, trial in enumerate(trials) if trial.grade_id == name}
            for n, result in _forked(those, workers, *rest):
                results[n] = result
                news.put(len(results))
        if not is_test(cell):
            _run_cell(cell.source, space)
            _ready_to_fork()
    return [results[n] for n in range(len(trials))]


def _forked(trials: dict[int, Trial], workers: int, *rest) -> Iterator:
    """Each trial's number and result, from a fork of this process."""
    running: dict[int, tuple[int, int]] = {}  # a number and the end of a pipe, by process
    endless = set()
    for number, trial in trials.items():
        if len(running) >= workers:
            ended, result = _next_of(running)
            endless |= {trials[ended].source} if result == NOTHING else set()
            yield ended, result
        if trial.source in endless:
            yield number, NOTHING
            continue
        there, here = os.pipe()
        child = os.fork()
        if child == 0:
            _try(trial, here, *rest)
        os.close(here)
        running[child] = number, there
    while running:
        yield _next_of(running)


def _next_of(running: dict[int, tuple[int, int]]) -> tuple[int, Result]:
    child, _ = os.wait()
    number, there = running.pop(child)
    with open(there, "rb") as pipe:
        said = pipe.read()
    return number, Result(**json.loads(said)) if said else NOTHING


def _try(trial: Trial, here: int, tests, space: dict, forbidden, limits) -> None:
    """Run a trial and its tests in this process, write what came of it, and end."""
    to_the_end, seconds = limits
    points: dict[str, float] = {}
    all_points = True
    signal.setitimer(signal.ITIMER_PROF, seconds)  # ends this process
    signal.alarm(PATIENCE * seconds)  # ends it, too
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    os.environ["COURSE_SEED"] = str(trial.seed)
    builtins.__import__ = _refusing(forbidden)
    try:
        _run_cell(trial.source, space, ANSWER)
    except BaseException:
        all_points = False
    for test in tests if all_points or to_the_end else []:
        own = test.metadata.nbgrader
        try:
            earned = _run_cell(test.source, space)
        except BaseException:
            earned = 0
        full = float(own.points)
        points[own.grade_id] = float(earned) if isinstance(earned, int | float) else full
        all_points = all_points and points[own.grade_id] >= full
        if not (all_points or to_the_end):
            break
    os.write(here, json.dumps({"points": points, "all_points": all_points}).encode())
    os._exit(0)


def _refusing(forbidden: tuple[str, ...]) -> Callable:
    """`__import__` for a process of one trial: its answer gets nothing of what is forbidden."""
    find = builtins.__import__

    def refuse(name, globals=None, locals=None, fromlist=(), level=0):
        if sys._getframe(1).f_code.co_filename == ANSWER:  # tests may import it
            for module in (name, *(f"{name}.{part}" for part in fromlist or ())):
                if rule_lines.is_forbidden(module, forbidden):
                    raise ImportError(f"{module} may not be used in this assignment")
        return find(name, globals, locals, fromlist, level)

    return refuse


def _run_cell(source: str, space: dict, file: str = "<cell>"):
    """Run a cell; the value of its last line if that is an expression."""
    from IPython.core.inputtransformer2 import TransformerManager

    body = ast.parse(TransformerManager().transform_cell(source)).body
    last = None
    if body and isinstance(end := body[-1], ast.Expr):
        body.pop()
        last = ast.Expression(end.value)
    exec(compile(ast.Module(body, []), file, "exec"), space)
    return last and eval(compile(last, file, "eval"), space)


def _ready_to_fork() -> None:
    """One thread only, and what a child would load again and again is loaded."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.get_num_threads() > 1:
        import torch._dynamo  # noqa: F401 - by the first optimiser

        torch.set_num_threads(1)
