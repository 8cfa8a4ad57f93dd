"""Lectures run many times, side by side; what has been measured is kept, and not measured again."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from ...errors import UserError
from ...files import replace_text
from ..notebooks import files, last_run
from .measuring import SOURCE, Run, measure
from .tally import Tally, tally
from .variation import Variation

FULL = "full"  # in the place of a draw's number
OnDone = Callable[[int, int], None]


class NotSurveyed(UserError):
    """A lecture cannot be read, or what was measured cannot be kept; the message says why."""


@dataclass(frozen=True)
class Survey:
    """What was found about one lecture.

    Attributes
    ----------
    lecture
        The notebook's name without `.ipynb`.
    digest
        Of its code: with another one, it is surveyed anew.
    draws
        How many runs came to their end.
    claims
        Every claim, counted.
    failures
        Why runs did not come to their end, a line each.
    """

    lecture: str
    digest: str
    draws: int
    claims: tuple[Tally, ...]
    failures: tuple[str, ...]


def survey(
    notebooks: Iterable[Path],
    draws: int,
    folder: Path,
    *,
    full: Iterable[Path] = (),
    workers: int = 1,
    seconds: int = 600,
    on_done: OnDone = lambda done, total: None,
) -> list[Survey]:
    """Run each lecture so many times, and count its claims.

    Parameters
    ----------
    notebooks
        The lectures.
    draws
        How often each is run: `Variation.number` says what each run varies.
    folder
        Where runs are kept. One that is there, of the same code and libraries, is not repeated.
    full
        Those lectures that are also run once on whole collections.
    workers
        How many runs at the same time.
    seconds
        The longest that one cell may take; on whole collections ten times as long.
    on_done
        Called after each run with how many are done and how many there are.

    Raises
    ------
    NotSurveyed
        If a lecture cannot be read, or what was measured cannot be written.
    """
    lectures = {notebook: digest(notebook) for notebook in notebooks}
    full = set(full)
    libraries = json.dumps(last_run.versions())
    kept = {
        notebook: _Kept(folder / f"{notebook.stem}-{_hash(code + libraries)[:16]}")
        for notebook, code in lectures.items()
    }
    jobs = [
        (notebook, variation)
        for draw in range(draws)  # every lecture's first draw, then every one's second
        for notebook in lectures
        for variation in [Variation.number(draw)]
        if not kept[notebook].has(str(draw))
    ]
    jobs += [
        (notebook, Variation(full=True))
        for notebook in lectures
        if notebook in full and not kept[notebook].has(FULL)
    ]
    _run_all(jobs, kept, workers, seconds, on_done)
    return [_found(notebook, lectures[notebook], kept[notebook], draws) for notebook in lectures]


def digest(notebook: Path) -> str:
    """What tells the code of a lecture from any other code.

    Parameters
    ----------
    notebook
        The .ipynb file.

    Raises
    ------
    NotSurveyed
        If it is no notebook, or cannot be read.
    """
    try:
        content = files.read(notebook)
    except OSError as error:
        raise NotSurveyed(f"{notebook.name} cannot be read: {error.strerror}") from None
    except files.NotANotebook as reason:
        raise NotSurveyed(f"{notebook.name} is not a notebook: restore it ({reason})") from None
    code = [cell.source for cell in content.cells if cell.cell_type == "code"]
    return _hash(json.dumps(code))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def has_full_switch(notebook: Path) -> bool:
    """Whether a lecture can be run on whole collections: a cell of it says SOURCE = "sample".

    Parameters
    ----------
    notebook
        The .ipynb file.
    """
    content = files.read(notebook)
    return any(SOURCE.search(cell.source) for cell in content.cells if cell.cell_type == "code")


def missing_collections(notebook: Path) -> list[str]:
    """The collections that a lecture names and that are not here as a whole.

    Parameters
    ----------
    notebook
        The .ipynb file.
    """
    from ...datasets import cache, catalogue

    content = files.read(notebook)
    code = "\n".join(cell.source for cell in content.cells if cell.cell_type == "code")
    named = [name for name in catalogue.names() if re.search(rf"""["']{name}["']""", code)]
    return [name for name in named if not cache.is_complete(catalogue.card(name))]


def _run_all(jobs: list, kept: dict, workers: int, seconds: int, on_done: OnDone) -> None:
    waiting, done = list(reversed(jobs)), 0
    running: dict[Future, tuple[Path, Variation]] = {}
    pool = ThreadPoolExecutor(workers)

    def start(notebook: Path, variation: Variation) -> Future:
        longest = seconds * (10 if variation.full else 1)
        return pool.submit(measure, notebook, variation, seconds=longest)

    try:
        on_done(0, len(jobs))
        while waiting or running:
            while waiting and len(running) < workers:
                job = waiting.pop()
                running[start(*job)] = job
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                notebook, variation = running.pop(future)
                kept[notebook].keep(_name(variation), _result(future, notebook))
                done += 1
                on_done(done, len(jobs))
    except BaseException:  # Ctrl-C above all, which kernels do not hear
        pool.shutdown(wait=False, cancel_futures=True)
        _end_kernels()
        raise
    pool.shutdown()


def _end_kernels() -> None:
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if "ipykernel_launcher" in process.cmdline():
                process.kill()


def _result(future: Future, notebook: Path) -> Run:
    try:
        return future.result()
    except OSError as error:
        raise NotSurveyed(f"{notebook.name} cannot be run: {error.strerror}") from None


def _name(variation: Variation) -> str:
    return FULL if variation.full else str(variation.draw)


def _found(notebook: Path, code: str, kept: _Kept, draws: int) -> Survey:
    runs = [run for run in (kept.read(str(draw)) for draw in range(draws)) if run]
    full = kept.read(FULL)
    failures = [run.failure for run in [*runs, *([full] if full else [])] if run.failure]
    return Survey(
        notebook.stem,
        code,
        sum(not run.failure for run in runs),
        tuple(tally(runs, full)),
        tuple(dict.fromkeys(failures)),
    )


class _Kept:
    """The runs of one state of a lecture, a file each."""

    def __init__(self, folder: Path):
        self.folder = folder

    def read(self, name: str) -> Run | None:
        """A run, or None if there is none, or its file was damaged."""
        try:
            return Run.from_record(json.loads((self.folder / f"{name}.json").read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def has(self, name: str) -> bool:
        """Whether a run came to its end: one that failed is made again."""
        run = self.read(name)
        return run is not None and not run.failure

    def keep(self, name: str, run: Run) -> None:
        """Write a run down, in one step."""
        target = self.folder / f"{name}.json"
        try:
            replace_text(target, json.dumps(run.as_record(), indent=1) + "\n")
        except OSError as error:
            raise NotSurveyed(
                f"{target} cannot be written: {error.strerror}; what was measured before is kept"
            ) from None
