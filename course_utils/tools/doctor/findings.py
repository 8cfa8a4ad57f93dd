"""What the doctor found, and how it is said: on a terminal, and for scripts."""

from __future__ import annotations

import textwrap
from dataclasses import asdict, dataclass

from ...errors import UserError

YES, NO, NOTE = "yes", "NO", "-"
COLOURS = {YES: "32", NO: "31;1", NOTE: "2"}  # green, red, dim, as terminals number them
NAME = 12  # columns of a finding's name
NARROW, BROAD = 60, 100  # columns: text is wrapped somewhere between


class UnknownPurpose(UserError):
    """There is no such purpose; the message lists those there are.

    Parameters
    ----------
    key
        What was asked for.
    known
        The keys of all purposes.
    """

    def __init__(self, key: str, known: list[str]):
        super().__init__(f"the doctor does not know {key!r}: say one of {', '.join(known)}")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    state
        "yes"; "NO", something is missing, and `remedy` says what to do; "-", worth knowing, and
        one can do without.
    words
        What was found.
    """

    name: str
    state: str
    words: str
    remedy: str = ""


@dataclass(frozen=True)
class Finished:
    """A purpose, and everything that was found for it."""

    key: str
    title: str
    findings: tuple[Finding, ...]
    meant: bool = True

    @property
    def ready(self) -> bool:
        """Whether nothing is missing for it."""
        return all(finding.state != NO for finding in self.findings)

    @property
    def verdict(self) -> str:
        """Ready, or how much is not."""
        if not self.meant:
            return "not installed"
        missing = sum(finding.state == NO for finding in self.findings)
        return "ready" if not missing else f"{missing} to mend"


def as_json(finished: list[Finished]) -> dict:
    """The same for scripts: every `finished` purpose by its key, and whether all are ready."""
    return {
        "ready": all(each.ready for each in finished),
        "purposes": {
            each.key: {
                "title": each.title,
                "ready": each.ready and each.meant,
                "findings": [asdict(finding) for finding in each.findings],
            }
            for each in finished
        },
    }


def lines(finished: Finished, columns: int = 80, coloured: bool = False) -> list[str]:
    """What a terminal shows of a purpose.

    Parameters
    ----------
    finished
        The purpose.
    columns
        The terminal's width; lines keep between 60 and 100.
    coloured
        Whether the terminal understands colours.
    """
    width = min(max(columns, NARROW), BROAD)
    paint = _paint if coloured else lambda text, state: text
    state = NOTE if not finished.meant else YES if finished.ready else NO
    shown = [f"{finished.title}: {paint(finished.verdict, state)}"]
    for finding in finished.findings:
        start = f"  {finding.state:>3}  {finding.name:{NAME}} "
        first, *rest = textwrap.wrap(
            finding.words,
            width,
            initial_indent=start,
            subsequent_indent=" " * len(start),
            break_long_words=False,
            break_on_hyphens=False,
        ) or [start.rstrip()]
        shown += [first.replace(finding.state, paint(finding.state, finding.state), 1), *rest]
        if finding.remedy:  # never wrapped: people copy commands
            shown.append(f"{'':{len(start)}}-> {finding.remedy}")
    return shown


def closing(finished: list[Finished]) -> str:
    """The last word on all `finished` purposes: what can begin, and what has to be mended."""
    wrong = [each.title.lower() for each in finished if not each.ready]
    right = [each.title.lower() for each in finished if each.ready and each.meant]
    text = f"Ready {_listed(right)}." if right else ""
    if wrong:
        text += f" Not yet ready {_listed(wrong)}: mend what says NO."
    return text.strip() or "Nothing of the course is installed here yet."


def _listed(parts: list[str]) -> str:
    return ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1]


def _paint(text: str, state: str) -> str:
    return f"\x1b[{COLOURS[state]}m{text}\x1b[0m"
