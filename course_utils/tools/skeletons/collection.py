"""The beginning of a data set: its card, a reader with a sample, and the reader's tests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from . import files


def write(root: Path, name: str, originals: Sequence[Path]) -> list[Path]:
    """Write card, reader and tests of a collection.

    Parameters
    ----------
    root
        The folder that is the repository.
    name
        As `datasets.load` will take it: stripes.
    originals
        The files as they are published: their sizes and checksums go into the card.
    """
    files.check_name(name, r"[a-z][a-z0-9_]*", "stripes")
    for path in originals:
        if not path.is_file():
            raise files.SkeletonError(f"there is no file {path}: give the files as published")
    package, tests = root / "course_utils" / "datasets", root / "tests" / "datasets"
    card, reader = package / "cards" / f"{name}.toml", package / f"{name}.py"
    test = tests / f"test_{name}.py"
    files.check_new(card, reader, test)
    title = files.title(name)
    facts = files.template("card.toml", name=name, title=title)
    return [
        files.write(card, "\n".join([facts, *map(_file, originals)])),
        files.write(reader, files.template("reader.py", title=title)),
        files.write(test, files.template("test_reader.py", name=name)),
    ]


def _file(path: Path) -> str:
    content = path.read_bytes()
    lines = [
        "[[files]]",
        f"name = {json.dumps(path.name, ensure_ascii=False)}",
        f"size = {len(content)}",
        f'sha256 = "{hashlib.sha256(content).hexdigest()}"',
        f'md5 = "{hashlib.md5(content, usedforsecurity=False).hexdigest()}"',
    ]
    return "\n".join(lines) + "\n"
