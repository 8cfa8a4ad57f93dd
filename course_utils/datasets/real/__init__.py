"""Small real collections that are more than equal images with a class each.

>>> voices = real("voices", split="test", source="stand-in")
>>> voices
voices test, stand-in: 90 series (12, 29)

real, real_names
               the door
collection     what the collections have in common; its card: where it comes from, what it allows
nuclei, reviews, voices, faces, trees
               a module for each: its card, its arrays, its file, its stand-in
page           the cards as a page for people

Their files lie inside packages of other people (`packaged`): opened as files, never imported.
"""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module

from ...packaged import NotInstalled
from ..facts import UnknownDataset
from .collection import Collection, RealCard

NAMES = ("faces", "nuclei", "reviews", "trees", "voices")
SPLITS = ("train", "test")
SOURCES = ("auto", "real", "stand-in")

__all__ = ["Collection", "RealCard", "real", "real_card", "real_names"]


def real_names() -> list[str]:
    """The names of the small real collections."""
    return list(NAMES)


def real_card(name: str) -> RealCard:
    """The card of a small real collection.

    Parameters
    ----------
    name
        One of `real_names()`.

    Raises
    ------
    UnknownDataset
        A ValueError: there is no such collection; the message lists those there are.
    """
    return _module(name).CARD


def real(name: str, split: str = "train", source: str = "auto") -> Collection:
    """Return a split of a small real collection, as arrays with a card.

    Parameters
    ----------
    name
        One of `real_names()`: "faces", "nuclei", "reviews", "trees" or "voices".
    split
        "train" or "test"; what is in one is in no way in the other.
    source
        "real": out of the package that has it. "stand-in": drawn or made up by the course, in
        the same shapes. "auto": the real one where its package is installed, else the stand-in,
        with a printed line that says so.

    Raises
    ------
    ValueError
        If there is no such collection, split or source, or the package's file is not what it
        should be.
    NotInstalled
        If the real one was asked for and its package is not here.
    """
    module = _module(name)
    if split not in SPLITS:
        raise ValueError(f"{name} has no split {split!r}: it has {' and '.join(SPLITS)}")
    if source not in SOURCES:
        raise ValueError(f"unknown source {source!r}: use one of {', '.join(SOURCES)}")
    if source != "stand-in":
        try:
            return module.read(split)
        except NotInstalled as missing:
            if source == "real":
                raise
            print(f"{name}: a stand-in that the course made up, as {missing}")
    return module.stand_in(split)


def _module(name: str):
    if name not in NAMES:
        close = get_close_matches(str(name), NAMES, 1)
        hint = f"did you mean {close[0]!r}? " if close else ""
        raise UnknownDataset(
            f"unknown real collection {name!r}: {hint}There are: {', '.join(NAMES)}"
        )
    return import_module(f"{__name__}.{name}")
