"""How sure the course is of what it says: the end of that page, from the stored surveys."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from ...errors import counted
from ..evidence import survey, table
from ..evidence.stored import Stored
from ..evidence.tally import Tally

FILE = "book/how_sure.md"  # the page's beginning
PICTURE = "pictures/claims-{lecture}.png"
FURTHEST = 12  # spreads from the bound; what is further away stands at the edge
_NOTHING = "Nothing has been measured yet: `course claims --store` does it.\n"


def sections(stored: Mapping[str, Stored], lectures: Mapping[Path, str], folder: Path) -> str:
    """A section for each lecture, in MyST's Markdown; pictures are drawn into the folder.

    Parameters
    ----------
    stored
        The newest survey of each lecture, by its name.
    lectures
        From the file of each lecture to its page.
    folder
        Where the sources of all pages lie.
    """
    parts, missing = [] if stored else [_NOTHING], []
    for path, page in lectures.items():
        if path.stem in stored:
            parts.append(_section(stored[path.stem], path, page, folder))
        else:
            missing.append(f"[{_title(path.stem)}](/{page})")
    if stored and missing:
        parts.append(f"## Not measured yet\n\n{', '.join(missing)}.\n")
    return "\n".join(parts)


def _section(stored: Stored, path: Path, page: str, folder: Path) -> str:
    found = stored.survey
    when = f"{stored.date.isoformat()} on {stored.processor}"
    libraries = f"PyTorch {stored.versions.get('torch', 'none')}"
    lines = [f"## {_title(found.lecture)}", "", f"[The lecture](/{page}). "]
    lines[-1] += f"{counted(found.draws, 'run')}, {when}, with {libraries}."
    if survey.digest(path) != found.digest:
        lines[-1] += " Its code has changed since."
    if not found.claims:
        return "\n".join([*lines, "", "It makes no claim.", ""])
    picture = PICTURE.format(lecture=found.lecture)
    alt = _draw(found.claims, found.lecture, folder / picture)
    on_full = any(claim.full for claim in found.claims)
    headings = ["claim", "bound", "measured", "held", "room"] + ["full data"] * on_full
    lines += ["", f"![{alt}](/{picture})", "", f"| {' | '.join(headings)} |"]
    lines.append("|---|" + "---:|" * (len(headings) - 1))
    for claim in found.claims:
        held = table.held(claim)
        row = [claim.sentence.replace("|", "\\|"), table.bound(claim), table.measured(claim)]
        row += [held if claim.is_sure else f"**{held}**", table.room(claim)]
        row += [table.full(claim)] if on_full else []
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join([*lines, ""])


def _title(lecture: str) -> str:
    number, _, words = lecture.partition("_")
    return f"{number} {words.replace('_', ' ').capitalize()}"


def _draw(claims: tuple[Tally, ...], lecture: str, target: Path) -> str:
    """Draw how far every run stayed from each claim's bound; returns the picture in words."""
    from matplotlib.figure import Figure

    from ...figures import COLOURS

    figure = Figure(figsize=(7, 0.24 * len(claims) + 0.9), layout="constrained")
    ax = figure.subplots()
    for row, claim in enumerate(claims):
        places = [_place(claim, number) for number in claim.numbers]
        colours = [COLOURS["output" if place >= 0 else "error"] for place in places]
        ax.scatter(places, [row] * len(places), s=22, c=colours, alpha=0.55, linewidths=0)
    ax.axvline(0, color=COLOURS["text"], linewidth=1)
    ax.set_yticks(range(len(claims)), [str(row + 1) for row in range(len(claims))])
    ax.set(ylim=(len(claims) - 0.5, -0.5), xlim=(-3, FURTHEST + 0.5))
    ax.set_xlabel(f"from the bound, in spreads of a run ({FURTHEST}: that far or further)")
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="x", color="0.92")
    ax.set_axisbelow(True)
    target.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(target, dpi=160)
    return _in_words(claims, lecture)


def _place(claim: Tally, number: float) -> float:
    """How far a run's number is from the nearer bound, in spreads, for the picture."""
    rooms = [number - claim.at_least] if claim.at_least is not None else []
    rooms += [claim.at_most - number] if claim.at_most is not None else []
    room = min(rooms)
    if not math.isfinite(room):
        return -3
    if not claim.spread > 0:
        return FURTHEST if room >= 0 else -3
    return max(-3, min(FURTHEST, room / claim.spread))


def _in_words(claims: tuple[Tally, ...], lecture: str) -> str:
    fell = [row for row, claim in enumerate(claims, 1) if claim.held < claim.runs]
    nearest = min(claims, key=lambda claim: claim.distance)
    number = claims.index(nearest) + 1
    which = f"claim{'s' * (len(fell) > 1)} {', '.join(map(str, fell))} fell in some runs"
    told = which if fell else "all held in all runs"
    return (
        f"Dots for every run of the {counted(len(claims), 'claim')} of lecture {lecture[:2]}: "
        f"{told}; nearest to its bound is claim {number}."
    )
