"""What is known about a collection: a `Card` to read, to print and to check the data against."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..errors import UserError
from ..fetching import File, in_words


class UnknownDataset(UserError, ValueError):
    """There is no such collection, or not in that size; the message lists those there are."""


@dataclass(frozen=True)
class Card:
    """The facts of a collection, and of what there is of it where there is no network.

    Attributes
    ----------
    axes : "HW" (grey), "HWC" (colour) or "DHW" (a volume): the axes of one image
    shape : the length of each of them, in pixels
    sizes : the sides in which it is offered; `shape` has one of them
    task : "multi-class", "binary-class", "multi-label, binary-class" or "ordinal-regression"
    counts : images by split
    unlabelled : splits whose labels were never published
    mean, std : of the training pixels by channel, from 0 to 1, as published; () if they are not
    known_flaws : what one should know before trusting a result on it
    sample : the real images of it that lie in a package, to train on; "" if there are none
    stand_in : what is shown in their place where they are not
    pictures : the few real images of it that lie in a package, to be looked at; "" if none
    packages : those packages, by the names under which they would be imported
    reader : the module here that reads its files
    """

    name: str
    title: str
    description: str
    task: str
    axes: str
    shape: tuple[int, ...]
    sizes: tuple[int, ...]
    classes: tuple[str, ...]
    counts: dict[str, int]
    licence: str
    citation: str
    homepage: str
    known_flaws: str
    stand_in: str
    reader: str
    files: tuple[File, ...]
    unlabelled: tuple[str, ...] = ()
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    sample: str = ""
    pictures: str = ""
    packages: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Its folder's name: the collection's, with the size where that is not the usual one."""
        side = self.shape[0]
        return self.name if side == self.sizes[0] else f"{self.name}_{side}"

    @property
    def channels(self) -> int:
        """3 for colour, else 1."""
        return self.shape[-1] if self.axes.endswith("C") else 1

    @property
    def multi_label(self) -> bool:
        """Whether an image can have several labels at once, or none."""
        return self.task.startswith("multi-label")

    @property
    def size(self) -> int | None:
        """Bytes to download; None where only the host knows."""
        sizes = [file.size for file in self.files if file.size is not None]
        return sum(sizes) if len(sizes) == len(self.files) else None

    @property
    def decoded_size(self) -> int:
        """Bytes of all images once they are decoded."""
        return sum(self.counts.values()) * math.prod(self.shape)

    @property
    def download_text(self) -> str:
        """How much there is to download, in words."""
        if self.size is None:
            return f"at most {in_words(self.decoded_size)} (its host says how much)"
        return in_words(self.size)

    def rows(self) -> list[tuple[str, str]]:
        """Label and value of each fact."""
        counts = ", ".join(f"{count:,} {split}" for split, count in self.counts.items())
        hidden = f" ({', '.join(self.unlabelled)} without labels)" if self.unlabelled else ""
        shown = self.classes if len(self.classes) <= 20 else (*self.classes[:12], "...")
        rows = [
            ("What", self.description),
            ("Task", f"{self.task}, {len(self.classes)} classes: {', '.join(shown)}"),
            ("Images", f"{counts}{hidden}; {'x'.join(map(str, self.shape))} ({self.axes})"),
            ("Sizes", ", ".join(map(str, self.sizes))),
            ("Download", f"{self.download_text}; decoded {in_words(self.decoded_size)}"),
            ("Pixels", f"mean {_numbers(self.mean)}, standard deviation {_numbers(self.std)}"),
            ("Licence", self.licence),
            ("Citation", self.citation),
            ("Homepage", self.homepage),
            ("Flaws", self.known_flaws),
            ("Sample", self.sample),
            ("Stand-in", self.stand_in),
            ("Pictures", self.pictures),
        ]
        shown_if = {"Sizes": len(self.sizes) > 1, "Pixels": self.mean, "Download": self.files}
        return [(label, value) for label, value in rows if value and shown_if.get(label, True)]

    def __str__(self) -> str:
        lines = [f"{label + ':':10}{value}" for label, value in self.rows()]
        return "\n".join([self.title, *lines])


def _numbers(values: tuple[float, ...]) -> str:
    return ", ".join(f"{value:.4f}" for value in values)
