"""A stored network's script, which a page loads: facts written and read, without PyTorch.

The book is built from what it says, and nothing is trained or run for that.
"""

from __future__ import annotations

import json
from pathlib import Path

from ....errors import UserError
from ....files import replace_text

HEAD = "// Written by `course playground`: do not change it by hand.\nplayground.networks.{name} = "


class StoredError(UserError):
    """A network that cannot be stored, or a file that cannot be read; the message says why."""


def write(file: Path, name: str, facts: dict) -> None:
    """Write the script, in one step.

    Parameters
    ----------
    file
        The script.
    name
        The network's.
    facts
        What `read` gives back.
    """
    replace_text(file, HEAD.format(name=name) + json.dumps(facts, indent=1) + "\n")


def read(file: Path) -> dict:
    """What a script of `write` says: "right", "of", "offered" and "layers".

    Parameters
    ----------
    file
        The script; its name is the network's.

    Raises
    ------
    StoredError
        If it is not such a script.
    """
    head = HEAD.format(name=file.stem)
    text = file.read_text("utf-8")
    if not text.startswith(head):
        raise StoredError(f"{file} is not written by `course playground`: write it again")
    return json.loads(text.removeprefix(head))
