"""What a notebook is to a judge: its code cells in their order, and which side runs each."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field


@dataclass
class Step:
    """A code cell: what runs behind the wall (`student`), what in the judge (`judge`).

    `kind` is "shared" (set-up, examples), "solution", "extra" (a cell of the student's own) or
    "test"; `binds` are the names that an answer should define; `place` is its cell in the notebook.
    """

    kind: str
    place: int
    student: str | None = None
    judge: str | None = None
    grade_id: str = ""
    points: float = 0.0
    binds: list[str] = field(default_factory=list)

    def as_dict(self) -> dict:
        return asdict(self)
