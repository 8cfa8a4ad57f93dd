"""Begin to load what judges will need, while the rest of a run over a class gets ready."""

from __future__ import annotations

import json
import re
from pathlib import Path

from ...rule_lines import RuleError
from ..course import CONFIG
from ..judging import judge_process, reading_process
from ..judging.notebooks import names
from ..judging.notebooks.steps import Step, StepKind
from ..judging.sandbox import forkserver


def guess(root: Path, assignment: str, unsafe: bool = False) -> None:
    """Start an assignment's fork servers, if it lies where it usually does and somebody is new.

    Nothing depends on the guess: fork servers that are missing are started when they are needed.

    Parameters
    ----------
    root
        The course's folder.
    assignment
        Its name, or the beginning of it.
    unsafe
        Whether answers run without walls.
    """
    sources = sorted(root.glob(f"source/{assignment}*/*.ipynb"))
    if not sources or not _anybody_new(root, sources[0].parent.name):
        return
    forkserver.get(reading_process.KIND)
    hook = _hook(root / CONFIG)
    for file in sources:
        try:
            for spec in judge_process.forkservers(_steps(file), unsafe=unsafe, prepare=hook):
                forkserver.get(spec)
        except (OSError, ValueError, KeyError, TypeError, RuleError):  # whoever reads it will say
            continue


def _anybody_new(root: Path, assignment: str) -> bool:
    handed_in = root.glob(f"submitted/*/{assignment}")
    return any(not (root / "autograded" / f.parent.name / f.name).exists() for f in handed_in)


def _hook(config: Path) -> str | None:
    """What `configure(c, prepare=...)` names, as far as the text of the settings says it."""
    found = re.search(r"""\bprepare=["']([^"']+)["']""", config.read_text("utf-8"))
    return found[1] if found else None


def _steps(file: Path) -> list[Step]:
    """The code cells of an instructor's notebook, as far as imports go."""
    steps = []
    for cell in json.loads(file.read_text("utf-8"))["cells"]:
        own, source = cell["metadata"].get("nbgrader", {}), "".join(cell["source"])
        if cell["cell_type"] != "code":
            continue
        if own.get("solution"):
            steps.append(Step(StepKind.SOLUTION, 0, judge=names.imports_of(source)))
        else:
            steps.append(
                Step(StepKind.TEST if own.get("grade") else StepKind.SHARED, 0, judge=source)
            )
    return steps
