"""Which collections there are, and the card of each."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from . import medmnist
from .facts import Card, File, UnknownDataset

FOLDER = Path(__file__).parent / "cards"


def names() -> list[str]:
    """The names of all collections; MedMNIST's 18 where the package medmnist is installed."""
    return sorted(path.stem for path in FOLDER.glob("*.toml")) + medmnist.names()


@cache
def card(name: str, size: int | None = None) -> Card:
    """The card of a collection.

    Parameters
    ----------
    name
        One of `names()`; case and punctuation do not matter: "Fashion-MNIST" is fashion_mnist.
    size
        The side of its images in pixels, for a MedMNIST set: 28 (the default), 64, 128 or 224.

    Raises
    ------
    UnknownDataset
        A ValueError: there is no such collection or size; the message lists those there are.
    """
    known = {_plain(each): each for each in names()}
    if _plain(name) not in known:
        raise UnknownDataset(f"unknown data set {name!r}: {_advice(str(name), known)}")
    found = known[_plain(name)]
    if found in medmnist.names():
        return medmnist.card(found, size)
    result = read_card(FOLDER / f"{found}.toml")
    if size not in (None, *result.sizes):
        raise UnknownDataset(f"{found} has no size {size!r}: its images are {result.sizes[0]} wide")
    return result


def _plain(name: object) -> str:
    return "".join(letter for letter in str(name).lower() if letter.isalnum())


def _advice(name: str, known: dict[str, str]) -> str:
    if "medmnist" in _plain(name):
        listed = ", ".join(medmnist.names())
        return f"MedMNIST is 18 sets: {listed}" if listed else medmnist.INSTALL
    close = get_close_matches(_plain(name), known, 1)
    hint = f"did you mean {known[close[0]]!r}? " if close else ""
    missing = "" if medmnist.names() else f" ({medmnist.INSTALL})"
    return f"{hint}There are: {', '.join(known.values())}{missing}"


def read_card(path: Path) -> Card:
    """The card in a TOML file, which is called after its collection.

    Parameters
    ----------
    path
        The file.
    """
    facts = tomllib.loads(path.read_text("utf-8"))
    mirrors = facts.pop("mirrors", ())
    files = tuple(
        File(urls=tuple(mirror + file["name"] for mirror in mirrors), **file)
        for file in facts.pop("files", ())
    )
    for key, value in facts.items():
        facts[key] = tuple(value) if isinstance(value, list) else value
    facts.setdefault("classes", ())
    return Card(name=path.stem, files=files, sizes=(facts["shape"][0],), **facts)
