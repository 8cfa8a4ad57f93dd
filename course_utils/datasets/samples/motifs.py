"""MedMNIST's stand-in: drawn shapes at random places on a noisy ground. Nothing medical in it.

Every task of MedMNIST has its like: one shape of several (multi-class, binary), several at once
or none (multi-label), more and more spots (ordinal); in grey, in colour, and as volumes.
"""

from __future__ import annotations

import numpy as np

from ...seeds import example

# Each is a test on coordinates from -1 to 1, u to the right and v down.
SHAPES = {
    "ring": lambda u, v: _between(np.hypot(u, v), 0.6, 1),
    "cross": lambda u, v: (np.minimum(abs(u), abs(v)) < 0.22) & (np.maximum(abs(u), abs(v)) < 1),
    "disc": lambda u, v: np.hypot(u, v) < 0.72,
    "frame": lambda u, v: _between(np.maximum(abs(u), abs(v)), 0.58, 0.95),
    "triangle": lambda u, v: (v < 0.8) & (abs(u) < (v + 0.9) * 0.58),
    "bar": lambda u, v: (abs(v) < 0.24) & (abs(u) < 1),
    "pillar": lambda u, v: (abs(u) < 0.24) & (abs(v) < 1),
    "two dots": lambda u, v: np.hypot(abs(u) - 0.62, v) < 0.36,
    "corner": lambda u, v: ((u < -0.45) | (v > 0.45)) & (np.maximum(abs(u), abs(v)) < 0.9),
    "saltire": lambda u, v: (abs(abs(u) - abs(v)) < 0.26) & (np.maximum(abs(u), abs(v)) < 0.9),
    "letter T": lambda u, v: ((v < -0.45) | (abs(u) < 0.22)) & (np.maximum(abs(u), abs(v)) < 0.9),
    "two bars": lambda u, v: (abs(abs(v) - 0.6) < 0.2) & (abs(u) < 0.9),
    "four dots": lambda u, v: np.hypot(abs(u) - 0.55, abs(v) - 0.55) < 0.34,
    "slash": lambda u, v: (abs(u + v) < 0.34) & (np.maximum(abs(u), abs(v)) < 0.9),
}
RADIUS = {2: 0.17, 3: 0.2}  # of a shape, in sides of the image
COUNTS = {  # images of each split, by dimensions and side
    (2, 28): (1500, 300, 500),
    (2, 64): (300, 60, 120),
    (2, 128): (120, 40, 60),
    (2, 224): (60, 30, 30),
    (3, 28): (240, 60, 120),
    (3, 64): (60, 24, 24),
}
SPLITS = ("train", "val", "test")


def motifs(
    task: str, classes: int, shape: tuple[int, ...], most: dict[str, int] | None = None
) -> tuple[dict[str, tuple[np.ndarray, np.ndarray]], tuple[str, ...]]:
    """Images `(N, *shape)` uint8 and labels as MedMNIST stores them, and what the classes show.

    Parameters
    ----------
    task
        In the package medmnist's words: "multi-class", "binary-class", "ordinal-regression" or
        "multi-label, binary-class". Labels are `(N, 1)`, or `(N, classes)` of 0 and 1.
    classes
        How many: at most as many as there are `SHAPES`, unless the task is ordinal.
    shape
        `(S, S)`, `(S, S, 3)` or `(S, S, S)`.
    most
        Images of each split that there may be at most.
    """
    colour = shape[-1] == 3
    space = shape[:-1] if colour else shape
    several, ordinal = task.startswith("multi-label"), task.startswith("ordinal")
    result = {}
    for number, (split, count) in enumerate(zip(SPLITS, COUNTS[len(space), space[0]], strict=True)):
        count = min(count, (most or {}).get(split, count))
        rng = example(number, classes, len(shape), space[0], several, ordinal)
        if several:
            labels = (rng.random((count, classes)) < 2.5 / classes).astype(np.uint8)
        else:
            labels = rng.permutation(np.arange(count) % classes).astype(np.uint8)[:, None]
        images = np.stack([draw(label, space, colour, several, ordinal, rng) for label in labels])
        result[split] = images, labels
    if ordinal:
        return result, tuple(f"{number} spots" for number in range(classes))
    return result, tuple(SHAPES)[:classes]


def draw(label, space, colour: bool, several: bool, ordinal: bool, rng) -> np.ndarray:
    """One image: the ground, the shapes that its label asks for, noise over all.

    Parameters
    ----------
    label
        A row of the labels: `(1,)`, or `(classes,)` of 0 and 1.
    space
        The axes without the channels: `(S, S)` or `(S, S, S)`.
    colour
        Whether it gets three channels.
    several
        Whether `label` says of each class if it is there.
    ordinal
        Whether `label` is a number of spots.
    rng
        Decides all else.
    """
    image = _ground(space, rng)
    names = list(SHAPES)
    if ordinal:
        wanted = ["disc"] * int(label[0])
    else:
        wanted = [names[k] for k in (np.flatnonzero(label) if several else label)]
    radius = RADIUS[len(space)] * space[0] * (0.8 if several else 0.6 if ordinal else 1)
    taken: list[np.ndarray] = []
    for name in wanted:
        size = radius * rng.uniform(0.85, 1.15)
        centre = _free_place(space, size, taken, rng)
        taken.append(centre)
        strength = rng.uniform(55, 90)
        _brighten(image, SHAPES[name], centre, size, strength)
    image += rng.normal(0, 9, space)
    if colour:
        tint = rng.uniform(0.75, 1, 3)
        image = image[..., None] * tint
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def _ground(space, rng) -> np.ndarray:
    """Softly varying grey: a few random values, interpolated."""
    ground = rng.uniform(50, 110) + rng.uniform(-30, 30, (4,) * len(space))
    for axis, length in enumerate(space):
        position = np.linspace(0, 3, length)
        low = np.minimum(position.astype(int), 2)
        weight = (position - low).reshape((-1,) + (1,) * (len(space) - axis - 1))
        ground = (1 - weight) * ground.take(low, axis) + weight * ground.take(low + 1, axis)
    return ground


def _free_place(space, size: float, taken, rng) -> np.ndarray:
    """A centre inside the image, apart from those that are taken as far as can be."""
    margin = size + 1
    best, distance = np.zeros(len(space)), -1.0  # the first centre is better
    for _ in range(30):
        centre = np.array([rng.uniform(margin, side - 1 - margin) for side in space])
        if len(space) == 3:  # the middle slice, which pictures show, goes through it
            centre[0] = space[0] * rng.uniform(0.4, 0.6)
        nearest = min((np.abs(centre - other).max() for other in taken), default=np.inf)
        if nearest > distance:
            best, distance = centre, nearest
        if nearest > 2 * size:
            break
    return best


def _brighten(image: np.ndarray, inside, centre: np.ndarray, size: float, strength: float) -> None:
    """Brighten the pixels inside the shape; in a volume it has a depth as well."""
    low = np.maximum(np.floor(centre - size - 1).astype(int), 0)
    high = np.minimum(np.ceil(centre + size + 2).astype(int), image.shape)
    window = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
    grids = np.meshgrid(
        *[(np.arange(a, b) - c) / size for a, b, c in zip(low, high, centre, strict=True)],
        indexing="ij",
    )
    mask = inside(grids[-1], grids[-2])
    if len(grids) == 3:
        mask = mask & (np.abs(grids[0]) < 0.6)
    image[window] += strength * mask


def _between(value, low: float, high: float):
    return (value > low) & (value < high)
