"""Libraries that an assignment forbids: not to be imported, not there, and not left where loaded.

Three things hold together. Their files are empty behind the wall (`places`); whoever imports them
is told so in words; and what a fork server has loaded of them, as Keras loads its applications, is
emptied before it forks: functions that others still hold find nothing of what they need.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Iterable
from functools import cache
from importlib.machinery import PathFinder
from importlib.util import cache_from_source
from pathlib import Path

from ....rule_lines import is_forbidden

DEEP = 3  # folders between a library and another way to the same part: keras/src/applications


@cache
def places(names: tuple[str, ...]) -> tuple[str, ...]:
    """Folders and files of the forbidden libraries, which are emptied.

    Parameters
    ----------
    names
        What is forbidden.
    """
    found: list[str] = []
    for name in names:
        path, spec = None, None
        for end in (n for n, letter in enumerate(f"{name}.") if letter == "."):
            spec = PathFinder.find_spec(name[:end], path)
            if spec is None:
                break
            path = spec.submodule_search_locations
        if spec is not None:
            found += list(path or []) or _files(spec.origin)
        found += _elsewhere(name)
    chosen = set(found)  # what lies in one that is emptied is gone with it
    return tuple(p for p in sorted(chosen) if not any(str(a) in chosen for a in Path(p).parents))


def _elsewhere(name: str) -> list[str]:
    """Other folders of the same part of a library."""
    top, _, rest = name.partition(".")
    spec = PathFinder.find_spec(top) if rest else None
    part = rest.replace(".", "/")
    return [
        str(place)
        for folder in (spec and spec.submodule_search_locations or [])
        for depth in range(1, DEEP + 1)
        for place in Path(folder).glob("/".join(["*"] * depth + [part]))
        if place.is_dir()
    ]


def _files(origin: str | None) -> list[str]:
    """A module's file, and what Python keeps of it."""
    if origin is None or not Path(origin).is_file():
        return []
    kept = cache_from_source(origin) if origin.endswith(".py") else origin
    return [origin, *([kept] if kept != origin and Path(kept).is_file() else [])]


class _Finder:
    """Says so when a forbidden library is imported."""

    def __init__(self, names: tuple[str, ...]):
        self.names = names

    def find_spec(self, name, path=None, target=None):
        for forbidden in self.names:
            if is_forbidden(name, (forbidden,)):
                raise ImportError(f"{forbidden} may not be used in this assignment")
        return None


def forbid(names: Iterable[str]) -> None:
    """Let nothing of the forbidden libraries be found in this process.

    Parameters
    ----------
    names
        Full names of libraries, or of parts of them.
    """
    names = tuple(names)
    if not names:
        return
    sys.meta_path.insert(0, _Finder(names))
    loaded = [name for name in sys.modules if is_forbidden(name, names)]
    if not loaded:
        return
    gone = [sys.modules.pop(name) for name in loaded]
    emptied = {id(module) for module in gone}
    for module in list(sys.modules.values()):
        space = getattr(module, "__dict__", None)
        if type(space) is dict:
            for key in [key for key, value in space.items() if _of(value, emptied, names)]:
                del space[key]
    for module in gone:
        if isinstance(module, types.ModuleType):
            module.__dict__.clear()


def _of(value, emptied: set[int], names: tuple[str, ...]) -> bool:
    """Whether a global of some module is a forbidden module, or comes from one."""
    if id(value) in emptied:
        return True
    if isinstance(value, (types.FunctionType, types.BuiltinFunctionType, type)):
        module = value.__module__
        return isinstance(module, str) and is_forbidden(module, names)
    return False
