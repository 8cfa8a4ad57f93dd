"""The cards as pages, kept in the repository's `datasets/` folder."""

from __future__ import annotations

from . import medmnist
from .catalogue import card, names
from .facts import Card
from .real.page import page as real_page


def pages() -> dict[str, str]:
    """The text of each page, by file name: one a collection, one for MedMNIST, one for `real`."""
    medical = medmnist.names()
    result = {f"{name}.md": page(card(name)) for name in names() if name not in medical}
    result["real.md"] = real_page()
    return result | ({"medmnist.md": _medmnist_page(medical)} if medical else {})


def page(facts: Card) -> str:
    """The page of the collection that `facts` are about, in Markdown."""
    rows = [f"| {label} | {_cell(value)} |" for label, value in facts.rows()]
    files = [f"| {f.name} | {f.size:,} | `{f.sha256}` | `{f.md5}` |" for f in facts.files]
    mirrors = dict.fromkeys(url.removesuffix(f.name) for f in facts.files for url in f.urls)
    parts = [
        [f"# {facts.title}"],
        [f'`course_utils.datasets.load("{facts.name}")`'],
        ["| | |", "|---|---|", *rows],
        ["## Files"],
        ["| file | bytes | SHA-256 | MD5 (published) |", "|---|---|---|---|", *files],
        ["## Fetched from, in this order"],
        [f"{number}. <{url}>" for number, url in enumerate(mirrors, start=1)],
    ]
    if len(facts.classes) > 20:
        listed = ", ".join(f"{label} {name}" for label, name in enumerate(facts.classes))
        parts += [["## Classes"], [listed + "."]]
    return _join(parts)


def _medmnist_page(medical: list[str]) -> str:
    cards = [card(name) for name in medical]
    first = cards[0]
    head = "| name | task | classes | pixels | train | val | test | sizes | licence |"
    rows = [
        f"| [{c.name}](#{c.name}) | {c.task} | {len(c.classes)} | {'x'.join(map(str, c.shape))} | "
        f"{' | '.join(f'{count:,}' for count in c.counts.values())} | "
        f"{', '.join(map(str, c.sizes))} | {c.licence} |"
        for c in cards
    ]
    parts = [
        ["# MedMNIST v2: eighteen sets of medical images"],
        [f'`course_utils.datasets.load("{first.name}", size=64)`'],
        [
            "Counts, classes, licences, addresses and checksums are those of the package medmnist; "
            "there is no other source for them, and SHA-256 sums have not been published. "
            "`course data show NAME` says where the images of a set come from. "
            f"{medmnist.NOT_CLINICAL}"
        ],
        [f"Stand-in: {first.stand_in}"],
        [f"Cite: {first.citation} Homepage: <{first.homepage}>."],
        [head, "|---" * 9 + "|", *rows],
    ]
    for c in cards:
        listed = "; ".join(f"{label} {name}" for label, name in enumerate(c.classes))
        sums = [f"{size}: `{card(c.name, size).files[0].md5}`" for size in c.sizes]
        flaw = [f"Flaw: {medmnist.FLAWS[c.name]}"] if c.name in medmnist.FLAWS else []
        flaw += [f"Stand-in: {c.stand_in}"] if c.name in medmnist.STAND_INS else []
        parts += [[f"## {c.name}"], [f"Classes: {listed}."]]
        parts += [[line] for line in flaw] + [[f"MD5 by size: {', '.join(sums)}."]]
    return _join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _join(parts: list[list[str]]) -> str:
    return "\n\n".join("\n".join(part) for part in parts) + "\n"
