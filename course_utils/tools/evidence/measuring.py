"""A lecture run once, varied, and every claim that it made on the way."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from nbformat import NotebookNode

from ...errors import UserError
from ..notebooks import files
from ..notebooks.execution import OnCell, execute
from .variation import Variation

SOURCE = re.compile(r'^SOURCE = "sample"', re.MULTILINE)
BEGIN = """\
import json as _json
from course_utils import claims as _claims
from course_utils.tools.evidence import variation as _variation
_variation.begin(_variation.{variation!r}, {frameworks!r})
def _write_down(made):
    with open({journal!r}, "a", encoding="utf-8") as _file:
        _file.write(_json.dumps({{"sentence": made.sentence, "unit": made.unit,
            "at_least": made.at_least, "at_most": made.at_most,
            "number": made.number, "holds": made.holds}}) + "\\n")
_claims.listeners.append(_write_down)
"""


@dataclass(frozen=True)
class Made:
    """A claim as one run of a lecture made it.

    Attributes
    ----------
    sentence, unit, at_least, at_most
        As in `claims.Claim`.
    number
        What was measured.
    holds
        Whether it kept its bounds, and was more than chance where that is asked.
    """

    sentence: str
    unit: str
    at_least: float | None
    at_most: float | None
    number: float
    holds: bool


@dataclass(frozen=True)
class Run:
    """A lecture run once.

    Attributes
    ----------
    claims
        What it claimed, in order; if it failed half-way, what it claimed until then.
    failure
        Why it did not come to its end; "" if it did.
    """

    claims: tuple[Made, ...]
    failure: str = ""

    def as_record(self) -> dict:
        """As texts, numbers and lists only."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: dict) -> Run:
        """The run of which `as_record` made the `record`.

        Raises
        ------
        KeyError, TypeError
            If it made something else.
        """
        return cls(tuple(Made(**each) for each in record["claims"]), record["failure"])


def measure(
    notebook: Path,
    variation: Variation,
    on_cell: OnCell = lambda done, total: None,
    *,
    seconds: int,
) -> Run:
    """Run a lecture with a variation; nothing of it is stored.

    Parameters
    ----------
    notebook
        The .ipynb file, which makes claims by `course_utils.claims`.
    variation
        What is varied.
    on_cell
        Called after each code cell with how many are done and how many there are.
    seconds
        The longest that one cell may take.

    Raises
    ------
    NotANotebook
        If the file is none.
    OSError
        If it cannot be read, or the claims cannot be written down.
    """
    content = files.read(notebook)
    with tempfile.TemporaryDirectory(prefix="course-claims-") as folder:
        journal = Path(folder, "claims.jsonl")
        code = [cell for cell in content.cells if cell.cell_type == "code"]
        if variation.full:
            for cell in code:
                cell.source = SOURCE.sub('SOURCE = "full"', cell.source)
        for first in code[:1]:  # not in a cell of its own: errors name cells by their number
            first.source = _beginning(code, variation, journal) + first.source
        failure = ""
        try:
            execute(
                content,
                notebook,
                seconds=seconds,
                on_cell=on_cell,
                environment=variation.environment,
            )
        except UserError as error:
            failure = str(error)
        return Run(tuple(_read(journal)), failure)


def _beginning(code: list[NotebookNode], variation: Variation, journal: Path) -> str:
    keras = any(re.search(r"\b(keras|tensorflow)\b", cell.source) for cell in code)
    frameworks = ("torch", "keras") if keras else ("torch",)
    return BEGIN.format(variation=variation, frameworks=frameworks, journal=str(journal))


def _read(journal: Path) -> Iterator[Made]:
    if journal.exists():
        whole, _, _ = journal.read_text("utf-8").rpartition(
            "\n"
        )  # a killed kernel leaves half a line
        for line in whole.splitlines():
            yield Made(**json.loads(line))
