"""Cells that only show something: a picture of an answer, say."""

from __future__ import annotations

import re

from .names import defined_names
from .steps import Step, StepKind


def examples(steps: list[Step]) -> set[int]:
    """Cells after the first answer that no test builds on, by the `id` of their steps.

    Parameters
    ----------
    steps
        The notebook's.
    """
    first = next((n for n, step in enumerate(steps) if step.kind is StepKind.SOLUTION), len(steps))
    used: set[str] = set()
    found = set()
    for number, step in reversed(list(enumerate(steps))):
        if step.judge is None:
            continue
        if step.kind is StepKind.SHARED and number > first and not defined_names(step.judge) & used:
            found.add(id(step))
        else:
            used |= set(re.findall(r"[^\W\d]\w*", step.judge))
    return found
