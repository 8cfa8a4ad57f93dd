"""Notebooks as files, to the letter as nbformat writes them, and several times as fast.

nbformat copies a notebook object by object, and Python's `json` indents without its encoder in C:
together that takes longer than to rebuild a notebook and to fill it in.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from json.encoder import encode_basestring

from nbformat import NotebookNode

LINES = ("application/javascript", "image/svg+xml")  # besides text/...


def text_of(notebook: NotebookNode) -> str:
    """The text of a notebook's file: what `nbformat.v4.writes` gives.

    Parameters
    ----------
    notebook
        Of format 4, made of what JSON knows.

    Raises
    ------
    TypeError
        If something in it cannot be written as JSON.
    """
    plain = json.loads(json.dumps(notebook))  # a copy, of plain dicts
    for name in ("orig_nbformat", "orig_nbformat_minor", "signature"):
        plain["metadata"].pop(name, None)
    for cell in plain["cells"]:
        cell["metadata"].pop("trusted", None)
        for holder, key in _long_texts(cell):
            if isinstance(holder.get(key), str):
                holder[key] = holder[key].splitlines(True)
    return _text(plain, "\n")


def _long_texts(cell: dict) -> Iterator[tuple[dict, str]]:
    """What is written line by line, for tools that compare lines."""
    yield cell, "source"
    bundles = list(cell.get("attachments", {}).values())
    for output in cell["outputs"] if cell["cell_type"] == "code" else ():
        if output["output_type"] == "stream":
            yield output, "text"
        elif output["output_type"] in ("execute_result", "display_data"):
            bundles.append(output.get("data", {}))
    for bundle in bundles:
        for kind in bundle:
            if kind.startswith("text/") or kind in LINES:
                yield bundle, kind


def _text(value, line: str) -> str:
    """A value's text; `line` begins each of its lines."""
    if isinstance(value, str):
        return encode_basestring(value)
    deeper = line + " "
    if isinstance(value, dict) and value:
        parts = [f"{encode_basestring(k)}: {_text(v, deeper)}" for k, v in sorted(value.items())]
        return "{" + deeper + f",{deeper}".join(parts) + line + "}"
    if isinstance(value, list) and value:
        return (
            "[" + deeper + f",{deeper}".join([_text(each, deeper) for each in value]) + line + "]"
        )
    return json.dumps(value)
