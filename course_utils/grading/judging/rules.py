"""What an instructor states about an assignment, in a comment line of any cell of its own:

    ### RULES forbid=torch,scipy.signal inputs=kept seconds=60 memory=1000 preload=keras

`forbid` are libraries that answers may not import; `inputs` says what happens when an answer
changes its arguments in place (copied, where no line says otherwise: the test does not see it;
seen: it does; kept: the call fails); `gradients=yes` lets `backward()` in a test reach an
answer's parameters, and with it whatever the loss tells of the labels; `seconds` are for a cell,
`total` for the notebook, and waiting for a busy machine's processor is not among them; `memory`
and `disk` are in megabytes. `preload` are large libraries that answers may choose to import:
loading them then costs no answer's time.

`judge=inside` in a test lets that test run in the student's process, behind the same walls, and
`judge=apart` never: where no line says so, grading the instructor's own answers decides it.

In a test, `inputs` and `gradients` hold for that test alone; all else holds for the notebook.

`smallest=3` lets a student see, for at most three functions of the notebook, the smallest input on
which a failed answer and the solution differ: see `smallest.asked`. Where no line says so, none.

    ### RULES allow=keras

takes something back that is forbidden elsewhere, from its cell on: there answers run in a process
that has it, and those before in one that has not.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum

from ...rule_lines import RuleError, libraries, words
from .sandbox.walls import Limits
from .verdicts import Way

LIMITS = {  # what they are called in `Limits`
    "seconds": "cell_seconds",
    "total": "notebook_seconds",
    "memory": "memory",
    "disk": "disk",
}
SIZES = ("memory", "disk")  # in megabytes
MOST_SMALLEST = 50  # inputs that a student may be shown of a notebook
CROSSING = ("inputs", "gradients", "judge")  # what a test may say for itself alone


class Inputs(StrEnum):
    """What happens when an answer changes its arguments in place."""

    COPIED = "copied"  # the test does not see it
    SEEN = "seen"  # it does
    KEPT = "kept"  # the call fails


@dataclass(frozen=True)
class Rules:
    """What holds for a notebook."""

    forbid: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    preload: tuple[str, ...] = ()
    inputs: Inputs = Inputs.COPIED
    gradients: bool = False
    judge: Way | None = None  # of a test
    smallest: int = 0  # functions of which the smallest input that shows a mistake is shown
    limits: Limits = field(default_factory=Limits)


def read(
    sources: list[str], limits: Limits | None = None, tests: Collection[str] = frozenset()
) -> Rules:
    """The rules in the instructor's cells; those of a later line win.

    Parameters
    ----------
    sources
        The sources of the cells, in their order.
    limits
        What holds where no line says otherwise.
    tests
        Those of the sources that are tests: what they say of `CROSSING` is their own (`of_test`).

    Raises
    ------
    RuleError
        If a line names an unknown rule or a value that is none.
    """
    rules = Rules(limits=limits or Limits())
    for source in sources:
        for key, value in words(source):
            changed = _with(rules, key, value)
            rules = rules if source in tests and key in CROSSING else changed
    return rules


def of_test(source: str, rules: Rules) -> Rules:
    """The rules that hold while a test runs.

    Parameters
    ----------
    source
        The test's.
    rules
        The notebook's.
    """
    for key, value in words(source):
        rules = _with(rules, key, value) if key in CROSSING else rules
    return rules


def _with(rules: Rules, key: str, value: str) -> Rules:
    if key in ("forbid", "allow", "preload"):
        names = libraries(key, value)
        if key == "allow":
            return replace(rules, allow=names)
        return replace(rules, forbid=names) if key == "forbid" else replace(rules, preload=names)
    if key == "inputs":
        if value not in list(Inputs):
            raise RuleError(f"RULES inputs={value}: expected {', '.join(Inputs)}")
        return replace(rules, inputs=Inputs(value))
    if key == "gradients":
        if value not in ("yes", "no"):
            raise RuleError(f"RULES gradients={value}: expected yes, no")
        return replace(rules, gradients=value == "yes")
    if key == "judge":
        if value not in (Way.APART, Way.INSIDE):
            raise RuleError(f"RULES judge={value}: expected {Way.APART}, {Way.INSIDE}")
        return replace(rules, judge=Way(value))
    if key == "smallest":
        if not value.isdecimal() or int(value) > MOST_SMALLEST:
            raise RuleError(
                f"RULES smallest={value}: expected a whole number, 0 to {MOST_SMALLEST}"
            )
        return replace(rules, smallest=int(value))
    if key not in LIMITS:
        known = ", ".join(["forbid", "allow", "preload", *CROSSING, "smallest", *LIMITS])
        raise RuleError(f"RULES {key}: there is no such rule; there are {known}")
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0 < number < 1e6:
        raise RuleError(f"RULES {key}={value}: expected a number above 0")
    limits = asdict(rules.limits) | {LIMITS[key]: int(number * 1e6) if key in SIZES else number}
    return replace(rules, limits=Limits(**limits))
