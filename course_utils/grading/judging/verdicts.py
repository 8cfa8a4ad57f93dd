"""The words for how a graded cell ended. Points are only for what ran to its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ...errors import one_line


class VerdictKind(StrEnum):
    """How it ended."""

    OK = "ok"  # ran to its end; perhaps with partial credit
    WRONG = "wrong"  # a test failed
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out of memory"
    CRASH = "crash"  # the answer ended its process
    OUTPUT_LIMIT = "output limit"
    TAMPERED = "tampered"  # the answer sent what no honest one can
    NOT_RUN = "not run"
    BROKEN_TEST = "broken test"  # the test asks for what cannot cross: the instructor's to mend
    INFRA = "infrastructure"  # not the student's doing


class Way(StrEnum):
    """How a graded cell is judged."""

    APART = "apart"  # the test in a process that answers never enter
    INSIDE = "inside"  # the test in the student's process, behind the same walls
    PERSON = "a person"


@dataclass(frozen=True)
class Finding:
    """Which way a graded cell is judged, found by grading the instructor's own answers.

    Attributes
    ----------
    grade_id
        The cell's.
    way
        How it is judged.
    why
        Why not apart, or what else there is to say of it; empty where all is as it should be.
    change
        What would let it be judged apart.
    empty
        Points of the release as it is, with nothing answered.
    certain
        Whether the grader itself had no trouble in finding out.
    """

    grade_id: str
    way: Way
    why: str = ""
    change: str = ""
    empty: float = 0.0
    certain: bool = True

    def as_dict(self) -> dict:
        """Plain data, for JSON."""
        return vars(self) | {"way": str(self.way)}

    @classmethod
    def from_dict(cls, content: dict) -> Finding:
        """The finding of which this is the plain data.

        Parameters
        ----------
        content
            What `as_dict` gave.
        """
        return cls(**content | {"way": Way(content["way"])})


UNFIT = "a person will look at it"
NOT_THE_STUDENTS = (VerdictKind.BROKEN_TEST, VerdictKind.INFRA)

SENTENCES = {
    VerdictKind.TIMEOUT: "stopped: it ran too long (a loop that never ends?)",
    VerdictKind.OUT_OF_MEMORY: "stopped: it used too much memory",
    VerdictKind.CRASH: "your answer ended the process that ran it (exit, a crash)",
    VerdictKind.OUTPUT_LIMIT: "stopped: it gave too much output",
    VerdictKind.TAMPERED: "your answer gave something that is no answer",
    VerdictKind.NOT_RUN: "the test did not run",
    VerdictKind.INFRA: "the grader failed, not you: this will be graded again",
    VerdictKind.BROKEN_TEST: "the test itself fails: a person will look at it",
}


@dataclass(frozen=True)
class Verdict:
    """What one graded cell got, and why.

    `points` are None where a person has to look. `message` is for the student, `detail` for the
    instructor. `inside` says why it was judged in the student's process, if it was. `smallest` is a
    cell that shows the smallest input found on which answer and solution differ.
    """

    grade_id: str
    kind: VerdictKind
    points: float | None
    maximum: float
    message: str = ""
    detail: str = ""
    seconds: float = 0.0
    peak: int = 0
    hidden: bool = True  # whether it failed where students do not see the test
    inside: str = ""
    smallest: str = ""

    def as_dict(self) -> dict:
        return vars(self) | {"kind": str(self.kind)}

    @classmethod
    def from_dict(cls, content: dict) -> Verdict:
        """The verdict of which this is the plain data.

        Parameters
        ----------
        content
            What `as_dict` gave.
        """
        return cls(**content | {"kind": VerdictKind(content["kind"])})


@dataclass
class Judged:
    """Verdicts by grade_id, and what every code cell showed, by its place in the notebook.

    `seconds` is how long that took, from the first cell on; `smallest` is what searches found, by
    grade_id: see `smallest.beside`; `watched` is what was seen of answers: see `watching`.
    """

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    cells: dict[int, dict] = field(default_factory=dict)
    seconds: float = 0.0
    smallest: dict[str, dict] = field(default_factory=dict)
    watched: dict[str, dict] = field(default_factory=dict)

    def refused(self) -> dict[int, dict[str, int]]:
        """What the kernel refused answers, and how often, by the place of the cell that ran."""
        found = ((place, report.get("refused")) for place, report in self.cells.items())
        return {place: calls for place, calls in found if calls}


def losses(printed: str) -> str:
    """The lines in which a test with partial credit says what was lost, as one.

    Parameters
    ----------
    printed
        What the test printed.
    """
    return one_line("; ".join(line for line in printed.splitlines() if line.startswith("lost ")))


def without(grade_id: str, maximum: float, kind: VerdictKind, message: str = "", **more) -> Verdict:
    """A verdict without points; without a decision where it is not the student's doing.

    Parameters
    ----------
    grade_id, maximum
        Whose, and how many points it could have had.
    kind
        How it ended.
    message
        For the student; by default the sentence that goes with the kind.
    **more
        Other fields of the verdict.
    """
    points = None if kind in NOT_THE_STUDENTS else 0.0
    return Verdict(grade_id, kind, points, maximum, message or SENTENCES.get(kind, ""), **more)


def by_a_person(finding: Finding, maximum: float) -> Verdict:
    """The verdict on a cell that no test decides: nothing is given or taken, and somebody looks.

    Parameters
    ----------
    finding
        Why that is so.
    maximum
        The cell's points.
    """
    detail = f"{finding.why}; {finding.change}" if finding.change else finding.why
    return without(finding.grade_id, maximum, VerdictKind.BROKEN_TEST, UNFIT, detail=detail)
