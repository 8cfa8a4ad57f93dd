"""What other programs make of a notebook when they save it, as files on public pages show.

Each function takes a notebook and returns the text of the file.
"""

from __future__ import annotations

import json
import uuid

from nbformat import NotebookNode


def by_jupyter(notebook: NotebookNode) -> str:
    """As it is."""
    return json.dumps(notebook)


def by_colab(notebook: NotebookNode) -> str:
    """An older format without cells' own ids, and much metadata; a badge is put on top."""
    saved = {
        "nbformat": 4,
        "nbformat_minor": 0,
        "metadata": {
            "colab": {
                "name": "Copy of numbers.ipynb",
                "provenance": [{"file_id": "1x", "timestamp": 1764080000000}],
                "toc_visible": True,
                "include_colab_link": True,
            },
            "kernelspec": {"name": "python3", "display_name": "Python 3"},
            "language_info": {"name": "python"},
            "accelerator": "GPU",
            "gpuClass": "standard",
            "widgets": {"application/vnd.jupyter.widget-state+json": {"a": {"state": {}}}},
        },
        "cells": [
            _text_cell("view-in-github", '<a href="https://colab.research.google.com/x"></a>')
        ],
    }
    for number, cell in enumerate(notebook.cells):
        metadata = dict(cell.metadata) | {"id": uuid.UUID(int=number).hex[-12:]}
        kept = {"cell_type": cell.cell_type, "source": _lines(cell.source), "metadata": metadata}
        if cell.cell_type == "code":
            metadata |= {
                "colab": {"base_uri": "https://localhost:8080/", "height": 35},
                "outputId": str(uuid.UUID(int=number)),
                "executionInfo": {
                    "status": "ok",
                    "timestamp": 1764080000000 + number,
                    "user_tz": -60,
                    "elapsed": 12,
                    "user": {"displayName": "Ada", "userId": "0123456789"},
                },
            }
            kept |= {"execution_count": number + 17, "outputs": _outputs(cell)}
        saved["cells"].append(kept)
    return json.dumps(saved, indent=2)


def by_colab_with_the_cells_ids(notebook: NotebookNode) -> str:
    """The same, where a cell's metadata keeps the id that Jupyter gave it."""
    saved = json.loads(by_colab(notebook))
    for cell, before in zip(saved["cells"][1:], notebook.cells, strict=True):
        cell["metadata"]["id"] = before.id
    return json.dumps(saved)


def by_colab_without_settings(notebook: NotebookNode) -> str:
    """The same, pasted cell by cell into a new notebook: nbgrader's settings are gone."""
    saved = json.loads(by_colab(notebook))
    for cell in saved["cells"]:
        cell["metadata"] = {"id": cell["metadata"]["id"]}
    return json.dumps(saved)


def by_vs_code(notebook: NotebookNode) -> str:
    """Metadata of an environment of one's own, and of the editor."""
    saved = json.loads(json.dumps(notebook))
    saved["metadata"] = {
        "kernelspec": {"display_name": ".venv (3.12.4)", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "version": "3.12.4", "pygments_lexer": "ipython3"},
    }
    for cell in saved["cells"]:
        cell["metadata"]["vscode"] = {"languageId": "python"}
        cell["source"] = _lines(cell["source"].replace("\n", "\r\n"))
        for output in cell.get("outputs", []):
            output.pop("text", None)
    return json.dumps(saved, indent=1)


def _text_cell(name: str, source: str) -> dict:
    metadata = {"id": name, "colab_type": "text"}
    return {"cell_type": "markdown", "metadata": metadata, "source": [source]}


def _lines(source: str) -> list[str]:
    return source.splitlines(keepends=True)


def _outputs(cell: NotebookNode) -> list[dict]:
    """What was stored, and a table in Colab's own manner that no other program knows."""
    table = {"type": "dataframe", "summary": "{}"}
    data = {"text/plain": ["0"], "application/vnd.google.colaboratory.intrinsic+json": table}
    shown = {"output_type": "display_data", "data": data, "metadata": {}}
    return [*json.loads(json.dumps(cell.outputs)), shown]
