"""Takes notes in the process of an answer, whose own text says where: see `noting`.

Nothing here is a secret or is trusted: an answer can write what it likes into them.
"""

from __future__ import annotations

import sys
from typing import Any, TypeVar

from .described import described

FIRST = 3  # values of a place that are kept
ORDER = 300  # lines of the order that are kept
LAYERS = 60

Value = TypeVar("Value")


class Notes:
    """What ran, how often, and what came of it, since the notes were last taken.

    In a process with PyTorch also which layers were called, the shapes that they gave, and how many
    numbers each of them learns.
    """

    def __init__(self) -> None:
        self._clear()
        torch = sys.modules.get("torch")
        if torch is not None:
            torch.nn.modules.module.register_module_forward_hook(self._layer)

    def _clear(self) -> None:
        self.counts: dict[int, int] = {}
        self.values: dict[int, list] = {}
        self.order: list[int] = []
        self.layers: list[list] = []

    def ran(self, place: int) -> None:
        """A line is about to run.

        Parameters
        ----------
        place
            Its number in the list of places.
        """
        self.counts[place] = self.counts.get(place, 0) + 1
        if len(self.order) < ORDER:
            self.order.append(place)

    def value(self, place: int, value: Value) -> Value:
        """An expression has a value, which is handed on as it is.

        Parameters
        ----------
        place
            The expression's number in the list of places.
        value
            What it is.
        """
        self.counts[place] = self.counts.get(place, 0) + 1
        seen = self.values.setdefault(place, [])
        if len(seen) < FIRST:
            seen.append(described(value))
        return value

    def take(self) -> dict[str, Any]:
        """All that was noted; the next notes begin anew."""
        found = {
            "counts": self.counts,
            "values": self.values,
            "order": self.order,
            "layers": self.layers,
        }
        self._clear()
        return found

    def _layer(self, module: Any, given: Any, result: Any) -> None:
        own = described(result)
        if len(self.layers) < LAYERS and own["kind"] == "array" and not any(module.children()):
            learned = sum(each.numel() for each in module.parameters() if each.requires_grad)
            self.layers.append([repr(module), own["shape"], learned])
