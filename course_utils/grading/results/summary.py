"""What a run over a class came to: how it was graded, how it did, where to look."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from statistics import mean, median

from ..judging.notebooks.staging import LEFT_OUT
from ..judging.plugin import refusals
from ..judging.verdicts import NOT_THE_STUDENTS
from ..running.grade_class import ClassRun, State
from .grades import ClassGrades

BINS = 10
MOST = 5  # of the slowest


@dataclass(frozen=True)
class Summary:
    """A class in numbers.

    Attributes
    ----------
    states
        How many submissions were new, changed, graded again, or done before.
    seconds
        What the whole run took.
    histogram
        How many students got each tenth of the points, from the lowest.
    verdicts
        How the tests ended, the commonest first.
    slowest
        The students whose grading took longest, with the seconds.
    repaired
        How many notebooks were put right before they were graded.
    unread
        How many hand-ins could not be graded: no notebook, a damaged one.
    attention
        Who has to be looked at by the instructor, with the reason: a test that cannot be judged, a
        hand-in that cannot be read, a fault of the grader, a folder that is named wrongly, a page
        that could not be made.
    refused
        Whose answers asked the kernel for what nobody gets, in which cell, and what: a process, a
        network. Most of it is curiosity, or a library's; it costs nothing, and students do not see
        it.
    """

    students: int
    maximum: float
    states: dict[str, int]
    seconds: float
    mean: float
    median: float
    histogram: list[int]
    verdicts: dict[str, int]
    slowest: list[tuple[str, float]]
    repaired: int
    unread: int
    attention: list[tuple[str, str]]
    refused: list[tuple[str, str]]


def summarize(class_run: ClassRun, grades: ClassGrades) -> Summary:
    """The numbers of a run over a class.

    Parameters
    ----------
    class_run
        What became of each submission.
    grades
        Of the same class, read after the run.
    """
    totals = [student.total for student in grades.students]
    counts = Counter(str(state) for state in class_run.states.values())
    kinds: Counter[str] = Counter()
    attention = [("", line) for line in class_run.misnamed]
    for student in grades.students:
        marks = student.marks.items()
        kinds.update(mark.kind for _, mark in marks if mark.kind)
        broken = [(cell, mark) for cell, mark in marks if mark.kind in NOT_THE_STUDENTS]
        broken += [(cell, mark) for cell, mark in marks if mark.outdated]
        attention += [(student.student, f"{cell}: {mark.reason}") for cell, mark in broken]
        dropped = [line for line in student.repairs if LEFT_OUT in line]
        attention += [(student.student, line) for line in dropped]
    attention += [(s.student, s.problem) for s in grades.students if s.problem]
    attention += [(name, "no feedback page could be made") for name in class_run.without_page]
    slowest = sorted(class_run.records, key=lambda record: -record.seconds)[:MOST]
    return Summary(
        students=len(grades.students),
        maximum=grades.maximum,
        states={str(state): counts[str(state)] for state in State if counts[str(state)]},
        seconds=round(class_run.seconds, 1),
        mean=round(mean(totals), 2) if totals else 0.0,
        median=round(median(totals), 2) if totals else 0.0,
        histogram=_histogram(totals, grades.maximum),
        verdicts={kind: kinds[kind] for kind in sorted(kinds, key=lambda k: (-kinds[k], k))},
        slowest=[(record.student, record.seconds) for record in slowest if record.seconds],
        repaired=sum(bool(student.repairs) for student in grades.students),
        unread=sum(bool(student.problem) for student in grades.students),
        attention=attention,
        refused=[
            (student.student, f"{cell}: {refusals(calls)}")
            for student in grades.students
            for cell, calls in student.refused.items()
        ],
    )


def as_json(class_run: ClassRun, grades: ClassGrades) -> dict:
    """All that is known of a class, for scripts.

    Parameters
    ----------
    class_run, grades
        As for `summarize`.
    """
    states = class_run.states
    return {
        "assignment": grades.assignment.name,
        "summary": asdict(summarize(class_run, grades)),
        "students": [
            {
                "student": student.student,
                "state": str(states.get(student.student, "")),
                "total": student.total,
                "penalty": student.penalty,
                "problem": student.problem,
                "repairs": list(student.repairs),
                "refused": student.refused,
                "cells": {name: asdict(mark) for name, mark in student.marks.items()},
            }
            for student in grades.students
        ],
    }


def _histogram(totals: list[float], maximum: float) -> list[int]:
    counts = [0] * BINS
    for total in totals:
        share = total / maximum if maximum else 0.0
        counts[min(int(share * BINS), BINS - 1)] += 1
    return counts
