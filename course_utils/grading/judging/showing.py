"""What a student is shown of a notebook comes from a process that has met no hidden test.

An answer remembers what it was called with: a cell behind a hidden test could print it, the message
of a later visible test could quote it, a figure could draw it. So what came after the first hidden
test is dropped, and where there was something to show, the notebook runs once more in a fresh
process, without hidden tests and for its looks alone. Points stay as they are.
"""

from __future__ import annotations

from dataclasses import replace

from ... import rule_lines
from .notebooks.changes import changes
from .notebooks.hidden import hidden_lines, without_hidden
from .notebooks.lent import not_judged
from .notebooks.steps import Step, StepKind
from .verdicts import Judged, Verdict, VerdictKind

AFTER = "it fails after hidden tests have run, and not without them"
RAN = (VerdictKind.OK, VerdictKind.WRONG)


def again(steps: list[Step], judged: Judged, cells: bool = True) -> list[Step]:
    """What has to run once more, hidden tests taken out; nothing if there is nothing to show.

    What ended its process does not run again: what is said of that is the grader's.

    Parameters
    ----------
    steps
        The notebook's.
    judged
        What came of them, hidden tests and all.
    cells
        Whether to show what other cells than tests show.
    """
    tests = [n for n, step in enumerate(steps) if _speaks(steps, n, judged)]
    behind = [n for n in _behind(steps) if _shows(judged.cells.get(steps[n].place, {}))]
    last = max(tests + (behind if cells else []), default=-1)
    whole = bool(tests) or any(step.gives for step in steps[: last + 1])
    found = []
    for number, step in enumerate(steps[: last + 1]):
        if step.kind is not StepKind.TEST:
            if "kind" not in judged.cells.get(step.place, {"kind": None}):
                found.append(step if whole else replace(step, judge=None))
        elif (number <= max(tests, default=-1) or step.gives) and (
            judged.verdicts[step.grade_id].kind in RAN
        ):
            told = _told(step.judge or "")
            found.append(replace(step, judge=told).with_changes(changes(told)))
        elif lent := not_judged(step):
            found.append(lent)
    return found


def _told(source: str) -> str:
    """A test as students see it, under the rules that stand in its hidden part too."""
    rules = [match[0] for match in rule_lines.LINE.finditer(source)]
    return "\n".join([without_hidden(source), *rules])


def put_in(steps: list[Step], judged: Judged, shown: Judged) -> None:
    """Put what may be shown in the place of what came after a hidden test.

    Parameters
    ----------
    steps
        The notebook's.
    judged
        What came of them; it is changed.
    shown
        What came of `again`; nothing if there was nothing to show.
    """
    speaking = [step for n, step in enumerate(steps) if _speaks(steps, n, judged)]
    for step in speaking:
        verdict, report = judged.verdicts[step.grade_id], judged.cells.get(step.place, {})
        if verdict.kind is VerdictKind.WRONG and not verdict.hidden:
            judged.verdicts[step.grade_id] = _retold(verdict, shown.verdicts.get(step.grade_id))
        report |= {"verdict": judged.verdicts[step.grade_id].as_dict(), "said": ""}
        if not hidden_lines(step.judge or ""):  # else nobody is shown what it prints
            report["printed"] = shown.cells.get(step.place, {}).get("printed", "")
    for number in _behind(steps):
        place = steps[number].place
        report = judged.cells.get(place, {})
        if "kind" in report:
            continue
        fresh = dict(shown.cells.get(place, {}))
        if "error" in report and "error" not in fresh:
            fresh["error"] = ["Error", AFTER]
        refused = report.get("refused")  # of the first run, in which there was most to try
        judged.cells[place] = fresh | ({"refused": refused} if refused else {})


def _retold(verdict: Verdict, shown: Verdict | None) -> Verdict:
    """A failure in the words of the process that knew nothing, if it fails there too."""
    if shown and (shown.kind, shown.detail) == (verdict.kind, verdict.detail):
        return replace(verdict, message=shown.message)
    told = f"{verdict.detail}: {verdict.message}"
    return replace(verdict, message=AFTER, detail=told, hidden=True)


def _first(steps: list[Step]) -> int:
    """The first test with a hidden part; behind the last step if there is none."""
    tests = (n for n, step in enumerate(steps) if step.kind is StepKind.TEST)
    return next((n for n in tests if hidden_lines(steps[n].judge or "")), len(steps))


def _behind(steps: list[Step]) -> list[int]:
    """Cells that run at the student's when a hidden test has run."""
    first = _first(steps)
    return [n for n, step in enumerate(steps) if n > first and step.kind is not StepKind.TEST]


def _shows(report: dict) -> bool:
    parts = ("printed", "pictures", "error")
    return "kind" not in report and any(report.get(part) for part in parts)


def _speaks(steps: list[Step], number: int, judged: Judged) -> bool:
    """Whether students are shown words of a test that came when a hidden one had run."""
    step, first = steps[number], _first(steps)
    verdict = judged.verdicts.get(step.grade_id)
    if step.kind is not StepKind.TEST or number < first or verdict is None:
        return False
    source = step.judge or ""
    hidden = hidden_lines(source)
    if number == first and not _goes_on(source, hidden):
        return False
    fails = verdict.kind is VerdictKind.WRONG and not verdict.hidden
    prints = not hidden and bool(judged.cells.get(step.place, {}).get("printed"))
    return fails or (prints and verdict.kind in RAN)


def _goes_on(source: str, hidden: set[int]) -> bool:
    """Whether there are visible lines behind a hidden one."""
    lines = enumerate(source.split("\n"), start=1)
    return any(n > min(hidden) and n not in hidden and line.strip() for n, line in lines)
