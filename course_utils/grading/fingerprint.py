"""What files hash to, and what a grade depends on besides them."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .folders import files_below

# Whose versions can change a verdict.
PACKAGES = ("course-utils", "ipython", "numpy", "scipy", "torch", "tensorflow", "keras")
# Our own modules that no notebook runs in or imports.
APART = ("book", "cli", "doctor", "jupyter", "lab.py", "notebooks", "publishing", "skeletons")


def digest(files: dict[str, bytes], *facts: str) -> str:
    """A hash of named contents and of facts: equal if and only if all of them are."""
    total = hashlib.sha256()
    for name, content in sorted(files.items()):
        total.update(os.fsencode(name) + f"\0{len(content)}\0".encode())
        total.update(content)
    total.update(os.fsencode("\0".join(facts)))
    return total.hexdigest()


@cache
def environment() -> str:
    """A hash of what notebooks run in: our own modules, and the versions of libraries."""
    package = Path(__file__).parents[1]
    ours = {
        name: file.read_bytes()
        for name, file in files_below(package, "*.py")
        if Path(name).parts[0] not in APART and Path(name).parent != Path("grading")
    }
    return digest(ours, *(f"{name}=={_version(name)}" for name in PACKAGES))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
