"""Nine speakers say two vowels: series of cepstrum coefficients."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ... import packaged
from ...seeds import example
from .collection import Collection, card

COEFFICIENTS, LONGEST, SPEAKERS = 12, 29, 9
COUNTS = {"train": 270, "test": 370}
FILES = {
    split: f"datasets/data/JapaneseVowels/JapaneseVowels_{split.upper()}.ts" for split in COUNTS
}
LARGEST = 5_000_000  # bytes

CARD = card("voices")


@dataclass(frozen=True, eq=False, repr=False)
class Voices(Collection):
    """Recordings of speakers.

    Attributes
    ----------
    series : float32, `(N, 12, 29)`; zeros after the end
    lengths : int64, `(N,)`
    speakers : int64, `(N,)`, 0 to 8
    """

    series: np.ndarray
    lengths: np.ndarray
    speakers: np.ndarray

    def _counted(self) -> str:
        return f"{len(self)} series {self.series.shape[1:]}"

    def picture(self, columns: int = 6):
        """A figure of the first recordings of the first three speakers: time to the right.

        Parameters
        ----------
        columns
            How many recordings of each.
        """
        from ... import figures

        pictures: dict[str, np.ndarray] = {}
        for speaker in range(3):
            for n in np.flatnonzero(self.speakers == speaker)[:columns]:
                name = f"speaker {speaker}" + " " * len(pictures)
                pictures[name] = self.series[n, :, : self.lengths[n]]
        return figures.image_row(pictures, height=1, columns=columns, title=self._heading)


def read(split: str) -> Voices:
    """The real recordings of a `split`."""
    path = packaged.file(CARD.package, FILES[split])
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{path} has {path.stat().st_size:,} bytes; expected at most {LARGEST:,}")
    try:
        lines = path.read_text("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is no file of series: {error}") from None
    start = next((n for n, line in enumerate(lines, 1) if line.strip().lower() == "@data"), None)
    if start is None:
        raise ValueError(f"{path} is no file of series: it has no line @data")
    found = [
        _series(line, f"{path}, line {number}")
        for number, line in enumerate(lines[start:], start + 1)
        if line.strip()
    ]
    if len(found) != COUNTS[split]:
        raise ValueError(f"{path} has {len(found)} series; expected {COUNTS[split]}")
    return _padded(found, split, "real")


def _series(line: str, where: str) -> tuple[list[list[float]], int]:
    """The coefficients of a recording, a list of its moments each, and who speaks."""
    *parts, label = line.split(":")
    if len(parts) != COEFFICIENTS:
        raise ValueError(f"{where}: {len(parts)} coefficients; expected {COEFFICIENTS}")
    try:
        values = [[float(value) for value in part.split(",")] for part in parts]
        speaker = int(label)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None
    lengths = set(map(len, values))
    if len(lengths) != 1 or not 1 <= max(lengths) <= LONGEST:
        raise ValueError(f"{where}: {sorted(lengths)} moments; expected the same, 1 to {LONGEST}")
    if not all(math.isfinite(value) for part in values for value in part):
        raise ValueError(f"{where}: a coefficient is not a finite number")
    if not 1 <= speaker <= SPEAKERS:
        raise ValueError(f"{where}: speaker {speaker}; expected 1 to {SPEAKERS}")
    return values, speaker - 1


def stand_in(split: str) -> Voices:
    """Recordings of a `split` that the course makes up."""
    people = example(16, 2)
    means, drifts = people.normal(0, 0.35, (2, SPEAKERS, COEFFICIENTS, 1))
    rng = example(16, 3 if split == "train" else 4)
    found = []
    for n in range(180 if split == "train" else 90):
        speaker, length = n % SPEAKERS, int(rng.integers(7, LONGEST + 1))
        time = np.linspace(-1, 1, length)
        values = means[speaker] + drifts[speaker] * time + rng.normal(0, 0.15, (COEFFICIENTS, 1))
        found.append((values + rng.normal(0, 0.05, values.shape), speaker))
    return _padded(found, split, "stand-in")


def _padded(found: list, split: str, source: str) -> Voices:
    series = np.zeros((len(found), COEFFICIENTS, LONGEST), np.float32)
    lengths = np.array([len(values[0]) for values, _ in found], np.int64)
    for row, (values, _) in zip(series, found, strict=True):
        row[:, : len(values[0])] = values
    speakers = np.array([speaker for _, speaker in found], np.int64)
    return Voices(CARD, split, source, series, lengths, speakers)
