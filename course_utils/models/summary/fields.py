"""Receptive fields: how a layer's window changes what has been seen."""

from __future__ import annotations

from .table import EVERYTHING

# Of a feature map: its receptive field, and the pixels of the image from one of its values to the
# next (the jump); both along the height.
Seen = tuple[float, float]

IMAGE: Seen = (1, 1)


def grow(seen: Seen, kernel: int, stride: int, dilation: int = 1) -> Seen:
    """Field and jump after a window moves over a map that has `seen` so much.

    `kernel`, `stride` and `dilation` are those of the window along the height.
    """
    field, jump = seen
    return field + (kernel - 1) * dilation * jump, jump * stride


def enlarge(seen: Seen, factor: float) -> Seen:
    """Field and jump after a map that has `seen` so much becomes `factor` times as high."""
    field, jump = seen
    return field, jump / factor


def everything(seen: Seen) -> Seen:
    """Field and jump after a mean over, or a dense layer on, a map that has `seen` anything."""
    return EVERYTHING, seen[1]
