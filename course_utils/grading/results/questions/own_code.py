"""Questions about a notebook's answers: the judge watches, nothing that it says is run here."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass, field

from ...judging import submitted_notebook
from ...judging.sandbox.walls import Limits
from ...judging.submitted_notebook import Prepared
from ...judging.watching import asked as watching
from ...judging.watching.asked import Exercise
from . import asking
from .asking import Question


@dataclass(frozen=True)
class Sandbox:
    """Where answers run, as in grading: see `submitted_notebook.grade`."""

    limits: Limits = field(default_factory=Limits)
    files: dict[str, bytes] = field(default_factory=dict, repr=False)
    unsafe: bool = False
    prepare: str | None = None


def questions(
    prepared: Prepared,
    seed: str,
    sandbox: Sandbox,
    handed_in: dict[str, bytes] | None = None,
    only: Collection[str] | None = None,
    enough: int = asking.ENOUGH,
) -> tuple[list[Question], dict[str, str]]:
    """Questions about a notebook's answers, and the answers' cells, by grade_id.

    Parameters
    ----------
    prepared
        The notebook, with the answers that were handed in.
    seed
        Of all that is drawn, the answers that are asked about among it.
    sandbox
        Where they run.
    handed_in
        What lies beside the student's notebook.
    only
        The grade_ids of those answers; any by default.
    enough
        Answers that are asked about; more are looked at only if these give nothing.
    """
    exercises = watching.exercises(prepared.rebuilt)
    exercises = [e for e in exercises if only is None or e.grade_id in only]
    left = random.Random(f"exercises {seed}").sample(exercises, len(exercises))
    found: dict[str, list[Question]] = {}
    while left and len(found) < enough:
        now, left = left[: enough - len(found)], left[enough - len(found) :]
        found |= _of_exercises(prepared, now, seed, sandbox, handed_in or {})
    sources = {e.grade_id: e.source for e in exercises if e.grade_id in found}
    return [each for name in sources for each in found[name]], sources


def _of_exercises(
    prepared: Prepared,
    exercises: list[Exercise],
    seed: str,
    sandbox: Sandbox,
    handed_in: dict[str, bytes],
) -> dict[str, list[Question]]:
    wanted = {e.grade_id: asking.asked(e, f"{seed} {e.grade_id}") for e in exercises}
    known = {name: each for name, each in wanted.items() if each is not None}
    facts = submitted_notebook.watch(
        prepared,
        [watch for watch, _ in known.values()],
        files=sandbox.files,
        handed_in=handed_in,
        limits=sandbox.limits,
        unsafe=sandbox.unsafe,
        prepare=sandbox.prepare,
    )
    found = {
        name: asking.questions(watch, places, facts.get(name, {}))
        for name, (watch, places) in known.items()
    }
    return {name: each for name, each in found.items() if each}
