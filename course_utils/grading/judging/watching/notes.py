"""Takes notes in the process of an answer, whose own text says where: see `noting`.

Nothing here is a secret or is trusted: an answer can write what it likes into them.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from .described import described

FIRST = 3  # values of a place that are kept
ORDER = 300  # lines of the order that are kept
LAYERS = 60  # calls of layers that are kept

Value = TypeVar("Value")


class Notes:
    """What ran, how often, and what came of it, since the notes were last taken.

    In a process with PyTorch or Keras also which layers were called, the shapes that they gave, and
    how many numbers each of them learns.
    """

    def __init__(self) -> None:
        self._clear()
        self._undo: list[Callable[[], None]] = []
        torch = sys.modules.get("torch")
        if torch is not None:
            hook = torch.nn.modules.module.register_module_forward_hook(
                lambda module, given, result: self._layer(module, repr(module), result)
            )
            self._undo.append(hook.remove)
        keras = sys.modules.get("keras")
        if keras is not None:
            self._watch_keras(keras.layers.Layer)

    def __enter__(self) -> Notes:
        return self

    def __exit__(self, *error: object) -> None:
        """Layers are called as before; in the process of an answer nobody asks for that."""
        while self._undo:
            self._undo.pop()()

    def _clear(self) -> None:
        self.counts: dict[int, int] = {}
        self.values: dict[int, list] = {}
        self.order: list[int] = []
        self.layers: list[list] = []
        self.known: list[Any] = []  # layers, which are told apart by their places here

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

    def _layer(self, layer: Any, text: str, result: Any) -> None:
        if len(self.layers) >= LAYERS or any(_parts(layer)) or _is_symbol(result):
            return
        which = next((n for n, each in enumerate(self.known) if each is layer), len(self.known))
        self.known[which:] = self.known[which:] or [layer]
        self.layers.append([text, _shape(result), _learned(layer), which])

    def _watch_keras(self, kind: Any) -> None:
        """Layers of Keras are called by a method of their class, which is replaced here."""
        call = kind.__call__

        def noted(layer, *args, **kwargs):
            result = call(layer, *args, **kwargs)
            self._layer(layer, type(layer).__name__, result)
            return result

        def undo() -> None:
            kind.__call__ = call

        kind.__call__ = noted
        self._undo.append(undo)


def _is_symbol(result: Any) -> bool:
    """Whether a network of Keras is only being built: nothing was computed."""
    tensorflow, keras = sys.modules.get("tensorflow"), sys.modules.get("keras")
    if tensorflow is not None and isinstance(result, tensorflow.Tensor):
        return not hasattr(result, "numpy")
    return keras is not None and isinstance(result, keras.KerasTensor)


def _shape(result: Any) -> list[int] | None:
    """The shape of a tensor; None of anything else."""
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is not None and isinstance(result, tensorflow.Tensor):
        return list(result.shape)
    own = described(result)
    return own["shape"] if own["kind"] == "array" else None


def _parts(layer: Any) -> list:
    """The layers in a layer."""
    found = getattr(layer, "_flatten_layers", None)  # Keras's
    if found is not None:
        return list(found(include_self=False))
    return list(layer.children())


def _learned(layer: Any) -> int:
    weights = getattr(layer, "trainable_weights", None)  # Keras's
    if weights is None:
        weights = [each for each in layer.parameters() if each.requires_grad]
    return sum(math.prod(each.shape) for each in weights)
