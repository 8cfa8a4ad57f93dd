"""What was found about an assignment, as a table for the terminal and for the book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .rates import Rate
from .report import ALPHA, Validity, in_words
from .simulated import SLOPE, STUDENTS, ceiling, exercises_for

if TYPE_CHECKING:
    from rich.table import Table

COLUMNS = ("exercise", "points", "right, lost", "wrong, passed", "mutants left", "r", "information")


def rows(found: Validity) -> list[tuple[str, ...]]:
    """A row for each exercise, in the order of `COLUMNS`.

    `r` is the correlation of its points with all other points of a simulated class, information is
    Fisher's about ability.

    Parameters
    ----------
    found
        About an assignment.
    """
    items = {item.grade_id: item for item in found.simulated.items} if found.simulated else {}
    made = []
    for each in found.exercises:
        item = items.get(each.grade_id)
        told = (f"{item.discrimination:.2f}", f"{item.information:.2f}") if item else ("-", "-")
        counts = map(_of, (each.false_fail, each.false_pass, each.mutants))
        made.append((each.grade_id, f"{each.points:g}", *counts, *told))
    return made


def sentences(found: Validity) -> list[str]:
    """What the table comes to, a sentence each.

    Parameters
    ----------
    found
        About an assignment.
    """
    said = [
        f"Right answers that lost points: {in_words(found.false_fail)}.",
        f"Wrong answers and mutants that got all points: {in_words(found.false_pass)}.",
        f"Answers whose points depend on the seed: {found.unsteady.hits} of "
        f"{found.unsteady.trials}, under {found.seeds} seeds.",
    ]
    if found.simulated:
        said += _reliability(found, found.simulated.alpha)
    if found.copies:
        areas = ", ".join(
            f"{each.disguise} {each.auc:.3f} ({_of(each.named)} named)"
            for each in found.copies.found
        )
        said.append(
            f"Planted copies against honest pairs, AUC: {areas}; honest pairs named: "
            f"{_of(found.copies.accused)}."
        )
    return said


def _reliability(found: Validity, reached: float) -> list[str]:
    count = len(found.weights)
    more = ""
    if 0 < reached < ALPHA:
        more = f"; {ALPHA} takes {exercises_for(ALPHA, reached, count)} like these"
    return [
        f"Cronbach's alpha of a simulated class of {STUDENTS:,}: {reached:.2f}. Judged without "
        f"error, and with nothing for wrong answers, {count} exercises have "
        f"{ceiling(found.weights):.2f}{more}.",
        f"An exercise that is judged without error has an information of {SLOPE**2 / 4:.2f}.",
    ]


def for_terminal(found: Validity) -> Table:
    """The rows, for Rich to print.

    Parameters
    ----------
    found
        About an assignment.
    """
    from rich.table import Table

    table = Table(box=None)
    for number, column in enumerate(COLUMNS):
        table.add_column(column, justify="right" if number else "left")
    for row in rows(found):
        table.add_row(*row)
    return table


def for_book(found: Validity) -> str:
    """The rows and sentences in Markdown.

    Parameters
    ----------
    found
        About an assignment.
    """
    lines = [f"| {' | '.join(COLUMNS)} |", "|---|" + "---:|" * (len(COLUMNS) - 1)]
    lines += [f"| {' | '.join((f'`{name}`', *rest))} |" for name, *rest in rows(found)]
    return "\n".join([*lines, "", *(f"- {line}" for line in sentences(found)), ""])


def _of(rate: Rate) -> str:
    return f"{rate.hits:,} of {rate.trials:,}" if rate.trials else "-"
