"""How a graded class looks in a terminal."""

from __future__ import annotations

from rich import box
from rich.columns import Columns
from rich.console import Console, Group
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from ...errors import counted, some
from ..running.what_if import Change
from .grades import ClassGrades, StudentGrades, number
from .items import Item
from .similarity import Likeness
from .summary import Summary
from .what_if import Effect


def progress(console: Console) -> Progress:
    """The bar of a long run: what, how far, how long still.

    Parameters
    ----------
    console
        Where it is shown, if that is a terminal.
    """
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def grades_table(grades: ClassGrades) -> Group:
    """The table of grades, one column an exercise, with what the columns mean below it."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("student", no_wrap=True)
    for exercise in grades.exercises:
        table.add_column(str(exercise.number), justify="right")
    late = any(student.penalty for student in grades.students)
    if late:
        table.add_column("late", justify="right")
    table.add_column("total", justify="right", style="bold")
    for student in grades.students:
        lost = [number(-student.penalty) if student.penalty else ""] * late
        table.add_row(
            Text(student.student), *_points(grades, student), *lost, number(student.total)
        )
    table.add_section()
    maxima = [number(exercise.points) for exercise in grades.exercises] + [""] * late
    table.add_row("of", *maxima, number(grades.maximum), style="dim")
    legend = [Text(f"{e.number} {e.title}", style="dim") for e in grades.exercises]
    return Group(table, Columns(legend, padding=(0, 3)))


def _points(grades: ClassGrades, student: StudentGrades) -> list[Text]:
    if not student.marks:
        return [Text("-", style="red")] * len(grades.exercises)
    cells = []
    for exercise in grades.exercises:
        points = student.points(exercise)
        full = points == exercise.points
        cells.append(Text(number(points), style="" if full else "yellow" if points != 0 else "red"))
    return cells


def repairs_table(grades: ClassGrades) -> Table:
    """What was put right in the notebooks of the students in `grades` before they were graded.

    A row a student; those in whose notebooks the same was put right share one.
    """
    students: dict[str, list[str]] = {}
    for student in grades.students:
        if student.repairs:
            students.setdefault("; ".join(student.repairs), []).append(student.student)
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for line, names in students.items():
        table.add_row(Text(some(names)), Text(line))
    return table


def summary_panel(summary: Summary) -> Group:
    """The `summary` of a run over a class, at a glance."""
    lines = []
    states = ", ".join(f"{count} {_STATES[state]}" for state, count in summary.states.items())
    pace = f", {60 * summary.students / summary.seconds:.0f} a minute" if summary.seconds else ""
    students = counted(summary.students, "student")
    lines.append(Text(f"{students}: {states}; {summary.seconds:g} s{pace}"))
    lines.append(Text(f"mean {summary.mean:g}, median {summary.median:g} of {summary.maximum:g}"))
    lines += _histogram(summary)
    ended = ", ".join(f"{count} {kind}" for kind, count in summary.verdicts.items())
    lines.append(Text(f"tests   {ended}"))
    if summary.slowest:
        slow = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in summary.slowest)
        lines.append(Text(f"slowest {slow}"))
    if summary.repaired or summary.unread:
        lines.append(
            Text(
                f"{counted(summary.repaired, 'notebook')} put right, {summary.unread} could not be "
                "read"
            )
        )
    for student, reason in summary.attention:
        lines.append(Text(f"look at {student + ': ' if student else ''}{reason}", style="red"))
    for _, words in summary.inside:
        lines.append(Text(f"note    {words}", style="dim"))
    for student, words in summary.refused:
        lines.append(Text(f"refused {student}: {words}", style="dim"))
    return Group(*lines)


_STATES = {
    "new": "graded",
    "changed": "graded as something had changed",
    "again": "graded again",
    "done": "graded before",
}


def _histogram(summary: Summary) -> list[Text]:
    """How many students got each tenth of the points, as bars."""
    most = max(summary.histogram) or 1
    step = summary.maximum / len(summary.histogram)
    width = len(number(summary.maximum))
    lines = []
    for place, count in enumerate(summary.histogram):
        bar = "█" * round(24 * count / most) or ("▏" if count else "")
        low, high = number(round(place * step, 2)), number(round((place + 1) * step, 2))
        label = f"{low:>{width + 2}} - {high:<{width + 2}}"
        lines.append(
            Text.assemble((label, "dim"), " ", (bar, "cyan"), f" {count}" if count else "")
        )
    return lines


def items_table(items: list[Item]) -> Table:
    """How the exercises did, one of `items` a row, the hardest to be seen at a glance."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 2, 0, 0))
    table.add_column("exercise")
    for heading in ("of", "got", "tells apart", "s"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("what commonly fails", overflow="fold")
    for item in items:
        got = "?" if item.difficulty != item.difficulty else f"{item.difficulty:.0%}"
        apart = "-" if item.discrimination is None else f"{item.discrimination:+.2f}"
        reasons = Text("\n").join(Text(f"{count}x {reason}") for reason, count in item.reasons)
        name = Text(f"{item.number} {item.title}")
        table.add_row(name, number(item.points), got, apart, f"{item.seconds:.2f}", reasons)
    return table


def likeness_table(pairs: list[Likeness]) -> Table:
    """Who answered alike, one of `pairs` a row."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 2, 0, 0))
    table.add_column("alike", justify="right")
    table.add_column("student")
    table.add_column("student")
    for pair in pairs:
        table.add_row(f"{pair.share:.0%}", Text(pair.one), Text(pair.other))
    return table


def effects_table(effects: list[Effect]) -> Table:
    """What a change of the tests would do: one of `effects` a row."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 2, 0, 0))
    table.add_column("exercise")
    for heading in ("gain", "lose", "points"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("old reason -> new reason", overflow="fold")
    for effect in effects:
        reasons = Text("\n").join(
            Text(f"{count}x {before or 'full points'} -> {after or 'full points'}")
            for before, after, count in effect.reasons
        )
        name = Text(f"{effect.number} {effect.title}")
        table.add_row(name, str(effect.gain), str(effect.lose), f"{effect.points:+g}", reasons)
    return table


def changes_table(changes: list[Change]) -> Table:
    """Whose points would become others, one of `changes` a row."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for change in changes:
        points = f"{number(change.before)} -> {number(change.after)} of {number(change.maximum)}"
        before, after = change.reason_before, change.reason_after
        words = f"{change.cell}: {before or 'full points'} -> {after or 'full points'}"
        style = "green" if change.difference > 0 else "red" if change.difference < 0 else "yellow"
        table.add_row(Text(change.student), Text(points, style=style), Text(words))
    return table


def losses_table(grades: ClassGrades) -> Table:
    """Every lost point in `grades` with its reason, student by student."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for student in grades.students:
        name = student.student
        if student.problem:
            table.add_row(
                Text(name), Text(f"-{number(grades.maximum)}", style="red"), Text(student.problem)
            )
        for cell, mark in student.losses():
            lost = "?" if mark.points is None else f"-{number(mark.maximum - mark.points)}"
            reason = Text.assemble((f"{cell}: ", "dim"), mark.reason or "")
            table.add_row(Text(name), Text(lost, style="yellow"), reason)
            if mark.smallest:
                table.add_row("", "", Text(_on_one_line(mark.smallest), style="dim"))
            name = ""
    return table


def _on_one_line(cell: str) -> str:
    """A cell that shows an input, its statements beside each other."""
    lines = cell.splitlines()
    code = "; ".join(line for line in lines if not line.startswith("#"))
    return f"{code}  # " + "; ".join(line[2:] for line in lines if line.startswith("#"))
