"""Trees seen from an aeroplane, each with its box."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree
from xml.parsers import expat

import numpy as np

from ... import packaged
from ...seeds import example
from .collection import Collection, card, picture_file

PICTURES = {
    "train": ("2019_YELL_2_528000_4978000_image_crop2", "OSBS_029"),
    "test": ("2019_YELL_2_541000_4977000_image_crop", "SOAP_061"),
}
NAMES = ("Tree", "Alive", "Dead")  # what the boxes are called; all are trees to us
CORNERS = ("ymin", "xmin", "ymax", "xmax")
LARGEST, MOST = 1_000_000, 2_000  # bytes of an XML file, boxes in it

CARD = card("trees")


@dataclass(frozen=True, eq=False, repr=False)
class Trees(Collection):
    """Aerial photographs with boxes round trees.

    Attributes
    ----------
    images : tuple of N arrays, uint8, `(H, W, 3)`
    boxes : tuple of N arrays, int64, `(K, 4)`; top, left, bottom and right in pixels, the last two
        outside
    places : tuple of N str
    """

    images: tuple[np.ndarray, ...]
    boxes: tuple[np.ndarray, ...]
    places: tuple[str, ...]

    def _counted(self) -> str:
        photographs = "photograph" if len(self) == 1 else "photographs"
        return f"{len(self)} {photographs}, {sum(map(len, self.boxes))} trees"

    def tiles(self, side: int = 128, least: float = 0.5) -> tuple[np.ndarray, list[np.ndarray]]:
        """Square tiles that do not overlap `(N, side, side, 3)`, and the boxes in each `(K, 4)`.

        Parameters
        ----------
        side
            Of a tile, in pixels; what is left at the right and lower edges is left out.
        least
            Share of a box that must lie in the tile; what sticks out is cut off.

        Raises
        ------
        ValueError
            If a photograph is smaller than a tile.
        """
        shortest = min(min(image.shape[:2]) for image in self.images)
        if not 1 <= side <= shortest:
            raise ValueError(f"the side is {side!r}; expected 1 to {shortest} pixels")
        tiles, inside = [], []
        for image, boxes in zip(self.images, self.boxes, strict=True):
            for top in range(0, image.shape[0] - side + 1, side):
                for left in range(0, image.shape[1] - side + 1, side):
                    tiles.append(image[top : top + side, left : left + side])
                    moved = boxes - [top, left, top, left]
                    clipped = moved.clip(0, side)
                    kept = _areas(clipped) >= least * _areas(moved)
                    inside.append(clipped[kept & (_areas(clipped) > 0)])
        return np.stack(tiles), inside

    def picture(self, side: int = 400):
        """A figure of the middle of each photograph, with its boxes.

        Parameters
        ----------
        side
            Pixels of the part that is shown; a smaller photograph is shown whole.
        """
        from ... import figures

        pictures, frames = {}, {}
        for image, boxes, place in zip(self.images, self.boxes, self.places, strict=True):
            middle = [max(0, (length - side) // 2) for length in image.shape[:2]]
            pictures[place] = image[middle[0] : middle[0] + side, middle[1] : middle[1] + side]
            clipped = (boxes - [*middle, *middle]).clip(0, [*pictures[place].shape[:2]] * 2)
            frames[place] = [
                (top, left, bottom - top, right - left, "error")
                for top, left, bottom, right in clipped[_areas(clipped) > 0].tolist()
            ]
        return figures.image_row(pictures, height=3.2, boxes=frames, title=self._heading)


def _areas(boxes: np.ndarray) -> np.ndarray:
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def read(split: str) -> Trees:
    """The real photographs of a `split`, and their boxes."""
    images, boxes = [], []
    for name in PICTURES[split]:
        pictures, marks = (
            packaged.file(CARD.package, f"data/{name}{end}") for end in (".png", ".xml")
        )
        images.append(picture_file(pictures, "PNG", "RGB"))
        boxes.append(_boxes(marks, images[-1].shape[:2]))
    return Trees(CARD, split, "real", tuple(images), tuple(boxes), PICTURES[split])


def _boxes(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    """The boxes `(K, 4)` of a file in Pascal VOC's form, for a picture of that height and width."""
    root = _root(path)
    named = PurePosixPath(root.findtext("filename") or "").stem
    if named != path.stem:
        raise ValueError(f"{path} is about the picture {named!r}; expected {path.stem!r}")
    stated = tuple(_number(root, f"size/{side}", path) for side in ("height", "width"))
    if stated != shape[:2]:
        raise ValueError(f"{path} says {stated} pixels; the picture has {tuple(shape[:2])}")
    objects = root.findall("object")
    if not 1 <= len(objects) <= MOST:
        raise ValueError(f"{path} has {len(objects)} boxes; expected 1 to {MOST}")
    boxes = []
    for mark in objects:
        if mark.findtext("name") not in NAMES:
            raise ValueError(f"{path} has a {mark.findtext('name')!r}; expected {', '.join(NAMES)}")
        top, left, bottom, right = (_number(mark, f"bndbox/{corner}", path) for corner in CORNERS)
        if not (0 <= top < bottom <= shape[0] and 0 <= left < right <= shape[1]):
            raise ValueError(
                f"{path} has a box of rows {top} to {bottom}, columns {left} to {right}; "
                f"expected one inside {shape[0]}x{shape[1]}"
            )
        boxes.append((top, left, bottom, right))
    return np.array(boxes, np.int64)


def _root(path: Path) -> ElementTree.Element:
    """The root of an XML file that declares no entities: those can be made to fill the memory."""
    size = path.stat().st_size
    if size > LARGEST:
        raise ValueError(f"{path} has {size:,} bytes; expected at most {LARGEST:,}")
    text = path.read_bytes()

    def refuse(*_) -> None:
        raise ValueError(f"{path} has a document type: this is no plain list of boxes")

    first = expat.ParserCreate()
    first.StartDoctypeDeclHandler = refuse
    try:
        first.Parse(text, True)
        return ElementTree.fromstring(text)
    except (expat.ExpatError, ElementTree.ParseError, LookupError) as error:
        raise ValueError(f"{path} is no XML: {error}") from None


def _number(element: ElementTree.Element, place: str, path: Path) -> int:
    text = element.findtext(place) or ""
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{path}: {place} is {text!r}; expected a whole number") from None


def stand_in(split: str) -> Trees:
    """A photograph of a `split` that the course draws."""
    rng = example(15, 2 if split == "train" else 3)
    height, width = 400, 400
    down, right = np.mgrid[:height, :width]
    image = np.array([150.0, 130, 100]) + rng.normal(0, 12, (height, width, 1))
    boxes = []
    for _ in range(70):
        radius = int(rng.integers(8, 25))
        y, x = rng.integers(radius, height - radius, 2)
        image[np.hypot(down - y - radius // 2, right - x - radius // 2) < radius] *= 0.5
        crown = np.hypot(down - y, right - x) <= radius
        image[crown] = np.array([70, 110, 50]) + rng.normal(0, 18, (crown.sum(), 1))
        boxes.append((y - radius, x - radius, y + radius + 1, x + radius + 1))
    corners = np.array(boxes, np.int64).clip(0, [height, width] * 2)
    pixels = np.clip(image, 0, 255).astype(np.uint8)
    return Trees(CARD, split, "stand-in", (pixels,), (corners,), ("drawn",))
