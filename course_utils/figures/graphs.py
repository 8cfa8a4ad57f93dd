"""Graphs of what is computed from what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from .display import describe
from .style import COLOURS, tint


@dataclass(frozen=True)
class Node:
    """A box of a graph: where it stands, what is written in it, and the name of its colour."""

    column: float
    row: float
    text: str
    colour: str = "output"


def graph(
    nodes: Mapping[str, Node],
    edges: Sequence[tuple[str, str] | tuple[str, str, str]],
    *,
    title: str,
    width: float = 9,
    height: float = 3,
) -> Figure:
    """Boxes and arrows: what is computed from what.

    Parameters
    ----------
    nodes
        From name to box; columns grow to the right, rows downwards.
    edges
        From, to, and what is written on the arrow, if anything; an arrow with words that begin
        with "stop" is drawn dashed.
    title
        What is to be seen.
    width, height
        In inches.

    Returns
    -------
    Figure
        Its alternative text names every box and every arrow.

    Raises
    ------
    ValueError
        If an edge begins or ends at a node that is not there.

    Examples
    --------
    >>> nodes = {"x": Node(0, 0, "x = 3", "input"), "y": Node(1, 0, "y = 9")}
    >>> graph(nodes, [("x", "y", "6")], title="A square").alt
    'A square. Boxes: x = 3; y = 9. Arrows: x to y (6).'
    """
    for edge in edges:
        for name in edge[:2]:
            if name not in nodes:
                raise ValueError(f"edge {edge} needs a node {name!r}: there are {', '.join(nodes)}")
    figure, ax = plt.subplots(figsize=(width, height), layout="constrained")
    boxes = {}
    for name, node in nodes.items():
        frame = {
            "boxstyle": "round,pad=0.45",
            "facecolor": tint(node.colour, 0.18),
            "edgecolor": COLOURS[node.colour],
        }
        place = (node.column, -node.row)
        boxes[name] = ax.text(*place, node.text, ha="center", va="center", fontsize=10, bbox=frame)
    for start, end, *label in edges:
        words = label[0] if label else ""
        style = {"arrowstyle": "-|>", "color": COLOURS["text"], "shrinkA": 0, "shrinkB": 0}
        if words.startswith("stop"):
            style |= {"linestyle": "--", "color": COLOURS["error"]}
        first, second = ((nodes[name].column, -nodes[name].row) for name in (start, end))
        ax.annotate(
            "",
            second,
            first,
            arrowprops=style
            | {"patchA": boxes[start].get_bbox_patch(), "patchB": boxes[end].get_bbox_patch()},
        )
        x, y = ((a + b) / 2 for a, b in zip(first, second, strict=True))
        if words:
            paper = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
            ink = style["color"]
            ax.text(x, y, words, ha="center", va="center", fontsize=9, color=ink, bbox=paper)
    columns, rows = ([getattr(n, axis) for n in nodes.values()] for axis in ("column", "row"))
    ax.set(
        xlim=(min(columns) - 0.5, max(columns) + 0.5),
        ylim=(-max(rows) - 0.5, -min(rows) + 0.5),
        title=title,
    )
    ax.set_axis_off()
    texts = "; ".join(node.text.replace("\n", ", ") for node in nodes.values())
    arrows = "; ".join(
        f"{start} to {end}" + "".join(f" ({words})" for words in label)
        for start, end, *label in edges
    )
    return describe(figure, f"{title}. Boxes: {texts}. Arrows: {arrows}.")
