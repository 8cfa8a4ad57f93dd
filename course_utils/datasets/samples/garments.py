"""Fashion-MNIST's stand-in: garments drawn by rule, each with proportions and a fabric of its own.

Drawn in a field of 28 by 28 units at eight times the resolution, then averaged, so that edges are
smooth; where a point lies varies with size, place and turn.
"""

from __future__ import annotations

import numpy as np

from ...seeds import example

NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
PER_CLASS = {"train": 150, "test": 50}
FINE = 8  # sub-pixels a pixel


def garments() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Images `(N, 28, 28)` uint8, bright on black, and labels `(N,)` uint8, balanced."""
    result = {}
    for number, (split, count) in enumerate(PER_CLASS.items()):
        rng = example(number)
        labels = rng.permutation(np.repeat(np.arange(10), count)).astype(np.uint8)
        result[split] = np.stack([draw(label, rng) for label in labels]), labels
    return result


def draw(label: int, rng: np.random.Generator) -> np.ndarray:
    """One garment, `(28, 28)` uint8: the class `label` of `NAMES`, its proportions from `rng`."""
    sketch = Sketch(rng)
    DRAWERS[label](sketch, rng)
    return sketch.finish()


class Sketch:
    """A sheet of 28 by 28 units, the origin in its centre, that is turned and moved as a whole.

    Turn, place, size and tone are drawn from `rng`, and later the fabric.
    """

    def __init__(self, rng: np.random.Generator):
        from PIL import Image, ImageDraw

        self.rng = rng
        self.image = Image.new("L", (28 * FINE, 28 * FINE))
        self.pen = ImageDraw.Draw(self.image)
        angle = rng.normal(0, 0.08)
        self.turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        self.scale = rng.uniform(0.7, 1.0)
        self.shift = rng.uniform(-3, 3, 2)
        self.tone = int(rng.integers(110, 236))

    def area(self, points, tone: int | None = None, both_sides: bool = False) -> None:
        """A filled polygon.

        Parameters
        ----------
        points
            Its corners, `(N, 2)`: x to the right, y down, in units.
        tone
            Grey value from 0 to 255; None is the tone of the cloth.
        both_sides
            Whether `points` are only its right half, from top to bottom.
        """
        points = np.asarray(points, float)
        if both_sides:
            points = np.concatenate([points, points[::-1] * [-1, 1]])
        self.pen.polygon(self._place(points), fill=self.tone if tone is None else tone)

    def line(self, points, tone: int, width: float = 0.5, both_sides: bool = False) -> None:
        """A line of `width` units through `points`, `(N, 2)`, of grey value `tone`.

        With `both_sides` its mirror image is drawn as well.
        """
        points = np.asarray(points, float)
        self.pen.line(self._place(points), fill=tone, width=max(1, round(width * FINE)))
        if both_sides:
            self.line(points * [-1, 1], tone, width)

    def oval(self, centre, radii, tone: int) -> None:
        """A filled ellipse of grey value `tone`; `centre` and `radii` are (x, y), in units."""
        angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        self.area(np.asarray(centre) + np.stack([np.cos(angle), np.sin(angle)], 1) * radii, tone)

    def finish(self) -> np.ndarray:
        """Fabric and shading, then the average of every pixel's sub-pixels."""
        fine = np.asarray(self.image).astype(np.int64)
        rows, columns = np.mgrid[: 28 * FINE, : 28 * FINE] // FINE
        kind, step = int(self.rng.integers(5)), int(self.rng.integers(3, 6))
        stripes = {1: rows // 2 % step == 0, 2: columns // 2 % step == 0}.get(kind)
        if stripes is not None:
            fine = fine * np.where(stripes, 70, 100) // 100
        fine = fine * (100 - abs(columns - 14) * 2) // 100
        pixels = fine.reshape(28, FINE, 28, FINE).mean(axis=(1, 3)).astype(np.int64)
        noise = self.rng.integers(-12, 13, pixels.shape)
        return np.where(pixels > 8, np.clip(pixels + noise, 1, 255), 0).astype(np.uint8)

    def dark(self, share: float = 0.6) -> int:
        """A darker tone of the same cloth: this `share` of its grey value."""
        return int(self.tone * share)

    def _place(self, points: np.ndarray) -> list[tuple[int, int]]:
        moved = points * self.scale @ self.turn.T + self.shift + 14
        return [(int(x), int(y)) for x, y in np.rint(moved * FINE)]


def _top(sketch, rng, sleeve: float, length: float, width: float, spread: float) -> None:
    """Body and two sleeves; `sleeve` from 0 (none) to 1 (down to the hem)."""
    neck, shoulder = rng.uniform(2.2, 3.2), width + 0.6
    sketch.area([(neck, -11), (shoulder, -9.5), (width, -4), (width, length)], None, True)
    if sleeve:
        end = -9 + sleeve * 18
        out = shoulder + spread * (0.4 + sleeve)
        cuff = 3.4 - 1.2 * sleeve
        arm = [(shoulder - 1, -10), (shoulder + 1, -9), (out + 1, end), (out + 1 - cuff, end + 0.8)]
        arm += [(width - 0.6, -4)]
        sketch.area(arm)
        sketch.area(np.asarray(arm) * [-1, 1])
    sketch.oval((0, -11), (neck, rng.uniform(1.2, 2.2)), 0)


def _t_shirt(sketch, rng):
    _top(sketch, rng, rng.uniform(0.22, 0.36), rng.uniform(9, 12), rng.uniform(6, 7.2), 3.5)


def _trouser(sketch, rng):
    hip, hem, gap = rng.uniform(4, 5.2), rng.uniform(2.2, 3.4), rng.uniform(0.4, 1.4)
    leg = [(0, -12), (hip - 0.5, -12), (hip, -7), (gap + hem, 12.5), (gap, 12.5), (0, -5)]
    sketch.area(leg)
    sketch.area(np.asarray(leg) * [-1, 1])
    sketch.line([(-hip, -11), (hip, -11)], sketch.dark(), 0.4)


def _pullover(sketch, rng):
    _top(sketch, rng, rng.uniform(0.85, 1), rng.uniform(9, 11), rng.uniform(6, 7), 2.2)
    hem = rng.uniform(8.4, 9)
    sketch.line([(-6, hem), (6, hem)], sketch.dark(0.75), 0.8)
    sketch.oval((0, -11), (3.2, 2.4), sketch.dark(0.75))
    sketch.oval((0, -11.4), (2.2, 1.4), 0)


def _dress(sketch, rng):
    waist, hem = rng.uniform(2.6, 3.6), rng.uniform(4.5, 8)
    bust = waist + 1
    half = [(1.8, -12), (bust, -10.5), (bust, -7), (waist, -3), (hem, 12.5)]
    sketch.area(half, None, True)
    sketch.oval((0, -12.2), (1.7, rng.uniform(1.4, 2.8)), 0)
    if rng.integers(2):
        sketch.line([(-waist, -3), (waist, -3)], sketch.dark(), 0.7)


def _coat(sketch, rng):
    _top(sketch, rng, rng.uniform(0.85, 1), rng.uniform(11.5, 13), rng.uniform(6, 7), 2.2)
    sketch.line([(0, -9), (0, 13)], sketch.dark(0.35), 0.6)
    sketch.line([(0.4, -5), (3, -11)], sketch.dark(0.45), 0.8, both_sides=True)
    for height in (-3, 1, 5):
        sketch.oval((1.3, height), (0.6, 0.6), sketch.dark(0.3))


def _sandal(sketch, rng):
    heel = rng.uniform(0, 4.5)
    sketch.area([(-12, 6), (-3, 6 - heel / 2), (11, 4 - heel), (12, 5.4 - heel), (-2, 8), (-12, 8)])
    if heel > 1.5:
        sketch.area([(9, 5 - heel), (12, 5 - heel), (11.5, 8), (10.3, 8)])
    for x in rng.uniform(-10, -2, 2):
        sketch.line([(x, 6), (x + 3, 1.5), (x + 6, 5)], sketch.dark(0.85), 0.9)
    sketch.line([(3, 4), (9, -2 - heel), (11, 4 - heel)], sketch.dark(0.85), 0.9)


def _shirt(sketch, rng):
    _top(sketch, rng, rng.uniform(0.5, 1), rng.uniform(9, 12), rng.uniform(5.4, 6.6), 2.6)
    sketch.area([(0, -8), (2.8, -11.8), (4.2, -9.4)], sketch.dark(0.7))
    sketch.area([(0, -8), (-2.8, -11.8), (-4.2, -9.4)], sketch.dark(0.7))
    for height in np.arange(-6, 9, 2.5):
        sketch.oval((0, height), (0.5, 0.5), sketch.dark(0.25))


def _sneaker(sketch, rng):
    height = rng.uniform(1, 3)
    upper = [(-12.5, 4), (-11, 1.5), (-4, 0), (0, -height - 2), (3, -height - 1)]
    upper += [(7, -height), (11, -height - 2.5), (12.5, -height), (12.5, 4)]
    sketch.area(upper)
    sketch.area([(-12.8, 3.6), (12.8, 3.6), (12.6, 6), (-12, 6)], min(255, sketch.tone + 50))
    for x in (-5, -3, -1):
        sketch.line([(x - 0.6, 1.4), (x + 1.4, -0.6)], sketch.dark(0.4), 0.6)
    if rng.integers(2):
        sketch.line([(3, 3), (8, -1)], sketch.dark(0.4), 1.1)


def _bag(sketch, rng):
    half, top = rng.uniform(7.5, 11.5), rng.uniform(-4, -1)
    reach, bow = half * rng.uniform(0.4, 0.75), rng.uniform(5, 8)
    handle = [(reach * np.cos(a), top - bow * np.sin(a)) for a in np.linspace(0, np.pi, 14)]
    sketch.line(handle, sketch.dark(0.8), rng.uniform(0.9, 1.6))
    sketch.area([(half - 1, top), (half, 10)], None, True)
    if rng.integers(2):
        sketch.line([(-half, top + 4), (half, top + 4)], sketch.dark(0.5), 0.6)
        sketch.oval((0, top + 4), (1, 1), sketch.dark(0.4))


def _ankle_boot(sketch, rng):
    shaft, heel = rng.uniform(8.5, 12), rng.uniform(0.8, 3.4)
    boot = [(2, -shaft), (11, -shaft), (11.5, 6), (4, 7 - heel / 2), (-12, 8), (-12, 5), (-6, 1.5)]
    boot += [(1.6, -1)]
    sketch.area(boot)
    sketch.area([(6.5, 5), (11.8, 5), (11.6, 8 + heel / 2), (8, 8 + heel / 2)], sketch.dark(0.7))
    sketch.line([(-12, 8), (4, 7.4)], sketch.dark(0.5), 0.9)
    if rng.integers(2):
        sketch.line([(7, -shaft + 1), (7, 2)], sketch.dark(0.5), 0.6)


DRAWERS = (
    _t_shirt,
    _trouser,
    _pullover,
    _dress,
    _coat,
    _sandal,
    _shirt,
    _sneaker,
    _bag,
    _ankle_boot,
)
