"""What a notebook is to a judge: its code cells in their order, and which side runs each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from .changes import Changes


class StepKind(StrEnum):
    """What a code cell is there for."""

    SHARED = "shared"  # set-up, examples: both sides run it
    SOLUTION = "solution"
    EXTRA = "extra"  # a cell of the student's own
    TEST = "test"
    LENT = "lent"  # of a test that is not judged, what it imports: see `lent`


@dataclass
class Step:
    """A code cell.

    Attributes
    ----------
    kind
        What it is there for.
    place
        Its cell in the notebook.
    student
        What runs behind the wall; of a test, what it imports that other cells need.
    judge
        What runs in the judge.
    grade_id, points
        Of a test, or of a solution.
    binds
        The names that a solution should define.
    classes
        Those of them that are classes.
    changes
        The names whose objects a test changes in place, or a solution should.
    called
        Those whose objects its functions change when they are called.
    gives
        Of a test, the names that it binds and that others use: see `lent`.
    """

    kind: StepKind
    place: int
    student: str | None = None
    judge: str | None = None
    grade_id: str = ""
    points: float = 0.0
    binds: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    gives: list[str] = field(default_factory=list)

    def as_dict(self) -> dict:
        """Plain data, for JSON; its lists are the step's own."""
        return vars(self) | {"kind": str(self.kind)}

    def with_changes(self, found: Changes) -> Step:
        """The step, saying what was read off its cell.

        Parameters
        ----------
        found
            What the cell changes.
        """
        return replace(self, changes=sorted(found.at_once), called=sorted(found.when_called))

    @classmethod
    def from_dict(cls, content: dict) -> Step:
        """The step of which this is the plain data.

        Parameters
        ----------
        content
            What `as_dict` gave.
        """
        return cls(**content | {"kind": StepKind(content["kind"])})
