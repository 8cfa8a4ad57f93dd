"""What would break a notebook for its readers: seen before it is committed, nothing is run.

`python -m course_utils.tools.notebooks.inspection FILE...` prints a line for each fault: errors in
stored outputs, cells that are folded in one place and not in another; in lectures listed in
pyproject.toml whatever makes them hard to read; in assignments what nbgrader cannot work with.
With `--words` it prints instead how many words of prose each notebook has for a line of code.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from . import files, folded, readability


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
    found = [*_stored_errors(notebook), *_folded(notebook)]
    promised = readability.promise(path)
    if promised and promised.is_given_by(path):
        found += readability.faults(notebook, promised)
    if "assignments" in path.parts:
        from ...grading.authoring import source_checks

        found += source_checks.of_notebook(notebook)
    return [f"{path}: {fault}" for fault in found]


def _stored_errors(notebook) -> Iterator[str]:
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", []):
            if output.output_type == "error" and "raises-exception" not in folded.tags(cell):
                yield (
                    f"cell {number} is stored with an error, {output.ename}: "
                    "mend it, then `course run` this notebook"
                )


def _folded(notebook) -> Iterator[str]:
    for number, cell in enumerate(notebook.cells, start=1):
        for fault in folded.faults(cell):
            yield f"cell {number} {fault}"


def main(arguments: list[str]) -> int:
    """Look at notebooks, or count their words; the status is 1 if there are faults.

    Parameters
    ----------
    arguments
        Their files, after `--words` if words are to be counted.
    """
    if arguments[:1] == ["--words"]:
        for file in arguments[1:]:
            ratio = readability.words_a_line(files.read(Path(file)))
            print(f"{file}: {ratio:.1f} words of prose a line of code that is seen")
        return 0
    lines = [line for file in arguments for line in complaints(Path(file))]
    print(*lines, sep="\n", end="\n" if lines else "")
    return bool(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
