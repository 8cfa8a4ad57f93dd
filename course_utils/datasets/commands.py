"""What `course data ...` does: each takes the parsed options and returns the exit status."""

from __future__ import annotations

import shutil

from . import cache, pages
from .catalogue import card, names
from .facts import Card, UnknownDataset, in_words


def list_all(options) -> int:
    """A line for each collection."""
    print(f"{'NAME':18} {'IMAGES':>8} {'PIXELS':10} {'DOWNLOAD':>10}  IN THE CACHE")
    cached = {facts.key: facts for facts in _cached()}
    rows = {facts.key: facts for facts in map(card, names())} | cached
    for facts in sorted(rows.values(), key=lambda facts: names().index(facts.name)):
        download = in_words(facts.size) if facts.size else f"<{in_words(facts.decoded_size)}"
        taken = in_words(cache.size_on_disk(facts)) if facts.key in cached else "-"
        pixels = "x".join(map(str, facts.shape))
        count = sum(facts.counts.values())
        print(f"{facts.key:18} {count:8,} {pixels:10} {download:>10}  {taken}")
    print(f"\nThe cache is {cache.base()}; COURSE_DATA names another folder.")
    return 0


def show(options) -> int:
    """The card."""
    print(card(options.name[0], options.size))
    return 0


def download(options) -> int:
    """Fetch and decode, or mend."""
    for name in options.name:
        print(f"In the cache, every file checked: {cache.download(name, options.size)}")
    return 0


def verify(options) -> int:
    """Read everything and say what is damaged; 1 if anything is."""
    chosen = [card(name, options.size) for name in options.name] or _cached()
    status = 0
    for facts in chosen:
        faults = cache.verify(facts)
        taken = cache.size_on_disk(facts)
        print(f"{facts.key}: {'; '.join(faults) or ('right' if taken else 'not in the cache')}")
        if faults:
            size = "" if facts.key == facts.name else f" --size {facts.shape[0]}"
            print(f"    mend it with: course data download {facts.name}{size}")
            status = 1
    if not chosen:
        print(f"There is nothing in the cache ({cache.base()}).")
    return status


def clear(options) -> int:
    """Remove, and say what that freed."""
    if bool(options.name) == options.all:
        raise UnknownDataset(f"say what to remove: --all, or one of {', '.join(names())}")
    for facts in [card(name, options.size) for name in options.name] or _cached():
        print(f"{facts.key}: {in_words(cache.clear(facts))} freed")
    if options.all:
        shutil.rmtree(cache.base() / cache.SAMPLES, ignore_errors=True)
    return 0


def write_pages(options) -> int:
    """Write the cards as pages into the repository."""
    folder = cache.PACKAGE.parent / "datasets"
    for name, text in pages.pages().items():
        (folder / name).write_text(text, "utf-8")
        print(f"Written: {folder / name}")
    return 0


def _cached() -> list[Card]:
    """The cards of what is in the cache, each size of its own."""
    every = [card(name, size) for name in names() for size in card(name).sizes]
    return [facts for facts in every if cache.size_on_disk(facts)]


ACTIONS = {
    "list": list_all,
    "show": show,
    "download": download,
    "verify": verify,
    "clear": clear,
    "pages": write_pages,
}
