"""What a run over a class came to: how it was graded, how it did, where to look."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from statistics import mean, median

from ..judging.plugin import in_words, refusals
from ..judging.rehearsal import Ways
from ..judging.verdicts import NOT_THE_STUDENTS, Finding, Way
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
    inside
        Cells that are judged beside the answers, and what else was found before the class was
        graded, with the reason and what would change it.
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
    inside: list[tuple[str, str]]


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
    findings = [finding for ways in class_run.ways.values() for finding in ways.values()]
    unfit = {finding.grade_id for finding in findings if finding.way is Way.PERSON}
    for name, ways in class_run.ways.items():
        attention += [("", in_words(each)) for each in _waiting(name, ways)]
    for student in grades.students:
        marks = student.marks.items()
        kinds.update(mark.kind for _, mark in marks if mark.kind)
        broken = [
            (cell, mark)
            for cell, mark in marks
            if mark.kind in NOT_THE_STUDENTS and cell not in unfit
        ]
        broken += [(cell, mark) for cell, mark in marks if mark.outdated]
        attention += [(student.student, f"{cell}: {mark.reason}") for cell, mark in broken]
        attention += [(student.student, line) for line in student.left_out]
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
        inside=[
            (each.grade_id, in_words(each))
            for each in findings
            if each.why and each.grade_id not in unfit
        ],
    )


def _waiting(notebook: str, ways: Ways) -> list[Finding]:
    """What waits for a person: the notebook, where one reason holds for all of its cells."""
    found = [finding for finding in ways.values() if finding.way is Way.PERSON]
    if len(found) > 1 and len(found) == len(ways) and len({each.why for each in found}) == 1:
        return [replace(found[0], grade_id=notebook)]
    return found


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
                "left_out": list(student.left_out),
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
