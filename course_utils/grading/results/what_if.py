"""What a change of the tests would do to a class: by exercise, and as a list of students."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from ...files import replace_text
from ..judging.plugin import in_words
from ..judging.rehearsal import Ways
from ..judging.verdicts import Way
from ..running.what_if import Change
from .export import harmless
from .grades import Exercise, number

MOST = 3  # reasons of an exercise


@dataclass(frozen=True)
class Effect:
    """What a change would do in one exercise.

    `reasons` are the commonest pairs of an old and a new reason, with how often each occurs; an
    empty one says that nothing was lost. `gain` and `lose` are how many students would, `points`
    are all that they would gain, less what they would lose.
    """

    number: int
    title: str
    gain: int
    lose: int
    points: float
    reasons: list[tuple[str, str, int]]


def effects(changes: list[Change], exercises: list[Exercise]) -> list[Effect]:
    """What changes come to, for each exercise that they concern.

    Parameters
    ----------
    changes
        As `running.grade_class.try_out` has them.
    exercises
        Of the assignment, as it is now.
    """
    found = []
    for exercise in (*exercises, Exercise(0, "no longer there", (), 0.0)):
        own = [each for each in changes if _exercise(each, exercises) == exercise.number]
        if own:
            students: dict[str, float] = {}
            for change in own:
                points = students.get(change.student, 0.0)
                students[change.student] = points + change.difference
            reasons = Counter((each.reason_before, each.reason_after) for each in own)
            found.append(
                Effect(
                    exercise.number,
                    exercise.title,
                    sum(each > 0 for each in students.values()),
                    sum(each < 0 for each in students.values()),
                    sum(students.values()),
                    [(*pair, count) for pair, count in reasons.most_common(MOST)],
                )
            )
    return found


def unfit(ways: dict[str, Ways]) -> list[str]:
    """A line for each test that the instructor's own answer does not pass, however it is judged.

    Parameters
    ----------
    ways
        What was found of the tests, by notebook and grade_id.
    """
    found = [finding for each in ways.values() for finding in each.values()]
    return [in_words(finding) for finding in found if finding.way is Way.PERSON]


def write(changes: list[Change], exercises: list[Exercise], target: Path) -> Path:
    """Write the list of those whom changes concern, a row for each test; returns the file.

    Parameters
    ----------
    changes, exercises
        As for `effects`.
    target
        The CSV file, which is replaced.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(
        ["student", "exercise", "test", "before", "after", "of", "reason before", "reason after"]
    )
    for each in changes:
        points = [number(each.before), number(each.after), number(each.maximum)]
        words = [each.student, _exercise(each, exercises), each.cell]
        row = [*words, *points, each.reason_before, each.reason_after]
        table.writerow([harmless(str(cell)) for cell in row])
    replace_text(target, text.getvalue())
    return target


def _exercise(change: Change, exercises: list[Exercise]) -> int:
    return next((each.number for each in exercises if change.cell in each.cells), 0)
