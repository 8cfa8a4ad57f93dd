"""What the small real collections have in common, and what a card of one says."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ... import packaged

FOLDER = Path(__file__).parent / "cards"


@dataclass(frozen=True)
class RealCard:
    """The facts of a small real collection.

    Attributes
    ----------
    what : what is in it, and how it is split
    arrays : the arrays that a split has, each with its shape
    origin : whose data they are, and by which way they came into the package
    licence : of the data, and of the package where that is another
    redistribution : whether the data may be passed on, and on what condition
    package : the package that has the files, by the name under which it would be imported
    files : the files in it that are opened, with forward slashes
    flaws : what one should know before trusting a result on it
    stand_in : what is made up where the package is missing
    """

    name: str
    title: str
    what: str
    arrays: dict[str, str]
    origin: str
    licence: str
    redistribution: str
    citation: str
    homepage: str
    package: str
    files: tuple[str, ...]
    flaws: str
    stand_in: str

    def rows(self) -> list[tuple[str, str]]:
        """Label and value of each fact."""
        return [
            ("What", self.what),
            ("Arrays", "; ".join(f"{name}: {shape}" for name, shape in self.arrays.items())),
            ("Origin", self.origin),
            ("Licence", self.licence),
            ("Passing on", self.redistribution),
            ("Citation", self.citation),
            ("Homepage", self.homepage),
            ("Package", f"{packaged.requirement(self.package)}: {', '.join(self.files)}"),
            ("Flaws", self.flaws),
            ("Stand-in", self.stand_in),
        ]

    def __str__(self) -> str:
        lines = [f"{label + ':':12}{value}" for label, value in self.rows()]
        return "\n".join([self.title, *lines])


def card(name: str) -> RealCard:
    """The card of the collection with this `name`, as it is written in `cards/`."""
    facts = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
    return RealCard(name=name, **facts | {"files": tuple(facts["files"])})


@dataclass(frozen=True, eq=False, repr=False)
class Collection:
    """A split of a small real collection, or of what stands in for it.

    Attributes
    ----------
    card : the facts, `RealCard`
    split : "train" or "test"
    source : "real", or "stand-in" if the course made it up
    """

    card: RealCard
    split: str
    source: str

    def __len__(self) -> int:
        return len(getattr(self, next(iter(self.card.arrays))))

    def __repr__(self) -> str:
        return f"{self.card.name} {self.split}, {self.source}: {self._counted()}"

    def _counted(self) -> str:
        """How many of what there are, in words."""
        return f"{len(self)}"

    @property
    def _heading(self) -> str:
        """A figure's title: nobody takes what the course has drawn for the real thing."""
        what = "real" if self.source == "real" else "a drawn stand-in"
        return f"{self.card.name}, {self.split} ({what})"


def picture_file(
    path: Path, kind: str, mode: str, largest: int = 3000, shape: tuple[int, int] | None = None
) -> np.ndarray:
    """The pixels of a picture of a package: `(H, W)`, or `(H, W, 3)` for mode "RGB".

    Parameters
    ----------
    path
        The file.
    kind
        The only format in which it is opened, in Pillow's words, such as "PNG".
    mode
        Its pixels, in Pillow's words: "RGB", or "I;16" for 16 bits of grey.
    largest
        Pixels that height and width may have at most.
    shape
        What height and width must be, if that is known.

    Raises
    ------
    ValueError
        If it is no such picture.
    """
    from PIL import Image

    try:
        with Image.open(path, formats=(kind,)) as image:
            width, height = image.size
            if image.mode != mode or (shape and (height, width) != shape):
                wanted = f" {shape[0]}x{shape[1]}" if shape else ""
                raise ValueError(
                    f"{path} has {image.mode} {height}x{width} pixels; expected {mode}{wanted}"
                )
            if max(height, width) > largest:
                raise ValueError(
                    f"{path} has {height}x{width} pixels; expected at most {largest}x{largest}"
                )
            return np.array(image)
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"{path} is no {kind} picture that can be read: {error}") from None
