"""What would break a notebook for its readers: seen before it is committed, nothing is run.

`python -m course_utils.tools.notebooks.inspection FILE...` prints a line for each fault. Of a
lecture it looks for errors in stored outputs; of an assignment also whether nbgrader can work with
its cells.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from . import files


def complaints(path: Path) -> list[str]:
    """A line for each fault of a notebook: the file, the cell, what is wrong, what to do.

    Parameters
    ----------
    path
        A notebook. One below a folder `assignments` is looked at as nbgrader would.
    """
    try:
        notebook = files.read(path)
    except (OSError, files.NotANotebook) as reason:
        return [f"{path}: not a notebook: restore it from git ({reason})"]
    found = list(_stored_errors(notebook))
    if "assignments" in path.parts:
        from ...grading.authoring import source_checks

        found += source_checks.of_notebook(notebook)
    return [f"{path}: {fault}" for fault in found]


def _stored_errors(notebook) -> Iterator[str]:
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", []):
            if output.output_type == "error" and "raises-exception" not in _tags(cell):
                yield (
                    f"cell {number} is stored with an error, {output.ename}: "
                    "mend it, then `course run` this notebook"
                )


def _tags(cell) -> list[str]:
    return cell.metadata.get("tags", [])


if __name__ == "__main__":
    lines = [line for file in sys.argv[1:] for line in complaints(Path(file))]
    print(*lines, sep="\n", end="\n" if lines else "")
    sys.exit(bool(lines))
