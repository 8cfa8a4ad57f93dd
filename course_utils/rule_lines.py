"""The lines that state an assignment's rules, `### RULES forbid=torch`, and what forbidding means.

The grader reads them, and a student's own check, so that both speak of the same libraries. What
every other rule means is the grader's (`grading/judging/rules.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .errors import UserError

LINE = re.compile(r"^#+ RULES (.*)$", re.MULTILINE)


class RuleError(UserError):
    """A line of rules that nobody can follow; the message is for the instructor."""


def words(source: str) -> Iterator[tuple[str, str]]:
    """What the lines of rules in a cell say, in their order: `("forbid", "torch,scipy.signal")`.

    Parameters
    ----------
    source
        The cell's.
    """
    for match in LINE.finditer(source):
        for word in match[1].split():
            key, _, value = word.partition("=")
            yield key, value


def libraries(key: str, value: str) -> tuple[str, ...]:
    """The names in a rule that is about libraries.

    Parameters
    ----------
    key
        The rule's name.
    value
        Full names with commas between them.

    Raises
    ------
    RuleError
        If there is none, or one is no name of a library.
    """
    names = tuple(name for name in value.split(",") if name)
    if not names or not all(part.isidentifier() for name in names for part in name.split(".")):
        raise RuleError(f"RULES {key}={value}: expected names of libraries, as torch,tensorflow")
    return names


def forbidden(sources: list[str]) -> list[tuple[str, ...]]:
    """What is forbidden in each of the instructor's cells.

    A line that forbids holds for the whole notebook, and the last one counts; one that allows holds
    from its cell on.

    Parameters
    ----------
    sources
        The sources of all cells, in their order; "" for those of others.

    Raises
    ------
    RuleError
        If a line names something that is no library.
    """
    everywhere: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    so_far = []
    for source in sources:
        for key, value in words(source):
            if key == "forbid":
                everywhere = libraries(key, value)
            elif key == "allow":
                allowed = libraries(key, value)
        so_far.append(allowed)
    return [tuple(name for name in everywhere if name not in here) for here in so_far]


def is_forbidden(module: str, names: Iterable[str]) -> bool:
    """Whether a module is, or is in, one of the forbidden ones, by whatever way it is reached.

    A part of a library is meant wherever it lies in it: `keras.applications` is also
    `keras.src.applications`, and `tensorflow.python.keras.applications`.

    Parameters
    ----------
    module
        Its full name.
    names
        What is forbidden: full names of libraries, or of parts of them.
    """
    for name in names:
        if f"{module}.".startswith(f"{name}."):
            return True
        top, _, rest = name.partition(".")
        inside = module.startswith(f"{top}.") and rest
        if rest and (f".{name}." in f".{module}." or inside and f".{rest}." in f"{module}."):
            return True
    return False
