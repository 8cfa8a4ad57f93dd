"""What set-up cells made on both sides: it can be given to an answer by name while it is the same.

A test that changes such an object, or binds its name to another one, means what it has then.
"""

from __future__ import annotations

import hashlib
import io
import pickle
import types
from collections.abc import Iterable
from typing import Any

LARGEST = 8_000_000  # bytes of an object that is looked at as a whole
NAMED = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type)  # change seldom
PLAIN = (type(None), bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset)


class Made:
    """The objects of set-up cells, by name, as they were when they were made."""

    def __init__(self) -> None:
        self._objects: dict[str, Any] = {}
        self._prints: dict[str, bytes | None] = {}
        self._touched: set[str] = set()

    def note(self, objects: dict[str, Any]) -> None:
        """A set-up cell has run; it may have changed what others made, on both sides.

        Parameters
        ----------
        objects
            What it bound.
        """
        known = {name: value for name, value in self._objects.items() if name not in objects}
        same = {name for name in known if name not in self._touched and self._is_same(name)}
        self._objects |= objects
        self._touched -= set(objects)
        for name in {*objects, *same}:
            self._prints[name] = _print(self._objects[name])

    def touched(self, names: Iterable[str]) -> None:
        """A test is about to run: what its text changes is no longer what it was.

        Parameters
        ----------
        names
            Of what it changes.
        """
        self._touched |= self._objects.keys() & set(names)

    def name_of(self, value: Any) -> str | None:
        """The name under which the other side has the same object, or None.

        Parameters
        ----------
        value
            An object of the judge's.
        """
        for name, made in self._objects.items():
            if made is value:
                return name if name not in self._touched and self._is_same(name) else None
        return None

    def _is_same(self, name: str) -> bool:
        before = self._prints.get(name)
        return before is None or before == _print(self._objects[name])


def _print(value: Any) -> bytes | None:
    """A hash of all that an object holds; None where that is too much, or nobody can tell."""
    if isinstance(value, NAMED) or type(value) in PLAIN:
        return None
    held = _Hashed()
    try:
        pickle.Pickler(held, 5).dump(value)
    except Exception:  # it holds what cannot be written down: a lambda, a file, a lock
        return None
    return held.digest.digest()


class _Hashed(io.RawIOBase):
    """A file of which only the hash is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.digest, self._left = hashlib.sha256(), LARGEST

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._left -= len(data)
        if self._left < 0:
            raise OverflowError
        self.digest.update(data)
        return len(data)
