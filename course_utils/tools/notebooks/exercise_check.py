"""A student's notebook, run from top to bottom before it is handed in: what do its tests say?

It needs what runs notebooks, nbclient and a kernel, which Jupyter and Colab bring along, and
neither nbgrader nor a course folder. The file is not changed.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from ... import hints
from ...errors import UserError
from ...exercises import checks
from ...rule_lines import RuleError
from . import forbidden_uses
from .execution import KernelDied, OnCell, execute

SECONDS = 60  # for a cell; graders allow fewer, on a machine that does nothing else
FAILED = re.compile(r"Exercise \d+[^:\n]*: (.+)")  # how `checks.exercise` says it
STUB = "YOUR ANSWER HERE"  # what stands for an answer in words


class RehearsalError(UserError):
    """The notebook cannot be run at all; the message says why, in one line."""


@dataclass(frozen=True)
class Outcome:
    """What the visible tests of a graded cell say.

    Attributes
    ----------
    exercise
        The heading above it.
    passes
        None for an answer in words, which a person grades.
    message
        What to look at next, or "".
    note
        What else was written on standard error, which costs nothing, or "".
    hints
        Three rungs that help on, from a question to where to read; none where there are none.
    """

    cell: str
    exercise: str
    points: float
    passes: bool | None
    message: str
    note: str = ""
    hints: tuple[str, ...] = ()


def find(name: str, places: list[Path]) -> Path:
    """The notebook meant by a path, a file's name or its beginning: "ps2".

    Parameters
    ----------
    name
        What was typed.
    places
        The folders to look in; the first that has one decides.

    Raises
    ------
    RehearsalError
        If there is none, or several.
    """
    if name.endswith(".ipynb"):
        if Path(name).is_file():
            return Path(name)
        raise RehearsalError(f"there is no notebook {name}")
    for place in places:
        found = [f for f in sorted(place.glob(f"{name}*.ipynb")) if _is_meant(f.stem, name)]
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(file.name for file in found)
            raise RehearsalError(f"{name!r} could be any of {names} in {place}: give its full name")
    raise RehearsalError(
        f"there is no notebook {name}*.ipynb in {places[0]}: go to its folder, or give its path"
    )


def rehearse(
    notebook: Path,
    on_cell: OnCell = lambda done, total: None,
    seconds: int = SECONDS,
) -> list[Outcome]:
    """Run a copy of the notebook in its own folder, and read what its graded cells say.

    Parameters
    ----------
    notebook
        The .ipynb file.
    on_cell
        Called after each code cell with how many are done and how many there are.
    seconds
        The longest that one cell may take.

    Raises
    ------
    RehearsalError
        If it is no notebook, its rules cannot be followed, or nothing can run it.
    """
    try:
        import nbclient  # noqa: F401  what `execute` needs, said before anything runs
        import nbformat
    except ModuleNotFoundError as error:
        raise RehearsalError(
            f"{error.name} is missing: pip install nbclient ipykernel, or call "
            "checks.overview() in the notebook"
        ) from None
    try:
        content = nbformat.read(notebook, as_version=4)  # what is a little invalid runs as well
    except Exception as error:  # nbformat has one for each way to be no notebook
        reason = f"{type(error).__name__}: {error}".split("\n")[0]
        raise RehearsalError(f"{notebook} cannot be read as a notebook: {reason}") from None
    try:
        uses = forbidden_uses.of_cells(content.cells)
    except RuleError as error:
        raise RehearsalError(
            f"{notebook} cannot be checked, and that is no fault of yours: its exercises have a "
            f"line that nobody can follow ({error}); tell whoever gave them to you"
        ) from None
    try:
        execute(content, notebook, seconds=seconds, on_cell=on_cell, go_on=True, kernel="python3")
    except KernelDied as error:
        raise RehearsalError(
            f"{notebook} ended its own kernel in code cell {error.cell}: out of memory?"
        ) from None
    return _outcomes(content, uses)


def with_hints(outcomes: list[Outcome], notebook: Path, places: list[Path]) -> list[Outcome]:
    """The outcomes with the hints that belong to what failed.

    Parameters
    ----------
    outcomes
        What `rehearse` gave.
    notebook
        The file; hints lie beside it.
    places
        Folders in which they lie else, with the notebook as it was released.

    Raises
    ------
    HintsError
        If the file of hints cannot be read.
    """
    folders = [notebook.parent, *(place for place in places if (place / notebook.name).is_file())]
    known = next(filter(None, (hints.read(folder / hints.FILE) for folder in folders)), [])
    found = []
    for outcome in outcomes:
        stuck = outcome.passes is False and outcome.message != checks.UNSOLVED
        hint = hints.fitting(known, outcome.cell, [outcome.message]) if stuck else None
        found.append(replace(outcome, hints=hint.rungs) if hint else outcome)
    return found


def lines(name: str, outcomes: list[Outcome], width: int, rungs: int = 0) -> list[str]:
    """What a terminal shows of the outcomes.

    Parameters
    ----------
    name
        The notebook's.
    outcomes
        What its graded cells say.
    width
        The terminal's, in columns.
    rungs
        How many rungs of each hint.
    """
    broad = max(len(outcome.cell) for outcome in outcomes)
    shown, heading = [f"{name}, as far as the tests can tell that you see:"], ""
    for outcome in outcomes:
        if outcome.exercise != heading:
            heading = outcome.exercise
            shown += ["", heading]
        says = checks.PASSES if outcome.passes else outcome.message
        start = f"  {outcome.points:3g} points  {outcome.cell:{broad}}  "
        shown += textwrap.wrap(
            says, max(width, 79), initial_indent=start, subsequent_indent=" " * 14
        )
        more = [f"hint {n}: {text}" for n, text in enumerate(outcome.hints[:rungs], start=1)]
        if outcome.note:
            note = textwrap.shorten(outcome.note, 200, placeholder=" ...")
            more.append(f"(note, which costs nothing: {note})")
        for text in more:
            indent = " " * 14
            shown += textwrap.wrap(
                text, max(width, 79), initial_indent=indent, subsequent_indent=indent
            )
    graded = [outcome for outcome in outcomes if outcome.passes is not None]
    passed = sum(outcome.passes is True for outcome in graded)
    shown += ["", f"{passed} of {len(graded)} pass. Hidden tests decide: they try other cases too."]
    left = max((len(outcome.hints) for outcome in outcomes), default=0) - rungs
    if left > 0:
        ask = "Stuck? A hint: add --hint" if rungs == 0 else f"Still stuck? Add --hint {rungs + 1}"
        shown.append(f"{ask} to the same command.")
    return shown


def _is_meant(stem: str, name: str) -> bool:
    return stem == name or not stem[len(name)].isalnum()


def _outcomes(content, uses: list[tuple[str, ...]]) -> list[Outcome]:
    """What each graded cell says.

    Parameters
    ----------
    content
        The notebook, after it has run.
    uses
        The forbidden libraries that each of its cells uses.
    """
    found, heading, failed = [], "", ""
    forbidden: dict[str, None] = {}  # what answers since the last heading use of it
    for cell, used in zip(content.cells, uses, strict=True):
        if cell.cell_type == "markdown":
            headings = re.findall(r"^#{1,3} +(.+?)\s*$", cell.source, re.MULTILINE)
            if headings:
                heading, failed, forbidden = headings[-1], "", {}
        settings = cell.metadata.get("nbgrader", {})
        forbidden |= dict.fromkeys(used if settings.get("solution") else ())
        if not settings.get("grade"):
            failed = failed or (_message(cell) if settings.get("solution") else "")
            continue
        message, passes = _message(cell), None
        if cell.cell_type == "code":
            message = failed if "NameError" in message and failed else message
            message = message or _not_there(forbidden)
            passes = not message
        elif cell.source.strip() in ("", STUB):
            message = f"not answered: write in the place of {STUB}, in that cell"
        else:
            words = len(cell.source.split())
            message = f"{words} words, which a person reads and grades"
        grade_id, points = settings.get("grade_id", ""), float(settings.get("points", 0))
        note = _written(cell) if passes else ""
        found.append(Outcome(grade_id, heading, points, passes, message, note))
    return found


def _not_there(forbidden: Iterable[str]) -> str:
    """What the grader says of an answer that passes here with the help of forbidden libraries."""
    names = ", ".join(forbidden)
    if not names:
        return ""
    return f"{names} may not be used in this assignment, and the grader has not got it"


def _message(cell) -> str:
    """What went wrong in a cell that has run, in a line; "" where nothing did.

    As for the grader, that is an error, or a test that `checks.exercise` says has failed.
    """
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            words = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", str(output.evalue)).split())
            if output.ename == "NotImplementedError":
                return checks.UNSOLVED
            return f"{output.ename}: {words}" if words else output.ename
    failed = FAILED.findall(_written(cell, " \n"))
    passed = FAILED.findall(_written(cell, " \n", "stdout"))
    if failed and not any(words.startswith(checks.PASSES) for words in passed):
        return " ".join(failed[-1].split()).removesuffix(".")
    return ""


def _written(cell, separator: str = " ", name: str = "stderr") -> str:
    """What a cell wrote, each line without the blanks around it."""
    streams = [o for o in cell.get("outputs", []) if o.output_type == "stream" and o.name == name]
    lines = "".join(output.text for output in streams).replace("\r", "\n").splitlines()
    return separator.join(filter(None, map(str.strip, lines)))
