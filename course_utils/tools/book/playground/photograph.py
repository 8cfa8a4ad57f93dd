"""The photograph that a page of the playground begins with: out of its package, never committed."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
from PIL import Image

from .... import packaged

FILE = "photograph.js"
SIDE = 128


def pixels() -> np.ndarray:
    """The cameraman of lecture 02, `(128, 128)` uint8 (CC0, Lav Varshney).

    Raises
    ------
    packaged.NotInstalled
        If scikit-image is not here.
    """
    image = Image.open(packaged.file("skimage", "data/camera.png")).convert("L")
    return np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BOX))


def write(folder: Path) -> None:
    """Write the photograph as a script that a page loads.

    Parameters
    ----------
    folder
        Where the site has the playground's scripts.
    """
    text = base64.b64encode(pixels().tobytes()).decode()
    (folder / FILE).write_text(f'playground.photograph = "{text}"\n', "utf-8")
