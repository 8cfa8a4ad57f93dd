"""What a change of an assignment's tests would do to the points of a class, before it counts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ...errors import one_line
from ..judging.submitted_notebook import Known, attempt_of, unpacked
from ..judging.verdicts import Judged, losses
from .journal import Record
from .work import HandIn

NO_TEST = "there was no such test"  # before the change, or no longer


@dataclass(frozen=True)
class Change:
    """A test for which a student would get other points.

    Points are None while a person has to decide; a reason is "" where nothing is lost.
    """

    student: str
    cell: str
    before: float | None
    after: float | None
    maximum: float
    reason_before: str
    reason_after: str

    @property
    def difference(self) -> float:
        """Points that the student would gain; less than 0 if some would be lost.

        While a person has to decide, before or after the change, it is 0.
        """
        before = 0.0 if self.reason_before == NO_TEST else self.before
        after = 0.0 if self.reason_after == NO_TEST else self.after
        return 0.0 if before is None or after is None else after - before


def comparable(old: Record | None, hand_in: HandIn) -> bool:
    """Whether what was graded is what lies there now: only then can points be compared.

    Parameters
    ----------
    old
        What was recorded, with what was judged.
    hand_in
        What lies there.
    """
    known = [(name, unpacked(data)) for name, data in old.judged.items()] if old else []
    return bool(known) and all(
        each is not None and each.keys.attempt == attempt_of(name, hand_in.files)
        for name, each in known
    )


def changes(
    student: str, before: dict[str, bytes], after: dict[str, bytes], by_hand: Collection[str] = ()
) -> list[Change]:
    """The tests for which a student would get other points.

    Parameters
    ----------
    student
        Who.
    before, after
        What was judged by the old tests and by the new ones, by notebook.
    by_hand
        The cells for which a person has given points, which stay.
    """
    found = []
    for name, data in after.items():
        old, new = unpacked(before.get(name, b"")), unpacked(data)
        if old is not None and new is not None:
            found += _of_notebook(student, old, new, by_hand)
    return found


def _of_notebook(student: str, old: Known, new: Known, by_hand: Collection[str]) -> list[Change]:
    earlier, later = _points(old), _points(new)
    return [
        Change(
            student,
            cell,
            earlier.get(cell),
            later.get(cell),
            max(each.judged.verdicts[cell].maximum for each in (new, old) if cell in _points(each)),
            _reason(old.judged, cell),
            _reason(new.judged, cell),
        )
        for cell in dict.fromkeys([*earlier, *later])
        if cell not in by_hand and earlier.get(cell, 0.0) != later.get(cell, 0.0)
    ]


def _points(known: Known) -> dict[str, float | None]:
    return {cell: verdict.points for cell, verdict in known.judged.verdicts.items()}


def _reason(judged: Judged, cell: str) -> str:
    verdict = judged.verdicts.get(cell)
    if verdict is None:
        return NO_TEST
    if verdict.message:
        return one_line(verdict.message)
    reports = (each for each in judged.cells.values() if _is_of(each, cell))
    return losses(next(reports, {}).get("printed", ""))


def _is_of(report: dict, cell: str) -> bool:
    return report.get("verdict", {}).get("grade_id") == cell
