"""Hidden tests: the lines between nbgrader's marks, which students do not see."""

from __future__ import annotations

BEGIN, END = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"


def without_hidden(source: str) -> str:
    """A test as students see it.

    Parameters
    ----------
    source
        A test cell's.
    """
    lines, inside = [], False
    for line in source.split("\n"):
        if BEGIN in line:
            inside = True
        elif END in line:
            inside = False
        elif not inside:
            lines.append(line)
    return "\n".join(lines).rstrip()


def hidden_lines(source: str) -> set[int]:
    """Numbers of the lines of a test that students do not see, from 1.

    Parameters
    ----------
    source
        A test cell's.
    """
    found, inside = set(), False
    for number, line in enumerate(source.split("\n"), start=1):
        inside = inside or BEGIN in line
        if inside:
            found.add(number)
        inside = inside and END not in line
    return found
