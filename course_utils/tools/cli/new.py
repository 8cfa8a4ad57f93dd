"""`course new`: beginnings of what one adds to the course."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ...errors import UserError
from .command import REPOSITORY, Commands

KINDS = {
    "lecture": ("the beginning of a lecture: course new lecture 18_attention", ["name"]),
    "exercise": ("... of an exercise, or of a problem set", ["assignment", "name"]),
    "network": ("... of a network, in PyTorch and in Keras", ["name"]),
    "dataset": ("... of a data set, from its original files", ["name", "file"]),
}
HELP = {
    "assignment": "its name or the beginning of it: ps6_attention, ps6",
    "name": "of what is begun: 18_attention, softmax, convmixer, stripes",
    "file": "as it is published; its size and checksums go into the card",
}


def add(commands: Commands) -> None:
    """Declare `course new` and its kinds among the `commands`."""
    new = commands.command(
        "new",
        None,
        "write the beginning of a lecture, an exercise, a network or a data set",
        examples="""
            course new lecture 18_attention
            course new exercise ps6_attention softmax
            course new network convmixer
            course new dataset stripes train-images.gz train-labels.gz
        """,
    )
    kinds = new.add_subparsers(metavar="KIND", required=True)
    for kind, (summary, arguments) in KINDS.items():
        parser = kinds.add_parser(kind, help=summary, description=summary)
        parser.set_defaults(run=_new, kind=kind)
        for name in arguments:
            files: dict[str, Any] = (
                {"nargs": "+", "type": Path, "metavar": "FILE"} if name == "file" else {}
            )
            parser.add_argument(name, help=HELP[name], **files)


def _new(options) -> int:
    from .. import skeletons

    write = {
        "lecture": lambda: skeletons.lecture.write(REPOSITORY, options.name),
        "exercise": lambda: skeletons.exercise.write(REPOSITORY, options.assignment, options.name),
        "network": lambda: skeletons.network.write(REPOSITORY, options.name),
        "dataset": lambda: skeletons.collection.write(REPOSITORY, options.name, options.file),
    }
    if not (REPOSITORY / "pyproject.toml").is_file():
        raise UserError(
            "course new writes into a clone of the repository, and this package was installed "
            "without one: clone it, and run make lab there"
        )
    try:
        written = write[options.kind]()
    except OSError as error:
        where = os.path.relpath(error.filename or REPOSITORY)
        raise UserError(f"{where} cannot be read or written: {error.strerror}") from None
    for path in written:
        print(f"Written: {os.path.relpath(path)}")
    print(f"How to go on: CONTRIBUTING.md, {options.kind}")
    return 0
