"""The exceptions that are meant for a person, and text made fit to be shown to one."""

from __future__ import annotations

import re

LONGEST = 400  # characters; an error message may be a novel
SHOWN = 3  # names in a line
TERMINAL_CODE = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")


class UserError(Exception):
    """What its message says is all that somebody needs: what was wrong, and what to do.

    The command line shows it as one line; any other exception is a bug and shows itself.
    """


def one_line(text: str) -> str:
    """The text in one line, without control characters, cut where it gets too long."""
    text = TERMINAL_CODE.sub("", text)
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def counted(number: int, noun: str, many: str = "") -> str:
    """How many there are of something, as English has it.

    Parameters
    ----------
    number
        How many.
    noun
        What one of them is called, with what stands before it.
    many
        What several are: the noun and an s unless it is given.

    Examples
    --------
    >>> counted(1, "student"), counted(0, "late student"), counted(2, "class", "classes")
    ('1 student', '0 late students', '2 classes')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {many or noun + 's'}"


def out_of(part: int, whole: int) -> str:
    """A part of a whole, in numbers and in percent: 100 % are all, and nothing else is.

    Parameters
    ----------
    part
        How many.
    whole
        Of how many.

    Examples
    --------
    >>> out_of(457, 459), out_of(0, 0)
    ('457 of 459 (99 %)', '0 of 0')
    """
    return f"{part} of {whole}" + (f" ({100 * part // whole} %)" if whole else "")


def some(names: list[str], shown: int = SHOWN) -> str:
    """The first few names of many, in a line.

    Parameters
    ----------
    names
        All of them.
    shown
        How many are; a number stands for the rest.

    Examples
    --------
    >>> some(["ada", "bela", "chen", "dina", "emre"])
    'ada, bela, chen and 2 more'
    """
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return ", ".join(names[:shown]) + more
