"""What an instructor states about an assignment, in a comment line of any cell of its own:

    ### RULES forbid=torch,scipy.signal inputs=kept seconds=60 memory=1000 preload=keras

`forbid` are libraries that answers may not import; `inputs` says what happens when an answer
changes its arguments in place (seen: the test sees it; copied: it does not; kept: the call fails);
`seconds` are for a cell, `total` for the notebook; `memory` and `disk` are in megabytes. `preload`
are large libraries that answers may choose to import: loading them then costs no answer's time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from .sandbox.walls import Limits

LINE = re.compile(r"^#+ RULES (.*)$", re.MULTILINE)
INPUTS = ("seen", "copied", "kept")


class RuleError(ValueError):
    """A line of rules that nobody can follow; the message is for the instructor."""


@dataclass(frozen=True)
class Rules:
    """What holds for a notebook."""

    forbid: tuple[str, ...] = ()
    preload: tuple[str, ...] = ()
    inputs: str = "seen"
    limits: Limits = field(default_factory=Limits)


def read(sources: list[str], limits: Limits | None = None) -> Rules:
    """The rules in the instructor's cells; those of a later line win.

    Raises
    ------
    RuleError
        If a line names an unknown rule or a value that is none.
    """
    rules = Rules(limits=limits or Limits())
    for line in (match[1] for source in sources for match in LINE.finditer(source)):
        for word in line.split():
            key, _, value = word.partition("=")
            rules = _with(rules, key, value)
    return rules


def _with(rules: Rules, key: str, value: str) -> Rules:
    if key in ("forbid", "preload"):
        names = tuple(name for name in value.split(",") if name)
        wrong = [n for n in names if not all(part.isidentifier() for part in n.split("."))]
        if wrong or not names:
            raise RuleError(
                f"RULES {key}={value}: expected names of libraries, as torch,tensorflow"
            )
        return replace(rules, **{key: names})
    if key == "inputs":
        if value not in INPUTS:
            raise RuleError(f"RULES inputs={value}: expected {', '.join(INPUTS)}")
        return replace(rules, inputs=value)
    numbers = {"seconds": "cell_seconds", "total": "notebook_seconds", "memory": "memory"}
    numbers["disk"] = "disk"
    if key not in numbers:
        known = ", ".join(["forbid", "preload", "inputs", *numbers])
        raise RuleError(f"RULES {key}: there is no such rule; there are {known}")
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0 < number < 1e6:
        raise RuleError(f"RULES {key}={value}: expected a number above 0")
    if key in ("memory", "disk"):
        number = int(number * 1e6)
    return replace(rules, limits=replace(rules.limits, **{numbers[key]: number}))
