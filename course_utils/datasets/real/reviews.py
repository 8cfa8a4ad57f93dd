"""Reviews of films in a sentence or two, fresh or rotten."""

from __future__ import annotations

import bz2
import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ... import packaged
from ...seeds import example
from .collection import Collection, card

FILE = "data/rotten_tomatoes_corpus_full.csv.bz2"
COLUMNS = ["category", "text", "movie_name", "has_plot_and_reviews"]
LABELS = {"rotten": 0, "fresh": 1}
PLOT = "plot"  # rows that are no reviews
LARGEST, LONGEST = 20_000_000, 2_000  # bytes of the table, characters of a review
EVERY = 5  # of the films, sorted by name, every fifth is for the test

CARD = card("reviews")


@dataclass(frozen=True, eq=False, repr=False)
class Reviews(Collection):
    """Reviews of films.

    Attributes
    ----------
    texts : tuple of N str, each as it was written, blanks at its ends removed
    labels : int64, `(N,)`; 1 is fresh, 0 is rotten
    films : tuple of N str
    """

    texts: tuple[str, ...]
    labels: np.ndarray
    films: tuple[str, ...]

    def _counted(self) -> str:
        films, fresh = len(set(self.films)), int(self.labels.sum())
        return f"{len(self)} reviews of {films} films, {fresh} of them fresh"


def read(split: str) -> Reviews:
    """The real reviews of a `split`."""
    path = packaged.file(CARD.package, FILE)
    return _part(_rows(path), split, "real")


def _rows(path: Path) -> list[tuple[str, int, str]]:
    """Text, label and film of each review, each text once."""
    found: dict[str, tuple[str, int, str]] = {}
    try:
        with bz2.open(path) as file:
            table = file.read(LARGEST + 1)
        if len(table) > LARGEST:
            raise ValueError(f"{path} unpacks to more than {LARGEST:,} bytes")
        lines = csv.reader(io.StringIO(table.decode("utf-8"), newline=""), strict=True)
        head = next(lines, [])
        if head != COLUMNS:
            raise ValueError(f"{path} has the columns {head}; expected {COLUMNS}")
        for number, row in enumerate(lines, start=2):
            if len(row) != len(COLUMNS):
                raise ValueError(f"{path}, row {number}, has {len(row)} columns; expected 4")
            category, text, film, _ = row
            if category not in LABELS and category != PLOT:
                raise ValueError(
                    f"{path}, row {number}: category {category!r}; expected fresh, rotten or plot"
                )
            text = text.strip()
            if category == PLOT or not text:
                continue
            if len(text) > LONGEST:
                raise ValueError(
                    f"{path}, row {number}: a review of {len(text)} characters; expected at most "
                    f"{LONGEST}"
                )
            found.setdefault(text, (text, LABELS[category], film))
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path} is no table of reviews: {error}") from None
    if not found:
        raise ValueError(f"{path} has no reviews")
    return list(found.values())


GOOD = ("brilliant", "lovely", "moving", "funny", "gripping", "tender", "witty", "charming")
BAD = ("boring", "dreadful", "clumsy", "dull", "silly", "tedious", "stale", "empty")
PATTERNS = (
    "A {yes} and {too} film.",
    "This is not {no} but {yes}.",
    "The story is {yes}, the acting {too}.",
    "{yes}, and never {no}.",
    "I had feared something {no}: it is {yes}.",
)


def stand_in(split: str) -> Reviews:
    """Sentences of a `split` that the course makes up."""
    rng = example(16, 1)
    rows = []
    for number in range(2000):
        label = int(rng.integers(2))
        true, false = (GOOD, BAD) if label else (BAD, GOOD)
        yes, too, no = (str(rng.choice(words)) for words in (true, true, false))
        text = PATTERNS[rng.integers(len(PATTERNS))].format(yes=yes, too=too, no=no)
        rows.append((text, label, f"film {number // 20:02}"))
    return _part(rows, split, "stand-in")


def _part(rows: Iterable[tuple[str, int, str]], split: str, source: str) -> Reviews:
    rows = list(rows)
    for_the_test = set(sorted({film for *_, film in rows})[::EVERY])
    chosen = [row for row in rows if (row[2] in for_the_test) == (split == "test")]
    texts, labels, films = zip(*chosen, strict=True)
    return Reviews(CARD, split, source, texts, np.array(labels, np.int64), films)
