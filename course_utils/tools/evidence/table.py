"""Tallies for a terminal and for the book: the same words in both."""

from __future__ import annotations

import math
from collections.abc import Iterable

from rich import box
from rich.table import Table
from rich.text import Text

from ...claims import Claim
from .survey import Survey
from .tally import Tally


def for_terminal(surveys: Iterable[Survey]) -> Table:
    """A row for each claim, those that fell in red.

    Parameters
    ----------
    surveys
        What was found, a lecture each.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("claim", "bound", "measured", "held", "room in spreads"):
        table.add_column(heading, justify="left" if heading == "claim" else "right")
    surveys = list(surveys)
    on_full = any(claim.full for survey in surveys for claim in survey.claims)
    if on_full:
        table.add_column("full data", justify="right")
    for survey in surveys:
        table.add_section()
        table.add_row(Text(survey.lecture, style="bold"))
        for claim in survey.claims:
            row = [claim.sentence, bound(claim), measured(claim), held(claim), room(claim)]
            row += [full(claim)] if on_full else []
            table.add_row(*map(Text, row), style="" if claim.is_sure else "red")
    return table


def bound(claim: Tally) -> str:
    """What a `claim` says of its number: "at least 90 %"."""
    words = Claim(claim.sentence, claim.mean, "", claim.at_least, claim.at_most).bound
    return f"{words} {claim.unit}".rstrip()


def measured(claim: Tally) -> str:
    """Mean and spread of a `claim` over all runs."""
    if claim.spread > 0:
        return f"{claim.mean:.3g} ± {claim.spread:.2g}"
    return f"{claim.mean:,.0f}" if float(claim.mean).is_integer() else f"{claim.mean:.3g}"


def held(claim: Tally) -> str:
    """In how many of how many runs a `claim` held."""
    return f"{claim.held} of {claim.runs}"


def room(claim: Tally) -> str:
    """How far a `claim`'s mean is from its bound, in spreads of a single run."""
    if math.isnan(claim.distance):
        return "?"
    return "always the same" if math.isinf(claim.distance) else f"{claim.distance:.1f}"


def full(claim: Tally) -> str:
    """What was measured for a `claim` on whole collections, and whether it held there."""
    if claim.full is None:
        return ""
    return f"{claim.full.number:.3g}" + ("" if claim.full.holds else ", does not hold")
